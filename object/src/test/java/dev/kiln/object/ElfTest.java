package dev.kiln.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.kiln.base.DiagnosticException;
import dev.kiln.base.Diagnostics;
import dev.kiln.testing.OutsideTool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Object files as binutils see them, and our own reader, which trusts nothing. */
class ElfTest {
    @TempDir
    Path folder;

    private static final String SOME =
            """
            import func @puts(ptr) -> i32
            data readonly @text = "text\\0"
            data export @words = i64 1, 2, 3
            data export readonly @table = { ptr @text, ptr @puts }
            data export @zeros = zero 100
            data common @common align 32 = zero 40
            data export thread @own = i32 5
            func export @greet() -> i32 {
            entry:
                %r = call i32 @puts(@text)
                ret %r
            }
            func @hidden(%x: i32) -> i32 {
            entry:
                %q = div.s i32 %x, 3
                ret %q
            }
            func weak @soft() {
            entry:
                ret
            }
            """.replace("data export @words = i64 1, 2, 3", "data export @words = { i64 1, 2, 3 }");

    /** One run of readelf over every kind of object: it warns about whatever does not fit together. */
    @Test
    void readelfFindsNothingWrong() {
        Path readelf = OutsideTool.require("readelf");
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("some", SOME);
        texts.put("empty", "");
        texts.put("only-data", "data export @d = i8 1\n");
        texts.put("huge-bss", "data export @huge = zero 2000000000\n");
        texts.put("nothing-in-it", "data export @nothing = zero 0\n");
        texts.put("odd-names", """
                data export @"a b" = i8 1
                data export @"ünï" = i8 2
                func weak @"odd \\"name\\"; %1" () {
                entry:
                    ret
                }
                """.replace("\" ()", "\"()"));
        List<String> command = new ArrayList<>(List.of(readelf.toString(), "-aW"));
        texts.forEach((name, text) -> {
            command.add(Build.object(folder, name, text).toString());
            command.add(Build.write(folder.resolve(name + ".fixed.o"), Build.object(name, text, false))
                    .toString());
        });
        OutsideTool.Result result =
                OutsideTool.run(command.toArray(new String[0])).succeeded();
        assertThat(result.errText()).isEmpty();
        String said = result.outText();
        assertThat(said).doesNotContain("Warning").doesNotContain("<corrupt").contains("a b");

        String some = OutsideTool.run(
                        readelf.toString(), "-sSrW", folder.resolve("some.o").toString())
                .outText();
        assertThat(some).containsPattern("FUNC +GLOBAL +DEFAULT +\\d+ greet\n");
        assertThat(some).containsPattern("FUNC +LOCAL +DEFAULT +\\d+ hidden\n");
        assertThat(some).containsPattern("FUNC +WEAK +DEFAULT +\\d+ soft\n");
        assertThat(some).containsPattern("0000000000000020 +40 OBJECT +GLOBAL +DEFAULT +COM common\n");
        assertThat(some).containsPattern(" 4 TLS +GLOBAL +DEFAULT +\\d+ own\n");
        assertThat(some).containsPattern("100 OBJECT +GLOBAL +DEFAULT +\\d+ zeros\n");
        assertThat(some).containsPattern("\\.data\\.rel\\.ro +PROGBITS .* WA ");
        assertThat(some).containsPattern("\\.rodata +PROGBITS .* A ");
        assertThat(some).containsPattern("\\.tdata +PROGBITS .* WAT ");
        assertThat(some).containsPattern("R_X86_64_64 .* puts \\+ 0");
        assertThat(some).containsPattern("\\.note\\.GNU-stack +PROGBITS +0+ +\\w+ +000000 ");
    }

    /** From 65,280 sections on, their numbers do not fit where they used to stand. */
    @Test
    void aNameTooLongForNasmIsRefusedForTextOnly() {
        String name = "x".repeat(5000);
        String defined = "func export @" + name + "() {\nentry:\n ret\n}\n";
        String used = "import func @" + name + "()\nfunc @f() {\nentry:\n call void @" + name + "()\n ret\n}\n";
        for (String text :
                new String[] {defined, used, "data @" + name + " = i8 1\n", "data @d = ptr @" + name + "\n"}) {
            assertThatThrownBy(() -> Build.nasm("long", text))
                    .isInstanceOf(DiagnosticException.class)
                    .hasMessageContaining("5000 characters is too long for nasm");
            assertThat(Build.object("long", text, true)).isNotEmpty();
        }
    }

    @Test
    void moreSectionsThanSixteenBitsCount() {
        Path nm = OutsideTool.require("nm");
        Path readelf = OutsideTool.require("readelf");
        int count = 66_000;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append("func weak @f").append(i).append("() {\nentry:\n ret\n}\n");
        }
        Path object = Build.object(folder, "many", text.toString());
        OutsideTool.Result symbols =
                OutsideTool.run(nm.toString(), object.toString()).succeeded();
        assertThat(symbols.errText()).isEmpty();
        assertThat(symbols.outText()
                        .lines()
                        .filter(line -> line.contains(" W f"))
                        .count())
                .isEqualTo(count);
        OutsideTool.Result header =
                OutsideTool.run(readelf.toString(), "-hW", object.toString()).succeeded();
        assertThat(header.errText()).isEmpty();
        assertThat(header.outText()).containsPattern("Number of section headers: +0 \\(" + (count + 7) + "\\)");
    }

    @Test
    void sectionsSharedBySeveralUsers() {
        Path objdump = OutsideTool.require("objdump");
        Path object = Build.object(folder, "shared", """
                data section ".bss" @first = zero 8
                data export section ".bss" @second = i64 0x1122334455667788
                data readonly section "mine" @constant = i32 1
                data section "mine" @variable = i32 0x55
                """);
        String said = OutsideTool.run(objdump.toString(), "-s", "-h", object.toString())
                .succeeded()
                .outText();
        assertThat(said).as("contents behind zeros").contains("88776655 44332211");
        assertThat(said).containsPattern("(?s)mine +00000008.*?CONTENTS, ALLOC, LOAD, DATA");
    }

    @Test
    void flagsThatDoNotFitAreTold() {
        Diagnostics diagnostics = new Diagnostics();
        Build.layout("f", """
                data section "s" "aw" @a = i8 1
                data section "s" "w" @b = i8 2
                data section "t" "aq" @c = i8 3
                """, true, diagnostics);
        assertThat(diagnostics.list()).hasSize(2);
        assertThat(diagnostics.list().toString()).contains("KILN-E4004", "KILN-E4005");
    }

    @Test
    void sectionsThatNasmCannotNameAreTold() {
        assertThatThrownBy(() -> Build.nasm("n", "data section \"two words\" @a = i8 1\n"))
                .isInstanceOf(DiagnosticException.class)
                .hasMessageContaining("two words");
        Path nasm = OutsideTool.require("nasm");
        String text = Build.nasm("n", "func weak @\"two words; and %more\"() {\nentry:\n ret\n}\n");
        Path file = Build.write(folder.resolve("n.asm"), text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        OutsideTool.Result result = OutsideTool.run(
                nasm.toString(),
                "-felf64",
                "-w+all",
                file.toString(),
                "-o",
                folder.resolve("n.o").toString());
        assertThat(result.succeeded().errText()).isEmpty();
    }

    @Test
    void ourReaderSeesCodeLabelsAndReferences() throws Exception {
        List<ObjectReader.Section> sections = ObjectReader.sections(Build.object("some", SOME, true));
        List<String> names = new ArrayList<>();
        List<String> references = new ArrayList<>();
        for (ObjectReader.Section section : sections) {
            section.labels().forEach(label -> names.add(label.name()));
            section.references().forEach(reference -> references.add(reference.text()));
        }
        assertThat(names).contains("greet", "hidden", "soft");
        assertThat(references).contains("PLT32 puts-4");
    }

    /** Damaged in any way, a file is read or refused; nothing else happens. */
    @Test
    void damagedFilesAreReadOrRefused() {
        byte[] whole = Build.object("some", SOME, true);
        long seed = 20;
        Random random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = whole.clone();
            int changes = 1 + random.nextInt(4);
            for (int i = 0; i < changes; i++) {
                // Headers of file and sections are where damage hurts.
                int at = random.nextBoolean() ? random.nextInt(64) : random.nextInt(bytes.length);
                bytes[at] = (byte) (random.nextBoolean() ? random.nextInt() : 0xFF);
            }
            if (random.nextInt(4) == 0) {
                bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
            }
            byte[] damaged = bytes;
            Throwable thrown = catchThrowable(() -> ObjectReader.sections(damaged));
            if (thrown != null) {
                assertThat(thrown)
                        .as("round %d of seed %d", round, seed)
                        .isInstanceOf(ObjectReader.FormatException.class);
                refused++;
            }
        }
        assertThat(refused).isBetween(1000, 19_000);
    }
}
