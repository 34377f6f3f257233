package dev.kiln.asm;

/** A 32-bit general register; writing it clears the upper half of the 64-bit one. */
public final class Reg32 implements Register {
    private final int number;
    /** As the encoder takes it. */
    final int code;

    Reg32(int number) {
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
        return 32;
    }

    @Override
    public String kind() {
        return "r32";
    }

    @Override
    public String toString() {
        return RegisterNames.name(number, 32);
    }
}
