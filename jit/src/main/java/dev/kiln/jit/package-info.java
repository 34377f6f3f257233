/** The embedding door: a module of IR goes in, callable method handles come out. */
package dev.kiln.jit;
