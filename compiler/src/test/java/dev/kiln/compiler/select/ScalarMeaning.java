package dev.kiln.compiler.select;

import dev.kiln.ir.Op;
import dev.kiln.ir.Type;
import java.math.BigInteger;

/**
 * What scalar operations mean, written down once more in the plainest way, as a judge of compiled code that shares nothing with
 * it. Values are bits, zero-extended to 64.
 */
final class ScalarMeaning {
    /** A trap by its name. */
    static final class Trap extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Trap(String name) {
            super(name, null, false, false);
        }
    }

    private ScalarMeaning() {}

    static long mask(Type type, long bits) {
        return type.bytes() == 8 ? bits : bits & (1L << type.bits()) - 1;
    }

    static long signed(Type type, long bits) {
        int shift = 64 - type.bits();
        return bits << shift >> shift;
    }

    private static BigInteger unsignedBig(Type type, long bits) {
        return new BigInteger(Long.toUnsignedString(mask(type, bits)));
    }

    private static BigInteger signedBig(Type type, long bits) {
        return BigInteger.valueOf(signed(type, bits));
    }

    /**
     * The result of an operation.
     *
     * @param type the type of the first operand (of the second for {@code select})
     * @param result the result's type
     */
    static long evaluate(Op op, Type type, Type result, long a, long b, long c) {
        long bits = switch (op.shape()) {
            case CONVERT -> convert(op, type, result, a);
            case SELECT -> a != 0 ? b : c;
            case COMPARE -> (type.isFloat() ? compareFloats(op, type, a, b) : compareIntegers(op, type, a, b)) ? 1 : 0;
            default ->
                type == Type.F64
                        ? doubles(op, a, b, c)
                        : type == Type.F32 ? floats(op, (int) a, (int) b, (int) c) : integers(op, type, a, b);
        };
        return mask(result, bits);
    }

    private static long integers(Op op, Type t, long a, long b) {
        long sa = signed(t, a);
        long sb = signed(t, b);
        int count = (int) b & t.bits() - 1;
        int n = t.bits();
        return switch (op) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case NEG -> -a;
            case AND -> a & b;
            case OR -> a | b;
            case XOR -> a ^ b;
            case NOT -> ~a;
            case SHL -> a << count;
            case SHR_S -> sa >> count;
            case SHR_U -> a >>> count;
            case ROTL -> count == 0 ? a : a << count | a >>> n - count;
            case ROTR -> count == 0 ? a : a >>> count | a << n - count;
            case DIV_S -> {
                checkDivisor(b);
                if (sb == -1 && sa == -1L << n - 1) {
                    throw new Trap("integer_overflow");
                }
                yield sa / sb;
            }
            case REM_S -> {
                checkDivisor(b);
                yield sb == -1 ? 0 : sa % sb;
            }
            case DIV_U -> {
                checkDivisor(b);
                yield Long.divideUnsigned(a, b);
            }
            case REM_U -> {
                checkDivisor(b);
                yield Long.remainderUnsigned(a, b);
            }
            case MULHI_S ->
                signedBig(t, a).multiply(signedBig(t, b)).shiftRight(n).longValue();
            case MULHI_U ->
                unsignedBig(t, a).multiply(unsignedBig(t, b)).shiftRight(n).longValue();
            case MIN_S -> Math.min(sa, sb);
            case MAX_S -> Math.max(sa, sb);
            case MIN_U -> Long.compareUnsigned(a, b) <= 0 ? a : b;
            case MAX_U -> Long.compareUnsigned(a, b) >= 0 ? a : b;
            case CLZ -> Long.numberOfLeadingZeros(a) - (64 - n);
            case CTZ -> a == 0 ? n : Long.numberOfTrailingZeros(a);
            case POPCNT -> Long.bitCount(a);
            case BSWAP -> Long.reverseBytes(a) >>> 64 - n;
            default -> throw new IllegalArgumentException(op.toString());
        };
    }

    private static void checkDivisor(long b) {
        if (b == 0) {
            throw new Trap("division_by_zero");
        }
    }

    private static boolean compareIntegers(Op op, Type t, long a, long b) {
        long sa = signed(t, a);
        long sb = signed(t, b);
        return switch (op) {
            case EQ -> a == b;
            case NE -> a != b;
            case LT_S -> sa < sb;
            case LE_S -> sa <= sb;
            case GT_S -> sa > sb;
            case GE_S -> sa >= sb;
            case LT_U -> Long.compareUnsigned(a, b) < 0;
            case LE_U -> Long.compareUnsigned(a, b) <= 0;
            case GT_U -> Long.compareUnsigned(a, b) > 0;
            case GE_U -> Long.compareUnsigned(a, b) >= 0;
            case OVERFLOW_ADD_S -> !fitsSigned(t, signedBig(t, a).add(signedBig(t, b)));
            case OVERFLOW_SUB_S -> !fitsSigned(t, signedBig(t, a).subtract(signedBig(t, b)));
            case OVERFLOW_MUL_S -> !fitsSigned(t, signedBig(t, a).multiply(signedBig(t, b)));
            case OVERFLOW_ADD_U -> !fitsUnsigned(t, unsignedBig(t, a).add(unsignedBig(t, b)));
            case OVERFLOW_SUB_U -> !fitsUnsigned(t, unsignedBig(t, a).subtract(unsignedBig(t, b)));
            case OVERFLOW_MUL_U -> !fitsUnsigned(t, unsignedBig(t, a).multiply(unsignedBig(t, b)));
            default -> throw new IllegalArgumentException(op.toString());
        };
    }

    private static boolean fitsSigned(Type t, BigInteger value) {
        return value.bitLength() < t.bits();
    }

    private static boolean fitsUnsigned(Type t, BigInteger value) {
        return value.signum() >= 0 && value.bitLength() <= t.bits();
    }

    private static boolean compareFloats(Op op, Type t, long a, long b) {
        double x = value(t, a);
        double y = value(t, b);
        return switch (op) {
            case EQ -> x == y;
            case NE -> x != y;
            case LT -> x < y;
            case LE -> x <= y;
            case GT -> x > y;
            case GE -> x >= y;
            case ORD -> x == x && y == y;
            case UNO -> x != x || y != y;
            default -> throw new IllegalArgumentException(op.toString());
        };
    }

    private static double value(Type t, long bits) {
        return t == Type.F32 ? Float.intBitsToFloat((int) bits) : Double.longBitsToDouble(bits);
    }

    private static final long QUIET64 = 1L << 51;
    private static final int QUIET32 = 1 << 22;

    private static boolean isNaN64(long bits) {
        return (bits & Long.MAX_VALUE) > 0x7FF0_0000_0000_0000L;
    }

    private static boolean isNaN32(int bits) {
        return (bits & Integer.MAX_VALUE) > 0x7F80_0000;
    }

    private static long doubles(Op op, long a, long b, long c) {
        double x = Double.longBitsToDouble(a);
        double y = Double.longBitsToDouble(b);
        switch (op) {
            case NEG:
                return a ^ Long.MIN_VALUE;
            case ABS:
                return a & Long.MAX_VALUE;
            case COPYSIGN:
                return a & Long.MAX_VALUE | b & Long.MIN_VALUE;
            case MIN:
                return x < y ? a : b;
            case MAX:
                return x > y ? a : b;
            default:
                break;
        }
        if (isNaN64(a)) {
            return a | QUIET64;
        }
        if (binary(op) && isNaN64(b)) {
            return b | QUIET64;
        }
        if (op == Op.FMA && isNaN64(c)) {
            return c | QUIET64;
        }
        double r = switch (op) {
            case ADD -> x + y;
            case SUB -> x - y;
            case MUL -> x * y;
            case DIV -> x / y;
            case SQRT -> Math.sqrt(x);
            case FMA -> Math.fma(x, y, Double.longBitsToDouble(c));
            default -> round(op, x);
        };
        return r != r ? 0xFFF8_0000_0000_0000L : Double.doubleToRawLongBits(r);
    }

    private static boolean binary(Op op) {
        return switch (op) {
            case ADD, SUB, MUL, DIV, FMA -> true;
            default -> false;
        };
    }

    private static double round(Op op, double x) {
        return switch (op) {
            case FLOOR -> Math.floor(x);
            case CEIL -> Math.ceil(x);
            case NEAREST -> Math.rint(x);
            case ROUND_TO_ZERO -> x < 0 || 1 / x < 0 ? Math.ceil(x) : Math.floor(x);
            default -> throw new IllegalArgumentException(op.toString());
        };
    }

    private static long floats(Op op, int a, int b, int c) {
        float x = Float.intBitsToFloat(a);
        float y = Float.intBitsToFloat(b);
        switch (op) {
            case NEG:
                return a ^ Integer.MIN_VALUE;
            case ABS:
                return a & Integer.MAX_VALUE;
            case COPYSIGN:
                return a & Integer.MAX_VALUE | b & Integer.MIN_VALUE;
            case MIN:
                return x < y ? a : b;
            case MAX:
                return x > y ? a : b;
            default:
                break;
        }
        if (isNaN32(a)) {
            return a | QUIET32;
        }
        if (binary(op) && isNaN32(b)) {
            return b | QUIET32;
        }
        if (op == Op.FMA && isNaN32(c)) {
            return c | QUIET32;
        }
        float r = switch (op) {
            case ADD -> x + y;
            case SUB -> x - y;
            case MUL -> x * y;
            case DIV -> x / y;
            case SQRT -> (float) Math.sqrt(x);
            case FMA -> Math.fma(x, y, Float.intBitsToFloat(c));
            default -> (float) round(op, x);
        };
        return r != r ? 0xFFC0_0000 : Float.floatToRawIntBits(r);
    }

    private static long convert(Op op, Type from, Type to, long a) {
        return switch (op) {
            case SEXT -> signed(from, a);
            case ZEXT, TRUNC, BITCAST -> a;
            case FEXT -> {
                int bits = (int) a;
                yield isNaN32(bits)
                        ? (long) (bits & Integer.MIN_VALUE) << 32 | 0x7FF8_0000_0000_0000L | (bits & 0x7F_FFFFL) << 29
                        : Double.doubleToRawLongBits(Float.intBitsToFloat(bits));
            }
            case FTRUNC ->
                isNaN64(a)
                        ? (int) (a >>> 32) & Integer.MIN_VALUE | 0x7FC0_0000 | (int) (a >>> 29) & 0x3F_FFFF
                        : Float.floatToRawIntBits((float) Double.longBitsToDouble(a));
            case ITOF_S -> fromInteger(to, signedBig(from, a));
            case ITOF_U -> fromInteger(to, unsignedBig(from, a));
            case FTOI_S -> to == Type.I64 ? toInteger(value(from, a), 64) : toInteger(value(from, a), 32);
            case FTOI_U -> toUnsigned(value(from, a), from, to);
            default -> throw new IllegalArgumentException(op.toString());
        };
    }

    private static long fromInteger(Type to, BigInteger value) {
        return to == Type.F32
                ? Float.floatToRawIntBits(value.floatValue())
                : Double.doubleToRawLongBits(value.doubleValue());
    }

    /** As {@code cvttsd2si}: the smallest value when out of range or NaN. */
    private static long toInteger(double x, int bits) {
        double limit = Math.scalb(1.0, bits - 1);
        double t = x < 0 ? Math.ceil(x) : Math.floor(x);
        return t >= -limit && t < limit ? (long) t : -1L << bits - 1;
    }

    private static long toUnsigned(double x, Type from, Type to) {
        if (to == Type.I8 || to == Type.I16) {
            return toInteger(x, 32);
        }
        if (to == Type.I32) {
            return toInteger(x, 64);
        }
        if (!(x >= 0x1p63)) {
            return toInteger(x, 64);
        }
        double less = from == Type.F32 ? (float) x - 0x1p63f : x - 0x1p63;
        return toInteger(less, 64) ^ Long.MIN_VALUE;
    }
}
