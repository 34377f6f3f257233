package dev.kiln.compiler.select;

import dev.kiln.asm.Form;
import dev.kiln.asm.Registers;
import dev.kiln.base.Diagnostic;
import dev.kiln.base.DiagnosticException;
import dev.kiln.compiler.CompilerCode;
import dev.kiln.compiler.RuntimeSymbols;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.compiler.machine.Operand;
import dev.kiln.compiler.machine.Pseudo;
import dev.kiln.ir.Constant;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.Op;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;

/** Loads, stores, addresses, stack memory, and moves of blocks of memory. Every load and store is one access of its own width. */
final class MemorySelection {
    /** Blocks up to this many bytes are copied or filled in line. {@code memmove} holds all of it in registers at once. */
    private static final int INLINE_COPY = 128, INLINE_MOVE = 64, INLINE_FILL = 64;

    private final SelectionContext c;

    /** The pieces of an inline {@code memmove}. */
    private final int[] pieces = new int[INLINE_MOVE / 16 + 4];

    MemorySelection(SelectionContext c) {
        this.c = c;
    }

    void select(Instruction i) {
        switch (i.op()) {
            case LOAD -> load(i, SelectionContext.loadForm(i.type()));
            case LOAD_S8 -> load(i, i.type() == Type.I64 ? Form.MOVSX_R64_RM8 : Form.MOVSX_R32_RM8);
            case LOAD_U8 -> load(i, Form.MOVZX_R32_RM8);
            case LOAD_S16 -> load(i, i.type() == Type.I64 ? Form.MOVSX_R64_RM16 : Form.MOVSX_R32_RM16);
            case LOAD_U16 -> load(i, Form.MOVZX_R32_RM16);
            case LOAD_S32 -> load(i, i.type() == Type.I64 ? Form.MOVSXD_R64_RM32 : Form.MOV_R32_RM32);
            case LOAD_U32 -> load(i, Form.MOV_R32_RM32);
            case STORE -> store(i);
            case INDEX -> index(i);
            case ALLOCA -> allocate(i);
            case MEMCPY -> copy(i);
            case MEMMOVE -> move(i);
            case MEMSET -> fill(i);
            default -> throw new IllegalArgumentException("not a memory operation: " + i.op());
        }
    }

    private void load(Instruction i, int form) {
        c.address(i.arg(0));
        c.load(form, c.define(i));
    }

    private void store(Instruction i) {
        Value value = i.arg(0);
        Type type = value.type();
        if (value instanceof Constant constant) {
            storeConstant(i, constant);
            return;
        }
        int register = c.use(value);
        c.address(i.arg(1));
        c.store(SelectionContext.storeForm(type), register);
    }

    /** As an immediate where 32 bits suffice, else by way of a general register. */
    private void storeConstant(Instruction i, Constant constant) {
        long bits = constant.type() == Type.F32 ? (int) constant.bits() : constant.bits();
        int width = SelectionContext.width(constant.type());
        boolean immediate = (int) bits == bits;
        int operand = immediate ? c.machine().literal(bits) : c.constant(bits);
        c.address(i.arg(1));
        c.store(immediate ? FormTables.STORE_IMMEDIATE[width] : FormTables.STORE[width], operand);
    }

    private void index(Instruction i) {
        c.addressOfIndex(i);
        c.load(Form.LEA_R64_M, c.define(i));
    }

    /** In the entry block with a constant size a slot of the frame; elsewhere the stack grows. */
    private void allocate(Instruction i) {
        long align = Math.max(1, i.immediate());
        if (i.arg(0) instanceof Constant size && i.block() == c.function().entry()) {
            long bytes = size.bits();
            if (bytes < 0 || Math.max(bytes, align) > Integer.MAX_VALUE) {
                String wanted = Long.toUnsignedString(bytes < 0 ? bytes : Math.max(bytes, align));
                throw new DiagnosticException(Diagnostic.of(
                        CompilerCode.FRAME_TOO_LARGE,
                        c.positionOf(i),
                        c.function().name(),
                        wanted,
                        Integer.toString(Integer.MAX_VALUE)));
            }
            c.defineSlot(i, c.machine().newSlot((int) Math.max(1, bytes), (int) align));
            return;
        }
        growStack(i, align);
    }

    private void growStack(Instruction i, long align) {
        MachineFunction m = c.machine();
        int amount = c.newGeneral();
        c.put(amount, i.arg(0));
        // The stack pointer stays a multiple of 16; a larger alignment is found inside of what is then allocated too
        // much.
        long above = align > 16 ? align - 1 : 0;
        c.arithmetic(FormTables.ADD, 3, amount, above + 15);
        c.arithmetic(FormTables.AND, 3, amount, -16);
        m.emit(Pseudo.GROW_STACK, amount);
        int d = c.define(i);
        if (align <= 16) {
            m.begin(Form.LEA_R64_M);
            m.operand(d).memory(Operand.reg(Registers.RSP), Operand.NONE, 1, 0);
            return;
        }
        c.setConstant(d, above);
        m.emit(Form.ADD_RM64_R64, d, Operand.reg(Registers.RSP));
        c.arithmetic(FormTables.AND, 3, d, -align);
    }

    // Blocks of memory.

    /** The constant size of a block operation when it is at most a limit, else −1. */
    private static int smallSize(Instruction i, int limit) {
        return i.arg(2) instanceof Constant size && size.bits() >= 0 && size.bits() <= limit ? (int) size.bits() : -1;
    }

    private void callLibrary(Instruction i, String name) {
        int[] arguments = {c.use(i.arg(0)), c.use(i.arg(1)), c.use(i.arg(2))};
        c.callRuntime(name, arguments, Operand.NONE);
    }

    /** The bytes of the next piece when so many are left: 16, 8, 4, 2 or 1. */
    private static int piece(int left) {
        return Math.min(16, Integer.highestOneBit(left));
    }

    private void copy(Instruction i) {
        int size = smallSize(i, INLINE_COPY);
        if (size < 0) {
            callLibrary(i, RuntimeSymbols.MEMCPY);
            return;
        }
        int to = c.use(i.arg(0));
        int from = c.use(i.arg(1));
        for (int at = 0; at < size; ) {
            int bytes = piece(size - at);
            storePiece(loadPiece(from, at, bytes), to, at, bytes);
            at += bytes;
        }
    }

    /** Loads everything before it stores anything, as the areas may overlap. */
    private void move(Instruction i) {
        int size = smallSize(i, INLINE_MOVE);
        if (size < 0) {
            callLibrary(i, RuntimeSymbols.MEMMOVE);
            return;
        }
        int to = c.use(i.arg(0));
        int from = c.use(i.arg(1));
        int n = 0;
        for (int at = 0; at < size; at += piece(size - at)) {
            pieces[n++] = loadPiece(from, at, piece(size - at));
        }
        n = 0;
        for (int at = 0; at < size; at += piece(size - at)) {
            storePiece(pieces[n++], to, at, piece(size - at));
        }
    }

    private int loadPiece(int from, int at, int bytes) {
        int value = bytes == 16 ? c.newVector(16) : c.newGeneral();
        c.machine()
                .begin(bytes == 16 ? Form.MOVUPS_XMM_XMMM128 : FormTables.LOAD[Integer.numberOfTrailingZeros(bytes)]);
        c.machine().operand(value).memory(from, Operand.NONE, 1, at);
        return value;
    }

    private void storePiece(int value, int to, int at, int bytes) {
        c.machine()
                .begin(bytes == 16 ? Form.MOVUPS_XMMM128_XMM : FormTables.STORE[Integer.numberOfTrailingZeros(bytes)]);
        c.machine().memory(to, Operand.NONE, 1, at).operand(value);
    }

    private void fill(Instruction i) {
        int size = smallSize(i, INLINE_FILL);
        if (size < 0 || !(i.arg(1) instanceof Constant filler)) {
            callLibrary(i, RuntimeSymbols.MEMSET);
            return;
        }
        if (size == 0) {
            return;
        }
        int to = c.use(i.arg(0));
        int pattern = c.constant((filler.bits() & 0xFF) * 0x0101_0101_0101_0101L);
        for (int at = 0; at < size; ) {
            int bytes = Math.min(8, piece(size - at));
            storePiece(pattern, to, at, bytes);
            at += bytes;
        }
    }

    /** Whether an operand of an instruction is an address that {@link SelectionContext#address} folds. */
    static boolean folds(Instruction user, int operand) {
        return switch (user.op()) {
            case LOAD, LOAD_S8, LOAD_U8, LOAD_S16, LOAD_U16, LOAD_S32, LOAD_U32 -> true;
            case STORE -> operand == 1;
            case INDEX -> operand == 0;
            default -> false;
        };
    }

    /** Whether an {@code index} is but a displacement. */
    static boolean isDisplacement(Instruction i) {
        return i.op() == Op.INDEX && i.arg(1) instanceof Constant;
    }
}
