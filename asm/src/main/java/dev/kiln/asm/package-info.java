/** The x86-64 assembler: operands, instructions, labels, relocations, encoder, decoder and NASM printer. */
package dev.kiln.asm;
