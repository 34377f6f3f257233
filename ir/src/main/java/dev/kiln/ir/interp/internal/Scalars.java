package dev.kiln.ir.interp.internal;

import static dev.kiln.ir.interp.internal.FloatBits.bits;
import static dev.kiln.ir.interp.internal.FloatBits.f32;
import static dev.kiln.ir.interp.internal.FloatBits.f64;
import static dev.kiln.ir.interp.internal.FloatBits.nan32;
import static dev.kiln.ir.interp.internal.FloatBits.nan64;

import dev.kiln.ir.Op;
import dev.kiln.ir.Type;

/**
 * The definition of every operation on scalars, and so of every lane of a vector. Values are kept in {@code long}s in canonical form:
 * integers sign-extended from their width, {@code f32} as zero-extended bits. Operands must be canonical, results are.
 */
public final class Scalars {
    private Scalars() {}

    /** The canonical form of a value whose bits above the type's width are arbitrary. */
    public static long canonical(Type type, long bits) {
        return switch (type) {
            case I8 -> (byte) bits;
            case I16 -> (short) bits;
            case I32 -> (int) bits;
            case F32 -> bits & 0xFFFF_FFFFL;
            default -> bits;
        };
    }

    /** The bits of a value zero-extended from its type's width. */
    static long unsigned(Type type, long value) {
        return switch (type) {
            case I8 -> value & 0xFF;
            case I16 -> value & 0xFFFF;
            case I32, F32 -> value & 0xFFFF_FFFFL;
            default -> value;
        };
    }

    /** The name of the trap that a division of integers ends in; {@code null} when it does not, or for other operations. */
    public static String trap(Op op, Type type, long a, long b) {
        if (op != Op.DIV_S && op != Op.DIV_U && op != Op.REM_S && op != Op.REM_U) {
            return null;
        }
        if (b == 0) {
            return "division_by_zero";
        }
        return op == Op.DIV_S && b == -1 && a == -1L << type.bits() - 1 ? "integer_overflow" : null;
    }

    /** Operations on one operand whose result has its type. */
    public static long unary(Op op, Type type, long a) {
        return type == Type.F64 ? unary64(op, a) : type == Type.F32 ? unary32(op, a) : unaryInt(op, type, a);
    }

    private static long unaryInt(Op op, Type type, long a) {
        int width = type.bits();
        return switch (op) {
            case NEG -> canonical(type, -a);
            case NOT -> ~a;
            case CLZ -> Long.numberOfLeadingZeros(unsigned(type, a)) - (64 - width);
            case CTZ -> a == 0 ? width : Long.numberOfTrailingZeros(a);
            case POPCNT -> Long.bitCount(unsigned(type, a));
            case BSWAP -> Long.reverseBytes(a) >> 64 - width;
            default -> throw unknown(op, type);
        };
    }

    private static long unary64(Op op, long a) {
        double x = f64(a);
        return switch (op) {
            case NEG -> a ^ Long.MIN_VALUE;
            case ABS -> a & Long.MAX_VALUE;
            case SQRT -> x >= 0 ? bits(Math.sqrt(x)) : x == 0 ? a : nan64(a);
            case FLOOR -> x != x ? nan64(a) : bits(Math.floor(x));
            case CEIL -> x != x ? nan64(a) : bits(Math.ceil(x));
            case ROUND_TO_ZERO -> x != x ? nan64(a) : bits(a < 0 ? Math.ceil(x) : Math.floor(x));
            case NEAREST -> x != x ? nan64(a) : bits(Math.rint(x));
            default -> throw unknown(op, Type.F64);
        };
    }

    private static long unary32(Op op, long a) {
        double x =
                f32(a); // exact, and so are the roundings of it; the square root rounded twice is right for binary32 in
        // binary64
        return switch (op) {
            case NEG -> a ^ 0x8000_0000L;
            case ABS -> a & 0x7FFF_FFFFL;
            case SQRT -> x >= 0 ? bits((float) Math.sqrt(x)) : x == 0 ? a : nan32(a);
            case FLOOR -> x != x ? nan32(a) : bits((float) Math.floor(x));
            case CEIL -> x != x ? nan32(a) : bits((float) Math.ceil(x));
            case ROUND_TO_ZERO ->
                x != x ? nan32(a) : bits((float) ((a & 0x8000_0000L) != 0 ? Math.ceil(x) : Math.floor(x)));
            case NEAREST -> x != x ? nan32(a) : bits((float) Math.rint(x));
            default -> throw unknown(op, Type.F32);
        };
    }

    /**
     * Operations on two operands: those whose result has their type, shifts, and comparisons, which give 0 or 1. The type is that of
     * the first operand.
     *
     * @throws ArithmeticException for a division that traps; ask {@link #trap} first
     */
    public static long binary(Op op, Type type, long a, long b) {
        return type == Type.F64
                ? binary64(op, a, b)
                : type == Type.F32 ? binary32(op, a, b) : binaryInt(op, type, a, b);
    }

    private static long binaryInt(Op op, Type type, long a, long b) {
        int width = type.bits();
        int count = (int) b & width - 1;
        return switch (op) {
            case ADD -> canonical(type, a + b);
            case SUB -> canonical(type, a - b);
            case MUL -> canonical(type, a * b);
            case AND -> a & b;
            case OR -> a | b;
            case XOR -> a ^ b;
            case SHL -> canonical(type, a << count);
            case SHR_S -> a >> count;
            case SHR_U -> canonical(type, unsigned(type, a) >>> count);
            case ROTL -> rotateLeft(type, a, count);
            case ROTR -> rotateLeft(type, a, -count & width - 1);
            case DIV_S -> canonical(type, a / b);
            case DIV_U -> canonical(type, Long.divideUnsigned(unsigned(type, a), unsigned(type, b)));
            case REM_S -> b == -1 ? 0 : a % b;
            case REM_U -> canonical(type, Long.remainderUnsigned(unsigned(type, a), unsigned(type, b)));
            case MULHI_S -> width == 64 ? Math.multiplyHigh(a, b) : a * b >> width;
            case MULHI_U ->
                width == 64
                        ? Math.unsignedMultiplyHigh(a, b)
                        : canonical(type, unsigned(type, a) * unsigned(type, b) >>> width);
            case MIN_S -> Math.min(a, b);
            case MAX_S -> Math.max(a, b);
            case MIN_U -> Long.compareUnsigned(a, b) < 0 ? a : b; // sign extension keeps the unsigned order
            case MAX_U -> Long.compareUnsigned(a, b) > 0 ? a : b;
            case OVERFLOW_ADD_S, OVERFLOW_ADD_U, OVERFLOW_SUB_S, OVERFLOW_SUB_U, OVERFLOW_MUL_S, OVERFLOW_MUL_U ->
                overflow(op, type, a, b) ? 1 : 0;
            case EQ -> a == b ? 1 : 0;
            case NE -> a != b ? 1 : 0;
            case LT_S -> a < b ? 1 : 0;
            case LE_S -> a <= b ? 1 : 0;
            case GT_S -> a > b ? 1 : 0;
            case GE_S -> a >= b ? 1 : 0;
            case LT_U -> Long.compareUnsigned(a, b) < 0 ? 1 : 0;
            case LE_U -> Long.compareUnsigned(a, b) <= 0 ? 1 : 0;
            case GT_U -> Long.compareUnsigned(a, b) > 0 ? 1 : 0;
            case GE_U -> Long.compareUnsigned(a, b) >= 0 ? 1 : 0;
            default -> throw unknown(op, type);
        };
    }

    private static long rotateLeft(Type type, long a, int count) {
        if (type.bits() == 64) {
            return Long.rotateLeft(a, count);
        }
        long low = unsigned(type, a);
        return canonical(type, low << count | low >>> type.bits() - count);
    }

    private static boolean overflow(Op op, Type type, long a, long b) {
        int width = type.bits();
        long ua = unsigned(type, a);
        long ub = unsigned(type, b);
        return switch (op) {
            case OVERFLOW_ADD_S -> width == 64 ? ((a ^ a + b) & (b ^ a + b)) < 0 : canonical(type, a + b) != a + b;
            case OVERFLOW_SUB_S -> width == 64 ? ((a ^ b) & (a ^ a - b)) < 0 : canonical(type, a - b) != a - b;
            case OVERFLOW_MUL_S ->
                width == 64 ? Math.multiplyHigh(a, b) != a * b >> 63 : canonical(type, a * b) != a * b;
            case OVERFLOW_ADD_U -> width == 64 ? Long.compareUnsigned(a + b, a) < 0 : ua + ub >>> width != 0;
            case OVERFLOW_SUB_U -> Long.compareUnsigned(ua, ub) < 0;
            case OVERFLOW_MUL_U -> width == 64 ? Math.unsignedMultiplyHigh(a, b) != 0 : ua * ub >>> width != 0;
            default -> throw unknown(op, type);
        };
    }

    private static long binary64(Op op, long a, long b) {
        double x = f64(a);
        double y = f64(b);
        return switch (op) {
            case ADD -> result64(x + y, a, b);
            case SUB -> result64(x - y, a, b);
            case MUL -> result64(x * y, a, b);
            case DIV -> result64(x / y, a, b);
            case MIN -> x < y ? a : b; // minsd: the second operand when unordered or both are zero
            case MAX -> x > y ? a : b;
            case COPYSIGN -> a & Long.MAX_VALUE | b & Long.MIN_VALUE;
            default -> compare(op, x, y);
        };
    }

    private static long binary32(Op op, long a, long b) {
        float x = f32(a);
        float y = f32(b);
        return switch (op) {
            case ADD -> result32(x + y, a, b);
            case SUB -> result32(x - y, a, b);
            case MUL -> result32(x * y, a, b);
            case DIV -> result32(x / y, a, b);
            case MIN -> x < y ? a : b;
            case MAX -> x > y ? a : b;
            case COPYSIGN -> a & 0x7FFF_FFFFL | b & 0x8000_0000L;
            default -> compare(op, x, y);
        };
    }

    private static long compare(Op op, double x, double y) {
        boolean holds = switch (op) {
            case EQ -> x == y;
            case NE -> x != y;
            case LT -> x < y;
            case LE -> x <= y;
            case GT -> x > y;
            case GE -> x >= y;
            case ORD -> x == x && y == y;
            case UNO -> x != x || y != y;
            default -> throw unknown(op, Type.F64);
        };
        return holds ? 1 : 0;
    }

    /** The bits of the result of an operation on a and b. */
    static long result64(double result, long a, long b) {
        return result == result ? bits(result) : nan64(a, b);
    }

    /** The bits of the result of an operation on a and b. */
    static long result32(float result, long a, long b) {
        return result == result ? bits(result) : nan32(a, b);
    }

    /** a × b + c with one rounding. */
    public static long fma(Type type, long a, long b, long c) {
        if (type == Type.F64) {
            double result = Math.fma(f64(a), f64(b), f64(c));
            return result == result ? bits(result) : nan64(a, b, c);
        }
        float result = Math.fma(f32(a), f32(b), f32(c));
        return result == result ? bits(result) : nan32(a, b, c);
    }

    /** Conversions, from one scalar type to another. */
    public static long convert(Op op, Type to, Type from, long a) {
        return switch (op) {
            case SEXT -> a;
            case ZEXT -> canonical(to, unsigned(from, a));
            case TRUNC, BITCAST -> canonical(to, a);
            case FEXT -> f32(a) == f32(a) ? bits((double) f32(a)) : FloatBits.extendNan(a);
            case FTRUNC -> f64(a) == f64(a) ? bits((float) f64(a)) : FloatBits.truncateNan(a);
            case ITOF_S -> to == Type.F64 ? bits((double) a) : bits((float) a);
            case ITOF_U -> unsignedToFloat(to, unsigned(from, a));
            case FTOI_S -> floatToSigned(to, from == Type.F64 ? f64(a) : f32(a));
            case FTOI_U -> floatToUnsigned(to, from, a);
            default -> throw unknown(op, to);
        };
    }

    private static long unsignedToFloat(Type to, long a) {
        if (a >= 0) {
            return to == Type.F64 ? bits((double) a) : bits((float) a);
        }
        long half = a >>> 1 | a & 1; // the lost bit stays visible to the rounding
        return to == Type.F64 ? bits((double) half * 2) : bits((float) half * 2);
    }

    private static long floatToSigned(Type to, double x) {
        return to == Type.I64 ? toI64(x) : canonical(to, toI32(x));
    }

    private static long floatToUnsigned(Type to, Type from, long a) {
        double x = from == Type.F64 ? f64(a) : f32(a);
        return switch (to) {
            case I32 -> (int) toI64(x);
            case I64 ->
                x >= 0x1p63 ? toI64(x - 0x1p63) ^ Long.MIN_VALUE : toI64(x); // the difference is exact in f32 too
            default -> canonical(to, toI32(x));
        };
    }

    /** {@code cvttsd2si r32}: the smallest integer stands for all that does not fit. */
    static int toI32(double x) {
        return x > -0x1.00000002p31 && x < 0x1p31 ? (int) x : Integer.MIN_VALUE;
    }

    /** {@code cvttsd2si r64}. */
    static long toI64(double x) {
        return x >= -0x1p63 && x < 0x1p63 ? (long) x : Long.MIN_VALUE;
    }

    private static IllegalStateException unknown(Op op, Type type) {
        return new IllegalStateException("no operation " + op.text() + " on " + type);
    }
}
