package dev.kiln.asm;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Finished code of one function: bytes that still wait for the addresses of symbols. Position-independent until placed. The arrays
 * handed out are the object's own and must not be changed.
 */
public final class Code {
    private final byte[] bytes;
    private final int alignment;
    private final int[] relocationOffsets;
    private final RelocationKind[] relocationKinds;
    private final String[] relocationSymbols;
    private final long[] relocationAddends;
    private final int[] siteOffsets;
    private final int[] sitePositions;
    private final int[] labelOffsets;
    private final BitSet shortJumps;
    private final int codeEnd;
    private final int[] paddings;

    /**
     * @param bytes the code and, behind it, its constant pool
     * @param codeEnd where the instructions end and the pool begins
     * @param alignment what the first byte's address must be a multiple of
     * @param relocationOffsets the offset of each field that depends on a symbol, ascending
     * @param relocationKinds how it does
     * @param relocationSymbols on which symbol
     * @param relocationAddends the addend A of the kind's formula
     * @param siteOffsets offsets at which the source position changes, ascending
     * @param sitePositions the position from there on, as given to {@link InstructionSink#position}
     * @param labelOffsets the offset of each label
     * @param shortJumps for each jump to a label, in the order emitted: whether it took its short form
     * @param paddings for each alignment beyond 1, in the order emitted: the bytes it took
     */
    public Code(
            byte[] bytes,
            int codeEnd,
            int alignment,
            int[] relocationOffsets,
            RelocationKind[] relocationKinds,
            String[] relocationSymbols,
            long[] relocationAddends,
            int[] siteOffsets,
            int[] sitePositions,
            int[] labelOffsets,
            BitSet shortJumps,
            int[] paddings) {
        this.bytes = bytes;
        this.codeEnd = codeEnd;
        this.alignment = alignment;
        this.relocationOffsets = relocationOffsets;
        this.relocationKinds = relocationKinds;
        this.relocationSymbols = relocationSymbols;
        this.relocationAddends = relocationAddends;
        this.siteOffsets = siteOffsets;
        this.sitePositions = sitePositions;
        this.labelOffsets = labelOffsets;
        this.shortJumps = shortJumps;
        this.paddings = paddings;
    }

    public byte[] bytes() {
        return bytes;
    }

    public int size() {
        return bytes.length;
    }

    /** Where the instructions end and the constant pool begins. */
    public int codeEnd() {
        return codeEnd;
    }

    public int alignment() {
        return alignment;
    }

    public int relocationCount() {
        return relocationOffsets.length;
    }

    public int relocationOffset(int i) {
        return relocationOffsets[i];
    }

    public RelocationKind relocationKind(int i) {
        return relocationKinds[i];
    }

    public String relocationSymbol(int i) {
        return relocationSymbols[i];
    }

    public long relocationAddend(int i) {
        return relocationAddends[i];
    }

    /** The position that holds for the instruction at a code offset; 0 when none was given. */
    public int positionAt(int offset) {
        int i = Arrays.binarySearch(siteOffsets, offset);
        int at = i >= 0 ? i : -i - 2;
        return at < 0 ? 0 : sitePositions[at];
    }

    /** The offset of a label. */
    public int labelOffset(int label) {
        return labelOffsets[label];
    }

    /**
     * Whether the n-th emitted jump to a label took its short form. Counted are those whose size the sink chooses: by {@code jmp rel32}
     * and {@code jcc rel32}.
     */
    public boolean isShortJump(int n) {
        return shortJumps.get(n);
    }

    /** How many bytes of padding the n-th alignment took; alignments to 1 do not count. */
    public int padding(int n) {
        return paddings[n];
    }
}
