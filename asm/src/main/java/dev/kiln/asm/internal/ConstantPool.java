package dev.kiln.asm.internal;

import java.util.Arrays;

/**
 * What stands behind one piece of code and is known by labels: numbers of 4 to 64 bytes, strings of bytes with an alignment, and jump
 * tables. Equal numbers and equal strings are kept once. Placed with the greatest alignment first, so that next to nothing is lost
 * between them.
 */
public final class ConstantPool {
    /** The widest constant and the greatest alignment, in bytes. */
    public static final int WIDEST = 64;

    /** In {@link #sizes}: a string of bytes, a jump table. */
    private static final byte STRING = 0, TABLE = -1;

    private int count;
    /** 4, 8, 16, 32 or 64 for numbers, or {@link #STRING} or {@link #TABLE}. */
    private byte[] sizes = new byte[8];

    private byte[] alignments = new byte[8];
    private long[] lows = new long[8];
    private long[] highs = new long[8];
    private byte[][] strings = new byte[8][];
    /** The labels of jump tables' targets. */
    private int[][] tables = new int[8][];

    private int[] labels = new int[8];
    private int[] hashTable = new int[16];
    private int largest = 1;

    public void clear() {
        count = 0;
        largest = 1;
        Arrays.fill(strings, null);
        Arrays.fill(tables, null);
        Arrays.fill(hashTable, 0);
    }

    public int count() {
        return count;
    }

    /** What the pool's first byte has to be aligned to. */
    public int alignment() {
        return largest;
    }

    /** The label of an equal number, or −1: then {@link #add} has to follow. */
    public int find(int size, long low, long high) {
        int slot = hash(size, low, high) & hashTable.length - 1;
        for (int i; (i = hashTable[slot] - 1) >= 0; slot = slot + 1 & hashTable.length - 1)
            if (sizes[i] == size && lows[i] == low && highs[i] == high) return labels[i];
        return -1;
    }

    /** The label of an equal string, which is aligned as asked from now on, or −1: then {@link #add(byte[], int, int)} has to follow. */
    public int find(byte[] bytes, int alignment) {
        if (isNumber(bytes, alignment))
            return find(bytes.length, number(bytes, 0), bytes.length < 16 ? 0 : number(bytes, 8));
        int slot = hash(STRING, Arrays.hashCode(bytes), 0) & hashTable.length - 1;
        for (int i; (i = hashTable[slot] - 1) >= 0; slot = slot + 1 & hashTable.length - 1) {
            if (sizes[i] != STRING || !Arrays.equals(strings[i], bytes)) continue;
            alignments[i] = (byte) Math.max(alignments[i], alignment);
            largest = Math.max(largest, alignment);
            return labels[i];
        }
        return -1;
    }

    /** Whether a string of bytes is what a number repeated to its width would be, with that number's alignment. */
    private static boolean isNumber(byte[] bytes, int alignment) {
        int length = bytes.length;
        if (length != alignment || length < 4) return false;
        return length <= 16 || Arrays.equals(bytes, 16, length, bytes, 0, length - 16);
    }

    private static long number(byte[] bytes, int at) {
        long value = 0;
        for (int i = Math.min(at + 8, bytes.length) - 1; i >= at; i--) value = value << 8 | bytes[i] & 0xFF;
        return value;
    }

    public void add(int size, long low, long high, int label) {
        int i = grow(label, size);
        sizes[i] = (byte) size;
        lows[i] = low;
        highs[i] = high;
        enter(i);
    }

    public void add(byte[] bytes, int alignment, int label) {
        if (isNumber(bytes, alignment)) {
            add(bytes.length, number(bytes, 0), bytes.length < 16 ? 0 : number(bytes, 8), label);
            return;
        }
        int i = grow(label, alignment);
        sizes[i] = STRING;
        strings[i] = bytes.clone();
        enter(i);
    }

    /**
     * Adds a table of 32-bit distances of labels from the table.
     *
     * @param at where in the code it was asked for, for messages
     */
    public void addTable(int[] targets, int label, int at) {
        int i = grow(label, 4);
        lows[i] = at;
        sizes[i] = TABLE;
        tables[i] = targets.clone();
    }

    private int grow(int label, int alignment) {
        if (count == sizes.length) {
            sizes = Arrays.copyOf(sizes, count * 2);
            alignments = Arrays.copyOf(alignments, count * 2);
            lows = Arrays.copyOf(lows, count * 2);
            highs = Arrays.copyOf(highs, count * 2);
            strings = Arrays.copyOf(strings, count * 2);
            tables = Arrays.copyOf(tables, count * 2);
            labels = Arrays.copyOf(labels, count * 2);
            hashTable = new int[count * 4];
            for (int i = 0; i < count; i++) if (sizes[i] != TABLE) enter(i);
        }
        labels[count] = label;
        alignments[count] = (byte) alignment;
        largest = Math.max(largest, alignment);
        return count++;
    }

    private void enter(int i) {
        int hash =
                sizes[i] == STRING ? hash(STRING, Arrays.hashCode(strings[i]), 0) : hash(sizes[i], lows[i], highs[i]);
        int slot = hash & hashTable.length - 1;
        while (hashTable[slot] != 0) slot = slot + 1 & hashTable.length - 1;
        hashTable[slot] = i + 1;
    }

    private static int hash(int size, long low, long high) {
        long mixed = (low * 31 + high) * 0x9E3779B97F4A7C15L + size;
        return (int) (mixed >>> 32) ^ (int) mixed >>> 16;
    }

    /** The entries in the order of their places, by number. Of one alignment, those that end on it come first. */
    public int[] order() {
        int[] order = new int[count];
        int next = 0;
        for (int alignment = WIDEST; alignment > 0 && next < count; alignment >>= 1) {
            for (int i = 0; i < count; i++)
                if (alignments[i] == alignment && length(i) % alignment == 0) order[next++] = i;
            for (int i = 0; i < count; i++)
                if (alignments[i] == alignment && length(i) % alignment != 0) order[next++] = i;
        }
        return order;
    }

    public int label(int i) {
        return labels[i];
    }

    /** What an entry's offset is a multiple of. */
    public int alignment(int i) {
        return alignments[i];
    }

    /** The width of a number in bytes; 0 for a string and for a table. */
    public int size(int i) {
        return Math.max(sizes[i], 0);
    }

    /** The bytes that an entry takes. */
    public int length(int i) {
        return switch (sizes[i]) {
            case STRING -> strings[i].length;
            case TABLE -> 4 * tables[i].length;
            default -> sizes[i];
        };
    }

    public long low(int i) {
        return lows[i];
    }

    public long high(int i) {
        return highs[i];
    }

    /** The bytes of a string; {@code null} for other entries. */
    public byte[] string(int i) {
        return strings[i];
    }

    /** The labels that a jump table leads to; {@code null} for other entries. */
    public int[] table(int i) {
        return tables[i];
    }

    /** Where in the code a jump table was asked for. */
    public int madeAt(int i) {
        return (int) lows[i];
    }

    /** Writes a number or string to {@code bytes} at {@code at}. */
    public void write(int i, byte[] bytes, int at) {
        if (sizes[i] == STRING) System.arraycopy(strings[i], 0, bytes, at, strings[i].length);
        for (int b = 0; b < sizes[i]; b++) {
            long half = (b & 8) == 0 ? lows[i] : highs[i];
            bytes[at + b] = (byte) (half >> 8 * (b & 7));
        }
    }
}
