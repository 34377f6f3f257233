package dev.kiln.asm;

/** A 64-bit general register. */
public final class Reg64 implements Register {
    private final int number;
    /** As the encoder takes it. */
    final int code;

    Reg64(int number) {
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
        return 64;
    }

    @Override
    public String kind() {
        return "r64";
    }

    @Override
    public String toString() {
        return RegisterNames.name(number, 64);
    }
}
