package dev.kiln.compiler.machine;

/**
 * Instructions that exist only before emission. Their numbers lie above all forms of the assembler. Operands written before the
 * bar are defined, those behind it used.
 */
public final class Pseudo {
    /** Numbers from here on are pseudo instructions. */
    public static final int FIRST = 1 << 20;

    /** {@code COPY d | s}: between registers of one class, virtual or physical; whole registers. */
    public static final int COPY = FIRST;

    /** {@code ENTRY r… |}: at the start of the entry block; the physical registers that hold arguments. */
    public static final int ENTRY = FIRST + 1;

    /**
     * {@code CALL n, c, r… | target, u…}: SMALL n: the number of defined physical registers r; SMALL c: the index in {@link
     * MachineFunction#callClobbers} of all registers that the call may change; the n registers; the target (SYMBOL, VREG, REG or a
     * memory operand); the physical registers used. Emitted as a near call.
     */
    public static final int CALL = FIRST + 2;

    /** {@code RET | u…}: tears down the frame and returns; the physical registers that hold the result. */
    public static final int RET = FIRST + 3;

    /** {@code DEFINE d |}: d holds anything. For values that are never read, and before partial definitions. */
    public static final int DEFINE = FIRST + 4;

    /** {@code LOAD_SLOT d | slot}: by the allocator: a register filled from the slot that a virtual register lives in. */
    public static final int LOAD_SLOT = FIRST + 5;

    /** {@code STORE_SLOT | s, slot}: by the allocator: a register written to such a slot. */
    public static final int STORE_SLOT = FIRST + 6;

    /** {@code TRAP | n}: SMALL: leaves through the trap routine with {@link MachineFunction#trapName} n. Never returns. */
    public static final int TRAP = FIRST + 7;

    /**
     * {@code GROW_STACK n | n}: lowers RSP by n bytes, a multiple of 16, touching every page on the way down, so that a guard page is
     * never jumped over; n (a general register, below 2<sup>63</sup>) and the flags are lost.
     */
    public static final int GROW_STACK = FIRST + 8;

    /** One more than the last. */
    public static final int END = FIRST + 9;

    /**
     * The most bytes by which RSP may be lowered without GROW_STACK. A page has 4096 bytes; the prologue leaves at most as many untouched
     * as this, and a call touches what lies below.
     */
    public static final int UNPROBED = 1024;

    private Pseudo() {}

    public static boolean isPseudo(int form) {
        return form >= FIRST;
    }
}
