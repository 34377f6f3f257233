package dev.kiln.qbe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.base.Diagnostic;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import dev.kiln.ir.Function;
import dev.kiln.ir.IrPrinter;
import dev.kiln.ir.Module;

/** Reads QBE IL in tests. */
final class Parsed {
    private Parsed() {}

    /** The module of a text that must be read without any diagnostic. */
    static Module module(String text) {
        Diagnostics diagnostics = new Diagnostics();
        Module module = QbeParser.parse(SourceText.of("t.ssa", text), diagnostics);
        assertThat(diagnostics.list()).isEmpty();
        return module;
    }

    /** The IR text of the lines between the braces of function {@code $f}, blanks at the ends of lines removed. */
    static String body(String text) {
        Function function = module(text).function("f");
        String[] lines = IrPrinter.print(function).strip().split("\n");
        StringBuilder out = new StringBuilder();
        for (int i = 1; i < lines.length - 1; i++) {
            out.append(lines[i].strip()).append('\n');
        }
        return out.toString();
    }

    /** The body of a function that takes parameters, computes and returns. */
    static String lines(String head, String lines) {
        return body("function " + head + " {\n@start\n" + lines + "\n}\n");
    }

    /** All diagnostics of a text, one per line: position and code. */
    static String problems(String text) {
        Diagnostics diagnostics = new Diagnostics();
        QbeParser.parse(SourceText.of("t", text), diagnostics);
        StringBuilder out = new StringBuilder();
        for (Diagnostic d : diagnostics.list()) {
            out.append(d.position().line())
                    .append(':')
                    .append(d.position().column())
                    .append(' ')
                    .append(((QbeCode) d.code()).name())
                    .append('\n');
        }
        return out.toString();
    }

    /** The messages of a text's diagnostics, one per line. */
    static String messages(String text) {
        Diagnostics diagnostics = new Diagnostics();
        QbeParser.parse(SourceText.of("t", text), diagnostics);
        StringBuilder out = new StringBuilder();
        for (Diagnostic d : diagnostics.list()) {
            out.append(d.message());
            if (!d.suggestion().isEmpty()) {
                out.append(" (").append(d.suggestion()).append(')');
            }
            out.append('\n');
        }
        return out.toString();
    }
}
