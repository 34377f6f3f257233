package dev.kiln.asm;

/** A mask register, K0 to K7: an operand of its own, or with {@link Zmm#masked} what chooses the elements written. */
public final class Mask extends Register {
    /** @param n counted from 0 in its class */
    Mask(int n) {
        this(n, 0);
    }

    private Mask(int n, int decorations) {
        super(Registers.MASK + n, n | decorations, RegisterClass.MASK, 64, "k");
    }

    /** This register as the destination of a comparison that is made only where the mask, K1 to K7, has bits. */
    public Mask masked(Mask mask) {
        return new Mask(number() - Registers.MASK, mask.asWriteMask());
    }

    int asWriteMask() {
        if (number() == Registers.MASK || decorations() != 0)
            throw new AssemblerException(this + " cannot be a write mask; K1 to K7 can");
        return code << Encoder.MASK_SHIFT;
    }
}
