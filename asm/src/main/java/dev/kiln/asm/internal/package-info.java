/** The instruction table in memory, and the parts of the assembler behind its public types. */
package dev.kiln.asm.internal;
