package dev.kiln.cli;

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
            SourceText source = Input.read(file);
            reporter.source(source);
            Diagnostics found = new Diagnostics();
            wrong |= Input.parse(source, options.inputKind, found) == null;
            diagnostics.addAll(found);
        }
        return wrong ? ExitStatus.WRONG_INPUT : ExitStatus.OK;
    }
}
