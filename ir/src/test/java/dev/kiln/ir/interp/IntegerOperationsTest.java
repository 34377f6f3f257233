package dev.kiln.ir.interp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.base.TrapException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every operation on integers × every width, on edge values, against arithmetic on integers of any size. Each one is tried with both
 * operands in registers, with constants on either side, and comparisons also in the form that is fused into a branch.
 */
class IntegerOperationsTest {
    private static final int[] WIDTHS = {8, 16, 32, 64};

    private static final String[] BINARY = {
        "add", "sub", "mul", "and", "or", "xor", "shl", "shr.s", "shr.u", "rotl", "rotr", "div.s", "div.u", "rem.s",
        "rem.u", "mulhi.s", "mulhi.u", "min.s", "max.s", "min.u", "max.u"
    };
    private static final String[] UNARY = {"neg", "not", "clz", "ctz", "popcnt", "bswap"};
    private static final String[] COMPARE = {
        "eq",
        "ne",
        "lt.s",
        "le.s",
        "gt.s",
        "ge.s",
        "lt.u",
        "le.u",
        "gt.u",
        "ge.u",
        "overflow.add.s",
        "overflow.add.u",
        "overflow.sub.s",
        "overflow.sub.u",
        "overflow.mul.s",
        "overflow.mul.u"
    };

    @TestFactory
    List<DynamicTest> operations() {
        List<DynamicTest> tests = new ArrayList<>();
        for (int width : WIDTHS) {
            for (String op : BINARY) {
                tests.add(DynamicTest.dynamicTest(op + " i" + width, () -> binary(op, width, false)));
            }
            for (String op : COMPARE) {
                tests.add(DynamicTest.dynamicTest(op + " i" + width, () -> binary(op, width, true)));
            }
            for (String op : UNARY) {
                if (width > 8 || !op.equals("bswap")) {
                    tests.add(DynamicTest.dynamicTest(op + " i" + width, () -> unary(op, width)));
                }
            }
            for (int to : WIDTHS) {
                tests.add(DynamicTest.dynamicTest("i" + width + " to i" + to, () -> convert(width, to)));
            }
        }
        return tests;
    }

    private static long[] edges(int width) {
        long max = -1L >>> 65 - width;
        return new long[] {
            0,
            1,
            2,
            3,
            5,
            7,
            8,
            31,
            33,
            63,
            100,
            max,
            max - 1,
            -1,
            -2,
            -7,
            -max,
            -max - 1,
            0x5555_5555_5555_5555L >> 64 - width,
            0x1234_5678_9ABC_DEF1L >> 64 - width,
            0xFEDC_BA98_7654_3210L >> 64 - width
        };
    }

    private static void binary(String op, int width, boolean compare) {
        String type = "i" + width;
        String result = compare ? "i32" : type;
        long[] edges = edges(width);
        StringBuilder text = new StringBuilder("module \"m\"\n");
        text.append("func @f(%a: T, %b: T) -> R {\nentry:\n    %r = OP T %a, %b\n    ret %r\n}\n");
        for (int i = 0; i < edges.length; i++) {
            String body = compare
                    ? "    br %r, yes, no\nyes:\n    ret 1\nno:\n    ret 0\n}\n" // fused where it can be
                    : "    ret %r\n}\n";
            text.append("func @right" + i + "(%a: T) -> R {\nentry:\n    %r = OP T %a, " + edges[i] + "\n" + body);
            text.append("func @left" + i + "(%b: T) -> R {\nentry:\n    %r = OP T " + edges[i] + ", %b\n" + body);
        }
        if (compare) {
            text.append("func @branch(%a: T, %b: T) -> R {\nentry:\n    %r = OP T %a, %b\n"
                    + "    br %r, done(1), done(0)\ndone(%x: i32):\n    ret %x\n}\n");
        }
        String program = text.toString().replace("OP", op).replace("T", type).replace("R", result);
        try (Interpreter interpreter = Programs.interpreter(program)) {
            for (int i = 0; i < edges.length; i++) {
                for (int k = 0; k < edges.length; k++) {
                    String expected = expected(op, width, edges[i], edges[k]);
                    String what = op + " " + type + " " + edges[i] + ", " + edges[k];
                    assertThat(run(interpreter, "f", edges[i], edges[k]))
                            .as(what)
                            .isEqualTo(expected);
                    assertThat(run(interpreter, "right" + k, edges[i])).as(what).isEqualTo(expected);
                    assertThat(run(interpreter, "left" + i, edges[k])).as(what).isEqualTo(expected);
                    if (compare) {
                        assertThat(run(interpreter, "branch", edges[i], edges[k]))
                                .as(what)
                                .isEqualTo(expected);
                    }
                }
            }
        }
    }

    private static void unary(String op, int width) {
        String type = "i" + width;
        try (Interpreter interpreter = Programs.interpreter("module \"m\"\nfunc @f(%a: " + type + ") -> " + type
                + " {\nentry:\n    %r = " + op + " " + type + " %a\n    ret %r\n}\n")) {
            for (long a : edges(width)) {
                assertThat(run(interpreter, "f", a)).as(op + " " + a).isEqualTo(expectedUnary(op, width, a));
                // Bits above the width must not matter.
                long dirty = width == 64 ? a : a ^ 0x6666_6666_6666_6666L << width;
                assertThat(run(interpreter, "f", dirty)).as(op + " " + a).isEqualTo(expectedUnary(op, width, a));
            }
        }
    }

    private static void convert(int from, int to) {
        StringBuilder text = new StringBuilder("module \"m\"\n");
        List<String> names = new ArrayList<>();
        if (from < to) {
            names.add("sext");
            names.add("zext");
        } else if (from > to) {
            names.add("trunc");
        } else {
            names.add("bitcast");
        }
        for (String name : names) {
            text.append("func @" + name + "(%a: i" + from + ") -> i" + to + " {\nentry:\n    %r = " + name + " i" + to
                    + " %a\n    ret %r\n}\n");
        }
        try (Interpreter interpreter = Programs.interpreter(text.toString())) {
            for (long a : edges(from)) {
                for (String name : names) {
                    BigInteger value = name.equals("zext") ? unsigned(a, from) : BigInteger.valueOf(a);
                    assertThat(run(interpreter, name, a)).isEqualTo(Long.toString(wrap(value, to)));
                }
            }
        }
    }

    private static String run(Interpreter interpreter, String function, long... arguments) {
        try {
            return Long.toString(interpreter.callBits(function, arguments)[0]);
        } catch (TrapException e) {
            return e.name();
        }
    }

    private static BigInteger unsigned(long value, int width) {
        return BigInteger.valueOf(value).and(BigInteger.ONE.shiftLeft(width).subtract(BigInteger.ONE));
    }

    private static long wrap(BigInteger value, int width) {
        BigInteger low = value.and(BigInteger.ONE.shiftLeft(width).subtract(BigInteger.ONE));
        return (low.testBit(width - 1) ? low.subtract(BigInteger.ONE.shiftLeft(width)) : low).longValueExact();
    }

    private static String expectedUnary(String op, int width, long a) {
        BigInteger u = unsigned(a, width);
        BigInteger value = switch (op) {
            case "neg" -> BigInteger.valueOf(a).negate();
            case "not" -> BigInteger.valueOf(a).not();
            case "clz" -> BigInteger.valueOf(width - u.bitLength());
            case "ctz" -> BigInteger.valueOf(u.signum() == 0 ? width : u.getLowestSetBit());
            case "popcnt" -> BigInteger.valueOf(u.bitCount());
            default -> {
                BigInteger reversed = BigInteger.ZERO;
                for (int i = 0; i < width / 8; i++) {
                    reversed = reversed.shiftLeft(8).or(u.shiftRight(8 * i).and(BigInteger.valueOf(255)));
                }
                yield reversed;
            }
        };
        return Long.toString(wrap(value, width));
    }

    private static String expected(String op, int width, long a, long b) {
        BigInteger x = BigInteger.valueOf(a);
        BigInteger y = BigInteger.valueOf(b);
        BigInteger ux = unsigned(a, width);
        BigInteger uy = unsigned(b, width);
        int count = uy.mod(BigInteger.valueOf(width)).intValue();
        BigInteger min = BigInteger.ONE.shiftLeft(width - 1).negate();
        if (op.startsWith("div") || op.startsWith("rem")) {
            if (b == 0) {
                return "division_by_zero";
            }
            if (op.equals("div.s") && x.equals(min) && b == -1) {
                return "integer_overflow";
            }
        }
        if (op.startsWith("overflow.")) {
            boolean signed = op.endsWith(".s");
            BigInteger l = signed ? x : ux;
            BigInteger r = signed ? y : uy;
            BigInteger exact = op.contains("add") ? l.add(r) : op.contains("sub") ? l.subtract(r) : l.multiply(r);
            BigInteger low = signed ? min : BigInteger.ZERO;
            BigInteger high = signed ? min.negate() : BigInteger.ONE.shiftLeft(width);
            return exact.compareTo(low) < 0 || exact.compareTo(high) >= 0 ? "1" : "0";
        }
        BigInteger value = switch (op) {
            case "add" -> x.add(y);
            case "sub" -> x.subtract(y);
            case "mul" -> x.multiply(y);
            case "and" -> x.and(y);
            case "or" -> x.or(y);
            case "xor" -> x.xor(y);
            case "shl" -> x.shiftLeft(count);
            case "shr.s" -> x.shiftRight(count);
            case "shr.u" -> ux.shiftRight(count);
            case "rotl" -> ux.shiftLeft(count).or(ux.shiftRight(width - count));
            case "rotr" -> ux.shiftRight(count).or(ux.shiftLeft(width - count));
            case "div.s" -> x.divide(y);
            case "div.u" -> ux.divide(uy);
            case "rem.s" -> x.remainder(y);
            case "rem.u" -> ux.remainder(uy);
            case "mulhi.s" -> x.multiply(y).shiftRight(width);
            case "mulhi.u" -> ux.multiply(uy).shiftRight(width);
            case "min.s" -> x.min(y);
            case "max.s" -> x.max(y);
            case "min.u" -> ux.min(uy);
            case "max.u" -> ux.max(uy);
            case "eq" -> truth(x.equals(y));
            case "ne" -> truth(!x.equals(y));
            case "lt.s" -> truth(x.compareTo(y) < 0);
            case "le.s" -> truth(x.compareTo(y) <= 0);
            case "gt.s" -> truth(x.compareTo(y) > 0);
            case "ge.s" -> truth(x.compareTo(y) >= 0);
            case "lt.u" -> truth(ux.compareTo(uy) < 0);
            case "le.u" -> truth(ux.compareTo(uy) <= 0);
            case "gt.u" -> truth(ux.compareTo(uy) > 0);
            case "ge.u" -> truth(ux.compareTo(uy) >= 0);
            default -> throw new AssertionError(op);
        };
        return Long.toString(wrap(value, width));
    }

    private static BigInteger truth(boolean holds) {
        return holds ? BigInteger.ONE : BigInteger.ZERO;
    }
}
