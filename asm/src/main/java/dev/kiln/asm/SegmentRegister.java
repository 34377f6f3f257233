package dev.kiln.asm;

/** A segment register. */
public final class SegmentRegister implements Register {
    private final int number;
    /** As the encoder takes it. */
    final int code;

    SegmentRegister(int number) {
        this.number = number;
        code = number - Registers.SEGMENT;
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public RegisterClass registerClass() {
        return RegisterClass.SEGMENT;
    }

    @Override
    public int bits() {
        return 16;
    }

    @Override
    public String kind() {
        return "sreg";
    }

    @Override
    public String toString() {
        return RegisterNames.name(number, 16);
    }
}
