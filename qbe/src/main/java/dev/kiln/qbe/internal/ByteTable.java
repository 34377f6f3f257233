package dev.kiln.qbe.internal;

import java.util.Arrays;

/**
 * Gives names dense numbers in the order of first sight. Open addressing on the bytes of the source, so that no string is made for a
 * name that was seen before. Forgetting all names costs nothing: slots written before the last {@link #clear} do not count.
 */
final class ByteTable {
    private int[] slots = new int[256];
    private int mask = slots.length - 1;
    /** Slots hold {@code base + id}; smaller contents are of an earlier generation. */
    private int base = 1;

    private int count;
    private byte[][] text = new byte[64][];
    private int[] start = new int[64];
    private int[] length = new int[64];
    private int[] hash = new int[64];

    /** The hash that {@link #find} and {@link #intern} want for these bytes. */
    static int hash(byte[] bytes, int from, int to) {
        int h = 0;
        for (int i = from; i < to; i++) {
            h = h * 31 + bytes[i];
        }
        return h;
    }

    void clear() {
        base += count;
        count = 0;
        if (base > Integer.MAX_VALUE / 2) {
            Arrays.fill(slots, 0);
            base = 1;
        }
    }

    int count() {
        return count;
    }

    /** The number of the name in {@code bytes[from, to)}, a new one when it was not seen. */
    int intern(byte[] bytes, int from, int to, int h) {
        int size = to - from;
        int slot = mix(h) & mask;
        while (slots[slot] >= base) {
            int id = slots[slot] - base;
            if (hash[id] == h && length[id] == size && same(bytes, from, id)) {
                return id;
            }
            slot = (slot + 1) & mask;
        }
        if (count == start.length) {
            text = Arrays.copyOf(text, count * 2);
            start = Arrays.copyOf(start, count * 2);
            length = Arrays.copyOf(length, count * 2);
            hash = Arrays.copyOf(hash, count * 2);
        }
        int id = count++;
        text[id] = bytes;
        start[id] = from;
        length[id] = size;
        hash[id] = h;
        slots[slot] = base + id;
        if (count * 2 > slots.length) {
            grow();
        }
        return id;
    }

    /** The name of a number; names are ASCII unless they were quoted. */
    String name(int id) {
        return new String(text[id], start[id], length[id], java.nio.charset.StandardCharsets.UTF_8);
    }

    private boolean same(byte[] bytes, int from, int id) {
        byte[] other = text[id];
        int at = start[id];
        for (int i = 0; i < length[id]; i++) {
            if (bytes[from + i] != other[at + i]) {
                return false;
            }
        }
        return true;
    }

    private void grow() {
        slots = new int[slots.length * 2];
        mask = slots.length - 1;
        base = 1;
        for (int id = 0; id < count; id++) {
            int slot = mix(hash[id]) & mask;
            while (slots[slot] != 0) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = base + id;
        }
    }

    private static int mix(int h) {
        int m = h * 0x9E3779B9;
        return m ^ m >>> 15;
    }
}
