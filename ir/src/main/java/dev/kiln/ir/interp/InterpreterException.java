package dev.kiln.ir.interp;

import dev.kiln.base.Diagnostic;

/**
 * The interpreter had to stop a program for a reason that is not a trap of the IR: it did what is undefined and could be caught at
 * it, reached a limit, or asked for something that only compiled code can do.
 */
public sealed class InterpreterException extends RuntimeException permits CancelledException, FuelExhaustedException {
    private static final long serialVersionUID = 1L;

    private final transient Diagnostic diagnostic;

    /** Carries a diagnostic, whose text is the message. */
    public InterpreterException(Diagnostic diagnostic) {
        super(diagnostic.toString());
        this.diagnostic = diagnostic;
    }

    /** What happened, where, and what to do about it; its code is an {@link InterpreterCode}. */
    public final Diagnostic diagnostic() {
        return diagnostic;
    }

    /** The kind. */
    public final InterpreterCode code() {
        return (InterpreterCode) diagnostic.code();
    }
}
