package dev.kiln.cli;

import static dev.kiln.cli.CommandLine.here;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code kiln asm}: its formats, how they are chosen, and what {@code kiln dis} makes of its objects. */
class AsmTest {
    @TempDir
    Path folder;

    private String text(String text) throws IOException {
        return Files.writeString(folder.resolve("t.asm"), text).toString();
    }

    @ParameterizedTest
    @CsvSource({
        "elf64, x, 7f454c46, PC32 outside-4",
        "win64, x, 64860100, REL32 outside",
        "macho64, x, cffaedfe, BRANCH outside",
        ", x.o, 7f454c46, PC32 outside-4",
        ", x.obj, 64860100, REL32 outside",
    })
    void objectsAreMadeAndListed(String format, String name, String magic, String reference) throws IOException {
        String out = folder.resolve(name).toString();
        String in = text("extern outside\nstart: nop\n.inner: call outside\n jmp start\n");
        CommandLine.Result made =
                format == null ? here("asm", in, "-o", out) : here("asm", in, "-f", format, "-o", out);
        assertThat(made.err()).isEmpty();
        assertThat(made.status()).isZero();
        byte[] bytes = Files.readAllBytes(Path.of(out));
        assertThat(HexFormat.of().formatHex(bytes, 0, 4)).isEqualTo(magic);
        assertThat(here("dis", out).out())
                .contains("start:\n    0000  90 ")
                .contains("start.inner:\n    0001  e8 00 00 00 00 ")
                .contains("; " + reference + "\n")
                .contains("jmp start\n");
    }

    @Test
    void flatBinariesAreChosenByTheirEnding() throws IOException {
        Path out = folder.resolve("x.bin");
        assertThat(here("asm", text("org 0x100\ndw $, 7\n"), "-o", out.toString())
                        .status())
                .isZero();
        assertThat(Files.readAllBytes(out)).containsExactly(0, 1, 7, 0);
    }

    @Test
    void whatTheFormatCannotHoldLeavesTheOutputAlone() throws IOException {
        Path out = Files.writeString(folder.resolve("x.o"), "old");
        CommandLine.Result result =
                here("asm", text("extern e\nnop\nmov eax, [rel e wrt ..got]\n"), "-fwin64", "-o", out.toString());
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("t.asm:3:").contains("KILN-E0133").contains("win64");
        assertThat(out).hasContent("old");
    }

    @Test
    void formatsThatDoNotExistAreBadUsage() throws IOException {
        CommandLine.Result result = here("asm", text("nop\n"), "-f", "elf32", "-o", "x");
        assertThat(result.status()).isEqualTo(2);
        assertThat(result.err()).contains("bin, elf64, win64 or macho64");
    }
}
