/** Stack frames: where slots and saved registers lie, and the code that makes and removes a frame. */
package dev.kiln.compiler.frame;
