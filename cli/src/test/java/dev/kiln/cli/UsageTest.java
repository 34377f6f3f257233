package dev.kiln.cli;

import static dev.kiln.cli.CommandLine.here;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.base.KilnVersion;
import dev.kiln.cli.CommandLine.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Help, versions, and command lines that make no sense. */
class UsageTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"run", "interp", "compile", "check", "fmt", "dis"})
    void everyCommandHasHelp(String command) {
        Result result = here(command, "--help");
        assertThat(result.status()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).startsWith("usage: kiln " + command + " ").contains("--diagnostics");
        assertThat(here("help", command)).isEqualTo(result);
        assertThat(here(command, "-h")).isEqualTo(result);
        assertThat(here("--help").out()).containsPattern("(?m)^  " + command + " ");
        assertThat(result.out().lines()).allMatch(line -> line.length() <= 100, "fits on a terminal");
    }

    @Test
    void version() {
        assertThat(here("--version")).isEqualTo(new Result(0, "kiln " + KilnVersion.TEXT + "\n", ""));
        assertThat(here("-V").status()).isZero();
    }

    /** The version in the command is that of the build. */
    @Test
    void versionOfTheBuild() throws IOException {
        String pom =
                Files.readString(Path.of(System.getProperty("kiln.root", "..")).resolve("pom.xml"));
        assertThat(pom).containsPattern("<version>" + KilnVersion.TEXT + "(-SNAPSHOT)?</version>");
    }

    @Test
    void textIsAssembledForATarget() throws IOException {
        Path text = Files.writeString(folder.resolve("a.asm"), "ret\nvaddps ymm0, ymm1, ymm2\n");
        Path out = folder.resolve("a.bin");
        Result refused = here("asm", text.toString(), "-o", out.toString(), "--cpu", "x86-64-v2");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains(":2:1").contains("vaddps needs avx, which the target x86-64-v2 lacks");
        assertThat(out).doesNotExist();
        assertThat(here("asm", text.toString(), "-o", out.toString(), "--cpu=x86-64-v2+avx")
                        .status())
                .isZero();
        Result unknown = here("asm", text.toString(), "-o", out.toString(), "--cpu", "x86-64-v9");
        assertThat(unknown.status()).isEqualTo(2);
        assertThat(unknown.err()).contains("--cpu x86-64-v9").contains("x86-64-v1 to x86-64-v4");
    }

    @Test
    void nothingAtAllShowsTheOverviewAsAnError() {
        Result result = here();
        assertThat(result.status()).isEqualTo(2);
        assertThat(result.err()).contains("usage: kiln COMMAND");
        assertThat(result.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "frobnicate                      | unknown command frobnicate",
                "help frobnicate                 | unknown command frobnicate",
                "run                             | there is no program",
                "interp                          | there is no program",
                "check                           | check needs a file",
                "fmt                             | fmt needs a file",
                "dis                             | dis needs a file",
                "compile -o x                    | compile needs a file",
                "compile x.kir                   | compile needs -o",
                "compile x.kir -o                | -o needs a value",
                "fmt a.kir b.kir                 | takes one file",
                "check --colour x.kir            | unknown option --colour",
                "run -x y.kir                    | unknown option -x",
                "run --threads 2 x.kir           | run has no option --threads",
                "check -O1 x.kir                 | check has no option -O1",
                "dis --input kir x               | dis has no option --input",
                "dis --hex 4g                    | --hex takes pairs",
                "dis --hex 90 x                  | a file or --hex, not both",
                "dis --address here x            | --address is a number",
                "dis --syntax att x              | --syntax is nasm or intel",
                "dis --asm --syntax intel x      | --asm writes nasm's syntax",
                "run --help=yes x.kir            | --help takes no value",
                "check --input c x.kir           | --input is kir or ssa",
                "check --diagnostics xml x       | --diagnostics is text or json",
                "compile a.kir -o x --format elf32   | --format is nasm",
                "compile a.kir -o x --format macho   | not made yet",
                "compile a.kir -o x --target plan9   | --target is linux, windows or macos",
                "compile a.kir -o x --threads 0      | number from 1",
                "compile a.kir -o x --threads two    | number from 1",
                "compile a.kir -o x --debug-level 4  | number from 0 to 3",
                "compile a.kir -o x --dump select    | --dump is after:STAGE",
                "compile a.kir -o x --dump after:lunch | --dump is after:STAGE",
                "compile a.kir b.kir -o x.o      | several files",
                "compile a.kir b.o -o x.asm      | several files",
                "compile a.kir -o x.dll          | other platforms",
                "compile a.kir --format exe -o - | standard output",
            })
    void badUsage(String line, String said) {
        Result result = here(line.strip().split(" +"));
        assertThat(result.status()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("kiln: ").contains(said).contains("--help");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "run none.kir            | cannot read none.kir: there is no such file",
                "interp none.kir         | there is no such file",
                "check none.kir          | there is no such file",
                "fmt none.kir            | there is no such file",
                "dis none                | there is no such file",
                "compile none.kir -o x   | there is no such file",
                "compile none.o -o x     | there is no such file",
                "check .                 | it is a folder",
                "run -l none.ssa FILE    | cannot read none.ssa",
                "run -l no-such-library FILE    | no-such-library",
                "interp -l no-such-library FILE | no-such-library",
                "compile FILE -o none/x.o       | its folder does not exist",
                "compile FILE -o none/x         | its folder does not exist",
                "compile FILE -o FOLDER         | it is a folder",
                "compile FILE -o FOLDER --format nasm   | it is a folder",
                "compile FILE -o x.asm --target windows | Windows",
                "compile FILE -o x.o --target macos     | macOS",
                "dis FILE.elf            | holds no code",
            })
    void filesThatAreNotThere(String line, String said) throws IOException {
        Path file = Files.writeString(folder.resolve("file.kir"), "func export @main() {\nentry:\n ret\n}\n");
        Path elf = Files.write(folder.resolve("file.kir.elf"), new byte[] {0x7F, 'E', 'L', 'F', 9});
        assertThat(elf).exists();
        String[] args = line.strip().split(" +");
        for (int i = 0; i < args.length; i++) {
            args[i] = args[i].replace("FILE", file.toString()).replace("FOLDER", folder.toString());
        }
        Result result = here(args);
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("error: ").contains(said).contains("[KILN-");
    }
}
