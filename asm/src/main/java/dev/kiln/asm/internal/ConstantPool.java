package dev.kiln.asm.internal;

import java.util.Arrays;

/**
 * The constants of one piece of code: numbers of 4, 8, 16 or 32 bytes and strings of bytes, each kept once and known by its label. Placed behind
 * the code with the widest first, so that nothing is lost between them, and strings last.
 */
public final class ConstantPool {
    private static final int[] SIZES = {32, 16, 8, 4, 0};

    private int count;
    /** 4, 8, 16, 32, or 0 for a string. */
    private byte[] sizes = new byte[8];

    private long[] lows = new long[8];
    private long[] highs = new long[8];
    private byte[][] strings = new byte[8][];
    private int[] labels = new int[8];
    private int[] hashTable = new int[16];
    private int largest;

    public void clear() {
        count = 0;
        largest = 0;
        Arrays.fill(strings, null);
        Arrays.fill(hashTable, 0);
    }

    public int count() {
        return count;
    }

    /** What the pool's first byte has to be aligned to. */
    public int alignment() {
        return Math.max(largest, 1);
    }

    /** The label of an equal constant, or −1: then {@link #add} has to follow. */
    public int find(int size, long low, long high) {
        int slot = hash(size, low, high) & hashTable.length - 1;
        for (int i; (i = hashTable[slot] - 1) >= 0; slot = slot + 1 & hashTable.length - 1)
            if (sizes[i] == size && lows[i] == low && highs[i] == high) return labels[i];
        return -1;
    }

    /** The label of an equal string, or −1: then {@link #add(byte[], int)} has to follow. */
    public int find(byte[] bytes) {
        int slot = hash(0, Arrays.hashCode(bytes), 0) & hashTable.length - 1;
        for (int i; (i = hashTable[slot] - 1) >= 0; slot = slot + 1 & hashTable.length - 1)
            if (sizes[i] == 0 && Arrays.equals(strings[i], bytes)) return labels[i];
        return -1;
    }

    public void add(int size, long low, long high, int label) {
        int i = grow();
        sizes[i] = (byte) size;
        lows[i] = low;
        highs[i] = high;
        labels[i] = label;
        largest = Math.max(largest, size);
        enter(i);
    }

    public void add(byte[] bytes, int label) {
        int i = grow();
        sizes[i] = 0;
        strings[i] = bytes.clone();
        labels[i] = label;
        enter(i);
    }

    private int grow() {
        if (count == sizes.length) {
            sizes = Arrays.copyOf(sizes, count * 2);
            lows = Arrays.copyOf(lows, count * 2);
            highs = Arrays.copyOf(highs, count * 2);
            strings = Arrays.copyOf(strings, count * 2);
            labels = Arrays.copyOf(labels, count * 2);
            hashTable = new int[count * 4];
            for (int i = 0; i < count; i++) enter(i);
        }
        return count++;
    }

    private void enter(int i) {
        int hash = sizes[i] == 0 ? hash(0, Arrays.hashCode(strings[i]), 0) : hash(sizes[i], lows[i], highs[i]);
        int slot = hash & hashTable.length - 1;
        while (hashTable[slot] != 0) slot = slot + 1 & hashTable.length - 1;
        hashTable[slot] = i + 1;
    }

    private static int hash(int size, long low, long high) {
        long mixed = (low * 31 + high) * 0x9E3779B97F4A7C15L + size;
        return (int) (mixed >>> 32) ^ (int) mixed >>> 16;
    }

    /** The constants in the order of their places, by number. */
    public int[] order() {
        int[] order = new int[count];
        int next = 0;
        for (int size : SIZES) for (int i = 0; i < count; i++) if (sizes[i] == size) order[next++] = i;
        return order;
    }

    public int label(int i) {
        return labels[i];
    }

    /** The constant's width in bytes; 0 for a string. */
    public int size(int i) {
        return sizes[i];
    }

    /** The bytes that a constant takes. */
    public int length(int i) {
        return sizes[i] == 0 ? strings[i].length : sizes[i];
    }

    public long low(int i) {
        return lows[i];
    }

    public long high(int i) {
        return highs[i];
    }

    public byte[] string(int i) {
        return strings[i];
    }

    /** Writes a constant to {@code bytes} at {@code at}. */
    public void write(int i, byte[] bytes, int at) {
        int size = sizes[i];
        if (size == 0) {
            System.arraycopy(strings[i], 0, bytes, at, strings[i].length);
            return;
        }
        for (int b = 0; b < size; b++) {
            long half = (b & 8) == 0 ? lows[i] : highs[i];
            bytes[at + b] = (byte) (half >> 8 * (b & 7));
        }
    }
}
