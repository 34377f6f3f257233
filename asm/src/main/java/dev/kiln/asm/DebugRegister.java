package dev.kiln.asm;

/** A debug register. */
public final class DebugRegister implements Register {
    private final int number;
    /** As the encoder takes it. */
    final int code;

    DebugRegister(int number) {
        this.number = number;
        code = number - Registers.DEBUG;
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public RegisterClass registerClass() {
        return RegisterClass.DEBUG;
    }

    @Override
    public int bits() {
        return 64;
    }

    @Override
    public String kind() {
        return "dr";
    }

    @Override
    public String toString() {
        return RegisterNames.name(number, 64);
    }
}
