package dev.kiln.cli;

import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import dev.kiln.base.TrapException;
import dev.kiln.ir.Module;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/** What {@code run} and {@code interp} have in common. */
final class Program {
    /** Native programs expect 8 MiB of stack at least; deep recursion is welcome. */
    private static final long STACK = 256L << 20;

    private Program() {}

    /** Reads the program and the programs given as libraries; {@code null} when one is wrong. */
    static List<Module> read(Options options, Diagnostics diagnostics, Reporter reporter) {
        if (options.files.isEmpty()) {
            throw new UsageException("there is no program to run");
        }
        List<Module> modules = new ArrayList<>();
        parse(options.files.getFirst(), options.inputKind, modules, diagnostics, reporter);
        for (String library : options.libraries) {
            if (Input.kindOf(library) != null) {
                parse(library, null, modules, diagnostics, reporter);
            }
        }
        return diagnostics.hasErrors() ? null : modules;
    }

    private static void parse(
            String file, Input.Kind kind, List<Module> modules, Diagnostics diagnostics, Reporter reporter) {
        SourceText source = Input.read(file);
        reporter.source(source);
        Diagnostics found = new Diagnostics();
        Module module = Input.parse(source, kind, found);
        diagnostics.addAll(found);
        if (module != null) {
            modules.add(module);
        }
    }

    /** The libraries given that are no programs. */
    static List<String> libraries(Options options) {
        List<String> libraries = new ArrayList<>();
        for (String library : options.libraries) {
            if (Input.kindOf(library) == null) {
                libraries.add(library);
            }
        }
        return libraries;
    }

    /** The message of a trap, the same that executables print. */
    static void tell(TrapException trap) {
        String function = trap.function().isEmpty() ? "" : " in @" + trap.function();
        String place = trap.position().isKnown() ? " at " + trap.position() : "";
        System.err.println("kiln: trap " + trap.name() + function + place);
        System.err.flush();
    }

    /** Runs something on a thread with a large stack. What it throws comes out here. */
    static int onOwnThread(IntSupplier program) {
        Body body = new Body(program);
        Thread thread = new Thread(null, body, "main program", STACK);
        thread.start();
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (body.thrown instanceof RuntimeException e) {
            throw e;
        }
        if (body.thrown instanceof Error e) {
            throw e;
        }
        return body.status;
    }

    private static final class Body implements Runnable {
        private final IntSupplier program;
        private int status;
        private Throwable thrown;

        Body(IntSupplier program) {
            this.program = program;
        }

        @Override
        public void run() {
            try {
                status = program.getAsInt();
            } catch (Throwable e) {
                thrown = e;
            }
        }
    }
}
