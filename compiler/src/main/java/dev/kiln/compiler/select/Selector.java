package dev.kiln.compiler.select;

import dev.kiln.compiler.Target;
import dev.kiln.compiler.lower.CallLowering;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.ir.Block;
import dev.kiln.ir.BlockParam;
import dev.kiln.ir.ControlFlow;
import dev.kiln.ir.Function;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.IrPrinter;
import dev.kiln.ir.Op;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;

/**
 * Turns a function of the IR into machine instructions on virtual registers, keeping to the rules told in {@code
 * dev.kiln.compiler.machine}. One per compiling thread; keeps its buffers from one function to the next.
 *
 * <p>Blocks are visited in reverse post-order, so that definitions come before uses. A walk ahead counts uses: an {@code index} that
 * only serves as an address, and a comparison that only feeds a branch or {@code select} of its block, are left to their users;
 * what has neither use nor effect is left out. Cost: linear in the size of the function.
 */
public final class Selector {
    private final SelectionContext c;
    private CallLowering calls;

    /** Prints instructions for notes; {@code null} when none are wanted. */
    private IrPrinter.Lines lines;

    private final IntegerSelection integers;
    private final FloatSelection floats;
    private final ConversionSelection conversions;
    private final CompareSelection compares;
    private final MemorySelection memory;
    private final ControlSelection control;
    private final AtomicSelection atomics;
    private final VectorSelection vectors;

    public Selector(Target target) {
        c = new SelectionContext(target);
        integers = new IntegerSelection(c);
        floats = new FloatSelection(c);
        conversions = new ConversionSelection(c);
        compares = new CompareSelection(c);
        memory = new MemorySelection(c);
        control = new ControlSelection(c, compares);
        atomics = new AtomicSelection(c);
        vectors = new VectorSelection(c);
    }

    /**
     * Selects a function. It was verified, and holds nothing that {@code dev.kiln.compiler} rejects as not yet compiled.
     *
     * @param into an empty machine function of the same name; when it {@linkplain MachineFunction#wantsNotes wants notes}, blocks
     *     are named and instructions get notes telling the IR they came from
     * @throws dev.kiln.base.DiagnosticException when a limit is reached
     */
    public void select(Function function, MachineFunction into) {
        ControlFlow flow = ControlFlow.of(function);
        c.begin(function, into);
        calls = c.calls();
        lines = into.wantsNotes() ? IrPrinter.lines(function) : null;
        if (function.isReturnsTwice()) {
            into.setReturnsTwice();
        }
        int blocks = flow.reachableCount();
        for (int n = 0; n < blocks; n++) {
            countUses(flow.inOrder(n));
        }
        for (int n = 0; n < blocks; n++) {
            Block block = flow.inOrder(n);
            into.startBlock(c.block(block));
            if (n == 0) {
                enter(function);
            }
            select(block, n + 1 < blocks ? flow.inOrder(n + 1) : null);
        }
        c.placeTraps();
    }

    private void enter(Function function) {
        c.machine().setPosition(function.location());
        calls.enter(function);
    }

    private void countUses(Block block) {
        for (Instruction i = block.first(); i != null; i = i.next()) {
            if (i.op() == Op.VAR) {
                continue;
            }
            Value[] args = i.args();
            for (int n = 0; n < args.length; n++) {
                if (isFoldable(i, n, args[n])) {
                    c.countFoldedUse(args[n]);
                } else {
                    c.countUse(args[n]);
                }
            }
            for (dev.kiln.ir.Target target : i.targets()) {
                for (Value arg : target.args()) {
                    c.countUse(arg);
                }
            }
        }
    }

    /** Whether operand {@code n} of {@code user} may be left to it: nothing in between can change what it is computed from. */
    private static boolean isFoldable(Instruction user, int n, Value value) {
        if (!(value instanceof Instruction i) || i.block() != user.block()) {
            return false;
        }
        if (i.op() == Op.INDEX) {
            // Of a chain only displacements fold, so that each address is found in one walk.
            return MemorySelection.folds(user, n) && (user.op() != Op.INDEX || MemorySelection.isDisplacement(i));
        }
        return n == 0
                && (user.op() == Op.BR || user.op() == Op.SELECT && !user.type().isVector())
                && CompareSelection.isScalar(i);
    }

    private void select(Block block, Block next) {
        MachineFunction m = c.machine();
        for (BlockParam param : block.params()) {
            c.define(param);
        }
        for (Instruction i = block.first(); i != null; i = i.next()) {
            if (isDead(i)) {
                continue;
            }
            if (lines != null && !fallsThrough(i, next)) {
                m.note(lines.of(i));
            }
            if (!c.isFolded(i)) {
                m.setPosition(c.position(i));
                select(i, next);
            }
        }
    }

    private static boolean fallsThrough(Instruction i, Block next) {
        return i.op() == Op.JUMP && i.targets()[0].block() == next && i.targets()[0].args().length == 0;
    }

    private boolean isDead(Instruction i) {
        return i.type() != Type.VOID && c.uses(i) == 0 && !i.hasEffect();
    }

    private void select(Instruction i, Block next) {
        switch (i.op()) {
            case ADD, SUB, MUL, NEG, MIN, MAX, DIV, ABS, SQRT -> arithmetic(i);
            case AND,
                    OR,
                    XOR,
                    NOT,
                    SHL,
                    SHR_S,
                    SHR_U,
                    ROTL,
                    ROTR,
                    DIV_S,
                    DIV_U,
                    REM_S,
                    REM_U,
                    MULHI_S,
                    MULHI_U,
                    MIN_S,
                    MAX_S,
                    MIN_U,
                    MAX_U,
                    CLZ,
                    CTZ,
                    POPCNT,
                    BSWAP,
                    OVERFLOW_ADD_S,
                    OVERFLOW_ADD_U,
                    OVERFLOW_SUB_S,
                    OVERFLOW_SUB_U,
                    OVERFLOW_MUL_S,
                    OVERFLOW_MUL_U -> arithmetic(i);
            case COPYSIGN, FMA, FLOOR, CEIL, ROUND_TO_ZERO, NEAREST -> floats.select(i);
            case EQ, NE, LT_S, LE_S, GT_S, GE_S, LT_U, LE_U, GT_U, GE_U, LT, LE, GT, GE, ORD, UNO -> compare(i);
            case SEXT, ZEXT, TRUNC, FEXT, FTRUNC, ITOF_S, ITOF_U, FTOI_S, FTOI_U, BITCAST -> convert(i);
            case SELECT -> {
                if (i.type().isVector()) {
                    vector(i);
                } else {
                    compares.choose(i);
                }
            }
            case LOAD, LOAD_S8, LOAD_U8, LOAD_S16, LOAD_U16, LOAD_S32, LOAD_U32, STORE, INDEX, ALLOCA ->
                memory.select(i);
            case MEMCPY, MEMMOVE, MEMSET -> memory.select(i);
            case ATOMIC_LOAD,
                    ATOMIC_STORE,
                    ATOMIC_ADD,
                    ATOMIC_SUB,
                    ATOMIC_AND,
                    ATOMIC_OR,
                    ATOMIC_XOR,
                    ATOMIC_XCHG,
                    ATOMIC_MIN_S,
                    ATOMIC_MAX_S,
                    ATOMIC_MIN_U,
                    ATOMIC_MAX_U,
                    ATOMIC_CAS,
                    FENCE -> atomics.select(i);
            case CALL -> calls.call(i);
            case VA_START -> calls.vaStart(i);
            case VA_ARG -> calls.vaArg(i);
            case VA_COPY -> calls.vaCopy(i);
            case SPLAT, EXTRACT, INSERT, SHUFFLE, DOT -> vector(i);
            case JUMP -> control.jump(i, next);
            case BR -> control.branch(i, next);
            case SWITCH -> control.select(i, next);
            case RET -> calls.ret(i);
            case TRAP -> c.jump(c.trapBlock(i.text(), c.position(i)));
            case UNREACHABLE -> c.jump(c.trapBlock("unreachable", c.position(i)));
            case TAIL_CALL, GUARD -> throw c.notYet(i.op().text(), i);
            case VAR -> {
                // Debug information is not made yet.
            }
        }
    }

    private void arithmetic(Instruction i) {
        // Overflow checks have an i32 result and are of their operands' type.
        Type type = i.arg(0).type();
        if (type.isVector()) {
            vector(i);
        } else if (type.isFloat()) {
            floats.select(i);
        } else {
            integers.select(i);
        }
    }

    private void compare(Instruction i) {
        if (i.arg(0).type().isVector()) {
            vector(i);
        } else {
            compares.select(i);
        }
    }

    private void convert(Instruction i) {
        if (i.type().isVector() && i.op() != Op.BITCAST) {
            vector(i);
        } else {
            conversions.select(i);
        }
    }

    private void vector(Instruction i) {
        vectors.select(i);
    }
}
