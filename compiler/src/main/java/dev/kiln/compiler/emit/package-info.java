/** From machine functions to the assembler. */
package dev.kiln.compiler.emit;
