package dev.kiln.object;

import dev.kiln.base.DiagnosticCode;
import dev.kiln.base.DiagnosticKind;
import dev.kiln.base.Severity;

/** What object files and linking may have to say: KILN-E40xx. */
public enum ObjectCode implements DiagnosticCode {
    SECTION_TOO_LARGE(
            "KILN-E4002", Severity.CRITICAL, "limit", "the section {0} would have {1} bytes; at most {2} are possible"),
    OUT_OF_REACH(
            "KILN-E4003",
            Severity.HIGH,
            "limit",
            "a reference from {0} to {1} does not reach: the distance is {2} bytes"),
    SECTION_FLAGS("KILN-E4004", Severity.HIGH, "syntax", "the section {0} is used with the flags {1} and with {2}"),
    UNKNOWN_FLAG("KILN-E4005", Severity.HIGH, "syntax", "the section {0} has an unknown flag \"{1}\""),
    SECTION_NAME(
            "KILN-E4006", Severity.HIGH, "syntax", "the name of the section {0} cannot be written in text for nasm"),
    SYMBOL_NAME("KILN-E4007", Severity.HIGH, "limit", "the symbol {0} of {1} characters is too long for nasm"),
    TOO_MANY("KILN-E4008", Severity.CRITICAL, "limit", "the object would have {0} {1}; at most {2} are possible"),
    NOT_IN_FORMAT(
            "KILN-E4009",
            Severity.HIGH,
            "limit",
            "{0} has no relocation of kind {1}, which the reference to {2} at offset {4} of {3} needs"),
    NO_LINKER("KILN-E4010", Severity.CRITICAL, "tool", "no linker was found: {0}"),
    LINK_FAILED("KILN-E4011", Severity.HIGH, "link", "the linker refused:\n{0}");

    private final DiagnosticKind kind;

    ObjectCode(String id, Severity severity, String type, String template) {
        kind = new DiagnosticKind(id, severity, type, template);
    }

    @Override
    public DiagnosticKind kind() {
        return kind;
    }
}
