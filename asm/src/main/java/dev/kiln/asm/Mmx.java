package dev.kiln.asm;

/** An MMX register. */
public final class Mmx extends Register {
    /** @param n counted from 0 in its class */
    Mmx(int n) {
        super(Registers.MMX + n, n, RegisterClass.MMX, 64, "mm");
    }
}
