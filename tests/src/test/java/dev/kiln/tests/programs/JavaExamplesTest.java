package dev.kiln.tests.programs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.testing.JavaExample;
import dev.kiln.testing.OutsideTool;
import dev.kiln.tests.support.Toolchain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The examples in Java that use the assembler alone, run as their comments say. */
class JavaExamplesTest {
    private static final Path FOLDER = Toolchain.root().resolve("examples/java");

    @Test
    void calculator() {
        assertThat(new JavaExample("expressions/Calculator").output())
                .contains("    0000  66 44 0f 28 c0           movapd xmm8, xmm0\n")
                .contains("sqrtsd xmm8, xmm8\n")
                .endsWith("tree 4.0\ncode 4.0\n");
    }

    @Test
    void calculatorSaysWhatIsWrong() {
        OutsideTool.Result result = new JavaExample("expressions/Calculator").run("x + 1");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.outText()).isEmpty();
        assertThat(result.errText()).isEqualTo("give a value: x=NUMBER\n");
    }

    @Test
    void dotProduct() {
        List<String> lines = new JavaExample("dot/DotProduct").output().lines().toList();
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
    void cpuViewer() {
        String text = new JavaExample("CpuViewer").output();
        String vendor = text.lines().findFirst().orElseThrow().substring("vendor      ".length());
        assertThat(text)
                .contains("x86-64-v1   yes\n            x87 cmov mmx sse sse2 fxsr\n")
                .endsWith(" leaves, " + vendor + "\n");
    }

    @Test
    void macros() {
        assertThat(new JavaExample("Macros").output()).isEqualTo("""
                        exp(1) is about 2.7182817, by a polynomial in 256 bytes
                        3^13 = 1594323, in 30 bytes
                        CRC-32 = 414fa339, the JDK says 414fa339
                        """);
    }

    @Test
    void cycleCounting() {
        List<String> lines = new JavaExample("CycleCounting").output().lines().toList();
        assertThat(lines).hasSize(6);
        for (String line : lines.subList(1, 6)) assertThat(line).matches("[a-z0-9]+, (in)?dependent +\\d+\\.\\d");
    }

    @Test
    void theScriptNamesAllThatCanBeRun() throws IOException {
        OutsideTool.Result result = OutsideTool.run(FOLDER.resolve("run").toString(), "NoSuchExample");
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.errText()).startsWith("run: there is no example NoSuchExample\nusage: ");
        List<String> named = result.errText().lines().skip(2).map(String::strip).toList();
        assertThat(named).contains("Macros", "dot/DotProduct", "expressions/Calculator");
        String text = Files.readString(FOLDER.resolveSibling("README.md"));
        for (String name : named) assertThat(text).contains("java/" + name + ".java");
    }
}
