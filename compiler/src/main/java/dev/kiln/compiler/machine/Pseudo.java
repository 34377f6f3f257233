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
     * {@code CALL r… | target, u…}: first operand SMALL: the number of defined physical registers; then these; then the target
     * (SYMBOL, VREG, REG or a memory operand); then the physical registers used. All registers that the call may change are in
     * {@link MachineFunction#callClobbers} at the index given by the second operand, a SMALL.
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

    /** One more than the last. */
    public static final int END = FIRST + 8;

    private Pseudo() {}

    public static boolean isPseudo(int form) {
        return form >= FIRST;
    }
}
