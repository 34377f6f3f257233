package dev.kiln.base;

/**
 * Renders diagnostics for programs: a JSON array (RFC 8259) with one object for each, always with the same members in the same order:
 *
 * <pre>
 * {"severity":"high","code":"KILN-E1004","type":"name","key":"undefined_value","arguments":["cuont"],
 *  "message":"%cuont is not defined in this function","file":"sum.kir","line":3,"column":9,
 *  "suggestion":"did you mean %count?"}
 * </pre>
 *
 * Severity is one of {@code critical high medium low}. What is unknown is {@code null}: file, line, column, suggestion. Lines and
 * columns count from 1, columns in bytes. The output is ASCII. Members may be added at the end, never taken away.
 */
public final class JsonRenderer {
    private static final String HEX = "0123456789abcdef";

    private JsonRenderer() {}

    /** All that was kept. */
    public static String render(Diagnostics diagnostics) {
        StringBuilder out = new StringBuilder("[");
        for (Diagnostic diagnostic : diagnostics.list()) {
            out.append(out.length() > 1 ? ",\n" : "\n");
            render(out, diagnostic);
        }
        return out.append(out.length() > 1 ? "\n]\n" : "]\n").toString();
    }

    private static void render(StringBuilder out, Diagnostic diagnostic) {
        Position position = diagnostic.position();
        out.append("{\"severity\":");
        string(out, word(diagnostic.severity()));
        out.append(",\"code\":");
        string(out, diagnostic.code().id());
        out.append(",\"type\":");
        string(out, diagnostic.code().type());
        out.append(",\"key\":");
        string(out, diagnostic.code().key());
        out.append(",\"arguments\":[");
        String separator = "";
        for (String argument : diagnostic.arguments()) {
            out.append(separator);
            string(out, argument);
            separator = ",";
        }
        out.append("],\"message\":");
        string(out, diagnostic.message());
        out.append(",\"file\":");
        orNull(out, position.file());
        out.append(",\"line\":");
        orNull(out, position.line());
        out.append(",\"column\":");
        orNull(out, position.column());
        out.append(",\"suggestion\":");
        orNull(out, diagnostic.suggestion());
        out.append('}');
    }

    private static String word(Severity severity) {
        return switch (severity) {
            case CRITICAL -> "critical";
            case HIGH -> "high";
            case MEDIUM -> "medium";
            case LOW -> "low";
        };
    }

    private static void orNull(StringBuilder out, String text) {
        if (text.isEmpty()) {
            out.append("null");
        } else {
            string(out, text);
        }
    }

    private static void orNull(StringBuilder out, int number) {
        if (number == 0) {
            out.append("null");
        } else {
            out.append(number);
        }
    }

    private static void string(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c >= ' ' && c < 0x7F) {
                        out.append(c);
                    } else {
                        out.append("\\u");
                        for (int shift = 12; shift >= 0; shift -= 4) {
                            out.append(HEX.charAt(c >> shift & 15));
                        }
                    }
                }
            }
        }
        out.append('"');
    }
}
