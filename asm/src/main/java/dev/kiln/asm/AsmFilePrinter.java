package dev.kiln.asm;

import dev.kiln.asm.AsmFile.Contents;
import dev.kiln.asm.AsmFile.Declaration;
import dev.kiln.asm.AsmFile.Scope;
import dev.kiln.asm.AsmFile.Section;
import dev.kiln.asm.AssembledFile.Visibility;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Prints an {@link AsmFile} for nasm. */
final class AsmFilePrinter {
    /** Its presence says that the program needs no executable stack. */
    static final String STACK_NOTE = ".note.GNU-stack";

    private static final int NONE = CodeList.NONE;

    /** What nasm aligns its sections to anyway; less would be no gain. */
    private static final long LEAST_ALIGNMENT = 4;

    private final AsmFile file;
    private final NasmParser.Format format;
    private final StringBuilder out = new StringBuilder();
    /** The names taken, in text. */
    private final Set<String> names = new HashSet<>();

    private final Map<Section, String[]> labelNames = new IdentityHashMap<>();
    private int labels;

    AsmFilePrinter(AsmFile file, NasmParser.Format format) {
        this.file = file;
        this.format = format;
    }

    String print() {
        out.append("bits 64\ndefault rel\n");
        symbols();
        for (Section section : file.sections()) {
            out.append('\n');
            CodeList list = resolved(section);
            switch (section.contents()) {
                case CODE -> code(section, list);
                case DATA, READ_ONLY, THREAD_DATA -> data(section, list);
                case ZERO, THREAD_ZERO -> zero(section, list);
            }
        }
        for (AsmFile.Place place : file.places()) {
            out.append(NasmNames.escape(place.symbol())).append(" equ ");
            out.append(labelNames(place.section(), place.section().code())[place.label()]);
            if (place.distance() != 0)
                out.append(place.distance() < 0 ? "" : "+").append(place.distance());
            out.append('\n');
        }
        if (format == NasmParser.Format.ELF64 && !hasStackNote())
            out.append("\nsection ").append(STACK_NOTE).append(" noalloc noexec nowrite progbits\n");
        return out.toString();
    }

    private void symbols() {
        for (Section section : file.sections())
            for (String symbol : section.symbols()) names.add(NasmNames.escape(symbol));
        if (file.origin != 0 && format == NasmParser.Format.FLAT)
            out.append("org ").append(file.origin).append('\n');
        if (file.osAbi != 0 && format == NasmParser.Format.ELF64)
            out.append("osabi ")
                    .append(file.osAbi & 255)
                    .append(", ")
                    .append(file.osAbi >> 8)
                    .append('\n');
        if (file.subsectionsViaSymbols && format == NasmParser.Format.MACHO64) out.append("subsections_via_symbols\n");
        for (AsmFile.Place place : file.places()) names.add(NasmNames.escape(place.symbol()));
        for (String constant : file.constants().keySet()) names.add(NasmNames.escape(constant));
        for (Declaration declaration : file.declarations()) names.add(NasmNames.escape(declaration.symbol));
        for (Declaration d : file.declarations()) if (d.scope == Scope.GLOBAL) declaration(d);
        for (Declaration d : file.declarations()) if (d.scope != Scope.GLOBAL) declaration(d);
        for (Map.Entry<String, Long> constant : file.constants().entrySet()) {
            out.append(NasmNames.escape(constant.getKey()))
                    .append(" equ ")
                    .append(constant.getValue())
                    .append('\n');
        }
    }

    private void declaration(Declaration d) {
        String name = NasmNames.escape(d.symbol);
        boolean elf = format == NasmParser.Format.ELF64;
        boolean windows = format == NasmParser.Format.WIN64;
        if (d.scope == Scope.LOCAL && !elf) return;
        out.append(d.scope.directive).append(' ').append(name);
        if (d.scope == Scope.COMMON) out.append(' ').append(d.size);
        if (!elf && d.weak)
            throw new AssemblerException("nasm text says of ELF symbols only that they are weak: " + d.symbol);
        if (!elf && d.alignment != 0)
            throw new AssemblerException("nasm text says of ELF symbols only how they are aligned: " + d.symbol);
        StringBuilder words = new StringBuilder();
        if (elf && d.kind == AssembledFile.Kind.FUNCTION) words.append("function ");
        if (elf && d.kind == AssembledFile.Kind.DATA && d.scope != Scope.COMMON) words.append("data ");
        boolean hidden = d.visibility == Visibility.HIDDEN || d.visibility == Visibility.INTERNAL;
        if (elf && d.visibility != Visibility.DEFAULT)
            words.append(d.visibility.name().toLowerCase(Locale.ROOT)).append(' ');
        if (!elf && !windows && hidden && d.scope == Scope.GLOBAL) words.append("private_extern ");
        if (d.weak) words.append("weak ");
        if (d.alignment != 0) words.append(d.alignment);
        Section section = file.definition(d.symbol);
        Integer end = section == null ? null : section.endOf(d.symbol);
        if (elf && end != null) {
            words.append('(')
                    .append(labelNames(section, section.code())[end])
                    .append(" - ")
                    .append(name)
                    .append(')');
        } else if (elf && d.size != 0 && d.scope != Scope.COMMON) words.append(d.size);
        if (!words.isEmpty()) out.append(':').append(words.toString().strip());
        out.append('\n');
    }

    private boolean hasStackNote() {
        for (Section section : file.sections()) if (section.name().equals(STACK_NOTE)) return true;
        return false;
    }

    /** A copy of a section's nodes in which symbols of the section are labels, and no call says that it may need a stub where it cannot. */
    private CodeList resolved(Section section) {
        CodeList list = new CodeList();
        list.append(section.code());
        if (file.isRead) return list;
        Operands o = new Operands();
        Operands changed = new Operands();
        for (int node = list.first(); node != NONE; node = list.next(node)) {
            if (!list.isInstruction(node)) continue;
            list.operands(node, o);
            if (o.symbol == null) continue;
            int label = AsmFile.labelOf(section, o.symbol);
            boolean relative = o.relocation == RelocationKind.PC32 || o.relocation == RelocationKind.PLT32;
            if (label >= 0 && relative && (o.symbolInMemory || o.addend == 0) && o.addend == (int) o.addend)
                list.replace(node, list.prefixedForm(node), withLabel(o, label, changed));
            else if (o.relocation == RelocationKind.PLT32 && isDirect(o.symbol)) {
                o.relocation = RelocationKind.PC32;
                list.replace(node, list.prefixedForm(node), o);
            }
        }
        return list;
    }

    /** Whether a call goes straight to a symbol: one of this file, or where the linker makes stubs without being asked. */
    private boolean isDirect(String symbol) {
        return format != NasmParser.Format.ELF64 || file.definition(symbol) != null;
    }

    private static Operands withLabel(Operands o, int label, Operands changed) {
        changed.clear();
        for (int i = 0; i < o.count; i++) {
            switch (o.kinds[i]) {
                case Operands.REGISTER -> changed.register(o.values[i]);
                case Operands.IMMEDIATE -> changed.immediate(o.immediateAt(i));
                case Operands.MEMORY ->
                    changed.memoryAtLabel(label, (int) o.addend).segment(o.segment);
                default -> changed.label(label);
            }
        }
        changed.decorations = o.decorations;
        return changed;
    }

    private void code(Section section, CodeList list) {
        CodeBuffer buffer = new CodeBuffer();
        list.emitTo(buffer);
        Code code = buffer.finish();
        boolean own = file.isRead && !list.hasConstants();
        head(section, Math.max(own ? largestBoundary(list) : code.alignment(), AsmFile.alignment(section)));
        NasmSink sink = new NasmSink(code, out, labelNames(section, list));
        list.emitTo(sink);
        sink.finish();
    }

    /** Data: what has an alignment is padded with zeros. */
    private void data(Section section, CodeList list) {
        head(section, Math.max(largestBoundary(list), AsmFile.alignment(section)));
        if (list.hasConstants())
            throw new AssemblerException(
                    "section " + section.name() + " has constants, which belong to code: define them by name");
        NasmSink sink = new NasmSink(null, out, labelNames(section, list));
        int[] labels = list.labelsIn(sink);
        for (int node = list.first(); node != NONE; node = list.next(node)) {
            switch (list.kind(node)) {
                case ALIGN -> {
                    int filler = list.filler(node);
                    sink.align((int) list.number(node), filler == CodeList.DEFAULT_FILLER ? 0 : filler);
                }
                case INSTRUCTION, PATCHABLE -> throw misplaced(section, list, node);
                case LABEL, DATA, DISTANCE, ADDRESS, FIELD, RESERVE, COMMENT, BLANK -> list.emit(node, sink, labels);
            }
        }
    }

    private void zero(Section section, CodeList list) {
        head(section, Math.max(largestBoundary(list), AsmFile.alignment(section)));
        if (list.hasConstants())
            throw new AssemblerException(
                    "section " + section.name() + " has constants, which belong to code: define them by name");
        NasmSink sink = new NasmSink(null, out, labelNames(section, list));
        int[] labels = list.labelsIn(sink);
        long offset = 0;
        for (int node = list.first(); node != NONE; node = list.next(node)) {
            switch (list.kind(node)) {
                case ALIGN -> {
                    // ALIGNB would do, but nasm 2.16 warns of what its own macro says.
                    long padding = -offset & list.number(node) - 1;
                    out.append("    ; align ").append(list.number(node)).append('\n');
                    offset = room(offset, padding);
                }
                case RESERVE -> offset = room(offset, list.number(node));
                case INSTRUCTION, PATCHABLE, DATA, DISTANCE, ADDRESS, FIELD -> throw misplaced(section, list, node);
                case LABEL, COMMENT, BLANK -> list.emit(node, sink, labels);
            }
        }
    }

    /** Prints a number of bytes of room; gives the offset behind. */
    private long room(long offset, long bytes) {
        if (bytes > 0) out.append("    resb    ").append(bytes).append('\n');
        return offset + bytes;
    }

    private static AssemblerException misplaced(Section section, CodeList list, int node) {
        String what = list.isInstruction(node)
                ? "the instruction " + list.mnemonic(node)
                : "a node of kind " + list.kind(node);
        return new AssemblerException("section " + section.name() + " of kind " + section.contents() + " cannot hold "
                + what + " (node " + node + "); "
                + (section.contents() == Contents.ZERO || section.contents() == Contents.THREAD_ZERO
                        ? "it takes room only"
                        : "code can"));
    }

    private long largestBoundary(CodeList list) {
        long largest = file.isRead ? 1 : LEAST_ALIGNMENT;
        for (int node = list.first(); node != NONE; node = list.next(node))
            if (list.kind(node) == CodeList.Kind.ALIGN) largest = Math.max(largest, list.number(node));
        return largest;
    }

    private void head(Section section, long alignment) {
        String words = section.words(format);
        boolean renamed = words == null
                && format == NasmParser.Format.WIN64
                && section.name().equals(".rodata");
        if (words == null) words = usualWords(section);
        out.append("section ").append(renamed ? ".rdata" : section.name());
        if (!words.isEmpty()) out.append(' ').append(words);
        out.append(" align=").append(alignment).append('\n');
    }

    /** The attributes that follow from what a section holds. */
    private String usualWords(Section section) {
        switch (section.name()) {
            case ".text", ".data", ".rodata", ".bss" -> {
                return "";
            }
            default -> {}
        }
        if (format != NasmParser.Format.ELF64)
            throw new AssemblerException("section " + section.name()
                    + " can be written for ELF only; .text, .data, .rodata" + " and .bss for all formats");
        return AsmFile.attributes(section.contents());
    }

    /** Names for all labels of a section, each used once in the file: symbols have theirs. */
    private String[] labelNames(Section section, CodeList list) {
        String[] known = labelNames.get(section);
        if (known != null && known.length == list.labelCount()) return known;
        String[] result = new String[list.labelCount()];
        for (String symbol : section.symbols()) result[AsmFile.labelOf(section, symbol)] = NasmNames.escape(symbol);
        for (int label = 0; label < result.length; label++) {
            if (result[label] != null) continue;
            String wish = list.labelName(label);
            String base = wish == null ? "L" + ++labels : wish;
            String unique = NasmNames.escape(base);
            for (int i = 2; !names.add(unique); i++) unique = NasmNames.escape(base + "_" + i);
            result[label] = unique;
        }
        labelNames.put(section, result);
        return result;
    }
}
