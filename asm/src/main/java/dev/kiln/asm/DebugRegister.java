package dev.kiln.asm;

/** A debug register. */
public final class DebugRegister extends Register {
    /** @param n counted from 0 in its class */
    DebugRegister(int n) {
        super(Registers.DEBUG + n, n, RegisterClass.DEBUG, 64, "dr");
    }
}
