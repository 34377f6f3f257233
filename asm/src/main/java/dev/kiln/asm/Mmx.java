package dev.kiln.asm;

/** An MMX register. */
public final class Mmx implements Register {
    private final int number;
    /** As the encoder takes it. */
    final int code;

    Mmx(int number) {
        this.number = number;
        code = number - Registers.MMX;
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public RegisterClass registerClass() {
        return RegisterClass.MMX;
    }

    @Override
    public int bits() {
        return 64;
    }

    @Override
    public String kind() {
        return "mm";
    }

    @Override
    public String toString() {
        return RegisterNames.name(number, 64);
    }
}
