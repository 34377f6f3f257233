package dev.kiln.tests.malformed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.tests.support.ForkedWorker;
import dev.kiln.tests.support.Toolchain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * 5,000 spoilt programs, checked and compiled, never run: each is compiled when it is still valid, and otherwise refused with a
 * diagnostic that says where. Never an exception, a hang, or a dead JVM. Noise is disassembled, too.
 */
@Execution(ExecutionMode.CONCURRENT)
class MalformedInputTest {
    private static final int INPUTS = Boolean.getBoolean("kiln.long") ? 100_000 : 5_000;
    private static final int SECONDS_PER_INPUT = 20;

    @TempDir
    Path folder;

    @Test
    void spoiltInputIsRefusedOrCompiled() throws IOException, InterruptedException {
        List<String> failures = new ArrayList<>();
        int valid = 0;
        for (int next = 1; next <= INPUTS && failures.size() < 10; ) {
            Path home = Files.createTempDirectory(folder, "worker");
            ForkedWorker.End end = ForkedWorker.run(
                    MalformedWorker.class,
                    List.of("-Xmx1g", "-Dkiln.root=" + Toolchain.root()),
                    List.of(Integer.toString(next), Integer.toString(INPUTS + 1 - next)),
                    home,
                    SECONDS_PER_INPUT);
            if (end.problem() == null) {
                failures.addAll(Files.readAllLines(home.resolve("failures")));
                valid +=
                        Integer.parseInt(Files.readString(home.resolve("valid")).strip());
                break;
            }
            failures.add("input " + end.item() + " " + end.problem());
            next = (int) end.item() + 1;
        }
        System.out.println(INPUTS + " spoilt inputs, " + valid + " of them still valid");
        assertThat(failures).isEmpty();
        // Otherwise the inputs would be too broken to reach anything but the first line of a parser.
        assertThat(valid).isBetween(INPUTS / 50, INPUTS / 2);
    }
}
