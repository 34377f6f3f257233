package dev.kiln.asm;

import java.util.SplittableRandom;

/** Arbitrary bytes, begun in ways that make many of them instructions. */
enum RandomCode {
    /** All beginnings that there are, most of them without prefixes. */
    MIXED,
    /** Prefixes in any number and order. */
    PREFIXES,
    /** Map 0F, and what chooses there. */
    ESCAPED,
    /** Maps 0F38 and 0F3A. */
    ESCAPED_TWICE,
    VEX,
    XOP,
    EVEX,
    /** EVEX as APX reads it. */
    PROMOTED,
    REX2;

    private static final int[] PREFIX_BYTES = {0x66, 0x67, 0xF2, 0xF3, 0xF0, 0x64, 0x65, 0x2E, 0x3E, 0x26, 0x36};
    private static final int[] CHOOSING = {0x66, 0xF2, 0xF3, 0x66, 0xF3, 0xF0, 0x67};

    /** Beginnings, each followed by a few arbitrary bytes. */
    byte[] stream(SplittableRandom random, int size) {
        byte[] code = new byte[size];
        int at = 0;
        while (at < size) {
            at = begin(random, code, at);
            for (int n = random.nextInt(12); n >= 0 && at < size; n--) code[at++] = (byte) random.nextInt(256);
        }
        return code;
    }

    /** One beginning, and arbitrary bytes to the end. */
    void fill(SplittableRandom random, byte[] code) {
        int at = begin(random, code, 0);
        while (at < code.length) code[at++] = (byte) random.nextInt(256);
    }

    private int begin(SplittableRandom random, byte[] code, int from) {
        RandomCode kind = this;
        if (this == MIXED && random.nextInt(17) >= 11) kind = values()[4 + random.nextInt(5)];
        int[] bytes = kind.beginning(random);
        int at = from;
        for (int b : bytes) if (at < code.length) code[at++] = (byte) b;
        return at;
    }

    private int[] beginning(SplittableRandom random) {
        int high = random.nextInt(2) << 7;
        // W or R, then mostly no second source.
        int second = high | (random.nextInt(3) == 0 ? random.nextInt(16) << 3 : 0x78);
        boolean extends3 = random.nextInt(3) == 0;
        return switch (this) {
            case MIXED -> {
                int chance = random.nextInt(24);
                int count = chance < 4 ? 1 + random.nextInt(3) : chance < 9 ? 1 : 0;
                int escape = random.nextInt(11);
                yield legacy(random, PREFIX_BYTES, count, 2, escape < 4 ? 1 : escape < 6 ? 2 : 0);
            }
            case PREFIXES -> legacy(random, PREFIX_BYTES, random.nextInt(6), 3, random.nextInt(3) == 0 ? 1 : 0);
            case ESCAPED -> legacy(random, CHOOSING, random.nextInt(3), 3, 1);
            case ESCAPED_TWICE -> legacy(random, CHOOSING, random.nextInt(3), 3, 2);
            case VEX ->
                random.nextInt(3) == 0
                        ? new int[] {0xC5, second | random.nextInt(8)}
                        : new int[] {
                            0xC4,
                            (extends3 ? random.nextInt(8) << 5 : 0xE0)
                                    | (random.nextInt(12) == 0 ? random.nextInt(32) : 1 + random.nextInt(3)),
                            second | random.nextInt(8)
                        };
            case XOP ->
                new int[] {
                    0x8F,
                    (extends3 ? random.nextInt(8) << 5 : 0xE0)
                            | (random.nextInt(12) == 0 ? random.nextInt(32) : 8 + random.nextInt(3)),
                    second | (random.nextInt(4) == 0 ? random.nextInt(8) : random.nextInt(2) << 2)
                };
            case EVEX ->
                new int[] {
                    0x62,
                    (extends3 ? random.nextInt(16) << 4 : 0xF0)
                            | (random.nextInt(12) == 0 ? random.nextInt(16) : 1 + random.nextInt(6)),
                    second | (random.nextInt(12) == 0 ? 0 : 4) | random.nextInt(4),
                    random.nextInt(3) << 5
                            | (random.nextInt(4) == 0 ? 0x80 : 0)
                            | (random.nextInt(3) == 0 ? 0x10 : 0)
                            | (random.nextInt(4) == 0 ? 0 : 8)
                            | (random.nextBoolean() ? 0 : random.nextInt(8))
                };
            case PROMOTED ->
                new int[] {
                    0x62,
                    random.nextInt(32) << 3 | (random.nextInt(3) == 0 ? 1 + random.nextInt(7) : 4),
                    second | (random.nextInt(3) == 0 ? 0 : 4) | random.nextInt(4),
                    random.nextInt(3) == 0 ? random.nextInt(256) : random.nextInt(8) << 2
                };
            case REX2 ->
                random.nextInt(4) == 0
                        ? new int[] {PREFIX_BYTES[random.nextInt(PREFIX_BYTES.length)], 0xD5, random.nextInt(256)}
                        : new int[] {0xD5, random.nextInt(256)};
        };
    }

    /** Prefixes, perhaps REX, and escape bytes. */
    private static int[] legacy(SplittableRandom random, int[] choices, int count, int rexOneOf, int escapes) {
        boolean rex = random.nextInt(rexOneOf) == 0;
        int[] bytes = new int[count + (rex ? 1 : 0) + escapes];
        int at = 0;
        while (at < count) bytes[at++] = choices[random.nextInt(choices.length)];
        if (rex) bytes[at++] = 0x40 + random.nextInt(16);
        if (escapes > 0) bytes[at++] = 0x0F;
        if (escapes > 1) bytes[at] = random.nextBoolean() ? 0x38 : 0x3A;
        return bytes;
    }
}
