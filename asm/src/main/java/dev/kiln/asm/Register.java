package dev.kiln.asm;

/** A register at a width. Constants of all registers are in {@link X86}. */
public abstract sealed class Register implements Operand
        permits Reg8,
                Reg16,
                Reg32,
                Reg64,
                Xmm,
                Ymm,
                Zmm,
                Mask,
                Tile,
                Mmx,
                X87Register,
                SegmentRegister,
                ControlRegister,
                DebugRegister,
                BoundRegister {
    /** As the encoder takes it, with the write mask and zeroing that a destination asks for. */
    final int code;

    private final int number;
    private final RegisterClass registerClass;
    private final int bits;
    private final String kind;

    Register(int number, int code, RegisterClass registerClass, int bits, String kind) {
        this.number = number;
        this.code = code;
        this.registerClass = registerClass;
        this.bits = bits;
        this.kind = kind;
    }

    /** The register's number among {@link Registers}; the same for all widths of one register. */
    public final int number() {
        return number;
    }

    /** The set of registers it is one of. */
    public final RegisterClass registerClass() {
        return registerClass;
    }

    /** The width in bits. */
    public final int bits() {
        return bits;
    }

    /** The write mask and zeroing that a destination asks for, as the encoder takes them. */
    public final int decorations() {
        return code & Encoder.DECORATIONS;
    }

    @Override
    public final String kind() {
        return kind;
    }

    /** The name as NASM and Intel's manuals write it, with mask and zeroing. */
    @Override
    public final String toString() {
        return RegisterNames.name(number, bits) + RegisterNames.decorations(decorations());
    }
}
