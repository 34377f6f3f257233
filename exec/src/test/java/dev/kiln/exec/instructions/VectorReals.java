package dev.kiln.exec.instructions;

import static dev.kiln.exec.instructions.Lanes.*;
import static dev.kiln.exec.instructions.MachineState.get;
import static dev.kiln.exec.instructions.MachineState.put;

import dev.kiln.asm.RegisterClass;
import dev.kiln.asm.Rounding;
import dev.kiln.exec.instructions.Reals.Operation;
import java.util.Map;

/** Models of floating-point instructions from SSE to AVX-512: arithmetic, comparison, conversion, fused multiplication. */
final class VectorReals {
    private VectorReals() {}

    /** A result of two elements, rounded in some way. */
    private interface Binary {
        long apply(int size, long a, long b, Rounding rounding);
    }

    static void addTo(Map<String, Model> m) {
        binary(m, "add", (size, a, b, r) -> Reals.operate(Operation.ADD, size, a, b, r));
        binary(m, "sub", (size, a, b, r) -> Reals.operate(Operation.SUBTRACT, size, a, b, r));
        binary(m, "mul", (size, a, b, r) -> Reals.operate(Operation.MULTIPLY, size, a, b, r));
        binary(m, "div", (size, a, b, r) -> Reals.operate(Operation.DIVIDE, size, a, b, r));
        binary(m, "min", (size, a, b, r) -> ordered(size, a, b) && Reals.value(a, size) < Reals.value(b, size) ? a : b);
        binary(m, "max", (size, a, b, r) -> ordered(size, a, b) && Reals.value(a, size) > Reals.value(b, size) ? a : b);
        roots(m);
        alternating(m);
        comparisons(m);
        integers(m);
        precisions(m);
        rounding(m);
        fused(m);
    }

    private static boolean ordered(int size, long a, long b) {
        return !Reals.isNan(a, size) && !Reals.isNan(b, size);
    }

    private static void binary(Map<String, Model> m, String name, Binary operation) {
        for (int n = 4; n <= 8; n += 4) {
            int size = n;
            String letter = size == 4 ? "s" : "d";
            both(
                    m,
                    name + "p" + letter,
                    s -> pairs(size, false, (a, b) -> operation.apply(size, a, b, s.rounding()))
                            .apply(s));
            both(
                    m,
                    name + "s" + letter,
                    s -> scalar(size, (a, b) -> operation.apply(size, a, b, s.rounding()))
                            .apply(s));
        }
    }

    private static void roots(Map<String, Model> m) {
        for (int n = 4; n <= 8; n += 4) {
            int size = n;
            String letter = size == 4 ? "s" : "d";
            both(
                    m,
                    "sqrtp" + letter,
                    s -> each(size, false, b -> root(size, b, s.rounding())).apply(s));
            both(
                    m,
                    "sqrts" + letter,
                    s -> scalar(size, (a, b) -> root(size, b, s.rounding())).apply(s));
        }
    }

    private static long root(int size, long b, Rounding rounding) {
        return Reals.operate(Operation.SQUARE_ROOT, size, 0, b, rounding);
    }

    private static void alternating(Map<String, Model> m) {
        for (int n = 4; n <= 8; n += 4) {
            int size = n;
            String type = size == 4 ? "ps" : "pd";
            both(m, "addsub" + type, s -> {
                byte[] a = a(s);
                byte[] b = b(s);
                byte[] result = new byte[a.length];
                for (int i = 0; i * size < a.length; i++)
                    put(
                            result,
                            i * size,
                            size,
                            Reals.operate(
                                    i % 2 == 0 ? Operation.SUBTRACT : Operation.ADD,
                                    size,
                                    get(a, i * size, size),
                                    get(b, i * size, size),
                                    Rounding.RN_SAE));
                s.v(0, result, size);
            });
            both(m, "hadd" + type, horizontal(size, Operation.ADD));
            both(m, "hsub" + type, horizontal(size, Operation.SUBTRACT));
        }
    }

    private static Model horizontal(int size, Operation operation) {
        return lanes(size, (a, b) -> {
            byte[] result = new byte[16];
            int half = 8 / size;
            for (int i = 0; i < 2 * half; i++) {
                byte[] from = i < half ? a : b;
                int at = i % half * 2 * size;
                put(
                        result,
                        i * size,
                        size,
                        Reals.operate(
                                operation, size, get(from, at, size), get(from, at + size, size), Rounding.RN_SAE));
            }
            return result;
        });
    }

    /** The 32 predicates of CMPPS (SDM vol. 2, table 3-1); those above 15 differ in exceptions only. */
    private static boolean holds(int predicate, int size, long a, long b) {
        boolean unordered = !ordered(size, a, b);
        double x = Reals.value(a, size);
        double y = Reals.value(b, size);
        boolean negated = (predicate & 4) != 0;
        return switch (predicate & 15) {
            case 0 -> x == y;
            case 1 -> x < y;
            case 2 -> x <= y;
            case 3 -> unordered;
            case 4 -> !(x == y);
            case 5 -> !(x < y);
            case 6 -> !(x <= y);
            case 7 -> !unordered;
            case 8 -> unordered || x == y;
            case 9 -> unordered || x < y;
            case 10 -> unordered || x <= y;
            case 11 -> false;
            case 12 -> !unordered && x != y;
            case 13 -> !unordered && x >= y;
            case 14 -> !unordered && x > y;
            default -> negated;
        };
    }

    private static void comparisons(Map<String, Model> m) {
        for (int n = 4; n <= 8; n += 4) {
            int size = n;
            String letter = size == 4 ? "s" : "d";
            both(m, "cmpp" + letter, s -> {
                if (s.kind(0).registerClass() == RegisterClass.MASK) {
                    byte[] a = s.v(1);
                    byte[] b = s.v(2);
                    compared(
                            s,
                            a.length / size,
                            i -> holds(imm(s) & 31, size, get(a, i * size, size), get(b, i * size, size)));
                } else {
                    int predicate = imm(s) & (s.mnemonic().startsWith("v") ? 31 : 7);
                    pairs(size, false, (a, b) -> holds(predicate, size, a, b) ? -1 : 0)
                            .apply(s);
                }
            });
            both(m, "cmps" + letter, s -> {
                if (size == 8 && s.count() == 0) Strings.compare(s, 4);
                else if (s.kind(0).registerClass() == RegisterClass.MASK)
                    compared(s, 1, i -> holds(imm(s) & 31, size, get(s.v(1), 0, size), get(s.v(2), 0, size)));
                else {
                    int predicate = imm(s) & (s.mnemonic().startsWith("v") ? 31 : 7);
                    scalar(size, (a, b) -> holds(predicate, size, a, b) ? -1 : 0)
                            .apply(s);
                }
            });
            for (String name : new String[] {"comis", "ucomis"})
                both(m, name + letter, s -> {
                    long a = get(s.v(0), 0, size);
                    long b = get(s.v(1), 0, size);
                    boolean unordered = !ordered(size, a, b);
                    s.logicFlags(1, 32);
                    s.flag(Step.AF, false);
                    s.flag(Step.ZF, unordered || Reals.value(a, size) == Reals.value(b, size));
                    s.flag(Step.PF, unordered);
                    s.flag(Step.CF, unordered || Reals.value(a, size) < Reals.value(b, size));
                });
        }
    }

    /** Between numbers and integers. */
    private static void integers(Map<String, Model> m) {
        for (int n = 4; n <= 8; n += 4) {
            int size = n;
            String letter = size == 4 ? "s" : "d";
            for (boolean truncates : new boolean[] {false, true}) {
                String t = truncates ? "cvtt" : "cvt";
                both(
                        m,
                        t + "s" + letter + "2si",
                        s -> s.set(0, toInteger(s, size, get(s.v(1), 0, size), truncates, s.bits(0), true)));
                m.put(
                        "v" + t + "s" + letter + "2usi",
                        s -> s.set(0, toInteger(s, size, get(s.v(1), 0, size), truncates, s.bits(0), false)));
                for (boolean signed : new boolean[] {true, false})
                    for (int to = 4; to <= 8; to += 4) {
                        int width = to;
                        String name = t + "p" + letter + "2" + (signed ? "" : "u") + (to == 4 ? "dq" : "qq");
                        both(
                                m,
                                name,
                                s -> convert(
                                                size,
                                                width,
                                                false,
                                                a -> toInteger(s, size, a, truncates, 8 * width, signed))
                                        .apply(s));
                    }
            }
            both(m, "cvtsi2s" + letter, s -> fromInteger(s, size, true));
            m.put("vcvtusi2s" + letter, s -> fromInteger(s, size, false));
            for (boolean signed : new boolean[] {true, false})
                for (int from = 4; from <= 8; from += 4) {
                    int width = from;
                    String name = "cvt" + (signed ? "" : "u") + (from == 4 ? "dq" : "qq") + "2p" + letter;
                    both(
                            m,
                            name,
                            s -> convert(width, size, signed, a -> Reals.fromInteger(a, signed, size, s.rounding()))
                                    .apply(s));
                }
        }
    }

    private static long toInteger(Step s, int size, long bits, boolean truncates, int width, boolean signed) {
        double value = Reals.isNan(bits, size) ? Double.NaN : Reals.value(bits, size);
        return Reals.toInteger(value, truncates ? 3 : Reals.mode(s.rounding()), width, signed);
    }

    private static void fromInteger(Step s, int size, boolean signed) {
        int last = s.count() - 1;
        long value = signed ? s.s(last) : s.u(last);
        byte[] result = s.v(s.count() == 2 ? 0 : 1);
        put(result, 0, size, Reals.fromInteger(value, signed, size, s.rounding()));
        s.setVector(s.trial.operands.value(0), result);
    }

    private static void precisions(Map<String, Model> m) {
        both(m, "cvtps2pd", convert(4, 8, false, Reals::widen));
        both(
                m,
                "cvtpd2ps",
                s -> convert(8, 4, false, a -> Reals.narrow(a, s.rounding())).apply(s));
        both(m, "cvtss2sd", s -> scalarResult(s, 8, Reals.widen(get(b(s), 0, 4))));
        both(m, "cvtsd2ss", s -> scalarResult(s, 4, Reals.narrow(get(b(s), 0, 8), s.rounding())));
        m.put(
                "vcvtph2ps",
                convert(2, 4, false, a -> Reals.isNan(fromHalf(a), 4) ? Reals.quiet(fromHalf(a), 4) : fromHalf(a)));
    }

    private static long fromHalf(long bits) {
        return Float.floatToRawIntBits(Float.float16ToFloat((short) bits)) & 0xFFFF_FFFFL;
    }

    private static void rounding(Map<String, Model> m) {
        for (int n = 4; n <= 8; n += 4) {
            int size = n;
            String letter = size == 4 ? "s" : "d";
            both(
                    m,
                    "roundp" + letter,
                    s -> each(size, false, b -> rounded(size, b, imm(s), 0)).apply(s));
            both(
                    m,
                    "rounds" + letter,
                    s -> scalar(size, (a, b) -> rounded(size, b, imm(s), 0)).apply(s));
            m.put(
                    "vrndscalep" + letter,
                    s -> each(size, false, b -> rounded(size, b, imm(s), imm(s) >> 4))
                            .apply(s));
            m.put(
                    "vrndscales" + letter,
                    s -> scalar(size, (a, b) -> rounded(size, b, imm(s), imm(s) >> 4))
                            .apply(s));
        }
    }

    /** To a multiple of 2^−scale; bit 2 of the mode says that MXCSR's mode counts, which is to nearest. */
    private static long rounded(int size, long bits, int mode, int scale) {
        if (Reals.isNan(bits, size)) return Reals.quiet(bits, size);
        double value = Reals.value(bits, size);
        // Scaled up, large numbers are integers all the more; a double scaled over its range would be infinite.
        if (Double.isInfinite(value) || Math.abs(value) >= 0x1p60) return bits;
        double result = Reals.integer(Math.scalb(value, scale), (mode & 4) != 0 ? 0 : mode);
        return Reals.bits(Math.scalb(result, -scale), size);
    }

    private static void fused(Map<String, Model> m) {
        for (int order : new int[] {132, 213, 231})
            for (int n = 4; n <= 8; n += 4) {
                int size = n;
                String letter = size == 4 ? "s" : "d";
                fused(m, "vfmadd" + order, size, letter, order, false, 0);
                fused(m, "vfmsub" + order, size, letter, order, false, 1);
                fused(m, "vfnmadd" + order, size, letter, order, true, 0);
                fused(m, "vfnmsub" + order, size, letter, order, true, 1);
                m.put("vfmaddsub" + order + "p" + letter, s -> packed(s, size, order, false, 2));
                m.put("vfmsubadd" + order + "p" + letter, s -> packed(s, size, order, false, 3));
            }
    }

    /** @param sign of the addend: 0 plus, 1 minus, 2 minus in even elements, 3 plus in even elements */
    private static void fused(
            Map<String, Model> m, String name, int size, String letter, int order, boolean negate, int sign) {
        m.put(name + "p" + letter, s -> packed(s, size, order, negate, sign));
        m.put(name + "s" + letter, s -> {
            byte[] result = s.v(0);
            long value = fused(s, size, order, negate, sign == 1, 0);
            if (s.chosen(0)) put(result, 0, size, value);
            else if (s.trial.operands.isZeroing()) put(result, 0, size, 0);
            s.setVector(s.trial.operands.value(0), result);
        });
    }

    private static void packed(Step s, int size, int order, boolean negate, int sign) {
        byte[] result = s.v(0);
        for (int i = 0; i * size < result.length; i++) {
            boolean minus = sign == 1 || sign == 2 && i % 2 == 0 || sign == 3 && i % 2 == 1;
            put(result, i * size, size, fused(s, size, order, negate, minus, i * size));
        }
        s.v(0, result, size);
    }

    private static long fused(Step s, int size, int order, boolean negate, boolean minus, int at) {
        long one = get(s.v(0), at, size);
        long two = get(s.v(1), at, size);
        long three = get(s.v(2), at, size);
        long a = order == 132 ? one : two;
        long b = order == 132 ? three : order == 213 ? one : three;
        long c = order == 132 ? two : order == 213 ? three : one;
        // Of several NaNs the first counts, as the three stand in the name's order.
        for (long nan : new long[] {a, b, c}) if (Reals.isNan(nan, size)) return Reals.quiet(nan, size);
        return Reals.fused(size, a, b, c, negate, minus, s.rounding());
    }
}
