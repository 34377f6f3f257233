package dev.kiln.asm;

/** A 64-bit general register. */
public final class Reg64 extends Register {
    Reg64(int number) {
        super(number, number, RegisterClass.GENERAL, 64, "r64");
    }
}
