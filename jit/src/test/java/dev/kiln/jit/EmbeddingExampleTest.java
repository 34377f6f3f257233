package dev.kiln.jit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.testing.OutsideTool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The example of embedding, run as its comment says, and the document that shows parts of it. */
class EmbeddingExampleTest {
    private static final Path ROOT = Path.of(System.getProperty("kiln.root", ".."));
    private static final Path EXAMPLE = ROOT.resolve("examples/java/Embedding.java");

    @Test
    void printsWhatItSays() {
        OutsideTool.Result result = OutsideTool.run(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EXAMPLE.toString()),
                null,
                null,
                Duration.ofMinutes(2));
        assertThat(result.errText()).isEmpty();
        assertThat(result.outText()).isEqualTo("""
                        dot product 32.0
                        share 500
                        trap division_by_zero in share at prices.kir:7:5
                        refused: no article -1
                        """);
    }

    /** Every line of Java in the document is a line of the example, so that what is read there has run. */
    @Test
    void theDocumentShowsTheExample() throws IOException {
        String example = Files.readString(EXAMPLE, StandardCharsets.UTF_8);
        boolean inside = false;
        int seen = 0;
        for (String line : Files.readAllLines(ROOT.resolve("docs/embedding.md"), StandardCharsets.UTF_8)) {
            if (line.startsWith("```")) {
                inside = line.equals("```java");
            } else if (inside && !line.isBlank()) {
                assertThat(example).contains(line.strip());
                seen++;
            }
        }
        assertThat(seen).isGreaterThan(20);
    }
}
