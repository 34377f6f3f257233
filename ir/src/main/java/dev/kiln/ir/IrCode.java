package dev.kiln.ir;

import dev.kiln.base.DiagnosticCode;
import dev.kiln.base.DiagnosticKind;
import dev.kiln.base.Severity;

/** What can be wrong with IR: {@code KILN-E10xx} in its text, {@code KILN-E11xx} in what it says. Identifiers never change. */
public enum IrCode implements DiagnosticCode {
    // Text.
    EXPECTED("KILN-E1001", "syntax", "expected {0}, found {1}"),
    UNKNOWN_OPERATION("KILN-E1002", "name", "there is no operation {0}"),
    UNKNOWN_TYPE("KILN-E1003", "name", "there is no type {0}"),
    UNDEFINED_VALUE("KILN-E1004", "name", "%{0} is not defined in this function"),
    UNDEFINED_BLOCK("KILN-E1005", "name", "there is no block {0} in this function"),
    DUPLICATE_VALUE("KILN-E1006", "name", "%{0} is already defined in this function"),
    DUPLICATE_BLOCK("KILN-E1007", "name", "block {0} is already defined in this function"),
    DUPLICATE_SYMBOL("KILN-E1008", "name", "{0} is already defined"),
    WRONG_TYPE("KILN-E1009", "type", "{0} is {1}, but {2} is wanted here"),
    TYPE_NOT_TAKEN("KILN-E1010", "type", "{0} does not take type {1}"),
    CONSTANT_RANGE("KILN-E1011", "type", "{0} does not fit in {1}"),
    BAD_NUMBER("KILN-E1012", "syntax", "{0} is not a number of type {1}"),
    UNTERMINATED_STRING("KILN-E1013", "syntax", "this string does not end on its line"),
    BAD_ESCAPE("KILN-E1014", "syntax", "there is no escape \\{0} in strings"),
    UNDECLARED_TYPE("KILN-E1015", "name", "type @{0} is not declared above"),
    UNKNOWN_SIGNATURE("KILN-E1016", "name", "there is no signature @{0}"),
    UNDEFINED_SYMBOL("KILN-E1017", "name", "there is no function, datum or import @{0}"),
    UNKNOWN_SHAPE("KILN-E1018", "type", "the shape of the called function is not known"),
    ARGUMENT_COUNT("KILN-E1019", "type", "{0} takes {1} arguments, not {2}"),
    NESTING_LIMIT("KILN-E1020", "limit", "types are nested more than {0} deep"),
    SIZE_LIMIT("KILN-E1021", "limit", "{0} is larger than {1} bytes"),
    MISSING_BRACE("KILN-E1022", "syntax", "the body of @{0} does not end with }"),
    NOT_POWER_OF_TWO("KILN-E1023", "type", "alignment {0} is not a power of two from 1 to {1}"),
    NO_RESULT("KILN-E1024", "type", "{0} gives no value that could be named"),
    OUTSIDE_BLOCK("KILN-E1025", "syntax", "this instruction stands before the first block label"),
    ENTRY_PARAMETERS("KILN-E1026", "syntax", "the entry block's parameters are those of the function"),
    NO_CONSTANTS("KILN-E1027", "type", "there are no constants of type {0}"),
    STRAY_MODULE("KILN-E1028", "syntax", "module stands once, before everything else"),

    // Verifier.
    NO_BLOCKS("KILN-E1101", "structure", "@{0} has no blocks"),
    NO_TERMINATOR("KILN-E1102", "structure", "block {0} does not end with a terminator"),
    EARLY_TERMINATOR("KILN-E1103", "structure", "{0} stands before the end of block {1}"),
    ENTRY_TARGET("KILN-E1104", "structure", "the entry block cannot be jumped to"),
    ENTRY_SIGNATURE("KILN-E1105", "structure", "the entry block's parameters differ from the signature of @{0}"),
    BLOCK_ARGUMENTS("KILN-E1106", "type", "block {0} takes {1} arguments, not {2}"),
    BLOCK_ARGUMENT_TYPE("KILN-E1107", "type", "argument {0} of block {1} is {2}, its parameter {3}"),
    NOT_DOMINATED("KILN-E1108", "structure", "{0} is used where it is not always computed before"),
    FOREIGN_VALUE("KILN-E1109", "structure", "{0} uses {1}, which is not in this function"),
    OPERAND_COUNT("KILN-E1110", "structure", "{0} has {1} operands instead of {2}"),
    OPERAND_TYPE("KILN-E1111", "type", "operand {0} of {1} is {2}, but {3} is wanted"),
    RESULT_TYPE("KILN-E1112", "type", "{0} gives {1}, but is said to give {2}"),
    OPERATION_TYPE("KILN-E1113", "type", "{0} does not take type {1}"),
    ALIGNMENT("KILN-E1114", "type", "alignment {0} is not a power of two from 1 to {1}"),
    LANE_RANGE("KILN-E1115", "type", "lane {0} is not among the {1} lanes"),
    LANE_COUNT("KILN-E1116", "type", "{0} lane numbers for {1} lanes"),
    DUPLICATE_CASE("KILN-E1117", "structure", "case {0} stands twice"),
    CASE_RANGE("KILN-E1118", "type", "case {0} does not fit in {1}"),
    TARGET_COUNT("KILN-E1119", "structure", "{0} has {1} targets instead of {2}"),
    MISSING_DETAIL("KILN-E1120", "structure", "{0} lacks its {1}"),
    MEMORY_ORDER("KILN-E1121", "type", "{0} cannot have order {1}"),
    CALL_ARGUMENTS("KILN-E1122", "type", "the signature takes {0} arguments, not {1}"),
    CALL_ARGUMENT_TYPE("KILN-E1123", "type", "argument {0} is {1}, the signature says {2}"),
    CALL_RESULT("KILN-E1124", "type", "the call gives {0}, the signature says {1}"),
    CALLEE_TYPE("KILN-E1125", "type", "the callee is {0}, not ptr"),
    VARIADIC_ARGUMENTS("KILN-E1126", "type", "variadic arguments for a signature without ..."),
    VARIADIC_TYPE("KILN-E1127", "type", "{0} cannot be a variadic argument"),
    RETURN_TYPE("KILN-E1128", "type", "@{0} returns {1}, not {2}"),
    UNDEFINED_REFERENCE("KILN-E1129", "name", "there is no function, datum or import @{0}"),
    NAMED_SIGNATURE("KILN-E1130", "name", "the call's signature is not the one named @{0}"),
    PARAMETER_ROLE("KILN-E1131", "type", "{0}"),
    VA_START_FIXED("KILN-E1132", "type", "va_start in a function without variadic arguments"),
    TAIL_CALL_AREA("KILN-E1133", "limit", "the arguments need {0} bytes of stack, the caller has only {1}"),
    TAIL_CALL_SHAPE("KILN-E1134", "type", "tail call: {0}"),
    GUARD_EXIT("KILN-E1135", "type", "@{0} is not a function (i64, ptr) with the result of this one"),
    STATE_EXIT("KILN-E1136", "structure", "a frame state without exit function has no number"),
    DERIVED_POINTER(
            "KILN-E1137", "type", "a ptr computed from a ref must not live across a call or guard with a state"),
    REF_DATA("KILN-E1138", "type", "data cannot hold values of type {0}"),
    COMMON_DATA("KILN-E1139", "type", "common data is zero, writable, of this process and in no section of its own"),
    COMMON_FUNCTION("KILN-E1140", "type", "functions cannot be common"),
    THREAD_ADDRESS("KILN-E1141", "type", "the address of thread-local @{0} is not known when data is laid out"),
    DATA_SIZE("KILN-E1142", "limit", "{0} is larger than {1} bytes"),
    SCALE_RANGE("KILN-E1143", "limit", "{0} {1} is not a signed 32-bit number"),
    SYMBOL_NAME("KILN-E1144", "name", "{0} is not a name: names are not empty and hold no zero character"),
    TYPE_DEPTH("KILN-E1145", "limit", "type @{0} is nested more than {1} deep"),
    VOID_PARAMETER("KILN-E1146", "type", "a parameter cannot have type void"),
    MAIN_SHAPE(
            "KILN-W1147",
            Severity.MEDIUM,
            "type",
            "@main is none of (), (i32), (i32, ptr), (i32, ptr, ptr) with an integer result or none"),
    ATOMIC_ALIGNMENT("KILN-E1148", "type", "{0} of {1} cannot have alignment {2}, below its size");

    private final DiagnosticKind kind;

    IrCode(String id, String type, String template) {
        this(id, Severity.HIGH, type, template);
    }

    IrCode(String id, Severity severity, String type, String template) {
        kind = new DiagnosticKind(id, severity, type, template);
    }

    @Override
    public DiagnosticKind kind() {
        return kind;
    }
}
