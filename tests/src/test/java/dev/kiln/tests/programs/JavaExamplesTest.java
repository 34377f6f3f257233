package dev.kiln.tests.programs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.testing.OutsideTool;
import dev.kiln.tests.support.Toolchain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The examples in Java that use the assembler alone, run as their comments say. */
class JavaExamplesTest {
    private static final Path FOLDER = Toolchain.root().resolve("examples/java");

    /** A word of a command line, in quotes or not. */
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

    @Test
    void calculator() throws IOException {
        assertThat(run("expressions/Calculator.java"))
                .contains("    0000  66 44 0f 28 c0           movapd xmm8, xmm0\n")
                .contains("sqrtsd xmm8, xmm8\n")
                .endsWith("tree 4.0\ncode 4.0\n");
    }

    @Test
    void calculatorSaysWhatIsWrong() throws IOException {
        OutsideTool.Result result = run("expressions/Calculator.java", List.of("x + 1"));
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.outText()).isEmpty();
        assertThat(result.errText()).isEqualTo("give a value: x=NUMBER\n");
    }

    @Test
    void dotProduct() throws IOException {
        List<String> lines = run("dot/DotProduct.java").lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.getFirst()).isEqualTo("SSE2 agrees with Java on all lengths to 1000");
        String best = "SSE2";
        for (String line : lines.subList(1, 3)) {
            String variant = line.substring(0, line.indexOf(' '));
            boolean runs = line.equals(variant + " agrees with Java on all lengths to 1000");
            assertThat(runs || line.startsWith(variant + " does not run here, it needs x"))
                    .as(line)
                    .isTrue();
            if (runs) best = variant;
        }
        assertThat(lines.getLast()).isEqualTo("best here: " + best);
    }

    @Test
    void cpuViewer() throws IOException {
        String text = run("CpuViewer.java");
        String vendor = text.lines().findFirst().orElseThrow().substring("vendor      ".length());
        assertThat(text)
                .contains("x86-64-v1   yes\n            x87 cmov mmx sse sse2 fxsr\n")
                .endsWith(" leaves, " + vendor + "\n");
    }

    @Test
    void macros() throws IOException {
        assertThat(run("Macros.java")).isEqualTo("""
                        exp(1) is about 2.7182817, by a polynomial in 256 bytes
                        3^13 = 1594323, in 30 bytes
                        CRC-32 = 414fa339, the JDK says 414fa339
                        """);
    }

    @Test
    void cycleCounting() throws IOException {
        List<String> lines = run("CycleCounting.java").lines().toList();
        assertThat(lines).hasSize(6);
        for (String line : lines.subList(1, 6)) assertThat(line).matches("[a-z0-9]+, (in)?dependent +\\d+\\.\\d");
    }

    @Test
    void theReadMeNamesThem() throws IOException {
        String text = Files.readString(FOLDER.resolveSibling("README.md"));
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.toList()) assertThat(text).contains("java/" + file.getFileName());
        }
    }

    /** What an example prints when it is run by the command in its comment. */
    private static String run(String file) throws IOException {
        OutsideTool.Result result = run(file, null);
        assertThat(result.errText()).isEmpty();
        return result.succeeded().outText();
    }

    /** @param arguments in place of those in the comment, or {@code null} */
    private static OutsideTool.Result run(String file, List<String> arguments) throws IOException {
        Path example = FOLDER.resolve(file);
        String stated = Files.readAllLines(example).stream()
                .filter(line -> line.startsWith(" * java "))
                .findFirst()
                .orElseThrow();
        List<String> command = new ArrayList<>();
        Matcher words = WORD.matcher(stated.substring(" * ".length()));
        while (words.find()) command.add(words.group(1) != null ? words.group(1) : words.group(2));
        int program = command.indexOf("examples/java/" + file);
        assertThat(command.subList(0, program))
                .isEqualTo(
                        Arrays.asList("java", "--enable-native-access=ALL-UNNAMED", "-cp", "cli/target/kiln/kiln.jar"));
        command.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.set(program - 1, System.getProperty("java.class.path"));
        command.set(program, example.toString());
        if (arguments != null) {
            command.subList(program + 1, command.size()).clear();
            command.addAll(arguments);
        }
        return OutsideTool.run(command, null, null, Duration.ofMinutes(2));
    }
}
