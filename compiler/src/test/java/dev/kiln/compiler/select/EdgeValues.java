package dev.kiln.compiler.select;

import dev.kiln.ir.Type;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/** Operands at which operations tend to go wrong, as zero-extended bits. */
final class EdgeValues {
    private EdgeValues() {}

    static long[] of(Type type) {
        return switch (type) {
            case F32 -> floats();
            case F64 -> doubles();
            default -> integers(type);
        };
    }

    private static long[] integers(Type type) {
        int n = type.bits();
        long min = 1L << n - 1;
        long[] all = {
            0,
            1,
            2,
            3,
            7,
            8,
            9,
            15,
            16,
            31,
            32,
            33,
            63,
            64,
            100,
            127,
            128,
            255,
            256,
            min - 1,
            min,
            min + 1,
            -1,
            -2,
            -7,
            -128,
            -129,
            min >>> 1,
            0x5555_5555_5555_5555L,
            0x0123_4567_89AB_CDEFL,
            0x8000_0000L,
            0x7FFF_FFFFL,
            0xFFFF_FFFFL,
            0x1_0000_0000L,
            0xFFFF_FFFF_7FFF_FFFFL,
            0x100_0000_0000_0001L
        };
        Set<Long> different = new LinkedHashSet<>();
        for (long value : all) {
            different.add(ScalarMeaning.mask(type, value));
        }
        return different.stream().mapToLong(Long::longValue).toArray();
    }

    private static long[] doubles() {
        double[] plain = {
            0.0,
            0.25,
            0.5,
            0.75,
            1.0,
            1.5,
            2.0,
            2.5,
            3.5,
            127.0,
            128.5,
            255.9,
            32767.5,
            65535.99,
            0x1p31 - 1,
            0x1p31 - 0.5,
            0x1p31,
            0x1p32 - 1,
            0x1p32,
            0x1p51 + 0.5,
            0x1p52 - 0.5,
            0x1p52,
            0x1p52 + 1,
            0x1p53 + 2,
            0x1p62,
            0x1.fffffffffffffp62,
            0x1p63,
            0x1.0000000000001p63,
            0x1.fffffffffffffp63,
            0x1p64,
            1e300,
            Double.MAX_VALUE,
            Double.MIN_VALUE,
            Double.MIN_NORMAL,
            0x0.fffffffffffffp-1022,
            Double.POSITIVE_INFINITY,
            0.49999999999999994,
            16777217.0,
            3.4028235677973366e38
        };
        long[] all = new long[plain.length * 2 + 4];
        for (int i = 0; i < plain.length; i++) {
            all[2 * i] = Double.doubleToRawLongBits(plain[i]);
            all[2 * i + 1] = all[2 * i] ^ Long.MIN_VALUE;
        }
        int at = plain.length * 2;
        all[at] = 0x7FF8_0000_0000_0000L;
        all[at + 1] = 0xFFF8_0000_0000_1234L;
        all[at + 2] = 0x7FF0_0000_2000_0001L;
        all[at + 3] = 0xFFF4_0000_0000_0000L;
        return all;
    }

    private static long[] floats() {
        float[] plain = {
            0.0f,
            0.25f,
            0.5f,
            0.75f,
            1.0f,
            1.5f,
            2.5f,
            3.5f,
            127.0f,
            128.5f,
            255.9f,
            32767.5f,
            65535.99f,
            0x1p22f + 0.5f,
            0x1p23f - 0.5f,
            0x1p23f,
            0x1p23f + 1,
            0x1p24f + 2,
            0x1.fffffep30f,
            0x1p31f,
            0x1p32f,
            0x1.fffffep62f,
            0x1p63f,
            0x1.000002p63f,
            0x1.fffffep63f,
            0x1p64f,
            1e30f,
            Float.MAX_VALUE,
            Float.MIN_VALUE,
            Float.MIN_NORMAL,
            0x0.fffffep-126f,
            Float.POSITIVE_INFINITY,
            0.49999997f
        };
        long[] all = new long[plain.length * 2 + 4];
        for (int i = 0; i < plain.length; i++) {
            all[2 * i] = Float.floatToRawIntBits(plain[i]) & 0xFFFF_FFFFL;
            all[2 * i + 1] = all[2 * i] ^ 0x8000_0000L;
        }
        int at = plain.length * 2;
        all[at] = 0x7FC0_0000L;
        all[at + 1] = 0xFFC0_1234L;
        all[at + 2] = 0x7F80_0001L;
        all[at + 3] = 0xFFA0_0000L;
        return all;
    }

    /** Some of them: every one that stands at a multiple of {@code step}. */
    static long[] some(Type type, int step) {
        long[] all = of(type);
        int count = (all.length + step - 1) / step;
        long[] some = new long[count];
        Arrays.setAll(some, i -> all[i * step]);
        return some;
    }
}
