package dev.kiln.tests.filetests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.base.Diagnostic;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import dev.kiln.ir.IrParser;
import dev.kiln.ir.Module;
import dev.kiln.ir.Verifier;
import dev.kiln.testing.FiletestDirectives;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every {@code tests/filetests/errors/*.kir}: the diagnostics stated in its comments come on these lines, and no others. */
class ErrorFiletestsTest {
    static List<Path> files() throws IOException {
        Path folder = Path.of(System.getProperty("kiln.root", ".."), "tests", "filetests", "errors");
        try (Stream<Path> list = Files.list(folder)) {
            return list.filter(f -> f.toString().endsWith(".kir")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void reportsWhatTheCommentsSay(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        FiletestDirectives expected = FiletestDirectives.parse(new String(bytes, StandardCharsets.UTF_8));
        Diagnostics diagnostics = new Diagnostics();
        Module module = IrParser.parse(new SourceText(file.getFileName().toString(), bytes), diagnostics);
        if (!diagnostics.hasErrors()) {
            Verifier.verify(module, diagnostics);
        }
        List<Diagnostic> left = new ArrayList<>(diagnostics.list());
        List<String> missing = new ArrayList<>();
        for (FiletestDirectives.ExpectedDiagnostic one : expected.diagnostics()) {
            boolean found = left.removeIf(d -> d.position().line() == one.line()
                    && d.code().id().equals(one.code())
                    && d.message().contains(one.text()));
            if (!found) {
                missing.add(one.toString());
            }
        }
        assertThat(expected.diagnostics()).isNotEmpty();
        assertThat(missing).as("expected in %s but not reported", file).isEmpty();
        assertThat(left).as("reported in %s but not expected", file).isEmpty();
    }
}
