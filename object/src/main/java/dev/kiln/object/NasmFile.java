package dev.kiln.object;

import dev.kiln.asm.NasmNames;
import dev.kiln.asm.NasmSink;
import dev.kiln.base.Diagnostic;
import dev.kiln.base.DiagnosticException;
import dev.kiln.base.Position;
import dev.kiln.compiler.CompiledFunction;
import dev.kiln.compiler.TrapRoutine;
import dev.kiln.ir.Data;
import dev.kiln.ir.IrPrinter;
import dev.kiln.ir.Linkage;
import dev.kiln.object.Layout.Placed;
import dev.kiln.object.Layout.PlacedSection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Prints a layout as text for nasm (2.16 and later, {@code -f elf64}), which makes the object that {@link ObjectBuilder} makes of the
 * same layout: section contents and relocations alike.
 */
public final class NasmFile {
    private static final int ITEMS_PER_LINE = 8;
    private static final int BYTES_PER_LINE = 16;

    private final Layout layout;
    private final StringBuilder out = new StringBuilder(1 << 16);

    private NasmFile(Layout layout) {
        this.layout = layout;
    }

    /**
     * Prints. The module must have been compiled with {@code CompilerOptions.text}.
     *
     * @throws DiagnosticException when a section or a symbol has a name that nasm cannot read
     */
    public static String print(Layout layout) {
        return new NasmFile(layout).run();
    }

    private String run() {
        out.append("; module ").append(oneLine(layout.module().name()));
        if (!layout.module().sourceFile().isEmpty()) {
            out.append(", from ").append(oneLine(layout.module().sourceFile()));
        }
        out.append("\n; made by Kiln; assemble with: nasm -f elf64\n\nbits 64\ndefault rel\n");
        printSymbols();
        for (PlacedSection section : layout.sections()) {
            out.append('\n');
            printHead(section);
            long end = 0;
            for (Placed item : section.items()) {
                print(section, item, end);
                end = item.offset() + item.size();
            }
        }
        out.append("\nsection .note.GNU-stack noalloc noexec nowrite progbits\n");
        return out.toString();
    }

    /** Text for a comment: without line breaks, and without the backslash that would join the next line. */
    private static String oneLine(String text) {
        StringBuilder clean = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            clean.append(c < ' ' || c == '\\' ? '?' : c);
        }
        return clean.toString();
    }

    private void printSymbols() {
        out.append('\n');
        Set<String> external = new LinkedHashSet<>();
        for (PlacedSection section : layout.sections()) {
            for (Placed item : section.items()) {
                checkName(item.name());
                printGlobal(item);
                collectExternal(item, external);
            }
        }
        for (Placed common : layout.commons()) {
            checkName(common.name());
            out.append("common ").append(name(common.name())).append(' ').append(Math.max(1, common.size()));
            out.append(':').append(common.align()).append('\n');
        }
        for (String symbol : external) {
            checkName(symbol);
            out.append("extern ").append(name(symbol)).append('\n');
        }
    }

    private void printGlobal(Placed item) {
        boolean thread = item.data() != null && item.data().thread();
        boolean hidden = thread && item.linkage() == Linkage.LOCAL;
        if (item.linkage() == Linkage.LOCAL && !hidden) {
            return;
        }
        out.append("global ").append(name(SymbolNames.inObject(layout, item.name())));
        out.append(item.code() != null ? ":function" : ":data");
        if (hidden) {
            out.append(" hidden");
        }
        if (item.linkage() == Linkage.WEAK || item.linkage() == Linkage.COMMON) {
            out.append(" weak");
        }
        out.append(" (").append(item.size()).append(")\n");
    }

    private void collectExternal(Placed item, Set<String> external) {
        if (item.code() != null) {
            for (int i = 0; i < item.code().relocationCount(); i++) {
                addExternal(item.code().relocationSymbol(i), external);
            }
            return;
        }
        for (Data.Item part : item.data().items()) {
            if (part instanceof Data.Address address) {
                addExternal(address.symbol(), external);
            }
        }
    }

    private void addExternal(String symbol, Set<String> external) {
        if (layout.symbol(symbol) == null) {
            external.add(symbol);
        }
    }

    private void printHead(PlacedSection section) {
        SectionKind kind = section.kind();
        if (!isSectionName(section.name())) {
            throw new DiagnosticException(Diagnostic.of(ObjectCode.SECTION_NAME, Position.NONE, section.name())
                    .suggest("write an object file instead (-o NAME.o)"));
        }
        out.append("section ").append(section.name());
        out.append(kind.thread() ? " tls" : "");
        out.append(kind.allocate() ? " alloc" : " noalloc");
        out.append(kind.execute() ? " exec" : " noexec");
        out.append(kind.write() ? " write" : " nowrite");
        out.append(kind.zero() ? " nobits" : " progbits");
        out.append(" align=").append(section.align()).append('\n');
    }

    /** nasm takes a section's name up to the next blank, and has no quotes for it. */
    private static boolean isSectionName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c <= ' ' || c >= 0x7F || ";\"'`%\\".indexOf(c) >= 0) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    private void print(PlacedSection section, Placed item, long end) {
        if (item.offset() > end) {
            if (section.kind().zero()) {
                out.append("        resb ").append(item.offset() - end).append('\n');
            } else {
                out.append("        times ").append(item.offset() - end);
                out.append(section.kind().execute() ? " db 0x90\n" : " db 0\n");
            }
        }
        if (item.code() != null) {
            printCode(item);
        } else {
            printData(section, item);
        }
    }

    private void printCode(Placed item) {
        out.append('\n');
        CompiledFunction function = item.function();
        if (function != null) {
            out.append("; ")
                    .append(oneLine(IrPrinter.head(function.function())))
                    .append('\n');
        }
        out.append(name(item.name())).append(":\n");
        NasmSink sink = new NasmSink(item.code(), out);
        if (function != null) {
            function.emit(sink);
        } else {
            TrapRoutine.emit(sink);
        }
        sink.finish();
    }

    private void printData(PlacedSection section, Placed item) {
        String inObject = SymbolNames.inObject(layout, item.name());
        if (!inObject.equals(item.name())) {
            out.append(name(inObject)).append(":\n");
        }
        out.append(name(item.name())).append(":\n");
        if (section.kind().zero()) {
            if (item.size() > 0) {
                out.append("        resb ").append(item.size()).append('\n');
            }
            return;
        }
        for (Data.Item part : item.data().items()) {
            switch (part) {
                case Data.Zero zero -> {
                    if (zero.size() > 0) {
                        out.append("        times ").append(zero.size()).append(" db 0\n");
                    }
                }
                case Data.Address address -> printAddress(address);
                case Data.Bytes bytes -> printBytes(bytes.bytes());
                case Data.Scalars scalars -> printScalars(scalars);
            }
        }
    }

    private void printAddress(Data.Address address) {
        out.append("        dq ").append(name(address.symbol()));
        if (address.offset() != 0) {
            out.append(address.offset() < 0 ? "" : "+").append(address.offset());
        }
        Placed target = layout.symbol(address.symbol());
        if (target != null && target.section() != null && !target.isFinal()) {
            // Another module may replace it, so the symbol itself must be named and not its place here.
            out.append(" wrt ..sym");
        }
        out.append('\n');
    }

    private void printScalars(Data.Scalars scalars) {
        String directive = switch (scalars.type().bytes()) {
            case 1 -> "db";
            case 2 -> "dw";
            case 4 -> "dd";
            default -> "dq";
        };
        long[] bits = scalars.bits();
        for (int i = 0; i < bits.length; i++) {
            boolean first = i % ITEMS_PER_LINE == 0;
            out.append(first ? "        " + directive + " " : ", ");
            if (scalars.type().isFloat()) {
                out.append("0x").append(Long.toHexString(bits[i]));
            } else {
                out.append(bits[i]);
            }
            if (i % ITEMS_PER_LINE == ITEMS_PER_LINE - 1 || i == bits.length - 1) {
                out.append('\n');
            }
        }
    }

    /** Bytes as quoted text where they are printable, else as numbers. */
    private void printBytes(byte[] bytes) {
        int at = 0;
        List<String> parts = new ArrayList<>();
        int width = 0;
        while (at < bytes.length) {
            int from = at;
            String part;
            if (isPlain(bytes[at])) {
                while (at < bytes.length && at - from < 4 * BYTES_PER_LINE && isPlain(bytes[at])) {
                    at++;
                }
                part = '"' + new String(bytes, from, at - from, StandardCharsets.US_ASCII) + '"';
            } else {
                part = Integer.toString(bytes[at++] & 0xFF);
            }
            if (width > 0 && width + part.length() > 90) {
                flush(parts);
                width = 0;
            }
            parts.add(part);
            width += part.length() + 2;
        }
        flush(parts);
    }

    private void flush(List<String> parts) {
        if (!parts.isEmpty()) {
            out.append("        db ").append(String.join(", ", parts)).append('\n');
            parts.clear();
        }
    }

    private static boolean isPlain(byte b) {
        return b >= ' ' && b < 0x7F && b != '"' && b != '\\';
    }

    private static void checkName(String symbol) {
        if (!NasmNames.isPossible(symbol)) {
            throw new DiagnosticException(Diagnostic.of(
                            ObjectCode.SYMBOL_NAME,
                            Position.NONE,
                            "@" + symbol.substring(0, 40) + "…",
                            String.valueOf(symbol.length()))
                    .suggest("write an object file instead (-o NAME.o), or shorten the name"));
        }
    }

    private static String name(String symbol) {
        return NasmNames.escape(symbol);
    }
}
