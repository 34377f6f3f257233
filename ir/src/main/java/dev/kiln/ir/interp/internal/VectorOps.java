package dev.kiln.ir.interp.internal;

import dev.kiln.ir.Op;
import dev.kiln.ir.Type;

/**
 * Operations on vectors: lane by lane, each as {@link Scalars} defines it. A vector lies in two or four words of registers, its first
 * lane in the lowest bits of the first word.
 */
final class VectorOps {
    private VectorOps() {}

    /** Executes the operation at {@code pc} and returns the place of the next. */
    static int execute(Body body, long[] r, int fp, int pc) {
        int[] code = body.code;
        // The first operand of the operations from VECTOR_SELECT on; the others name what they do first.
        Type first = code[pc] < Opcode.VECTOR_SELECT ? null : RareOps.type(code[pc + 1]);
        switch (code[pc]) {
            case Opcode.VECTOR_UNARY -> {
                Type type = RareOps.type(code[pc + 2]);
                unary(RareOps.op(code[pc + 1]), type, r, fp + code[pc + 3], fp + code[pc + 4]);
                return pc + 5;
            }
            case Opcode.VECTOR_BINARY -> {
                Type type = RareOps.type(code[pc + 2]);
                binary(RareOps.op(code[pc + 1]), type, r, fp + code[pc + 3], fp + code[pc + 4], fp + code[pc + 5]);
                return pc + 6;
            }
            case Opcode.VECTOR_SHIFT -> {
                Type type = RareOps.type(code[pc + 2]);
                shift(RareOps.op(code[pc + 1]), type, r, fp + code[pc + 3], fp + code[pc + 4], r[fp + code[pc + 5]]);
                return pc + 6;
            }
            case Opcode.VECTOR_CONVERT -> {
                Type to = RareOps.type(code[pc + 2]);
                Type from = RareOps.type(code[pc + 3]);
                convert(RareOps.op(code[pc + 1]), to, from, r, fp + code[pc + 4], fp + code[pc + 5]);
                return pc + 6;
            }
            case Opcode.VECTOR_SELECT -> {
                select(first, r, fp + code[pc + 2], fp + code[pc + 3], fp + code[pc + 4], fp + code[pc + 5]);
                return pc + 6;
            }
            case Opcode.SPLAT -> {
                long value = r[fp + code[pc + 3]];
                for (int i = 0; i < first.lanes(); i++) {
                    set(first, r, fp + code[pc + 2], i, value);
                }
                return pc + 4;
            }
            case Opcode.EXTRACT -> {
                r[fp + code[pc + 2]] = get(first, r, fp + code[pc + 3], code[pc + 4]);
                return pc + 5;
            }
            case Opcode.INSERT -> {
                System.arraycopy(r, fp + code[pc + 3], r, fp + code[pc + 2], AbiSignature.words(first));
                set(first, r, fp + code[pc + 2], code[pc + 5], r[fp + code[pc + 4]]);
                return pc + 6;
            }
            case Opcode.SHUFFLE -> {
                int[] lanes = (int[]) body.pool[code[pc + 5]];
                for (int i = 0; i < first.lanes(); i++) {
                    boolean second = lanes[i] >= first.lanes();
                    int from = fp + code[second ? pc + 4 : pc + 3];
                    set(
                            first,
                            r,
                            fp + code[pc + 2],
                            i,
                            get(first, r, from, second ? lanes[i] - first.lanes() : lanes[i]));
                }
                return pc + 6;
            }
            case Opcode.DOT -> {
                r[fp + code[pc + 2]] = dot(first, r, fp + code[pc + 3], fp + code[pc + 4]);
                return pc + 5;
            }
            default -> throw new IllegalStateException("operation code " + code[pc]);
        }
    }

    /** A lane in canonical form. */
    static long get(Type vector, long[] r, int at, int lane) {
        int bits = vector.lane().bits();
        int from = lane * bits;
        return Scalars.canonical(vector.lane(), r[at + (from >>> 6)] >>> (from & 63));
    }

    static void set(Type vector, long[] r, int at, int lane, long value) {
        int bits = vector.lane().bits();
        int to = lane * bits;
        long mask = bits == 64 ? -1 : (1L << bits) - 1;
        int word = at + (to >>> 6);
        int shift = to & 63;
        r[word] = r[word] & ~(mask << shift) | (value & mask) << shift;
    }

    private static void unary(Op op, Type type, long[] r, int d, int a) {
        for (int i = 0; i < type.lanes(); i++) {
            set(type, r, d, i, Scalars.unary(op, type.lane(), get(type, r, a, i)));
        }
    }

    private static void binary(Op op, Type type, long[] r, int d, int a, int b) {
        // Comparisons give a mask: all ones for 1.
        boolean mask = op.shape() == Op.Shape.COMPARE;
        Type result = mask ? type.maskType() : type;
        for (int i = 0; i < type.lanes(); i++) {
            long value = Scalars.binary(op, type.lane(), get(type, r, a, i), get(type, r, b, i));
            set(result, r, d, i, mask ? -value : value);
        }
    }

    private static void shift(Op op, Type type, long[] r, int d, int a, long count) {
        for (int i = 0; i < type.lanes(); i++) {
            set(type, r, d, i, Scalars.binary(op, type.lane(), get(type, r, a, i), count));
        }
    }

    private static void convert(Op op, Type to, Type from, long[] r, int d, int a) {
        for (int i = 0; i < to.lanes(); i++) {
            long lane = i < from.lanes() ? get(from, r, a, i) : 0;
            set(to, r, d, i, Scalars.convert(op, to.lane(), from.lane(), lane));
        }
    }

    private static void select(Type type, long[] r, int d, int mask, int a, int b) {
        for (int i = 0; i < type.lanes(); i++) {
            boolean taken = get(type.maskType(), r, mask, i) != 0;
            set(type, r, d, i, get(type, r, taken ? a : b, i));
        }
    }

    private static long dot(Type type, long[] r, int a, int b) {
        Type lane = type.lane();
        long sum = 0;
        for (int i = 0; i < type.lanes(); i++) {
            long product = Scalars.binary(Op.MUL, lane, get(type, r, a, i), get(type, r, b, i));
            sum = i == 0 ? product : Scalars.binary(Op.ADD, lane, sum, product);
        }
        return sum;
    }
}
