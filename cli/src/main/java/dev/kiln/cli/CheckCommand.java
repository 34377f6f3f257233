package dev.kiln.cli;

import dev.kiln.base.DiagnosticException;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;

/** {@code kiln check}: parse and verify only. */
final class CheckCommand {
    private CheckCommand() {}

    static int run(Options options, Diagnostics diagnostics, Reporter reporter) {
        options.allow("--input");
        if (options.files.isEmpty()) {
            throw new UsageException("check needs a file");
        }
        boolean wrong = false;
        for (String file : options.files) {
            Diagnostics found = new Diagnostics();
            try {
                SourceText source = Input.read(file);
                reporter.source(source);
                wrong |= Input.parse(source, options.inputKind, found) == null;
            } catch (DiagnosticException e) {
                // A file that cannot be read says nothing about the others.
                e.diagnostics().forEach(found::add);
                wrong = true;
            }
            diagnostics.addAll(found);
        }
        return wrong ? ExitStatus.WRONG_INPUT : ExitStatus.OK;
    }
}
