/** Instruction selection: IR operations become machine instructions on virtual registers. */
package dev.kiln.compiler.select;
