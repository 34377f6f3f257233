package dev.kiln.asm;

import dev.kiln.asm.internal.Template;
import java.util.Arrays;

/**
 * For each node the registers and flags that may still be read after it. Backward over the list, again and again until the sets at labels
 * do not grow any more; a jump passes on what is live at its label. Whatever leaves the list or is not {@linkplain Effects#known known} (calls,
 * indirect jumps, returns, data, the end) reads everything, but for what a calling convention excludes.
 *
 * <p>Cost: linear in the nodes for each sweep, of which there are as many as loops are nested plus two. Should that be more than
 * {@link #MOST_SWEEPS}, everything counts as live at all labels, which holds too.
 */
final class Liveness {
    private static final int MOST_SWEEPS = 24;

    /** What follows an instruction. */
    private static final byte NEXT = 0, JUMP = 1, BRANCH = 2, LEAVES = 3, CALL = 4, RETURN = 5, LABEL = 6, NOTHING = 7;

    private final CodeList list;
    private final boolean convention;
    private final Effects effects = new Effects();
    private final Operands operands = new Operands();

    private int count;
    /** The nodes in order, and what each does. */
    private int[] nodes = new int[64];

    private byte[] flow = new byte[64];
    private int[] target = new int[64];
    private long[] reads = new long[64];
    private long[] kills = new long[64];
    private short[] flagsRead = new short[64];
    private short[] flagsKilled = new short[64];

    private long[] registersAt = new long[0];
    private int[] flagsAt = new int[0];

    /** Indexed by node. */
    private long[] registersAfter = new long[0];

    private int[] flagsAfter = new int[0];

    /**
     * @param convention whether status flags are dead at calls and returns
     */
    Liveness(CodeList list, boolean convention) {
        this.list = list;
        this.convention = convention;
    }

    /** The registers that may be read after a node; RSP always. */
    long registersAfter(int node) {
        return registersAfter[node];
    }

    /** The flags that may be read after a node. */
    int flagsAfter(int node) {
        return flagsAfter[node];
    }

    void run() {
        summarise();
        int labels = list.labelCount();
        registersAt = new long[labels];
        flagsAt = new int[labels];
        for (int label = 0; label < labels; label++) if (list.labelNode(label) == CodeList.NONE) everythingAt(label);
        int sweeps = 0;
        while (sweep()) if (++sweeps == MOST_SWEEPS) for (int label = 0; label < labels; label++) everythingAt(label);
    }

    private void everythingAt(int label) {
        registersAt[label] = -1;
        flagsAt[label] = Effects.ALL_FLAGS;
    }

    private void summarise() {
        count = 0;
        int highest = 0;
        for (int node = list.first(); node != CodeList.NONE; node = list.next(node)) {
            if (count == nodes.length) grow();
            nodes[count] = node;
            highest = Math.max(highest, node);
            summarise(count++, node);
        }
        if (registersAfter.length <= highest) {
            registersAfter = new long[highest + 1];
            flagsAfter = new int[highest + 1];
        }
    }

    private void grow() {
        nodes = Arrays.copyOf(nodes, count * 2);
        flow = Arrays.copyOf(flow, count * 2);
        target = Arrays.copyOf(target, count * 2);
        reads = Arrays.copyOf(reads, count * 2);
        kills = Arrays.copyOf(kills, count * 2);
        flagsRead = Arrays.copyOf(flagsRead, count * 2);
        flagsKilled = Arrays.copyOf(flagsKilled, count * 2);
    }

    private void summarise(int i, int node) {
        reads[i] = 0;
        kills[i] = 0;
        flagsRead[i] = 0;
        flagsKilled[i] = 0;
        switch (list.kind(node)) {
            case INSTRUCTION -> instruction(i, node);
            case LABEL -> {
                flow[i] = LABEL;
                target[i] = list.label(node);
            }
            case ALIGN, COMMENT, BLANK -> flow[i] = NOTHING;
            case DATA, DISTANCE, ADDRESS, FIELD, RESERVE, PATCHABLE -> flow[i] = LEAVES;
        }
    }

    private void instruction(int i, int node) {
        effects.of(list, node);
        if (effects.known) {
            flow[i] = NEXT;
            reads[i] = effects.reads;
            kills[i] = effects.kills;
            flagsRead[i] = (short) effects.flagsRead;
            flagsKilled[i] = (short) effects.flagsWritten;
            return;
        }
        list.operands(node, operands);
        InstructionInfo info = effects.info();
        boolean toLabel = operands.count > 0 && operands.kinds[0] == Operands.LABEL;
        if (info.isBranch() && toLabel) {
            flow[i] = info.isConditionalBranch() ? BRANCH : JUMP;
            target[i] = operands.values[0];
            reads[i] = effects.reads;
            flagsRead[i] = (short) effects.flagsRead;
        } else flow[i] = info.isCall() ? CALL : info.isReturn() && info.endsFlow() ? RETURN : LEAVES;
    }

    /** JMP and Jcc to a place in code. */
    static boolean isJump(long t) {
        return Template.space(t) == 0 && NasmOperands.isJump(t);
    }

    /** Of {@link #isJump}, whether it is JMP. */
    static boolean isUnconditional(long t) {
        return Template.map(t) == 0 && (Template.opcode(t) == 0xEB || Template.opcode(t) == 0xE9);
    }

    /** One sweep; whether the set of some label grew. */
    private boolean sweep() {
        boolean grew = false;
        long registers = -1;
        int flags = Effects.ALL_FLAGS;
        for (int i = count - 1; i >= 0; i--) {
            registersAfter[nodes[i]] = registers | 1L << Registers.RSP;
            flagsAfter[nodes[i]] = flags;
            switch (flow[i]) {
                case LABEL -> {
                    int label = target[i];
                    grew |= (registers & ~registersAt[label]) != 0 || (flags & ~flagsAt[label]) != 0;
                    registersAt[label] |= registers;
                    flagsAt[label] |= flags;
                    registers = registersAt[label];
                    flags = flagsAt[label];
                }
                case NEXT -> {
                    registers = registers & ~kills[i] | reads[i];
                    flags = flags & ~flagsKilled[i] | flagsRead[i];
                }
                case JUMP -> {
                    registers = registersAt[target[i]];
                    flags = flagsAt[target[i]];
                }
                case BRANCH -> {
                    registers |= registersAt[target[i]] | reads[i];
                    flags |= flagsAt[target[i]] | flagsRead[i];
                }
                case CALL, RETURN -> {
                    registers = -1;
                    // Status flags are neither arguments nor results (SysV AMD64 ABI 3.2.1; Microsoft x64 likewise).
                    flags = convention ? Effects.ALL_FLAGS & ~Effects.STATUS : Effects.ALL_FLAGS;
                }
                case LEAVES -> {
                    registers = -1;
                    flags = Effects.ALL_FLAGS;
                }
                default -> {}
            }
        }
        return grew;
    }
}
