package dev.kiln.ir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.ir.internal.OperandTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Keeps the table of operations in docs/ir.md equal to {@link Op}. */
class OperationTableTest {
    private static final String START = "<!-- operations -->\n", END = "<!-- end of operations -->";

    @Test
    void documentAgreesWithTheCode() throws IOException {
        Path page = Path.of(System.getProperty("kiln.root", ".."), "docs", "ir.md");
        String text = Files.readString(page);
        int from = text.indexOf(START) + START.length();
        int to = text.indexOf(END);
        assertThat(from).isGreaterThanOrEqualTo(START.length());
        assertThat(to).isGreaterThanOrEqualTo(from);
        String wanted = table();
        if ("1".equals(System.getenv("KILN_BLESS"))) {
            Files.writeString(page, text.substring(0, from) + wanted + text.substring(to));
            return;
        }
        assertThat(text.substring(from, to))
                .as("docs/ir.md differs from Op; KILN_BLESS=1 writes it anew")
                .isEqualTo(wanted);
    }

    private static String table() {
        StringBuilder out = new StringBuilder("| operation | T | result | facts |\n|---|---|---|---|\n");
        for (Op op : Op.values()) {
            out.append("| `").append(form(op)).append("` | ").append(types(op)).append(" | ");
            out.append(result(op)).append(" | ").append(facts(op)).append(" |\n");
        }
        return out.toString();
    }

    private static String form(Op op) {
        String t = OperandTypes.writesType(op) ? " T" : "";
        return op.text()
                + t
                + switch (op.shape()) {
                    case UNARY, CONVERT -> " a";
                    case BINARY, COMPARE, DOT -> " a, b";
                    case TERNARY -> " a, b, c";
                    case SHIFT -> " a, count";
                    case SELECT -> " c, a, b";
                    case LOAD -> op == Op.VA_ARG ? " list" : " p";
                    case STORE, ATOMIC_RMW -> " a, p";
                    case INDEX -> " p, i, SCALE + DISPLACEMENT";
                    case ALLOCA -> " size, ALIGN";
                    case MEMORY_BLOCK -> op == Op.MEMSET ? " to, byte, size" : " to, from, size";
                    case ATOMIC_CAS -> " p, expected, new";
                    case FENCE -> "";
                    case CALL -> " R @f(a, b)";
                    case VA_START -> " list";
                    case VA_COPY -> " to, from";
                    case SPLAT -> " x";
                    case EXTRACT -> " v, LANE";
                    case INSERT -> " v, x, LANE";
                    case SHUFFLE -> " a, b, [LANE, …]";
                    case JUMP -> " target(a)";
                    case BR -> " c, then(a), else(b)";
                    case SWITCH -> " a, default(a), [N: target(b), …]";
                    case RET -> " a";
                    case TRAP -> " name";
                    case UNREACHABLE -> "";
                    case GUARD -> " c, @exit(N), state(a, b)";
                    case VAR -> " a \"name\"";
                };
    }

    private static String types(Op op) {
        StringBuilder out = new StringBuilder();
        Type previous = null;
        for (Type type : Type.values()) {
            if (type != Type.VOID && OperandTypes.writesType(op) && OperandTypes.takes(op, type)) {
                boolean newGroup = previous != null && previous.classBit() != type.classBit();
                out.append(out.isEmpty() ? "" : newGroup ? " · " : " ").append(type.text());
                previous = type;
            }
        }
        // Whole groups by their short names.
        return out.toString()
                .replace("i8 i16 i32 i64", "iN")
                .replace("f32 f64", "fN")
                .replaceAll("v16i8 v8i16 v4i32 v2i64 · v4f32 v2f64 · v32i8 v16i16 v8i32 v4i64 · v8f32 v4f64", "vectors")
                .replaceAll("v16i8 v8i16 v4i32 v2i64 v32i8 v16i16 v8i32 v4i64", "integer vectors")
                .replaceAll("v4f32 v2f64 v8f32 v4f64", "float vectors");
    }

    private static String result(Op op) {
        return switch (op.shape()) {
            case COMPARE ->
                (op.types() & (Type.VECTOR_INT | Type.VECTOR_FLOAT)) == 0 ? "i32" : "i32, on vectors the mask type";
            case EXTRACT, DOT -> "lane";
            case INDEX, ALLOCA -> "ptr";
            case CALL -> op == Op.CALL ? "R" : "";
            default -> OperandTypes.result(op, Type.I32) == Type.I32 ? "T" : "";
        };
    }

    private static String facts(Op op) {
        return (op.commutes() ? "c" : "")
                + (op.canTrap() ? "t" : "")
                + (op.readsMemory() ? "r" : "")
                + (op.writesMemory() ? "w" : "")
                + (op.hasEffect() ? "e" : "")
                + (op.isTerminator() ? "x" : "");
    }
}
