package dev.kiln.object;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.asm.AsmFile;
import dev.kiln.asm.AssembledFile;
import dev.kiln.asm.NasmParser;
import dev.kiln.asm.NasmParser.Format;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.Severity;
import dev.kiln.base.SourceText;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an object format cannot hold is told with its line; no text makes an object writer throw. */
class NasmFormatsTest {
    private static final int SPOILT = 3000;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "ELF64   | dd x wrt ..imagebase\\nx:          | KILN-E0133 | 1",
                "ELF64   | extern x\\nmov rdi,[rel x wrt ..tlvp] | KILN-E0133 | 2",
                "ELF64   | extern x\\ndd x wrt ..gotoff      | KILN-E0125 | 2",
                "ELF64   | section .symtab                      | KILN-E0129 | 1",
                "ELF64   | section .x info=5                    | KILN-E0130 | 1",
                "ELF64   | section .x merge                     | KILN-E0131 | 1",
                "ELF64   | section .x align=3                   | KILN-E0127 | 1",
                "ELF64   | common x 4:7                         | KILN-E0127 | 1",
                "ELF64   | ..start: ret                         | KILN-E0133 | 1",
                "ELF64   | export f                             | KILN-E0110 | 1",
                "ELF64   | jmp 100                              | KILN-E0133 | 1",
                "ELF64   | section .data\\nsection .data nowrite | KILN-W0140 | 2",
                "WIN64   | extern f\\ncall f wrt ..plt          | KILN-E0133 | 2",
                "WIN64   | extern f\\nmov rax,[rel f wrt ..got] | KILN-E0133 | 2",
                "WIN64   | nop\\nx: dq x wrt ..imagebase        | KILN-E0125 | 2",
                "WIN64   | section .pdata\\nx: dq x             | KILN-E0125 | 2",
                "WIN64   | extern f\\ndw f                      | KILN-E0125 | 2",
                "WIN64   | extern f\\ndb f - $                  | KILN-E0125 | 2",
                "WIN64   | extern f\\ndq f - $                  | KILN-E0125 | 2",
                "WIN64   | extern f\\njmp short f               | KILN-E0125 | 2",
                "WIN64   | global f:function\\nf: ret           | KILN-E0133 | 1",
                "WIN64   | extern f:weak\\ncall f               | KILN-E0133 | 1",
                "WIN64   | common c 4:8                         | KILN-E0133 | 1",
                "WIN64   | section .x align=16384               | KILN-E0127 | 1",
                "WIN64   | nop\\nalign 16384                    | KILN-E0127 | 2",
                "WIN64   | section .text exec                   | KILN-W0140 | 1",
                "WIN64   | subsections_via_symbols              | KILN-W0140 | 1",
                "WIN64   | section .x comdat=2                  | KILN-E0131 | 1",
                "WIN64   | section .x comdat=2:nowhere          | KILN-E0120 | 1",
                "ELF64   | section .x comdat=2:f\\nf: ret       | KILN-E0130 | 1",
                "MACHO64 | extern f\\ncall f wrt ..plt          | KILN-E0133 | 2",
                "MACHO64 | extern f\\ndd f                      | KILN-E0125 | 2",
                "MACHO64 | extern f\\nmov eax, f                | KILN-E0125 | 2",
                "MACHO64 | extern f\\nmov eax, [f]              | KILN-E0125 | 2",
                "MACHO64 | extern f\\njmp short f               | KILN-E0125 | 2",
                "MACHO64 | x: dw 1\\nmov rax,[rel x wrt ..gotpcrel] | KILN-E0125 | 2",
                "MACHO64 | jmp 100                              | KILN-E0133 | 1",
                "MACHO64 | section .tdata                       | KILN-E0129 | 1",
                "MACHO64 | section __DATA,__seventeen_letters   | KILN-E0129 | 1",
                "MACHO64 | section ,__x                         | KILN-E0129 | 1",
                "MACHO64 | section __DATA,__x write             | KILN-E0130 | 1",
                "MACHO64 | section .text\\nsection .text data   | KILN-W0140 | 2",
                "MACHO64 | global f:function\\nf: ret           | KILN-E0133 | 1",
                "MACHO64 | global f:weak\\nf: ret               | KILN-E0133 | 1",
                "MACHO64 | no_dead_strip f                      | KILN-E0120 | 1",
                "MACHO64 | global a,b\\nsubsections_via_symbols\\na: nop\\nb: dd b-a | KILN-E0125 | 4",
            })
    void whatAFormatCannotHoldIsTold(Format format, String text, String code, int line) {
        Diagnostics diagnostics = new Diagnostics();
        String source = text.replace("\\n", "\n");
        AssembledFile file = NasmParser.parse(SourceText.of("t.asm", source), format, diagnostics);
        if (file != null) AsmObject.build(file, diagnostics);
        assertThat(diagnostics.list()).as(source).isNotEmpty();
        var first = diagnostics.list().getFirst();
        assertThat(first.code().id()).as(first.toString()).isEqualTo(code);
        assertThat(first.position().line()).as(first.toString()).isEqualTo(line);
        assertThat(diagnostics.hasErrors()).isEqualTo(first.severity() != Severity.MEDIUM);
    }

    @Test
    void noTextMakesAWriterThrow() throws Exception {
        List<String> lines = new ArrayList<>();
        for (String name : List.of("elf64", "win64", "macho64")) {
            try (var in = getClass().getResourceAsStream(name + ".asm")) {
                new String(in.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> !line.startsWith(";"))
                        .forEach(lines::add);
            }
        }
        SplittableRandom random = new SplittableRandom(17);
        Format[] formats = {Format.ELF64, Format.WIN64, Format.MACHO64};
        int written = 0;
        for (int i = 0; i < SPOILT; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(1, 12); j > 0; j--)
                text.append(lines.get(random.nextInt(lines.size()))).append('\n');
            for (int j = random.nextInt(3); j > 0; j--) {
                int at = random.nextInt(text.length());
                if (random.nextBoolean()) text.deleteCharAt(at);
                else text.insert(at, "[],:=+-.$ \n09".charAt(random.nextInt(13)));
                if (text.isEmpty()) text.append(' ');
            }
            Format format = formats[i % 3];
            try {
                Diagnostics diagnostics = new Diagnostics();
                AssembledFile file = NasmParser.parse(SourceText.of("t.asm", text.toString()), format, diagnostics);
                ObjectFile object = file == null ? null : AsmObject.build(file, diagnostics);
                assertThat(object == null).isEqualTo(diagnostics.hasErrors());
                if (object == null) continue;
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                ObjectFormat.of(format).write(object, out);
                ObjectReader.sections(out.toByteArray());
                SourceText source = SourceText.of("t.asm", text.toString());
                AsmFile edited = AsmFile.parse(source, format, name -> new byte[0], diagnostics);
                assertThat(edited == null).isEqualTo(diagnostics.hasErrors());
                written++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError(format + " of\n" + text, e);
            }
        }
        assertThat(written).isBetween(SPOILT / 20, SPOILT);
    }
}
