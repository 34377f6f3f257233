package dev.kiln.asm;

/** What the typed methods of a family outside the base set are built on: they write to an assembler that they do not inherit. */
abstract class InstructionFamily {
    final InstructionMethods code;

    /** What all instructions have in addition, bits of {@link Form}. */
    private final int extra;

    InstructionFamily(InstructionMethods code, int extra) {
        this.code = code;
        this.extra = extra;
    }

    final void encodeRegister(long t, int extra, int reg, int vvvv, int rm) {
        code.encodeRegister(t, extra | this.extra, reg, vvvv, rm);
    }

    final boolean isLong() {
        return code.isLong();
    }

    static int plain(int code) {
        return InstructionMethods.plain(code);
    }

    final void encodeMemory(long t, int reg, int vvvv, Mem memory) {
        code.encodeMemory(t, extra, reg, vvvv, memory);
    }

    final void encodeOpcode(long t, int extra, int register) {
        code.encodeOpcode(t, extra | this.extra, register);
    }

    final void encodeImmediate(long t, long first, long second) {
        code.encodeImmediate(t, first, second);
    }

    final void encodeIs4(int register, long number) {
        code.encodeIs4(register, number);
    }

    static void checkIs4(long t, int register) {
        Encoder.checkIs4(t, register);
    }

    final void distinct(int a, int b) {
        InstructionMethods.distinct(a, b);
    }

    final void branch(long t, Label target) {
        code.branch(t, target);
    }

    final void branch(long t, Symbol target) {
        code.branch(t, target);
    }

    static boolean fits8(long value) {
        return InstructionMethods.fits8(value);
    }

    static boolean fitsSigned8(long value) {
        return InstructionMethods.fitsSigned8(value);
    }

    static boolean fitsUnsigned4(long value) {
        return value >= 0 && value <= 15;
    }

    static boolean fitsUnsigned8(long value) {
        return InstructionMethods.fitsUnsigned8(value);
    }

    static boolean fits16(long value) {
        return InstructionMethods.fits16(value);
    }

    static boolean fits32(long value) {
        return InstructionMethods.fits32(value);
    }

    static boolean fitsSigned32(long value) {
        return InstructionMethods.fitsSigned32(value);
    }

    static boolean fitsUnsigned32(long value) {
        return InstructionMethods.fitsUnsigned32(value);
    }

    static long narrow16(long value) {
        return InstructionMethods.narrow16(value);
    }

    static long narrow32(long value) {
        return InstructionMethods.narrow32(value);
    }
}
