package dev.kiln.exec;

import dev.kiln.base.DiagnosticCode;
import dev.kiln.base.DiagnosticKind;
import dev.kiln.base.Severity;

/** What can go wrong between Kiln and the machine it runs on, as far as a user can do something about it. */
public enum ExecCode implements DiagnosticCode {
    UNSUPPORTED_HOST(
            "KILN-E0501",
            "host",
            "native code runs on x86-64 processors under Linux, Windows or macOS, not on {0} under {1}"),
    SYSTEM_CALL_FAILED("KILN-E0502", "host", "the operating system refused {0}: {1}"),
    CODE_MEMORY_EXHAUSTED(
            "KILN-E0503", "limit", "no room for {0} bytes of {1} in the {2} bytes reserved for native code"),
    UNSUPPORTED_CALLS("KILN-E0504", "host", "calls into native code are not yet made under {0}"),
    MISSING_SYMBOL("KILN-E0505", "host", "the C library of this host has no function {0}"),
    NO_SUCH_LIBRARY("KILN-E0506", "name", "cannot load the library {0}: {1}");

    private final DiagnosticKind kind;

    ExecCode(String id, String type, String template) {
        kind = new DiagnosticKind(id, Severity.CRITICAL, type, template);
    }

    @Override
    public DiagnosticKind kind() {
        return kind;
    }
}
