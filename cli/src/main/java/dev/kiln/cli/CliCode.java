package dev.kiln.cli;

import dev.kiln.base.DiagnosticCode;
import dev.kiln.base.DiagnosticKind;
import dev.kiln.base.Severity;

/** What the command line itself may have to say: KILN-E00xx. */
enum CliCode implements DiagnosticCode {
    CANNOT_READ("KILN-E0001", Severity.CRITICAL, "file", "cannot read {0}: {1}"),
    CANNOT_WRITE("KILN-E0002", Severity.CRITICAL, "file", "cannot write {0}: {1}"),
    UNKNOWN_LANGUAGE("KILN-E0003", Severity.HIGH, "usage", "cannot tell whether {0} is Kiln IR or QBE IL"),
    NO_MAIN("KILN-E0004", Severity.HIGH, "name", "{0} exports no function @main of a shape that can be run"),
    OUT_OF_MEMORY("KILN-E0005", Severity.CRITICAL, "limit", "out of memory: {0}"),
    NO_CODE("KILN-E0006", Severity.HIGH, "file", "{0} holds no code: {1}");

    private final DiagnosticKind kind;

    CliCode(String id, Severity severity, String type, String template) {
        kind = new DiagnosticKind(id, severity, type, template);
    }

    @Override
    public DiagnosticKind kind() {
        return kind;
    }
}
