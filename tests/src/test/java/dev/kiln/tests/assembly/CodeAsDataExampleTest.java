package dev.kiln.tests.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.testing.JavaExample;
import dev.kiln.testing.OutsideTool;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of code as data, and the document that shows parts of it. */
class CodeAsDataExampleTest {
    private final JavaExample example = new JavaExample("CodeAsData");

    @TempDir
    Path folder;

    @Test
    void printsWhatItSays() {
        assertThat(example.output(folder.toString()))
                .contains(
                        "as written, 38 bytes\n",
                        "optimised, 32 bytes\n    0000  31 c0                    xor eax, eax\n")
                .endsWith("4 changes in 2 rounds {ZERO_IDIOM=1, LEA_TO_ADD=1, COMPARE_WITH_ZERO=1, STORE_TO_LOAD=1}\n"
                        + "385 after 11 times at the label\n");

        String gcc = OutsideTool.require("gcc").toString();
        String program = folder.resolve("squares").toString();
        OutsideTool.run(gcc, program + ".o", "-o", program).succeeded();
        assertThat(OutsideTool.run(program).outText()).isEqualTo("385 squares\n");
    }

    @Test
    void theDocumentShowsTheExample() {
        assertThat(example.linesShownIn("docs/code-as-data.md")).isGreaterThan(15);
    }
}
