package dev.kiln.qbe.internal;

import dev.kiln.base.Nearest;

/**
 * The words of QBE IL. All have at most 8 letters, so a word is looked up as a {@code long} in a small hash table. Instructions have
 * the numbers of their {@link QbeOp}, the others follow.
 */
final class Words {
    static final int UNKNOWN = -1;
    static final int FIRST = QbeOp.count();
    static final int JMP = FIRST, JNZ = FIRST + 1, RET = FIRST + 2, HLT = FIRST + 3, DBGLOC = FIRST + 4;
    static final int EXPORT = FIRST + 5, THREAD = FIRST + 6, COMMON = FIRST + 7, SECTION = FIRST + 8;
    static final int FUNCTION = FIRST + 9, TYPE = FIRST + 10, DATA = FIRST + 11, DBGFILE = FIRST + 12;
    static final int ALIGN = FIRST + 13, ENV = FIRST + 14, DOTS = FIRST + 15;
    static final int W = FIRST + 16, L = FIRST + 17, S = FIRST + 18, D = FIRST + 19;
    static final int SB = FIRST + 20, UB = FIRST + 21, SH = FIRST + 22, UH = FIRST + 23;
    static final int B = FIRST + 24, H = FIRST + 25, Z = FIRST + 26;

    private static final String[] OTHERS = {
        "jmp",
        "jnz",
        "ret",
        "hlt",
        "dbgloc",
        "export",
        "thread",
        "common",
        "section",
        "function",
        "type",
        "data",
        "dbgfile",
        "align",
        "env",
        "...",
        "w",
        "l",
        "s",
        "d",
        "sb",
        "ub",
        "sh",
        "uh",
        "b",
        "h",
        "z"
    };
    private static final int SIZE = 512;
    private static final long[] KEYS = new long[SIZE];
    private static final int[] NUMBERS = new int[SIZE];

    static {
        for (int i = 0; i < FIRST; i++) {
            put(QbeOp.of(i).text, i);
        }
        for (int i = 0; i < OTHERS.length; i++) {
            put(OTHERS[i], FIRST + i);
        }
    }

    private Words() {}

    /** The number of the word in {@code bytes[from, to)}, or {@link #UNKNOWN}. */
    static int find(byte[] bytes, int from, int to) {
        if (to - from > 8) {
            return UNKNOWN;
        }
        long key = 0;
        for (int i = from; i < to; i++) {
            key = key << 8 | bytes[i] & 0xFF;
        }
        int slot = slot(key);
        while (KEYS[slot] != 0) {
            if (KEYS[slot] == key) {
                return NUMBERS[slot];
            }
            slot = (slot + 1) & (SIZE - 1);
        }
        return UNKNOWN;
    }

    /** Whether a word begins a definition of the file. */
    static boolean startsDefinition(int word) {
        return word >= EXPORT && word <= DBGFILE;
    }

    /** The class that a word stands for before a parameter, argument or result; {@link Classes#NONE} if none. */
    static int classOf(int word) {
        return word >= W && word <= UH ? word - W : Classes.NONE;
    }

    static String text(int word) {
        return word < FIRST ? QbeOp.of(word).text : OTHERS[word - FIRST];
    }

    /** The known word closest to a misspelt one; {@code null} when none is near. */
    static String nearest(String wrong) {
        Nearest nearest = new Nearest(wrong);
        for (int word = 0; word < FIRST + OTHERS.length; word++) {
            String candidate = text(word);
            if (candidate.length() > 1) nearest.offer(candidate);
        }
        return nearest.best();
    }

    private static void put(String text, int number) {
        long key = 0;
        for (int i = 0; i < text.length(); i++) {
            key = key << 8 | text.charAt(i);
        }
        int slot = slot(key);
        while (KEYS[slot] != 0) {
            slot = (slot + 1) & (SIZE - 1);
        }
        KEYS[slot] = key;
        NUMBERS[slot] = number;
    }

    private static int slot(long key) {
        return (int) (key * 0x9E3779B97F4A7C15L >>> 55);
    }
}
