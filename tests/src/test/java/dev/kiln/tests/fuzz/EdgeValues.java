package dev.kiln.tests.fuzz;

import dev.kiln.ir.Constant;
import dev.kiln.ir.Type;
import java.util.Random;

/** Constants at which operations change their ways, and some in between. */
final class EdgeValues {
    private static final long[] INTEGERS = {
        0,
        1,
        2,
        3,
        7,
        8,
        10,
        31,
        32,
        33,
        63,
        64,
        127,
        128,
        255,
        256,
        0x7FFF,
        0x8000,
        0xFFFF,
        0x10000,
        0x7FFF_FFFFL,
        0x8000_0000L,
        0xFFFF_FFFFL,
        0x1_0000_0000L,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        0x5555_5555_5555_5555L,
        0x0123_4567_89AB_CDEFL,
        0xFFL << 56
    };

    private static final double[] FLOATS = {
        0.0,
        1.0,
        0.5,
        1.5,
        2.5,
        0.49999999999999994,
        3.0,
        10.0,
        1e-5,
        1e10,
        1e300,
        1e-300,
        Double.MIN_VALUE,
        Double.MIN_NORMAL,
        Double.MAX_VALUE,
        Float.MIN_VALUE,
        Float.MIN_NORMAL,
        Float.MAX_VALUE,
        127.0,
        128.0,
        255.5,
        32768.0,
        65535.9,
        0x1p31,
        0x1.fffffep30,
        0x1p32,
        0x1p52,
        0x1.8p52,
        0x1p63,
        0x1.fffffffffffffp62,
        0x1p64,
        0x1.fffffffffffffp63,
        0x1p23,
        0x1.8p22,
        Double.POSITIVE_INFINITY,
        Math.PI
    };

    private static final long[] NANS64 = {
        0x7FF8_0000_0000_0000L,
        0xFFF8_0000_0000_0000L,
        0x7FF0_0000_0000_0001L,
        0xFFF4_0000_DEAD_BEEFL,
        0x7FFF_FFFF_FFFF_FFFFL
    };
    private static final long[] NANS32 = {0x7FC0_0000L, 0xFFC0_0000L, 0x7F80_0001L, 0xFFA1_2345L, 0x7FFF_FFFFL};

    private EdgeValues() {}

    /** A constant of a scalar type that is no pointer. */
    static Constant constant(Type type, Random random) {
        return Constant.of(type, bits(type, random));
    }

    /** A constant that is no NaN. */
    static Constant number(Type type, Random random) {
        while (true) {
            Constant constant = constant(type, random);
            if (!Double.isNaN(constant.asDouble())) {
                return constant;
            }
        }
    }

    /** The bits of a value. */
    static long bits(Type type, Random random) {
        return switch (type) {
            case F32 -> Float.floatToRawIntBits(floating(random)) & 0xFFFF_FFFFL | nan(NANS32, random);
            case F64 -> Double.doubleToRawLongBits(wide(random)) | nan(NANS64, random);
            default -> integer(random);
        };
    }

    /** Mostly nothing; now and then the bits of a NaN, which stay those of a NaN whatever is added. */
    private static long nan(long[] nans, Random random) {
        return random.nextInt(12) == 0 ? nans[random.nextInt(nans.length)] : 0;
    }

    private static long integer(Random random) {
        long value = switch (random.nextInt(4)) {
            case 0 -> random.nextInt(-20, 100);
            case 1 -> random.nextLong() >>> random.nextInt(64);
            default -> INTEGERS[random.nextInt(INTEGERS.length)];
        };
        return switch (random.nextInt(6)) {
            case 0 -> -value;
            case 1 -> ~value;
            default -> value;
        };
    }

    private static double wide(Random random) {
        double value = switch (random.nextInt(5)) {
            case 0 -> random.nextInt(-1000, 1000) / 4.0;
            case 1 -> Double.longBitsToDouble(random.nextLong());
            default -> FLOATS[random.nextInt(FLOATS.length)];
        };
        return random.nextInt(3) == 0 ? -value : value;
    }

    private static float floating(Random random) {
        return random.nextInt(5) == 0 ? Float.intBitsToFloat(random.nextInt()) : (float) wide(random);
    }
}
