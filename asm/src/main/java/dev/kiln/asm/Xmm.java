package dev.kiln.asm;

/** A 128-bit vector register, with AVX-512 perhaps under a write mask. */
public final class Xmm extends Register {
    /** @param n counted from 0 in its class */
    Xmm(int n) {
        this(n, 0);
    }

    private Xmm(int n, int decorations) {
        super(
                Registers.VECTOR + n,
                Encoder.vectorCode(Registers.VECTOR + n) | decorations,
                RegisterClass.VECTOR,
                128,
                "xmm");
    }

    /** This register as a destination that is written only where the mask, K1 to K7, has bits. */
    public Xmm masked(Mask mask) {
        return new Xmm(number() - Registers.VECTOR, code & Encoder.ZEROING | mask.asWriteMask());
    }

    /** This register as a masked destination whose other elements are zeroed. */
    public Xmm zeroing() {
        return new Xmm(number() - Registers.VECTOR, code & Encoder.MASK | Encoder.ZEROING);
    }
}
