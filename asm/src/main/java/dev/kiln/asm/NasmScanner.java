package dev.kiln.asm;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Splits NASM text into tokens, a logical line at a time: a backslash at a line's end joins the next line. Numbers follow nasm's rules
 * (a prefix or a suffix names the radix, the larger one counts); what looks like a number with a point or exponent is kept as text.
 */
final class NasmScanner {
    static final int END = 0, NAME = 1, NUMBER = 2, FLOAT = 3, STRING = 4, BRACES = 5, HERE = 6, BASE = 7, BAD = 8;

    /** Operators of one character are that character; longer ones are these. */
    static final int SHL = 256, SHR = 257, SHL3 = 258, SAR = 259, SDIV = 260, SMOD = 261, LE = 262, GE = 263;

    static final int NE = 264, EQ = 265, AND2 = 266, OR2 = 267, XOR2 = 268, COMPARE = 269;

    /** Is told of what is no token. */
    interface Complaints {
        void complain(int at, NasmCode code, String... arguments);
    }

    final byte[] source;
    private final Complaints complaints;

    int count;
    int[] kind = new int[16];
    int[] at = new int[16];
    /** Names, the text of floats and braces. */
    String[] text = new String[16];

    long[] number = new long[16];
    byte[][] string = new byte[16][];
    /** Whether a name stood behind {@code $}, and so is no keyword. */
    boolean[] escaped = new boolean[16];

    /** Where the comment of the line begins, −1 when there is none. */
    int commentAt;

    private int p;

    NasmScanner(byte[] source, Complaints complaints) {
        this.source = source;
        this.complaints = complaints;
    }

    /** Reads the tokens of the logical line that begins at an offset; gives the offset behind it. */
    int line(int from) {
        p = from;
        count = 0;
        commentAt = -1;
        Arrays.fill(text, null);
        Arrays.fill(string, null);
        Arrays.fill(escaped, false);
        while (p < source.length && source[p] != '\n') token();
        add(END, p);
        count--;
        return p < source.length ? p + 1 : p;
    }

    /** Goes to the end of a logical line without reading it; gives the offset behind it. */
    int skipLine(int from) {
        p = from;
        skipToEnd();
        return p < source.length ? p + 1 : p;
    }

    private int peek(int ahead) {
        return p + ahead < source.length ? source[p + ahead] & 0xFF : -1;
    }

    /** The length of a backslash with the line's end behind it, or 0. */
    private int continuation() {
        if (source[p] != '\\') return 0;
        if (peek(1) == '\n') return 2;
        return peek(1) == '\r' && peek(2) == '\n' ? 3 : 0;
    }

    private void skipToEnd() {
        while (p < source.length && source[p] != '\n') p += Math.max(1, continuation());
    }

    private void add(int what, int where) {
        if (count == kind.length) {
            int size = count * 2;
            kind = Arrays.copyOf(kind, size);
            at = Arrays.copyOf(at, size);
            text = Arrays.copyOf(text, size);
            number = Arrays.copyOf(number, size);
            string = Arrays.copyOf(string, size);
            escaped = Arrays.copyOf(escaped, size);
        }
        kind[count] = what;
        at[count++] = where;
    }

    private void token() {
        int c = peek(0);
        if (c == ' ' || c == '\t' || c == '\r' || c == 0x0B || c == 0x0C) {
            p++;
        } else if (c == '\\' && continuation() > 0) {
            p += continuation();
        } else if (c == ';') {
            commentAt = p;
            skipToEnd();
        } else if (c == '\'' || c == '"') {
            quoted((byte) c);
        } else if (c == '`') {
            backquoted();
        } else if (isDigit(c)) {
            number(p, false);
        } else if (c == '$') {
            dollar();
        } else if (isNameStart(c)) {
            if (c == '?' && !isNamePart(peek(1))) {
                add('?', p++);
            } else name(p, p);
        } else if (c == '{') {
            int start = p;
            while (p < source.length && source[p] != '\n' && source[p] != '}') p++;
            String inside = new String(source, start + 1, p - start - 1, StandardCharsets.ISO_8859_1);
            if (peek(0) == '}') p++;
            else complaints.complain(start, NasmCode.EXPECTED, "}", "the end of the line");
            add(BRACES, start);
            text[count - 1] = inside.strip().toLowerCase(Locale.ROOT);
        } else operator(c);
    }

    private void name(int start, int from) {
        p = from;
        while (isNamePart(peek(0))) p++;
        add(NAME, start);
        text[count - 1] = new String(source, from, p - from, StandardCharsets.UTF_8);
        escaped[count - 1] = from != start;
    }

    private void dollar() {
        int next = peek(1);
        if (isDigit(next)) {
            number(p, true);
        } else if (next == '$' && !isNamePart(peek(2))) {
            add(BASE, p);
            p += 2;
        } else if (isNameStart(next)) {
            name(p, p + 1);
        } else add(HERE, p++);
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private static boolean isNameStart(int c) {
        return isLetter(c) || c == '_' || c == '.' || c == '?' || c == '@' || c >= 0x80;
    }

    private static boolean isNamePart(int c) {
        return isNameStart(c) || isDigit(c) || c == '$' || c == '#' || c == '~';
    }

    /** A number as nasm delimits it; {@code dollar}: the {@code $} in front means hexadecimal. */
    private void number(int start, boolean dollar) {
        boolean hex = dollar;
        boolean isFloat = false;
        boolean exponent = false;
        if (dollar) p++;
        while (true) {
            int c = peek(0);
            if (!hex && (c == 'e' || c == 'E')) {
                exponent = true;
                p++;
                if (peek(0) == '+' || peek(0) == '-') {
                    p++;
                    isFloat = true;
                }
            } else if (c == 'h' || c == 'H' || c == 'x' || c == 'X') {
                hex = true;
                p++;
            } else if (c == 'p' || c == 'P') {
                isFloat = true;
                p++;
                if (peek(0) == '+' || peek(0) == '-') p++;
            } else if (isDigit(c) || isLetter(c) || c == '_') {
                p++;
            } else if (c == '.') {
                isFloat = true;
                p++;
            } else break;
        }
        String written = new String(source, start, p - start, StandardCharsets.ISO_8859_1);
        if (isFloat || exponent && !hex) {
            add(FLOAT, start);
            text[count - 1] = written;
            return;
        }
        add(NUMBER, start);
        text[count - 1] = written;
        if (!value(dollar ? written.substring(1) : written, dollar)) {
            complaints.complain(start, NasmCode.BAD_NUMBER, written);
            kind[count - 1] = BAD;
        }
    }

    private static int radix(char letter) {
        return switch (letter) {
            case 'b', 'B', 'y', 'Y' -> 2;
            case 'o', 'O', 'q', 'Q' -> 8;
            case 'd', 'D', 't', 'T' -> 10;
            case 'h', 'H', 'x', 'X' -> 16;
            default -> 0;
        };
    }

    private boolean value(String digits, boolean dollar) {
        int radix = 10;
        int from = 0;
        int to = digits.length();
        if (dollar) {
            radix = 16;
        } else {
            int prefix = to > 2 && digits.charAt(0) == '0' ? radix(digits.charAt(1)) : 0;
            int suffix = to > 1 ? radix(digits.charAt(to - 1)) : 0;
            if (prefix > suffix) {
                radix = prefix;
                from = 2;
            } else if (suffix > prefix) {
                radix = suffix;
                to--;
            } else if (prefix != 0) {
                radix = prefix;
                from = 2;
            }
        }
        long value = 0;
        int seen = 0;
        for (int i = from; i < to; i++) {
            char c = digits.charAt(i);
            if (c == '_') continue;
            int digit = Character.digit(c, radix);
            if (digit < 0) return false;
            // More than 64 bits are no number that an expression could hold.
            if (Long.compareUnsigned(value, Long.divideUnsigned(-1L, radix)) > 0) return false;
            long next = value * radix;
            if (Long.compareUnsigned(next + digit, next) < 0) return false;
            value = next + digit;
            seen++;
        }
        number[count - 1] = value;
        return seen > 0;
    }

    private void quoted(byte quote) {
        int start = p++;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (p < source.length && source[p] != '\n' && source[p] != quote) {
            if (continuation() > 0) p += continuation();
            else bytes.write(source[p++]);
        }
        endString(start, quote, bytes);
    }

    private void endString(int start, byte quote, ByteArrayOutputStream bytes) {
        if (peek(0) == quote) p++;
        else complaints.complain(start, NasmCode.UNTERMINATED_STRING);
        add(STRING, start);
        string[count - 1] = bytes.toByteArray();
    }

    private void backquoted() {
        int start = p++;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (p < source.length && source[p] != '\n' && source[p] != '`') {
            if (source[p] != '\\') bytes.write(source[p++]);
            else if (continuation() > 0) p += continuation();
            else escape(bytes);
        }
        endString(start, (byte) '`', bytes);
    }

    private void escape(ByteArrayOutputStream bytes) {
        int start = p++;
        int c = peek(0);
        p++;
        switch (c) {
            case '\'', '"', '`', '\\', '?' -> bytes.write(c);
            case 'a' -> bytes.write(7);
            case 'b' -> bytes.write(8);
            case 't' -> bytes.write(9);
            case 'n' -> bytes.write(10);
            case 'v' -> bytes.write(11);
            case 'f' -> bytes.write(12);
            case 'r' -> bytes.write(13);
            case 'e' -> bytes.write(27);
            case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                int value = c - '0';
                for (int i = 0; i < 2 && peek(0) >= '0' && peek(0) <= '7'; i++) value = value * 8 + source[p++] - '0';
                bytes.write(value);
            }
            case 'x', 'u', 'U' -> {
                int most = c == 'x' ? 2 : c == 'u' ? 4 : 8;
                int value = 0;
                int digits = 0;
                while (digits < most && Character.digit(peek(0), 16) >= 0) {
                    value = value << 4 | Character.digit(source[p++], 16);
                    digits++;
                }
                if (digits == 0 || digits < most && c != 'x' || c != 'x' && !isScalar(value))
                    complaints.complain(start, NasmCode.BAD_ESCAPE, "\\" + (char) c);
                else if (c == 'x') bytes.write(value);
                else bytes.writeBytes(Character.toString(value).getBytes(StandardCharsets.UTF_8));
            }
            default -> {
                p--;
                complaints.complain(start, NasmCode.BAD_ESCAPE, c < ' ' ? "\\" : "\\" + (char) c);
            }
        }
    }

    private static boolean isScalar(int value) {
        return Character.isValidCodePoint(value) && (value < 0xD800 || value > 0xDFFF);
    }

    private void operator(int c) {
        int start = p;
        int next = peek(1);
        int what = c;
        int length = 2;
        switch (c) {
            case '<' -> {
                if (next == '<') {
                    what = peek(2) == '<' ? SHL3 : SHL;
                    length = what == SHL3 ? 3 : 2;
                } else if (next == '=') {
                    what = peek(2) == '>' ? COMPARE : LE;
                    length = what == COMPARE ? 3 : 2;
                } else if (next == '>') what = NE;
            }
            case '>' -> {
                if (next == '>') {
                    what = peek(2) == '>' ? SAR : SHR;
                    length = what == SAR ? 3 : 2;
                } else if (next == '=') what = GE;
            }
            case '!' -> {
                if (next == '=') what = NE;
            }
            case '=' -> {
                if (next == '=') what = EQ;
            }
            case '/' -> {
                if (next == '/') what = SDIV;
            }
            case '%' -> {
                if (next == '%') what = SMOD;
            }
            case '&' -> {
                if (next == '&') what = AND2;
            }
            case '|' -> {
                if (next == '|') what = OR2;
            }
            case '^' -> {
                if (next == '^') what = XOR2;
            }
            case '+', '-', '*', '~', '(', ')', '[', ']', ',', ':' -> {}
            default -> {
                p++;
                String shown = c >= ' ' && c < 0x7F ? "'" + (char) c + "'" : "with code " + c;
                complaints.complain(start, NasmCode.BAD_CHARACTER, shown);
                add(BAD, start);
                return;
            }
        }
        p += what == c ? 1 : length;
        add(what == EQ ? '=' : what, start);
    }

    /** A token as messages show it. */
    String describe(int i) {
        return switch (kind[i]) {
            case END -> "the end of the line";
            case NAME, FLOAT, NUMBER -> "'" + text[i] + "'";
            case STRING -> "a string";
            case BRACES -> "'{" + text[i] + "}'";
            case HERE -> "'$'";
            case BASE -> "'$$'";
            case BAD -> "what is no token";
            case SHL -> "'<<'";
            case SHR -> "'>>'";
            case SHL3 -> "'<<<'";
            case SAR -> "'>>>'";
            case SDIV -> "'//'";
            case SMOD -> "'%%'";
            case LE -> "'<='";
            case GE -> "'>='";
            case NE -> "'!='";
            case AND2 -> "'&&'";
            case OR2 -> "'||'";
            case XOR2 -> "'^^'";
            case COMPARE -> "'<=>'";
            default -> "'" + (char) kind[i] + "'";
        };
    }
}
