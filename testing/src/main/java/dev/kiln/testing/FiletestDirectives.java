package dev.kiln.testing;

import java.util.ArrayList;
import java.util.List;

/**
 * The expectations that a {@code .kir} test file states in its comments:
 *
 * <pre>
 * ; test: run, asm -O1            what is done with the file; default: everything
 * ; run: @f(2, -0.5) == 5         calling gives this; "== …" is left out when nothing is returned
 * ; traps: @f(0) division_by_zero calling traps with this name
 * ; check: lea                    the next of these is found in the printed code, in order
 * ; check-not: idiv               not found in the printed code
 * ; error: KILN-E1004 text        a diagnostic of this code on this very line; the text, if any, is part of its message
 * </pre>
 *
 * Values are numbers as in IR text, {@code inf}, {@code nan}, {@code nan:0x…} (all bits), {@code null}, and {@code bits:0x…} for the
 * bits of any type. An expected {@code nan} stands for any NaN; the other spellings for exactly these bits.
 */
public record FiletestDirectives(
        List<String> tests, List<Run> runs, List<Check> checks, List<ExpectedDiagnostic> diagnostics) {

    /** A call and what comes of it: a result, a trap, or just the return. */
    public record Run(int line, String function, List<Literal> arguments, Literal result, String trap) {}

    /** A text that the printed code contains, or does not. */
    public record Check(int line, String text, boolean present) {}

    /** A diagnostic on a line. */
    public record ExpectedDiagnostic(int line, String code, String text) {}

    /** A value as written; its bits depend on the type of the place. */
    public record Literal(String text) {
        /**
         * The bits as a value of an IR type: integers sign-extended, {@code f32} zero-extended.
         *
         * @throws IllegalArgumentException when it is no value of that type
         */
        public long bits(String type) {
            if (text.startsWith("bits:0x")) {
                return extend(Long.parseUnsignedLong(text.substring(7), 16), type);
            }
            return switch (type) {
                case "i8", "i16", "i32", "i64" -> integer(type);
                case "ptr", "ref" -> text.equals("null") ? 0 : integer("i64");
                case "f32" -> floating(true);
                case "f64" -> floating(false);
                default -> throw new IllegalArgumentException("no values of type " + type);
            };
        }

        /** Whether a result with these bits is what was expected. */
        public boolean matches(String type, long bits) {
            if (text.equals("nan")) {
                return type.equals("f32")
                        ? Float.isNaN(Float.intBitsToFloat((int) bits))
                        : Double.isNaN(Double.longBitsToDouble(bits));
            }
            return extend(bits, type) == bits(type);
        }

        private static long extend(long bits, String type) {
            return switch (type) {
                case "i8" -> (byte) bits;
                case "i16" -> (short) bits;
                case "i32" -> (int) bits;
                case "f32" -> bits & 0xFFFF_FFFFL;
                default -> bits;
            };
        }

        private long integer(String type) {
            boolean negative = text.startsWith("-");
            String digits = negative ? text.substring(1) : text;
            long value = digits.startsWith("0x")
                    ? Long.parseUnsignedLong(digits.substring(2), 16)
                    : Long.parseUnsignedLong(digits);
            value = negative ? -value : value;
            int bits = type.equals("i8") ? 8 : type.equals("i16") ? 16 : type.equals("i32") ? 32 : 64;
            if (bits < 64 && (value < -(1L << bits - 1) || value >= 1L << bits)) {
                throw new IllegalArgumentException(text + " does not fit in " + type);
            }
            return extend(value, type);
        }

        private long floating(boolean single) {
            boolean negative = text.startsWith("-");
            String rest = negative ? text.substring(1) : text;
            long bits;
            if (rest.equals("inf")) {
                bits = single ? 0x7F80_0000L : 0x7FF0L << 48;
            } else if (rest.equals("nan")) {
                bits = single ? 0x7FC0_0000L : 0x7FF8L << 48;
            } else if (rest.startsWith("nan:0x")) {
                bits = Long.parseUnsignedLong(rest.substring(6), 16);
            } else {
                bits = single
                        ? Float.floatToRawIntBits(Float.parseFloat(rest))
                        : Double.doubleToRawLongBits(Double.parseDouble(rest));
            }
            return negative ? bits ^ (single ? 1L << 31 : 1L << 63) : bits;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * Finds the directives in a text.
     *
     * @throws IllegalArgumentException naming the line of a malformed directive
     */
    public static FiletestDirectives parse(String text) {
        List<String> tests = new ArrayList<>();
        List<Run> runs = new ArrayList<>();
        List<Check> checks = new ArrayList<>();
        List<ExpectedDiagnostic> diagnostics = new ArrayList<>();
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            int line = i + 1;
            String comment = comment(lines[i]);
            String rest;
            if ((rest = after(comment, "test:")) != null) {
                for (String test : rest.split(",")) {
                    tests.add(test.trim());
                }
            } else if ((rest = after(comment, "run:")) != null) {
                runs.add(run(rest, line, false));
            } else if ((rest = after(comment, "traps:")) != null) {
                runs.add(run(rest, line, true));
            } else if ((rest = after(comment, "check:")) != null) {
                checks.add(new Check(line, rest, true));
            } else if ((rest = after(comment, "check-not:")) != null) {
                checks.add(new Check(line, rest, false));
            } else if ((rest = after(comment, "error:")) != null) {
                // Several on one line are separated by " & ".
                for (String one : rest.split(" & ")) {
                    String[] parts = one.trim().split(" ", 2);
                    diagnostics.add(new ExpectedDiagnostic(line, parts[0], parts.length > 1 ? parts[1].trim() : ""));
                }
            }
        }
        return new FiletestDirectives(
                List.copyOf(tests), List.copyOf(runs), List.copyOf(checks), List.copyOf(diagnostics));
    }

    private static String after(String comment, String word) {
        return comment != null && comment.startsWith(word)
                ? comment.substring(word.length()).trim()
                : null;
    }

    /** What stands behind the first semicolon outside a string; {@code null} when there is none. */
    private static String comment(String line) {
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '\\' && quoted) {
                i++;
            } else if (c == ';' && !quoted) {
                return line.substring(i + 1).trim();
            }
        }
        // A string that is never closed hides no comment: such lines test just that.
        int at = quoted ? line.lastIndexOf("; error:") : -1;
        return at < 0 ? null : line.substring(at + 1).trim();
    }

    private static Run run(String text, int line, boolean traps) {
        int open = text.indexOf('(');
        int close = text.indexOf(')', open + 1);
        if (!text.startsWith("@") || open < 0 || close < 0) {
            throw new IllegalArgumentException("line " + line + ": expected @function(values), found " + text);
        }
        List<Literal> arguments = new ArrayList<>();
        String list = text.substring(open + 1, close).trim();
        if (!list.isEmpty()) {
            for (String argument : list.split(",")) {
                arguments.add(new Literal(argument.trim()));
            }
        }
        String function = text.substring(1, open);
        String rest = text.substring(close + 1).trim();
        if (traps) {
            if (rest.isEmpty()) {
                throw new IllegalArgumentException("line " + line + ": expected the trap's name after " + text);
            }
            return new Run(line, function, List.copyOf(arguments), null, rest);
        }
        if (rest.isEmpty()) {
            return new Run(line, function, List.copyOf(arguments), null, null);
        }
        if (!rest.startsWith("==") || rest.length() == 2) {
            throw new IllegalArgumentException("line " + line + ": expected == value, found " + rest);
        }
        return new Run(
                line,
                function,
                List.copyOf(arguments),
                new Literal(rest.substring(2).trim()),
                null);
    }
}
