package dev.kiln.ir.interp;

import dev.kiln.base.Diagnostic;

/** The run was stopped by {@link Interpreter#cancel()}. */
public final class CancelledException extends InterpreterException {
    private static final long serialVersionUID = 1L;

    /** Carries a diagnostic, whose text is the message. */
    public CancelledException(Diagnostic diagnostic) {
        super(diagnostic);
    }
}
