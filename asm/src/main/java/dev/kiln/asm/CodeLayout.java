package dev.kiln.asm;

import dev.kiln.asm.internal.ConstantPool;
import dev.kiln.asm.internal.Nops;
import dev.kiln.asm.internal.Relaxation;
import dev.kiln.asm.internal.Template;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Where everything in a piece of code stands: labels, jumps, alignments, data, constants, patch sites, source positions.
 *
 * <p>Until {@link #finish}, the buffer holds jumps in their short form and no padding. Everything that moves when jumps grow is kept as an
 * offset in this buffer and the number of <em>items</em> (jumps and alignments) before it; {@link Relaxation} then tells by how much
 * each number of items shifts. Cost: linear in the code's size.
 */
abstract class CodeLayout extends Encoder implements InstructionSink {
    /** In {@link #labelAt}: not bound yet; of a constant or table, which {@link #finish} places. */
    static final int UNBOUND = -1, IN_POOL = -2;

    /** What fills the gap between code and pool: INT3. */
    private static final byte GAP = (byte) 0xCC;

    final ConstantPool pool = new ConstantPool();

    int[] itemAt = new int[16];
    /** For jumps the bytes that the near form takes more, for alignments what {@link Relaxation#alignment} gives. */
    int[] itemWhat = new int[16];

    int[] itemLabel = new int[16];

    /** How often the code was forgotten, so that labels made before are known. */
    int resets;

    int labels;
    int[] labelAt = new int[16];
    int[] labelItem = new int[16];
    String[] labelNames;

    int sites;
    int[] siteAt = new int[16];
    int[] siteItem = new int[16];
    int[] sitePositions = new int[16];
    private int currentSite;

    /** What {@link #comment} said, where notes are kept; else {@code null}. */
    String[] noteTexts;

    int notes;
    int[] noteAt;
    int[] noteItem;

    /** Of relocations that depend on this code's own address: which, and the label that the field is to hold. */
    int ownAddresses;

    int[] ownRelocation = new int[4];
    int[] ownLabel = new int[4];

    int patches;
    PatchKind[] patchKinds = new PatchKind[4];
    private int[] patchAt = new int[4];
    private int[] patchField = new int[4];
    int[] patchItem = new int[4];

    /** What was embedded and is no instruction, as ranges of the buffer, ascending; without distances. No item lies within a range. */
    int dataRanges;

    int[] dataFrom = new int[4];
    int[] dataTo = new int[4];
    private int[] dataItem = new int[4];

    private int alignment = 16;

    /** Forgets all code, so that the buffer serves again without new memory. Labels made before are none of the code that follows. */
    public void reset() {
        clear();
        resets++;
        labels = 0;
        labelNames = null;
        sites = 0;
        currentSite = 0;
        notes = 0;
        ownAddresses = 0;
        patches = 0;
        dataRanges = 0;
        alignment = 16;
        pool.clear();
    }

    @Override
    public int newLabel() {
        if (labels == labelAt.length) {
            labelAt = Arrays.copyOf(labelAt, labels * 2);
            labelItem = Arrays.copyOf(labelItem, labels * 2);
        }
        labelAt[labels] = UNBOUND;
        return labels++;
    }

    @Override
    public void nameLabel(int label, String name) {
        checkLabel(label);
        if (labelNames == null) labelNames = new String[Math.max(16, label + 1)];
        if (label >= labelNames.length) labelNames = Arrays.copyOf(labelNames, Math.max(labels, label * 2));
        labelNames[label] = name;
    }

    @Override
    public void bind(int label) {
        checkLabel(label);
        if (labelAt[label] != UNBOUND) throw boundTwice(label);
        labelAt[label] = position;
        labelItem[label] = items;
    }

    /** Makes as many labels as there are elsewhere. */
    final void reserveLabels(int count) {
        labels = count;
        labelAt = new int[Math.max(1, count)];
        labelItem = new int[Math.max(1, count)];
        Arrays.fill(labelAt, UNBOUND);
    }

    final void checkLabel(int label) {
        if (label < 0 || label >= labels)
            throw new AssemblerException(
                    "there is no label " + label + ": this code has " + labels + ", made by newLabel");
    }

    /** A label for messages: by its name where it has one. */
    final String describeLabel(int label) {
        String name = labelNames != null && label < labelNames.length ? labelNames[label] : null;
        return name == null ? "label " + label : "label " + name;
    }

    /** A jump or call to a label. Jumps by their near form are given the shortest that reaches; other forms are taken as they are. */
    final void encodeBranch(long t, int extra, int label) {
        boolean sized = isSized(extra) && !waits(Form.LONG | Form.BND);
        byte[] b = roomForJump(t);
        int opcode = Template.opcode(t);
        if (Template.immediate(t) == Template.IMMEDIATE_CB) {
            encodeOpcode(t, extra, 0);
            addFixup(position, label, 0, FROM_FIELD8);
            position++;
        } else if (sized && Template.map(t) == 0 && opcode == 0xE9) {
            if (extra != 0) position = prefixes(b, position, t, extra);
            addItem(3, label);
            b[position] = (byte) 0xEB;
            position += 2;
        } else if (sized && Template.map(t) == 1 && opcode >= 0x80 && opcode <= 0x8F) {
            if (extra != 0) position = prefixes(b, position, t, extra);
            addItem(4, label);
            b[position] = (byte) (opcode - 0x10);
            position += 2;
        } else {
            encodeOpcode(t, extra, 0);
            addFixup(position, label, 0, FROM_FIELD32);
            position += 4;
        }
    }

    /** Whether a jump with bits of {@link Form} is sized; nasm forgets BND with a short one. */
    static boolean isSized(int bits) {
        return (bits & (Form.LONG | Form.EXACT | Form.BND)) == 0;
    }

    /** Whether a jump by this form to a label is sized by the sink. */
    static boolean isRelaxed(long t) {
        int opcode = Template.opcode(t);
        return Template.space(t) == 0
                && Template.immediate(t) == Template.IMMEDIATE_CD
                && (Template.map(t) == 0 ? opcode == 0xE9 : Template.map(t) == 1 && opcode >= 0x80 && opcode <= 0x8F);
    }

    private void addItem(int what, int label) {
        int i = items;
        if (i == itemAt.length) {
            itemAt = Arrays.copyOf(itemAt, i * 2);
            itemWhat = Arrays.copyOf(itemWhat, i * 2);
            itemLabel = Arrays.copyOf(itemLabel, i * 2);
        }
        itemAt[i] = position;
        itemWhat[i] = what;
        itemLabel[i] = label;
        items = i + 1;
    }

    @Override
    public void align(int boundary) {
        checkBoundary(boundary);
        if (boundary == 1) return;
        alignment = Math.max(alignment, boundary);
        addItem(Relaxation.alignment(boundary, 0), -1);
    }

    static void checkBoundary(int boundary) {
        if (boundary < 1 || Integer.bitCount(boundary) != 1 || boundary > 1 << 16)
            throw new AssemblerException("code is aligned to a power of two up to 65536, not " + boundary);
    }

    @Override
    public void bytes(byte[] bytes, int from, int to) {
        checkRange(bytes, from, to);
        ensure(to - from);
        System.arraycopy(bytes, from, buffer, position, to - from);
        embed(to - from);
    }

    @Override
    public void data(byte[] bytes, int from, int to, int unit) {
        checkUnit(unit, to - from);
        bytes(bytes, from, to);
    }

    static void checkRange(byte[] bytes, int from, int to) {
        if (from < 0 || from > to || to > bytes.length)
            throw new AssemblerException(
                    "there are no bytes " + from + " to " + to + " in an array of " + bytes.length);
    }

    static void checkUnit(int unit, int length) {
        if (unit != 1 && unit != 2 && unit != 4 && unit != 8)
            throw new AssemblerException("data come in units of 1, 2, 4 or 8 bytes, not " + unit);
        if (length % unit != 0)
            throw new AssemblerException(length + " bytes of data are not made of units of " + unit + " bytes");
    }

    @Override
    public void reserve(long bytes) {
        checkReserved(bytes);
        int count = (int) Math.min(bytes, Integer.MAX_VALUE);
        ensure(count);
        Arrays.fill(buffer, position, position + count, (byte) 0);
        embed(count);
    }

    static void checkReserved(long bytes) {
        if (bytes < 0) throw new AssemblerException("a negative number of bytes, " + bytes + ", cannot be reserved");
    }

    /** Steps over data that have been written. */
    private void embed(int length) {
        if (length == 0) return;
        int i = dataRanges;
        if (i > 0 && dataTo[i - 1] == position && dataItem[i - 1] == items) i--;
        else {
            if (i == dataFrom.length) {
                dataFrom = Arrays.copyOf(dataFrom, i * 2);
                dataTo = Arrays.copyOf(dataTo, i * 2);
                dataItem = Arrays.copyOf(dataItem, i * 2);
            }
            dataFrom[i] = position;
            dataItem[i] = items;
            dataRanges = i + 1;
        }
        position += length;
        dataTo[i] = position;
    }

    @Override
    public void distance32(int label, int from, int addend) {
        checkLabel(label);
        checkLabel(from);
        ensure(4);
        addFixup(position, label, addend, from);
        position += 4;
    }

    @Override
    public int constant(int size, long low, long high) {
        checkConstant(size);
        long l = size == 4 ? low & 0xFFFF_FFFFL : low;
        long h = size < 16 ? 0 : high;
        int label = pool.find(size, l, h);
        if (label < 0) {
            label = newPoolLabel();
            pool.add(size, l, h, label);
        }
        return label;
    }

    @Override
    public int constantBytes(byte[] bytes, int boundary) {
        checkConstantBoundary(boundary);
        int label = pool.find(bytes, boundary);
        if (label < 0) {
            label = newPoolLabel();
            pool.add(bytes, boundary, label);
        }
        return label;
    }

    static void checkConstant(int size) {
        if (size < 4 || size > ConstantPool.WIDEST || Integer.bitCount(size) != 1)
            throw new AssemblerException("a constant has 4, 8, 16, 32 or 64 bytes, not " + size);
    }

    static void checkConstantBoundary(int boundary) {
        if (boundary < 1 || boundary > ConstantPool.WIDEST || Integer.bitCount(boundary) != 1)
            throw new AssemblerException("a constant is aligned to a power of two up to 64, not " + boundary);
    }

    @Override
    public int jumpTable(int... targets) {
        for (int target : targets) checkLabel(target);
        int label = newPoolLabel();
        pool.addTable(targets, label, position);
        return label;
    }

    private int newPoolLabel() {
        int label = newLabel();
        labelAt[label] = IN_POOL;
        return label;
    }

    @Override
    public void address64(int label, long addend) {
        checkLabel(label);
        if (ownAddresses == ownRelocation.length) {
            ownRelocation = Arrays.copyOf(ownRelocation, ownAddresses * 2);
            ownLabel = Arrays.copyOf(ownLabel, ownAddresses * 2);
        }
        ownRelocation[ownAddresses] = relocations;
        ownLabel[ownAddresses++] = label;
        field(RelocationKind.ABS64, Code.SELF, addend);
    }

    @Override
    public void field(RelocationKind kind, String symbol, long addend) {
        ensure(8);
        addRelocation(position, kind, symbol, addend);
        embed(kind.size());
    }

    @Override
    public int patchable(PatchKind kind, Operands o) {
        switch (kind) {
            case JUMP, CALL -> {
                if (o.count == 1 && o.kinds[0] == Operands.LABEL) return patchableBranch(kind, o.values[0]);
                if (o.count == 1 && o.kinds[0] == Operands.SYMBOL)
                    return patchableBranch(kind, o.relocation, o.symbol, o.addend);
            }
            case NOP -> {
                if (o.count == 0) return emptyPatch();
            }
            case IMMEDIATE32, IMMEDIATE64 -> {
                if (o.count == 2 && o.kinds[0] == Operands.REGISTER && o.kinds[1] == Operands.IMMEDIATE)
                    return patchableImmediate(kind, o.values[0], o.immediate0);
            }
        }
        throw new AssemblerException(kind.usage());
    }

    final int patchableBranch(PatchKind kind, int label) {
        checkLabel(label);
        int site = patchableBranch(kind);
        addFixup(position - 4, label, 0, FROM_FIELD32);
        return site;
    }

    final int patchableBranch(PatchKind kind, RelocationKind relocation, String symbol, long addend) {
        if (relocation != RelocationKind.PC32 && relocation != RelocationKind.PLT32)
            throw new AssemblerException(
                    "a jump or call to " + symbol + " has a relocation of kind PC32 or PLT32, not " + relocation);
        int site = patchableBranch(kind);
        addRelocation(position - 4, relocation, symbol, addend - 4);
        return site;
    }

    private int patchableBranch(PatchKind kind) {
        int site = addPatch(kind, 4, PatchSite.BRANCH_LENGTH - 4);
        buffer[position] = PatchSite.PREFIX;
        buffer[position + 1] = (byte) (kind == PatchKind.CALL ? 0xE8 : 0xE9);
        position += PatchSite.BRANCH_LENGTH;
        return site;
    }

    private int emptyPatch() {
        // Ends with an aligned quadword, so that the distance it may hold is aligned too.
        int site = addPatch(PatchKind.NOP, 8, PatchSite.BRANCH_LENGTH);
        patchField[site] = position + PatchSite.BRANCH_LENGTH - 4;
        Nops.fill(buffer, position, position + PatchSite.BRANCH_LENGTH);
        position += PatchSite.BRANCH_LENGTH;
        return site;
    }

    final int patchableImmediate(PatchKind kind, int register, long value) {
        if (register < 0 || register >= 16)
            throw new AssemblerException("a patchable immediate is moved to RAX to R15 or EAX to R15D, not to "
                    + RegisterNames.name(register, 64));
        boolean wide = kind == PatchKind.IMMEDIATE64;
        if (!wide && value != (int) value && value >>> 32 != 0)
            throw new AssemblerException("the immediate " + value + " does not fit 32 bits");
        int low = register & 7;
        int site;
        if (wide) {
            site = addPatch(kind, 8, 2);
            buffer[position++] = (byte) (0x48 | register >> 3);
            buffer[position++] = (byte) (0xB8 + low);
        } else {
            // Not B8+r, which is shorter than a load from a cell.
            site = addPatch(kind, 4, register < 8 ? 2 : 3);
            if (register >= 8) buffer[position++] = 0x41;
            buffer[position++] = (byte) 0xC7;
            buffer[position++] = (byte) (0xC0 | low);
        }
        put32(buffer, position, (int) value);
        position += 4;
        if (wide) {
            put32(buffer, position, (int) (value >> 32));
            position += 4;
        }
        return site;
    }

    /** Begins a patch site here, so padded that what lies {@code ahead} bytes on is aligned. */
    private int addPatch(PatchKind kind, int boundary, int ahead) {
        checkNothingPending();
        ensure(16);
        addItem(Relaxation.alignment(boundary, ahead), -1);
        if (patches == patchAt.length) {
            patchKinds = Arrays.copyOf(patchKinds, patches * 2);
            patchAt = Arrays.copyOf(patchAt, patches * 2);
            patchField = Arrays.copyOf(patchField, patches * 2);
            patchItem = Arrays.copyOf(patchItem, patches * 2);
        }
        patchKinds[patches] = kind;
        patchAt[patches] = position;
        patchField[patches] = position + ahead;
        patchItem[patches] = items;
        return patches++;
    }

    @Override
    public void position(int sourcePosition) {
        if (sourcePosition == currentSite) return;
        currentSite = sourcePosition;
        if (sites > 0 && siteAt[sites - 1] == position && siteItem[sites - 1] == items) {
            sitePositions[sites - 1] = sourcePosition;
            return;
        }
        if (sites == siteAt.length) {
            siteAt = Arrays.copyOf(siteAt, sites * 2);
            siteItem = Arrays.copyOf(siteItem, sites * 2);
            sitePositions = Arrays.copyOf(sitePositions, sites * 2);
        }
        siteAt[sites] = position;
        siteItem[sites] = items;
        sitePositions[sites++] = sourcePosition;
    }

    /**
     * Sizes the jumps, places the pool, fills in distances.
     *
     * @throws AssemblerException when a label in use is not bound, or a jump that has only a short form does not reach
     */
    public Code finish() {
        checkNothingPending();
        int[] targetAt = new int[items];
        int[] targetItem = new int[items];
        for (int i = 0; i < items; i++) {
            if (itemWhat[i] < 0) continue;
            int label = itemLabel[i];
            if (labelAt[label] < 0) throw unbound(label);
            targetAt[i] = labelAt[label];
            targetItem[i] = labelItem[label];
        }
        Relaxation relaxation = new Relaxation(items, itemAt, itemWhat, targetAt, targetItem);
        int[] shift;
        int codeEnd;
        try {
            shift = relaxation.run();
            codeEnd = Math.addExact(position, shift[items]);
        } catch (ArithmeticException e) {
            throw new AssemblerException("the code with its padding is larger than 2 GiB");
        }
        int[] offsets = new int[labels];
        for (int i = 0; i < labels; i++) offsets[i] = labelAt[i] < 0 ? UNBOUND : labelAt[i] + shift[labelItem[i]];
        int[] order = pool.order();
        int end = codeEnd;
        int codeAlignment = alignment;
        if (order.length > 0) {
            codeAlignment = Math.max(alignment, pool.alignment());
            end = (codeEnd + pool.alignment() - 1) & -pool.alignment();
            for (int i : order) {
                end = end + pool.alignment(i) - 1 & -pool.alignment(i);
                offsets[pool.label(i)] = end;
                end = Math.addExact(end, pool.length(i));
            }
        }
        byte[] bytes = new byte[end];
        copy(bytes, shift, relaxation);
        Arrays.fill(bytes, codeEnd, order.length == 0 ? end : offsets[pool.label(order[0])], GAP);
        for (int i : order) {
            if (pool.table(i) == null) pool.write(i, bytes, offsets[pool.label(i)]);
            else fillTable(bytes, offsets[pool.label(i)], pool.table(i), offsets);
        }

        BitSet shortJumps = new BitSet();
        int[] paddings = fillItems(bytes, shift, offsets, relaxation, shortJumps);
        fillFixups(bytes, shift, offsets);

        return new Code(
                bytes,
                codeEnd,
                codeAlignment,
                finishRelocations(shift, offsets),
                finishPositions(shift),
                new Code.Labels(offsets, labelNames == null ? null : labelNames.clone()),
                new Code.Choices(shortJumps, paddings),
                finishPatchSites(shift),
                finishData(shift),
                finishNotes(shift));
    }

    private Code.Notes finishNotes(int[] shift) {
        if (notes == 0) return Code.Notes.NONE;
        int[] at = new int[notes];
        for (int i = 0; i < notes; i++) at[i] = noteAt[i] + shift[noteItem[i]];
        return new Code.Notes(at, Arrays.copyOf(noteTexts, notes));
    }

    private Code.Relocations finishRelocations(int[] shift, int[] offsets) {
        int[] at = new int[relocations];
        for (int i = 0; i < relocations; i++) at[i] = relocationAt[i] + shift[relocationItem[i]];
        long[] addends = Arrays.copyOf(relocationAddends, relocations);
        for (int i = 0; i < ownAddresses; i++) {
            int label = ownLabel[i];
            if (offsets[label] == UNBOUND) throw unbound(label);
            addends[ownRelocation[i]] += offsets[label];
        }
        return new Code.Relocations(
                at,
                Arrays.copyOf(relocationKinds, relocations),
                Arrays.copyOf(relocationSymbols, relocations),
                addends);
    }

    /** Keeps what {@link #comment} says from here on, for {@link Listing}; without this it is dropped and costs nothing. */
    public final void keepNotes() {
        if (noteTexts != null) return;
        noteTexts = new String[16];
        noteAt = new int[16];
        noteItem = new int[16];
    }

    @Override
    public final void comment(String text) {
        if (noteTexts == null) return;
        if (notes == noteAt.length) {
            noteTexts = Arrays.copyOf(noteTexts, notes * 2);
            noteAt = Arrays.copyOf(noteAt, notes * 2);
            noteItem = Arrays.copyOf(noteItem, notes * 2);
        }
        noteTexts[notes] = text;
        noteAt[notes] = position;
        noteItem[notes++] = items;
    }

    @Override
    public final boolean wantsComments() {
        return noteTexts != null;
    }

    private Code.Positions finishPositions(int[] shift) {
        int[] at = new int[sites];
        for (int i = 0; i < sites; i++) at[i] = siteAt[i] + shift[siteItem[i]];
        return new Code.Positions(at, Arrays.copyOf(sitePositions, sites));
    }

    private List<PatchSite> finishPatchSites(int[] shift) {
        PatchSite[] result = new PatchSite[patches];
        for (int i = 0; i < patches; i++) {
            int moved = shift[patchItem[i]];
            result[i] = new PatchSite(patchKinds[i], patchAt[i] + moved, patchField[i] + moved);
        }
        return List.of(result);
    }

    /** The ranges of data, with the distances among them. */
    private Code.DataRanges finishData(int[] shift) {
        int distances = 0;
        for (int i = 0; i < fixups; i++) if (fixupFrom[i] >= 0) distances++;
        int[] starts = new int[dataRanges + distances];
        int[] ends = new int[dataRanges + distances];
        int range = 0;
        int fixup = 0;
        for (int i = 0; i < starts.length; i++) {
            while (fixup < fixups && fixupFrom[fixup] < 0) fixup++;
            if (fixup == fixups || range < dataRanges && dataFrom[range] < fixupAt[fixup]) {
                starts[i] = dataFrom[range] + shift[dataItem[range]];
                ends[i] = dataTo[range] + shift[dataItem[range]];
                range++;
            } else {
                starts[i] = fixupAt[fixup] + shift[fixupItem[fixup]];
                ends[i] = starts[i] + 4;
                fixup++;
            }
        }
        return new Code.DataRanges(starts, ends);
    }

    private AssemblerException boundTwice(int label) {
        String text = describeLabel(label) + " is bound twice: ";
        if (labelAt[label] == IN_POOL)
            return new AssemblerException(
                    text + "it is the label of a constant or jump table, which stands in the pool behind"
                            + " the code; and here, " + Places.ofLabel(this, label, position));
        return new AssemblerException(text + Places.ofLabel(this, label, labelAt[label]) + "; and here, "
                + Places.ofLabel(this, label, position));
    }

    /** Says where a label without a place is used first. */
    private AssemblerException unbound(int label) {
        if (labelAt[label] == IN_POOL)
            return new AssemblerException(
                    describeLabel(label) + " is no target of a jump: it is the label of a constant or"
                            + " jump table, which stands in the pool behind the code");
        int at = Integer.MAX_VALUE;
        for (int i = items - 1; i >= 0; i--) if (itemWhat[i] >= 0 && itemLabel[i] == label) at = itemAt[i];
        for (int i = fixups - 1; i >= 0; i--)
            if (fixupLabel[i] == label || fixupFrom[i] == label) at = Math.min(at, fixupAt[i]);
        for (int i = 0; i < ownAddresses; i++)
            if (ownLabel[i] == label) at = Math.min(at, relocationAt[ownRelocation[i]]);
        int table = Integer.MAX_VALUE;
        for (int i = pool.count() - 1; i >= 0; i--) {
            int[] targets = pool.table(i);
            for (int j = 0; targets != null && j < targets.length; j++) if (targets[j] == label) table = pool.madeAt(i);
        }
        String user = table < at
                ? "a jump table that was made " + Places.ofLabel(this, label, table)
                : Places.ofField(this, at);
        return new AssemblerException(describeLabel(label) + " is used and never bound; the first use is " + user);
    }

    /** Copies what lies between the items to its final place. */
    private void copy(byte[] bytes, int[] shift, Relaxation relaxation) {
        int from = 0;
        for (int i = 0; i < items; i++) {
            int growth = shift[i + 1] - shift[i];
            if (growth == 0) continue;
            // A jump that grew is written anew, so its two bytes are left out.
            int to = itemAt[i];
            System.arraycopy(buffer, from, bytes, from + shift[i], to - from);
            from = relaxation.isNear(i) ? to + 2 : to;
            if (from != to) bytes[to + shift[i]] = buffer[to];
        }
        System.arraycopy(buffer, from, bytes, from + shift[items], position - from);
    }

    /** Writes jumps and padding; gives the length of each padding. */
    private int[] fillItems(byte[] bytes, int[] shift, int[] offsets, Relaxation relaxation, BitSet shortJumps) {
        int[] paddings = new int[items];
        int alignments = 0;
        int jumps = 0;
        for (int i = 0; i < items; i++) {
            int at = itemAt[i] + shift[i];
            if (itemWhat[i] < 0) {
                paddings[alignments++] = shift[i + 1] - shift[i];
                Nops.fill(bytes, at, itemAt[i] + shift[i + 1]);
                continue;
            }
            int target = offsets[itemLabel[i]];
            if (!relaxation.isNear(i)) {
                bytes[at + 1] = (byte) (target - (at + 2));
                shortJumps.set(jumps++);
                continue;
            }
            jumps++;
            if (itemWhat[i] == 3) {
                bytes[at] = (byte) 0xE9;
                put32(bytes, at + 1, target - (at + 5));
            } else {
                bytes[at + 1] = (byte) (bytes[at] + 0x10);
                bytes[at] = 0x0F;
                put32(bytes, at + 2, target - (at + 6));
            }
        }
        return Arrays.copyOf(paddings, alignments);
    }

    private void fillTable(byte[] bytes, int at, int[] targets, int[] offsets) {
        for (int i = 0; i < targets.length; i++) {
            int target = offsets[targets[i]];
            if (target == UNBOUND) throw unbound(targets[i]);
            put32(bytes, at + 4 * i, target - at);
        }
    }

    private void fillFixups(byte[] bytes, int[] shift, int[] offsets) {
        for (int i = 0; i < fixups; i++) {
            int at = fixupAt[i] + shift[fixupItem[i]];
            int label = fixupLabel[i];
            if (offsets[label] == UNBOUND) throw unbound(label);
            int from = fixupFrom[i];
            if (from == FROM_FIELD32) put32(bytes, at, offsets[label] - (at + 4) + fixupAddend[i]);
            else if (from == FROM_FIELD8) {
                int distance = offsets[label] - (at + 1);
                if (distance != (byte) distance)
                    throw new AssemblerException(
                            Places.ofField(this, fixupAt[i]) + " has only a short form and does not reach "
                                    + describeLabel(label) + ", " + distance + " bytes away");
                bytes[at] = (byte) distance;
            } else {
                if (offsets[from] == UNBOUND) throw unbound(from);
                put32(bytes, at, offsets[label] - offsets[from] + fixupAddend[i]);
            }
        }
    }
}
