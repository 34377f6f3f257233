package dev.kiln.object;

import dev.kiln.ir.Data;

/** The bytes of data items, little-endian. */
public final class DataBytes {
    private DataBytes() {}

    /** Writes an item; addresses are left zero. */
    public static void write(Data.Item item, byte[] to, int at) {
        switch (item) {
            case Data.Scalars scalars -> {
                int width = scalars.type().bytes();
                int offset = at;
                for (long bits : scalars.bits()) {
                    put(to, offset, bits, width);
                    offset += width;
                }
            }
            case Data.Bytes bytes -> System.arraycopy(bytes.bytes(), 0, to, at, bytes.bytes().length);
            case Data.Address address -> {}
            case Data.Zero zero -> {}
        }
    }

    /** Writes the low {@code width} bytes of a value. */
    public static void put(byte[] to, int at, long value, int width) {
        for (int i = 0; i < width; i++) {
            to[at + i] = (byte) (value >>> 8 * i);
        }
    }
}
