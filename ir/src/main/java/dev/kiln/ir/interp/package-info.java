/**
 * The reference interpreter: what every operation of the IR means. All compiled code is compared with it, bit for bit.
 *
 * <p>{@link dev.kiln.ir.interp.Interpreter} runs verified modules on real memory, calls C functions and is called back by them.
 */
package dev.kiln.ir.interp;
