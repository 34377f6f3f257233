package dev.kiln.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.testing.JavaExample;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of changing and keeping code, and the document that shows parts of it. */
class PatchingExampleTest {
    private final JavaExample example = new JavaExample("Patching");

    @Test
    void printsWhatItSays(@TempDir Path folder) {
        String results = """
                41 and the step: 42
                41 and the new step: 141
                41 and the old step: 42
                calls counted: 3
                """;
        assertThat(example.output(folder.toString())).isEqualTo("assembled\n" + results);
        assertThat(example.output(folder.toString())).isEqualTo("from the cache\n" + results);
    }

    @Test
    void theDocumentShowsTheExample() {
        assertThat(example.linesShownIn("docs/execution.md", "Changing code", "Keeping code"))
                .isGreaterThan(12);
    }
}
