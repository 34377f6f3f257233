package dev.kiln.object;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.asm.AssembledFile;
import dev.kiln.asm.NasmParser;
import dev.kiln.asm.NasmParser.Format;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import dev.kiln.testing.OutsideTool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Objects of assembled texts are nasm's: for win64 byte for byte, apart from the time that nasm writes; for the other formats in all that
 * they say.
 */
class NasmObjectsTest {
    private static final int FILES = Boolean.getBoolean("kiln.long") ? 3000 : 300;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(
            value = Format.class,
            names = {"ELF64", "WIN64", "MACHO64"})
    void randomFiles(Format format) throws IOException {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < FILES; i++) texts.add(RandomAssembly.make(format, i));
        assertLikeNasm(folder, format, "-w-all", texts);
    }

    /** Files written by hand, a directive or attribute each; a line of dashes stands between them. */
    @ParameterizedTest
    @EnumSource(
            value = Format.class,
            names = {"ELF64", "WIN64", "MACHO64"})
    void directives(Format format) throws IOException {
        String all;
        try (var in = getClass().getResourceAsStream(format.optionName() + ".asm")) {
            all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        assertLikeNasm(folder, format, "-w-all", List.of(all.split("(?m)^;-{8,}\n")));
    }

    /** From 65,535 relocations on, COFF counts them elsewhere. */
    @Test
    void moreRelocationsThanSixteenBitsCount() throws IOException {
        String text = "section .text\nextern e\n times %d dq e\n";
        assertLikeNasm(
                folder,
                Format.WIN64,
                "-w-all",
                List.of(text.formatted(65_534), text.formatted(65_535), text.formatted(200_000)));
    }

    /**
     * Holds the objects of texts to nasm's.
     *
     * @param warnings nasm's option that says of what it warns; it must not
     */
    static void assertLikeNasm(Path folder, Format format, String warnings, List<String> texts) throws IOException {
        OutsideTool.require("nasm");
        for (int i = 0; i < texts.size(); i++) Files.writeString(folder.resolve("f" + i + ".asm"), texts.get(i));
        String loop = "for i in $(seq 0 " + (texts.size() - 1) + "); do nasm " + warnings + " -f " + format.optionName()
                + " -o f$i.o f$i.asm || echo f$i.asm >&2; done";
        OutsideTool.Result result = OutsideTool.run(List.of("sh", "-c", loop), folder, null, Duration.ofMinutes(2));
        assertThat(result.errText()).as("what nasm says").isEmpty();
        for (int i = 0; i < texts.size(); i++) {
            byte[] expected = Files.readAllBytes(folder.resolve("f" + i + ".o"));
            byte[] made = assemble(format, "f" + i + ".asm", texts.get(i));
            String text = "file " + i + ":\n" + texts.get(i);
            switch (format) {
                case ELF64 -> assertThat(ObjectText.elf(made)).as(text).isEqualTo(ObjectText.elf(expected));
                case MACHO64 -> assertThat(ObjectText.macho(made)).as(text).isEqualTo(ObjectText.macho(expected));
                case WIN64 -> {
                    Arrays.fill(expected, 4, 8, (byte) 0);
                    assertThat(made).as(text).isEqualTo(expected);
                }
                case FLAT -> throw new AssertionError("no object");
            }
        }
    }

    static byte[] assemble(Format format, String name, String text) {
        Diagnostics diagnostics = new Diagnostics();
        AssembledFile file = NasmParser.parse(SourceText.of(name, text), format, diagnostics);
        ObjectFile object = file == null ? null : AsmObject.build(file, diagnostics);
        assertThat(diagnostics.hasErrors())
                .as("%s of %s", diagnostics.list(), text)
                .isFalse();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ObjectFormat.of(format).write(object, out);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }
}
