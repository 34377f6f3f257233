package dev.kiln.tests.filetests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.base.TrapException;
import dev.kiln.ir.Type;
import dev.kiln.ir.interp.Interpreter;
import dev.kiln.testing.FiletestDirectives;
import dev.kiln.tests.support.ForkedWorker;
import dev.kiln.tests.support.Toolchain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every {@code tests/filetests/**.kir}: what its comments expect is what the interpreter does, code in memory at each level, and what nasm
 * makes of the assembly text. With {@code KILN_BLESS=1} in the environment, expected results are first rewritten to what the interpreter
 * gives.
 */
class FiletestsTest {
    private static final int SECONDS_PER_FILE = 60;

    @TempDir
    Path folder;

    @BeforeAll
    static void bless() throws IOException {
        if ("1".equals(System.getenv("KILN_BLESS"))) {
            for (Path file : Filetest.files()) {
                bless(file);
            }
        }
    }

    @TestFactory
    List<DynamicTest> interpretedAndCompiledInMemory() throws IOException, InterruptedException {
        List<Path> files = Filetest.files();
        List<List<String>> problems = new ArrayList<>();
        files.forEach(file -> problems.add(new ArrayList<>()));
        for (int next = 0; next < files.size(); ) {
            Path home = Files.createTempDirectory(folder, "worker");
            ForkedWorker.End end = ForkedWorker.run(
                    FiletestWorker.class,
                    List.of("-Dkiln.root=" + Toolchain.root()),
                    List.of(Integer.toString(next)),
                    home,
                    SECONDS_PER_FILE);
            if (Files.exists(home.resolve("problems"))) {
                for (String line : Files.readAllLines(home.resolve("problems"))) {
                    String[] parts = line.split(" ", 2);
                    problems.get(Integer.parseInt(parts[0])).add(parts[1]);
                }
            }
            next = files.size();
            if (end.problem() != null) {
                next = (int) end.item() + 1;
                problems.get(next - 1).add(end.problem());
            }
        }
        List<DynamicTest> tests = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            List<String> own = problems.get(i);
            tests.add(DynamicTest.dynamicTest(
                    Filetest.folder().relativize(files.get(i)).toString(),
                    () -> assertThat(own).isEmpty()));
        }
        return tests;
    }

    @Test
    void throughNasm() throws IOException {
        NativeFiletests all = new NativeFiletests(folder);
        for (Path file : Filetest.files()) {
            Filetest test = Filetest.read(file);
            if (test.does("run") && !test.directives().runs().isEmpty()) {
                all.add(test);
            }
        }
        assertThat(all.run(1)).isEmpty();
    }

    /** Writes what the interpreter gives behind the calls of a file that expect something else, or do not say what they expect. */
    private static void bless(Path file) throws IOException {
        Filetest test = Filetest.read(file);
        List<String> lines =
                new ArrayList<>(Arrays.asList(Files.readString(file).split("\n", -1)));
        for (FiletestDirectives.Run run : test.directives().runs()) {
            Type type = test.function(run).signature().result();
            String outcome, trap = null;
            long bits = 0;
            try (Interpreter interpreter = FiletestWorker.interpreter(test)) {
                long[] words = interpreter.callBits(run.function(), test.arguments(run));
                bits = words.length == 0 ? 0 : words[0];
                outcome = type == Type.VOID ? "" : " == " + Filetest.text(type, bits);
            } catch (TrapException e) {
                trap = e.name();
                outcome = " " + trap;
            }
            boolean says = run.result() != null || run.trap() != null || type == Type.VOID;
            if (!says || test.judge(run, "interpreted", trap, bits) != null) {
                String line = lines.get(run.line() - 1);
                int at = Math.max(line.lastIndexOf("; run:"), line.lastIndexOf("; traps:"));
                String call = line.substring(line.indexOf('@', at), line.indexOf(')', at) + 1);
                lines.set(
                        run.line() - 1,
                        line.substring(0, at) + (trap == null ? "; run: " : "; traps: ") + call + outcome);
            }
        }
        Files.writeString(file, String.join("\n", lines));
    }
}
