package dev.kiln.asm.internal;

/** Recommended multi-byte NOPs (SDM vol. 2, NOP, table 4-12). */
public final class Nops {
    /** The longest single one. */
    public static final int LONGEST = 9;

    private static final byte[][] SEQUENCES = {
        {},
        {(byte) 0x90},
        {0x66, (byte) 0x90},
        {0x0F, 0x1F, 0x00},
        {0x0F, 0x1F, 0x40, 0x00},
        {0x0F, 0x1F, 0x44, 0x00, 0x00},
        {0x66, 0x0F, 0x1F, 0x44, 0x00, 0x00},
        {0x0F, 0x1F, (byte) 0x80, 0x00, 0x00, 0x00, 0x00},
        {0x0F, 0x1F, (byte) 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
        {0x66, 0x0F, 0x1F, (byte) 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
    };

    private Nops() {}

    /** Fills {@code bytes} from {@code from} to {@code to} with as few NOPs as do it. */
    public static void fill(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            int length = Math.min(LONGEST, to - at);
            System.arraycopy(SEQUENCES[length], 0, bytes, at, length);
            at += length;
        }
    }
}
