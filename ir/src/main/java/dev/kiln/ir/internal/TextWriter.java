package dev.kiln.ir.internal;

import dev.kiln.ir.AggregateType;
import dev.kiln.ir.Constant;
import dev.kiln.ir.MemoryType;
import dev.kiln.ir.Section;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import java.util.List;

/** Writes the small parts of IR text: names, strings, constants, types, signatures. */
final class TextWriter {
    private static final String HEX = "0123456789abcdef";

    private TextWriter() {}

    /** A name after its sigil, in quotes when it needs them. */
    static void name(StringBuilder out, String name) {
        for (int i = 0; i < name.length(); i++) {
            if (!Scanner.isName(name.charAt(i))) {
                quoted(out, name);
                return;
            }
        }
        if (name.isEmpty()) {
            out.append("\"\"");
        } else {
            out.append(name);
        }
    }

    /** A block's or trap's name, which has no sigil and so must not begin with a digit. */
    static void word(StringBuilder out, String name) {
        char first = name.isEmpty() ? '0' : name.charAt(0);
        if (first >= '0' && first <= '9') {
            quoted(out, name);
        } else {
            name(out, name);
        }
    }

    static void symbol(StringBuilder out, String name) {
        out.append('@');
        name(out, name);
    }

    static void symbol(StringBuilder out, String name, long offset) {
        symbol(out, name);
        if (offset != 0) {
            out.append(offset < 0 ? '-' : '+').append(Long.toUnsignedString(Math.abs(offset)));
        }
    }

    static void quoted(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            character(out, text.charAt(i));
        }
        out.append('"');
    }

    static void quoted(StringBuilder out, byte[] bytes) {
        out.append('"');
        for (byte b : bytes) {
            if (b < 0) {
                hex(out, b & 0xFF);
            } else {
                character(out, (char) b);
            }
        }
        out.append('"');
    }

    private static void character(StringBuilder out, char c) {
        switch (c) {
            case '\n' -> out.append("\\n");
            case '\t' -> out.append("\\t");
            case '\r' -> out.append("\\r");
            case 0 -> out.append("\\0");
            case '"', '\\' -> out.append('\\').append(c);
            default -> {
                if (c < ' ' || c == 0x7F) {
                    hex(out, c);
                } else {
                    out.append(c);
                }
            }
        }
    }

    private static void hex(StringBuilder out, int b) {
        out.append("\\x").append(HEX.charAt(b >> 4)).append(HEX.charAt(b & 15));
    }

    /** A constant without its type. */
    static void constant(StringBuilder out, Constant c) {
        constant(out, c.type(), c.bits());
    }

    static void constant(StringBuilder out, Type type, long bits) {
        switch (type) {
            case F32 -> {
                float value = Float.intBitsToFloat((int) bits);
                if (value != value) {
                    nan(out, bits & 0x7FFF_FFFFL, (int) bits < 0, 0x7FC0_0000L);
                } else {
                    finite(out, Float.toString(value));
                }
            }
            case F64 -> {
                double value = Double.longBitsToDouble(bits);
                if (value != value) {
                    nan(out, bits & Long.MAX_VALUE, bits < 0, 0x7FF8L << 48);
                } else {
                    finite(out, Double.toString(value));
                }
            }
            case PTR, REF -> {
                if (bits == 0) {
                    out.append("null");
                } else {
                    out.append(bits);
                }
            }
            default -> out.append(bits);
        }
    }

    private static void nan(StringBuilder out, long magnitude, boolean negative, long plain) {
        out.append(negative ? "-nan" : "nan");
        if (magnitude != plain) {
            out.append(":0x").append(Long.toHexString(magnitude));
        }
    }

    private static void finite(StringBuilder out, String javaText) {
        if (javaText.endsWith("Infinity")) {
            out.append(javaText.startsWith("-") ? "-inf" : "inf");
        } else {
            out.append(javaText.replace('E', 'e'));
        }
    }

    // Types.

    static void type(StringBuilder out, MemoryType type) {
        switch (type) {
            case Type t -> out.append(t.text());
            case AggregateType a -> aggregate(out, a);
        }
    }

    /** By name, or in place when it has none. */
    static void aggregate(StringBuilder out, AggregateType type) {
        if (type.name() != null) {
            symbol(out, type.name());
        } else {
            structure(out, type);
        }
    }

    static void structure(StringBuilder out, AggregateType type) {
        switch (type) {
            case AggregateType.Struct s -> {
                out.append(s.packed() ? "struct packed" : "struct");
                members(out, s.parts(), s.minAlign());
            }
            case AggregateType.Union u -> {
                out.append("union");
                members(out, u.parts(), u.minAlign());
            }
            case AggregateType.Array a -> {
                out.append("array ").append(a.count()).append(" of ");
                type(out, a.element());
            }
            case AggregateType.Opaque o ->
                out.append("opaque size ").append(o.size()).append(" align ").append(o.align());
        }
    }

    private static void members(StringBuilder out, List<MemoryType> parts, long align) {
        if (align != 0) {
            out.append(" align ").append(align);
        }
        if (parts.isEmpty()) {
            out.append(" {}");
            return;
        }
        out.append(" { ");
        for (int i = 0; i < parts.size(); i++) {
            if (i > 0) {
                out.append(", ");
            }
            type(out, parts.get(i));
        }
        out.append(" }");
    }

    static void convention(StringBuilder out, Signature signature) {
        if (signature.convention() != Signature.Convention.PLATFORM) {
            out.append("cc \"").append(signature.convention().text()).append("\" ");
        }
    }

    static void section(StringBuilder out, Section section) {
        if (section != null) {
            out.append("section ");
            quoted(out, section.name());
            if (section.flags() != null) {
                out.append(' ');
                quoted(out, section.flags());
            }
            out.append(' ');
        }
    }

    static void param(StringBuilder out, Signature.Param param) {
        if (param.byValue() != null) {
            aggregate(out, param.byValue());
            return;
        }
        out.append(param.type().text());
        extension(out, param.extension());
        switch (param.role()) {
            case PLAIN -> {}
            case SRET -> out.append(" sret");
            case ENV -> out.append(" env");
            case PINNED -> out.append(" pinned");
        }
    }

    private static void extension(StringBuilder out, Signature.Extension extension) {
        switch (extension) {
            case NONE -> {}
            case SIGN -> out.append(" signext");
            case ZERO -> out.append(" zeroext");
        }
    }

    /** {@code (params) [-> type]}; names may be {@code null}. */
    static void signature(StringBuilder out, Signature signature, String[] names) {
        out.append('(');
        List<Signature.Param> params = signature.params();
        for (int i = 0; i < params.size(); i++) {
            if (i > 0) {
                out.append(", ");
            }
            if (names != null) {
                out.append('%');
                name(out, i < names.length ? names[i] : "?" + i);
                out.append(": ");
            }
            param(out, params.get(i));
        }
        if (signature.variadic()) {
            out.append(params.isEmpty() ? "..." : ", ...");
        }
        out.append(')');
        if (signature.result() != Type.VOID) {
            out.append(" -> ");
            result(out, signature);
            extension(out, signature.resultExtension());
        }
    }

    /** The result's type as calls write it. */
    static void result(StringBuilder out, Signature signature) {
        if (signature.resultAggregate() != null) {
            aggregate(out, signature.resultAggregate());
        } else {
            out.append(signature.result().text());
        }
    }
}
