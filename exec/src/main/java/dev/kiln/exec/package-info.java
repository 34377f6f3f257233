/** Executable memory that is never writable and executable at once, the host CPU, and calls into and out of native code. */
package dev.kiln.exec;
