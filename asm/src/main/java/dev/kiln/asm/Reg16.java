package dev.kiln.asm;

/** A 16-bit general register. */
public final class Reg16 extends Register {
    Reg16(int number) {
        super(number, number, RegisterClass.GENERAL, 16, "r16");
    }
}
