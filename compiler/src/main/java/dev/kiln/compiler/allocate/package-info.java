/** Register allocation, and the checker that replays it. */
package dev.kiln.compiler.allocate;
