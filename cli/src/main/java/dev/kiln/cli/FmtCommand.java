package dev.kiln.cli;

import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import dev.kiln.ir.IrPrinter;
import dev.kiln.ir.Module;
import java.nio.charset.StandardCharsets;

/** {@code kiln fmt}: print as canonical {@code .kir}. */
final class FmtCommand {
    private FmtCommand() {}

    static int run(Options options, Diagnostics diagnostics, Reporter reporter) {
        options.allow("--input", "-o");
        SourceText source = Input.read(options.onlyFile());
        reporter.source(source);
        Module module = Input.parse(source, options.inputKind, diagnostics);
        if (module == null) {
            return ExitStatus.WRONG_INPUT;
        }
        Output.write(options.output, IrPrinter.print(module).getBytes(StandardCharsets.UTF_8));
        return ExitStatus.OK;
    }
}
