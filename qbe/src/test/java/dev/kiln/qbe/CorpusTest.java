package dev.kiln.qbe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.base.Diagnostic;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import dev.kiln.ir.IrParser;
import dev.kiln.ir.IrPrinter;
import dev.kiln.ir.Module;
import dev.kiln.ir.Verifier;
import dev.kiln.testing.CostGrowth;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real programs, and what is left of them after mutations. */
class CorpusTest {
    private static final Path ROOT = Path.of(System.getProperty("kiln.root", ".."));

    static List<Path> programs() throws IOException {
        List<Path> files = new ArrayList<>();
        for (String folder : new String[] {"tests/corpus/ssa", "tests/qbe"}) {
            try (Stream<Path> found = Files.list(ROOT.resolve(folder))) {
                found.filter(p -> p.toString().endsWith(".ssa")).sorted().forEach(files::add);
            }
        }
        return files;
    }

    @ParameterizedTest
    @MethodSource("programs")
    void isRightAndPrintsAsTextThatReadsBackTheSame(Path file) throws IOException {
        Diagnostics diagnostics = new Diagnostics();
        Module module = QbeParser.parse(new SourceText(file.toString(), Files.readAllBytes(file)), diagnostics);
        Verifier.verify(module, diagnostics);
        assertThat(diagnostics.list()).isEmpty();
        String text = IrPrinter.print(module);
        Module again = IrParser.parse(SourceText.of(file + ".kir", text), diagnostics);
        assertThat(diagnostics.list()).isEmpty();
        assertThat(IrPrinter.print(again)).isEqualTo(text);
    }

    /** The time limit is there to find a parser that does not come to an end. */
    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void mutationsNeverBreakTheParser() throws IOException {
        List<byte[]> files = new ArrayList<>();
        for (Path file : programs()) {
            files.add(Files.readAllBytes(file));
        }
        for (int seed = 0; seed < 5000; seed++) {
            mutate(files, seed);
        }
    }

    private static void mutate(List<byte[]> files, int seed) {
        Random random = new Random(seed);
        byte[] text = files.get(random.nextInt(files.size())).clone();
        for (int n = random.nextInt(3); n >= 0; n--) {
            text = mutation(text, random);
        }
        Diagnostics diagnostics = new Diagnostics();
        try {
            Module module = QbeParser.parse(new SourceText("m.ssa", text), diagnostics);
            if (!diagnostics.hasErrors()) {
                Diagnostics verified = new Diagnostics();
                Verifier.verify(module, verified);
                assertThat(verified.hasErrors())
                        .as("seed %d: %s", seed, verified.list())
                        .isFalse();
                IrPrinter.print(module);
            }
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError("seed " + seed, e);
        }
        for (Diagnostic diagnostic : diagnostics.list()) {
            assertThat(diagnostic.position().isKnown())
                    .as("seed %d: %s", seed, diagnostic)
                    .isTrue();
            assertThat(diagnostic.position().column()).isPositive();
        }
    }

    private static byte[] mutation(byte[] text, Random random) {
        if (text.length < 4) {
            return text;
        }
        int at = random.nextInt(text.length);
        int other = random.nextInt(text.length);
        int[] line = around(text, at, '\n');
        int[] word = around(text, Math.min(at, other), ' ');
        int[] word2 = around(text, Math.max(at, other), ' ');
        switch (random.nextInt(7)) {
            case 0:
                return Arrays.copyOf(text, at);
            case 1:
                text[at] = (byte) random.nextInt(256);
                return text;
            case 2:
                text[at] ^= (byte) (1 << random.nextInt(8));
                return text;
            case 3:
                return word[1] > word2[0]
                        ? text
                        : join(
                                text,
                                0,
                                word[0],
                                word2[0],
                                word2[1],
                                word[1],
                                word2[0],
                                word[0],
                                word[1],
                                word2[1],
                                text.length);
            case 4:
                return join(text, 0, line[0], line[1], text.length);
            case 5:
                return join(text, 0, line[1], line[0], text.length);
            default:
                int[] second = around(text, other, '\n');
                return join(text, 0, line[0], second[0], second[1], line[0], text.length);
        }
    }

    /** The ends of the piece around a place, between bytes not above the separator; the one behind it belongs to it. */
    private static int[] around(byte[] text, int at, char separator) {
        int from = at;
        int to = at;
        while (from > 0 && text[from - 1] != separator && text[from - 1] != '\n') {
            from--;
        }
        while (to < text.length && text[to] != separator && text[to] != '\n') {
            to++;
        }
        return new int[] {from, Math.min(text.length, to + 1)};
    }

    private static byte[] join(byte[] text, int... ends) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < ends.length; i += 2) {
            out.write(text, ends[i], ends[i + 1] - ends[i]);
        }
        return out.toByteArray();
    }

    /** All of the corpus many times over, to a quarter of a million lines. */
    @Test
    void costGrowsWithTheInput() throws IOException {
        int small = 5;
        String[] texts = {copies(small), copies(4 * small)};
        assertThat(CostGrowth.ofFourTimes(small, 8, copies -> {
                    Diagnostics diagnostics = new Diagnostics();
                    QbeParser.parse(SourceText.of("big.ssa", texts[copies == small ? 0 : 1]), diagnostics);
                    assertThat(diagnostics.list()).isEmpty();
                }))
                .as("the cost of four times the input")
                .isLessThan(8);
    }

    private static String copies(int count) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int copy = 0; copy < count; copy++) {
            for (Path file : programs()) {
                if (file.toString().contains("corpus")) {
                    String source = Files.readString(file);
                    text.append(source.replaceAll("\\$([A-Za-z_.][\\w.]*)", "\\$$1." + copy + "." + text.length()));
                }
            }
        }
        return text.toString();
    }
}
