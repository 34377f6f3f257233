package dev.kiln.asm;

/**
 * How an AVX-512 instruction between registers rounds, in place of what MXCSR says; none of them raises floating-point exceptions (SDM vol. 2, 2.7.7). An
 * operand that stands behind the registers: {@code a.avx512().vaddps(ZMM1, ZMM2, ZMM3, RN_SAE)}.
 */
public enum Rounding implements Operand {
    /** To nearest, ties to even. */
    RN_SAE("rn-sae"),
    /** Down. */
    RD_SAE("rd-sae"),
    /** Up. */
    RU_SAE("ru-sae"),
    /** Toward zero. */
    RZ_SAE("rz-sae"),
    /** As MXCSR or the instruction says; only exceptions are suppressed. */
    SAE("sae");

    private static final Rounding[] ALL = values();

    private final String text;

    Rounding(String text) {
        this.text = text;
    }

    /** As the encoder takes it. */
    int bits() {
        return ordinal() + 1 << Encoder.ROUNDING_SHIFT;
    }

    static Rounding of(int decorations) {
        int number = decorations >> Encoder.ROUNDING_SHIFT & 7;
        return number == 0 ? null : ALL[number - 1];
    }

    @Override
    public String kind() {
        return this == SAE ? "{sae}" : "{er}";
    }

    @Override
    public String toString() {
        return "{" + text + "}";
    }
}
