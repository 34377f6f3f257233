package dev.kiln.ir.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Gives names (byte sequences) dense numbers, so that the parser keeps its tables in arrays and makes a string once per name. Open
 * addressing; the bytes of all names stand in one pool.
 */
final class NameTable {
    private byte[] pool = new byte[1 << 12];
    private int poolSize;
    private int[] start = new int[256];
    private int[] hashes = new int[256];
    private String[] texts = new String[256];
    private int[] slots = new int[1024];
    private int count;

    /** The number of a name, new or known. */
    int intern(byte[] s, int from, int to) {
        int hash = hash(s, from, to);
        int mask = slots.length - 1;
        int slot = hash & mask;
        int length = to - from;
        for (int id; (id = slots[slot] - 1) >= 0; slot = slot + 1 & mask) {
            if (hashes[id] == hash
                    && start[id + 1] - start[id] == length
                    && Arrays.equals(pool, start[id], start[id + 1], s, from, to)) {
                return id;
            }
        }
        return add(s, from, length, hash, slot);
    }

    int intern(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return intern(bytes, 0, bytes.length);
    }

    private int add(byte[] s, int from, int length, int hash, int slot) {
        if (count + 2 > start.length) {
            start = Arrays.copyOf(start, count * 2 + 2);
            hashes = Arrays.copyOf(hashes, start.length);
            texts = Arrays.copyOf(texts, start.length);
        }
        if (poolSize + length > pool.length) {
            pool = Arrays.copyOf(pool, Math.max(pool.length * 2, poolSize + length));
        }
        System.arraycopy(s, from, pool, poolSize, length);
        int id = count++;
        start[id] = poolSize;
        poolSize += length;
        start[id + 1] = poolSize;
        hashes[id] = hash;
        slots[slot] = id + 1;
        if (count * 2 > slots.length) {
            rehash();
        }
        return id;
    }

    private void rehash() {
        slots = new int[slots.length * 2];
        int mask = slots.length - 1;
        for (int id = 0; id < count; id++) {
            int slot = hashes[id] & mask;
            while (slots[slot] != 0) {
                slot = slot + 1 & mask;
            }
            slots[slot] = id + 1;
        }
    }

    private static int hash(byte[] s, int from, int to) {
        int h = to - from;
        for (int i = from; i < to; i++) {
            h = (h ^ s[i]) * 0x01000193;
        }
        h ^= h >>> 15;
        h *= 0x2c1b3c6d;
        return h ^ h >>> 13;
    }

    /** The name as a string; malformed UTF-8 is replaced. The same object each time. */
    String text(int id) {
        String text = texts[id];
        if (text == null) {
            text = new String(pool, start[id], start[id + 1] - start[id], StandardCharsets.UTF_8);
            texts[id] = text;
        }
        return text;
    }

    /** The number of names. */
    int count() {
        return count;
    }
}
