package dev.kiln.compiler;

/**
 * What a debugger or unwinder has to know of a function's stack frame. RBP is the frame pointer: {@code push rbp; mov rbp, rsp}, then
 * the saved general registers are pushed in ascending order of their numbers, at RBP − 8, RBP − 16, …
 *
 * @param savedRegisters the callee-saved registers that are saved, as a set of bits by register number, without RBP
 * @param savedVectors the distance below RBP of the first saved vector register, 16 bytes each ascending; 0 when none is saved
 * @param size bytes between RBP and the stack pointer after the prologue (less the alignment's gap when {@code aligned})
 * @param aligned whether the stack pointer was rounded down for a slot that is aligned to more than 16 bytes; RBX addresses the slots
 */
public record FrameInfo(long savedRegisters, int savedVectors, int size, boolean aligned) {}
