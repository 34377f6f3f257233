package dev.kiln.object;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.asm.AsmFile;
import dev.kiln.asm.AssembledFile;
import dev.kiln.asm.NasmNames;
import dev.kiln.asm.NasmParser;
import dev.kiln.asm.NasmParser.Format;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Texts read as files to be edited, and printed: they assemble to what the text assembles to, and printing what was printed changes nothing. */
class AsmFileTextTest {
    private static final int FILES = Boolean.getBoolean("kiln.long") ? 3000 : 300;

    private static final NasmParser.Files NO_FILES = name -> {
        throw new IOException("no file");
    };

    /** What a file says, without the order of its symbols and without labels that only the printed text has. */
    private static List<String> contents(AssembledFile file) {
        List<String> lines = new ArrayList<>();
        for (AssembledFile.Section s : file.sections()) {
            // Nobody asks a section without contents, which no symbol is in, how it is aligned.
            if (s.name().equals(".note.GNU-stack")) continue;
            lines.add("section " + s.name() + " " + s.isWritable() + s.isExecutable() + s.isAllocated() + s.isZero()
                    + s.isThreadLocal() + " " + s.type() + " " + s.flags() + " " + s.entrySize() + " " + s.comdat()
                    + " " + s.align() + " " + s.size() + " " + HexFormat.of().formatHex(s.bytes()));
            for (AssembledFile.Relocation r : s.relocations()) {
                lines.add("  " + r.offset() + " " + r.kind() + " " + target(file, r));
            }
        }
        List<String> symbols = new ArrayList<>();
        for (AssembledFile.Symbol s : file.symbols()) {
            String where = s.section() >= 0 ? file.sections().get(s.section()).name() : Integer.toString(s.section());
            if (s.name().matches("L[0-9]+(_[0-9]+)?|\\?x(start\\?20of|address\\?20).*")) continue;
            // Local names that begin as nasm's own do are written in other letters.
            boolean special = s.name().startsWith("..@")
                    || s.name().startsWith("?") && !s.name().startsWith("?x");
            String name = special ? NasmNames.escape(s.name()) : s.name();
            symbols.add("symbol " + name + " " + where + " " + s.value() + " " + s.size() + " " + s.binding() + " "
                    + s.kind() + " " + s.visibility());
        }
        symbols.sort(null);
        lines.addAll(symbols);
        return lines;
    }

    /** What a relocation refers to. Mach-O's name some symbol wherever there is one, of several at a place any. */
    private static String target(AssembledFile file, AssembledFile.Relocation r) {
        if (r.symbol() < 0)
            return (r.section() >= 0 ? file.sections().get(r.section()).name() : "number") + " " + r.addend();
        AssembledFile.Symbol symbol = file.symbols().get(r.symbol());
        boolean any = file.format() == Format.MACHO64 && symbol.section() >= 0;
        return any
                ? file.sections().get(symbol.section()).name() + " " + (symbol.value() + r.addend())
                : symbol.name() + " " + r.addend();
    }

    private static AssembledFile assemble(String text, Format format) {
        Diagnostics diagnostics = new Diagnostics();
        AssembledFile file = NasmParser.parse(SourceText.of("t.asm", text), format, NO_FILES, diagnostics);
        assertThat(diagnostics.hasErrors())
                .as("%s of %s", diagnostics.list(), text)
                .isFalse();
        return file;
    }

    private static AsmFile read(String text, Format format) {
        Diagnostics diagnostics = new Diagnostics();
        AsmFile file = AsmFile.parse(SourceText.of("t.asm", text), format, NO_FILES, diagnostics);
        assertThat(diagnostics.hasErrors())
                .as("%s of %s", diagnostics.list(), text)
                .isFalse();
        return file;
    }

    private static void check(String text, Format format) {
        List<String> expected = contents(assemble(text, format));
        String printed = read(text, format).toNasm(format);
        assertThat(contents(assemble(printed, format)))
                .as("printed:\n%s\nof:\n%s", printed, text)
                .isEqualTo(expected);
        // Once printed, it stays as it is; which of several names for a place is taken does not.
        String again = read(printed, format).toNasm(format);
        assertThat(contents(assemble(again, format))).isEqualTo(expected);
        if (format != Format.MACHO64)
            assertThat(read(again, format).toNasm(format)).isEqualTo(again);
    }

    @ParameterizedTest
    @EnumSource(
            value = Format.class,
            names = {"ELF64", "WIN64", "MACHO64"})
    void randomFiles(Format format) {
        for (int i = 0; i < FILES; i++) check(RandomAssembly.make(format, i), format);
    }

    @ParameterizedTest
    @EnumSource(
            value = Format.class,
            names = {"ELF64", "WIN64", "MACHO64"})
    void directives(Format format) throws IOException {
        String all;
        try (var in = getClass().getResourceAsStream(format.optionName() + ".asm")) {
            all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        for (String text : all.split("(?m)^;-{8,}\n")) check(text, format);
    }
}
