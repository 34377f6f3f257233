package dev.kiln.asm;

/** A 128-bit vector register. */
public final class Xmm implements Register {
    private final int number;
    /** As the encoder takes it. */
    final int code;

    Xmm(int number) {
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
        return 128;
    }

    @Override
    public String kind() {
        return "xmm";
    }

    @Override
    public String toString() {
        return RegisterNames.name(number, 128);
    }
}
