package dev.kiln.cli;

import dev.kiln.base.Diagnostics;
import dev.kiln.base.TrapException;
import dev.kiln.compiler.CompilerOptions;
import dev.kiln.exec.CodeMemory;
import dev.kiln.exec.NativeCalls;
import dev.kiln.ir.Module;
import dev.kiln.jit.Jit;
import dev.kiln.jit.LoadedModule;
import java.util.List;

/** {@code kiln run}: compile in memory and call {@code @main}. */
final class RunCommand {
    private RunCommand() {}

    static int run(Options options, Diagnostics diagnostics, Reporter reporter) {
        options.allow("--input", "-l", "-O0", "-O1", "-O2");
        // The linker of the JDK starts while the program is read.
        NativeCalls.warmUp();
        List<String> libraries = Program.libraries(options);
        List<Module> modules = Program.read(options, diagnostics, reporter);
        if (modules == null) {
            return ExitStatus.WRONG_INPUT;
        }
        // The program has the process to itself, and its data may be large.
        Jit.Builder builder = Jit.builder()
                .memory(CodeMemory.MAX_SIZE)
                .verify(false)
                .options(CompilerOptions.DEFAULT.withOptimization(options.optimization));
        for (String library : libraries) {
            builder.library(library);
        }
        Jit jit = builder.build();
        LoadedModule loaded = jit.load(modules);
        reporter.reportWarnings(diagnostics);
        if (options.exits) {
            jit.takeProcess();
        }
        return Program.onOwnThread(() -> {
            int status;
            try {
                status = loaded.runMain(options.files.getFirst(), options.programArguments);
            } catch (TrapException e) {
                Program.tell(e);
                status = ExitStatus.TRAP;
            }
            if (options.exits) {
                // As in a process of its own: atexit functions run, buffered output is written. Does not return.
                jit.exit(status);
            }
            return status;
        });
    }
}
