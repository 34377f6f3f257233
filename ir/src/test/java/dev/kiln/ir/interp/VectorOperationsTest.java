package dev.kiln.ir.interp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.ir.Op;
import dev.kiln.ir.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every operation on vectors × every vector type: each lane as the operation on scalars gives it, which other tests judge. */
class VectorOperationsTest {
    private static final List<Op> PLAIN = List.of(
            Op.ADD, Op.SUB, Op.MUL, Op.NEG, Op.AND, Op.OR, Op.XOR, Op.NOT, Op.SHL, Op.SHR_S, Op.SHR_U, Op.MIN_S,
            Op.MAX_S, Op.MIN_U, Op.MAX_U, Op.DIV, Op.ABS, Op.SQRT, Op.MIN, Op.MAX, Op.EQ, Op.NE, Op.LT_S, Op.LE_S,
            Op.GT_S, Op.GE_S, Op.LT_U, Op.LE_U, Op.GT_U, Op.GE_U, Op.LT, Op.LE, Op.GT, Op.GE, Op.ORD, Op.UNO);

    @TestFactory
    List<DynamicTest> laneByLane() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Type type : Type.values()) {
            for (Op op : PLAIN) {
                if (type.isVector() && (op.types() & type.classBit()) != 0) {
                    tests.add(DynamicTest.dynamicTest(op.text() + " " + type, () -> laneByLane(op, type)));
                }
            }
        }
        return tests;
    }

    private static long lane(long[] vector, Type type, int lane) {
        int bits = type.lane().bits();
        long word = vector[lane * bits / 64] >>> lane * bits % 64;
        return type.lane() == Type.F32 ? word & 0xFFFF_FFFFL : word << 64 - bits >> 64 - bits;
    }

    private static long[] random(Random random, Type type) {
        long[] vector = new long[type.bytes() / 8];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = random.nextLong();
            if (random.nextInt(4) == 0) { // NaNs, equal lanes, ones
                vector[i] |= 0x7FF0_0000_7F80_0000L;
            } else if (random.nextInt(3) == 0) {
                vector[i] &= 0x8000_8080_C000_0001L;
            }
        }
        return vector;
    }

    private static void laneByLane(Op op, Type type) {
        int operands = op.shape() == Op.Shape.UNARY ? 1 : 2;
        boolean compare = op.shape() == Op.Shape.COMPARE;
        boolean shift = op.shape() == Op.Shape.SHIFT;
        String args = operands == 1 ? "%a" : "%a, %b";
        Type result = compare ? type.maskType() : type;
        Type scalarResult = compare ? Type.I32 : type.lane();
        String text = "module \"m\"\nfunc @vector(%a: " + type + ", %b: " + (shift ? "i32" : type) + ") -> " + result
                + " {\nentry:\n    %r = "
                + op.text() + " " + type + " " + args + "\n    ret %r\n}\nfunc @scalar(%a: " + type.lane() + ", %b: "
                + type.lane() + ") -> "
                + scalarResult + " {\nentry:\n    %r = " + op.text() + " " + type.lane() + " " + args
                + "\n    ret %r\n}\n";
        Random random = new Random(op.ordinal() * 100L + type.ordinal());
        try (Interpreter in = Programs.interpreter(text)) {
            for (int round = 0; round < 20; round++) {
                long[] a = random(random, type);
                long[] b = round % 5 == 0 ? a.clone() : random(random, type);
                long[] words = new long[a.length + (shift ? 1 : b.length)];
                System.arraycopy(a, 0, words, 0, a.length);
                System.arraycopy(b, 0, words, a.length, words.length - a.length);
                long[] actual = in.callBits("vector", words);
                assertThat(actual).hasSize(result.bytes() / 8);
                for (int i = 0; i < type.lanes(); i++) {
                    long count = (int) b[0] & type.lane().bits() - 1;
                    long scalar = in.callBits("scalar", lane(a, type, i), shift ? count : lane(b, type, i))[0];
                    assertThat(lane(actual, result, i)).as("lane " + i).isEqualTo(compare ? -scalar : scalar);
                }
            }
        }
    }

    @Test
    void rearranging() {
        String text = """
                module "m"
                func @splat(%x: i16) -> v8i16 {
                entry:
                    %r = splat v8i16 %x
                    ret %r
                }
                func @extract(%v: v16i8) -> i8 {
                entry:
                    %r = extract v16i8 %v, 9
                    ret %r
                }
                func @insert(%v: v8f32, %x: f32) -> v8f32 {
                entry:
                    %r = insert v8f32 %v, %x, 5
                    ret %r
                }
                func @shuffle(%a: v4i32, %b: v4i32) -> v4i32 {
                entry:
                    %r = shuffle v4i32 %a, %b, [7, 0, 4, 3]
                    ret %r
                }
                func @dot(%a: v4i32, %b: v4i32) -> i32 {
                entry:
                    %r = dot v4i32 %a, %b
                    ret %r
                }
                func @dotf(%a: v4f64, %b: v4f64) -> f64 {
                entry:
                    %r = dot v4f64 %a, %b
                    ret %r
                }
                func @select(%m: v2i64, %a: v2f64, %b: v2f64) -> v2f64 {
                entry:
                    %r = select v2f64 %m, %a, %b
                    ret %r
                }
                func @itof(%a: v8i32) -> v8f32 {
                entry:
                    %r = itof.s v8f32 %a
                    ret %r
                }
                func @ftoi(%a: v4f32) -> v4i32 {
                entry:
                    %r = ftoi.s v4i32 %a
                    ret %r
                }
                func @cast(%a: v4f32) -> v2i64 {
                entry:
                    %r = bitcast v2i64 %a
                    ret %r
                }
                func @loop(%n: i32, %a: v4i32, %b: v4i32) -> v4i32 {
                entry:
                    jump loop(%n, %a, %b)
                loop(%i: i32, %x: v4i32, %y: v4i32):
                    %j = sub i32 %i, 1
                    br %i, loop(%j, %y, %x), done
                done:
                    %r = call v4i32 @second(%x, %y)
                    ret %r
                }
                func @second(%x: v4i32, %y: v4i32) -> v4i32 {
                entry:
                    ret %y
                }
                """;
        try (Interpreter in = Programs.interpreter(text)) {
            assertThat(in.callBits("splat", 0x1234)).containsExactly(0x1234_1234_1234_1234L, 0x1234_1234_1234_1234L);
            assertThat(in.call("extract", new long[] {0, 0xFE00})).isEqualTo((byte) 0xFE);
            assertThat(in.callBits("insert", 1, 2, 3, 4, Float.floatToRawIntBits(1f)))
                    .containsExactly(1, 2, 3L | 0x3F80_0000L << 32, 4);
            assertThat(in.callBits("shuffle", pair(10, 11), pair(12, 13), pair(20, 21), pair(22, 23)))
                    .containsExactly(pair(23, 10), pair(20, 13));
            assertThat(in.call("dot", new long[] {pair(1, 2), pair(3, 4)}, new long[] {pair(10, 20), pair(30, -1)}))
                    .isEqualTo(10 + 40 + 90 - 4);
            long[] f = new long[4];
            long[] g = new long[4];
            double sum = 0;
            for (int i = 0; i < 4; i++) {
                f[i] = Double.doubleToRawLongBits(0.1 * (i + 1));
                g[i] = Double.doubleToRawLongBits(1e10 / (i + 3));
                sum = sum + 0.1 * (i + 1) * (1e10 / (i + 3));
            }
            assertThat(in.call("dotf", f, g)).isEqualTo(sum);
            assertThat(in.callBits("select", -1, 0, 1, 2, 3, 4)).containsExactly(1, 4);
            long one = Float.floatToRawIntBits(1f);
            assertThat(in.callBits("itof", pair(1, 0), 0, pair(0, 1), 0)).containsExactly(one, 0, one << 32, 0);
            assertThat(in.callBits("ftoi", pair(Float.floatToRawIntBits(-2.9f), Float.floatToRawIntBits(1e10f)), 0))
                    .containsExactly(pair(-2, Integer.MIN_VALUE), 0);
            assertThat(in.callBits("cast", 5, 6)).containsExactly(5, 6);
            assertThat(in.callBits("loop", 3, 1, 2, 3, 4)).containsExactly(1, 2);
            assertThat(in.callBits("loop", 4, 1, 2, 3, 4)).containsExactly(3, 4);
        }
    }

    private static long pair(int low, int high) {
        return low & 0xFFFF_FFFFL | (long) high << 32;
    }
}
