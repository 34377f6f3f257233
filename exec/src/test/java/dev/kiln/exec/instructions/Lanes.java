package dev.kiln.exec.instructions;

import static dev.kiln.exec.instructions.MachineState.get;
import static dev.kiln.exec.instructions.MachineState.put;

import java.util.Map;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/** Helpers for models of vector instructions: the same operation on all elements, whatever the width, encoding, mask. */
final class Lanes {
    private Lanes() {}

    /** Names of an instruction of SSE, and of its successor. */
    static void both(Map<String, Model> m, String name, Model model) {
        m.put(name, model);
        m.put("v" + name, model);
    }

    /** The first source: the destination itself where there are but two operands. */
    static int first(Step s) {
        return vectors(s) == 2 ? 0 : 1;
    }

    /** The number of operands that are no immediates. */
    static int vectors(Step s) {
        int count = s.count();
        return s.isImmediate(count - 1) ? count - 1 : count;
    }

    static byte[] a(Step s) {
        return s.v(first(s));
    }

    static byte[] b(Step s) {
        return s.v(vectors(s) - 1);
    }

    static int imm(Step s) {
        return (int) s.u(s.count() - 1) & 0xFF;
    }

    static long element(byte[] v, int size, int i, boolean signed) {
        long value = get(v, i * size, size);
        return signed ? Step.extend(value, 8 * size) : value;
    }

    /** An operation on pairs of elements. */
    static Model pairs(int size, boolean signed, LongBinaryOperator operation) {
        return s -> {
            byte[] a = a(s);
            byte[] b = b(s);
            byte[] result = new byte[s.bytes(0)];
            for (int i = 0; i * size < result.length; i++)
                put(
                        result,
                        i * size,
                        size,
                        operation.applyAsLong(element(a, size, i, signed), element(b, size, i, signed)));
            s.v(0, result, size);
        };
    }

    /** An operation on each element of the last source. */
    static Model each(int size, boolean signed, LongUnaryOperator operation) {
        return s -> {
            byte[] b = b(s);
            byte[] result = new byte[s.bytes(0)];
            for (int i = 0; i * size < result.length; i++)
                put(result, i * size, size, operation.applyAsLong(element(b, size, i, signed)));
            s.v(0, result, size);
        };
    }

    /** From elements of one size to those of another; what of the destination has no source becomes zero. */
    static Model convert(int from, int to, boolean signed, LongUnaryOperator operation) {
        return s -> {
            byte[] b = b(s);
            int count = Math.min(b.length / from, s.bytes(0) / to);
            // The number of elements is that of the wider side, whatever the registers could hold.
            count = Math.min(count, elements(s, from, to));
            byte[] result = new byte[s.bytes(0)];
            for (int i = 0; i < count; i++) put(result, i * to, to, operation.applyAsLong(element(b, from, i, signed)));
            if (count * to < result.length && s.isRegister(0)) {
                narrow(s, result, count, to);
                return;
            }
            s.v(0, result, to);
        };
    }

    private static int elements(Step s, int from, int to) {
        return from > to ? s.bytes(Lanes.vectors(s) - 1) / from : s.bytes(0) / to;
    }

    /** A result that fills only part of the destination, whose rest becomes zero, mask or not. */
    private static void narrow(Step s, byte[] result, int count, int size) {
        byte[] old = s.v(0);
        byte[] merged = new byte[result.length];
        for (int i = 0; i < count; i++)
            for (int b = i * size; b < (i + 1) * size; b++)
                merged[b] = s.chosen(i) ? result[b] : s.trial.operands.isZeroing() ? 0 : old[b];
        s.setVector(s.trial.operands.value(0), merged);
    }

    /** Within each 128 bits: an operation on the lanes' bytes. */
    interface LaneOperation {
        byte[] apply(byte[] a, byte[] b);
    }

    static Model lanes(int size, LaneOperation operation) {
        return s -> {
            byte[] a = a(s);
            byte[] b = b(s);
            byte[] result = new byte[s.bytes(0)];
            int lane = Math.min(16, result.length);
            for (int at = 0; at < result.length; at += lane) {
                byte[] part = operation.apply(
                        java.util.Arrays.copyOfRange(a, at, at + lane), java.util.Arrays.copyOfRange(b, at, at + lane));
                System.arraycopy(part, 0, result, at, lane);
            }
            s.v(0, result, size);
        };
    }

    /** An operation on the lowest elements; the first source gives the rest. */
    static Model scalar(int size, LongBinaryOperator operation) {
        return s -> scalarResult(s, size, operation.applyAsLong(get(a(s), 0, size), get(b(s), 0, size)));
    }

    static void scalarResult(Step s, int size, long value) {
        byte[] result = s.v(first(s));
        byte[] old = s.v(0);
        put(result, 0, size, s.chosen(0) ? value : s.trial.operands.isZeroing() ? 0 : get(old, 0, size));
        s.setVector(s.trial.operands.value(0), result);
    }

    static long saturate(long value, long least, long most) {
        return Math.max(least, Math.min(most, value));
    }

    /** A mask of comparisons, one bit an element; bits whose write mask is clear are 0. */
    static void compared(Step s, int count, java.util.function.IntPredicate holds) {
        long mask = 0;
        for (int i = 0; i < count; i++) if (s.chosen(i) && holds.test(i)) mask |= 1L << i;
        s.set(0, mask);
    }
}
