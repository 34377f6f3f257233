/** Writes compiled code as NASM text and object files, and links it with the system linker. */
package dev.kiln.object;
