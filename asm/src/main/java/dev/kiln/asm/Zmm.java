package dev.kiln.asm;

/** A 512-bit vector register, with AVX-512 perhaps under a write mask. */
public final class Zmm extends Register {
    /** @param n counted from 0 in its class */
    Zmm(int n) {
        this(n, 0);
    }

    private Zmm(int n, int decorations) {
        super(
                Registers.VECTOR + n,
                Encoder.vectorCode(Registers.VECTOR + n) | decorations,
                RegisterClass.VECTOR,
                512,
                "zmm");
    }

    /** This register as a destination that is written only where the mask, K1 to K7, has bits. */
    public Zmm masked(Mask mask) {
        return new Zmm(number() - Registers.VECTOR, code & Encoder.ZEROING | mask.asWriteMask());
    }

    /** This register as a masked destination whose other elements are zeroed. */
    public Zmm zeroing() {
        return new Zmm(number() - Registers.VECTOR, code & Encoder.MASK | Encoder.ZEROING);
    }
}
