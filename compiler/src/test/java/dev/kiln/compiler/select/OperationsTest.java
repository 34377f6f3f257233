package dev.kiln.compiler.select;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kiln.base.TrapException;
import dev.kiln.ir.Block;
import dev.kiln.ir.Constant;
import dev.kiln.ir.FunctionBuilder;
import dev.kiln.ir.Module;
import dev.kiln.ir.Op;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;
import dev.kiln.ir.interp.Interpreter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Runs every scalar operation on every type it takes with operands at the edges, compiled, interpreted, and as {@link ScalarMeaning}
 * says. Operands come
 * from memory with garbage above their width, and as constants on either side; comparisons also feed branches and selects.
 */
class OperationsTest {
    private static final Type[] SCALARS = {Type.I8, Type.I16, Type.I32, Type.I64, Type.F32, Type.F64, Type.PTR};

    /** Where a function finds its operands, and where it leaves its result. */
    private static final int RESULT = 32;

    /** One function to run: an operation on types, with some operands fixed. */
    private record Case(String name, Op op, Type type, Type result, Type[] operands, Constant[] fixed, String use) {}

    private final List<Case> cases = new ArrayList<>();
    private final Module module = new Module("operations");
    private final Random random = new Random(5);
    private MemorySegment cells;

    @Test
    void everyScalarOperationMeansTheSameCompiledAndInterpreted() {
        for (Op op : Op.values()) {
            for (Type type : SCALARS) {
                add(op, type);
            }
        }
        assertTrue(cases.size() > 1000, "only " + cases.size() + " functions");
        List<String> wrong = new ArrayList<>();
        try (NativeModule code = Compiled.place(module);
                Interpreter interpreter = Interpreter.builder(module).build();
                Arena arena = Arena.ofConfined()) {
            cells = arena.allocate(64, 16);
            for (Case c : cases) {
                long function = code.address(c.name);
                run(c, "compiled", () -> code.call(function, cells.address()), wrong);
                run(c, "interpreted", () -> interpreter.callBits(c.name, cells.address()), wrong);
            }
        }
        assertEquals(List.of(), wrong.subList(0, Math.min(20, wrong.size())), wrong.size() + " differ");
    }

    private void add(Op op, Type type) {
        if ((op.types() & type.classBit()) == 0 || op == Op.BSWAP && type == Type.I8) {
            return;
        }
        switch (op.shape()) {
            case UNARY -> add(op, type, type, type);
            case BINARY, SHIFT -> add(op, type, type, type, type);
            case TERNARY -> add(op, type, type, type, type, type);
            case COMPARE -> add(op, type, Type.I32, type, type);
            case SELECT -> {
                for (Type condition : new Type[] {Type.I8, Type.I16, Type.I32, Type.I64}) {
                    add(op, type, type, condition, type, type);
                }
            }
            case CONVERT -> {
                for (Type from : SCALARS) {
                    if (converts(op, type, from)) {
                        add(op, from, type, from);
                    }
                }
            }
            default -> {}
        }
    }

    private static boolean converts(Op op, Type to, Type from) {
        return switch (op) {
            case SEXT, ZEXT -> from.isInt() && from.bytes() < to.bytes();
            case TRUNC -> from.isInt() && from.bytes() > to.bytes();
            case FEXT -> to == Type.F64 && from == Type.F32;
            case FTRUNC -> to == Type.F32 && from == Type.F64;
            case ITOF_S, ITOF_U -> from.isInt();
            case FTOI_S, FTOI_U -> from.isFloat();
            case BITCAST -> from.bytes() == to.bytes();
            default -> false;
        };
    }

    private void add(Op op, Type type, Type result, Type... operands) {
        define(op, type, result, operands, new Constant[operands.length], "store");
        if (op.shape() == Op.Shape.COMPARE) {
            for (String use : new String[] {"branch", "select", "inverted", "selectfloat"}) {
                define(op, type, result, operands, new Constant[2], use);
            }
        }
        if (operands.length == 1) {
            for (long bits : EdgeValues.some(operands[0], 3)) {
                define(op, type, result, operands, new Constant[] {Constant.of(operands[0], bits)}, "store");
            }
        } else if (operands.length == 2) {
            for (long bits : EdgeValues.some(operands[1], 2)) {
                define(op, type, result, operands, new Constant[] {null, Constant.of(operands[1], bits)}, "store");
            }
            for (long bits : EdgeValues.some(operands[0], 5)) {
                define(op, type, result, operands, new Constant[] {Constant.of(operands[0], bits), null}, "store");
                define(
                        op,
                        type,
                        result,
                        operands,
                        new Constant[] {Constant.of(operands[0], bits), Constant.of(operands[1], bits)},
                        "store");
            }
        }
    }

    private void define(Op op, Type type, Type result, Type[] operands, Constant[] fixed, String use) {
        String name = "f" + cases.size();
        FunctionBuilder b = new FunctionBuilder(module, name, Signature.of(Type.VOID, Type.PTR), "io");
        Value io = b.param(0);
        Value[] args = new Value[operands.length];
        for (int i = 0; i < args.length; i++) {
            args[i] = fixed[i] != null ? fixed[i] : operand(b, operands[i], b.index(io, b.i64(i), 8, 0));
        }
        Value value = switch (op.shape()) {
            case UNARY -> b.unary(op, args[0]);
            case BINARY, SHIFT -> b.binary(op, args[0], args[1]);
            case TERNARY -> b.fma(args[0], args[1], args[2]);
            case COMPARE -> b.compare(op, args[0], args[1]);
            case SELECT -> b.select(args[0], args[1], args[2]);
            default -> b.convert(op, result, args[0]);
        };
        Value to = b.index(io, b.i64(RESULT), 1, 0);
        switch (use) {
            case "select" -> value = b.select(value, b.i32(1), b.i32(0));
            case "selectfloat" -> value = b.convert(Op.FTOI_S, Type.I32, b.select(value, b.f64(1), b.f64(0)));
            case "branch", "inverted" -> {
                Block yes = b.block("yes");
                Block no = b.block("no");
                Block end = b.block("end", Type.I32);
                b.br(value, yes, no);
                b.at(use.equals("branch") ? yes : no).jump(end, b.i32(use.equals("branch") ? 1 : 0));
                b.at(use.equals("branch") ? no : yes).jump(end, b.i32(use.equals("branch") ? 0 : 1));
                b.at(end);
                value = end.param(0);
            }
            default -> {}
        }
        b.store(value, to);
        b.ret();
        cases.add(new Case(name, op, type, result, operands, fixed, use));
    }

    /** Integers are loaded whole and cut, so that the bits above their width are whatever stands in memory. */
    private static Value operand(FunctionBuilder b, Type type, Value from) {
        return type.isInt() && type != Type.I64
                ? b.convert(Op.TRUNC, type, b.load(Type.I64, from))
                : b.load(type, from);
    }

    private void run(Case c, String way, Runnable call, List<String> wrong) {
        int count = c.operands.length;
        int step = count == 3 ? c.op == Op.SELECT ? 4 : 5 : 1;
        long[][] values = new long[3][];
        for (int i = 0; i < 3; i++) {
            values[i] = i >= count
                    ? new long[1]
                    : c.fixed[i] != null
                            ? new long[] {ScalarMeaning.mask(c.operands[i], c.fixed[i].bits())}
                            : EdgeValues.some(c.operands[i], step);
        }
        for (long x : values[0]) {
            for (long y : values[1]) {
                for (long z : values[2]) {
                    check(c, way, call, wrong, x, y, z);
                }
            }
        }
    }

    private void check(Case c, String way, Runnable call, List<String> wrong, long x, long y, long z) {
        put(0, c.operands[0], x);
        if (c.operands.length > 1) {
            put(1, c.operands[1], y);
        }
        if (c.operands.length > 2) {
            put(2, c.operands[2], z);
        }
        String expected;
        try {
            expected = Long.toHexString(ScalarMeaning.evaluate(c.op, c.type, c.result, x, y, z));
        } catch (ScalarMeaning.Trap trap) {
            expected = trap.getMessage();
        }
        String got;
        try {
            call.run();
            got = Long.toHexString(ScalarMeaning.mask(c.result, cells.get(ValueLayout.JAVA_LONG, RESULT)));
        } catch (TrapException trap) {
            got = trap.name();
        }
        if (!got.equals(expected)) {
            wrong.add(way + " " + c.op + " " + c.type + " -> " + c.result + " " + c.use + " of " + Long.toHexString(x)
                    + ", "
                    + Long.toHexString(y) + ", " + Long.toHexString(z) + (c.fixed[0] != null ? " fixed a" : "")
                    + (c.fixed.length > 1 && c.fixed[1] != null ? " fixed b" : "") + ": " + got + ", not " + expected);
        }
    }

    private void put(int index, Type type, long bits) {
        long garbage = random.nextLong();
        cells.set(ValueLayout.JAVA_LONG, index * 8L, bits | garbage & ~ScalarMeaning.mask(type, -1));
    }
}
