package dev.kiln.ir.interp;

import dev.kiln.base.Diagnostic;

/** The run executed as many operations as {@link Interpreter.Builder#fuel} allowed. */
public final class FuelExhaustedException extends InterpreterException {
    private static final long serialVersionUID = 1L;

    /** Carries a diagnostic, whose text is the message. */
    public FuelExhaustedException(Diagnostic diagnostic) {
        super(diagnostic);
    }
}
