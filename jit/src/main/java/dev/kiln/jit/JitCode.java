package dev.kiln.jit;

import dev.kiln.base.DiagnosticCode;
import dev.kiln.base.DiagnosticKind;
import dev.kiln.base.Severity;

/** What the JIT may have to say: KILN-E50xx. */
public enum JitCode implements DiagnosticCode {
    UNDEFINED_SYMBOL("KILN-E5001", Severity.HIGH, "name", "the symbol @{0} is defined nowhere"),
    DUPLICATE_SYMBOL("KILN-E5002", Severity.HIGH, "name", "the symbol @{0} is defined twice: in {1} and in {2}"),
    OUT_OF_REACH("KILN-E5003", Severity.HIGH, "limit", "a reference from @{0} to @{1} does not reach: {2} bytes"),
    NOT_CALLABLE("KILN-E5004", Severity.HIGH, "type", "@{0} cannot be called from Java: {1}"),
    CODE_MEMORY("KILN-E5005", Severity.CRITICAL, "limit", "no room for the code: {0}"),
    FOREIGN_THREAD_DATA(
            "KILN-E5007",
            Severity.HIGH,
            "limit",
            "the thread-local @{0} of a library cannot be reached from code in memory"),
    NOT_EXPORTED("KILN-E5008", Severity.HIGH, "name", "the function @{0} is not exported"),
    WRITABLE_CODE(
            "KILN-E5009",
            Severity.HIGH,
            "limit",
            "the section {0} is both writable and executable, which memory of a Jit never is"),
    BAD_MAIN(
            "KILN-E5006",
            Severity.HIGH,
            "type",
            "@main takes () or (i32) or (i32, ptr) or (i32, ptr, ptr) and gives an integer or nothing");

    private final DiagnosticKind kind;

    JitCode(String id, Severity severity, String type, String template) {
        kind = new DiagnosticKind(id, severity, type, template);
    }

    @Override
    public DiagnosticKind kind() {
        return kind;
    }
}
