package dev.kiln.tests.assembly;

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

/** The example of code as data, run as its comment says, and the document that shows parts of it. */
class CodeAsDataExampleTest {
    private static final Path ROOT = Path.of(System.getProperty("kiln.root", ".."));
    private static final Path EXAMPLE = ROOT.resolve("examples/java/CodeAsData.java");

    @TempDir
    Path folder;

    @Test
    void printsWhatItSays() {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = System.getProperty("java.class.path");
        String access = "--enable-native-access=ALL-UNNAMED";
        OutsideTool.Result result = run(List.of(java, access, "-cp", classes, EXAMPLE.toString(), folder.toString()));
        assertThat(result.errText()).isEmpty();
        assertThat(result.outText())
                .contains(
                        "as written, 38 bytes\n",
                        "optimised, 32 bytes\n    0000  31 c0                    xor eax, eax\n")
                .endsWith("4 changes in 2 rounds {ZERO_IDIOM=1, LEA_TO_ADD=1, COMPARE_WITH_ZERO=1, STORE_TO_LOAD=1}\n"
                        + "385 after 11 times at the label\n");

        String gcc = OutsideTool.require("gcc").toString();
        Path program = folder.resolve("squares");
        run(List.of(gcc, folder.resolve("squares.o").toString(), "-o", program.toString()))
                .succeeded();
        assertThat(run(List.of(program.toString())).outText()).isEqualTo("385 squares\n");
    }

    private static OutsideTool.Result run(List<String> command) {
        return OutsideTool.run(command, null, null, Duration.ofMinutes(2));
    }

    /** Every line of Java in the document is a line of the example, so that what is read there has run. */
    @Test
    void theDocumentShowsTheExample() throws IOException {
        String example = Files.readString(EXAMPLE, StandardCharsets.UTF_8);
        boolean inside = false;
        int seen = 0;
        for (String line : Files.readAllLines(ROOT.resolve("docs/code-as-data.md"), StandardCharsets.UTF_8)) {
            if (line.startsWith("```")) {
                inside = line.equals("```java");
            } else if (inside && !line.isBlank()) {
                assertThat(example).contains(line.strip());
                seen++;
            }
        }
        assertThat(seen).isGreaterThan(15);
    }
}
