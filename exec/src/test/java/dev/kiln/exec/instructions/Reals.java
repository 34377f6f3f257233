package dev.kiln.exec.instructions;

import dev.kiln.asm.Rounding;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Floating-point arithmetic of SSE to AVX-512 on bits, for singles and doubles: NaNs as the processor makes them (SDM vol. 1, 4.8.3.5 and
 * table 4-7), and all four directions of rounding.
 */
final class Reals {
    private Reals() {}

    /** An operation on the values of finite operands. */
    enum Operation {
        ADD,
        SUBTRACT,
        MULTIPLY,
        DIVIDE,
        SQUARE_ROOT
    }

    static boolean isNan(long bits, int size) {
        return size == 4 ? Float.isNaN(Float.intBitsToFloat((int) bits)) : Double.isNaN(Double.longBitsToDouble(bits));
    }

    static long quiet(long bits, int size) {
        return bits | (size == 4 ? 0x40_0000L : 0x8_0000_0000_0000L);
    }

    /** The NaN that an invalid operation gives. */
    static long indefinite(int size) {
        return size == 4 ? 0xFFC0_0000L : 0xFFF8_0000_0000_0000L;
    }

    static double value(long bits, int size) {
        return size == 4 ? Float.intBitsToFloat((int) bits) : Double.longBitsToDouble(bits);
    }

    static long bits(double value, int size) {
        return size == 4 ? Float.floatToRawIntBits((float) value) & 0xFFFF_FFFFL : Double.doubleToRawLongBits(value);
    }

    static long operate(Operation operation, int size, long a, long b, Rounding rounding) {
        if (isNan(a, size)) return quiet(a, size);
        if (isNan(b, size)) return quiet(b, size);
        double x = value(a, size);
        double y = value(b, size);
        double nearest = size == 4
                ? switch (operation) {
                    case ADD -> (float) x + (float) y;
                    case SUBTRACT -> (float) x - (float) y;
                    case MULTIPLY -> (float) x * (float) y;
                    case DIVIDE -> (float) x / (float) y;
                    // Rounding twice does no harm to square roots.
                    case SQUARE_ROOT -> (float) Math.sqrt(y);
                }
                : switch (operation) {
                    case ADD -> x + y;
                    case SUBTRACT -> x - y;
                    case MULTIPLY -> x * y;
                    case DIVIDE -> x / y;
                    case SQUARE_ROOT -> Math.sqrt(y);
                };
        if (Double.isNaN(nearest)) return indefinite(size);
        return bits(directed(operation, size, x, y, nearest, rounding), size);
    }

    private static double directed(
            Operation operation, int size, double x, double y, double nearest, Rounding rounding) {
        if (rounding == Rounding.RN_SAE || Double.isInfinite(x) || Double.isInfinite(y)) return nearest;
        if (operation == Operation.DIVIDE && y == 0) return nearest;
        boolean sum = operation == Operation.ADD || operation == Operation.SUBTRACT;
        if (nearest == 0 && sum) {
            // An exact zero of two numbers that cancel is −0 when rounding down; of two zeros of a sign it keeps
            // theirs.
            double other = operation == Operation.ADD ? y : -y;
            if (x == 0 && other == 0 && 1 / x == 1 / other) return nearest;
            return rounding == Rounding.RD_SAE ? -0.0 : 0.0;
        }
        int error = error(operation, x, y, nearest);
        if (error == 0) return nearest;
        return switch (rounding) {
            case RD_SAE -> error > 0 ? next(nearest, size, false) : nearest;
            case RU_SAE -> error < 0 ? next(nearest, size, true) : nearest;
            case RZ_SAE ->
                nearest > 0 || nearest == 0 && 1 / nearest > 0
                        ? error > 0 ? next(nearest, size, false) : nearest
                        : error < 0 ? next(nearest, size, true) : nearest;
            case RN_SAE, SAE -> nearest;
        };
    }

    /** The neighbour above or below; from infinity the largest number. */
    private static double next(double value, int size, boolean up) {
        if (size == 4) return up ? Math.nextUp((float) value) : Math.nextDown((float) value);
        return up ? Math.nextUp(value) : Math.nextDown(value);
    }

    /** The sign of the rounded result less the exact one. */
    private static int error(Operation operation, double x, double y, double rounded) {
        if (Double.isInfinite(rounded)) return rounded > 0 ? 1 : -1;
        BigDecimal a = new BigDecimal(x);
        BigDecimal b = new BigDecimal(y);
        BigDecimal r = new BigDecimal(rounded);
        return switch (operation) {
            case ADD -> r.compareTo(a.add(b));
            case SUBTRACT -> r.compareTo(a.subtract(b));
            case MULTIPLY -> r.compareTo(a.multiply(b));
            case DIVIDE -> b.signum() > 0 ? r.multiply(b).compareTo(a) : a.compareTo(r.multiply(b));
            case SQUARE_ROOT -> r.multiply(r).compareTo(b);
        };
    }

    /** Round to an integer: 0 nearest even, 1 down, 2 up, 3 to zero. */
    static double integer(double value, int mode) {
        double result = switch (mode & 3) {
            case 0 -> Math.rint(value);
            case 1 -> Math.floor(value);
            case 2 -> Math.ceil(value);
            default -> value < 0 ? Math.ceil(value) : Math.floor(value);
        };
        return Math.copySign(result, value);
    }

    static int mode(Rounding rounding) {
        return switch (rounding) {
            case RN_SAE, SAE -> 0;
            case RD_SAE -> 1;
            case RU_SAE -> 2;
            case RZ_SAE -> 3;
        };
    }

    /** a × b + c with one rounding; the order in which NaNs count is a, b, c as the instruction's text has them. */
    static long fused(int size, long a, long b, long c, boolean negateProduct, boolean negateSum, Rounding rounding) {
        double x = value(a, size);
        double y = value(b, size);
        double z = value(c, size);
        if (negateProduct) x = -x;
        if (negateSum) z = -z;
        double nearest = size == 4 ? Math.fma((float) x, (float) y, (float) z) : Math.fma(x, y, z);
        if (Double.isNaN(nearest)) return indefinite(size);
        if (rounding == Rounding.RN_SAE || Double.isInfinite(x) || Double.isInfinite(y) || Double.isInfinite(z))
            return bits(nearest, size);
        BigDecimal exact = new BigDecimal(x).multiply(new BigDecimal(y)).add(new BigDecimal(z));
        if (exact.signum() == 0) {
            double product = x * y;
            // A product that is not zero but cancelled, or zeros of both signs.
            boolean zeros = x == 0 || y == 0;
            if (zeros && z == 0 && 1 / product == 1 / z) return bits(nearest, size);
            return bits(rounding == Rounding.RD_SAE ? -0.0 : 0.0, size);
        }
        int error = Double.isInfinite(nearest) ? nearest > 0 ? 1 : -1 : new BigDecimal(nearest).compareTo(exact);
        boolean up = error < 0 && (rounding == Rounding.RU_SAE || rounding == Rounding.RZ_SAE && exact.signum() < 0);
        boolean down = error > 0 && (rounding == Rounding.RD_SAE || rounding == Rounding.RZ_SAE && exact.signum() > 0);
        return bits(up || down ? next(nearest, size, up) : nearest, size);
    }

    /** A double as a single. */
    static long narrow(long bits, Rounding rounding) {
        if (isNan(bits, 8)) return (bits >>> 32 & 0x8000_0000L) | 0x7FC0_0000L | bits >>> 29 & 0x3F_FFFFL;
        double value = Double.longBitsToDouble(bits);
        float nearest = (float) value;
        if (Double.isInfinite(value) || nearest == value) return bits(nearest, 4);
        boolean above = nearest > value;
        boolean up = !above && (rounding == Rounding.RU_SAE || rounding == Rounding.RZ_SAE && value < 0);
        boolean down = above && (rounding == Rounding.RD_SAE || rounding == Rounding.RZ_SAE && value > 0);
        return bits(up ? Math.nextUp(nearest) : down ? Math.nextDown(nearest) : nearest, 4);
    }

    /** A single as a double. */
    static long widen(long bits) {
        if (isNan(bits, 4)) return (bits & 0x8000_0000L) << 32 | 0x7FF8_0000_0000_0000L | (bits & 0x3F_FFFFL) << 29;
        return Double.doubleToRawLongBits(Float.intBitsToFloat((int) bits));
    }

    /** To an integer of some bits, signed or not; what does not fit gives the indefinite integer. */
    static long toInteger(double value, int mode, int bits, boolean signed) {
        long indefinite = signed ? 1L << bits - 1 : -1L;
        if (Double.isNaN(value) || Double.isInfinite(value)) return indefinite;
        BigDecimal whole = new BigDecimal(integer(value, mode));
        BigDecimal limit = new BigDecimal(java.math.BigInteger.ONE.shiftLeft(signed ? bits - 1 : bits));
        BigDecimal least = signed ? limit.negate() : BigDecimal.ZERO;
        if (whole.compareTo(least) < 0 || whole.compareTo(limit) >= 0) return indefinite;
        return whole.toBigInteger().longValue();
    }

    /** An integer as a number. */
    static long fromInteger(long value, boolean signed, int size, Rounding rounding) {
        BigDecimal exact = new BigDecimal(
                signed || value >= 0
                        ? java.math.BigInteger.valueOf(value)
                        : java.math.BigInteger.valueOf(value).add(java.math.BigInteger.ONE.shiftLeft(64)));
        if (exact.signum() == 0) return 0;
        int precision = size == 4 ? 24 : 53;
        int extra = Math.max(0, exact.toBigInteger().abs().bitLength() - precision);
        BigDecimal unit = new BigDecimal(java.math.BigInteger.ONE.shiftLeft(extra));
        RoundingMode mode = switch (rounding) {
            case RN_SAE, SAE -> RoundingMode.HALF_EVEN;
            case RD_SAE -> RoundingMode.FLOOR;
            case RU_SAE -> RoundingMode.CEILING;
            case RZ_SAE -> RoundingMode.DOWN;
        };
        BigDecimal rounded =
                exact.divide(unit, MathContext.UNLIMITED).setScale(0, mode).multiply(unit);
        return bits(rounded.doubleValue(), size);
    }
}
