package dev.kiln.base;

/** How much a {@link Diagnostic} matters. {@link #CRITICAL} and {@link #HIGH} are errors: no output is made from the input. */
public enum Severity {
    /** The work stopped: a limit was reached, a file could not be read, a tool is missing. */
    CRITICAL,
    /** The input is wrong; the rest of it was still examined. */
    HIGH,
    /** The input is suspicious; it is used as written. */
    MEDIUM,
    /** A hint, for example on speed. */
    LOW;

    /** Whether a diagnostic of this severity makes the input unusable. */
    public boolean isError() {
        return this == CRITICAL || this == HIGH;
    }
}
