package dev.kiln.compiler.select;

import dev.kiln.asm.Form;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.compiler.machine.Operand;
import dev.kiln.ir.Block;
import dev.kiln.ir.BlockParam;
import dev.kiln.ir.Constant;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.Target;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;
import java.util.Arrays;

/**
 * Jumps, branches and switches, and the passing of block arguments. An edge that passes arguments out of a block with several
 * successors gets a block of its own for the moves, so no move happens on another edge.
 */
final class ControlSelection {
    /** A switch becomes a jump table from so many cases on, when at least one in so many table entries is a case. */
    private static final int TABLE_CASES = 4, TABLE_SPARSITY = 4;

    /** The largest run of cases that is compared one by one. */
    private static final int LINEAR_CASES = 3;

    private final SelectionContext c;
    private final CompareSelection compares;

    /** For each virtual register: the argument move that writes it, valid when stamped with the number of the parallel copy. */
    private int[] writtenBy = new int[64];

    private int[] stamps = new int[64];
    private int stamp;

    /** For each argument of the edge at hand the register it is read from, or {@link Operand#NONE} when it is made in place. */
    private int[] sources = new int[8];

    /** Edges of the terminator at hand that wait for their block: number of the block, and the target. */
    private int[] edgeBlocks = new int[8];

    private Target[] edgeTargets = new Target[8];
    private int edgeCount;

    ControlSelection(SelectionContext c, CompareSelection compares) {
        this.c = c;
        this.compares = compares;
    }

    /** @param next the block placed behind this one, or {@code null} */
    void jump(Instruction i, Block next) {
        follow(i.targets()[0], next);
    }

    /** Moves the arguments of an edge and goes to its block. */
    private void follow(Target target, Block next) {
        assign(target);
        if (target.block() != next) {
            c.jump(c.block(target.block()));
        }
    }

    /** {@code br}: falls through where it can. */
    void branch(Instruction i, Block next) {
        Target then = i.targets()[0];
        Target otherwise = i.targets()[1];
        if (i.arg(0) instanceof Constant constant) {
            follow(constant.bits() != 0 ? then : otherwise, next);
            return;
        }
        int condition = compares.condition(i.arg(0));
        if (condition == CompareSelection.EQUAL_ORDERED) {
            condition = CompareSelection.NOT_EQUAL_UNORDERED;
            then = i.targets()[1];
            otherwise = i.targets()[0];
        }
        boolean single = condition < CompareSelection.EQUAL_ORDERED;
        boolean moves = then.args().length > 0;
        if (single && (moves ? otherwise.args().length == 0 : then.block() == next)) {
            Target other = then;
            then = otherwise;
            otherwise = other;
            condition ^= 1;
        }
        edgeCount = 0;
        int taken = edge(then);
        if (single) {
            c.jumpIf(condition, taken);
        } else {
            c.jumpIf(FormTables.NE, taken);
            c.jumpIf(FormTables.P, taken);
        }
        follow(otherwise, edgeCount == 0 ? next : null);
        placeEdges(next);
    }

    /** The block to jump to for an edge: the target's own, or a new one for the moves. */
    private int edge(Target target) {
        if (target.args().length == 0) {
            return c.block(target.block());
        }
        if (edgeCount == edgeBlocks.length) {
            edgeBlocks = Arrays.copyOf(edgeBlocks, edgeCount * 2);
            edgeTargets = Arrays.copyOf(edgeTargets, edgeCount * 2);
        }
        edgeBlocks[edgeCount] = c.machine().newBlock();
        edgeTargets[edgeCount] = target;
        return edgeBlocks[edgeCount++];
    }

    /** Places the edges' blocks; the code before ends with a jump. */
    private void placeEdges(Block next) {
        for (int e = 0; e < edgeCount; e++) {
            c.machine().startBlock(edgeBlocks[e]);
            follow(edgeTargets[e], e + 1 == edgeCount ? next : null);
            edgeTargets[e] = null;
        }
    }

    /**
     * Assigns block arguments to parameters, all at once: an argument that lives in the register of a parameter written earlier is saved
     * before.
     */
    private void assign(Target target) {
        Value[] args = target.args();
        if (args.length == 0) {
            return;
        }
        int vregs = c.machine().vregCount() + args.length;
        if (stamps.length < vregs) {
            stamps = Arrays.copyOf(stamps, vregs * 2);
            writtenBy = Arrays.copyOf(writtenBy, vregs * 2);
        }
        if (sources.length < args.length) {
            sources = new int[args.length * 2];
        }
        if (++stamp == 0) {
            Arrays.fill(stamps, 0);
            stamp = 1;
        }
        Block block = target.block();
        for (int k = 0; k < args.length; k++) {
            BlockParam param = block.param(k);
            if (c.uses(param) > 0) {
                int number = Operand.payload(c.define(param));
                stamps[number] = stamp;
                writtenBy[number] = k;
            }
        }
        for (int k = 0; k < args.length; k++) {
            sources[k] = Operand.NONE;
            if (c.uses(block.param(k)) > 0 && args[k].id() >= 0) {
                int source = c.location(args[k]);
                if (Operand.isVreg(source)) {
                    int number = Operand.payload(source);
                    boolean overwritten = number < stamps.length && stamps[number] == stamp && writtenBy[number] < k;
                    sources[k] = overwritten ? c.copyOf(source) : source;
                }
            }
        }
        for (int k = 0; k < args.length; k++) {
            BlockParam param = block.param(k);
            if (c.uses(param) == 0) {
                continue;
            }
            int to = c.define(param);
            if (sources[k] == Operand.NONE) {
                c.put(to, args[k]);
            } else if (sources[k] != to) {
                c.copy(to, sources[k]);
            }
        }
    }

    // Switches.

    void select(Instruction i, Block next) {
        Target[] targets = i.targets();
        long[] cases = i.cases();
        if (i.arg(0) instanceof Constant constant) {
            int at = 0;
            while (at < cases.length && cases[at] != constant.bits()) {
                at++;
            }
            follow(targets[at < cases.length ? at + 1 : 0], next);
            return;
        }
        edgeCount = 0;
        int otherwise = edge(targets[0]);
        int[] blocks = new int[cases.length];
        for (int n = 0; n < cases.length; n++) {
            blocks[n] = edge(targets[n + 1]);
        }
        cases = cases.clone();
        sort(cases, blocks);
        boolean wide = i.arg(0).type() == Type.I64;
        int value = c.extended(i.arg(0), true);
        long span = cases.length == 0 ? 0 : cases[cases.length - 1] - cases[0];
        if (cases.length >= TABLE_CASES && span > 0 && span / TABLE_SPARSITY < cases.length) {
            table(value, wide, cases, blocks, otherwise, (int) span);
        } else {
            tree(value, wide, cases, blocks, otherwise);
        }
        placeEdges(next);
    }

    /** Sorts cases and their blocks by heapsort: in place, without objects, n log n at worst. */
    private static void sort(long[] keys, int[] blocks) {
        int n = keys.length;
        for (int root = n / 2 - 1; root >= 0; root--) {
            sift(keys, blocks, root, n);
        }
        for (int end = n - 1; end > 0; end--) {
            swap(keys, blocks, 0, end);
            sift(keys, blocks, 0, end);
        }
    }

    private static void sift(long[] keys, int[] blocks, int root, int end) {
        int at = root;
        while (2 * at + 1 < end) {
            int child = 2 * at + 1;
            if (child + 1 < end && keys[child] < keys[child + 1]) {
                child++;
            }
            if (keys[at] >= keys[child]) {
                return;
            }
            swap(keys, blocks, at, child);
            at = child;
        }
    }

    private static void swap(long[] keys, int[] blocks, int a, int b) {
        long key = keys[a];
        keys[a] = keys[b];
        keys[b] = key;
        int block = blocks[a];
        blocks[a] = blocks[b];
        blocks[b] = block;
    }

    /** Jumps by way of a table of 32-bit distances from the table's start. */
    private void table(int value, boolean wide, long[] cases, int[] blocks, int otherwise, int span) {
        MachineFunction m = c.machine();
        int[] entries = new int[span + 1];
        Arrays.fill(entries, otherwise);
        for (int n = 0; n < cases.length; n++) {
            entries[(int) (cases[n] - cases[0])] = blocks[n];
        }
        int width = wide ? 3 : 2;
        int entry = c.copyOf(value);
        if (cases[0] != 0) {
            c.arithmetic(FormTables.SUB, width, entry, cases[0]);
        } else if (!wide) {
            // The bits above 32 are not known to be zero.
            m.emit(Form.MOV_RM32_R32, entry, entry);
        }
        c.arithmetic(FormTables.CMP, width, entry, span);
        c.jumpIf(FormTables.A, otherwise);
        int table = m.table(entries);
        int start = c.newGeneral();
        m.begin(Form.LEA_R64_M);
        m.operand(start).memory(table, Operand.NONE, 1, 0);
        int to = c.newGeneral();
        m.begin(Form.MOVSXD_R64_RM32);
        m.operand(to).memory(start, entry, 4, 0);
        m.emit(Form.ADD_RM64_R64, to, start);
        m.emit(Form.JMP_RM64, to, table);
    }

    /** Compares by halves. Pending halves wait on a stack of at most log n entries. */
    private void tree(int value, boolean wide, long[] cases, int[] blocks, int otherwise) {
        MachineFunction m = c.machine();
        int width = wide ? 3 : 2;
        int[] pending = new int[3 * 34];
        int depth = 0;
        int from = 0;
        int to = cases.length;
        while (true) {
            while (to - from > LINEAR_CASES) {
                int middle = from + to >>> 1;
                int lower = m.newBlock();
                c.arithmetic(FormTables.CMP, width, value, cases[middle]);
                c.jumpIf(FormTables.L, lower);
                pending[depth++] = lower;
                pending[depth++] = from;
                pending[depth++] = middle;
                from = middle;
            }
            for (int n = from; n < to; n++) {
                c.arithmetic(FormTables.CMP, width, value, cases[n]);
                c.jumpIf(FormTables.E, blocks[n]);
            }
            c.jump(otherwise);
            if (depth == 0) {
                return;
            }
            to = pending[--depth];
            from = pending[--depth];
            m.startBlock(pending[--depth]);
        }
    }
}
