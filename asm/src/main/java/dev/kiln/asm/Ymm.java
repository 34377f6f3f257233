package dev.kiln.asm;

/** A 256-bit vector register, with AVX-512 perhaps under a write mask. */
public final class Ymm implements Register {
    private final int number;
    /** As the encoder takes it. */
    final int code;

    Ymm(int number) {
        this(number, 0);
    }

    private Ymm(int number, int decorations) {
        this.number = number;
        code = number - Registers.VECTOR | decorations;
    }

    /** This register as a destination that is written only where the mask, K1 to K7, has bits. */
    public Ymm masked(Mask mask) {
        return new Ymm(number, code & Encoder.ZEROING | mask.asWriteMask());
    }

    /** This register as a masked destination whose other elements are zeroed. */
    public Ymm zeroing() {
        return new Ymm(number, code & Encoder.MASK | Encoder.ZEROING);
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
        return 256;
    }

    @Override
    public int decorations() {
        return code & Encoder.DECORATIONS;
    }

    @Override
    public String kind() {
        return "ymm";
    }

    @Override
    public String toString() {
        return RegisterNames.name(number, 256) + RegisterNames.decorations(code);
    }
}
