package dev.kiln.asm;

/** A tile register of AMX. */
public final class Tile extends Register {
    /** @param n counted from 0 in its class */
    Tile(int n) {
        super(Registers.TILE + n, n, RegisterClass.TILE, 8192, "tmm");
    }
}
