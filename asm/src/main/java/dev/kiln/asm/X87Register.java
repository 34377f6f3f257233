package dev.kiln.asm;

/** A register of the x87 stack. */
public final class X87Register implements Register {
    private final int number;
    /** As the encoder takes it. */
    final int code;

    X87Register(int number) {
        this.number = number;
        code = number - Registers.X87;
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public RegisterClass registerClass() {
        return RegisterClass.X87;
    }

    @Override
    public int bits() {
        return 80;
    }

    @Override
    public String kind() {
        return "st(i)";
    }

    @Override
    public String toString() {
        return RegisterNames.name(number, 80);
    }
}
