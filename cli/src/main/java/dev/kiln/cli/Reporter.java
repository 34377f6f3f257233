package dev.kiln.cli;

import dev.kiln.base.Diagnostic;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.JsonRenderer;
import dev.kiln.base.SourceText;
import dev.kiln.base.TextRenderer;
import java.io.Console;
import java.util.ArrayList;
import java.util.List;

/** Prints diagnostics to standard error, as text with the source lines or as JSON. */
final class Reporter {
    private final List<SourceText> sources = new ArrayList<>();
    private boolean json;

    /** Takes what the options say about diagnostics. */
    void use(Options options) {
        json = options.json;
    }

    /** Remembers a source, so that its lines can be shown. */
    void source(SourceText source) {
        sources.add(source);
    }

    /** Prints what was collected; nothing when there is nothing, but for JSON, whose reader expects an array. */
    void report(Diagnostics diagnostics) {
        if (json) {
            System.err.println(JsonRenderer.render(diagnostics));
        } else if (!diagnostics.list().isEmpty()) {
            System.err.print(new TextRenderer(isTerminal()).render(diagnostics, sources.toArray(new SourceText[0])));
        }
        System.err.flush();
    }

    /** Prints what was collected before a program runs, which has standard error to itself afterwards. */
    void reportWarnings(Diagnostics diagnostics) {
        if (!diagnostics.list().isEmpty()) {
            report(diagnostics);
        }
    }

    /** Prints the diagnostics of an exception after what was collected before it. */
    void report(Diagnostics collected, List<Diagnostic> thrown) {
        for (Diagnostic diagnostic : thrown) {
            if (!collected.list().contains(diagnostic)) {
                collected.add(diagnostic);
            }
        }
        report(collected);
    }

    /** Whether colours may be used: a terminal is there (for output; of errors Java cannot tell) and nobody objects. */
    private static boolean isTerminal() {
        String objection = System.getenv("NO_COLOR");
        if (objection != null && !objection.isEmpty() || "dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}
