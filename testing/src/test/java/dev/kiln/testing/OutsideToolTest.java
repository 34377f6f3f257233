package dev.kiln.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

class OutsideToolTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void findsWhatIsOnThePath() {
        assertThat(OutsideTool.require("sh")).isAbsolute().isExecutable();
        assertThat(OutsideTool.isInstalled("sh")).isTrue();
        assertThat(OutsideTool.isInstalled("no-such-tool")).isFalse();
    }

    @Test
    void missingToolSkipsTheTestOnAUsersMachine() {
        assertThatThrownBy(() -> OutsideTool.require("nasm", folder.toString(), false))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("skipped: nasm is not installed");
    }

    @Test
    void missingToolFailsTheTestInContinuousIntegration() {
        assertThatThrownBy(() -> OutsideTool.require("objdump", folder.toString(), true))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("objdump is not installed")
                .hasMessageContaining("binutils");
    }

    @Test
    void reportsExitStatusAndBothOutputs() {
        var result = OutsideTool.run("sh", "-c", "echo to-out; echo to-err >&2; exit 7");
        assertThat(result.exit()).isEqualTo(7);
        assertThat(result.outText()).isEqualTo("to-out\n");
        assertThat(result.errText()).isEqualTo("to-err\n");
        assertThatThrownBy(result::succeeded).isInstanceOf(AssertionError.class).hasMessageContaining("to-err");
    }

    @Test
    void doesNotBlockWhenAllPipesAreFull() {
        byte[] much = "0123456789abcde\n".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
        var result = OutsideTool.run(List.of("sh", "-c", "tee /dev/stderr"), folder, much, LIMIT);
        assertThat(result.exit()).isZero();
        assertThat(result.out()).isEqualTo(much);
        assertThat(result.err()).isEqualTo(much);
    }

    @Test
    void inputThatNobodyReadsIsNoError() {
        var result = OutsideTool.run(List.of("true"), folder, new byte[1 << 20], LIMIT);
        assertThat(result.exit()).isZero();
    }

    @Test
    void runsInTheGivenFolder() throws Exception {
        var result = OutsideTool.run(List.of("pwd", "-P"), folder, null, LIMIT);
        assertThat(result.outText().strip()).isEqualTo(folder.toRealPath().toString());
    }

    @Test
    void killsWhatTakesTooLong() {
        assertThatThrownBy(() -> OutsideTool.run(
                        List.of("sh", "-c", "echo begun; sleep 60"), null, null, Duration.ofMillis(300)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("did not end")
                .hasMessageContaining("begun");
    }

    @Test
    void aProgramThatCannotStartIsSaidByName() {
        assertThatThrownBy(() -> OutsideTool.run(folder.resolve("absent").toString()))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("absent");
    }
}
