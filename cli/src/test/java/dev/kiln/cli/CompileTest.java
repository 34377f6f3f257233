package dev.kiln.cli;

import static dev.kiln.cli.CommandLine.here;
import static dev.kiln.cli.CommandLine.hereWith;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.cli.CommandLine.Result;
import dev.kiln.testing.OutsideTool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code compile}, {@code check}, {@code fmt} and {@code dis}, and what becomes of files. */
class CompileTest {
    private static final String GOOD = """
            module "good"
            func export @f(%a: i32, %b: i32) -> i32 {
            entry:
                %q = div.s i32 %a, %b
                ret %q
            }
            func export @main() -> i32 {
            entry:
                %r = call i32 @f(84, 2)
                ret %r
            }
            """;
    private static final String BAD = """
            module "bad"
            func export @main() -> i32 {
            entry:
                %x = add i32 %y, 1
                %z = frob i32 %x
                ret %x
            }
            """;
    private static final String QBE = "export function w $main() {\n@start\n\tret 42\n}\n";

    @TempDir
    Path folder;

    private Path good;
    private Path bad;

    @BeforeEach
    void write() throws IOException {
        good = Files.writeString(folder.resolve("good one.kir"), GOOD);
        bad = Files.writeString(folder.resolve("bad.kir"), BAD);
    }

    private String out(String name) {
        return folder.resolve(name).toString();
    }

    private static void assertFine(Result result) {
        assertThat(result.err()).isEmpty();
        assertThat(result.status()).isZero();
    }

    private static int run(String file) {
        return OutsideTool.run(file).exit();
    }

    @Test
    void theEndingPicksTheForm() throws IOException {
        OutsideTool.require("cc");
        for (String text : List.of("x.asm", "x.nasm", "x.s")) {
            assertFine(here("compile", good.toString(), "-o", out(text)));
            assertThat(Files.readString(Path.of(out(text))))
                    .contains("default rel")
                    .contains("f:");
        }
        for (String object : List.of("x.o", "x.obj")) {
            assertFine(here("compile", good.toString(), "-o", out(object)));
            assertThat(Files.readAllBytes(Path.of(out(object))))
                    .startsWith(0x7F, 'E', 'L', 'F')
                    .containsSequence((byte) 0);
        }
        for (String executable : List.of("x", "x.exe")) {
            assertFine(here("compile", good.toString(), "-o", out(executable)));
            assertThat(run(out(executable))).isEqualTo(42);
        }
        assertFine(here("compile", good.toString(), "-o", out("x.so")));
        assertThat(Files.readAllBytes(Path.of(out("x.so")))).startsWith(0x7F, 'E', 'L', 'F', 2, 1, 1);
        assertFine(here("compile", good.toString(), "-o", out("odd.name"), "--format", "nasm"));
        assertThat(Files.readString(Path.of(out("odd.name")))).contains("default rel");
        assertFine(here("compile", good.toString(), "-o", out("odd2.asm"), "--format=elf"));
        assertThat(Files.readAllBytes(Path.of(out("odd2.asm")))).startsWith(0x7F, 'E', 'L', 'F');
        assertFine(here("compile", good.toString(), "-o", out("x.fixed"), "--no-pic"));
        assertThat(run(out("x.fixed"))).isEqualTo(42);
    }

    @Test
    void everyLevelAndNumberOfThreadsCompiles() throws IOException {
        byte[] first = null;
        for (List<String> more : List.of(
                List.of("-O0"),
                List.of("-O0", "--threads", "4"),
                List.of("-O0", "--threads=1", "--debug-level", "0"))) {
            List<String> args = new java.util.ArrayList<>(List.of("compile", good.toString(), "-o", out("t.o")));
            args.addAll(more);
            assertFine(here(args.toArray(new String[0])));
            byte[] bytes = Files.readAllBytes(Path.of(out("t.o")));
            assertThat(first == null || java.util.Arrays.equals(first, bytes))
                    .as("%s", more)
                    .isTrue();
            first = bytes;
        }
        assertFine(here("compile", good.toString(), "-o", out("t1.o"), "-O1"));
        assertFine(here("compile", good.toString(), "-o", out("t2.o"), "-O2", "--pic"));
    }

    @Test
    void manyThreadsGiveTheSameBytes() throws IOException {
        StringBuilder text = new StringBuilder("module \"many\"\n");
        for (int i = 0; i < 300; i++) {
            text.append("func export @f").append(i).append("(%x: i64) -> i64 {\nentry:\n %y = mul i64 %x, ");
            text.append(i).append("\n %z = call i64 @f").append((i * 7) % 300).append("(%y)\n ret %z\n}\n");
        }
        Path many = Files.writeString(folder.resolve("many.kir"), text);
        assertFine(here("compile", many.toString(), "-o", out("one.asm"), "--threads", "1"));
        assertFine(here("compile", many.toString(), "-o", out("seven.asm"), "--threads", "7"));
        assertThat(Path.of(out("seven.asm"))).hasSameBinaryContentAs(Path.of(out("one.asm")));
    }

    @Test
    void severalProgramsAndOtherFilesAreLinked() throws IOException {
        OutsideTool.require("cc");
        Path first = Files.writeString(folder.resolve("first.kir"), """
                import func @from_ssa() -> i32
                import func @from_c(i32) -> i32
                func export @main() -> i32 {
                entry:
                    %a = call i32 @from_ssa()
                    %b = call i32 @from_c(%a)
                    ret %b
                }
                """);
        Path second = Files.writeString(
                folder.resolve("second.ssa"), "export function w $from_ssa() {\n@start\n\tret 20\n}\n");
        Path third = Files.writeString(folder.resolve("third.c"), "int from_c(int x) { return x * 2; }\n");
        assertFine(here("compile", first.toString(), second.toString(), third.toString(), "-o", out("linked")));
        assertThat(run(out("linked"))).isEqualTo(40);

        assertFine(here("compile", second.toString(), "-o", out("second.o")));
        assertFine(here("compile", third.toString(), "-o", out("libthird.so")));
        assertFine(here(
                "compile", first.toString(), out("second.o"), "-l" + out("libthird.so"), "-o", out("with library")));
        assertThat(run(out("with library"))).isEqualTo(40);

        Result missing = here("compile", first.toString(), "-o", out("linked"));
        assertThat(missing.status()).isEqualTo(1);
        assertThat(missing.err())
                .contains("the linker refused")
                .contains("from_ssa")
                .contains("KILN-E4011");
        assertThat(run(out("linked"))).as("the earlier result, untouched").isEqualTo(40);
    }

    @Test
    void resultsAreUntouchedWhenAnythingIsWrong() throws IOException {
        for (String name : List.of("kept", "kept.o", "kept.asm")) {
            Path kept = Files.writeString(folder.resolve(name), "precious");
            Result result = here("compile", bad.toString(), "-o", kept.toString());
            assertThat(result.status()).isEqualTo(1);
            assertThat(kept).hasContent("precious");
        }
        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.contains(".tmp"));
        }
    }

    @Test
    void permissionsAreThoseOfOtherFiles() throws IOException {
        OutsideTool.require("cc");
        Path usual = Files.createFile(folder.resolve("usual"));
        String expected = PosixFilePermissions.toString(Files.getPosixFilePermissions(usual));
        assertFine(here("compile", good.toString(), "-o", out("p.o")));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(out("p.o")))))
                .isEqualTo(expected);
        assertFine(here("compile", good.toString(), "-o", out("p")));
        assertThat(Files.isExecutable(Path.of(out("p")))).isTrue();
    }

    @Test
    void devicesAreWrittenAndLinksFollowed() throws Exception {
        Path pipe = folder.resolve("pipe");
        OutsideTool.run("mkfifo", pipe.toString()).succeeded();
        FutureTask<byte[]> read = new FutureTask<>(() -> Files.readAllBytes(pipe));
        Thread.ofPlatform().daemon().start(read);
        assertFine(here("compile", good.toString(), "--format", "elf", "-o", pipe.toString()));
        assertThat(read.get(2, TimeUnit.MINUTES)).startsWith(0x7F, 'E', 'L', 'F');
        assertThat(Files.isRegularFile(pipe)).isFalse();
        Result full = here("compile", good.toString(), "--format", "elf", "-o", "/dev/full");
        assertThat(full.status()).isEqualTo(1);
        assertThat(full.err()).contains("cannot write /dev/full");

        Path real = Files.writeString(folder.resolve("real.o"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link.o"), real);
        assertFine(here("compile", good.toString(), "-o", link.toString()));
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(Files.readAllBytes(real)).startsWith(0x7F, 'E', 'L', 'F');
    }

    @Test
    void textGoesToStandardOutput() {
        Result text = here("compile", good.toString(), "-o", "-");
        assertFine(text);
        assertThat(text.out()).contains("default rel").contains("main:");
    }

    @Test
    void dumpsAndTimesGoToStandardError() {
        Result result = here("compile", good.toString(), "-o", out("d.o"), "--dump", "after:select", "--time-passes");
        assertThat(result.status()).isZero();
        assertThat(result.err())
                .contains("; @f after select")
                .contains("; @main after select")
                .contains("idiv");
        assertThat(result.err())
                .doesNotContain("after allocate")
                .contains(" ms  parse")
                .contains(" ms  compile");
        Result allocated = here("compile", good.toString(), "-o", out("d.o"), "--dump=after:allocate");
        assertThat(allocated.err()).contains("; @f after allocate").doesNotContain("after select");
    }

    @Test
    void checkReportsEverything() {
        assertThat(here("check", good.toString())).isEqualTo(new Result(0, "", ""));
        Result result = here("check", good.toString(), "not-there.kir", bad.toString());
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err())
                .contains("not-there.kir")
                .contains("bad.kir:4:")
                .contains("bad.kir:5:")
                .contains("    %z = frob i32 %x")
                .contains("^");
    }

    @Test
    void diagnosticsAsJson() {
        Result result = here("check", "--diagnostics", "json", bad.toString());
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err().strip())
                .startsWith("[")
                .endsWith("]")
                .contains("\"code\"")
                .contains("\"line\"");
        assertThat(Json.isWellFormed(result.err())).isTrue();
        Result missing = here("check", "--diagnostics=json", "none\".kir");
        assertThat(Json.isWellFormed(missing.err())).isTrue();
        assertThat(missing.err()).contains("none\\\".kir");
        Result fine = here("check", "--diagnostics=json", good.toString());
        assertThat(fine.err().strip()).isEqualTo("[]");
        assertThat(fine.status()).isZero();
    }

    @Test
    void standardInputAndItsLanguage() {
        byte[] kir = GOOD.getBytes(StandardCharsets.UTF_8);
        byte[] ssa = QBE.getBytes(StandardCharsets.UTF_8);
        assertThat(hereWith(kir, "check", "-").status()).isZero();
        assertThat(hereWith(ssa, "check", "-").status()).isZero();
        assertThat(hereWith(ssa, "check", "--input", "ssa", "-").status()).isZero();
        assertThat(hereWith(kir, "check", "--input", "ssa", "-").status()).isEqualTo(1);
        assertThat(hereWith(ssa, "check", "--input", "kir", "-").status()).isEqualTo(1);
        Result unknown = hereWith("what is this?\n".getBytes(StandardCharsets.UTF_8), "check", "-");
        assertThat(unknown.status()).isEqualTo(1);
        assertThat(unknown.err()).contains("--input kir or --input ssa");
        Result wrong = hereWith(BAD.getBytes(StandardCharsets.UTF_8), "check", "-");
        assertThat(wrong.err()).contains("<stdin>:4:").contains("%x = add");
    }

    @Test
    void fmtPrintsWhatReadsBack() throws IOException {
        Result once = here("fmt", good.toString());
        assertFine(once);
        assertThat(hereWith(once.out().getBytes(StandardCharsets.UTF_8), "fmt", "--input", "kir", "-")
                        .out())
                .isEqualTo(once.out());
        assertFine(here("fmt", good.toString(), "-o", out("f.kir")));
        assertThat(Files.readString(Path.of(out("f.kir")))).isEqualTo(once.out());
        Path ssa = Files.writeString(folder.resolve("q.ssa"), QBE);
        assertThat(here("fmt", ssa.toString()).out()).contains("func export @main() -> i32");
        assertThat(here("fmt", bad.toString()).status()).isEqualTo(1);
    }

    @Test
    void disShowsObjectsAndBytes() throws IOException {
        assertFine(here("compile", good.toString(), "-o", out("x.o")));
        Result object = here("dis", out("x.o"));
        assertFine(object);
        assertThat(object.out())
                .contains("section .text")
                .contains("f:\n")
                .contains("main:\n")
                .contains("idiv")
                .contains("PLT32 __kiln_trap");
        Path raw = Files.write(folder.resolve("raw.bin"), new byte[] {(byte) 0x90, (byte) 0xC3, 0x0F});
        Result bytes = here("dis", raw.toString());
        assertThat(bytes.out()).contains("nop").contains("ret").contains("db 0x0f");
        assertFine(here("dis", raw.toString(), "-o", out("listing")));
        assertThat(Files.readString(Path.of(out("listing")))).isEqualTo(bytes.out());
    }
}
