/**
 * How arguments and results travel at a call, without naming registers: the verifier, the interpreter and the compiler read the same
 * rules here.
 */
package dev.kiln.ir.abi;
