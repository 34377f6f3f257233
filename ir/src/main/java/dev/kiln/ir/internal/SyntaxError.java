package dev.kiln.ir.internal;

/** Leaves a malformed line after its diagnostic was added. Carries nothing, so one per parser is enough. */
final class SyntaxError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SyntaxError() {
        super(null, null, false, false);
    }
}
