/** Reads QBE IL text as Kiln IR. */
package dev.kiln.qbe;
