package dev.kiln.asm;

/** What the encoder has to know of an {@link OperandKind}, packed in an int per kind, so that checking an operand is a few instructions. */
final class KindInfo {
    /** Immediates by what values fit; 0 is none. */
    static final int IMM8 = 1,
            IMM8S = 2,
            IMM8U = 3,
            IMM16 = 4,
            IMM32 = 5,
            IMM32S = 6,
            IMM64 = 7,
            ONE = 8,
            IMM32U = 9,
            DEFAULT_FLAGS = 10,
            IMM4U = 11;

    static final int REGISTER = 1 << 14, MEMORY = 1 << 15, BYTE = 1 << 16;
    static final int BRANCH = 1 << 21,
            OFFSET = 1 << 22,
            FIXED = 1 << 23,
            NOT_ACCUMULATOR = 1 << 24,
            VECTOR_INDEX = 1 << 25;

    /** Indexed by the kind's ordinal: bits 0–7 first register, 8–13 number of registers, 17–20 immediate. */
    private static final int[] INFO = make();

    private KindInfo() {}

    static int of(int kind) {
        return INFO[kind];
    }

    static int firstRegister(int info) {
        return info & 0xFF;
    }

    static int registerCount(int info) {
        return info >> 8 & 0x3F;
    }

    static int immediate(int info) {
        return info >> 17 & 15;
    }

    /** Whether a value fits an immediate of a kind. */
    static boolean fits(int immediate, long value) {
        return switch (immediate) {
            case IMM8 -> value >= -0x80 && value <= 0xFF;
            case IMM8S -> value == (byte) value;
            case IMM4U -> value >= 0 && value <= 15;
            case IMM8U -> value >= 0 && value <= 0xFF;
            case IMM16 -> value >= -0x8000 && value <= 0xFFFF;
            case IMM32 -> value >= Integer.MIN_VALUE && value <= 0xFFFF_FFFFL;
            case IMM32S -> value == (int) value;
            case IMM32U -> value >= 0 && value <= 0xFFFF_FFFFL;
            case DEFAULT_FLAGS -> value >= 0 && value <= 15;
            case IMM64 -> true;
            case ONE -> value == 1;
            default -> false;
        };
    }

    /** The values that fit, for messages: {@code 8 bits (-128 to 255)}. */
    static String range(int immediate) {
        return switch (immediate) {
            case IMM8 -> "8 bits (-128 to 255)";
            case IMM8S -> "8 bits, sign-extended (-128 to 127)";
            case IMM4U, DEFAULT_FLAGS -> "4 bits (0 to 15)";
            case IMM8U -> "8 bits (0 to 255)";
            case IMM16 -> "16 bits (-32768 to 65535)";
            case IMM32 -> "32 bits (-2147483648 to 4294967295)";
            case IMM32S -> "32 bits, sign-extended (-2147483648 to 2147483647)";
            case IMM32U -> "32 bits (0 to 4294967295)";
            case IMM64 -> "64 bits";
            case ONE -> "the only value, 1";
            default -> throw new IllegalArgumentException("no immediate: " + immediate);
        };
    }

    private static int[] make() {
        OperandKind[] kinds = OperandKind.values();
        int[] info = new int[kinds.length];
        for (OperandKind kind : kinds) info[kind.ordinal()] = make(kind);
        return info;
    }

    private static int make(OperandKind kind) {
        int bits = 0;
        if (kind.takesRegister()) {
            boolean fixed = kind.fixedRegister() >= 0;
            RegisterClass registers = kind.registerClass();
            bits |= REGISTER | (fixed ? kind.fixedRegister() : registers.first());
            bits |= (fixed ? 1 : registers.count()) << 8;
            if (registers == RegisterClass.GENERAL && kind.registerBits() == 8) bits |= BYTE;
        }
        if (kind.takesMemory()) bits |= MEMORY;
        if (kind.isBranch()) bits |= BRANCH;
        if (kind.isOffset()) bits |= OFFSET;
        if (kind.isFixed()) bits |= FIXED;
        if (kind.hasVectorIndex()) bits |= VECTOR_INDEX;
        if (kind.use() == OperandKind.Use.NOT_ACCUMULATOR) bits |= NOT_ACCUMULATOR;
        if (kind.isImmediate()) bits |= immediate(kind) << 17;
        return bits;
    }

    private static int immediate(OperandKind kind) {
        if (kind.use() == OperandKind.Use.ONE) return ONE;
        if (kind.use() == OperandKind.Use.DEFAULT_FLAGS) return DEFAULT_FLAGS;
        boolean signed = kind.isSignExtended();
        return switch (kind.immediateBits()) {
            case 4 -> IMM4U;
            case 8 -> signed ? IMM8S : kind.use() == OperandKind.Use.UNSIGNED ? IMM8U : IMM8;
            case 16 -> IMM16;
            case 32 -> signed ? IMM32S : kind.use() == OperandKind.Use.UNSIGNED ? IMM32U : IMM32;
            case 64 -> IMM64;
            default -> throw new IllegalStateException(kind + " has an immediate of a width unknown here");
        };
    }
}
