package dev.kiln.tests.fuzz;

import dev.kiln.ir.Module;
import dev.kiln.testing.OutsideTool;
import dev.kiln.tests.support.ElfObject;
import dev.kiln.tests.support.Toolchain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Programs that go through nasm and gcc: all in one module, so that each tool runs once. A driver in C runs each in a child process, and
 * writes down what the interpreter is asked for as well.
 */
final class NativeBatch {
    private static final Duration LIMIT = Duration.ofSeconds(120);

    private final Path folder;
    private final Module module = new Module("batch");
    private final StringBuilder driver = new StringBuilder(DRIVER);
    private final StringBuilder calls = new StringBuilder();
    private final List<String> names = new ArrayList<>();

    private static final String DRIVER = """
            #include <stdio.h>
            #include <unistd.h>
            #include <sys/wait.h>
            static void show(const char *name, const unsigned char *bytes, int size) {
                for (int at = 0; at < size; at += 16) {
                    int last = at + 16 < size ? at + 16 : size, any = 0;
                    for (int i = at; i < last; i++) any |= bytes[i];
                    if (!any) continue;
                    printf("%s+%d ", name, at);
                    for (int i = at; i < last; i++) printf("%02x", bytes[i]);
                    printf("\\n");
                }
            }
            """;

    NativeBatch(Path folder) {
        this.folder = folder;
    }

    /** Adds a program. */
    void add(long seed, String prefix) {
        ProgramGenerator program = ProgramGenerator.generate(module, prefix, seed);
        names.add(prefix);
        driver.append("long long ").append(program.entry()).append("(long long);\n");
        program.observed()
                .forEach(o ->
                        driver.append("extern unsigned char ").append(o.name()).append("[];\n"));
        calls.append("    printf(\"program ").append(prefix).append("\\n\"); fflush(stdout);\n");
        calls.append("    if (!fork()) {\n");
        for (long argument : FuzzWorker.arguments(seed)) {
            calls.append("        printf(\"result %llx\\n\", ")
                    .append(program.entry())
                    .append("((long long)")
                    .append(Long.toUnsignedString(argument))
                    .append("ull)); fflush(stdout);\n");
        }
        program.observed()
                .forEach(o -> calls.append("        show(\"")
                        .append(o.name())
                        .append("\", ")
                        .append(o.name())
                        .append(", ")
                        .append(o.size())
                        .append(");\n"));
        calls.append("        fflush(stdout); _exit(0);\n    }\n");
        calls.append("    wait(&status); if (status) { printf(\"status %d\\n\", status); fflush(stdout); }\n");
    }

    /** What {@link #run} gives for a program of that outcome: a trap ends the process. */
    static String inProcess(String outcome) {
        int at = outcome.indexOf("result trap ");
        return at < 0 ? outcome : outcome.substring(0, at) + "status " + (120 << 8) + "\n";
    }

    /** What each program printed, in the order added: as {@link #inProcess} tells. */
    List<String> run(int level) throws IOException {
        Path nasm = OutsideTool.require("nasm"), gcc = OutsideTool.require("gcc");
        Path text = folder.resolve("batch.asm"), object = folder.resolve("batch.o"), c = folder.resolve("driver.c");
        Path executable = folder.resolve("batch");
        Files.writeString(text, Toolchain.nasm(module, level));
        Files.writeString(c, driver + "int main(void) {\n    int status;\n" + calls + "    return 0;\n}\n");
        String said = run(nasm.toString(), "-felf64", "-w+all", text.toString(), "-o", object.toString());
        if (!said.isEmpty()) {
            throw new AssertionError("nasm says " + said);
        }
        String difference =
                ElfObject.read(Files.readAllBytes(object)).difference(ElfObject.read(Toolchain.object(module, level)));
        if (!difference.isEmpty()) {
            throw new AssertionError("nasm's object and ours differ: " + difference);
        }
        run(gcc.toString(), "-O0", "-w", c.toString(), object.toString(), "-lm", "-o", executable.toString());
        OutsideTool.Result result = OutsideTool.run(List.of(executable.toString()), folder, null, LIMIT);
        List<String> outcomes = new ArrayList<>();
        String[] parts = result.succeeded().outText().split("program [^\n]*\n", -1);
        for (int i = 1; i < parts.length; i++) {
            outcomes.add(parts[i]);
        }
        if (outcomes.size() != names.size()) {
            throw new AssertionError(outcomes.size() + " outcomes of " + names.size() + " programs");
        }
        return outcomes;
    }

    private String run(String... command) {
        return OutsideTool.run(List.of(command), folder, null, LIMIT)
                .succeeded()
                .errText();
    }
}
