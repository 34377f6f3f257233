package dev.kiln.asm;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;

/**
 * Finished code: bytes that still wait for the addresses of symbols. Position-independent until placed, and may be placed any number of
 * times; {@linkplain #writeTo written to a file}, in another process too. Immutable, but that the arrays handed out are the object's own and
 * must not be changed.
 */
public final class Code {
    /** In {@link #relocationSymbol}: the code itself, its first byte. */
    public static final String SELF = "";

    final byte[] bytes;
    final int codeEnd;
    final int alignment;
    final Relocations relocations;
    final Positions positions;
    final Labels labels;
    final Choices choices;
    final List<PatchSite> patchSites;
    final DataRanges data;
    final Notes notes;

    /** What {@link #features} found. */
    private CpuFeatures features;

    /**
     * @param bytes the code and, behind it, its constant pool
     * @param codeEnd where the instructions end and the pool begins
     * @param alignment what the first byte's address must be a multiple of
     */
    Code(
            byte[] bytes,
            int codeEnd,
            int alignment,
            Relocations relocations,
            Positions positions,
            Labels labels,
            Choices choices,
            List<PatchSite> patchSites,
            DataRanges data,
            Notes notes) {
        this.bytes = bytes;
        this.codeEnd = codeEnd;
        this.alignment = alignment;
        this.relocations = relocations;
        this.positions = positions;
        this.labels = labels;
        this.choices = choices;
        this.patchSites = patchSites;
        this.data = data;
        this.notes = notes;
    }

    /**
     * The fields that depend on symbols.
     *
     * @param offsets of the fields, ascending
     * @param kinds how each depends
     * @param symbols on which symbol
     * @param addends the addend A of the kind's formula
     */
    record Relocations(int[] offsets, RelocationKind[] kinds, String[] symbols, long[] addends) {}

    /**
     * Source positions.
     *
     * @param offsets at which the position changes, ascending
     * @param values the position from there on, as given to {@link InstructionSink#position}
     */
    record Positions(int[] offsets, int[] values) {}

    /**
     * The labels by number.
     *
     * @param offsets of each label; −1 for one that is not bound
     * @param names of labels, {@code null} for one without; may be shorter, or {@code null} when no label has a name
     */
    record Labels(int[] offsets, String[] names) {}

    /**
     * What the sink chose, for the sink that prints the same.
     *
     * @param shortJumps for each jump whose size was chosen, in the order emitted: whether it is short
     * @param paddings for each alignment, in the order emitted: the bytes it took
     */
    record Choices(BitSet shortJumps, int[] paddings) {}

    /**
     * What is embedded between the instructions and is none itself.
     *
     * @param starts offsets, ascending
     * @param ends the offsets behind, in the same order
     */
    record DataRanges(int[] starts, int[] ends) {}

    /**
     * What the emitter said about places, where it was kept.
     *
     * @param offsets of the instructions that follow the notes, ascending
     */
    record Notes(int[] offsets, String[] texts) {
        static final Notes NONE = new Notes(new int[0], new String[0]);
    }

    /** What was said about a place with {@link InstructionSink#comment}. */
    public record Note(int offset, String text) {}

    /** A label that has a name. */
    public record NamedLabel(String name, int offset) {}

    /** The bytes, not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    /** The number of bytes. */
    public int size() {
        return bytes.length;
    }

    /** Where the instructions end and the constant pool begins. */
    public int codeEnd() {
        return codeEnd;
    }

    /** What the first byte's address must be a multiple of: a power of two. */
    public int alignment() {
        return alignment;
    }

    /** The number of places that depend on addresses, {@link #relocationOffset} and the others tell about each. */
    public int relocationCount() {
        return relocations.offsets.length;
    }

    /** Where the field of the i-th relocation begins; ascending. */
    public int relocationOffset(int i) {
        return relocations.offsets[i];
    }

    /** How relocation {@code i} depends on its target. */
    public RelocationKind relocationKind(int i) {
        return relocations.kinds[i];
    }

    /** The symbol that the i-th relocation depends on; {@link #SELF} for an address in this code. */
    public String relocationSymbol(int i) {
        return relocations.symbols[i];
    }

    /** The addend A of the kind's formula. */
    public long relocationAddend(int i) {
        return relocations.addends[i];
    }

    /** The position that holds for the instruction at a code offset; 0 when none was given. */
    public int positionAt(int offset) {
        int i = Arrays.binarySearch(positions.offsets, offset);
        int at = i >= 0 ? i : -i - 2;
        return at < 0 ? 0 : positions.values[at];
    }

    /** The offset of a label; −1 when it is not bound. */
    public int labelOffset(int label) {
        return labels.offsets[label];
    }

    /**
     * The offset of the label with a name.
     *
     * @throws IllegalArgumentException when no bound label, or more than one, has that name
     */
    public int labelOffset(String name) {
        int found = -1;
        for (int i = 0; labels.names != null && i < labels.names.length; i++) {
            if (!name.equals(labels.names[i]) || labels.offsets[i] < 0) continue;
            if (found >= 0) throw new IllegalArgumentException("several labels are named " + name);
            found = labels.offsets[i];
        }
        if (found < 0) throw new IllegalArgumentException("no label is named " + name + "; there are " + labels());
        return found;
    }

    /** The labels that have names and are bound, in the order they were made. */
    public List<NamedLabel> labels() {
        List<NamedLabel> result = new ArrayList<>();
        for (int i = 0; labels.names != null && i < labels.names.length; i++)
            if (labels.names[i] != null && labels.offsets[i] >= 0)
                result.add(new NamedLabel(labels.names[i], labels.offsets[i]));
        return Collections.unmodifiableList(result);
    }

    /** What was said about places, by ascending offset; nothing unless the emitter {@linkplain CodeBuffer#keepNotes kept} it. */
    public List<Note> notes() {
        List<Note> result = new ArrayList<>(notes.offsets.length);
        for (int i = 0; i < notes.offsets.length; i++) result.add(new Note(notes.offsets[i], notes.texts[i]));
        return Collections.unmodifiableList(result);
    }

    /** The instructions that may be changed while they run, by the numbers that emitting them gave. */
    public List<PatchSite> patchSites() {
        return patchSites;
    }

    /**
     * Whether the n-th emitted jump to a label took its short form. Counted are those whose size the sink chooses: by {@code jmp rel32}
     * and {@code jcc rel32}.
     */
    public boolean isShortJump(int n) {
        return choices.shortJumps.get(n);
    }

    /** How many bytes of padding the n-th alignment took; alignments to 1 do not count, those of patch sites do. */
    public int padding(int n) {
        return choices.paddings[n];
    }

    /** Whether the byte at an offset is no part of an instruction: embedded data, or the pool and the gap before it. */
    public boolean isData(int offset) {
        if (offset >= codeEnd) return true;
        int i = Arrays.binarySearch(data.starts, offset);
        return i >= 0 || i < -1 && offset < data.ends[-i - 2];
    }

    /**
     * The CPU features that the instructions need. Found by decoding them when first asked, so it costs those who do not ask nothing, and
     * those who do some 30 ns an instruction. Embedded data counts for nothing, also where it is an instruction written as bytes.
     */
    public CpuFeatures features() {
        CpuFeatures known = features;
        if (known == null) features = known = CodeFeatures.of(this);
        return known;
    }

    /**
     * Writes this code with everything that belongs to it, for {@link #readFrom}.
     *
     * @throws IOException when the stream fails
     * @throws AssemblerException when all of it takes more than 2 GiB
     */
    public void writeTo(OutputStream out) throws IOException {
        out.write(CodeFormat.write(this));
    }

    /**
     * Reads what {@link #writeTo} wrote, and nothing behind it. A checksum tells accidents, not malice: code from a file is as trustworthy
     * as whoever can write the file.
     *
     * @throws CodeFormatException when it is not that, of another version, cut off or damaged
     * @throws IOException when the stream fails
     */
    public static Code readFrom(InputStream in) throws IOException {
        return CodeFormat.read(in);
    }
}
