package dev.kiln.asm;

/** A register of the x87 stack. */
public final class X87Register extends Register {
    /** @param n counted from 0 in its class */
    X87Register(int n) {
        super(Registers.X87 + n, n, RegisterClass.X87, 80, "st(i)");
    }
}
