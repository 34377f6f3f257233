package dev.kiln.ir.interp;

import dev.kiln.base.DiagnosticCode;
import dev.kiln.base.DiagnosticKind;
import dev.kiln.base.Severity;

/** What the interpreter can have to say: KILN-E1200 to KILN-E1299. */
public enum InterpreterCode implements DiagnosticCode {
    NULL_ACCESS(
            "KILN-E1201", "memory", "@{0} accesses address {1}, within the first 64 KiB of memory (a null pointer?)"),
    WILD_ACCESS("KILN-E1202", "memory", "@{0} accesses address {1}, which no program on this machine can own"),
    MISALIGNED_ATOMIC(
            "KILN-E1203",
            "memory",
            "@{0} makes an atomic access of {1} bytes to address {2}, which is not aligned to its size"),
    CALL_OF_NO_FUNCTION("KILN-E1204", "memory", "@{0} calls address {1}, which cannot be a function"),
    UNRESOLVED_SYMBOL("KILN-E1210", "name", "@{0} is not defined by the program, by Java, or by a loaded library"),
    DUPLICATE_SYMBOL("KILN-E1211", "name", "@{0} is defined by two modules, {1} and {2}"),
    NO_SUCH_FUNCTION("KILN-E1212", "name", "the program defines no function @{0}"),
    BAD_ARGUMENTS("KILN-E1213", "type", "@{0} takes {1}, but was given {2}"),
    BAD_MAIN("KILN-E1214", "type", "@main takes (), (i32, ptr) or (i32, ptr, ptr), not {0}"),
    NOT_EXPORTED("KILN-E1215", "name", "the function @{0} is not exported"),
    STACK_OVERFLOW(
            "KILN-E1220",
            Severity.CRITICAL,
            "limit",
            "@{0} calls too deep: the stack of interpreted frames is limited to {1}"),
    SLOT_MEMORY("KILN-E1221", Severity.CRITICAL, "limit", "@{0} needs more stack memory than the limit of {1} bytes"),
    NESTED_CALLS(
            "KILN-E1222",
            Severity.CRITICAL,
            "limit",
            "@{0} is called back through more than {1} nested calls of C functions"),
    OUT_OF_FUEL("KILN-E1223", Severity.CRITICAL, "limit", "@{0} ran beyond the limit of {1} operations"),
    CANCELLED("KILN-E1224", Severity.CRITICAL, "limit", "@{0} was stopped from outside"),
    DATA_TOO_LARGE(
            "KILN-E1225",
            Severity.CRITICAL,
            "limit",
            "the data of the program need {0} bytes, more than there is memory"),
    FUNCTION_TOO_LARGE(
            "KILN-E1226", Severity.CRITICAL, "limit", "@{0} is too large to interpret: its {1} needs more than 2 GiB"),
    RETURNS_TWICE(
            "KILN-E1230",
            "unsupported",
            "@{0} calls @{1}, which returns twice or to another frame; the interpreter cannot do that"),
    RETURNS_TWICE_MARK(
            "KILN-E1235",
            "unsupported",
            "@{0} is marked returns_twice: it calls what returns twice or to another frame; the interpreter cannot do that"),
    VECTOR_TO_C("KILN-E1231", "unsupported", "@{0} passes a vector to or from a C function, which Java cannot do"),
    ARGUMENTS_TO_C(
            "KILN-E1232",
            "unsupported",
            "@{0} passes {1} bytes of arguments on the stack to or from a C function; Java can pass {2}"),
    CONVENTION(
            "KILN-E1233",
            "unsupported",
            "@{0} calls a C function with calling convention \"{1}\", which the interpreter cannot do here"),
    HOST(
            "KILN-E1234",
            "unsupported",
            "@{0} calls a C function; the interpreter can do that on x86-64 with the System V convention only");

    private final DiagnosticKind kind;

    InterpreterCode(String id, String type, String template) {
        this(id, Severity.HIGH, type, template);
    }

    InterpreterCode(String id, Severity severity, String type, String template) {
        kind = new DiagnosticKind(id, severity, type, template);
    }

    @Override
    public DiagnosticKind kind() {
        return kind;
    }
}
