package dev.kiln.ir.interp.internal;

/**
 * NaN results, bit for bit as SSE2 gives them (SDM vol. 1, 4.8.3.5, table 4-7): the first NaN operand made quiet, or, when the
 * operation invents one, the negative default NaN. Java leaves those bits open, so they are never taken from Java arithmetic.
 *
 * <p>{@code f32} bits are kept zero-extended in a {@code long}.
 */
final class FloatBits {
    static final long DEFAULT_F64 = 0xFFF8_0000_0000_0000L;
    static final long DEFAULT_F32 = 0xFFC0_0000L;
    private static final long QUIET_F64 = 0x0008_0000_0000_0000L;
    private static final long QUIET_F32 = 0x0040_0000L;
    private static final long INF_F64 = 0x7FF0_0000_0000_0000L;
    private static final long INF_F32 = 0x7F80_0000L;

    private FloatBits() {}

    static boolean isNan64(long bits) {
        return (bits & Long.MAX_VALUE) > INF_F64;
    }

    static boolean isNan32(long bits) {
        return (bits & 0x7FFF_FFFFL) > INF_F32;
    }

    /** The NaN that an operation on one operand gives. */
    static long nan64(long a) {
        return isNan64(a) ? a | QUIET_F64 : DEFAULT_F64;
    }

    /** The NaN that an operation on two operands gives. */
    static long nan64(long a, long b) {
        return isNan64(a) ? a | QUIET_F64 : nan64(b);
    }

    /** The NaN that an operation on three operands gives. */
    static long nan64(long a, long b, long c) {
        return isNan64(a) ? a | QUIET_F64 : nan64(b, c);
    }

    static long nan32(long a) {
        return isNan32(a) ? (a | QUIET_F32) & 0xFFFF_FFFFL : DEFAULT_F32;
    }

    static long nan32(long a, long b) {
        return isNan32(a) ? (a | QUIET_F32) & 0xFFFF_FFFFL : nan32(b);
    }

    static long nan32(long a, long b, long c) {
        return isNan32(a) ? (a | QUIET_F32) & 0xFFFF_FFFFL : nan32(b, c);
    }

    /** {@code cvtss2sd} of a NaN: sign and payload kept, quiet. */
    static long extendNan(long f32) {
        return (f32 & 0x8000_0000L) << 32 | INF_F64 | QUIET_F64 | (f32 & 0x007F_FFFFL) << 29;
    }

    /** {@code cvtsd2ss} of a NaN: sign and the upper bits of the payload kept, quiet. */
    static long truncateNan(long f64) {
        return f64 >>> 32 & 0x8000_0000L | INF_F32 | QUIET_F32 | f64 >>> 29 & 0x003F_FFFFL;
    }

    static double f64(long bits) {
        return Double.longBitsToDouble(bits);
    }

    static float f32(long bits) {
        return Float.intBitsToFloat((int) bits);
    }

    /** The bits of a result that is no NaN. */
    static long bits(double value) {
        return Double.doubleToRawLongBits(value);
    }

    /** The bits of a result that is no NaN, zero-extended. */
    static long bits(float value) {
        return Float.floatToRawIntBits(value) & 0xFFFF_FFFFL;
    }
}
