package dev.kiln.asm;

/** An 8-bit general register; AH, CH, DH and BH cannot stand with what needs a REX prefix. */
public final class Reg8 implements Register {
    private final int number;
    /** As the encoder takes it. */
    final int code;

    Reg8(int number) {
        this.number = number;
        code = number >= Registers.HIGH_BYTE
                ? number - Registers.HIGH_BYTE + 4 | Encoder.FORBIDS_REX
                : number >= 4 && number < 8 ? number | Encoder.NEEDS_REX : number;
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public RegisterClass registerClass() {
        return RegisterClass.GENERAL;
    }

    @Override
    public int bits() {
        return 8;
    }

    @Override
    public String kind() {
        return "r8";
    }

    @Override
    public String toString() {
        return RegisterNames.name(number, 8);
    }
}
