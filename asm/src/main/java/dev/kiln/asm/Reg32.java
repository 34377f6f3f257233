package dev.kiln.asm;

/** A 32-bit general register; writing it clears the upper half of the 64-bit one. */
public final class Reg32 extends Register {
    Reg32(int number) {
        super(number, number, RegisterClass.GENERAL, 32, "r32");
    }
}
