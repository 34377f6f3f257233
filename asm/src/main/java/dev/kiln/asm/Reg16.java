package dev.kiln.asm;

/** A 16-bit general register. */
public final class Reg16 implements Register {
    private final int number;
    /** As the encoder takes it. */
    final int code;

    Reg16(int number) {
        this.number = number;
        code = number;
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
        return 16;
    }

    @Override
    public String kind() {
        return "r16";
    }

    @Override
    public String toString() {
        return RegisterNames.name(number, 16);
    }
}
