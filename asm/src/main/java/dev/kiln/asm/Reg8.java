package dev.kiln.asm;

/** An 8-bit general register; AH, CH, DH and BH cannot stand with what needs a REX prefix. */
public final class Reg8 extends Register {
    Reg8(int number) {
        super(number, code(number), RegisterClass.GENERAL, 8, "r8");
    }

    private static int code(int number) {
        if (number >= Registers.HIGH_BYTE) {
            return number - Registers.HIGH_BYTE + 4 | Encoder.FORBIDS_REX;
        }
        return number >= 4 && number < 8 ? number | Encoder.NEEDS_REX : number;
    }
}
