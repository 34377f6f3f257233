package dev.kiln.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.testing.OutsideTool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of changing and keeping code, run as its comment says, and the document that shows parts of it. */
class PatchingExampleTest {
    private static final Path ROOT = Path.of(System.getProperty("kiln.root", ".."));
    private static final Path EXAMPLE = ROOT.resolve("examples/java/Patching.java");

    @Test
    void printsWhatItSays(@TempDir Path folder) {
        String results = """
                41 and the step: 42
                41 and the new step: 141
                41 and the old step: 42
                calls counted: 3
                """;
        assertThat(run(folder)).isEqualTo("assembled\n" + results);
        assertThat(run(folder)).isEqualTo("from the cache\n" + results);
    }

    private static String run(Path folder) {
        OutsideTool.Result result = OutsideTool.run(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EXAMPLE.toString(),
                        folder.toString()),
                null,
                null,
                Duration.ofMinutes(2));
        assertThat(result.errText()).isEmpty();
        return result.outText();
    }

    /** Every line of Java in the two sections of the document is a line of the example, so that what is read there has run. */
    @Test
    void theDocumentShowsTheExample() throws IOException {
        String example = Files.readString(EXAMPLE, StandardCharsets.UTF_8);
        boolean section = false;
        boolean inside = false;
        int seen = 0;
        for (String line : Files.readAllLines(ROOT.resolve("docs/execution.md"), StandardCharsets.UTF_8)) {
            if (line.startsWith("## ")) section = line.equals("## Changing code") || line.equals("## Keeping code");
            if (line.startsWith("```")) {
                inside = line.equals("```java");
            } else if (section && inside && !line.isBlank()) {
                assertThat(example).contains(line.strip());
                seen++;
            }
        }
        assertThat(seen).isGreaterThan(12);
    }
}
