package dev.kiln.jit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.testing.JavaExample;
import org.junit.jupiter.api.Test;

/** The example of embedding, run as its comment says, and the document that shows parts of it. */
class EmbeddingExampleTest {
    private final JavaExample example = new JavaExample("Embedding");

    @Test
    void printsWhatItSays() {
        assertThat(example.output()).isEqualTo("""
                        dot product 32.0
                        share 500
                        trap division_by_zero in share at prices.kir:7:5
                        refused: no article -1
                        """);
    }

    @Test
    void theDocumentShowsTheExample() {
        assertThat(example.linesShownIn("docs/embedding.md")).isGreaterThan(20);
    }
}
