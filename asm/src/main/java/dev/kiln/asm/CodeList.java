package dev.kiln.asm;

import dev.kiln.asm.internal.ConstantPool;
import java.util.Arrays;

/**
 * Code as a list of nodes that can be walked, edited and emitted: instructions, labels, alignments, data, comments. It is a sink, so whatever
 * emits instructions can record into it; {@link #of} makes it of what an {@link Assembler}'s typed methods wrote; {@link #emitTo} hands all of
 * it to another sink, which makes bytes or text.
 *
 * <p>A node is a small int, valid until it is {@linkplain #remove removed} and never given to another node. Nodes are kept in arrays of
 * ints: recording an instruction makes no object. What is recorded is put behind the {@linkplain #cursor cursor}, which usually stands at the end.
 *
 * <pre>{@code
 * for (int node = list.first(); node != CodeList.NONE; node = list.next(node))
 *     if (list.isInstruction(node) && list.mnemonic(node).equals("nop")) list.remove(node);
 * }</pre>
 *
 * <p>Operands are checked when they are recorded, as {@link CodeBuffer#emit} checks them. Not for use by several threads at a time.
 */
public final class CodeList implements InstructionSink {
    /** No node: before the first, behind the last. */
    public static final int NONE = -1;

    /** What a node is. */
    public enum Kind {
        /** An instruction: {@link #form} and {@link #operands}. */
        INSTRUCTION,
        /** Binds {@link #label}. */
        LABEL,
        /** Padding to a multiple of {@link #number}: NOPs in code, zeros in data. */
        ALIGN,
        /** {@link #data}, made of units of {@link #unit} bytes. */
        DATA,
        /** A 32-bit field: the distance of {@link #label} from {@link #from}, plus {@link #number}. */
        DISTANCE,
        /** A 64-bit field: the address of {@link #label}, plus {@link #number}. */
        ADDRESS,
        /** A field that depends on {@link #symbol} as {@link #relocation} says, with {@link #number} as addend. */
        FIELD,
        /** {@link #number} bytes without contents; zeros where contents there must be. */
        RESERVE,
        /** An instruction that can be changed while it runs: {@link #patchKind} and {@link #operands}. */
        PATCHABLE,
        /** A comment, {@link #text}. */
        COMMENT,
        /** A blank line. */
        BLANK
    }

    /** NOPs of several bytes in code, zeros in data. */
    static final int DEFAULT_FILLER = -1;

    private static final Kind[] KINDS = Kind.values();
    private static final RelocationKind[] RELOCATIONS = RelocationKind.values();
    private static final PatchKind[] PATCHES = PatchKind.values();
    private static final int REMOVED = Integer.MIN_VALUE;

    /** Beyond this the places of bytes do not fit; then instructions are encoded again. */
    private static final int MOST_ENCODED = 1 << 27;

    private int nodes;
    private int size;
    private int first = NONE;
    private int last = NONE;
    private int cursor = NONE;
    private int[] next;
    private int[] previous;
    /** For an instruction its form with prefix bits, for others the kind's ordinal, negated. */
    private int[] what;
    /** For an instruction the place of its operands, for a label the label, for others an entry of the tables below. */
    private int[] where;

    private int[] positions;
    private int position;

    private final OperandStore store;

    /** Encodes what is recorded, for the checks, and keeps the bytes. */
    private final CodeBuffer encoder = new CodeBuffer();

    /** For an instruction that depends on no label and no symbol the place of its bytes and, in the lowest 4 bits, their number; else 0. */
    private int[] encoded;

    private int encodedEnd;

    private int patches;

    private int labels;
    private int[] labelNodes = new int[16];
    private String[] labelNames = new String[16];
    private final ConstantPool pool = new ConstantPool();

    /** For nodes that are neither instructions nor labels. */
    private int entries;

    private long[] numbers = new long[4];
    private int[] firsts = new int[4];
    private int[] seconds = new int[4];
    private Object[] objects = new Object[4];

    /** Begins with no nodes. */
    public CodeList() {
        this(32);
    }

    /** With room for a number of nodes. */
    private CodeList(int room) {
        next = new int[room];
        previous = new int[room];
        what = new int[room];
        where = new int[room];
        positions = new int[room];
        encoded = new int[room];
        store = new OperandStore(4 * room);
    }

    /**
     * What an assembler has written so far, as nodes. The assembler may go on afterwards; the list does not follow. Costs one decoding
     * of the code; the typed methods themselves cost no more than without.
     */
    public static CodeList of(CodeBuffer code) {
        // Instructions have 4 bytes on average, seldom fewer than 3; should there be more of them, the room grows.
        CodeList list = new CodeList(32 + code.position / 3 + code.labels);
        list.encoder.ensure(code.position);
        new Recorder(code, list).run();
        return list;
    }

    /** Forgets everything, so that the list serves again without new memory. */
    public void clear() {
        Arrays.fill(objects, 0, entries, null);
        Arrays.fill(labelNames, 0, labels, null);
        nodes = 0;
        size = 0;
        first = NONE;
        last = NONE;
        cursor = NONE;
        position = 0;
        labels = 0;
        patches = 0;
        entries = 0;
        store.clear();
        pool.clear();
        encodedEnd = 0;
    }

    // Walking

    /** The number of nodes. */
    public int size() {
        return size;
    }

    /** The first node, or {@link #NONE}. */
    public int first() {
        return first;
    }

    /** The last node, or {@link #NONE}. */
    public int last() {
        return last;
    }

    /** The node behind a node, or {@link #NONE}. */
    public int next(int node) {
        checkNode(node);
        return next[node];
    }

    /** The node before a node, or {@link #NONE}. */
    public int previous(int node) {
        checkNode(node);
        return previous[node];
    }

    /** Whether a node is in the list: it was made by it and not removed since. */
    public boolean contains(int node) {
        return node >= 0 && node < nodes && what[node] != REMOVED;
    }

    private void checkNode(int node) {
        if (!contains(node))
            throw new AssemblerException(
                    node >= 0 && node < nodes ? "node " + node + " has been removed" : "there is no node " + node);
    }

    /** What a node is. */
    public Kind kind(int node) {
        checkNode(node);
        return what[node] > 0 ? Kind.INSTRUCTION : KINDS[-what[node]];
    }

    private void check(int node, Kind kind) {
        if (kind(node) != kind)
            throw new AssemblerException("node " + node + " is of kind " + kind(node) + ", not " + kind);
    }

    /** Whether a node is an instruction. */
    public boolean isInstruction(int node) {
        checkNode(node);
        return what[node] > 0;
    }

    /** The form of an instruction, a constant of {@link Form}, without prefix bits. */
    public int form(int node) {
        return prefixedForm(node) & Form.NUMBER;
    }

    /** The form of an instruction with the prefix bits of {@link Form}, as it was recorded. */
    public int prefixedForm(int node) {
        check(node, Kind.INSTRUCTION);
        return what[node];
    }

    /** The mnemonic of an instruction. */
    public String mnemonic(int node) {
        return Forms.mnemonic(form(node));
    }

    /**
     * Fills a buffer with the operands of an instruction or a {@link Kind#PATCHABLE}, and gives it back. Changing the buffer does not change
     * the node: see {@link #replace}.
     */
    public Operands operands(int node, Operands operands) {
        if (kind(node) == Kind.PATCHABLE) store.get(seconds[where[node]], operands, null);
        else {
            check(node, Kind.INSTRUCTION);
            store.get(where[node], operands, null);
        }
        return operands;
    }

    /** The label that a {@link Kind#LABEL} binds, or whose place a {@link Kind#DISTANCE} or {@link Kind#ADDRESS} tells. */
    public int label(int node) {
        Kind kind = kind(node);
        if (kind == Kind.DISTANCE || kind == Kind.ADDRESS) return firsts[where[node]];
        check(node, Kind.LABEL);
        return where[node];
    }

    /** What can be changed at a {@link Kind#PATCHABLE}. */
    public PatchKind patchKind(int node) {
        check(node, Kind.PATCHABLE);
        return PATCHES[firsts[where[node]]];
    }

    /** The label from which a {@link Kind#DISTANCE} counts. */
    public int from(int node) {
        check(node, Kind.DISTANCE);
        return seconds[where[node]];
    }

    /** The boundary of an alignment, the addend of a distance or an address, the bytes reserved. */
    public long number(int node) {
        return switch (kind(node)) {
            case ALIGN, DISTANCE, ADDRESS, FIELD, RESERVE -> numbers[where[node]];
            case INSTRUCTION, LABEL, DATA, PATCHABLE, COMMENT, BLANK ->
                throw new AssemblerException("a node of kind " + kind(node) + " has no number");
        };
    }

    /** The bytes of a {@link Kind#DATA}; the node's own, not to be changed. */
    public byte[] data(int node) {
        check(node, Kind.DATA);
        return (byte[]) objects[where[node]];
    }

    /** The width in bytes that a {@link Kind#DATA} has in text: 1, 2, 4 or 8. */
    public int unit(int node) {
        check(node, Kind.DATA);
        return firsts[where[node]];
    }

    /** The symbol of a {@link Kind#FIELD}. */
    public String symbol(int node) {
        check(node, Kind.FIELD);
        return (String) objects[where[node]];
    }

    /** How a {@link Kind#FIELD} depends on its symbol. */
    public RelocationKind relocation(int node) {
        check(node, Kind.FIELD);
        return RELOCATIONS[firsts[where[node]]];
    }

    /** The text of a {@link Kind#COMMENT}. */
    public String text(int node) {
        check(node, Kind.COMMENT);
        return (String) objects[where[node]];
    }

    /** The source position of a node; 0 when none was given. */
    public int positionOf(int node) {
        checkNode(node);
        return positions[node];
    }

    /** The number of labels made; they are numbered from 0. */
    public int labelCount() {
        return labels;
    }

    /** The node that binds a label, or {@link #NONE}. */
    public int labelNode(int label) {
        checkLabel(label);
        return labelNodes[label];
    }

    /** The name that a label was given, or {@code null}. */
    public String labelName(int label) {
        checkLabel(label);
        return labelNames[label];
    }

    /** Whether there is something that is placed behind the code. */
    boolean hasConstants() {
        return pool.count() > 0;
    }

    private void checkLabel(int label) {
        if (label < 0 || label >= labels)
            throw new AssemblerException(
                    "there is no label " + label + ": this list has " + labels + ", made by newLabel");
    }

    /**
     * A node in a line, for messages and logs. Not to be assembled: what jumps and alignments come to is not known yet; see {@link
     * NasmSink} for that.
     */
    public String describe(int node) {
        StringBuilder out = new StringBuilder();
        switch (kind(node)) {
            case INSTRUCTION -> {
                int form = form(node);
                if ((what[node] & Form.LOCK) != 0) out.append("lock ");
                if ((what[node] & Form.REP) != 0) out.append("rep ");
                if ((what[node] & Form.REPNE) != 0) out.append("repne ");
                out.append(Forms.mnemonic(form)).append(' ');
                new NasmOperands(out, this::nameOf).append(form, operands(node, new Operands()));
            }
            case LABEL -> out.append(nameOf(label(node))).append(':');
            case ALIGN -> out.append("align ").append(number(node));
            case DATA -> out.append(data(node).length).append(" bytes");
            case DISTANCE ->
                out.append("distance of ")
                        .append(nameOf(label(node)))
                        .append(" from ")
                        .append(nameOf(from(node)));
            case ADDRESS -> out.append("address of ").append(nameOf(label(node)));
            case FIELD -> out.append(relocation(node)).append(' ').append(symbol(node));
            case RESERVE -> out.append("reserve ").append(number(node));
            case PATCHABLE -> out.append("patchable ").append(patchKind(node));
            case COMMENT -> out.append("; ").append(text(node));
            case BLANK -> {}
        }
        return out.toString().strip();
    }

    private String nameOf(int label) {
        return labelNames[label] == null ? ".L" + label : labelNames[label];
    }

    /** All nodes, {@linkplain #describe described}, a line each. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        for (int node = first; node != NONE; node = next[node])
            out.append(describe(node)).append('\n');
        return out.toString();
    }

    // Editing

    /** The node behind which nodes are put; {@link #NONE} when that is before the first. */
    public int cursor() {
        return cursor;
    }

    /** Says behind which node nodes are put from now on, {@link #NONE} for before the first; gives the former one. */
    public int cursor(int node) {
        if (node != NONE) checkNode(node);
        int former = cursor;
        cursor = node;
        return former;
    }

    /** Takes a node out of the list. Its label is unbound then; a cursor there steps back. */
    public void remove(int node) {
        checkNode(node);
        if (what[node] == -Kind.LABEL.ordinal()) labelNodes[where[node]] = NONE;
        if (cursor == node) cursor = previous[node];
        unlink(node);
        what[node] = REMOVED;
        size--;
    }

    /** Puts another instruction in a node's place; its source position stays. */
    public void replace(int node, int form, Operands operands) {
        check(node, Kind.INSTRUCTION);
        encoded[node] = check(form, operands);
        what[node] = form;
        where[node] = store.add(operands);
    }

    /** Moves a node behind another, or with {@link #NONE} to the front. */
    public void move(int node, int behind) {
        checkNode(node);
        if (behind == node) return;
        if (behind != NONE) checkNode(behind);
        if (cursor == node) cursor = previous[node];
        unlink(node);
        link(node, behind);
    }

    /** Says which source position a node has. */
    public void position(int node, int sourcePosition) {
        checkNode(node);
        positions[node] = sourcePosition;
    }

    private void unlink(int node) {
        int before = previous[node];
        int behind = next[node];
        if (before == NONE) first = behind;
        else next[before] = behind;
        if (behind == NONE) last = before;
        else previous[behind] = before;
    }

    private void link(int node, int before) {
        int behind = before == NONE ? first : next[before];
        previous[node] = before;
        next[node] = behind;
        if (before == NONE) first = node;
        else next[before] = node;
        if (behind == NONE) last = node;
        else previous[behind] = node;
    }

    /** Appends copies of all nodes of another list behind the cursor; its labels become new ones. Gives the new number of each of them. */
    public int[] append(CodeList other) {
        if (other == this) throw new AssemblerException("a list cannot be appended to itself");
        int former = position;
        int[] map = other.emit(this);
        position = former;
        return map;
    }

    // Recording

    private int add(int what, int where) {
        int node = nodes;
        if (node == next.length) grow();
        this.what[node] = what;
        this.where[node] = where;
        positions[node] = position;
        nodes = node + 1;
        size++;
        link(node, cursor);
        cursor = node;
        return node;
    }

    private void grow() {
        int length = nodes * 2;
        next = Arrays.copyOf(next, length);
        previous = Arrays.copyOf(previous, length);
        what = Arrays.copyOf(what, length);
        where = Arrays.copyOf(where, length);
        positions = Arrays.copyOf(positions, length);
        encoded = Arrays.copyOf(encoded, length);
    }

    private void add(Kind kind, long number, int one, int other, Object object) {
        if (entries == numbers.length) {
            numbers = Arrays.copyOf(numbers, entries * 2);
            firsts = Arrays.copyOf(firsts, entries * 2);
            seconds = Arrays.copyOf(seconds, entries * 2);
            objects = Arrays.copyOf(objects, entries * 2);
        }
        numbers[entries] = number;
        firsts[entries] = one;
        seconds[entries] = other;
        objects[entries] = object;
        add(-kind.ordinal(), entries++);
    }

    @Override
    public int newLabel() {
        if (labels == labelNodes.length) {
            labelNodes = Arrays.copyOf(labelNodes, labels * 2);
            labelNames = Arrays.copyOf(labelNames, labels * 2);
        }
        labelNodes[labels] = NONE;
        return labels++;
    }

    @Override
    public void nameLabel(int label, String name) {
        checkLabel(label);
        labelNames[label] = name;
    }

    @Override
    public void bind(int label) {
        checkLabel(label);
        if (labelNodes[label] != NONE)
            throw new AssemblerException("label " + (labelNames[label] == null ? label : labelNames[label])
                    + " is bound twice: by node " + labelNodes[label] + "; and here, behind node " + cursor);
        labelNodes[label] = add(-Kind.LABEL.ordinal(), label);
    }

    @Override
    public void emit(int form, Operands operands) {
        int bytes = check(form, operands);
        int node = add(form, store.add(operands));
        encoded[node] = bytes;
    }

    /** Complains about an instruction that cannot be encoded; gives its entry of {@link #encoded}. */
    private int check(int form, Operands operands) {
        int end = encoder.check(form, operands, labels, encodedEnd);
        return end < 0 ? 0 : encodedTo(end);
    }

    private int encodedTo(int end) {
        if (end >= MOST_ENCODED) return 0;
        int entry = encodedEnd << 4 | end - encodedEnd;
        encodedEnd = end;
        return entry;
    }

    /** Records an instruction that has been encoded already and depends on no label and no symbol. */
    void add(int form, Operands operands, byte[] code, int at, int length) {
        encoder.position = encodedEnd;
        encoder.copy(code, at, length);
        int bytes = encodedTo(encoder.position);
        int node = add(form, store.add(operands));
        encoded[node] = bytes;
    }

    @Override
    public void align(int boundary) {
        CodeBuffer.checkBoundary(boundary);
        if (boundary > 1) add(Kind.ALIGN, boundary, DEFAULT_FILLER, 0, null);
    }

    /** As {@link #align(int)}, with a byte that texts fill with; where bytes are made, the sink chooses. */
    void align(int boundary, int filler) {
        CodeBuffer.checkBoundary(boundary);
        if (boundary > 1) add(Kind.ALIGN, boundary, filler, 0, null);
    }

    /** The byte that a text fills an alignment with, or {@link #DEFAULT_FILLER}. */
    int filler(int node) {
        check(node, Kind.ALIGN);
        return firsts[where[node]];
    }

    @Override
    public void bytes(byte[] bytes, int from, int to) {
        data(bytes, from, to, 1);
    }

    @Override
    public void data(byte[] bytes, int from, int to, int unit) {
        CodeBuffer.checkRange(bytes, from, to);
        CodeBuffer.checkUnit(unit, to - from);
        if (to > from) add(Kind.DATA, 0, unit, 0, Arrays.copyOfRange(bytes, from, to));
    }

    @Override
    public void distance32(int label, int from, int addend) {
        checkLabel(label);
        checkLabel(from);
        add(Kind.DISTANCE, addend, label, from, null);
    }

    @Override
    public void address64(int label, long addend) {
        checkLabel(label);
        add(Kind.ADDRESS, addend, label, 0, null);
    }

    @Override
    public void field(RelocationKind kind, String symbol, long addend) {
        add(Kind.FIELD, addend, kind.ordinal(), 0, symbol);
    }

    /** {@inheritDoc} Sites are numbered in the order in which the nodes are emitted, which is the order of recording as long as none is moved or removed. */
    @Override
    public int patchable(PatchKind kind, Operands operands) {
        encoder.checkPatchable(kind, operands, labels, encodedEnd);
        add(Kind.PATCHABLE, 0, kind.ordinal(), store.add(operands), null);
        return patches++;
    }

    @Override
    public void reserve(long bytes) {
        CodeBuffer.checkReserved(bytes);
        if (bytes > 0) add(Kind.RESERVE, bytes, 0, 0, null);
    }

    @Override
    public int constant(int size, long low, long high) {
        CodeBuffer.checkConstant(size);
        long l = size == 4 ? low & 0xFFFF_FFFFL : low;
        long h = size < 16 ? 0 : high;
        int label = pool.find(size, l, h);
        if (label < 0) {
            label = newLabel();
            pool.add(size, l, h, label);
        }
        return label;
    }

    @Override
    public int constantBytes(byte[] bytes, int boundary) {
        CodeBuffer.checkConstantBoundary(boundary);
        int label = pool.find(bytes, boundary);
        if (label < 0) {
            label = newLabel();
            pool.add(bytes, boundary, label);
        }
        return label;
    }

    @Override
    public int jumpTable(int... targets) {
        for (int target : targets) checkLabel(target);
        int label = newLabel();
        pool.addTable(targets, label, 0);
        return label;
    }

    /** Makes the labels and constants that other code has, under the same numbers; for a list that has none yet. */
    void takeLabels(int count, String[] names, ConstantPool constants) {
        for (int label = 0; label < count; label++) {
            newLabel();
            if (names != null && label < names.length) labelNames[label] = names[label];
        }
        for (int i = 0; i < constants.count(); i++) {
            if (constants.string(i) != null) pool.add(constants.string(i), constants.alignment(i), constants.label(i));
            else if (constants.table(i) != null) pool.addTable(constants.table(i), constants.label(i), 0);
            else pool.add(constants.size(i), constants.low(i), constants.high(i), constants.label(i));
        }
    }

    @Override
    public void position(int sourcePosition) {
        position = sourcePosition;
    }

    @Override
    public void comment(String text) {
        add(Kind.COMMENT, 0, 0, 0, text);
    }

    @Override
    public void blankLine() {
        add(Kind.BLANK, 0, 0, 0, null);
    }

    @Override
    public boolean wantsComments() {
        return true;
    }

    // Emitting

    /**
     * Hands all nodes to another sink, in order. Labels are made there anew, and numbered as here when the sink has none yet.
     *
     * @return the sink's number of each label
     * @throws AssemblerException when the sink refuses something
     */
    public int[] emitTo(InstructionSink sink) {
        if (sink == this) throw new AssemblerException("a list cannot be emitted to itself");
        return emit(sink);
    }

    private int[] emit(InstructionSink sink) {
        int[] map = labelsIn(sink);
        int[] renumbered = isIdentity(map) ? null : map;
        Operands operands = new Operands();
        boolean comments = sink.wantsComments();
        // Where a target is to be asked, instructions go the long way.
        CodeBuffer buffer = sink instanceof CodeBuffer b && !b.isRestricted() ? b : null;
        int current = 0;
        for (int node = first; node != NONE; node = next[node]) {
            if (positions[node] != current) {
                current = positions[node];
                sink.position(current);
            }
            int form = what[node];
            if (form > 0 && buffer != null && encoded[node] != 0)
                buffer.copy(encoder.buffer, encoded[node] >>> 4, encoded[node] & 15);
            else if (form > 0) {
                store.get(where[node], operands, renumbered);
                sink.emit(form, operands);
            } else if (comments || form != -Kind.COMMENT.ordinal()) emit(node, sink, map);
        }
        return map;
    }

    /** Hands a node that is no instruction to a sink. */
    void emit(int node, InstructionSink sink, int[] map) {
        int entry = where[node];
        switch (KINDS[-what[node]]) {
            case INSTRUCTION -> throw new IllegalStateException();
            case LABEL -> sink.bind(map[entry]);
            case ALIGN -> {
                int filler = firsts[entry];
                if (filler != DEFAULT_FILLER && sink instanceof NasmSink text) text.align((int) numbers[entry], filler);
                else if (sink instanceof CodeList list) list.align((int) numbers[entry], filler);
                else sink.align((int) numbers[entry]);
            }
            case DATA -> {
                byte[] bytes = (byte[]) objects[entry];
                sink.data(bytes, 0, bytes.length, firsts[entry]);
            }
            case DISTANCE -> sink.distance32(map[firsts[entry]], map[seconds[entry]], (int) numbers[entry]);
            case ADDRESS -> sink.address64(map[firsts[entry]], numbers[entry]);
            case FIELD -> sink.field(RELOCATIONS[firsts[entry]], (String) objects[entry], numbers[entry]);
            case PATCHABLE -> {
                Operands operands = new Operands();
                store.get(seconds[entry], operands, map);
                sink.patchable(PATCHES[firsts[entry]], operands);
            }
            case RESERVE -> sink.reserve(numbers[entry]);
            case COMMENT -> sink.comment((String) objects[entry]);
            case BLANK -> sink.blankLine();
        }
    }

    /** Makes the labels in a sink, constants as constants there. */
    int[] labelsIn(InstructionSink sink) {
        int[] map = new int[labels];
        Arrays.fill(map, NONE);
        // Constants come by ascending label, so that numbers agree with those of a sink that took the same calls.
        int[] constantOf = new int[labels];
        for (int i = 0; i < pool.count(); i++) constantOf[pool.label(i)] = i + 1;
        for (int label = 0; label < labels; label++) {
            int constant = constantOf[label] - 1;
            if (constant < 0) {
                map[label] = sink.newLabel();
                if (labelNames[label] != null) sink.nameLabel(map[label], labelNames[label]);
            } else if (pool.string(constant) != null)
                map[label] = sink.constantBytes(pool.string(constant), pool.alignment(constant));
            else if (pool.table(constant) != null) {
                int[] targets = pool.table(constant).clone();
                for (int i = 0; i < targets.length; i++) targets[i] = map[targets[i]];
                map[label] = sink.jumpTable(targets);
            } else map[label] = sink.constant(pool.size(constant), pool.low(constant), pool.high(constant));
        }
        return map;
    }

    private static boolean isIdentity(int[] map) {
        for (int i = 0; i < map.length; i++) if (map[i] != i) return false;
        return true;
    }
}
