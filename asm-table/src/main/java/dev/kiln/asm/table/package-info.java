/** The build-time tool that turns the readable instruction table into Java sources and binary resources. */
package dev.kiln.asm.table;
