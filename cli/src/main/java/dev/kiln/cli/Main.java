package dev.kiln.cli;

import dev.kiln.base.Diagnostic;
import dev.kiln.base.DiagnosticException;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.KilnVersion;
import dev.kiln.base.Position;
import dev.kiln.compiler.CompilerCode;
import java.util.List;

/**
 * The entry point of the {@code kiln} command: finds the command, reports what goes wrong, and settles the exit status. Start-up time
 * counts here, so commands are reached through a plain switch and load what they need themselves.
 */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        int status = run(args, true);
        System.out.flush();
        System.exit(status);
    }

    /**
     * Runs a command line; gives the exit status.
     *
     * @param exits whether {@code run} and {@code interp} end the process when their program ends; they do in any case when it calls
     *     {@code exit}
     */
    static int run(String[] args, boolean exits) {
        String command = args.length == 0 ? "" : args[0];
        Reporter reporter = new Reporter();
        Diagnostics diagnostics = new Diagnostics();
        try {
            switch (command) {
                case "" -> {
                    System.err.print(Help.overview());
                    return ExitStatus.USAGE;
                }
                case "--version", "-V" -> {
                    System.out.println("kiln " + KilnVersion.TEXT);
                    return ExitStatus.OK;
                }
                case "--help", "-h", "help" -> {
                    if (args.length > 1 && command.equals("help") && !Help.knows(args[1])) {
                        throw new UsageException("unknown command " + args[1]);
                    }
                    System.out.print(args.length > 1 ? Help.of(args[1]) : Help.overview());
                    return ExitStatus.OK;
                }
                default -> {
                    if (!Help.knows(command)) {
                        throw new UsageException("unknown command " + command);
                    }
                }
            }
            Options options = Options.parse(command, args);
            reporter.use(options);
            options.exits = exits;
            if (options.help) {
                System.out.print(Help.of(command));
                return ExitStatus.OK;
            }
            return dispatch(command, options, diagnostics, reporter);
        } catch (UsageException e) {
            System.err.println("kiln: " + e.getMessage());
            System.err.println(Help.knows(command) ? "kiln: see kiln " + command + " --help" : "kiln: see kiln --help");
            return ExitStatus.USAGE;
        } catch (DiagnosticException e) {
            reporter.report(diagnostics, e.diagnostics());
            return statusOf(diagnostics, ExitStatus.WRONG_INPUT);
        } catch (OutOfMemoryError e) {
            reporter.report(
                    diagnostics,
                    List.of(Diagnostic.of(CliCode.OUT_OF_MEMORY, Position.NONE, String.valueOf(e.getMessage()))
                            .suggest("give the JVM more memory: KILN_JAVA_OPTS=-Xmx8g")));
            return ExitStatus.WRONG_INPUT;
        } catch (Throwable e) {
            return internal(args, e);
        }
    }

    private static int dispatch(String command, Options options, Diagnostics diagnostics, Reporter reporter) {
        int status = switch (command) {
            case "run" -> RunCommand.run(options, diagnostics, reporter);
            case "interp" -> InterpCommand.run(options, diagnostics, reporter);
            case "compile" -> CompileCommand.run(options, diagnostics, reporter);
            case "check" -> CheckCommand.run(options, diagnostics, reporter);
            case "fmt" -> FmtCommand.run(options, diagnostics, reporter);
            case "asm" -> AsmCommand.run(options, diagnostics, reporter);
            case "dis" -> DisCommand.run(options);
            default -> throw new IllegalStateException(command);
        };
        reporter.report(diagnostics);
        return statusOf(diagnostics, status);
    }

    /** What the compiler could not do through a fault of its own is no fault of the input. */
    private static int statusOf(Diagnostics diagnostics, int status) {
        if (status == ExitStatus.WRONG_INPUT) {
            for (Diagnostic diagnostic : diagnostics.list()) {
                if (diagnostic.code() == CompilerCode.INTERNAL) {
                    return ExitStatus.INTERNAL;
                }
            }
        }
        return status;
    }

    /** A bug in Kiln: says what to report. */
    private static int internal(String[] args, Throwable e) {
        System.err.println("kiln: internal error: " + e);
        System.err.println("kiln: this is a bug in Kiln " + KilnVersion.TEXT + " (Java " + Runtime.version()
                + "); please report it with the command line, the input and this:");
        System.err.println("kiln:   kiln " + String.join(" ", args));
        StackTraceElement[] trace = e.getStackTrace();
        for (int i = 0; i < Math.min(12, trace.length); i++) {
            System.err.println("kiln:   at " + trace[i]);
        }
        return ExitStatus.INTERNAL;
    }
}
