package dev.kiln.ir;

import java.util.Arrays;

/**
 * The control-flow graph of a function at the moment it was asked for: order of the blocks and predecessors, as int arrays indexed by
 * {@link Block#id()}. Blocks that cannot be reached from the entry are in no list. Costs O(blocks + edges); no recursion.
 */
public final class ControlFlow {
    private final Block[] byId;
    private final int[] order;
    private final int[] orderIndex;
    private final int[] predecessorStart;
    private final int[] predecessors;
    private final int[] preorder;
    private final int[] preorderParent;

    private ControlFlow(
            Block[] byId,
            int[] order,
            int[] orderIndex,
            int[] predecessorStart,
            int[] predecessors,
            int[] preorder,
            int[] preorderParent) {
        this.byId = byId;
        this.order = order;
        this.orderIndex = orderIndex;
        this.predecessorStart = predecessorStart;
        this.predecessors = predecessors;
        this.preorder = preorder;
        this.preorderParent = preorderParent;
    }

    /** Computes it. Blocks without a terminator have no successors; a function without blocks gives an empty graph. */
    public static ControlFlow of(Function function) {
        int ids = function.blockCount();
        Block[] byId = new Block[ids];
        for (Block block : function.blocks()) {
            byId[block.id()] = block;
        }
        int[] orderIndex = new int[ids];
        Arrays.fill(orderIndex, -1);
        int[] preorder = new int[ids];
        int[] preorderParent = new int[ids];
        int[] postorder = new int[ids];
        int seen = 0;
        int done = 0;
        if (!function.blocks().isEmpty()) {
            boolean[] visited = new boolean[ids];
            int[] stack = new int[ids];
            int[] nextTarget = new int[ids];
            int[] number = new int[ids];
            int depth = 0;
            int entry = function.entry().id();
            stack[depth++] = entry;
            visited[entry] = true;
            preorderParent[0] = -1;
            preorder[seen++] = entry;
            while (depth > 0) {
                int block = stack[depth - 1];
                Instruction terminator = byId[block].terminator();
                if (terminator == null || nextTarget[block] == terminator.targets().length) {
                    postorder[done++] = block;
                    depth--;
                    continue;
                }
                int target = terminator.targets()[nextTarget[block]++].block().id();
                if (!visited[target] && byId[target] != null) {
                    visited[target] = true;
                    number[target] = seen;
                    preorderParent[seen] = number[block];
                    preorder[seen++] = target;
                    stack[depth++] = target;
                }
            }
        }
        int[] order = new int[done];
        for (int i = 0; i < done; i++) {
            order[i] = postorder[done - 1 - i];
            orderIndex[order[i]] = i;
        }
        int[] start = new int[ids + 1];
        for (int id : order) {
            Instruction terminator = byId[id].terminator();
            if (terminator != null) {
                for (Target target : terminator.targets()) {
                    start[target.block().id() + 1]++;
                }
            }
        }
        for (int i = 0; i < ids; i++) {
            start[i + 1] += start[i];
        }
        int[] predecessors = new int[start[ids]];
        int[] fill = Arrays.copyOf(start, ids);
        for (int id : order) {
            Instruction terminator = byId[id].terminator();
            if (terminator != null) {
                for (Target target : terminator.targets()) {
                    predecessors[fill[target.block().id()]++] = id;
                }
            }
        }
        return new ControlFlow(
                byId,
                order,
                orderIndex,
                start,
                predecessors,
                Arrays.copyOf(preorder, seen),
                Arrays.copyOf(preorderParent, seen));
    }

    /** The number of blocks that can be reached. */
    public int reachableCount() {
        return order.length;
    }

    /** The block at a place of the reverse post-order: every block stands after its dominators, the entry is first. */
    public Block inOrder(int index) {
        return byId[order[index]];
    }

    /** The block's place in the reverse post-order; −1 when it cannot be reached. */
    public int orderIndex(Block block) {
        return orderIndex[block.id()];
    }

    /** The same by block id. */
    public int orderIndex(int blockId) {
        return orderIndex[blockId];
    }

    /** Whether the entry leads to it. */
    public boolean isReachable(Block block) {
        return orderIndex[block.id()] >= 0;
    }

    /** The block with that id; {@code null} when it is no longer in the function. */
    public Block block(int id) {
        return byId[id];
    }

    /** The number of edges into the block from blocks that can be reached; two from the same {@code br} count twice. */
    public int predecessorCount(Block block) {
        return predecessorStart[block.id() + 1] - predecessorStart[block.id()];
    }

    /** The block at the origin of edge {@code index} into {@code block}. */
    public Block predecessor(Block block, int index) {
        return byId[predecessors[predecessorStart[block.id()] + index]];
    }

    /** Where the predecessors of a block id start in {@link #predecessorIds()}; those of id + 1 end them. */
    int predecessorStart(int blockId) {
        return predecessorStart[blockId];
    }

    int[] predecessorIds() {
        return predecessors;
    }

    /** Block ids in the order a depth-first walk meets them. */
    int[] preorder() {
        return preorder;
    }

    /** For each place in {@link #preorder()} the place of the block it was met from; −1 for the entry. */
    int[] preorderParent() {
        return preorderParent;
    }
}
