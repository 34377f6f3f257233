package dev.kiln.base;

import java.util.List;
import java.util.Objects;

/**
 * Something to tell the user: what is wrong, where, and what to do about it.
 *
 * @param code the kind; its severity is this diagnostic's
 * @param arguments what fills the message's {@code {0}}, {@code {1}} …
 * @param position where; {@link Position#NONE} when it has no place
 * @param suggestion what the user can do; empty when there is nothing useful to say
 */
public record Diagnostic(DiagnosticCode code, List<String> arguments, Position position, String suggestion) {
    public Diagnostic {
        Objects.requireNonNull(code);
        arguments = List.copyOf(arguments);
        Objects.requireNonNull(position);
        Objects.requireNonNull(suggestion);
    }

    /** A diagnostic without a suggestion. */
    public static Diagnostic of(DiagnosticCode code, Position position, String... arguments) {
        return new Diagnostic(code, List.of(arguments), position, "");
    }

    /** The same with a suggestion. */
    public Diagnostic suggest(String text) {
        return new Diagnostic(code, arguments, position, text);
    }

    /** How much it matters. */
    public Severity severity() {
        return code.severity();
    }

    /** The message in English with its arguments filled in. */
    public String message() {
        return fill(code.template(), arguments);
    }

    /** {@code file:line:col: message [KILN-E…]}: one line, for exceptions and logs. */
    @Override
    public String toString() {
        String place = position.toString();
        return (place.isEmpty() ? "" : place + ": ") + message() + " [" + code.id() + "]";
    }

    /** Replaces {@code {n}} in the template by argument n; anything else between braces stays as it is. */
    static String fill(String template, List<String> arguments) {
        StringBuilder out = new StringBuilder(template.length() + 32);
        for (int i = 0; i < template.length(); i++) {
            char c = template.charAt(i);
            if (c == '{' && i + 2 < template.length() && template.charAt(i + 2) == '}') {
                int n = template.charAt(i + 1) - '0';
                if (n >= 0 && n < arguments.size()) {
                    out.append(arguments.get(n));
                    i += 2;
                    continue;
                }
            }
            out.append(c);
        }
        return out.toString();
    }
}
