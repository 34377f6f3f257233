/** Support for the tests of all modules; not part of what Kiln delivers. */
package dev.kiln.testing;
