package dev.kiln.asm;

import dev.kiln.base.DiagnosticCode;
import dev.kiln.base.DiagnosticKind;
import dev.kiln.base.Severity;

/** What can be wrong with assembly text: {@code KILN-E01xx}, warnings {@code KILN-W01xx}. Identifiers never change. */
public enum NasmCode implements DiagnosticCode {
    EXPECTED("KILN-E0101", Severity.HIGH, "syntax", "expected {0}, found {1}"),
    BAD_CHARACTER("KILN-E0102", Severity.HIGH, "syntax", "the character {0} has no meaning here"),
    UNTERMINATED_STRING("KILN-E0103", Severity.HIGH, "syntax", "this string does not end on its line"),
    BAD_NUMBER("KILN-E0104", Severity.HIGH, "syntax", "{0} is not a number"),
    BAD_ESCAPE("KILN-E0105", Severity.HIGH, "syntax", "there is no escape {0} in strings"),
    TOO_DEEP("KILN-E0106", Severity.HIGH, "limit", "the expression is nested more than {0} deep"),
    PREPROCESSOR(
            "KILN-E0107",
            Severity.HIGH,
            "unsupported",
            "{0} belongs to nasm's preprocessor, which is not part of Kiln"),
    UNSUPPORTED("KILN-E0108", Severity.HIGH, "unsupported", "{0} is not made by this version"),
    UNKNOWN_INSTRUCTION("KILN-E0110", Severity.HIGH, "name", "{0}"),
    NO_FORM("KILN-E0111", Severity.HIGH, "operands", "{0}"),
    SIZE_UNKNOWN("KILN-E0112", Severity.HIGH, "operands", "{0}: the size of memory is not known"),
    BAD_ADDRESS("KILN-E0113", Severity.HIGH, "operands", "{0}"),
    BAD_PREFIX("KILN-E0114", Severity.HIGH, "operands", "{0}"),
    OUT_OF_RANGE("KILN-E0115", Severity.HIGH, "range", "{0} does not fit {1} bits"),
    DATA_RANGE("KILN-W0116", Severity.MEDIUM, "range", "{0} does not fit {1} bits; its lower bits are used"),
    OUT_OF_REACH("KILN-E0117", Severity.HIGH, "range", "the target is {0} bytes away, which {1} bits do not reach"),
    UNDEFINED("KILN-E0120", Severity.HIGH, "name", "the symbol {0} is not defined"),
    DUPLICATE("KILN-E0121", Severity.HIGH, "name", "the symbol {0} is already defined {1}"),
    NOT_CONSTANT("KILN-E0122", Severity.HIGH, "expression", "{0} must be a number that does not depend on addresses"),
    NOT_SCALAR("KILN-E0123", Severity.HIGH, "expression", "{0} takes numbers only, not addresses or registers"),
    DIVISION_BY_ZERO("KILN-E0124", Severity.HIGH, "expression", "division by zero"),
    NOT_RELOCATABLE("KILN-E0125", Severity.HIGH, "expression", "no relocation can say this expression: {0}"),
    UNSETTLED(
            "KILN-E0126",
            Severity.HIGH,
            "expression",
            "the value of {0} depends on itself, or did not settle in {1} passes"),
    BAD_COUNT("KILN-E0127", Severity.HIGH, "range", "{0} must not be {1}"),
    SECTION_LIMIT("KILN-E0128", Severity.CRITICAL, "limit", "the section {0} would have more than {1} bytes"),
    BAD_ATTRIBUTE("KILN-E0130", Severity.HIGH, "syntax", "the section {0} cannot have the attribute {1}"),
    BAD_SECTION_NAME("KILN-E0129", Severity.HIGH, "syntax", "no section can have the name {0}: {1}"),
    BAD_DIRECTIVE("KILN-E0131", Severity.HIGH, "syntax", "{0}"),
    ZERO_SECTION("KILN-E0132", Severity.HIGH, "section", "the section {0} holds no contents, only reserved space"),
    NOT_IN_FORMAT("KILN-E0133", Severity.HIGH, "format", "{0} cannot be in a file of format {1}"),
    UNREADABLE("KILN-E0135", Severity.HIGH, "file", "cannot read {0}: {1}"),
    OVERLAP("KILN-E0134", Severity.HIGH, "section", "the section {0} would overlap what lies before it in the file"),
    NOT_EDITABLE("KILN-E0136", Severity.HIGH, "limit", "this text cannot be made into a file to be edited: {0}"),
    IGNORED("KILN-W0140", Severity.MEDIUM, "syntax", "{0}"),
    UNDEFINED_INSTRUCTION(
            "KILN-W0141",
            Severity.MEDIUM,
            "operands",
            "processors refuse {0}: destination, sources, index and mask have to be different registers");

    private final DiagnosticKind kind;

    NasmCode(String id, Severity severity, String type, String template) {
        kind = new DiagnosticKind(id, severity, type, template);
    }

    @Override
    public DiagnosticKind kind() {
        return kind;
    }
}
