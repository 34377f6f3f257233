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
    private final NasmScanner.Complaints complaints;
    /** For each section its global symbols by offset; made when first asked for. */
    private final Map<Integer, TreeMap<Long, NasmSymbols.Entry>> globals = new HashMap<>();

    private boolean globalsKnown;

    NasmRelocations(NasmSymbols symbols, NasmScanner.Complaints complaints) {
        this.symbols = symbols;
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
        if (value.unknown || value.bad) return;
        if (relative) {
            if (value.wrt == 0 && value.segment() == segment) {
                distance(bytes, at, size, value.number - end, source);
                return;
            }
            long addend = value.number - (end - at);
            if (value.isNumber()) add(section, at, relativeKind(size), AssembledFile.ABSOLUTE, -1, addend, source);
            else if (value.segment() >= 0)
                refer(section, at, size, true, signed, value, value.segment(), addend, source);
            else complaints.complain(source, NasmCode.NOT_RELOCATABLE, "a target is one address plus a number");
            return;
        }
        if (value.isNumber()) {
            number(bytes, at, size, signed, value.number, source);
        } else if (value.segment() >= 0) {
            refer(section, at, size, false, signed, value, value.segment(), value.number, source);
        } else if (value.segmentRelativeTo(segment) >= 0) {
            refer(section, at, size, true, signed, value, value.segmentRelativeTo(segment), value.number + at, source);
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

    private static RelocationKind relativeKind(int size) {
        return switch (size) {
            case 1 -> RelocationKind.PC8;
            case 2 -> RelocationKind.PC16;
            case 4 -> RelocationKind.PC32;
            default -> RelocationKind.PC64;
        };
    }

    private static RelocationKind absoluteKind(int size, boolean signed) {
        return switch (size) {
            case 1 -> RelocationKind.ABS8;
            case 2 -> RelocationKind.ABS16;
            case 4 -> signed ? RelocationKind.ABS32 : RelocationKind.ABS32U;
            default -> RelocationKind.ABS64;
        };
    }

    /** A field that depends on a segment's address. */
    private void refer(
            AssembledFile.Section section,
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
        RelocationKind kind = relative ? relativeKind(size) : absoluteKind(size, signed);
        RelocationKind special = switch (value.wrt) {
            case NasmExpression.PLT -> relative && size == 4 ? RelocationKind.PLT32 : null;
            case NasmExpression.GOT, NasmExpression.GOTPC -> relative && size == 4 ? RelocationKind.GOTPCREL : null;
            case NasmExpression.GOTTPOFF -> relative && size == 4 ? RelocationKind.GOTTPOFF : null;
            case NasmExpression.TPOFF ->
                relative ? null : size == 4 ? RelocationKind.TPOFF32 : size == 8 ? RelocationKind.TPOFF64 : null;
            case NasmExpression.GOTOFF -> null;
            default -> kind;
        };
        if (special == null) {
            complaints.complain(source, NasmCode.NOT_RELOCATABLE, "there is no relocation of this kind and width");
            return;
        }
        int target = symbols.sectionOf(segment);
        if (target < 0) {
            NasmSymbols.Entry entry = symbols.symbolOf(segment);
            if (special == RelocationKind.GOTTPOFF || special == RelocationKind.TPOFF32)
                entry.kind = AssembledFile.Kind.THREAD_DATA;
            add(section, at, special, 0, entry.id, addend, source);
        } else if (value.wrt == 0) {
            add(section, at, special, target, -1, addend, source);
        } else {
            // Through the symbol itself; the distance from it stays.
            NasmSymbols.Entry entry = globalAt(segment, value.number);
            if (entry == null)
                complaints.complain(source, NasmCode.NOT_RELOCATABLE, "there is no global symbol at this address");
            else add(section, at, special, 0, entry.id, addend - entry.value, source);
        }
    }

    private static void add(
            AssembledFile.Section section,
            long at,
            RelocationKind kind,
            int target,
            int symbol,
            long addend,
            int source) {
        section.relocations.add(new AssembledFile.Relocation(at, kind, symbol, target, addend, source));
    }

    private NasmSymbols.Entry globalAt(int segment, long value) {
        if (!globalsKnown) {
            for (NasmSymbols.Entry entry : symbols.entries) {
                if (entry.known
                        && entry.segment >= 0
                        && entry.binding != AssembledFile.Binding.LOCAL
                        && !entry.external)
                    globals.computeIfAbsent(entry.segment, s -> new TreeMap<>()).put(entry.value, entry);
            }
            globalsKnown = true;
        }
        TreeMap<Long, NasmSymbols.Entry> inSegment = globals.get(segment);
        Map.Entry<Long, NasmSymbols.Entry> found = inSegment == null ? null : inSegment.floorEntry(value);
        return found == null ? null : found.getValue();
    }

    /** Makes the symbols, and lets relocations name them by their place in the file. */
    void finish(AssembledFile file, NasmEvaluator evaluator, IntUnaryOperator lineAt) {
        int[] index = new int[symbols.entries.size()];
        int count = 0;
        for (NasmSymbols.Entry entry : symbols.entries) {
            index[entry.id] = -1;
            boolean undefined = entry.external && !entry.common;
            if (undefined ? !(entry.referenced || entry.required) : !entry.known) continue;
            if (entry.name.startsWith("..@")) continue;
            long size = entry.size == null ? 0 : constant(evaluator, entry, entry.size, "the size of a symbol");
            AssembledFile.Kind kind = entry.kind;
            int section = undefined || entry.common ? AssembledFile.UNDEFINED : AssembledFile.ABSOLUTE;
            long value = undefined ? 0 : entry.value;
            if (entry.common) {
                kind = AssembledFile.Kind.COMMON;
                value = entry.alignment == null
                        ? 1
                        : constant(evaluator, entry, entry.alignment, "the alignment of a symbol");
            } else if (!undefined && entry.segment >= 0) {
                section = symbols.sectionOf(entry.segment);
                if (section < 0) continue;
                if (file.sections().get(section).thread) kind = AssembledFile.Kind.THREAD_DATA;
            }
            AssembledFile.Binding binding = undefined && entry.binding == AssembledFile.Binding.LOCAL
                    ? AssembledFile.Binding.GLOBAL
                    : entry.binding;
            file.add(new AssembledFile.Symbol(entry.name, section, value, size, binding, kind, entry.hidden));
            index[entry.id] = count++;
        }
        for (AssembledFile.Section section : file.sections()) {
            List<AssembledFile.Relocation> renumbered = new ArrayList<>(section.relocations.size());
            for (AssembledFile.Relocation r : section.relocations)
                renumbered.add(new AssembledFile.Relocation(
                        r.offset(),
                        r.kind(),
                        r.symbol() < 0 ? -1 : index[r.symbol()],
                        r.section(),
                        r.addend(),
                        lineAt.applyAsInt(r.line())));
            section.relocations.clear();
            section.relocations.addAll(renumbered);
        }
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
