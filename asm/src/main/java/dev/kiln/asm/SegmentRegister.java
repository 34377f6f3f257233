package dev.kiln.asm;

/** A segment register. */
public final class SegmentRegister extends Register {
    /** @param n counted from 0 in its class */
    SegmentRegister(int n) {
        super(Registers.SEGMENT + n, n, RegisterClass.SEGMENT, 16, "sreg");
    }
}
