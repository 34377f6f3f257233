package dev.kiln.asm;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.asm.internal.Template;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Makes the nodes of one section for {@link AsmFileMaker}. */
final class AsmSectionMaker {
    private static final int[] VARIANTS = {0, Form.EXACT, Form.LONG, Form.EXACT | Form.LONG};
    private static final int LARGEST_BOUNDARY = 1 << 16;

    private final FormTable table = FormTable.get();
    private final AsmFileMaker maker;
    private final AssembledFile.Section source;
    private final byte[] bytes;
    private final NasmLabels labels;
    private final CodeList list;
    private final boolean exactJumps;
    private final Decoder decoder = new Decoder();
    private final Operands operands = new Operands();
    private final CodeBuffer scratch = new CodeBuffer();
    /** The near forms of conditional jumps by their conditions, once they are asked for. */
    private int[] nearJumps;

    private List<AssembledFile.Relocation> relocations;
    private List<NasmTrace.Distance> distances;
    private int relocation;
    private int distance;

    /** The segment that the present place is in, as far as labels tell. */
    private int segment = -1;

    AsmSectionMaker(AsmFileMaker maker, int number, NasmLabels labels, boolean exactJumps) {
        this.maker = maker;
        this.labels = labels;
        this.exactJumps = exactJumps;
        source = maker.source(number);
        bytes = source.bytes();
        list = labels.section().code();
    }

    void make(List<NasmTrace.Event> events, List<NasmTrace.Distance> within) {
        relocations = source.relocations();
        distances = within;
        BitSet places = places(events);
        for (NasmTrace.Distance d : within) {
            boolean there = d.target() >= 0 && d.target() <= source.size() && places.get((int) d.target());
            if (there && !isInMemory(d)) labels.need(d.target());
        }
        int last = events.size();
        while (last > 0 && events.get(last - 1).kind() == NasmTrace.Kind.BLANK) last--;
        boolean begun = false;
        for (int i = 0; i < last; i++) {
            NasmTrace.Event event = events.get(i);
            if (event.kind() == NasmTrace.Kind.BLANK && !begun) continue;
            begun = true;
            int next = i + 1;
            while (isMore(event, events, next, last)) next++;
            if (next > i + 1) {
                data((int) event.start(), (int) events.get(next - 1).end(), (int) event.number());
                i = next - 1;
            } else event(event);
        }
        labels.bindAdded(source.size());
    }

    /** Whether the next event goes on with the data of this one. */
    private static boolean isMore(NasmTrace.Event event, List<NasmTrace.Event> events, int next, int last) {
        return event.kind() == NasmTrace.Kind.DATA
                && next < last
                && events.get(next).kind() == NasmTrace.Kind.DATA
                && events.get(next).number() == event.number();
    }

    /** Where labels can be: not within an instruction. A jump needs one where it leads; an address may be counted from another. */
    private BitSet places(List<NasmTrace.Event> events) {
        BitSet places = new BitSet();
        if (source.size() > Integer.MAX_VALUE) return places;
        for (NasmTrace.Event event : events) {
            boolean anywhere = event.kind() == NasmTrace.Kind.DATA && !source.isZero();
            if (anywhere) places.set((int) event.start(), (int) event.end());
            else places.set((int) event.start());
        }
        for (AssembledFile.Relocation r : relocations)
            places.clear((int) r.offset() + 1, (int) r.offset() + r.kind().size());
        places.set((int) source.size());
        return places;
    }

    /** Whether a field is an address's displacement: its ModRM, in front of it, says so. What is none but looks so only lacks a label. */
    private boolean isInMemory(NasmTrace.Distance d) {
        if (d.size() != 4 || d.at() < 2) return false;
        boolean relative = (bytes[(int) d.at() - 1] & 0xC7) == 5;
        boolean branch = d.end() == d.at() + 4 && isBranchOpcode((int) d.at());
        return relative && !branch;
    }

    private boolean isBranchOpcode(int at) {
        int opcode = bytes[at - 1] & 0xFF;
        return (opcode & 0xFE) == 0xE8 || (opcode & 0xF0) == 0x80 && bytes[at - 2] == 0x0F;
    }

    private void event(NasmTrace.Event event) {
        int start = (int) Math.min(event.start(), Integer.MAX_VALUE);
        int end = (int) Math.min(event.end(), Integer.MAX_VALUE);
        switch (event.kind()) {
            case LABEL -> {
                int label = labels.of((int) event.number());
                list.bind(label);
                segment = labels.segment(label);
            }
            case COMMENT -> list.comment(event.text());
            case BLANK -> list.blankLine();
            case RESERVE -> {
                labels.bindAdded(event.start());
                list.reserve(event.end() - event.start());
            }
            case ALIGN -> align(event);
            case DATA -> data(start, end, (int) event.number());
            case DISTANCE -> {
                labels.bindAdded(start);
                list.distance32(labels.of((int) event.number()), labels.of(event.other()), 0);
            }
            case INSTRUCTION -> {
                while (start < end) {
                    boolean valid = decoder.decode(bytes, start, end);
                    int length = valid ? decoder.length() : end - start;
                    labels.bindAdded(start);
                    if (!valid || !instruction(start, length)) raw(start, start + length, 1);
                    start += length;
                }
            }
        }
    }

    private void align(NasmTrace.Event event) {
        labels.bindAdded(event.start());
        boolean kept = event.other() >= 0 && event.number() <= Math.min(source.align(), LARGEST_BOUNDARY);
        if (kept) list.align((int) event.number(), event.other());
        else if (source.isZero()) list.reserve(event.end() - event.start());
        else raw((int) event.start(), (int) event.end(), 1);
    }

    private void data(int start, int end, int unit) {
        int at = start;
        while (at < end) {
            labels.bindAdded(at);
            int to = (int) labels.nextAdded(at, end);
            raw(at, to, unit == 2 || unit == 4 || unit == 8 ? unit : 1);
            at = to;
        }
    }

    /** Bytes as they are, with the fields among them. */
    private void raw(int start, int end, int unit) {
        int at = start;
        while (at < end) {
            AssembledFile.Relocation r = relocationIn(at, end);
            NasmTrace.Distance d = distanceIn(at, end);
            int to = r != null ? (int) r.offset() : d != null ? (int) d.at() : end;
            if (to > at) list.data(bytes, at, to, (to - at) % unit == 0 ? unit : 1);
            at = to;
            if (r != null) {
                SymbolReference target = maker.reference(r, 0, segment);
                list.field(target.kind(), target.symbol(), target.addend());
                relocation++;
                at += r.kind().size();
            } else if (d != null) {
                if (d.size() == 4) {
                    int here = labels.need(at);
                    labels.bindAdded(at);
                    int target = labels.at(d.target());
                    if (target < 0) target = labels.nearest(d.target());
                    list.distance32(target, here, (int) (at - d.end() + d.target() - labels.offset(target)));
                } else list.data(bytes, at, at + d.size(), 1);
                distance++;
                at += d.size();
            }
        }
    }

    private AssembledFile.Relocation relocationIn(int from, int to) {
        while (relocation < relocations.size() && relocations.get(relocation).offset() < from) relocation++;
        AssembledFile.Relocation r = relocation < relocations.size() ? relocations.get(relocation) : null;
        return r != null && r.offset() < to ? r : null;
    }

    private NasmTrace.Distance distanceIn(int from, int to) {
        while (distance < distances.size() && distances.get(distance).at() < from) distance++;
        NasmTrace.Distance d = distance < distances.size() ? distances.get(distance) : null;
        return d != null && d.at() < to ? d : null;
    }

    /** The instruction that was decoded, as a node that gives the same bytes; says whether there is one. */
    private boolean instruction(int start, int length) {
        int end = start + length;
        AssembledFile.Relocation r = relocationIn(start, end);
        NasmTrace.Distance d = distanceIn(start, end);
        int form = decoder.prefixedForm();
        Operands o = decoder.operands();
        long t = table.template(decoder.form());
        if (r == null && d == null) return add(form, o, start, end, end, 0);
        if (r != null && d != null || isSecondField(start, end)) return false;
        boolean branch =
                Template.immediate(t) == Template.IMMEDIATE_CB || Template.immediate(t) == Template.IMMEDIATE_CD;
        int at = r == null ? (int) d.at() : (int) r.offset();
        int size = r == null ? d.size() : r.kind().size();
        boolean done;
        if (d == null)
            done = add(form, withSymbol(o, t, r, end, false), start, end, at, size)
                    || r.kind() == RelocationKind.ABS32U
                            && add(form, withSymbol(o, t, r, end, true), start, end, at, size);
        else if (branch) done = jump(form, t, d, start, end);
        else {
            int label = maker.hasSubsections() ? labels.nearest(d.target(), d.segment()) : labels.nearest(d.target());
            operands.clear();
            copy(o, -1, null);
            operands.memoryLabel = label;
            operands.displacement = (int) (d.target() - labels.offset(label));
            done = add(form, operands, start, end, at, size);
        }
        if (!done) return false;
        if (d == null) relocation++;
        else distance++;
        return true;
    }

    private boolean isSecondField(int start, int end) {
        boolean relocated = relocation + 1 < relocations.size()
                && relocations.get(relocation + 1).offset() < end;
        boolean near =
                distance + 1 < distances.size() && distances.get(distance + 1).at() < end;
        return relocated && relocations.get(relocation).offset() >= start
                || near && distances.get(distance).at() >= start;
    }

    /** A jump or call to a label. Which are short is left to who emits it, unless the text said it. */
    private boolean jump(int form, long t, NasmTrace.Distance d, int start, int end) {
        int target = maker.hasSubsections() ? labels.nearest(d.target(), d.segment()) : -1;
        if (target < 0 || labels.offset(target) != d.target()) target = labels.at(d.target());
        if (target < 0) return false;
        operands.clear().label(target);
        boolean near = CodeLayout.isRelaxed(t);
        int nearForm = near ? form : nearForm(form & Form.NUMBER);
        boolean plain = (form & ~Form.NUMBER) == 0 && !exactJumps && nearForm > 0;
        if (plain && !near) {
            list.emit(nearForm, operands);
            return true;
        }
        long distance = d.target() - (start + 2);
        boolean couldBeShort = distance >= Byte.MIN_VALUE && distance <= Byte.MAX_VALUE + 4;
        if (plain && !couldBeShort) {
            list.emit(form, operands);
            return true;
        }
        return add(near ? form | Form.LONG : form, operands, start, end, (int) d.at(), d.size());
    }

    /** The near form of a short jump, or 0. */
    private int nearForm(int form) {
        long t = table.template(form);
        if (Template.space(t) != 0 || Template.map(t) != 0) return 0;
        int opcode = Template.opcode(t);
        if (opcode == 0xEB) return Form.JMP_REL32;
        if ((opcode & 0xF0) != 0x70) return 0;
        if (nearJumps == null) {
            nearJumps = new int[16];
            for (int other = 1; other < table.limit; other++) {
                long n = table.template(other);
                if (CodeLayout.isRelaxed(n) && Template.map(n) == 1) nearJumps[Template.opcode(n) & 15] = other;
            }
        }
        return nearJumps[opcode & 15];
    }

    private Operands withSymbol(Operands o, long t, AssembledFile.Relocation r, int end, boolean signed) {
        int at = (int) r.offset();
        SymbolReference target = maker.reference(r, end - at, segment);
        RelocationKind kind = signed ? RelocationKind.ABS32 : target.kind();
        SymbolReference reference = new SymbolReference(kind, target.symbol(), target.addend(), null);
        operands.clear();
        if (Template.immediate(t) == Template.IMMEDIATE_CD || Template.immediate(t) == Template.IMMEDIATE_CB)
            return operands.symbol(reference.symbol(), kind, reference.addend());
        copy(o, end - Encoder.immediateSize(t) - at, reference);
        return operands;
    }

    /**
     * Copies operands.
     *
     * @param room how many bytes lie between a field and the immediates
     * @param reference what the field refers to: an address when it lies before the immediates; {@code null} for nothing
     */
    private void copy(Operands o, int room, SymbolReference reference) {
        for (int i = 0; i < o.count; i++) {
            switch (o.kinds[i]) {
                case Operands.REGISTER -> operands.register(o.values[i]);
                case Operands.MEMORY -> {
                    operands.memory(o.base, o.index, o.scale, o.displacement).segment(o.segment);
                    if (o.addressBits == 32) operands.address32();
                    if (reference != null && room > 0)
                        operands.symbolAtMemory(reference.symbol(), reference.kind(), reference.addend());
                }
                default -> {
                    if (reference != null && room <= 0)
                        operands.symbol(reference.symbol(), reference.kind(), reference.addend());
                    else operands.immediate(o.immediateAt(i));
                }
            }
        }
        operands.decorations = o.decorations;
        if (operands.segment == Registers.NONE) operands.segment = o.segment;
    }

    /** Adds an instruction when it gives the bytes from {@code start} to {@code end}, but for a field; says whether. */
    private boolean add(int form, Operands o, int start, int end, int field, int size) {
        for (int variant : VARIANTS) {
            try {
                scratch.reset();
                scratch.reserveLabels(list.labelCount());
                scratch.emit(form | variant, o);
            } catch (AssemblerException e) {
                continue;
            }
            boolean same = scratch.position == end - start
                    && Arrays.equals(scratch.buffer, 0, field - start, bytes, start, field)
                    && Arrays.equals(scratch.buffer, field - start + size, end - start, bytes, field + size, end);
            if (!same) continue;
            list.emit(form | variant, o);
            return true;
        }
        return false;
    }
}
