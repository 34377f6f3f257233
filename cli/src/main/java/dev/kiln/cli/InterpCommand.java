package dev.kiln.cli;

import dev.kiln.base.Diagnostics;
import dev.kiln.base.TrapException;
import dev.kiln.exec.HostProcess;
import dev.kiln.exec.Libraries;
import dev.kiln.ir.Module;
import dev.kiln.ir.interp.Interpreter;
import dev.kiln.ir.interp.InterpreterException;
import java.lang.foreign.Arena;
import java.util.List;

/** {@code kiln interp}: the same program through the reference interpreter. */
final class InterpCommand {
    /** Nested calls back from C take up to 10 KiB of stack each, so this many leave C a third of the program's. */
    private static final int NESTING = 16_000;

    private InterpCommand() {}

    static int run(Options options, Diagnostics diagnostics, Reporter reporter) {
        options.allow("--input", "-l");
        List<String> libraries = Program.libraries(options);
        List<Module> modules = Program.read(options, diagnostics, reporter);
        if (modules == null) {
            return ExitStatus.WRONG_INPUT;
        }
        reporter.reportWarnings(diagnostics);
        Interpreter.Builder builder =
                Interpreter.builder(modules.toArray(new Module[0])).nesting(NESTING);
        for (String library : libraries) {
            builder.lookup(Libraries.open(library, Arena.global()));
        }
        Interpreter interpreter = builder.build();
        if (options.exits) {
            HostProcess.restoreDefaults();
        }
        return Program.onOwnThread(() -> {
            int status;
            try {
                status = interpreter.runMain(options.programArguments);
            } catch (TrapException e) {
                Program.tell(e);
                status = ExitStatus.TRAP;
            } catch (InterpreterException e) {
                reporter.report(new Diagnostics(), List.of(e.diagnostic()));
                status = ExitStatus.WRONG_INPUT;
            }
            if (options.exits) {
                interpreter.exit(status);
            }
            return status;
        });
    }
}
