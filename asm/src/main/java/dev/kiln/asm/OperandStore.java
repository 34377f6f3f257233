package dev.kiln.asm;

import java.util.Arrays;

/**
 * Operands of many instructions in one array of ints, so that keeping an instruction makes no object. An entry begins with a word that says
 * what follows: the number of operands, their kinds, and which of them take more than the usual words.
 */
final class OperandStore {
    /** In the first word: operands in bits 0–2, their kinds from bit 3 on, 3 bits each, and then what is there besides. */
    private static final int KIND_SHIFT = 3;

    private static final int WIDE = 1 << 18,
            DECORATED = 1 << 20,
            SYMBOL_IN_MEMORY = 1 << 21,
            ADDRESS32 = 1 << 22,
            OFFSET_SEGMENT = 1 << 23;

    /** The most words an entry takes: head, decorations, a segment without memory, memory with label and symbol, two wide immediates, two registers. */
    private static final int LONGEST = 16;

    private int[] words;
    private int used;

    private int symbols;
    private String[] symbolNames = new String[4];
    private RelocationKind[] symbolKinds = new RelocationKind[4];
    private long[] symbolAddends = new long[4];

    /**
     * @param room for how many words at first
     */
    OperandStore(int room) {
        words = new int[room];
    }

    void clear() {
        used = 0;
        Arrays.fill(symbolNames, 0, symbols, null);
        symbols = 0;
    }

    /** Keeps operands; gives their place. */
    int add(Operands o) {
        if (words.length - used < LONGEST) words = Arrays.copyOf(words, Math.max(words.length * 2, used + LONGEST));
        int[] w = words;
        int start = used;
        int p = start + 1;
        int head = o.count;
        for (int i = 0; i < o.count; i++) {
            int kind = o.kinds[i];
            head |= kind << KIND_SHIFT + 3 * i;
            switch (kind) {
                case Operands.REGISTER, Operands.LABEL -> w[p++] = o.values[i];
                case Operands.IMMEDIATE -> {
                    long value = o.immediateAt(i);
                    w[p++] = (int) value;
                    if (value != (int) value) {
                        head |= WIDE << o.values[i];
                        w[p++] = (int) (value >> 32);
                    }
                }
                case Operands.MEMORY -> {
                    w[p] = o.base & 0xFF | (o.index & 0xFF) << 8 | (o.segment & 0xFF) << 16 | o.scale << 24;
                    w[p + 1] = o.displacement;
                    p += 2;
                    if (o.base == Registers.RIP) w[p++] = o.memoryLabel;
                    if (o.symbol != null && o.symbolInMemory) {
                        head |= SYMBOL_IN_MEMORY;
                        w[p++] = addSymbol(o.symbol, o.relocation, o.addend);
                    }
                }
                default -> w[p++] = addSymbol(o.symbol, o.relocation, o.addend);
            }
        }
        if (o.decorations != 0) {
            head |= DECORATED;
            w[p++] = o.decorations;
        }
        if (o.addressBits == 32) head |= ADDRESS32;
        if (o.segment != Registers.NONE && !isMemory(o)) {
            head |= OFFSET_SEGMENT;
            w[p++] = o.segment;
        }
        w[start] = head;
        used = p;
        return start;
    }

    private int addSymbol(String name, RelocationKind kind, long addend) {
        if (symbols == symbolNames.length) {
            symbolNames = Arrays.copyOf(symbolNames, symbols * 2);
            symbolKinds = Arrays.copyOf(symbolKinds, symbols * 2);
            symbolAddends = Arrays.copyOf(symbolAddends, symbols * 2);
        }
        symbolNames[symbols] = name;
        symbolKinds[symbols] = kind;
        symbolAddends[symbols] = addend;
        return symbols++;
    }

    /** Fills a buffer with the operands kept at a place; labels are renumbered by {@code labels}, or left when that is {@code null}. */
    void get(int place, Operands o, int[] labels) {
        int[] w = words;
        int head = w[place];
        int p = place + 1;
        int count = head & 7;
        o.clear();
        for (int i = 0; i < count; i++) {
            int kind = head >> KIND_SHIFT + 3 * i & 7;
            switch (kind) {
                case Operands.REGISTER -> {
                    o.kinds[i] = Operands.REGISTER;
                    o.values[i] = w[p++];
                }
                case Operands.LABEL -> {
                    int label = w[p++];
                    o.kinds[i] = Operands.LABEL;
                    o.values[i] = labels == null ? label : labels[label];
                }
                case Operands.IMMEDIATE -> {
                    long value = w[p++];
                    if ((head & WIDE << o.immediates) != 0) value = value & 0xFFFF_FFFFL | (long) w[p++] << 32;
                    o.count = i;
                    o.immediate(value);
                }
                case Operands.MEMORY -> {
                    int packed = w[p];
                    o.kinds[i] = Operands.MEMORY;
                    o.base = register(packed);
                    o.index = register(packed >> 8);
                    o.segment = register(packed >> 16);
                    o.scale = packed >>> 24;
                    o.displacement = w[p + 1];
                    o.memoryLabel = -1;
                    p += 2;
                    if (o.base == Registers.RIP) {
                        int label = w[p++];
                        if (label >= 0) o.memoryLabel = labels == null ? label : labels[label];
                    }
                    if ((head & SYMBOL_IN_MEMORY) != 0) getSymbol(w[p++], o, true);
                }
                default -> {
                    o.kinds[i] = Operands.SYMBOL;
                    getSymbol(w[p++], o, false);
                }
            }
        }
        o.count = count;
        if ((head & DECORATED) != 0) o.decorations = w[p++];
        if ((head & ADDRESS32) != 0) o.addressBits = 32;
        if ((head & OFFSET_SEGMENT) != 0) o.segment = w[p];
    }

    /** Whether the segment is that of an operand in memory, else of an absolute address. */
    private static boolean isMemory(Operands o) {
        for (int i = 0; i < o.count; i++) if (o.kinds[i] == Operands.MEMORY) return true;
        return false;
    }

    private static int register(int bits) {
        int register = bits & 0xFF;
        return register == 0xFF ? Registers.NONE : register;
    }

    private void getSymbol(int symbol, Operands o, boolean inMemory) {
        o.symbol = symbolNames[symbol];
        o.relocation = symbolKinds[symbol];
        o.addend = symbolAddends[symbol];
        o.symbolInMemory = inMemory;
    }
}
