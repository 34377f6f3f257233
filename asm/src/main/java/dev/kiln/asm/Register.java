package dev.kiln.asm;

/** A register at a width. Constants of all registers are in {@link X86}. */
public sealed interface Register extends Operand
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
                DebugRegister {
    /** The register's number among {@link Registers}; the same for all widths of one register. */
    int number();

    RegisterClass registerClass();

    /** The width in bits. */
    int bits();

    /** The write mask and zeroing that a destination asks for, as the encoder takes them. */
    default int decorations() {
        return 0;
    }
}
