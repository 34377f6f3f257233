package dev.kiln.asm;

/** A control register. */
public final class ControlRegister extends Register {
    /** @param n counted from 0 in its class */
    ControlRegister(int n) {
        super(Registers.CONTROL + n, n, RegisterClass.CONTROL, 64, "cr");
    }
}
