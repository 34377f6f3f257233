package dev.kiln.base;

import java.util.List;

/** The input was wrong. Carries every diagnostic that was found, errors and warnings. */
public final class DiagnosticException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Diagnostic> diagnostics;

    /** With all diagnostics of a piece of work; at least one. */
    public DiagnosticException(List<Diagnostic> diagnostics) {
        super(firstError(diagnostics).toString());
        this.diagnostics = List.copyOf(diagnostics);
    }

    /** With a single diagnostic. */
    public DiagnosticException(Diagnostic diagnostic) {
        this(List.of(diagnostic));
    }

    /** What was found, in order. */
    public List<Diagnostic> diagnostics() {
        return diagnostics;
    }

    private static Diagnostic firstError(List<Diagnostic> diagnostics) {
        for (Diagnostic diagnostic : diagnostics) {
            if (diagnostic.severity().isError()) {
                return diagnostic;
            }
        }
        return diagnostics.getFirst();
    }
}
