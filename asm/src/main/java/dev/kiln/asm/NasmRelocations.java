package dev.kiln.asm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/** Fills fields with what is known, and says by relocations what is not; then makes the file's symbols. */
final class NasmRelocations {
    private final NasmSymbols symbols;
    private final NasmFormat format;
    private final NasmScanner.Complaints complaints;
    private final NasmTrace trace;
    /** For each section its symbols, or the global ones, by offset; made when first asked for. */
    private Map<Integer, TreeMap<Long, NasmSymbols.Entry>> all;

    private Map<Integer, TreeMap<Long, NasmSymbols.Entry>> globals;

    NasmRelocations(NasmSymbols symbols, NasmFormat format, NasmTrace trace, NasmScanner.Complaints complaints) {
        this.trace = trace;
        this.symbols = symbols;
        this.format = format;
        this.complaints = complaints;
    }

    /**
     * Fills a field.
     *
     * @param segment the segment of {@code section}
     * @param at the field's offset in the section
     * @param relative whether the field holds a distance from {@code end}
     * @param signed whether it is sign-extended when used
     * @param source the place in the text
     */
    void field(
            AssembledFile.Section section,
            int sectionNumber,
            int segment,
            byte[] bytes,
            long at,
            int size,
            boolean relative,
            boolean signed,
            long end,
            NasmValue value,
            int source) {
        if (value.isUnknown() || value.bad) return;
        if (relative) {
            if (value.wrt == 0 && value.segment() == segment) {
                distance(bytes, at, size, value.number - end, source);
                if (trace != null)
                    trace.distances.add(new NasmTrace.Distance(sectionNumber, segment, at, size, end, value.number));
                return;
            }
            long addend = value.number - (end - at);
            if (value.isNumber())
                add(section, bytes, at, NasmFormat.relativeKind(size), AssembledFile.ABSOLUTE, -1, addend, source);
            else if (value.segment() >= 0)
                refer(section, bytes, at, size, true, signed, value, value.segment(), addend, source);
            else complaints.complain(source, NasmCode.NOT_RELOCATABLE, "a target is one address plus a number");
            return;
        }
        if (value.isNumber()) {
            number(bytes, at, size, signed, value.number, source);
        } else if (value.segment() >= 0) {
            refer(section, bytes, at, size, false, signed, value, value.segment(), value.number, source);
        } else if (value.segmentRelativeTo(segment) >= 0) {
            refer(
                    section,
                    bytes,
                    at,
                    size,
                    true,
                    signed,
                    value,
                    value.segmentRelativeTo(segment),
                    value.number + at,
                    source);
        } else
            complaints.complain(
                    source,
                    NasmCode.NOT_RELOCATABLE,
                    "a field holds one address plus a number, less one of its own section");
    }

    private void number(byte[] bytes, long at, int size, boolean signed, long value, int source) {
        int bits = size * 8;
        if (size < 8) {
            boolean fits = value >= -(1L << bits - 1) && value < 1L << (signed ? bits - 1 : bits);
            if (!fits)
                complaints.complain(
                        source,
                        signed ? NasmCode.OUT_OF_RANGE : NasmCode.DATA_RANGE,
                        Long.toString(value),
                        Integer.toString(bits));
        } else if (size > 8) {
            complaints.complain(
                    source, NasmCode.BAD_DIRECTIVE, "data of " + bits + " bits are floating-point numbers or strings");
        }
        put(bytes, at, Math.min(size, 8), value);
    }

    private void distance(byte[] bytes, long at, int size, long value, int source) {
        boolean fits = size == 1 ? value == (byte) value : value == (int) value;
        if (!fits) complaints.complain(source, NasmCode.OUT_OF_REACH, Long.toString(value), Integer.toString(size * 8));
        put(bytes, at, size, value);
    }

    static void put(byte[] bytes, long at, int size, long value) {
        for (int i = 0; i < size; i++) bytes[(int) at + i] = (byte) (value >> 8 * i);
    }

    /** A field that depends on a segment's address. */
    private void refer(
            AssembledFile.Section section,
            byte[] bytes,
            long at,
            int size,
            boolean relative,
            boolean signed,
            NasmValue value,
            int segment,
            long addend,
            int source) {
        if (size > 8) {
            complaints.complain(source, NasmCode.NOT_RELOCATABLE, "an address has 64 bits at most");
            return;
        }
        if (value.wrt != 0 && !format.hasRelation(value.wrt)) {
            complaints.complain(
                    source, NasmCode.NOT_IN_FORMAT, "WRT with anything but " + format.relations(), format.name());
            return;
        }
        boolean branch = relative && isBranch(section, bytes, at);
        RelocationKind kind = format.relocation(section, value.wrt, size, relative, signed, branch);
        if (kind == null) {
            complaints.complain(
                    source,
                    NasmCode.NOT_RELOCATABLE,
                    format.name() + " has none of this kind for " + size * 8 + " bits"
                            + (relative ? ", relative to where it stands" : ""));
            return;
        }
        int target = symbols.sectionOf(segment);
        if (target < 0) {
            NasmSymbols.Entry entry = symbols.symbolOf(segment);
            if (kind == RelocationKind.GOTTPOFF || kind == RelocationKind.TPOFF32)
                entry.kind = AssembledFile.Kind.THREAD_DATA;
            add(section, bytes, at, kind, 0, entry.id, addend, source);
        } else if (value.wrt == 0 || value.wrt == NasmExpression.IMAGEBASE) {
            NasmSymbols.Entry entry = format.refersBySymbol() ? symbolAt(target, value.number, false) : null;
            if (entry == null) add(section, bytes, at, kind, target, -1, addend, source);
            else add(section, bytes, at, kind, 0, entry.id, addend - entry.value, source);
        } else {
            // Through the symbol itself; the distance from it stays.
            NasmSymbols.Entry entry = symbolAt(target, value.number, true);
            boolean exact = format.refersBySymbol() && kind == RelocationKind.GOTPCREL;
            if (entry == null || exact && entry.value != value.number)
                complaints.complain(source, NasmCode.NOT_RELOCATABLE, "there is no global symbol at this address");
            else add(section, bytes, at, kind, 0, entry.id, addend - entry.value, source);
        }
    }

    /** Whether a field is the target of a call, a jump or a conditional jump, by the opcode in front of it. */
    private boolean isBranch(AssembledFile.Section section, byte[] bytes, long at) {
        if (!format.holdsCode(section) || at < 1) return false;
        int opcode = bytes[(int) at - 1] & 0xFF;
        boolean escaped = at > 1 && bytes[(int) at - 2] == 0x0F;
        return escaped ? (opcode & 0xF0) == 0x80 : (opcode & 0xFE) == 0xE8;
    }

    /** Notes a relocation; the field itself is left zero. */
    private static void add(
            AssembledFile.Section section,
            byte[] bytes,
            long at,
            RelocationKind kind,
            int target,
            int symbol,
            long addend,
            int source) {
        put(bytes, at, kind.size(), 0);
        section.relocations.add(new AssembledFile.Relocation(at, kind, symbol, target, addend, source));
    }

    /** The last symbol of a section at or before an offset; {@code null} when there is none. */
    private NasmSymbols.Entry symbolAt(int section, long value, boolean global) {
        if (all == null) {
            all = new HashMap<>();
            globals = new HashMap<>();
            for (NasmSymbols.Entry entry : symbols.entries) {
                if (!entry.known || entry.segment < 0 || entry.external) continue;
                int number = symbols.sectionOf(entry.segment);
                if (number < 0) continue;
                all.computeIfAbsent(number, s -> new TreeMap<>()).put(entry.value, entry);
                if (entry.binding != AssembledFile.Binding.LOCAL)
                    globals.computeIfAbsent(number, s -> new TreeMap<>()).put(entry.value, entry);
            }
        }
        TreeMap<Long, NasmSymbols.Entry> inSection = (global ? globals : all).get(section);
        Map.Entry<Long, NasmSymbols.Entry> found = inSection == null ? null : inSection.floorEntry(value);
        return found == null ? null : found.getValue();
    }

    /**
     * Makes the symbols, in the order of the text, and lets relocations name them and sections by their place in the file.
     *
     * @param sections the place of each section
     */
    void finish(AssembledFile file, int[] sections, NasmEvaluator evaluator, IntUnaryOperator lineAt) {
        int[] index = new int[symbols.entries.size()];
        int count = 0;
        List<NasmSymbols.Entry> entries = new ArrayList<>(symbols.entries);
        entries.sort((a, b) -> Integer.compare(a.place(), b.place()));
        for (NasmSymbols.Entry entry : entries) {
            index[entry.id] = -1;
            boolean undefined = entry.external && !entry.common;
            if (undefined ? !(entry.referenced || entry.required) : !entry.known) continue;
            if (entry.name.startsWith("..") && !entry.name.startsWith("..@") && !format.isFlat()) {
                complaints.complain(entry.definedAt, NasmCode.NOT_IN_FORMAT, "the symbol " + entry.name, format.name());
                continue;
            }
            long size = entry.size == null ? 0 : constant(evaluator, entry, entry.size, "the size of a symbol");
            AssembledFile.Kind kind = entry.kind;
            int section = undefined || entry.common ? AssembledFile.UNDEFINED : AssembledFile.ABSOLUTE;
            long value = undefined ? 0 : entry.value;
            if (entry.common) {
                kind = AssembledFile.Kind.COMMON;
                value = entry.alignment == null ? 0 : alignment(evaluator, entry);
            } else if (!undefined && entry.segment >= 0) {
                section = symbols.sectionOf(entry.segment);
                if (section < 0) continue;
                section = sections[section];
                if (file.sections().get(section).thread) kind = AssembledFile.Kind.THREAD_DATA;
            }
            AssembledFile.Binding binding = undefined && entry.binding == AssembledFile.Binding.LOCAL
                    ? AssembledFile.Binding.GLOBAL
                    : entry.binding;
            file.add(new AssembledFile.Symbol(entry.name, section, value, size, binding, kind, entry.visibility));
            index[entry.id] = count++;
        }
        for (AssembledFile.Section section : file.sections()) {
            if (section.comdat != 0) {
                NasmSymbols.Entry entry = symbols.entry(section.comdatSymbol);
                section.comdatSymbol = index[entry.id];
                boolean here = index[entry.id] >= 0
                        && file.symbols().get(index[entry.id]).section() >= 0;
                if (!here) complaints.complain(entry.at, NasmCode.UNDEFINED, entry.name);
            }
            List<AssembledFile.Relocation> renumbered = new ArrayList<>(section.relocations.size());
            for (AssembledFile.Relocation r : section.relocations)
                renumbered.add(new AssembledFile.Relocation(
                        r.offset(),
                        r.kind(),
                        r.symbol() < 0 ? -1 : index[r.symbol()],
                        r.symbol() < 0 && r.section() >= 0 ? sections[r.section()] : r.section(),
                        r.addend(),
                        lineAt.applyAsInt(r.line())));
            section.relocations.clear();
            section.relocations.addAll(renumbered);
        }
    }

    private long alignment(NasmEvaluator evaluator, NasmSymbols.Entry entry) {
        long value = constant(evaluator, entry, entry.alignment, "the alignment of a symbol");
        if (Long.bitCount(value) > 1)
            complaints.complain(
                    entry.alignment.start(),
                    NasmCode.BAD_COUNT,
                    "the alignment of a symbol",
                    value + ": it is a power of two");
        return value;
    }

    private long constant(NasmEvaluator evaluator, NasmSymbols.Entry entry, NasmExpression expression, String what) {
        NasmValue value = evaluator.evaluate(expression);
        if (value.bad) return 0;
        if (!value.isNumber()) complaints.complain(expression.start(), NasmCode.NOT_CONSTANT, what);
        else if (value.number < 0)
            complaints.complain(expression.start(), NasmCode.BAD_COUNT, what, Long.toString(value.number));
        return value.isNumber() ? value.number : 0;
    }
}
