package dev.kiln.qbe.internal;

import dev.kiln.ir.Block;
import dev.kiln.ir.ControlFlow;
import dev.kiln.ir.Dominators;
import dev.kiln.ir.Function;
import java.util.Arrays;

/**
 * Decides where temporaries become block parameters. Most need none: they are assigned once, and the assignment dominates every use.
 * For each of the others (assigned twice, or read where the assignment may not have happened) this computes where it is live, and from
 * that the iterated dominance frontier of its assignments (Sreedhar and Gao, POPL 1995, walking only the live part of the dominator
 * tree): parameters are needed there and nowhere else.
 *
 * <p>The outcome is the list of parameters that each block needs, and an order of the blocks: down the dominator tree. When the blocks
 * are filled in that order, and assignments are taken back when the subtree of their block is done, then what a temporary holds at
 * the start of a block is its value there. Costs O(instructions) plus, per such temporary, the part of the function where it is live;
 * memory for assignments and parameters only; no recursion.
 */
final class Variables {
    static final int NONE = -1;
    private static final int CALL = QbeOp.CALL.ordinal();

    private final Body body;

    // Per temporary.
    private int[] definitions = new int[64];
    private int[] definedIn = new int[64];
    private int[] definedAt = new int[64];
    private int[] firstMention = new int[64];
    private boolean[] merged = new boolean[64];
    private int[] list = new int[16];
    private int listSize;

    // Per mention of a merged temporary in a block: assigned there, or read there before.
    private int[] mentionBlock = new int[64];
    private int[] mentionNext = new int[64];
    private boolean[] mentionIsUse = new boolean[64];
    /** Read at the end of the block, for a phi of a successor. */
    private boolean[] mentionIsAtEnd = new boolean[64];

    private int mentions;

    // Per block, by label number.
    private int[] depth = new int[32];
    private int[] child = new int[32];
    private int[] sibling = new int[32];
    private int[] predStart = new int[34];
    private int[] preds = new int[64];
    private int[] liveStamp = new int[32];
    private int[] defStamp = new int[32];
    private int[] paramStamp = new int[32];
    private int[] walkStamp = new int[32];
    private int[] work = new int[64];
    private int[] heap = new int[32];
    private int heapSize;

    // Parameters.
    private int[] firstParam = new int[32];
    private int params;
    private int[] paramTemp = new int[64];
    private int[] paramNext = new int[64];
    private int[] placed = new int[32];
    private int placedCount;

    private int[] order = new int[32];

    private ControlFlow flow;
    private Function function;
    private Block[] blockOf;
    private int[] labelOf;
    private Dominators dominators;

    Variables(Body body) {
        this.body = body;
    }

    /** The first parameter of a block that is no phi, {@link #NONE} if it has none; {@link #nextParam} leads on. */
    int firstParam(int label) {
        return listSize == 0 ? NONE : firstParam[label];
    }

    int nextParam(int param) {
        return paramNext[param];
    }

    /** The temporary that a parameter stands for. */
    int paramTemp(int param) {
        return paramTemp[param];
    }

    /** Whether assignments of the temporary must be taken back when the subtree of their block is done. */
    boolean isMerged(int temp) {
        return merged[temp];
    }

    /** The label of the block to be filled as number {@code n}. */
    int inOrder(int n) {
        return listSize == 0 ? labelOf[flow.inOrder(n).id()] : order[n];
    }

    /** The depth of a block in the dominator tree; 0 for all when nothing has to be taken back. */
    int depth(int label) {
        return listSize == 0 ? 0 : depth[label];
    }

    /**
     * Works on the function whose blocks and terminators were just made.
     *
     * @param blockOf the IR block of each label, {@code null} for labels of unreachable blocks
     * @param labelOf the label of each IR block id
     */
    void analyse(Function function, ControlFlow flow, Block[] blockOf, int[] labelOf) {
        this.function = function;
        this.flow = flow;
        this.blockOf = blockOf;
        this.labelOf = labelOf;
        dominators = null;
        params = 0;
        listSize = 0;
        mentions = 0;
        findDefinitions();
        findMerged();
        if (listSize == 0) {
            return;
        }
        dominators();
        blockArrays();
        collectMentions();
        domOrder();
        // Backwards, because a parameter is put before those already in the block.
        Arrays.sort(list, 0, listSize);
        for (int n = listSize - 1; n >= 0; n--) {
            place(list[n], n + 1);
        }
    }

    private void findDefinitions() {
        int temps = body.temps.count();
        if (definitions.length < temps) {
            int size = Math.max(temps, definitions.length * 2);
            definitions = new int[size];
            definedIn = new int[size];
            definedAt = new int[size];
            firstMention = new int[size];
            merged = new boolean[size];
        }
        Arrays.fill(definitions, 0, temps, 0);
        Arrays.fill(merged, 0, temps, false);
        int start = body.order[0];
        for (int p = 0; p < body.params; p++) {
            define(body.paramTemp[p], start, -1);
        }
        for (int n = 0; n < flow.reachableCount(); n++) {
            int label = labelOf[flow.inOrder(n).id()];
            for (int p = body.firstPhi[label]; p < body.lastPhi[label]; p++) {
                define(body.phiTo[p], label, -1);
            }
            for (int i = body.first[label]; i < body.last[label]; i++) {
                if (body.to[i] != Body.NONE) {
                    define(body.to[i], label, i);
                }
            }
        }
    }

    private void define(int temp, int label, int at) {
        definedIn[temp] = label;
        definedAt[temp] = at;
        if (++definitions[temp] > 1) {
            merge(temp);
        }
    }

    private void merge(int temp) {
        if (!merged[temp]) {
            merged[temp] = true;
            if (listSize == list.length) {
                list = Arrays.copyOf(list, listSize * 2);
            }
            list[listSize++] = temp;
        }
    }

    private void findMerged() {
        for (int n = 0; n < flow.reachableCount(); n++) {
            int label = labelOf[flow.inOrder(n).id()];
            for (int i = body.first[label]; i < body.last[label]; i++) {
                use(body.a[i], label, i);
                use(body.b[i], label, i);
                if (body.op[i] == CALL) {
                    int call = body.extra[i];
                    int end = body.callStart[call] + body.callSize[call];
                    for (int k = body.callStart[call]; k < end; k++) {
                        use(body.argRef[k], label, i);
                    }
                }
            }
            use(body.jumpRef[label], label, Integer.MAX_VALUE);
            for (int p = body.firstPhi[label]; p < body.lastPhi[label]; p++) {
                for (int k = body.phiStart[p]; k < body.phiStart[p + 1]; k++) {
                    int from = body.phiArgBlock[k];
                    if (blockOf[from] != null) {
                        use(body.phiArgRef[k], from, Integer.MAX_VALUE);
                    }
                }
            }
        }
    }

    private void use(int ref, int label, int at) {
        if (ref < 0 || definitions[ref] != 1 || merged[ref]) {
            return;
        }
        int home = definedIn[ref];
        boolean fine = home == label
                ? definedAt[ref] < at
                : home == body.order[0] || dominators().dominates(blockOf[home], blockOf[label]);
        if (!fine) {
            merge(ref);
        }
    }

    private Dominators dominators() {
        if (dominators == null) {
            dominators = Dominators.of(flow, function);
        }
        return dominators;
    }

    private void blockArrays() {
        int labels = body.labels.count();
        if (depth.length < labels) {
            int size = labels * 2;
            depth = new int[size];
            child = new int[size];
            sibling = new int[size];
            predStart = new int[size + 2];
            liveStamp = new int[size];
            defStamp = new int[size];
            paramStamp = new int[size];
            walkStamp = new int[size];
            heap = new int[size];
            placed = new int[size];
            order = new int[size];
            firstParam = new int[size];
        }
        Arrays.fill(child, 0, labels, NONE);
        Arrays.fill(liveStamp, 0, labels, 0);
        Arrays.fill(defStamp, 0, labels, 0);
        Arrays.fill(paramStamp, 0, labels, 0);
        Arrays.fill(walkStamp, 0, labels, 0);
        Arrays.fill(firstParam, 0, labels, NONE);
        int edges = 0;
        predStart[0] = 0;
        for (int n = 0; n < flow.reachableCount(); n++) {
            edges += flow.predecessorCount(flow.inOrder(n));
        }
        if (preds.length < edges) {
            preds = new int[edges * 2];
        }
        int filled = 0;
        for (int label = 0; label < labels; label++) {
            predStart[label] = filled;
            Block block = blockOf[label];
            if (block == null) {
                continue;
            }
            for (int e = 0; e < flow.predecessorCount(block); e++) {
                preds[filled++] = labelOf[flow.predecessor(block, e).id()];
            }
            depth[label] = dominators.depth(block);
            Block above = dominators.immediateDominator(block);
            if (above != null) {
                int parent = labelOf[above.id()];
                sibling[label] = child[parent];
                child[parent] = label;
            }
        }
        predStart[labels] = filled;
    }

    /** Lists, for each merged temporary, the blocks that assign it and those that read it before they assign it. */
    private void collectMentions() {
        for (int n = 0; n < listSize; n++) {
            firstMention[list[n]] = NONE;
        }
        int start = body.order[0];
        for (int p = 0; p < body.params; p++) {
            mention(body.paramTemp[p], start, false);
        }
        for (int n = 0; n < flow.reachableCount(); n++) {
            int label = labelOf[flow.inOrder(n).id()];
            for (int p = body.firstPhi[label]; p < body.lastPhi[label]; p++) {
                mention(body.phiTo[p], label, false);
            }
            for (int i = body.first[label]; i < body.last[label]; i++) {
                mention(body.a[i], label, true);
                mention(body.b[i], label, true);
                if (body.op[i] == CALL) {
                    int call = body.extra[i];
                    int end = body.callStart[call] + body.callSize[call];
                    for (int k = body.callStart[call]; k < end; k++) {
                        mention(body.argRef[k], label, true);
                    }
                }
                mention(body.to[i], label, false);
            }
            mention(body.jumpRef[label], label, true);
        }
        // Values that go to phis are read at the end of the predecessor: after all of its own.
        for (int n = 0; n < flow.reachableCount(); n++) {
            int label = labelOf[flow.inOrder(n).id()];
            for (int p = body.firstPhi[label]; p < body.lastPhi[label]; p++) {
                for (int k = body.phiStart[p]; k < body.phiStart[p + 1]; k++) {
                    if (blockOf[body.phiArgBlock[k]] != null) {
                        mentionAtEnd(body.phiArgRef[k], body.phiArgBlock[k]);
                    }
                }
            }
        }
    }

    /** Mentions come block by block, so whether the block mentioned the temporary before is seen from the newest one. */
    private void mention(int temp, int label, boolean isUse) {
        if (temp < 0 || !merged[temp]) {
            return;
        }
        int newest = firstMention[temp];
        if (newest != NONE && mentionBlock[newest] == label) {
            int before = mentionNext[newest];
            boolean both = before != NONE && mentionBlock[before] == label;
            if (both || isUse || !mentionIsUse[newest]) {
                return;
            }
        }
        addMention(temp, label, isUse);
    }

    private void mentionAtEnd(int temp, int label) {
        if (temp >= 0 && merged[temp]) {
            addMention(temp, label, true);
            mentionIsAtEnd[mentions - 1] = true;
        }
    }

    private void addMention(int temp, int label, boolean isUse) {
        if (mentions == mentionBlock.length) {
            mentionBlock = Arrays.copyOf(mentionBlock, mentions * 2);
            mentionNext = Arrays.copyOf(mentionNext, mentions * 2);
            mentionIsUse = Arrays.copyOf(mentionIsUse, mentions * 2);
            mentionIsAtEnd = Arrays.copyOf(mentionIsAtEnd, mentions * 2);
        }
        mentionBlock[mentions] = label;
        mentionIsUse[mentions] = isUse;
        mentionIsAtEnd[mentions] = false;
        mentionNext[mentions] = firstMention[temp];
        firstMention[temp] = mentions++;
    }

    /** Computes where one temporary is live and needs parameters; {@code stamp} is its own number. */
    private void place(int temp, int stamp) {
        heapSize = 0;
        for (int m = firstMention[temp]; m != NONE; m = mentionNext[m]) {
            if (!mentionIsUse[m] && defStamp[mentionBlock[m]] != stamp) {
                defStamp[mentionBlock[m]] = stamp;
                push(mentionBlock[m]);
            }
        }
        liveness(temp, stamp);
        placedCount = 0;
        frontier(stamp);
        for (int i = 0; i < placedCount; i++) {
            addParam(temp, placed[i]);
        }
    }

    /** Marks the blocks at whose start the temporary is live. */
    private void liveness(int temp, int stamp) {
        int size = 0;
        for (int m = firstMention[temp]; m != NONE; m = mentionNext[m]) {
            int label = mentionBlock[m];
            boolean exposed = mentionIsUse[m] && (!mentionIsAtEnd[m] || defStamp[label] != stamp);
            if (exposed && liveStamp[label] != stamp) {
                liveStamp[label] = stamp;
                size = addWork(size, label);
            }
        }
        for (int done = 0; done < size; done++) {
            int label = work[done];
            for (int e = predStart[label]; e < predStart[label + 1]; e++) {
                int from = preds[e];
                if (defStamp[from] != stamp && liveStamp[from] != stamp) {
                    liveStamp[from] = stamp;
                    size = addWork(size, from);
                }
            }
        }
    }

    private int addWork(int size, int label) {
        if (size == work.length) {
            work = Arrays.copyOf(work, size * 2);
        }
        work[size] = label;
        return size + 1;
    }

    /** Marks the blocks that need a parameter; the heap holds the blocks with assignments, deepest first. */
    private void frontier(int stamp) {
        while (heapSize > 0) {
            int root = pop();
            int size = addWork(0, root);
            walkStamp[root] = stamp;
            while (size > 0) {
                int label = work[--size];
                size = edge(body.next1[label], root, stamp, size);
                size = edge(body.next2[label], root, stamp, size);
                for (int c = child[label]; c != NONE; c = sibling[c]) {
                    if (liveStamp[c] == stamp && walkStamp[c] != stamp) {
                        walkStamp[c] = stamp;
                        size = addWork(size, c);
                    }
                }
            }
        }
    }

    private int edge(int to, int root, int stamp, int size) {
        if (to != Body.NONE && depth[to] <= depth[root] && liveStamp[to] == stamp && paramStamp[to] != stamp) {
            paramStamp[to] = stamp;
            placed[placedCount++] = to;
            if (defStamp[to] != stamp) {
                push(to);
            }
        }
        return size;
    }

    private void addParam(int temp, int label) {
        if (params == paramTemp.length) {
            paramTemp = Arrays.copyOf(paramTemp, params * 2);
            paramNext = Arrays.copyOf(paramNext, params * 2);
        }
        paramTemp[params] = temp;
        paramNext[params] = firstParam[label];
        firstParam[label] = params++;
    }

    /** Orders the blocks down the dominator tree: each subtree in one piece. */
    private void domOrder() {
        int size = addWork(0, body.order[0]);
        int count = 0;
        while (size > 0) {
            int label = work[--size];
            order[count++] = label;
            for (int c = child[label]; c != NONE; c = sibling[c]) {
                size = addWork(size, c);
            }
        }
    }

    private void push(int label) {
        int i = heapSize++;
        while (i > 0 && depth[heap[(i - 1) / 2]] < depth[label]) {
            heap[i] = heap[(i - 1) / 2];
            i = (i - 1) / 2;
        }
        heap[i] = label;
    }

    private int pop() {
        int top = heap[0];
        int last = heap[--heapSize];
        int i = 0;
        for (; ; ) {
            int c = 2 * i + 1;
            if (c >= heapSize) {
                break;
            }
            if (c + 1 < heapSize && depth[heap[c + 1]] > depth[heap[c]]) {
                c++;
            }
            if (depth[heap[c]] <= depth[last]) {
                break;
            }
            heap[i] = heap[c];
            i = c;
        }
        heap[i] = last;
        return top;
    }
}
