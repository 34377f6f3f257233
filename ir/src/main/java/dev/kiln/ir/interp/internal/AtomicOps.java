package dev.kiln.ir.interp.internal;

import dev.kiln.ir.MemoryOrder;
import dev.kiln.ir.Op;
import dev.kiln.ir.Type;
import dev.kiln.ir.interp.InterpreterCode;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Atomic operations. Read-modify-write is sequentially consistent whatever the order asked for, as on x86; for 8 and 16 bits it is
 * done on the aligned 32 bits around them, because Java has no narrower one on memory.
 */
final class AtomicOps {
    private static final MemoryOrder[] ORDERS = MemoryOrder.values();
    private static final VarHandle I32 = ValueLayout.JAVA_INT.varHandle();
    private static final VarHandle I64 = ValueLayout.JAVA_LONG.varHandle();
    private static final VarHandle I16 = ValueLayout.JAVA_SHORT.varHandle();
    private static final VarHandle I8 = ValueLayout.JAVA_BYTE.varHandle();

    private AtomicOps() {}

    /** Executes the operation at {@code pc} and returns the place of the next. */
    static int execute(Execution t, Body body, long[] r, int fp, int pc) {
        int[] code = body.code;
        switch (code[pc]) {
            case Opcode.ATOMIC_LOAD -> {
                Type type = RareOps.type(code[pc + 1]);
                long p = address(t, r[fp + code[pc + 4]], type, body, pc);
                r[fp + code[pc + 3]] = load(type, ORDERS[code[pc + 2]], p);
                return pc + 5;
            }
            case Opcode.ATOMIC_STORE -> {
                Type type = RareOps.type(code[pc + 1]);
                long p = address(t, r[fp + code[pc + 4]], type, body, pc);
                store(type, ORDERS[code[pc + 2]], p, r[fp + code[pc + 3]]);
                return pc + 5;
            }
            case Opcode.ATOMIC_RMW -> {
                Type type = RareOps.type(code[pc + 2]);
                long p = address(t, r[fp + code[pc + 5]], type, body, pc);
                r[fp + code[pc + 3]] = update(RareOps.op(code[pc + 1]), type, p, r[fp + code[pc + 4]]);
                return pc + 6;
            }
            case Opcode.ATOMIC_CAS -> {
                Type type = RareOps.type(code[pc + 1]);
                long p = address(t, r[fp + code[pc + 3]], type, body, pc);
                r[fp + code[pc + 2]] = exchangeIfEqual(type, p, r[fp + code[pc + 4]], r[fp + code[pc + 5]]);
                return pc + 6;
            }
            default -> {
                fence(ORDERS[code[pc + 1]]);
                return pc + 2;
            }
        }
    }

    private static long address(Execution t, long address, Type type, Body body, int pc) {
        t.check(address, body, pc);
        if ((address & type.bytes() - 1) != 0) {
            throw t.failure(
                    InterpreterCode.MISALIGNED_ATOMIC,
                    body,
                    pc,
                    Integer.toString(type.bytes()),
                    "0x" + Long.toHexString(address));
        }
        return address;
    }

    private static void fence(MemoryOrder order) {
        switch (order) {
            case RELAXED -> {}
            case ACQUIRE -> VarHandle.acquireFence();
            case RELEASE -> VarHandle.releaseFence();
            case ACQ_REL -> {
                VarHandle.acquireFence();
                VarHandle.releaseFence();
            }
            case SEQ_CST -> VarHandle.fullFence();
        }
    }

    private static long load(Type type, MemoryOrder order, long p) {
        // Every load of an aligned value is atomic on x86-64; what is left is to keep Java's compilers from moving it.
        long value = switch (type.bytes()) {
            case 1 -> (byte) I8.getVolatile(Memory.ALL, p);
            case 2 -> (short) I16.getVolatile(Memory.ALL, p);
            case 4 ->
                order == MemoryOrder.RELAXED
                        ? (int) I32.getOpaque(Memory.ALL, p)
                        : (int) I32.getVolatile(Memory.ALL, p);
            default ->
                order == MemoryOrder.RELAXED
                        ? (long) I64.getOpaque(Memory.ALL, p)
                        : (long) I64.getVolatile(Memory.ALL, p);
        };
        return value;
    }

    private static void store(Type type, MemoryOrder order, long p, long value) {
        boolean total = order == MemoryOrder.SEQ_CST || order == MemoryOrder.ACQ_REL;
        switch (type.bytes()) {
            case 1 -> I8.setVolatile(Memory.ALL, p, (byte) value);
            case 2 -> I16.setVolatile(Memory.ALL, p, (short) value);
            case 4 -> {
                if (total) {
                    I32.setVolatile(Memory.ALL, p, (int) value);
                } else {
                    I32.setRelease(Memory.ALL, p, (int) value);
                }
            }
            default -> {
                if (total) {
                    I64.setVolatile(Memory.ALL, p, value);
                } else {
                    I64.setRelease(Memory.ALL, p, value);
                }
            }
        }
    }

    private static long update(Op op, Type type, long p, long operand) {
        while (true) {
            long old = load(type, MemoryOrder.SEQ_CST, p);
            if (exchangeIfEqual(type, p, old, combine(op, type, old, operand)) == old) {
                return old;
            }
        }
    }

    private static long combine(Op op, Type type, long a, long b) {
        return switch (op) {
            case ATOMIC_ADD -> Scalars.binary(Op.ADD, type, a, b);
            case ATOMIC_SUB -> Scalars.binary(Op.SUB, type, a, b);
            case ATOMIC_AND -> a & b;
            case ATOMIC_OR -> a | b;
            case ATOMIC_XOR -> a ^ b;
            case ATOMIC_XCHG -> b;
            case ATOMIC_MIN_S -> Scalars.binary(Op.MIN_S, type, a, b);
            case ATOMIC_MAX_S -> Scalars.binary(Op.MAX_S, type, a, b);
            case ATOMIC_MIN_U -> Scalars.binary(Op.MIN_U, type, a, b);
            case ATOMIC_MAX_U -> Scalars.binary(Op.MAX_U, type, a, b);
            default -> throw new IllegalStateException(op.text());
        };
    }

    /** Stores a value if memory holds the expected one; gives what it held. */
    private static long exchangeIfEqual(Type type, long p, long expected, long value) {
        if (type.bytes() == 8) {
            return (long) I64.compareAndExchange(Memory.ALL, p, expected, value);
        }
        if (type.bytes() == 4) {
            return (int) I32.compareAndExchange(Memory.ALL, p, (int) expected, (int) value);
        }
        long word = p & -4;
        int shift = (int) (p - word) * 8;
        int mask = (type.bytes() == 1 ? 0xFF : 0xFFFF) << shift;
        while (true) {
            int old = (int) I32.getVolatile(Memory.ALL, word);
            long held = Scalars.canonical(type, old >>> shift);
            if (held != expected) {
                return held;
            }
            int replaced = old & ~mask | (int) value << shift & mask;
            if ((int) I32.compareAndExchange(Memory.ALL, word, old, replaced) == old) {
                return held;
            }
        }
    }
}
