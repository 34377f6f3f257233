package dev.kiln.ir.interp.internal;

import dev.kiln.ir.Op;
import dev.kiln.ir.Type;
import dev.kiln.ir.interp.FuelExhaustedException;
import dev.kiln.ir.interp.InterpreterCode;

/** The operations that {@link Execution#run} leaves to others, so that its own code stays within what HotSpot compiles well. */
final class RareOps {
    private static final Op[] OPS = Op.values();
    private static final Type[] TYPES = Type.values();

    private RareOps() {}

    static Op op(int ordinal) {
        return OPS[ordinal];
    }

    static Type type(int ordinal) {
        return TYPES[ordinal];
    }

    /** Executes the operation at {@code pc} and returns the place of the next. */
    static int execute(Execution t, Body body, long[] r, int fp, int pc) {
        int[] code = body.code;
        switch (code[pc]) {
            case Opcode.UNARY -> {
                r[fp + code[pc + 3]] = Scalars.unary(OPS[code[pc + 1]], TYPES[code[pc + 2]], r[fp + code[pc + 4]]);
                return pc + 5;
            }
            case Opcode.BINARY -> {
                Op op = OPS[code[pc + 1]];
                Type type = TYPES[code[pc + 2]];
                long a = r[fp + code[pc + 4]];
                long b = r[fp + code[pc + 5]];
                if (op.canTrap()) {
                    String trap = Scalars.trap(op, type, a, b);
                    if (trap != null) {
                        throw t.trap(trap, body, pc);
                    }
                }
                r[fp + code[pc + 3]] = Scalars.binary(op, type, a, b);
                return pc + 6;
            }
            case Opcode.FMA -> {
                r[fp + code[pc + 2]] = Scalars.fma(
                        TYPES[code[pc + 1]], r[fp + code[pc + 3]], r[fp + code[pc + 4]], r[fp + code[pc + 5]]);
                return pc + 6;
            }
            case Opcode.CONVERT -> {
                r[fp + code[pc + 4]] = Scalars.convert(
                        OPS[code[pc + 1]], TYPES[code[pc + 2]], TYPES[code[pc + 3]], r[fp + code[pc + 5]]);
                return pc + 6;
            }
            case Opcode.MOVE_WORDS -> {
                System.arraycopy(r, fp + code[pc + 3], r, fp + code[pc + 2], code[pc + 1]);
                return pc + 4;
            }
            case Opcode.SWITCH_SPARSE -> {
                return ((SwitchTable) body.pool[code[pc + 1]]).target(r[fp + code[pc + 2]], code[pc + 3]);
            }
            case Opcode.FUEL -> {
                t.fuel -= code[pc + 1];
                if (t.fuel < 0) {
                    throw new FuelExhaustedException(
                            t.failure(InterpreterCode.OUT_OF_FUEL, body, pc, Long.toString(t.engine.options.fuel()))
                                    .diagnostic());
                }
                return pc + 2;
            }
            case Opcode.TRAP -> throw t.trap((String) body.pool[code[pc + 1]], body, pc);
            case Opcode.REFUSE ->
                throw t.failure(InterpreterCode.RETURNS_TWICE, body, pc, (String) body.pool[code[pc + 1]]);
            case Opcode.SYMBOL -> {
                r[fp + code[pc + 1]] = symbol(t, (Symbol) body.pool[code[pc + 2]], body, pc);
                return pc + 3;
            }
            case Opcode.STATE -> {
                int count = code[pc + 1];
                long area = r[fp + code[pc + 2]];
                for (int i = 0; i < count; i++) {
                    Memory.write(area + i * 8L, r[fp + code[pc + 3 + i]], 8);
                }
                return pc + 3 + count;
            }
            case Opcode.ALLOCA,
                    Opcode.MEMCPY,
                    Opcode.MEMSET,
                    Opcode.COPY_IN,
                    Opcode.COPY_OUT,
                    Opcode.VA_START,
                    Opcode.VA_ARG,
                    Opcode.VA_COPY,
                    Opcode.LOAD_WORDS,
                    Opcode.STORE_WORDS -> {
                return memory(t, body, r, fp, pc);
            }
            case Opcode.ATOMIC_LOAD, Opcode.ATOMIC_STORE, Opcode.ATOMIC_RMW, Opcode.ATOMIC_CAS, Opcode.FENCE -> {
                return AtomicOps.execute(t, body, r, fp, pc);
            }
            default -> {
                return VectorOps.execute(body, r, fp, pc);
            }
        }
    }

    private static int memory(Execution t, Body body, long[] r, int fp, int pc) {
        int[] code = body.code;
        switch (code[pc]) {
            case Opcode.ALLOCA -> {
                long size = r[fp + code[pc + 2]];
                long bytes = size + 15 & -16L;
                long address = size < 0 || bytes < 0 ? -1 : t.slots.allocate(bytes, code[pc + 3]);
                if (address == -1) {
                    throw t.slotMemory(body, pc);
                }
                Memory.zero(address, bytes);
                r[fp + code[pc + 1]] = address;
                return pc + 4;
            }
            case Opcode.MEMCPY -> {
                long to = r[fp + code[pc + 1]];
                long from = r[fp + code[pc + 2]];
                long count = r[fp + code[pc + 3]];
                if (count != 0) {
                    checkArea(t, to, count, body, pc);
                    checkArea(t, from, count, body, pc);
                    Memory.copy(to, from, count);
                }
                return pc + 4;
            }
            case Opcode.MEMSET -> {
                long to = r[fp + code[pc + 1]];
                long count = r[fp + code[pc + 3]];
                if (count != 0) {
                    checkArea(t, to, count, body, pc);
                    Memory.ALL.asSlice(to, count).fill((byte) r[fp + code[pc + 2]]);
                }
                return pc + 4;
            }
            case Opcode.COPY_IN -> {
                long to = r[fp + code[pc + 2]] + code[pc + 3];
                copyAggregate(t, to, r[fp + code[pc + 1]], code[pc + 4], body, pc);
                r[fp + code[pc + 1]] = to;
                return pc + 5;
            }
            case Opcode.COPY_OUT -> {
                copyAggregate(t, r[fp + code[pc + 2]], r[fp + code[pc + 1]], code[pc + 3], body, pc);
                return pc + 4;
            }
            case Opcode.VA_START -> {
                long list = r[fp + code[pc + 2]];
                checkArea(t, list, 24, body, pc);
                VariadicArea.start(r[fp + code[pc + 1]], list);
                return pc + 3;
            }
            case Opcode.VA_ARG -> {
                long list = r[fp + code[pc + 3]];
                checkArea(t, list, 24, body, pc);
                Type type = TYPES[code[pc + 1]];
                long address = VariadicArea.next(list, type);
                t.check(address, body, pc);
                r[fp + code[pc + 2]] = Scalars.canonical(type, Memory.read(address, type.bytes()));
                return pc + 4;
            }
            case Opcode.VA_COPY -> {
                copyAggregate(t, r[fp + code[pc + 1]], r[fp + code[pc + 2]], 24, body, pc);
                return pc + 3;
            }
            case Opcode.LOAD_WORDS -> {
                long from = r[fp + code[pc + 3]];
                checkArea(t, from, 32, body, pc);
                for (int i = 0; i < code[pc + 1]; i++) {
                    r[fp + code[pc + 2] + i] = Memory.ALL.get(Memory.I64, from + 8L * i);
                }
                return pc + 4;
            }
            default -> { // STORE_WORDS
                long to = r[fp + code[pc + 3]];
                checkArea(t, to, 32, body, pc);
                for (int i = 0; i < code[pc + 1]; i++) {
                    Memory.ALL.set(Memory.I64, to + 8L * i, r[fp + code[pc + 2] + i]);
                }
                return pc + 4;
            }
        }
    }

    private static void copyAggregate(Execution t, long to, long from, long size, Body body, int pc) {
        if (size != 0) {
            checkArea(t, to, size, body, pc);
            checkArea(t, from, size, body, pc);
            Memory.copy(to, from, size);
        }
    }

    /** Sizes are unsigned: one beyond the address space is as bad as a bad address. */
    private static void checkArea(Execution t, long address, long size, Body body, int pc) {
        t.check(address, body, pc);
        if (size < 0 || Memory.isBad(address + size - 1)) {
            throw t.badAccess(size < 0 ? -1 : address + size - 1, body, pc);
        }
    }

    private static long symbol(Execution t, Symbol symbol, Body body, int pc) {
        return switch (symbol) {
            case Symbol.ThreadLocal found -> t.threadData() + found.offset();
            case Symbol.ForeignThreadLocal found -> t.engine.image.foreignAddress(found.name());
            case Symbol.Missing found -> throw Calls.unresolved(found.name(), body, pc);
            case Symbol.Address found -> found.address();
            case Symbol.Code found -> t.engine.addressOf(found.callable());
        };
    }
}
