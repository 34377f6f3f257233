/** Kiln IR: types, operations, functions and modules, their text form, the verifier and the reference interpreter. */
package dev.kiln.ir;
