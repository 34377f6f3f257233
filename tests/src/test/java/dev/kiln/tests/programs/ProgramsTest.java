package dev.kiln.tests.programs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.ir.Import;
import dev.kiln.ir.IrPrinter;
import dev.kiln.ir.Module;
import dev.kiln.testing.OutsideTool;
import dev.kiln.tests.support.ElfObject;
import dev.kiln.tests.support.KilnCommand;
import dev.kiln.tests.support.Toolchain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every program of {@code tests/corpus}, {@code tests/qbe} and {@code examples}, each way it can go: interpreted, compiled in memory, as
 * our object, and as assembly text through nasm. Each way prints what it must and ends with the same status; our object and nasm's are
 * equal; the canonical text of the program says the same as the program.
 */
@Execution(ExecutionMode.CONCURRENT)
class ProgramsTest {
    private static final Duration LIMIT = Duration.ofSeconds(120);

    @TempDir
    static Path folder;

    static List<SampleProgram> programs() {
        return SampleProgram.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("programs")
    void interpreted(SampleProgram program) {
        assertOutcome(program, command(program, "interp"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("programs")
    void compiledInMemory(SampleProgram program) {
        assertOutcome(program, command(program, "run"));
    }

    private static OutsideTool.Result command(SampleProgram program, String command) {
        List<String> arguments = new ArrayList<>(List.of(command));
        if (program.c() != null) {
            Path library = folder.resolve(program.name() + "-" + command + ".so");
            gcc(List.of("-shared", "-fPIC", "-O1", program.c().toString(), "-o", library.toString()));
            arguments.add("-l" + library);
        }
        for (Path further : program.sources().subList(1, program.sources().size())) {
            arguments.add("-l" + further);
        }
        arguments.add(program.sources().getFirst().toString());
        arguments.addAll(program.arguments());
        return KilnCommand.kiln(arguments, folder, program.input(), LIMIT);
    }

    /** The object files that Kiln writes, linked by gcc without further ado. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("programs")
    void compiledToObjects(SampleProgram program) throws IOException {
        List<Path> objects = new ArrayList<>();
        for (Path source : program.sources()) {
            Path object = folder.resolve(program.name() + objects.size() + ".own.o");
            Files.write(object, Toolchain.object(Toolchain.read(source), 1));
            objects.add(object);
        }
        assertOutcome(program, linkAndRun(program, objects, "own"));
    }

    /** The assembly text: nasm takes it without a warning, gcc links it, and nasm's object is the one that Kiln writes itself. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("programs")
    void printedAsAssembly(SampleProgram program) throws IOException {
        Path nasm = OutsideTool.require("nasm");
        List<Path> objects = new ArrayList<>();
        boolean linkable = true;
        for (Path source : program.sources()) {
            Module module = Toolchain.read(source);
            // nasm cannot say that a symbol defined elsewhere is thread-local, and the linker wants to know.
            linkable &= module.imports().stream().noneMatch(Import::thread);
            Path text = folder.resolve(program.name() + objects.size() + ".asm");
            Path object = folder.resolve(program.name() + objects.size() + ".nasm.o");
            String printed = Toolchain.nasm(module, 1);
            assertThat(printed)
                    .as("instructions that had to be printed as bytes")
                    .doesNotContainPattern(BYTES);
            Files.writeString(text, printed);
            OutsideTool.Result result = OutsideTool.run(
                    List.of(nasm.toString(), "-felf64", "-w+all", text.toString(), "-o", object.toString()),
                    folder,
                    null,
                    LIMIT);
            assertThat(result.errText()).as("what nasm says about %s", source).isEmpty();
            result.succeeded();
            objects.add(object);
            assertThat(ElfObject.read(Files.readAllBytes(object))
                            .difference(ElfObject.read(Toolchain.object(module, 1))))
                    .as("nasm's object and ours of %s", source)
                    .isEmpty();
            assertThat(ElfObject.read(Files.readAllBytes(object)).difference(ElfObject.read(assembled(text))))
                    .as("nasm's object and what kiln asm makes of %s", text)
                    .isEmpty();
        }
        if (linkable) {
            assertOutcome(program, linkAndRun(program, objects, "nasm"));
        }
    }

    private static byte[] assembled(Path text) throws IOException {
        Path object = text.resolveSibling(text.getFileName() + ".kiln.o");
        KilnCommand.kiln(List.of("asm", "-felf64", text.toString(), "-o", object.toString()), folder, null, LIMIT)
                .succeeded();
        return Files.readAllBytes(object);
    }

    private static OutsideTool.Result linkAndRun(SampleProgram program, List<Path> objects, String way) {
        List<String> arguments = new ArrayList<>();
        objects.forEach(object -> arguments.add(object.toString()));
        if (program.c() != null) {
            arguments.addAll(List.of("-O1", program.c().toString()));
        }
        Path executable = folder.resolve(program.name() + "." + way);
        arguments.addAll(List.of("-lm", "-o", executable.toString()));
        gcc(arguments);
        List<String> command = new ArrayList<>(List.of(executable.toString()));
        command.addAll(program.arguments());
        return OutsideTool.run(command, folder, program.input(), LIMIT);
    }

    /** An instruction in a comment, and its bytes: what the assembler prints when nasm would encode it in another way. */
    private static final Pattern BYTES = Pattern.compile("(?m)^    ; (?!align).*\n    db      0x");

    private static void gcc(List<String> arguments) {
        List<String> command =
                new ArrayList<>(List.of(OutsideTool.require("gcc").toString()));
        command.addAll(arguments);
        OutsideTool.Result result = OutsideTool.run(command, folder, null, LIMIT);
        assertThat(result.errText()).as("what gcc says").isEmpty();
        result.succeeded();
    }

    private static void assertOutcome(SampleProgram program, OutsideTool.Result result) {
        assertThat(result.outText())
                .as("standard output (exit status %d, standard error: %s)", result.exit(), result.errText())
                .isEqualTo(new String(program.output(), StandardCharsets.UTF_8));
        assertThat(result.exit())
                .as("exit status; standard error: %s", result.errText())
                .isEqualTo(program.exit());
        if (program.exit() == 120) {
            assertThat(result.errText()).contains("kiln: trap ");
        } else if (program.exit() == 0) {
            assertThat(result.errText()).isEmpty();
        }
    }

    /** What {@code fmt} prints is printed again as it is, and compiles to the same object. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("programs")
    void formatted(SampleProgram program) {
        for (Path source : program.sources()) {
            Module module = Toolchain.read(source);
            String text = IrPrinter.print(module);
            Module again = Toolchain.read("formatted.kir", text.getBytes(StandardCharsets.UTF_8));
            assertThat(IrPrinter.print(again)).isEqualTo(text);
            assertThat(ElfObject.read(Toolchain.object(module, 1))
                            .difference(ElfObject.read(Toolchain.object(again, 1))))
                    .isEmpty();
            assertThat(Toolchain.object(again, 1)).as("compiled twice").isEqualTo(Toolchain.object(again, 1));
        }
    }
}
