package dev.kiln.qbe.internal;

/** Leaves a malformed line or definition after its diagnostic was reported; caught where reading can go on. Carries nothing. */
final class SyntaxError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    static final SyntaxError REPORTED = new SyntaxError();

    private SyntaxError() {
        super(null, null, false, false);
    }
}
