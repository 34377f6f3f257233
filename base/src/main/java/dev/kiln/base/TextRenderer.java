package dev.kiln.base;

/**
 * Renders diagnostics for people:
 *
 * <pre>
 * error: %cuont is not defined in this function [KILN-E1004]
 *  --> sum.kir:3:9
 *   |
 * 3 |     ret %cuont
 *   |         ^
 *   = did you mean %count?
 * </pre>
 *
 * The caret stands under the column also behind tabs, wide characters and combining marks. Control characters of the source are shown
 * as {@code ·}, so that a text cannot command the terminal; of very long lines the part around the column is shown.
 */
public final class TextRenderer {
    /** How many characters of a line are shown. */
    private static final int WIDTH = 160;

    private static final String RESET = "\u001b[0m", BOLD = "\u001b[1m", BLUE = "\u001b[1;34m";

    private final boolean colour;

    /**
     * @param colour whether to use ANSI colours, for a terminal
     */
    public TextRenderer(boolean colour) {
        this.colour = colour;
    }

    /**
     * All of a collection, each followed by an empty line, and how many were dropped.
     *
     * @param sources the texts that positions may name; those of other files are shown without their line
     */
    public String render(Diagnostics diagnostics, SourceText... sources) {
        StringBuilder out = new StringBuilder();
        for (Diagnostic diagnostic : diagnostics.list()) {
            render(out, diagnostic, sources);
            out.append('\n');
        }
        if (diagnostics.dropped() > 0) {
            out.append(diagnostics.dropped()).append(" more are not shown\n");
        }
        return out.toString();
    }

    /** One diagnostic. */
    public String render(Diagnostic diagnostic, SourceText... sources) {
        StringBuilder out = new StringBuilder();
        render(out, diagnostic, sources);
        return out.toString();
    }

    private void render(StringBuilder out, Diagnostic diagnostic, SourceText... sources) {
        Severity severity = diagnostic.severity();
        paint(out, colourOf(severity), wordOf(severity));
        // What another program said has several lines, and stays readable only so.
        String[] message = diagnostic.message().split("\n", -1);
        paint(out, BOLD, ": " + printable(message[0]));
        out.append(" [").append(diagnostic.code().id()).append("]\n");
        for (int i = 1; i < message.length; i++) {
            out.append("  ").append(printable(message[i])).append('\n');
        }
        Position position = diagnostic.position();
        String margin = "";
        String place = position.toString();
        if (!place.isEmpty()) {
            String number = position.isKnown() ? Integer.toString(position.line()) : "";
            margin = " ".repeat(number.length());
            paint(out, BLUE, margin + "--> ");
            out.append(printable(place)).append('\n');
            SourceText source = find(position, sources);
            String line = source == null ? null : source.line(position.line());
            if (line != null) {
                excerpt(out, number, margin, line, source.linePrefix(position.line(), position.column()), position);
            }
        }
        if (!diagnostic.suggestion().isEmpty()) {
            paint(out, BLUE, margin + " = ");
            out.append(printable(diagnostic.suggestion())).append('\n');
        }
    }

    private void excerpt(
            StringBuilder out, String number, String margin, String line, String prefix, Position position) {
        int from = 0;
        if (line.length() > WIDTH) {
            from = Math.max(0, Math.min(prefix.length() - WIDTH / 2, line.length() - WIDTH));
            if (from > 0 && Character.isLowSurrogate(line.charAt(from))) {
                from--;
            }
        }
        int to = Math.min(line.length(), from + WIDTH);
        if (to < line.length() && Character.isLowSurrogate(line.charAt(to))) {
            to--;
        }
        paint(out, BLUE, margin + " |");
        out.append('\n');
        paint(out, BLUE, number + " | ");
        out.append(from > 0 ? "…" : "").append(printable(line.substring(from, to)));
        out.append(to < line.length() ? "…" : "").append('\n');
        if (position.column() > 0) {
            paint(out, BLUE, margin + " | ");
            out.append(from > 0 ? " " : "");
            pad(out, prefix, Math.min(from, prefix.length()));
            paint(out, colourOf(Severity.HIGH), "^");
            out.append('\n');
        }
    }

    /** As many columns as the text takes on a terminal; tabs stay, so that they jump as far as in the line above. */
    private static void pad(StringBuilder out, String text, int from) {
        for (int i = from; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (c == '\t') {
                out.append('\t');
            } else if (isWide(c)) {
                out.append("  ");
            } else if (!isCombining(c)) {
                out.append(' ');
            }
        }
    }

    private static boolean isCombining(int c) {
        int type = Character.getType(c);
        return type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT;
    }

    /** Characters of two columns: Unicode Standard Annex 11, the blocks that are wide as a whole. */
    private static boolean isWide(int c) {
        return c >= 0x1100 && c <= 0x115F
                || c >= 0x2E80 && c <= 0x303E
                || c >= 0x3041 && c <= 0x33FF
                || c >= 0x3400 && c <= 0x4DBF
                || c >= 0x4E00 && c <= 0x9FFF
                || c >= 0xA000 && c <= 0xA4CF
                || c >= 0xAC00 && c <= 0xD7A3
                || c >= 0xF900 && c <= 0xFAFF
                || c >= 0xFE30 && c <= 0xFE6F
                || c >= 0xFF00 && c <= 0xFF60
                || c >= 0xFFE0 && c <= 0xFFE6
                || c >= 0x1F300 && c <= 0x1F64F
                || c >= 0x1F900 && c <= 0x1F9FF
                || c >= 0x20000 && c <= 0x3FFFD;
    }

    private static String printable(String text) {
        StringBuilder out = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Also the marks that turn the direction of text around, which would make a line show what it does not say.
            boolean bad = c < ' ' && c != '\t'
                    || c >= 0x7F && c < 0xA0
                    || c >= 0x202A && c <= 0x202E
                    || c >= 0x2066 && c <= 0x2069;
            if (bad && out == null) {
                out = new StringBuilder(text.length()).append(text, 0, i);
            }
            if (out != null) {
                out.append(bad ? '·' : c);
            }
        }
        return out == null ? text : out.toString();
    }

    private static SourceText find(Position position, SourceText... sources) {
        if (position.isKnown()) {
            for (SourceText source : sources) {
                if (source.name().equals(position.file())) {
                    return source;
                }
            }
        }
        return null;
    }

    private static String wordOf(Severity severity) {
        return switch (severity) {
            case CRITICAL -> "fatal error";
            case HIGH -> "error";
            case MEDIUM -> "warning";
            case LOW -> "note";
        };
    }

    private static String colourOf(Severity severity) {
        return switch (severity) {
            case CRITICAL, HIGH -> "\u001b[1;31m";
            case MEDIUM -> "\u001b[1;33m";
            case LOW -> "\u001b[1;36m";
        };
    }

    private void paint(StringBuilder out, String ansi, String text) {
        if (colour) {
            out.append(ansi).append(text).append(RESET);
        } else {
            out.append(text);
        }
    }
}
