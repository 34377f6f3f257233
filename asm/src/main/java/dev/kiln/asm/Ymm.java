package dev.kiln.asm;

/** A 256-bit vector register. */
public final class Ymm implements Register {
    private final int number;
    /** As the encoder takes it. */
    final int code;

    Ymm(int number) {
        this.number = number;
        code = number - Registers.VECTOR;
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public RegisterClass registerClass() {
        return RegisterClass.VECTOR;
    }

    @Override
    public int bits() {
        return 256;
    }

    @Override
    public String kind() {
        return "ymm";
    }

    @Override
    public String toString() {
        return RegisterNames.name(number, 256);
    }
}
