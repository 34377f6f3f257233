package dev.kiln.base;

import java.util.Objects;

/**
 * A row of a table of diagnostics; {@link DiagnosticCode} says what its columns mean.
 *
 * @param id the stable identifier
 * @param severity how much it matters
 * @param type the group it belongs to
 * @param template the English message
 */
public record DiagnosticKind(String id, Severity severity, String type, String template) {
    public DiagnosticKind {
        Objects.requireNonNull(id);
        Objects.requireNonNull(severity);
        Objects.requireNonNull(type);
        Objects.requireNonNull(template);
    }
}
