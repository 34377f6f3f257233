package dev.kiln.asm;

/** A control register. */
public final class ControlRegister implements Register {
    private final int number;
    /** As the encoder takes it. */
    final int code;

    ControlRegister(int number) {
        this.number = number;
        code = number - Registers.CONTROL;
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public RegisterClass registerClass() {
        return RegisterClass.CONTROL;
    }

    @Override
    public int bits() {
        return 64;
    }

    @Override
    public String kind() {
        return "cr";
    }

    @Override
    public String toString() {
        return RegisterNames.name(number, 64);
    }
}
