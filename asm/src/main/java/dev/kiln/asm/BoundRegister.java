package dev.kiln.asm;

/** A bound register of MPX, BND0 to BND3. */
public final class BoundRegister extends Register {
    /** @param n counted from 0 in its class */
    BoundRegister(int n) {
        super(Registers.BOUND + n, n, RegisterClass.BOUND, 128, "bnd");
    }
}
