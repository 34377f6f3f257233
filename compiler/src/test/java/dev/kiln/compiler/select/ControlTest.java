package dev.kiln.compiler.select;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.kiln.base.TrapException;
import dev.kiln.ir.Block;
import dev.kiln.ir.FunctionBuilder;
import dev.kiln.ir.Module;
import dev.kiln.ir.Op;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Target;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Runs branches, switches, block arguments and traps. */
class ControlTest {
    private final Module module = new Module("control");

    private FunctionBuilder function(String name, Type result, Type... parameters) {
        return new FunctionBuilder(module, name, Signature.of(result, parameters));
    }

    /** A loop whose parameters are assigned from each other at random, once by a jump and once over a critical edge. */
    @Test
    void blockArgumentsAreAssignedInParallel() {
        Random random = new Random(11);
        int functions = 200;
        int[][] sources = new int[functions][];
        for (int f = 0; f < functions; f++) {
            int n = 1 + random.nextInt(9);
            sources[f] = random.ints(n, 0, n + 2).toArray();
            FunctionBuilder b = function("f" + f, Type.VOID, Type.PTR, Type.I64);
            Type[] types = new Type[n + 1];
            Arrays.fill(types, Type.I64);
            boolean direct = f % 2 == 0;
            Block loop = b.block("loop", types);
            Block end = b.block("end");
            Value[] first = new Value[n + 1];
            first[0] = b.param(1);
            for (int i = 0; i < n; i++) {
                first[i + 1] = b.i64(100 + i);
            }
            b.jump(loop, first);
            b.at(loop);
            // Other names for the same registers must be seen through as well.
            Value[] next = new Value[n + 1];
            next[0] = b.sub(loop.param(0), b.i64(1));
            for (int i = 0; i < n; i++) {
                int from = sources[f][i];
                next[i + 1] = from < n
                        ? i % 3 == 0
                                ? b.convert(Op.BITCAST, Type.I64, b.convert(Op.BITCAST, Type.PTR, loop.param(from + 1)))
                                : loop.param(from + 1)
                        : from == n ? b.i64(i) : next[0];
            }
            Value more = b.compare(Op.NE, next[0], b.i64(0));
            if (direct) {
                Block again = b.block("again");
                b.br(more, again, end);
                b.at(again).jump(loop, next);
            } else {
                b.br(more, b.target(loop, next), b.target(end));
            }
            b.at(end);
            for (int i = 0; i < n; i++) {
                b.store(loop.param(i + 1), b.offset(b.param(0), 8 * i));
            }
            b.ret();
        }
        try (NativeModule code = Compiled.place(module);
                Arena arena = Arena.ofConfined()) {
            MemorySegment cells = arena.allocate(128, 8);
            for (int f = 0; f < functions; f++) {
                for (int rounds = 1; rounds < 8; rounds++) {
                    int n = sources[f].length;
                    long[] values = new long[n];
                    Arrays.setAll(values, i -> 100 + i);
                    for (int round = rounds; round > 1; round--) {
                        long[] old = values.clone();
                        for (int i = 0; i < n; i++) {
                            int from = sources[f][i];
                            values[i] = from < n ? old[from] : from == n ? i : round - 1;
                        }
                    }
                    code.call(code.address("f" + f), cells.address(), rounds);
                    long[] got = cells.asSlice(0, 8L * n).toArray(ValueLayout.JAVA_LONG);
                    assertArrayEquals(values, got, Arrays.toString(sources[f]) + " after " + rounds);
                }
            }
        }
    }

    @Test
    void switchesFindTheirCase() {
        long[][] cases = {
            {},
            {7},
            {0, 1, 2, 3, 4, 5},
            {-3, -1, 0, 2, 5, 9},
            {100, 101, 103, 104, 107, 120},
            {Long.MIN_VALUE, -1, 0, 1, Long.MAX_VALUE},
            {Long.MIN_VALUE, Long.MIN_VALUE + 1, Long.MIN_VALUE + 2, Long.MIN_VALUE + 4},
            {Long.MAX_VALUE - 3, Long.MAX_VALUE - 2, Long.MAX_VALUE - 1, Long.MAX_VALUE},
            {1L << 31, (1L << 31) + 1, (1L << 31) + 2, (1L << 31) + 3, (1L << 31) + 5},
            {1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 1L << 31, 1L << 33, -5, -1L << 40},
            {5, 4, 3, 2, 1, 0, -1, -2, 127, -128}
        };
        Type[] types = {Type.I8, Type.I16, Type.I32, Type.I64};
        for (Type type : types) {
            for (int n = 0; n < cases.length; n++) {
                define("s" + n + type, type, fitting(type, cases[n]));
            }
        }
        try (NativeModule code = Compiled.place(module)) {
            for (Type type : types) {
                for (int n = 0; n < cases.length; n++) {
                    long[] fits = fitting(type, cases[n]);
                    for (long near : cases[n]) {
                        for (long value = near - 2; value != near + 3; value++) {
                            check(code, "s" + n + type, type, fits, value);
                        }
                    }
                    for (long value : EdgeValues.of(type)) {
                        check(
                                code,
                                "s" + n + type,
                                type,
                                fits,
                                value | 0x1234_5678_9ABC_DE00L & ~ScalarMeaning.mask(type, -1));
                    }
                }
            }
        }
    }

    private static long[] fitting(Type type, long[] cases) {
        return Arrays.stream(cases)
                .filter(v -> ScalarMeaning.signed(type, v) == v)
                .toArray();
    }

    /** Case k gives k + 1 by way of a block argument, the default 0; every third case goes to a block of its own. */
    private void define(String name, Type type, long[] cases) {
        FunctionBuilder b = function(name, Type.I64, Type.I64);
        Block end = b.block("end", Type.I64);
        Target[] targets = new Target[cases.length];
        for (int k = 0; k < cases.length; k++) {
            if (k % 3 == 2) {
                Block own = b.block("own" + k);
                Block current = b.current();
                b.at(own).jump(end, b.i64(k + 1));
                b.at(current);
                targets[k] = b.target(own);
            } else {
                targets[k] = b.target(end, b.i64(k + 1));
            }
        }
        Value value = type == Type.I64 ? b.param(0) : b.convert(Op.TRUNC, type, b.param(0));
        b.switch_(value, b.target(end, b.i64(0)), cases, targets);
        b.at(end).ret(end.param(0));
    }

    private static void check(NativeModule code, String name, Type type, long[] cases, long value) {
        long expected = 0;
        for (int k = 0; k < cases.length; k++) {
            if (cases[k] == ScalarMeaning.signed(type, value)) {
                expected = k + 1;
            }
        }
        assertEquals(expected, code.call(code.address(name), value), name + " of " + value);
    }

    @Test
    void branchesTestTheirWidthOnly() {
        for (Type type : new Type[] {Type.I8, Type.I16, Type.I32, Type.I64}) {
            FunctionBuilder b = function("b" + type, Type.I64, Type.I64);
            Block yes = b.block("yes");
            Block no = b.block("no");
            b.br(type == Type.I64 ? b.param(0) : b.convert(Op.TRUNC, type, b.param(0)), yes, no);
            b.at(yes).ret(b.i64(1));
            b.at(no).ret(b.i64(0));
        }
        FunctionBuilder b = function("constant", Type.I64);
        Block yes = b.block("yes");
        Block no = b.block("no");
        b.br(b.i32(0), yes, no);
        b.at(yes).ret(b.i64(1));
        b.at(no).ret(b.i64(2));
        try (NativeModule code = Compiled.place(module)) {
            for (long value :
                    new long[] {0, 1, 0x80, 0x100, 0x8000, 0x1_0000, 0x8000_0000L, 0x1_0000_0000L, Long.MIN_VALUE}) {
                for (Type type : new Type[] {Type.I8, Type.I16, Type.I32, Type.I64}) {
                    long expected = ScalarMeaning.mask(type, value) != 0 ? 1 : 0;
                    assertEquals(expected, code.call(code.address("b" + type), value), type + " of " + value);
                }
            }
            assertEquals(2, code.call(code.address("constant")));
        }
    }

    @Test
    void trapsCarryTheirName() {
        FunctionBuilder b = function("named", Type.VOID);
        b.trap("out of luck");
        b = function("unreachable", Type.VOID);
        b.unreachable();
        b = function("divide", Type.I32, Type.I32);
        b.ret(b.binary(Op.DIV_S, b.i32(1), b.param(0)));
        try (NativeModule code = Compiled.place(module)) {
            assertEquals("out of luck", trap(code, "named", 0));
            assertEquals("unreachable", trap(code, "unreachable", 0));
            assertEquals("division_by_zero", trap(code, "divide", 0));
            assertEquals(1, code.call(code.address("divide"), 1));
        }
    }

    private static String trap(NativeModule code, String function, long argument) {
        return assertThrows(TrapException.class, () -> code.call(code.address(function), argument))
                .name();
    }
}
