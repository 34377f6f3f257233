package dev.kiln.ir.interp.internal;

import dev.kiln.ir.Block;
import dev.kiln.ir.BlockParam;
import dev.kiln.ir.Constant;
import dev.kiln.ir.FrameState;
import dev.kiln.ir.Function;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.Op;
import dev.kiln.ir.Target;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;
import java.util.Arrays;

/**
 * Orders the blocks that can be reached, and gives every value of a function its register in the frame: one of its own when it is used
 * outside its block, else one that is used again after the value's last use. Linear in the size of the function.
 *
 * <p>Operations that change nothing about the bits in a register (sign extension, casts between 64-bit types) share the register of
 * their operand. Comparisons used by nothing but the branch of their block, and additions of a constant used by nothing but a load
 * or store there, are fused into these: they have no register.
 */
final class RegisterAssignment {
    private static final int NEVER = -1, FREED = Integer.MAX_VALUE;

    /** Blocks in reverse postorder; their places by block id, −1 when they cannot be reached. */
    final Block[] order;

    final int[] place;
    /** By value id; −1 when it has none. */
    final int[] register;
    /** By value id: executed as a part of its only user. */
    final boolean[] fused;

    /** Whether the function needs memory for slots. */
    boolean hasSlots;

    private final Value[] alias; // by value id: what it shares the register with
    private final int[] uses;
    private final boolean[] shared; // by value id: used outside its block
    private final int[] lastUse; // by value id: position in its block
    private final int[][] free = {new int[8], new int[8], new int[8]}; // by log2 of words
    private final int[] freeCount = new int[3];
    private int next;

    private Value[] operands = new Value[16];
    private int operandCount;

    RegisterAssignment(Function function, int firstRegister) {
        int values = function.valueCount();
        register = new int[values];
        Arrays.fill(register, -1);
        fused = new boolean[values];
        alias = new Value[values];
        uses = new int[values];
        shared = new boolean[values];
        lastUse = new int[values];
        Arrays.fill(lastUse, NEVER);
        place = new int[function.blockCount()];
        order = reversePostorder(function, place);
        next = firstRegister;
        findAliasesAndUses();
        fuse();
        findLastUses();
        assign();
    }

    /** The number of registers given so far. */
    int count() {
        return next;
    }

    /** A register of its own, or several in a row. */
    int allocate(int words) {
        int at = next;
        next += words;
        return at;
    }

    private static Block[] reversePostorder(Function function, int[] place) {
        Arrays.fill(place, -1);
        int count = function.blockCount();
        Block[] stack = new Block[count];
        int[] nextTarget = new int[count];
        Block[] post = new Block[count];
        int depth = 0;
        int done = 0;
        stack[depth++] = function.entry();
        place[function.entry().id()] = 0;
        while (depth > 0) {
            Block block = stack[depth - 1];
            Instruction end = block.last();
            Target[] targets = end == null ? new Target[0] : end.targets();
            // From the last target to the first, so that the first comes right behind the block.
            int at = targets.length - 1 - nextTarget[depth - 1];
            if (at < 0) {
                post[done++] = block;
                depth--;
                continue;
            }
            nextTarget[depth - 1]++;
            Block to = targets[at].block();
            if (place[to.id()] < 0) {
                place[to.id()] = 0;
                nextTarget[depth] = 0;
                stack[depth++] = to;
            }
        }
        Block[] order = new Block[done];
        for (int i = 0; i < done; i++) {
            order[i] = post[done - 1 - i];
            place[order[i].id()] = i;
        }
        return order;
    }

    private void findAliasesAndUses() {
        for (Block block : order) {
            for (Instruction i = block.first(); i != null; i = i.next()) {
                if (isAlias(i)) {
                    alias[i.id()] = i.arg(0);
                }
                gatherOperands(i);
                for (int k = 0; k < operandCount; k++) {
                    int id = operands[k].id();
                    if (id >= 0) {
                        uses[id]++;
                    }
                }
                hasSlots |= i.op() == Op.ALLOCA
                        || i.op() == Op.GUARD
                        || i.op() == Op.CALL && i.callSite().signature().resultAggregate() != null;
            }
        }
    }

    private static boolean isAlias(Instruction i) {
        return switch (i.op()) {
            case SEXT -> i.type().isInt();
            case BITCAST ->
                isPlain(i.type())
                        && isPlain(i.arg(0).type())
                        && i.type().bytes() == i.arg(0).type().bytes();
            default -> false;
        };
    }

    private static boolean isPlain(Type type) {
        return type.bytes() >= 8;
    }

    /** What a value shares its register with: itself, or what it was cast from. */
    Value root(Value value) {
        int id = value.id();
        if (id < 0 || alias[id] == null) {
            return value;
        }
        Value root = alias[id];
        // A bound on the steps: code that was never verified may go in circles.
        for (int steps = alias.length; steps > 0 && root.id() >= 0 && alias[root.id()] != null; steps--) {
            root = alias[root.id()];
        }
        Value at = value;
        while (at != root && at.id() >= 0 && alias[at.id()] != null && alias[at.id()] != root) {
            Value up = alias[at.id()];
            alias[at.id()] = root;
            at = up;
        }
        return root;
    }

    private void fuse() {
        for (Block block : order) {
            for (Instruction i = block.first(); i != null; i = i.next()) {
                switch (i.op()) {
                    case BR -> {
                        if (i.arg(0) instanceof Instruction c && usedOnlyHere(c, block) && isFusedCompare(c)) {
                            fused[c.id()] = true;
                        }
                    }
                    case LOAD, LOAD_S8, LOAD_U8, LOAD_S16, LOAD_U16, LOAD_S32, LOAD_U32 -> {
                        if (!i.type().isVector()) {
                            fuseAddress(i.arg(0), block);
                        }
                    }
                    case STORE -> {
                        if (!i.arg(0).type().isVector()) {
                            fuseAddress(i.arg(1), block);
                        }
                    }
                    default -> {}
                }
            }
        }
    }

    private boolean usedOnlyHere(Instruction i, Block block) {
        return uses[i.id()] == 1 && i.block() == block;
    }

    private static boolean isFusedCompare(Instruction c) {
        Type type = c.argCount() == 2 ? c.arg(0).type() : Type.VOID;
        return switch (c.op()) {
            case EQ, NE -> !type.isFloat() && !type.isVector();
            case LT_S, LE_S, GT_S, GE_S, LT_U, LE_U, GT_U, GE_U -> !type.isVector();
            case LT, LE, GT, GE -> type == Type.F64;
            default -> false;
        };
    }

    private void fuseAddress(Value address, Block block) {
        Value v = address;
        while (v instanceof Instruction i && alias[i.id()] != null && usedOnlyHere(i, block)) {
            v = i.arg(0);
        }
        if (v instanceof Instruction sum
                && sum.op() == Op.ADD
                && sum.type() == Type.I64
                && usedOnlyHere(sum, block)
                && sum.arg(1) instanceof Constant c
                && c.bits() == (int) c.bits()
                && !(sum.arg(0) instanceof Constant)) {
            fused[sum.id()] = true;
        }
    }

    /** Collects what an instruction reads: operands, arguments of its targets, the state of a guard. */
    private void gatherOperands(Instruction i) {
        operandCount = 0;
        for (Value arg : i.args()) {
            addOperand(arg);
        }
        for (Target target : i.targets()) {
            for (Value arg : target.args()) {
                addOperand(arg);
            }
        }
        if (i.op() == Op.GUARD) {
            for (FrameState state = i.frameState(); state != null; state = state.parent()) {
                for (Value value : state.values()) {
                    addOperand(value);
                }
            }
        }
    }

    private void addOperand(Value value) {
        if (operandCount == operands.length) {
            operands = Arrays.copyOf(operands, operandCount * 2);
        }
        operands[operandCount++] = value;
    }

    /** The same with aliases replaced by what they stand for, and fused operations by their operands. */
    private void gatherEffectiveOperands(Instruction i) {
        gatherOperands(i);
        int count = operandCount;
        for (int k = 0; k < count; k++) {
            Value root = root(operands[k]);
            operands[k] = root;
            if (root.id() >= 0 && fused[root.id()]) {
                for (Value arg : ((Instruction) root).args()) {
                    addOperand(root(arg));
                }
            }
        }
    }

    private void findLastUses() {
        for (Block block : order) {
            int position = 0;
            for (Instruction i = block.first(); i != null; i = i.next(), position++) {
                if (fused[i.id()]) {
                    continue;
                }
                gatherEffectiveOperands(i);
                for (int k = 0; k < operandCount; k++) {
                    Value operand = operands[k];
                    if (operand instanceof Instruction made && made.block() == block) {
                        lastUse[made.id()] = position;
                    } else if (operand.id() >= 0) {
                        shared[operand.id()] = true;
                    }
                }
            }
        }
    }

    private void assign() {
        for (Block block : order) {
            for (BlockParam param : block.params()) {
                register[param.id()] = allocate(AbiSignature.words(param.type()));
            }
            int position = 0;
            for (Instruction i = block.first(); i != null; i = i.next(), position++) {
                int id = i.id();
                if (fused[id] || alias[id] != null) {
                    continue;
                }
                if (i.type() != Type.VOID) {
                    register[id] = take(AbiSignature.words(i.type()));
                    if (lastUse[id] == NEVER && !shared[id]) {
                        give(i);
                    }
                }
                gatherEffectiveOperands(i);
                for (int k = 0; k < operandCount; k++) {
                    if (operands[k] instanceof Instruction made
                            && made.block() == block
                            && lastUse[made.id()] == position
                            && !shared[made.id()]
                            && register[made.id()] >= 0) {
                        give(made);
                    }
                }
            }
        }
    }

    private int take(int words) {
        int size = words == 1 ? 0 : words == 2 ? 1 : 2;
        return freeCount[size] > 0 ? free[size][--freeCount[size]] : allocate(words);
    }

    private void give(Instruction i) {
        lastUse[i.id()] = FREED;
        int words = AbiSignature.words(i.type());
        int size = words == 1 ? 0 : words == 2 ? 1 : 2;
        if (freeCount[size] == free[size].length) {
            free[size] = Arrays.copyOf(free[size], freeCount[size] * 2);
        }
        free[size][freeCount[size]++] = register[i.id()];
    }
}
