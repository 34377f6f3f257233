package dev.kiln.asm;

/** A 256-bit vector register, with AVX-512 perhaps under a write mask. */
public final class Ymm extends Register {
    /** @param n counted from 0 in its class */
    Ymm(int n) {
        this(n, 0);
    }

    private Ymm(int n, int decorations) {
        super(
                Registers.VECTOR + n,
                Encoder.vectorCode(Registers.VECTOR + n) | decorations,
                RegisterClass.VECTOR,
                256,
                "ymm");
    }

    /** This register as a destination that is written only where the mask, K1 to K7, has bits. */
    public Ymm masked(Mask mask) {
        return new Ymm(number() - Registers.VECTOR, code & Encoder.ZEROING | mask.asWriteMask());
    }

    /** This register as a masked destination whose other elements are zeroed. */
    public Ymm zeroing() {
        return new Ymm(number() - Registers.VECTOR, code & Encoder.MASK | Encoder.ZEROING);
    }
}
