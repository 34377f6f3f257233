package dev.kiln.exec.instructions;

import static dev.kiln.exec.instructions.Lanes.*;
import static dev.kiln.exec.instructions.MachineState.get;
import static dev.kiln.exec.instructions.MachineState.put;

import dev.kiln.asm.RegisterClass;
import java.util.Map;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/** Models of integer vectors from MMX to AVX-512: arithmetic, logic, comparison, shifts, multiplication. */
final class VectorIntegers {
    private static final String[] LETTERS = {"", "b", "w", "", "d", "", "", "", "q"};

    private VectorIntegers() {}

    static void addTo(Map<String, Model> m) {
        arithmetic(m);
        logic(m);
        comparisons(m);
        shifts(m);
        products(m);
        counts(m);
    }

    private static void pair(
            Map<String, Model> m, String name, int size, boolean signed, LongBinaryOperator operation) {
        both(m, name, pairs(size, signed, operation));
    }

    private static void arithmetic(Map<String, Model> m) {
        for (int size = 1; size <= 8; size *= 2) {
            String letter = LETTERS[size];
            pair(m, "padd" + letter, size, false, Long::sum);
            pair(m, "psub" + letter, size, false, (a, b) -> a - b);
            int bits = 8 * size;
            String signed = "s" + letter;
            String unsigned = "u" + letter;
            pair(m, "pmax" + signed, size, true, Math::max);
            pair(m, "pmin" + signed, size, true, Math::min);
            pair(m, "pmax" + unsigned, size, false, (a, b) -> Long.compareUnsigned(a, b) > 0 ? a : b);
            pair(m, "pmin" + unsigned, size, false, (a, b) -> Long.compareUnsigned(a, b) < 0 ? a : b);
            both(m, "pabs" + letter, each(size, true, Math::abs));
            if (size > 2) continue;
            long most = (1L << bits - 1) - 1;
            long all = (1L << bits) - 1;
            pair(m, "padds" + letter, size, true, (a, b) -> saturate(a + b, -most - 1, most));
            pair(m, "psubs" + letter, size, true, (a, b) -> saturate(a - b, -most - 1, most));
            pair(m, "paddus" + letter, size, false, (a, b) -> saturate(a + b, 0, all));
            pair(m, "psubus" + letter, size, false, (a, b) -> saturate(a - b, 0, all));
            pair(m, "pavg" + letter, size, false, (a, b) -> a + b + 1 >> 1);
        }
        for (int size = 1; size <= 4; size *= 2)
            pair(m, "psign" + LETTERS[size], size, true, (a, b) -> b < 0 ? -a : b == 0 ? 0 : a);
        m.keySet().removeAll(java.util.List.of("pmaxsq", "pminsq", "pmaxuq", "pminuq", "pabsq"));
        both(m, "phaddw", horizontal(2, (a, b) -> a + b));
        both(m, "phaddd", horizontal(4, (a, b) -> a + b));
        both(m, "phsubw", horizontal(2, (a, b) -> a - b));
        both(m, "phsubd", horizontal(4, (a, b) -> a - b));
        both(m, "phaddsw", horizontal(2, (a, b) -> saturate(a + b, Short.MIN_VALUE, Short.MAX_VALUE)));
        both(m, "phsubsw", horizontal(2, (a, b) -> saturate(a - b, Short.MIN_VALUE, Short.MAX_VALUE)));
    }

    /** Neighbours of the first source, then of the second. */
    private static Model horizontal(int size, LongBinaryOperator operation) {
        return lanes(size, (a, b) -> {
            byte[] result = new byte[a.length];
            int half = a.length / size / 2;
            for (int i = 0; i < 2 * half; i++) {
                byte[] from = i < half ? a : b;
                int at = i % half * 2;
                put(
                        result,
                        i * size,
                        size,
                        operation.applyAsLong(element(from, size, at, true), element(from, size, at + 1, true)));
            }
            return result;
        });
    }

    private static void logic(Map<String, Model> m) {
        logic(m, "and", (a, b) -> a & b);
        logic(m, "or", (a, b) -> a | b);
        logic(m, "xor", (a, b) -> a ^ b);
        logic(m, "andn", (a, b) -> ~a & b);
        for (int size : new int[] {4, 8}) {
            m.put("vpternlog" + LETTERS[size], s -> {
                byte[] a = s.v(0);
                byte[] b = s.v(1);
                byte[] c = s.v(2);
                byte[] result = new byte[a.length];
                for (int bit = 0; bit < 8 * a.length; bit++) {
                    int index = bit(a, bit) << 2 | bit(b, bit) << 1 | bit(c, bit);
                    result[bit / 8] |= (byte) ((imm(s) >> index & 1) << bit % 8);
                }
                s.v(0, result, size);
            });
        }
        // The flags of PTEST and its float relatives.
        for (String name : new String[] {"ptest", "vptest"}) m.put(name, s -> test(s, 1, 0xFF));
        m.put("vtestps", s -> test(s, 4, 0x80));
        m.put("vtestpd", s -> test(s, 8, 0x80));
    }

    private static void test(Step s, int size, int top) {
        byte[] a = s.v(0);
        byte[] b = s.v(1);
        boolean zero = true;
        boolean carry = true;
        for (int i = size - 1; i < a.length; i += size) {
            zero &= (a[i] & b[i] & top) == 0;
            carry &= (~a[i] & b[i] & top) == 0;
        }
        s.logicFlags(1, 32);
        s.flag(Step.ZF, zero);
        s.flag(Step.CF, carry);
        s.flag(Step.PF, false);
        s.flag(Step.AF, false);
    }

    private static int bit(byte[] v, int bit) {
        return v[bit / 8] >> bit % 8 & 1;
    }

    private static void logic(Map<String, Model> m, String name, LongBinaryOperator operation) {
        pair(m, "p" + name, 8, false, operation);
        m.put("vp" + name + "d", pairs(4, false, operation));
        m.put("vp" + name + "q", pairs(8, false, operation));
        pair(m, name + "ps", 4, false, operation);
        pair(m, name + "pd", 8, false, operation);
    }

    /** Eight predicates of VPCMP and VPCMPU (SDM vol. 2, VPCMPB). */
    private static boolean holds(int predicate, int compared) {
        return switch (predicate & 7) {
            case 0 -> compared == 0;
            case 1 -> compared < 0;
            case 2 -> compared <= 0;
            case 3 -> false;
            case 4 -> compared != 0;
            case 5 -> compared >= 0;
            case 6 -> compared > 0;
            default -> true;
        };
    }

    private static void comparisons(Map<String, Model> m) {
        for (int n = 1; n <= 8; n *= 2) {
            int size = n;
            String letter = LETTERS[size];
            comparison(m, "pcmpeq" + letter, size, 0);
            comparison(m, "pcmpgt" + letter, size, 6);
            for (boolean signed : new boolean[] {true, false})
                m.put("vpcmp" + (signed ? "" : "u") + letter, s -> compare(s, size, signed, imm(s)));
            m.put("vptestm" + letter, s -> compareBits(s, size, true));
            m.put("vptestnm" + letter, s -> compareBits(s, size, false));
        }
    }

    private static void comparison(Map<String, Model> m, String name, int size, int predicate) {
        Model vector = pairs(size, true, (a, b) -> holds(predicate, Long.compare(a, b)) ? -1 : 0);
        both(m, name, s -> {
            if (s.kind(0).registerClass() == RegisterClass.MASK) compare(s, size, true, predicate);
            else vector.apply(s);
        });
    }

    private static void compare(Step s, int size, boolean signed, int predicate) {
        byte[] a = s.v(1);
        byte[] b = s.v(2);
        compared(s, a.length / size, i -> {
            long x = element(a, size, i, signed);
            long y = element(b, size, i, signed);
            return holds(predicate, signed ? Long.compare(x, y) : Long.compareUnsigned(x, y));
        });
    }

    private static void compareBits(Step s, int size, boolean any) {
        byte[] a = s.v(1);
        byte[] b = s.v(2);
        compared(s, a.length / size, i -> (get(a, i * size, size) & get(b, i * size, size)) != 0 == any);
    }

    private static void shifts(Map<String, Model> m) {
        for (int n = 2; n <= 8; n *= 2) {
            int size = n;
            int bits = 8 * size;
            LongBinaryOperator left = (a, n1) -> Long.compareUnsigned(n1, bits) < 0 ? a << n1 : 0;
            LongBinaryOperator right =
                    (a, n1) -> Long.compareUnsigned(n1, bits) < 0 ? Step.truncate(a, bits) >>> n1 : 0;
            LongBinaryOperator arithmetic = (a, n1) -> a >> (Long.compareUnsigned(n1, bits) < 0 ? n1 : bits - 1);
            both(m, "psll" + LETTERS[size], byOne(size, left));
            both(m, "psrl" + LETTERS[size], byOne(size, right));
            if (size < 8) both(m, "psra" + LETTERS[size], byOne(size, arithmetic));
            else m.put("vpsraq", byOne(size, arithmetic));
            m.put("vpsllv" + LETTERS[size], byEach(size, left));
            m.put("vpsrlv" + LETTERS[size], byEach(size, right));
            m.put("vpsrav" + LETTERS[size], byEach(size, arithmetic));
            m.put("vpshld" + LETTERS[size], s -> doubleShift(s, size, true, false));
            m.put("vpshrd" + LETTERS[size], s -> doubleShift(s, size, false, false));
            m.put("vpshldv" + LETTERS[size], s -> doubleShift(s, size, true, true));
            m.put("vpshrdv" + LETTERS[size], s -> doubleShift(s, size, false, true));
            if (size == 2) continue;
            m.put("vprolv" + LETTERS[size], byEach(size, (a, n1) -> Bits.rotated(a, bits, (int) n1 & bits - 1)));
            m.put("vprorv" + LETTERS[size], byEach(size, (a, n1) -> Bits.rotated(a, bits, -((int) n1 & bits - 1))));
            m.put(
                    "vprol" + LETTERS[size],
                    s -> each(size, false, a -> Bits.rotated(a, bits, imm(s))).apply(s));
            m.put(
                    "vpror" + LETTERS[size],
                    s -> each(size, false, a -> Bits.rotated(a, bits, -imm(s))).apply(s));
        }
        both(m, "pslldq", s -> bytes(s, true));
        both(m, "psrldq", s -> bytes(s, false));
    }

    /** All elements by one count: an immediate, or the low quadword of a vector. */
    private static Model byOne(int size, LongBinaryOperator operation) {
        return s -> {
            boolean immediate = s.isImmediate(s.count() - 1);
            long count = immediate ? imm(s) : get(s.v(s.count() - 1), 0, 8);
            byte[] a = s.v(s.count() == 2 ? 0 : 1);
            byte[] result = new byte[a.length];
            for (int i = 0; i * size < a.length; i++)
                put(result, i * size, size, operation.applyAsLong(element(a, size, i, true), count));
            s.v(0, result, size);
        };
    }

    private static Model byEach(int size, LongBinaryOperator operation) {
        return s -> {
            byte[] a = s.v(1);
            byte[] b = s.v(2);
            byte[] result = new byte[a.length];
            for (int i = 0; i * size < a.length; i++)
                put(
                        result,
                        i * size,
                        size,
                        operation.applyAsLong(element(a, size, i, true), element(b, size, i, false)));
            s.v(0, result, size);
        };
    }

    private static void doubleShift(Step s, int size, boolean left, boolean variable) {
        byte[] a = s.v(variable ? 0 : 1);
        byte[] b = s.v(variable ? 1 : 2);
        byte[] result = new byte[a.length];
        int bits = 8 * size;
        for (int i = 0; i * size < a.length; i++) {
            int n = (int) (variable ? element(s.v(2), size, i, false) : imm(s)) & bits - 1;
            long x = element(a, size, i, false);
            long y = element(b, size, i, false);
            long value = n == 0 ? x : left ? x << n | y >>> bits - n : x >>> n | y << bits - n;
            put(result, i * size, size, value);
        }
        s.v(0, result, size);
    }

    /** Each 128 bits by whole bytes. */
    private static void bytes(Step s, boolean left) {
        byte[] a = s.v(s.count() == 2 ? 0 : 1);
        int n = Math.min(16, imm(s));
        byte[] result = new byte[a.length];
        for (int i = 0; i < a.length; i++) {
            int from = left ? i % 16 - n : i % 16 + n;
            if (from >= 0 && from < 16) result[i] = a[i / 16 * 16 + from];
        }
        s.v(0, result, 1);
    }

    private static void products(Map<String, Model> m) {
        pair(m, "pmullw", 2, true, (a, b) -> a * b);
        pair(m, "pmulhw", 2, true, (a, b) -> a * b >> 16);
        pair(m, "pmulhuw", 2, false, (a, b) -> a * b >> 16);
        pair(m, "pmulhrsw", 2, true, (a, b) -> (a * b >> 14) + 1 >> 1);
        pair(m, "pmulld", 4, true, (a, b) -> a * b);
        m.put("vpmullq", pairs(8, true, (a, b) -> a * b));
        pair(m, "pmuludq", 8, false, (a, b) -> (a & 0xFFFF_FFFFL) * (b & 0xFFFF_FFFFL));
        pair(m, "pmuldq", 8, false, (a, b) -> (long) (int) a * (int) b);
        both(m, "pmaddwd", sums(2, 4, true, true, false));
        both(m, "pmaddubsw", sums(1, 2, false, true, true));
        both(m, "psadbw", s -> {
            byte[] a = a(s);
            byte[] b = b(s);
            byte[] result = new byte[a.length];
            for (int i = 0; i < a.length; i += 8) {
                int sum = 0;
                for (int j = i; j < i + 8; j++) sum += Math.abs((a[j] & 0xFF) - (b[j] & 0xFF));
                put(result, i, 8, sum);
            }
            s.v(0, result, 8);
        });
        dots(m, "vpdpbusd", 1, false, false);
        dots(m, "vpdpbusds", 1, false, true);
        dots(m, "vpdpwssd", 2, true, false);
        dots(m, "vpdpwssds", 2, true, true);
        for (boolean high : new boolean[] {false, true})
            m.put(high ? "vpmadd52huq" : "vpmadd52luq", s -> {
                byte[] sum = s.v(0);
                byte[] a = s.v(1);
                byte[] b = s.v(2);
                long mask = (1L << 52) - 1;
                for (int i = 0; i < sum.length; i += 8) {
                    long x = get(a, i, 8) & mask;
                    long y = get(b, i, 8) & mask;
                    long product = high ? Math.multiplyHigh(x, y) << 12 | x * y >>> 52 : x * y & mask;
                    put(sum, i, 8, get(sum, i, 8) + product);
                }
                s.v(0, sum, 8);
            });
    }

    /** Sums of neighbouring products. */
    private static Model sums(int from, int to, boolean firstSigned, boolean secondSigned, boolean saturates) {
        return s -> {
            byte[] a = a(s);
            byte[] b = b(s);
            byte[] result = new byte[a.length];
            for (int i = 0; i * to < a.length; i++) {
                long sum = 0;
                for (int j = i * to / from; j < (i + 1) * to / from; j++)
                    sum += element(a, from, j, firstSigned) * element(b, from, j, secondSigned);
                put(result, i * to, to, saturates ? saturate(sum, Short.MIN_VALUE, Short.MAX_VALUE) : sum);
            }
            s.v(0, result, to);
        };
    }

    private static void dots(Map<String, Model> m, String name, int from, boolean firstSigned, boolean saturates) {
        m.put(name, s -> {
            byte[] sum = s.v(0);
            byte[] a = s.v(1);
            byte[] b = s.v(2);
            for (int i = 0; i < sum.length; i += 4) {
                long value = element(sum, 4, i / 4, true);
                for (int j = i / from; j < (i + 4) / from; j++)
                    value += element(a, from, j, firstSigned) * element(b, from, j, true);
                put(sum, i, 4, saturates ? saturate(value, Integer.MIN_VALUE, Integer.MAX_VALUE) : value);
            }
            s.v(0, sum, 4);
        });
    }

    private static void counts(Map<String, Model> m) {
        for (int size = 1; size <= 8; size *= 2) {
            LongUnaryOperator ones = Long::bitCount;
            m.put("vpopcnt" + LETTERS[size], each(size, false, ones));
        }
        m.put("vplzcntd", each(4, false, a -> Integer.numberOfLeadingZeros((int) a)));
        m.put("vplzcntq", each(8, false, Long::numberOfLeadingZeros));
        for (int size : new int[] {4, 8})
            m.put("vpconflict" + LETTERS[size], s -> {
                byte[] b = b(s);
                byte[] result = new byte[b.length];
                for (int i = 0; i * size < b.length; i++) {
                    long same = 0;
                    for (int j = 0; j < i; j++) if (get(b, j * size, size) == get(b, i * size, size)) same |= 1L << j;
                    put(result, i * size, size, same);
                }
                s.v(0, result, size);
            });
    }
}
