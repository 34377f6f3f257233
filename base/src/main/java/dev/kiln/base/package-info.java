/** Diagnostics, source positions and their renderers: what every other module stands on. */
package dev.kiln.base;
