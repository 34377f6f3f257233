package dev.kiln.compiler.select;

import dev.kiln.asm.Form;
import dev.kiln.asm.Registers;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.compiler.machine.Operand;
import dev.kiln.compiler.machine.Pseudo;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.MemoryOrder;
import dev.kiln.ir.Op;
import dev.kiln.ir.Type;

/**
 * Atomic operations and fences. On x86-64 every aligned load acquires, every aligned store releases, and every locked instruction is a
 * full fence (SDM vol. 3, 9.2.2); so only sequentially consistent stores and fences cost more than their plain counterparts.
 */
final class AtomicSelection {
    private static final int[] XADD = {Form.XADD_RM8_R8, Form.XADD_RM16_R16, Form.XADD_RM32_R32, Form.XADD_RM64_R64};
    private static final int[] XCHG = {Form.XCHG_RM8_R8, Form.XCHG_RM16_R16, Form.XCHG_RM32_R32, Form.XCHG_RM64_R64};
    private static final int[] CMPXCHG = {
        Form.CMPXCHG_RM8_R8, Form.CMPXCHG_RM16_R16, Form.CMPXCHG_RM32_R32, Form.CMPXCHG_RM64_R64
    };

    private final SelectionContext c;

    AtomicSelection(SelectionContext c) {
        this.c = c;
    }

    void select(Instruction i) {
        switch (i.op()) {
            case ATOMIC_LOAD -> {
                c.address(i.arg(0));
                c.load(SelectionContext.loadForm(i.type()), c.define(i));
            }
            case ATOMIC_STORE -> store(i);
            case ATOMIC_ADD -> exchangeAdd(i, c.copyOf(c.use(i.arg(0))));
            case ATOMIC_SUB -> {
                int negated = c.copyOf(c.use(i.arg(0)));
                c.machine().emit(FormTables.NEG[width(i.type())], negated);
                exchangeAdd(i, negated);
            }
            case ATOMIC_XCHG -> {
                int value = c.copyOf(c.use(i.arg(0)));
                c.address(i.arg(1));
                c.store(XCHG[width(i.type())], value);
                c.copy(c.define(i), value);
            }
            case ATOMIC_AND, ATOMIC_OR, ATOMIC_XOR, ATOMIC_MIN_S, ATOMIC_MAX_S, ATOMIC_MIN_U, ATOMIC_MAX_U -> modify(i);
            case ATOMIC_CAS -> compareAndSwap(i);
            case FENCE -> {
                if (i.order() == MemoryOrder.SEQ_CST) {
                    c.machine().begin(Form.MFENCE);
                }
            }
            default -> throw new IllegalArgumentException("not an atomic operation: " + i.op());
        }
    }

    private static int width(Type type) {
        return SelectionContext.width(type);
    }

    private void store(Instruction i) {
        Type type = i.arg(0).type();
        int value = c.use(i.arg(0));
        if (i.order() != MemoryOrder.SEQ_CST) {
            c.address(i.arg(1));
            c.store(SelectionContext.storeForm(type), value);
            return;
        }
        int copy = c.copyOf(value);
        c.address(i.arg(1));
        c.store(XCHG[width(type)], copy);
    }

    private void exchangeAdd(Instruction i, int value) {
        c.address(i.arg(1));
        c.store(XADD[width(i.type())] | Form.LOCK, value);
        c.copy(c.define(i), value);
    }

    /** What has no instruction of its own that gives the old value: computed beside, and stored if nothing changed meanwhile. */
    private void modify(Instruction i) {
        MachineFunction m = c.machine();
        int width = width(i.type());
        int operand = c.use(i.arg(0));
        c.address(i.arg(1));
        int address = c.addressRegister();
        int old = c.define(i);
        m.begin(FormTables.LOAD[width]);
        m.operand(old).memory(address, Operand.NONE, 1, 0);
        int again = m.newBlock();
        m.startBlock(again);
        int changed = c.copyOf(old);
        combine(i.op(), width, changed, operand);
        m.emit(Pseudo.COPY, Operand.reg(Registers.RAX), old);
        m.begin(CMPXCHG[width] | Form.LOCK);
        m.memory(address, Operand.NONE, 1, 0).operand(changed);
        m.emit(Pseudo.COPY, old, Operand.reg(Registers.RAX));
        m.emit(Form.JNE_REL32, Operand.block(again));
        m.startBlock(m.newBlock());
    }

    /** Makes {@code value} what the operation makes of it and the operand. */
    private void combine(Op op, int width, int value, int operand) {
        MachineFunction m = c.machine();
        switch (op) {
            case ATOMIC_AND -> m.emit(FormTables.AND[FormTables.REGISTERS + width], value, operand);
            case ATOMIC_OR -> m.emit(FormTables.OR[FormTables.REGISTERS + width], value, operand);
            case ATOMIC_XOR -> m.emit(FormTables.XOR[FormTables.REGISTERS + width], value, operand);
            default -> {
                // The comparison has the operation's width; the move is a whole one, as the bits above are of no
                // account.
                m.emit(FormTables.CMP[FormTables.REGISTERS + width], value, operand);
                int form = switch (op) {
                    case ATOMIC_MIN_S -> Form.CMOVG_R64_RM64;
                    case ATOMIC_MAX_S -> Form.CMOVL_R64_RM64;
                    case ATOMIC_MIN_U -> Form.CMOVA_R64_RM64;
                    default -> Form.CMOVB_R64_RM64;
                };
                m.emit(form, value, operand);
            }
        }
    }

    private void compareAndSwap(Instruction i) {
        MachineFunction m = c.machine();
        int width = width(i.type());
        int expected = c.use(i.arg(1));
        int wanted = c.use(i.arg(2));
        c.address(i.arg(0));
        // RAX is held only from here on.
        int address = c.addressRegister();
        m.emit(Pseudo.COPY, Operand.reg(Registers.RAX), expected);
        m.begin(CMPXCHG[width] | Form.LOCK);
        m.memory(address, Operand.NONE, 1, 0).operand(wanted);
        m.emit(Pseudo.COPY, c.define(i), Operand.reg(Registers.RAX));
    }
}
