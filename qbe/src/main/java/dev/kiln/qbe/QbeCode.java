package dev.kiln.qbe;

import dev.kiln.base.DiagnosticCode;
import dev.kiln.base.DiagnosticKind;
import dev.kiln.base.Severity;

/** What can be wrong, or look wrong, in QBE IL text. */
public enum QbeCode implements DiagnosticCode {
    // Text.
    UNEXPECTED("KILN-E2001", Severity.HIGH, "syntax", "{0} expected, found {1}"),
    INVALID_CHARACTER("KILN-E2002", Severity.HIGH, "syntax", "{0} cannot stand here"),
    UNTERMINATED_STRING("KILN-E2003", Severity.HIGH, "syntax", "this string has no closing quote"),
    UNKNOWN_WORD("KILN-E2004", Severity.HIGH, "syntax", "unknown word {0}"),
    BAD_NUMBER("KILN-E2005", Severity.HIGH, "syntax", "{0} is not a number"),
    UNCLOSED_FUNCTION("KILN-E2006", Severity.HIGH, "syntax", "the body of ${0} has no closing brace"),
    EMPTY_FUNCTION("KILN-E2007", Severity.HIGH, "syntax", "function ${0} has no block"),
    MISSING_JUMP("KILN-E2008", Severity.HIGH, "syntax", "the last block of a function must end in a jump, ret or hlt"),
    MISPLACED_PHI(
            "KILN-E2009",
            Severity.HIGH,
            "syntax",
            "a phi must stand at the start of a block, and not in the first block"),
    NO_RESULT("KILN-E2010", Severity.HIGH, "syntax", "{0} gives no result"),
    NEEDS_RESULT("KILN-E2011", Severity.HIGH, "syntax", "the result of {0} must be assigned"),
    OPERAND_COUNT("KILN-E2012", Severity.HIGH, "syntax", "{0} takes {1}, found {2}"),
    PARAMETERS("KILN-E2013", Severity.HIGH, "syntax", "{0}"),
    LINKAGE("KILN-E2014", Severity.HIGH, "syntax", "{0}"),
    DATA_ITEM("KILN-E2015", Severity.HIGH, "syntax", "{0}"),
    VALUE_RANGE("KILN-E2016", Severity.HIGH, "limit", "{0} must be {1}"),
    TOO_LARGE("KILN-E2017", Severity.HIGH, "limit", "{0} takes more than 2 GiB"),
    TOO_DEEP("KILN-E2018", Severity.HIGH, "limit", "type :{0} is nested more than {1} deep"),

    // Names.
    DUPLICATE_BLOCK("KILN-E2020", Severity.HIGH, "name", "block @{0} is defined twice"),
    UNDEFINED_BLOCK("KILN-E2021", Severity.HIGH, "name", "block @{0} is not defined"),
    JUMP_TO_START(
            "KILN-E2022", Severity.HIGH, "name", "@{0} is the first block of the function; nothing may jump to it"),
    PHI_DUPLICATE("KILN-E2023", Severity.HIGH, "name", "block @{0} appears twice in the phi of %{1}"),
    PHI_MISSING("KILN-E2024", Severity.HIGH, "name", "the phi of %{1} has no value for block @{0}, which leads here"),
    PHI_STRANGER("KILN-E2025", Severity.HIGH, "name", "the phi of %{1} names block @{0}, which does not lead here"),
    NEVER_ASSIGNED("KILN-E2026", Severity.HIGH, "name", "%{0} is never assigned"),
    UNDEFINED_TYPE("KILN-E2027", Severity.HIGH, "name", "type :{0} is not defined before this use"),
    DUPLICATE_SYMBOL("KILN-E2028", Severity.HIGH, "name", "${0} is defined twice"),

    // Types.
    MIXED_CLASSES("KILN-E2030", Severity.HIGH, "type", "%{0} is assigned as {1} here, as {2} elsewhere"),
    OPERAND_CLASS("KILN-E2031", Severity.HIGH, "type", "{0} takes {1}, but %{2} is {3}"),
    RESULT_CLASS("KILN-E2032", Severity.HIGH, "type", "{0} cannot give {1}"),
    VASTART("KILN-E2033", Severity.HIGH, "type", "vastart in a function without variable arguments"),
    ADDRESS_WIDTH("KILN-E2034", Severity.HIGH, "type", "the address of ${0} needs 8 bytes"),

    // Suspicious, compiled as written.
    NULL_ADDRESS("KILN-W2001", Severity.MEDIUM, "memory", "address {0} is never mapped"),
    ALIGNMENT("KILN-W2002", Severity.MEDIUM, "memory", "alignment {0} is no power of two; {1} is used"),
    THREAD_LOCAL("KILN-W2003", Severity.MEDIUM, "name", "{0}");

    private final DiagnosticKind kind;

    QbeCode(String id, Severity severity, String type, String template) {
        kind = new DiagnosticKind(id, severity, type, template);
    }

    @Override
    public DiagnosticKind kind() {
        return kind;
    }
}
