package dev.kiln.tests.fuzz;

import dev.kiln.ir.Constant;
import dev.kiln.ir.FunctionBuilder;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.MemoryOrder;
import dev.kiln.ir.Op;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;
import dev.kiln.ir.internal.OperandTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes single operations on values in scope, each shape of the operation table in its way. */
final class OperationGenerator {
    /** Bytes that pointers in memory may be used for. */
    private static final int CELL_ROOM = 32;

    private final FunctionGenerator function;
    private final ProgramGenerator program;
    private final FunctionBuilder b;
    private final Scope scope;
    private final Random random;

    OperationGenerator(FunctionGenerator function) {
        this.function = function;
        program = function.program;
        b = function.b;
        scope = function.scope;
        random = function.random;
    }

    /** Makes an operation; all of the table are equally likely. */
    void random() {
        Coverage.Pair pair = Coverage.PAIRS.get(random.nextInt(Coverage.PAIRS.size()));
        switch (random.nextInt(24)) {
            case 0, 1 -> callSomething();
            case 2, 3 -> fresh(program.visibleType());
            default -> make(pair.op(), pair.type());
        }
    }

    /** A value with bits all over, made of the checksum so far: what operations give tends towards nothing and all. */
    private void fresh(Type type) {
        Value sum = b.mul(b.load(Type.I64, b.symbol(program.name("sum"))), b.i64(random.nextLong() | 1));
        Value word = b.add(b.binary(Op.ROTR, sum, b.i64(random.nextInt(64))), b.i64(random.nextLong()));
        Type lane = type.lane();
        Value value = switch (lane) {
            case I64 -> word;
            case F64 ->
                random.nextBoolean()
                        ? b.convert(Op.BITCAST, lane, word)
                        : b.convert(Op.ITOF_S, lane, b.convert(Op.SEXT, Type.I64, b.convert(Op.TRUNC, Type.I16, word)));
            case F32 ->
                random.nextBoolean()
                        ? b.convert(Op.BITCAST, lane, b.convert(Op.TRUNC, Type.I32, word))
                        : b.convert(Op.ITOF_S, lane, b.convert(Op.TRUNC, Type.I32, word));
            default -> b.convert(Op.TRUNC, lane, word);
        };
        if (type.isVector()) {
            value = b.splat(type, value);
            for (int i = random.nextInt(3); i > 0; i--) {
                value = b.insert(value, operand(lane), random.nextInt(type.lanes()));
            }
        }
        scope.add(value);
    }

    private void make(Op op, Type type) {
        switch (op.shape()) {
            case UNARY -> result(b.unary(op, operand(type)));
            case BINARY -> binary(op, type);
            case TERNARY -> resultOfFree(b.fma(operand(type), operand(type), operand(type)));
            case SHIFT -> result(b.binary(op, operand(type), operand(type.isVector() ? Type.I32 : type)));
            case COMPARE -> compare(op, type);
            case CONVERT -> convert(op, type);
            case SELECT -> select(type);
            case LOAD -> load(op, type);
            case STORE -> store(op, type);
            case INDEX -> scopePointer(random.nextInt(1, 24));
            case ALLOCA -> dynamicSlot();
            case MEMORY_BLOCK -> memoryBlock(op);
            case ATOMIC_RMW -> atomic(op, type);
            case ATOMIC_CAS -> cas(type);
            case FENCE -> b.fence(MemoryOrder.values()[random.nextInt(1, 5)]);
            case CALL -> callSomething();
            case SPLAT -> result(b.splat(type, operand(type.lane())));
            case EXTRACT -> result(b.extract(operand(type), random.nextInt(type.lanes())));
            case INSERT -> result(b.insert(operand(type), operand(type.lane()), random.nextInt(type.lanes())));
            case SHUFFLE -> {
                int[] lanes = new int[type.lanes()];
                for (int i = 0; i < lanes.length; i++) {
                    lanes[i] = random.nextInt(2 * lanes.length);
                }
                result(b.shuffle(operand(type), operand(type), lanes));
            }
            case DOT -> resultOfFree(b.dot(operand(type), operand(type)));
            case TRAP -> function.trap(true);
            case UNREACHABLE -> function.trap(false);
            case VAR -> b.var(operand(program.visibleType()), "v" + random.nextInt(10));
            // Made where variadic functions begin, and with the regions of control flow.
            case VA_START, VA_COPY, JUMP, BR, SWITCH, RET, GUARD -> {}
        }
    }

    // Values.

    /** A value of a type, which for pointers is good for {@link ProgramGenerator#POINTER_ROOM} bytes. */
    Value operand(Type type) {
        if (type == Type.PTR) {
            return address(ProgramGenerator.POINTER_ROOM, 1, true, false);
        }
        Scope.Entry entry = random.nextInt(4) == 0 ? null : scope.pick(type, random);
        if (entry != null) {
            return entry.value();
        }
        if (type.isVector()) {
            Value vector = b.splat(type, operand(type.lane()));
            if (random.nextBoolean()) {
                vector = b.insert(vector, operand(type.lane()), random.nextInt(type.lanes()));
            }
            scope.add(vector);
            return vector;
        }
        return EdgeValues.constant(type, random);
    }

    /** A condition: any integer, often the result of a comparison. */
    Value condition() {
        if (random.nextInt(3) > 0) {
            Type type = program.visibleType();
            if (!type.isVector()) {
                Op[] ops = type.isInt()
                        ? new Op[] {Op.LT_S, Op.LT_U, Op.GE_S, Op.GT_U, Op.EQ, Op.OVERFLOW_ADD_S}
                        : new Op[] {Op.LT, Op.LE, Op.GT, Op.GE, Op.EQ, Op.NE, Op.UNO};
                return b.compare(ops[random.nextInt(ops.length)], operand(type), operand(type));
            }
        }
        return operand(ProgramGenerator.INTS[random.nextInt(4)]);
    }

    private void result(Value value) {
        scope.add(value);
        if (random.nextInt(5) < 2) {
            sink(value);
        }
    }

    /** A result in which the payload of a NaN is not settled: it is replaced by one that is. */
    private void resultOfFree(Value value) {
        if (value.type().lane().isFloat()) {
            Type type = value.type();
            Value nan = Constant.of(type.lane(), type.lane() == Type.F32 ? 0x7FC0_0000L : 0x7FF8L << 48);
            value = b.select(b.compare(Op.UNO, value, value), type.isVector() ? b.splat(type, nan) : nan, value);
        }
        result(value);
    }

    private void binary(Op op, Type type) {
        Value x = operand(type), y = operand(type);
        if (op.canTrap() && !(program.mayTrap && random.nextInt(4) == 0)) {
            y = divisor(type);
        }
        boolean free = op.commutes() && type.lane().isFloat();
        if (free && !type.isVector() && random.nextInt(3) == 0) {
            // With a number on one side there is only one NaN that can survive.
            free = false;
            if (random.nextBoolean()) {
                x = EdgeValues.number(type, random);
            } else {
                y = EdgeValues.number(type, random);
            }
        }
        Value made = b.binary(op, x, y);
        if (free) {
            resultOfFree(made);
        } else {
            result(made);
        }
    }

    /** A divisor that never traps: neither 0 nor −1. */
    private Value divisor(Type type) {
        if (random.nextInt(3) == 0) {
            while (true) {
                Constant constant = EdgeValues.constant(type, random);
                if (constant.bits() != 0 && constant.bits() != -1) {
                    return constant;
                }
            }
        }
        Value masked = b.binary(Op.AND, operand(type), Constant.of(type, random.nextBoolean() ? 0x7F : ~2L));
        return b.binary(Op.OR, masked, Constant.of(type, 1));
    }

    private void compare(Op op, Type type) {
        if (type != Type.PTR) {
            result(b.compare(op, operand(type), operand(type)));
            return;
        }
        // Which of two objects comes first is nobody's business; within one it is settled.
        Value p = address(16, 1, true, false);
        Value q = (op == Op.EQ || op == Op.NE) && random.nextBoolean() ? b.nullPtr() : b.offset(p, random.nextInt(16));
        result(random.nextBoolean() ? b.compare(op, p, q) : b.compare(op, q, p));
    }

    private void convert(Op op, Type to) {
        if (to == Type.PTR) {
            Value p = address(CELL_ROOM, 1, true, false);
            scope.addPointer(
                    b.convert(Op.BITCAST, Type.PTR, b.convert(Op.BITCAST, Type.I64, p)), CELL_ROOM, false, false);
            return;
        }
        List<Type> from = new ArrayList<>();
        for (Type type : Type.values()) {
            boolean vector = type == Type.VOID || type == Type.REF || type.bytes() > 16;
            if (!vector && type != Type.PTR && OperandTypes.converts(op, to, type)) {
                from.add(type);
            }
        }
        result(b.convert(op, to, operand(from.get(random.nextInt(from.size())))));
    }

    private void select(Type type) {
        if (type == Type.PTR) {
            Value p = address(16, 1, true, false), q = address(16, 1, true, false);
            scope.addPointer(b.select(condition(), p, q), 16, false, false);
        } else {
            Value condition = type.isVector() ? operand(type.maskType()) : condition();
            if (type.isVector() && random.nextBoolean()) {
                condition = b.compare(type.lane().isFloat() ? Op.LT : Op.GT_S, operand(type), operand(type));
            }
            result(b.select(condition, operand(type), operand(type)));
        }
    }

    // Memory.

    /**
     * An address at which {@code size} bytes may be accessed.
     *
     * @param align what the address must be a multiple of, up to 16
     * @param write whether it may be written
     * @param lasting whether it must outlive the function
     */
    Value address(int size, int align, boolean write, boolean lasting) {
        if (random.nextInt(3) > 0) {
            for (int tries = 0; tries < 4; tries++) {
                Scope.Entry entry = scope.pick(Type.PTR, random);
                if (entry != null
                        && entry.room() >= size
                        && (entry.aligned() || align == 1)
                        && (entry.lasting() || !lasting)) {
                    return within(entry.value(), entry.room() - size, align);
                }
            }
        }
        for (int tries = 0; tries < 4; tries++) {
            ProgramGenerator.Global global = program.globals.get(random.nextInt(program.globals.size()));
            if (global.size() >= size && !(write && global.readonly())) {
                int room = global.size() - size;
                int offset = random.nextInt(room + 1) & -align;
                return random.nextBoolean()
                        ? b.symbol(global.name(), offset)
                        : within(b.symbol(global.name()), room, align);
            }
        }
        int offset = random.nextInt(ProgramGenerator.TRACE_BYTES - size) & -align;
        return b.symbol(program.name("trace"), offset);
    }

    /** An address 0 to {@code room} bytes behind another, found at compile time or at run time. */
    private Value within(Value base, int room, int align) {
        int kind = random.nextInt(3);
        if (room < align || kind == 0) {
            return base;
        }
        if (kind == 1) {
            return b.offset(base, random.nextInt(room + 1) & -align);
        }
        int scale = Math.max(align, 1 << random.nextInt(5));
        if (random.nextInt(4) == 0) {
            scale = align * random.nextInt(1, 12);
        }
        int most = Integer.highestOneBit(room / scale + 1) - 1;
        int displacement = random.nextInt(room - most * scale + 1) & -align;
        Value index = b.binary(Op.AND, operand(Type.I64), b.i64(most));
        if (random.nextInt(4) == 0) {
            return b.index(base, b.unary(Op.NEG, index), scale, displacement + most * scale);
        }
        return b.index(base, index, scale, displacement);
    }

    private void scopePointer(int extra) {
        Value p = address(extra + 1, 1, true, false);
        Value q = random.nextBoolean()
                ? b.index(p, b.binary(Op.AND, operand(Type.I64), b.i64(1)), random.nextInt(extra + 1), 0)
                : b.index(p, b.i64(-1), 1, 1 + random.nextInt(extra + 1));
        scope.addPointer(q, 1, false, false);
    }

    private void load(Op op, Type type) {
        if (op == Op.VA_ARG) {
            return;
        }
        if (op == Op.ATOMIC_LOAD) {
            MemoryOrder[] orders = {MemoryOrder.RELAXED, MemoryOrder.ACQUIRE, MemoryOrder.SEQ_CST};
            MemoryOrder order = orders[random.nextInt(3)];
            if (type == Type.PTR) {
                pointerFromMemory(b.atomicLoad(type, cell(), order));
            } else {
                result(b.atomicLoad(type, address(type.bytes(), type.bytes(), false, false), order));
            }
        } else if (type == Type.PTR) {
            pointerFromMemory(b.load(Type.PTR, cell()));
        } else {
            int align = random.nextInt(4) == 0 ? type.bytes() : 1;
            Value p = random.nextInt(5) == 0 ? readonly(type, align) : address(type.bytes(), align, false, false);
            result(b.load(op, type, p, align == 1 ? random.nextInt(2) : align, random.nextInt(8) == 0));
        }
    }

    private Value readonly(Type type, int align) {
        for (ProgramGenerator.Global global : program.globals) {
            if (global.readonly()) {
                return b.symbol(global.name(), random.nextInt(global.size() - type.bytes()) & -align);
            }
        }
        return address(type.bytes(), align, false, false);
    }

    private Value cell() {
        return b.symbol(program.name("cell"));
    }

    private void pointerFromMemory(Value pointer) {
        scope.addPointer(pointer, CELL_ROOM, true, false);
    }

    private Value pointerForMemory() {
        return address(CELL_ROOM, 1, true, true);
    }

    private void store(Op op, Type type) {
        if (op == Op.ATOMIC_STORE) {
            MemoryOrder[] orders = {MemoryOrder.RELAXED, MemoryOrder.RELEASE, MemoryOrder.SEQ_CST};
            MemoryOrder order = orders[random.nextInt(3)];
            if (type == Type.PTR) {
                b.atomicStore(pointerForMemory(), cell(), order);
            } else {
                b.atomicStore(operand(type), address(type.bytes(), type.bytes(), true, false), order);
            }
        } else if (type == Type.PTR) {
            b.store(pointerForMemory(), cell());
        } else {
            int align = random.nextInt(4) == 0 ? type.bytes() : 1;
            Value p = address(type.bytes(), align, true, false);
            b.store(operand(type), p, align == 1 ? random.nextInt(2) : align, random.nextInt(8) == 0);
        }
    }

    private MemoryOrder anyOrder() {
        return MemoryOrder.values()[random.nextInt(5)];
    }

    private void atomic(Op op, Type type) {
        if (type == Type.PTR) {
            pointerFromMemory(b.atomicRmw(op, pointerForMemory(), cell(), anyOrder()));
        } else {
            result(b.atomicRmw(op, operand(type), address(type.bytes(), type.bytes(), true, false), anyOrder()));
        }
    }

    private void cas(Type type) {
        if (type == Type.PTR) {
            Value expected = random.nextBoolean() ? b.load(Type.PTR, cell()) : pointerForMemory();
            pointerFromMemory(b.atomicCas(cell(), expected, pointerForMemory(), anyOrder()));
            return;
        }
        Value p = address(type.bytes(), type.bytes(), true, false);
        Value expected = random.nextBoolean() ? b.load(type, p) : operand(type);
        result(b.atomicCas(p, expected, operand(type), anyOrder()));
    }

    /** A slot of the frame, filled. */
    void slot() {
        int size = random.nextInt(8) == 0 ? 5000 : 16 * random.nextInt(1, 9);
        Value slot = b.alloca(b.i64(size), 16);
        b.memset(slot, EdgeValues.constant(Type.I8, random), b.i64(size));
        scope.addPointer(slot, size, false, true);
    }

    private void dynamicSlot() {
        int align = 1 << random.nextInt(7);
        Value size = random.nextBoolean()
                ? b.i64(random.nextInt(32, 100))
                : b.add(b.binary(Op.AND, operand(Type.I64), b.i64(63)), b.i64(32));
        Value slot = b.alloca(size, align);
        b.memset(slot, operand(Type.I8), size);
        sink(b.binary(Op.AND, b.convert(Op.BITCAST, Type.I64, slot), b.i64(align - 1)));
        scope.addPointer(slot, 32, false, align >= 16);
    }

    private void memoryBlock(Op op) {
        int most = random.nextInt(1, 60);
        Value count = random.nextBoolean()
                ? b.i64(most)
                : b.binary(Op.AND, operand(Type.I64), b.i64(Integer.highestOneBit(most) - 1));
        if (op == Op.MEMSET) {
            b.memset(address(most, 1, true, false), operand(Type.I8), count);
        } else if (op == Op.MEMMOVE) {
            b.memmove(address(most, 1, true, false), address(most, 1, false, false), count);
        } else {
            copy(most, count);
        }
    }

    /** A copy between areas that cannot overlap: two data, or one to itself. */
    private void copy(int most, Value count) {
        for (ProgramGenerator.Global to : program.globals) {
            if (!to.readonly() && to.size() >= most) {
                for (int tries = 0; tries < 4; tries++) {
                    ProgramGenerator.Global from = program.globals.get(random.nextInt(program.globals.size()));
                    if (from != to && from.size() >= most) {
                        Value there = within(b.symbol(to.name()), to.size() - most, 1);
                        b.memcpy(there, within(b.symbol(from.name()), from.size() - most, 1), count);
                        return;
                    }
                }
            }
        }
        Value same = address(most, 1, true, false);
        b.memcpy(same, same, count);
    }

    // Aggregates and calls.

    /** Reads the scalars of an aggregate; what is between them is nobody's business. */
    void readLeaves(Value address, Aggregates.Aggregate aggregate) {
        for (Aggregates.Leaf leaf : aggregate.leaves()) {
            result(b.load(leaf.type(), b.offset(address, leaf.offset())));
        }
        if (random.nextBoolean() && !aggregate.leaves().isEmpty()) {
            // The copy is the callee's own.
            Aggregates.Leaf leaf = aggregate.leaves().getFirst();
            b.store(operand(leaf.type()), b.offset(address, leaf.offset()));
        }
    }

    /** Reads variadic arguments, some of them twice. */
    void readVariadic(List<Type> types) {
        Value list = b.alloca(b.i64(24), 8), copy = b.alloca(b.i64(24), 8);
        b.vaStart(list);
        int copied = random.nextInt(types.size());
        for (int i = 0; i < types.size(); i++) {
            if (i == copied) {
                b.vaCopy(copy, list);
            }
            variadicArgument(types.get(i), list);
        }
        for (int i = copied; i < types.size(); i++) {
            variadicArgument(types.get(i), copy);
        }
    }

    private void variadicArgument(Type type, Value list) {
        Value value = b.vaArg(type, list);
        if (type == Type.PTR) {
            scope.addPointer(value, ProgramGenerator.POINTER_ROOM, false, false);
        } else {
            result(value);
        }
    }

    private void callSomething() {
        int kind = random.nextInt(8);
        if (kind == 0) {
            sort();
        } else if (kind == 1) {
            print();
        } else {
            ProgramGenerator.Callee callee = program.callees.get(random.nextInt(program.callees.size()));
            if (function.affords(callee)) {
                call(callee);
            }
        }
    }

    void call(ProgramGenerator.Callee callee) {
        call(callee, b.i32(random.nextInt(5)));
    }

    /** A call by name, or through a pointer; {@code depth} is passed to a recursive function. */
    void call(ProgramGenerator.Callee callee, Value depth) {
        Signature signature = callee.signature();
        List<Value> arguments = new ArrayList<>();
        for (int i = 0; i < signature.params().size(); i++) {
            Aggregates.Aggregate aggregate = callee.aggregates().get(i);
            if (i == 0 && callee.recursive()) {
                arguments.add(depth);
            } else if (aggregate != null) {
                arguments.add(address((int) Math.max(1, aggregate.type().size()), 1, false, false));
            } else {
                arguments.add(operand(signature.params().get(i).type()));
            }
        }
        for (Type type : callee.variadic()) {
            arguments.add(operand(type));
        }
        function.cost += function.weight * callee.cost();
        Value[] all = arguments.toArray(new Value[0]);
        Instruction made;
        if (callee.slot() >= 0 && random.nextInt(3) == 0) {
            Value table = b.symbol(program.name("functions"), 8L * callee.slot());
            made = b.call(b.load(Type.PTR, table), signature, all);
        } else {
            made = b.call(callee.name(), all);
        }
        if (callee.result() != null) {
            readLeaves(made, callee.result());
        } else if (signature.result() == Type.PTR) {
            scope.addPointer(made, ProgramGenerator.POINTER_ROOM, true, false);
        } else if (signature.result() != Type.VOID) {
            result(made);
        }
    }

    /** C's sort on 32-bit integers, calling back. */
    private void sort() {
        int count = random.nextInt(1, 14);
        Value array = address(4 * count, 1, true, false);
        b.call("qsort", array, b.i64(count), b.i64(4), b.symbol(program.name("compare")));
        function.cost += function.weight * count * 10;
    }

    /** C's printing into memory: variadic arguments of both register kinds, and on the stack. */
    private void print() {
        Value text = b.symbol(program.name("text"));
        Value format = b.symbol(program.name("format"));
        List<Value> arguments = new ArrayList<>(List.of(text, b.i64(200), format));
        for (int i = 0; i < 5; i++) {
            arguments.add(operand(Type.I32));
            arguments.add(operand(Type.F64));
        }
        arguments.add(operand(Type.I64));
        result(b.call("snprintf", arguments.toArray(new Value[0])));
    }

    // Looking at values.

    /** Makes values of the region visible that was entered when the scope held {@code outer}. */
    void sinkSome(int[] outer) {
        for (Type type : Type.values()) {
            List<Scope.Entry> entries = scope.of(type);
            for (int i = entries.size() - 1; i >= outer[type.ordinal()] && type != Type.PTR; i--) {
                if (random.nextBoolean()) {
                    sink(entries.get(i).value());
                }
            }
        }
    }

    /** Stores a value where it is compared afterwards, or adds it to the checksum. */
    void sink(Value value) {
        if (random.nextInt(3) > 0) {
            b.store(value, b.symbol(program.name("trace"), program.traceOffset(value.type())));
            return;
        }
        Value word = word(value);
        Value address = b.symbol(program.name("sum"));
        Value sum = b.mul(b.load(Type.I64, address), b.i64(0x9E37_79B9_7F4A_7C15L));
        b.store(b.add(b.binary(Op.XOR, sum, word), b.i64(1)), address);
    }

    private Value word(Value value) {
        Type type = value.type();
        if (type.isVector()) {
            Value two = type == Type.V2I64 ? value : b.convert(Op.BITCAST, Type.V2I64, value);
            return b.add(b.extract(two, 0), b.mul(b.extract(two, 1), b.i64(31)));
        }
        return switch (type) {
            case I64 -> value;
            case F64 -> b.convert(Op.BITCAST, Type.I64, value);
            case F32 -> b.convert(Op.ZEXT, Type.I64, b.convert(Op.BITCAST, Type.I32, value));
            default -> b.convert(Op.ZEXT, Type.I64, value);
        };
    }
}
