/** The {@code kiln} command. */
package dev.kiln.cli;
