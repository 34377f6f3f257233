package dev.kiln.asm;

/**
 * What can be changed at a {@link PatchSite} while other threads run the code. Each site is laid out so that its change is a single
 * aligned store, and so that the instruction can be exchanged for one of the same length that takes its operand from a cell of memory,
 * for hosts that cannot write to code in use.
 */
public enum PatchKind {
    /** A jump: {@code E9 rel32} behind one prefix without effect (67), as long as {@code jmp [rip+cell]}; its distance is aligned to 4. */
    JUMP,
    /** A call: {@code E8 rel32} behind the same prefix; its distance is aligned to 4. */
    CALL,
    /** A NOP of 6 bytes that can become a {@link #JUMP} and a NOP again. All of it lies in 8 bytes aligned to 8. */
    NOP,
    /** The 32 bits that are moved into a register, zero-extended; aligned to 4. */
    IMMEDIATE32,
    /** The 64 bits that are moved into a register; aligned to 8. */
    IMMEDIATE64;

    /** What a site of this kind is made with, for messages. */
    String usage() {
        return switch (this) {
            case JUMP, CALL -> "a patchable jump or call takes a label or a symbol";
            case NOP -> "a patchable NOP takes no operands";
            case IMMEDIATE32, IMMEDIATE64 -> "a patchable immediate takes a general register and a number";
        };
    }
}
