package dev.kiln.compiler.select;

import dev.kiln.asm.Form;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.compiler.machine.Operand;
import dev.kiln.compiler.machine.Pseudo;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.Type;

/**
 * Operations that move single lanes of 128-bit vectors. What SSE2 has no short way for goes through a stack slot: right, and no more
 * instructions than lanes.
 */
final class VectorLanes {
    private final SelectionContext c;

    VectorLanes(SelectionContext c) {
        this.c = c;
    }

    void select(Instruction i) {
        switch (i.op()) {
            case SPLAT -> splat(i);
            case EXTRACT -> extract(i, c.use(i.arg(0)), i.arg(0).type(), (int) i.immediate());
            case INSERT -> insert(i);
            case SHUFFLE -> shuffle(i);
            case DOT -> dot(i);
            default -> throw new IllegalArgumentException("not an operation on lanes: " + i.op());
        }
    }

    private void splat(Instruction i) {
        MachineFunction m = c.machine();
        Type lane = i.type().lane();
        int x = c.use(i.arg(0));
        int d = c.newVector(16);
        switch (lane) {
            case I8 -> {
                m.emit(Form.MOVD_XMM_RM32, d, x);
                m.emit(Form.PUNPCKLBW_XMM_XMMM128, d, d);
                m.emit(Form.PSHUFLW_XMM_XMMM128_IMM8, d, d, Operand.small(0));
                m.emit(Form.PSHUFD_XMM_XMMM128_IMM8, d, d, Operand.small(0));
            }
            case I16 -> {
                m.emit(Form.MOVD_XMM_RM32, d, x);
                m.emit(Form.PSHUFLW_XMM_XMMM128_IMM8, d, d, Operand.small(0));
                m.emit(Form.PSHUFD_XMM_XMMM128_IMM8, d, d, Operand.small(0));
            }
            case I32 -> {
                m.emit(Form.MOVD_XMM_RM32, d, x);
                m.emit(Form.PSHUFD_XMM_XMMM128_IMM8, d, d, Operand.small(0));
            }
            case F32 -> m.emit(Form.PSHUFD_XMM_XMMM128_IMM8, d, x, Operand.small(0));
            case F64 -> m.emit(Form.PSHUFD_XMM_XMMM128_IMM8, d, x, Operand.small(0x44));
            default -> {
                m.emit(Form.MOVQ_XMM_RM64, d, x);
                m.emit(Form.PSHUFD_XMM_XMMM128_IMM8, d, d, Operand.small(0x44));
            }
        }
        c.copy(c.define(i), d);
    }

    /** Writes lane {@code n} of a vector to an instruction's result. */
    private void extract(Instruction i, int vector, Type type, int n) {
        MachineFunction m = c.machine();
        int d = c.define(i);
        switch (type.lane()) {
            case I8 -> {
                m.emit(Form.PEXTRW_R32_XMM_IMM8, d, vector, Operand.small(n / 2));
                if (n % 2 == 1) {
                    m.emit(Form.SHR_RM32_IMM8, d, Operand.small(8));
                }
            }
            case I16 -> m.emit(Form.PEXTRW_R32_XMM_IMM8, d, vector, Operand.small(n));
            case I32 -> m.emit(Form.MOVD_RM32_XMM, d, toFront(vector, n * 0x55));
            case F32 -> m.emit(Form.PSHUFD_XMM_XMMM128_IMM8, d, vector, Operand.small(n * 0x55));
            case F64 -> m.emit(Form.PSHUFD_XMM_XMMM128_IMM8, d, vector, Operand.small(n == 0 ? 0x44 : 0xEE));
            default -> m.emit(Form.MOVQ_RM64_XMM, d, n == 0 ? vector : toFront(vector, 0xEE));
        }
    }

    private int toFront(int vector, int order) {
        if (order == 0) {
            return vector;
        }
        int d = c.newVector(16);
        c.machine().emit(Form.PSHUFD_XMM_XMMM128_IMM8, d, vector, Operand.small(order));
        return d;
    }

    private int newSlot() {
        return Operand.slot(c.machine().newSlot(16, 16));
    }

    private void toSlot(int slot, int vector) {
        c.machine().begin(Form.MOVAPS_XMMM128_XMM);
        c.machine().memory(slot, Operand.NONE, 1, 0).operand(vector);
    }

    private void fromSlot(int to, int slot) {
        c.machine().begin(Form.MOVAPS_XMM_XMMM128);
        c.machine().operand(to).memory(slot, Operand.NONE, 1, 0);
    }

    private void insert(Instruction i) {
        MachineFunction m = c.machine();
        Type lane = i.type().lane();
        int n = (int) i.immediate();
        int vector = c.use(i.arg(0));
        int x = c.use(i.arg(1));
        if (lane == Type.I16) {
            int d = c.copyOf(vector);
            m.emit(Form.PINSRW_XMM_R32M16_IMM8, d, x, Operand.small(n));
            c.copy(c.define(i), d);
            return;
        }
        int slot = newSlot();
        toSlot(slot, vector);
        m.begin(SelectionContext.storeForm(lane));
        m.memory(slot, Operand.NONE, 1, n * lane.bytes()).operand(x);
        fromSlot(c.define(i), slot);
    }

    private void shuffle(Instruction i) {
        Type type = i.type();
        int[] picked = i.lanes();
        int source = onlySource(picked, type.lanes());
        if (source >= 0 && type.lane().bytes() >= 4) {
            int order = 0;
            for (int n = 3; n >= 0; n--) {
                int perLane = 4 / type.lanes();
                int lane = picked[n / perLane] % type.lanes();
                order = order << 2 | lane * perLane + n % perLane;
            }
            c.machine().emit(Form.PSHUFD_XMM_XMMM128_IMM8, c.define(i), c.use(i.arg(source)), Operand.small(order));
            return;
        }
        MachineFunction m = c.machine();
        int a = newSlot();
        int b = newSlot();
        int made = newSlot();
        toSlot(a, c.use(i.arg(0)));
        toSlot(b, c.use(i.arg(1)));
        int bytes = type.lane().bytes();
        int width = Integer.numberOfTrailingZeros(bytes);
        for (int n = 0; n < picked.length; n++) {
            int piece = c.newGeneral();
            boolean first = picked[n] < type.lanes();
            m.begin(FormTables.LOAD[width]);
            m.operand(piece).memory(first ? a : b, Operand.NONE, 1, picked[n] % type.lanes() * bytes);
            m.begin(FormTables.STORE[width]);
            m.memory(made, Operand.NONE, 1, n * bytes).operand(piece);
        }
        fromSlot(c.define(i), made);
    }

    /** The operand that all lanes are picked from: 0 or 1; −1 when they come from both. */
    private static int onlySource(int[] picked, int lanes) {
        int source = picked[0] / lanes;
        for (int n : picked) {
            if (n / lanes != source) {
                return -1;
            }
        }
        return source;
    }

    /** Products lane by lane, then added in lane order: the order matters for floats. */
    private void dot(Instruction i) {
        MachineFunction m = c.machine();
        Type type = i.arg(0).type();
        Type lane = type.lane();
        int a = newSlot();
        int b = newSlot();
        toSlot(a, c.use(i.arg(0)));
        toSlot(b, c.use(i.arg(1)));
        int sum = c.newRegister(lane);
        for (int n = 0; n < type.lanes(); n++) {
            int product = n == 0 ? sum : c.newRegister(lane);
            int offset = n * lane.bytes();
            m.begin(SelectionContext.loadForm(lane));
            m.operand(product).memory(a, Operand.NONE, 1, offset);
            if (lane.isFloat()) {
                m.begin(lane == Type.F32 ? Form.MULSS_XMM_XMMM32 : Form.MULSD_XMM_XMMM64);
                m.operand(product).memory(b, Operand.NONE, 1, offset);
            } else {
                int other = c.newGeneral();
                m.begin(SelectionContext.loadForm(lane));
                m.operand(other).memory(b, Operand.NONE, 1, offset);
                m.emit(lane == Type.I64 ? Form.IMUL_R64_RM64 : Form.IMUL_R32_RM32, product, other);
            }
            if (n > 0) {
                m.emit(addForm(lane), sum, product);
            }
        }
        m.emit(Pseudo.COPY, c.define(i), sum);
    }

    private static int addForm(Type lane) {
        return switch (lane) {
            case F32 -> Form.ADDSS_XMM_XMMM32;
            case F64 -> Form.ADDSD_XMM_XMMM64;
            case I64 -> Form.ADD_RM64_R64;
            default -> Form.ADD_RM32_R32;
        };
    }
}
