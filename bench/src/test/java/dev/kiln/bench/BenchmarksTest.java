package dev.kiln.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Every benchmark does what it says, once; how long that takes is nobody's business here. */
class BenchmarksTest {
    @Test
    void allRun(@TempDir Path folder) throws Exception {
        // Another build on this machine may be measuring.
        System.setProperty("jmh.ignoreLock", "true");
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include("dev\\.kiln\\.bench\\.")
                        .mode(Mode.SingleShotTime)
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .param("millions", "1")
                        .param("length", "100")
                        .param("program", "pi 1000")
                        .shouldFailOnError(true)
                        .output(folder.resolve("jmh.log").toString())
                        .build())
                .run();
        assertThat(results).hasSizeGreaterThan(10);
    }

    @Test
    void everySectionHasItsPlaceInTheDocument() throws Exception {
        String page = Files.readString(Path.of(System.getProperty("kiln.root", ".."), "docs/performance.md"));
        assertThat(page).contains("<!-- bench machine -->\n");
        for (String section : Bench.SECTIONS) assertThat(page).contains("<!-- bench " + section + " -->\n");
    }

    @Test
    void allWaysOfEmittingTheMixGiveTheSameCode() {
        EmissionBenchmark mix = new EmissionBenchmark();
        byte[] typed = mix.typed().bytes();
        assertThat(mix.byForm().bytes()).isEqualTo(typed);
        assertThat(mix.byMnemonic().bytes()).isEqualTo(typed);
        assertThat(mix.recorded().bytes()).isEqualTo(typed);
        assertThat(mix.typedAndRecorded().bytes()).isEqualTo(typed);
        assertThat(new ParsingBenchmark().parse().sections().getFirst().bytes()).isEqualTo(typed);
    }
}
