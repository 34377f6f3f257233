package dev.kiln.asm;

/** A 128-bit vector register, with AVX-512 perhaps under a write mask. */
public final class Xmm implements Register {
    private final int number;
    /** As the encoder takes it. */
    final int code;

    Xmm(int number) {
        this(number, 0);
    }

    private Xmm(int number, int decorations) {
        this.number = number;
        code = number - Registers.VECTOR | decorations;
    }

    /** This register as a destination that is written only where the mask, K1 to K7, has bits. */
    public Xmm masked(Mask mask) {
        return new Xmm(number, code & Encoder.ZEROING | mask.asWriteMask());
    }

    /** This register as a masked destination whose other elements are zeroed. */
    public Xmm zeroing() {
        return new Xmm(number, code & Encoder.MASK | Encoder.ZEROING);
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public RegisterClass registerClass() {
        return RegisterClass.VECTOR;
    }

    @Override
    public int bits() {
        return 128;
    }

    @Override
    public int decorations() {
        return code & Encoder.DECORATIONS;
    }

    @Override
    public String kind() {
        return "xmm";
    }

    @Override
    public String toString() {
        return RegisterNames.name(number, 128) + RegisterNames.decorations(code);
    }
}
