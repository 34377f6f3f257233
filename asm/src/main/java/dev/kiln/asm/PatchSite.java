package dev.kiln.asm;

/**
 * An instruction of a {@link Code} that may be changed after it was placed, even while other threads run it.
 *
 * @param kind what can be changed
 * @param offset of the instruction's first byte, behind the padding that aligns it
 * @param field the offset of the 4 or 8 bytes that change; for a {@link PatchKind#NOP} of the distance once it is a jump
 */
public record PatchSite(PatchKind kind, int offset, int field) {
    /** The length of jumps, calls and NOPs in bytes. */
    static final int BRANCH_LENGTH = 6;

    /** The prefix that makes a direct jump or call as long as an indirect one: an address size, which has no effect there. */
    static final byte PREFIX = 0x67;

    /** The length of the instruction in bytes. */
    public int length() {
        return field + fieldSize() - offset;
    }

    /** The width of the field in bytes, which its offset is a multiple of. */
    public int fieldSize() {
        return kind == PatchKind.IMMEDIATE64 ? 8 : 4;
    }

    /** Whether code holds such an instruction at that place. */
    boolean isIn(byte[] code, int end) {
        int lead = field - offset;
        if (lead < 2 || lead > 3 || offset + (long) length() > end || field % fieldSize() != 0) return false;
        int first = code[offset] & 0xFF;
        int second = code[offset + 1] & 0xFF;
        return switch (kind) {
            case JUMP -> lead == 2 && first == PREFIX && second == 0xE9;
            case CALL -> lead == 2 && first == PREFIX && second == 0xE8;
            case NOP -> lead == 2 && offset % 8 == 2 && first == 0x66 && second == 0x0F;
            case IMMEDIATE32 ->
                lead == 2
                        ? first == 0xC7 && (second & 0xF8) == 0xC0
                        : first == 0x41 && second == 0xC7 && (code[offset + 2] & 0xF8) == 0xC0;
            case IMMEDIATE64 -> lead == 2 && (first & 0xFE) == 0x48 && (second & 0xF8) == 0xB8;
        };
    }
}
