package dev.kiln.compiler;

import dev.kiln.base.DiagnosticCode;
import dev.kiln.base.DiagnosticKind;
import dev.kiln.base.Severity;

/** What the compiler may have to say: KILN-E30xx, and KILN-E3999 for its own mistakes. */
public enum CompilerCode implements DiagnosticCode {
    NOT_YET_COMPILED("KILN-E3001", Severity.HIGH, "limit", "{0} is not yet compiled (function @{1})"),
    TARGET_NOT_YET("KILN-E3002", Severity.CRITICAL, "limit", "code for {0} is not yet made"),
    FRAME_TOO_LARGE(
            "KILN-E3010", Severity.HIGH, "limit", "the stack frame of @{0} needs {1} bytes; at most {2} are possible"),
    ARGUMENTS_TOO_LARGE(
            "KILN-E3011",
            Severity.HIGH,
            "limit",
            "a call from or of @{0} passes {1} bytes by value; at most {2} are possible"),
    INTERNAL(
            "KILN-E3999",
            Severity.CRITICAL,
            "internal",
            "Kiln itself failed while compiling @{0} (stage {1}): {2}; please report this with the input");

    private final DiagnosticKind kind;

    CompilerCode(String id, Severity severity, String type, String template) {
        kind = new DiagnosticKind(id, severity, type, template);
    }

    @Override
    public DiagnosticKind kind() {
        return kind;
    }
}
