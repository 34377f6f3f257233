package dev.kiln.ir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.base.Diagnostic;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reading IR in tests. */
final class Texts {
    private Texts() {}

    /** The module of a text that must be free of errors. */
    static Module parse(String text) {
        Diagnostics diagnostics = new Diagnostics();
        Module module = IrParser.parse(SourceText.of("test.kir", text), diagnostics);
        assertThat(diagnostics.list()).isEmpty();
        return module;
    }

    /** {@code line:column id} of each diagnostic of the parser. */
    static List<String> errors(String text) {
        Diagnostics diagnostics = new Diagnostics();
        IrParser.parse(SourceText.of("test.kir", text), diagnostics);
        return places(diagnostics);
    }

    static List<String> places(Diagnostics diagnostics) {
        List<String> places = new ArrayList<>();
        for (Diagnostic d : diagnostics.list()) {
            places.add(d.position().line() + ":" + d.position().column() + " "
                    + d.code().id());
        }
        return places;
    }

    static String resource(String name) {
        try (InputStream in = Texts.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
