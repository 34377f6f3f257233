package dev.kiln.asm;

/**
 * Memory at an absolute address of 64 bits, which stands in the instruction: {@code mov} between there and AL, AX, EAX or RAX, and nothing else (SDM vol. 2,
 * MOV, {@code moffs}). Addresses of 32 bits, sign-extended, are {@link X86#ptr(long)}, for all instructions.
 *
 * @param address any 64 bits
 */
public record Absolute(long address) implements Operand {
    @Override
    public String kind() {
        return "moffs";
    }

    /** As NASM writes it. */
    @Override
    public String toString() {
        return "[qword 0x" + Long.toHexString(address) + "]";
    }
}
