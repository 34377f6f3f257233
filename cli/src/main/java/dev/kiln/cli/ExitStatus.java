package dev.kiln.cli;

/** Exit statuses, fixed for scripts. {@code run} and {@code interp} give the program's own, or {@link #TRAP}. */
final class ExitStatus {
    static final int OK = 0;
    /** The input was wrong; diagnostics say where; no output was touched. */
    static final int WRONG_INPUT = 1;

    static final int USAGE = 2;
    /** The program trapped. */
    static final int TRAP = 120;
    /** A bug in Kiln. */
    static final int INTERNAL = 70;

    private ExitStatus() {}
}
