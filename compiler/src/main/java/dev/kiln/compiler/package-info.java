/** Turns Kiln IR into x86-64 code: optimise, select, allocate, lay out the frame, emit. */
package dev.kiln.compiler;
