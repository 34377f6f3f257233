package dev.kiln.ir;

import java.util.Arrays;

/**
 * The dominator tree of a function, by the Semi-NCA algorithm (Georgiadis, "Linear-Time Algorithms for Dominators and Related
 * Problems", 2005): semidominators with path compression, then nearest common ancestors. Near-linear on real graphs and free of
 * recursion; questions of dominance take O(1).
 */
public final class Dominators {
    private final ControlFlow flow;
    private final int[] idom;
    private final int[] enter;
    private final int[] leave;
    private final int[] depth;

    private Dominators(ControlFlow flow, int[] idom, int[] enter, int[] leave, int[] depth) {
        this.flow = flow;
        this.idom = idom;
        this.enter = enter;
        this.leave = leave;
        this.depth = depth;
    }

    /** Computes the tree. */
    public static Dominators of(ControlFlow flow, Function function) {
        int ids = function.blockCount();
        int[] vertex = flow.preorder();
        int[] parent = flow.preorderParent();
        int n = vertex.length;
        int[] number = new int[ids];
        Arrays.fill(number, -1);
        for (int i = 0; i < n; i++) {
            number[vertex[i]] = i;
        }
        int[] dom = immediate(flow, vertex, parent, number);

        // Numbers children after parents, so sizes of subtrees come from one backward walk and places from one forward
        // walk.
        int[] size = new int[n];
        for (int i = n - 1; i >= 0; i--) {
            size[i]++;
            if (i > 0) {
                size[dom[i]] += size[i];
            }
        }
        int[] idom = new int[ids];
        int[] enter = new int[ids];
        int[] leave = new int[ids];
        int[] depth = new int[ids];
        Arrays.fill(idom, -1);
        Arrays.fill(enter, -1);
        int[] free = new int[n];
        for (int i = 0; i < n; i++) {
            int id = vertex[i];
            int place = 0;
            if (i > 0) {
                int above = vertex[dom[i]];
                idom[id] = above;
                depth[id] = depth[above] + 1;
                place = free[dom[i]];
                free[dom[i]] += size[i];
            }
            enter[id] = place;
            leave[id] = place + size[i];
            free[i] = place + 1;
        }
        return new Dominators(flow, idom, enter, leave, depth);
    }

    /** Computes control flow and tree. */
    public static Dominators of(Function function) {
        return of(ControlFlow.of(function), function);
    }

    private static int[] immediate(ControlFlow flow, int[] vertex, int[] parent, int[] number) {
        int n = vertex.length;
        int[] semi = new int[n];
        int[] label = new int[n];
        int[] ancestor = parent.clone();
        int[] stack = new int[n];
        int[] predecessors = flow.predecessorIds();
        for (int i = 0; i < n; i++) {
            semi[i] = i;
            label[i] = i;
        }
        for (int i = n - 1; i > 0; i--) {
            int best = parent[i];
            int end = flow.predecessorStart(vertex[i] + 1);
            for (int e = flow.predecessorStart(vertex[i]); e < end; e++) {
                int from = number[predecessors[e]];
                best = Math.min(best, semi[evaluate(from, i + 1, ancestor, label, semi, stack)]);
            }
            semi[i] = best;
        }
        int[] dom = parent.clone();
        for (int i = 1; i < n; i++) {
            int d = dom[i];
            while (d > semi[i]) {
                d = dom[d];
            }
            dom[i] = d;
        }
        return dom;
    }

    /** The node of least semidominator on the way up from {@code v} among those already linked (number at least {@code linked}). */
    private static int evaluate(int v, int linked, int[] ancestor, int[] label, int[] semi, int[] stack) {
        if (v < linked) {
            return v;
        }
        int top = 0;
        int at = v;
        while (ancestor[at] >= linked) {
            stack[top++] = at;
            at = ancestor[at];
        }
        int root = ancestor[at];
        int best = label[at];
        while (top > 0) {
            int node = stack[--top];
            ancestor[node] = root;
            if (semi[best] < semi[label[node]]) {
                label[node] = best;
            } else {
                best = label[node];
            }
        }
        return best;
    }

    /** The graph it was computed from. */
    public ControlFlow flow() {
        return flow;
    }

    /** The closest block other than itself through which every way to the block leads; {@code null} for the entry and unreachable blocks. */
    public Block immediateDominator(Block block) {
        int id = idom[block.id()];
        return id < 0 ? null : flow.block(id);
    }

    /** Whether every way from the entry to {@code b} leads through {@code a}; a block dominates itself. False when either is unreachable. */
    public boolean dominates(Block a, Block b) {
        int ea = enter[a.id()];
        int eb = enter[b.id()];
        return ea >= 0 && eb >= ea && eb < leave[a.id()];
    }

    /** The number of dominators other than itself. */
    public int depth(Block block) {
        return depth[block.id()];
    }
}
