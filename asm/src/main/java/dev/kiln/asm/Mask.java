package dev.kiln.asm;

/** A mask register, K0 to K7: an operand of its own, or with {@link Zmm#masked} what chooses the elements written. */
public final class Mask implements Register {
    private final int number;
    /** As the encoder takes it. */
    final int code;

    Mask(int number) {
        this(number, 0);
    }

    private Mask(int number, int decorations) {
        this.number = number;
        code = number - Registers.MASK | decorations;
    }

    /** This register as the destination of a comparison that is made only where the mask, K1 to K7, has bits. */
    public Mask masked(Mask mask) {
        return new Mask(number, mask.asWriteMask());
    }

    int asWriteMask() {
        if (number == Registers.MASK || (code & Encoder.DECORATIONS) != 0)
            throw new AssemblerException(this + " cannot be a write mask; K1 to K7 can");
        return code << Encoder.MASK_SHIFT;
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public RegisterClass registerClass() {
        return RegisterClass.MASK;
    }

    @Override
    public int bits() {
        return 64;
    }

    @Override
    public int decorations() {
        return code & Encoder.DECORATIONS;
    }

    @Override
    public String kind() {
        return "k";
    }

    @Override
    public String toString() {
        return RegisterNames.name(number, 64) + RegisterNames.decorations(code);
    }
}
