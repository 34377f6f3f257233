package dev.kiln.asm;

import dev.kiln.asm.AsmFile.Contents;
import dev.kiln.asm.AsmFile.Section;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Prints an {@link AsmFile} for nasm. */
final class AsmFilePrinter {
    private static final int NONE = CodeList.NONE;

    /** What nasm aligns its sections to anyway; less would be no gain. */
    private static final long LEAST_ALIGNMENT = 4;

    private final AsmFile file;
    private final NasmParser.Format format;
    private final StringBuilder out = new StringBuilder();
    /** The names taken, in text. */
    private final Set<String> names = new HashSet<>();

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
                case DATA, READ_ONLY -> data(section, list);
                case ZERO -> zero(section, list);
            }
        }
        if (format == NasmParser.Format.ELF64)
            out.append("\nsection .note.GNU-stack noalloc noexec nowrite progbits\n");
        return out.toString();
    }

    private void symbols() {
        for (Section section : file.sections())
            for (String symbol : section.symbols()) names.add(NasmNames.escape(symbol));
        for (Map.Entry<String, AssembledFile.Kind> global : file.globals().entrySet()) {
            out.append("global ").append(NasmNames.escape(global.getKey()));
            if (format == NasmParser.Format.ELF64)
                out.append(
                        switch (global.getValue()) {
                            case FUNCTION -> ":function";
                            case DATA -> ":data";
                            case UNKNOWN, THREAD_DATA, COMMON -> "";
                        });
            out.append('\n');
        }
        for (String symbol : file.externals()) {
            names.add(NasmNames.escape(symbol));
            out.append("extern ").append(NasmNames.escape(symbol)).append('\n');
        }
    }

    /** A copy of a section's nodes in which symbols of the section are labels, and no call says that it may need a stub where it cannot. */
    private CodeList resolved(Section section) {
        CodeList list = new CodeList();
        list.append(section.code());
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
        head(section, Math.max(code.alignment(), AsmFile.alignment(section)));
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
                case ALIGN ->
                    out.append("    align   ").append(list.number(node)).append(", db 0\n");
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
        return new AssemblerException(
                "section " + section.name() + " of kind " + section.contents() + " cannot hold " + what + " (node "
                        + node + "); " + (section.contents() == Contents.ZERO ? "it takes room only" : "code can"));
    }

    private static long largestBoundary(CodeList list) {
        long largest = LEAST_ALIGNMENT;
        for (int node = list.first(); node != NONE; node = list.next(node))
            if (list.kind(node) == CodeList.Kind.ALIGN) largest = Math.max(largest, list.number(node));
        return largest;
    }

    private void head(Section section, long alignment) {
        boolean windows = format == NasmParser.Format.WIN64;
        boolean renamed = windows && section.name().equals(".rodata");
        out.append("section ").append(renamed ? ".rdata" : section.name());
        boolean known = switch (section.name()) {
            case ".text", ".data", ".rodata", ".bss" -> true;
            default -> false;
        };
        if (!known && format == NasmParser.Format.ELF64) out.append(' ').append(AsmFile.attributes(section.contents()));
        else if (!known)
            throw new AssemblerException("section " + section.name()
                    + " can be written for ELF only; .text, .data, .rodata" + " and .bss for all formats");
        out.append(" align=").append(alignment).append('\n');
    }

    /** Names for all labels of a section, each used once in the file: symbols have theirs. */
    private String[] labelNames(Section section, CodeList list) {
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
        return result;
    }
}
