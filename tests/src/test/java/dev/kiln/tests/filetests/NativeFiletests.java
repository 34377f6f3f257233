package dev.kiln.tests.filetests;

import dev.kiln.ir.Type;
import dev.kiln.testing.FiletestDirectives;
import dev.kiln.testing.OutsideTool;
import dev.kiln.tests.support.Toolchain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs filetests as they come out of nasm: each file becomes a shared library of its own, so that names may be the same in several; one
 * driver in C opens them and makes each call in a child process.
 */
final class NativeFiletests {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final String DRIVER = """
            #include <dlfcn.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            #include <unistd.h>
            #include <sys/wait.h>
            typedef long long i64;
            static float f32(unsigned bits) { float f; memcpy(&f, &bits, 4); return f; }
            static double f64(unsigned long long bits) { double d; memcpy(&d, &bits, 8); return d; }
            static i64 bits32(float f) { unsigned bits; memcpy(&bits, &f, 4); return bits; }
            static i64 bits64(double d) { i64 bits; memcpy(&bits, &d, 8); return bits; }
            static void *find(void *library, const char *name) {
                void *found = library ? dlsym(library, name) : 0;
                if (!found) { fprintf(stderr, "%s: %s\\n", name, dlerror()); exit(99); }
                return found;
            }
            static void *library;
            static void open_(const char *file) {
                library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
                if (!library) fprintf(stderr, "%s\\n", dlerror());
            }
            static int child(int number) {
                int status, pipes[2];
                fflush(stdout);
                if (pipe(pipes)) exit(98);
                pid_t pid = fork();
                if (!pid) { dup2(pipes[1], 2); close(pipes[0]); return 1; }
                close(pipes[1]);
                char text[400]; ssize_t size, all = 0;
                while ((size = read(pipes[0], text + all, sizeof text - 1 - all)) > 0) all += size;
                text[all] = 0;
                close(pipes[0]);
                waitpid(pid, &status, 0);
                if (status) printf("%d status %d %s\\n", number, status, text);
                return 0;
            }
            static void done(int number, i64 bits) { printf("%d result %lld\\n", number, bits); fflush(stdout); _exit(0); }
            """;

    private final Path folder;
    private final List<Filetest> tests = new ArrayList<>();
    private final List<FiletestDirectives.Run> runs = new ArrayList<>();
    private final List<Filetest> owners = new ArrayList<>();
    private final StringBuilder driver = new StringBuilder(DRIVER + "int main(void) {\n");

    NativeFiletests(Path folder) {
        this.folder = folder;
    }

    void add(Filetest test) {
        tests.add(test);
    }

    /** What is not as expected. */
    List<String> run(int level) throws IOException {
        Path nasm = OutsideTool.require("nasm"), ld = OutsideTool.require("ld"), gcc = OutsideTool.require("gcc");
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < tests.size(); i++) {
            Path text = folder.resolve(i + ".asm"),
                    object = folder.resolve(i + ".o"),
                    library = folder.resolve(i + ".so");
            Files.writeString(text, Toolchain.nasm(tests.get(i).module(), level));
            String said = tool(nasm.toString(), "-felf64", "-w+all", text.toString(), "-o", object.toString());
            if (!said.isEmpty()) {
                problems.add(tests.get(i).file() + ": nasm says " + said);
            }
            tool(ld.toString(), "-shared", object.toString(), "-o", library.toString());
            driver.append("    open_(\"").append(library).append("\");\n");
            for (FiletestDirectives.Run run : tests.get(i).directives().runs()) {
                addCall(tests.get(i), run);
            }
        }
        driver.append("    return 0;\n}\n");
        Path source = folder.resolve("driver.c"), executable = folder.resolve("driver");
        Files.writeString(source, driver);
        tool(gcc.toString(), "-w", "-O0", source.toString(), "-Wl,--no-as-needed", "-lm", "-o", executable.toString());
        OutsideTool.Result result = OutsideTool.run(List.of(executable.toString()), folder, null, LIMIT)
                .succeeded();
        judge(result.outText(), problems);
        return problems;
    }

    private String tool(String... command) {
        return OutsideTool.run(List.of(command), folder, null, LIMIT)
                .succeeded()
                .errText();
    }

    private void addCall(Filetest test, FiletestDirectives.Run run) {
        int number = runs.size();
        runs.add(run);
        owners.add(test);
        Type result = test.function(run).signature().result();
        StringBuilder types = new StringBuilder(), values = new StringBuilder();
        long[] bits = test.arguments(run);
        for (int i = 0; i < bits.length; i++) {
            Type type = test.function(run).signature().params().get(i).type();
            types.append(i == 0 ? "" : ", ").append(inC(type));
            values.append(i == 0 ? "" : ", ").append(valueInC(type, bits[i]));
        }
        String call = "((" + inC(result) + " (*)(" + (types.isEmpty() ? "void" : types) + "))find(library, \""
                + run.function() + "\"))(" + values + ")";
        String outcome = switch (result) {
            case VOID -> "(" + call + ", 0)";
            case F32 -> "bits32(" + call + ")";
            case F64 -> "bits64(" + call + ")";
            default -> "(i64)" + call;
        };
        driver.append("    if (child(")
                .append(number)
                .append(")) done(")
                .append(number)
                .append(", ")
                .append(outcome)
                .append(");\n");
    }

    private static String inC(Type type) {
        return switch (type) {
            case VOID -> "void";
            case I8 -> "signed char";
            case I16 -> "short";
            case I32 -> "int";
            case I64 -> "i64";
            case F32 -> "float";
            case F64 -> "double";
            case PTR -> "void *";
            default -> throw new IllegalArgumentException("no calls with " + type);
        };
    }

    private static String valueInC(Type type, long bits) {
        String hex = "0x" + Long.toHexString(bits) + "ull";
        return switch (type) {
            case F32 -> "f32(" + hex + ")";
            case F64 -> "f64(" + hex + ")";
            default -> "(" + inC(type) + ")" + hex;
        };
    }

    private void judge(String output, List<String> problems) {
        boolean[] seen = new boolean[runs.size()];
        for (String line : output.split("\n")) {
            String[] words = line.split(" ", 4);
            if (words.length < 3 || !words[0].chars().allMatch(Character::isDigit)) {
                continue;
            }
            int number = Integer.parseInt(words[0]);
            seen[number] = true;
            Filetest test = owners.get(number);
            String problem;
            if (words[1].equals("result")) {
                problem = test.judge(runs.get(number), "through nasm", null, Long.parseLong(words[2]));
            } else {
                // wait's status of exit(120)
                boolean trapped = words[2].equals(Integer.toString(120 << 8)) && words.length == 4;
                String trap = trapped && words[3].startsWith("kiln: trap ") ? words[3].split(" ")[2] : "status " + line;
                problem = test.judge(runs.get(number), "through nasm", trap, 0);
            }
            if (problem != null) {
                problems.add(problem);
            }
        }
        for (int i = 0; i < seen.length; i++) {
            if (!seen[i]) {
                problems.add(owners.get(i).file() + ":" + runs.get(i).line() + " gave nothing");
            }
        }
    }
}
