package dev.kiln.qbe.internal;

import dev.kiln.base.SourceText;
import dev.kiln.ir.Instruction;
import dev.kiln.qbe.QbeCode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Splits the bytes of a file into tokens, one at a time: the fields describe the current one, {@link #next} goes on. Names stay where
 * they are in the source. Linear, and without allocation but for strings and floats.
 */
final class Lexer {
    static final int END = 0, NEWLINE = 1, COMMA = 2, OPEN = 3, CLOSE = 4, OPEN_BRACE = 5, CLOSE_BRACE = 6, EQUALS = 7;
    static final int PLUS = 8,
            INTEGER = 9,
            SINGLE = 10,
            DOUBLE = 11,
            TEMPORARY = 12,
            LABEL = 13,
            GLOBAL = 14,
            TYPE = 15;
    static final int STRING = 16, WORD = 17;
    /** Something that is no token; it was reported. */
    static final int BAD = 18;

    private static final byte LETTER = 1, DIGIT = 2, DOLLAR = 4;
    /** What a byte can be in a name. */
    private static final byte[] KIND = new byte[256];

    static {
        for (int c = 'a'; c <= 'z'; c++) {
            KIND[c] = LETTER;
            KIND[c - 32] = LETTER;
        }
        KIND['.'] = LETTER;
        KIND['_'] = LETTER;
        for (int c = '0'; c <= '9'; c++) {
            KIND[c] = DIGIT;
        }
        KIND['$'] = DOLLAR;
    }

    final byte[] bytes;
    private final Reporter reporter;
    private int at;
    private int line = 1;
    private int lineStart;

    /** The kind of the current token: one of the constants. */
    int kind;
    /** Where it starts and ends. */
    int start;

    int end;
    /** Line and column of its start, packed as {@link Instruction#packPosition} does. */
    int position;
    /** The bytes of a name without sigil and quotes: {@code text[nameStart, nameEnd)}. */
    byte[] text;

    int nameStart;
    int nameEnd;
    /** The name's {@link ByteTable} hash. */
    int hash;
    /** The word, or {@link Words#UNKNOWN}. */
    int word;
    /** The value of a number: integers wrapped to 64 bits, floats as bits. */
    long bits;

    Lexer(SourceText source, Reporter reporter) {
        this.bytes = source.bytes();
        this.reporter = reporter;
        next();
    }

    /** Goes to the next token. */
    void next() {
        byte[] b = bytes;
        int i = at;
        while (i < b.length && (b[i] == ' ' || b[i] == '\t' || b[i] == '\r')) {
            i++;
        }
        if (i < b.length && b[i] == '#') {
            while (i < b.length && b[i] != '\n') {
                i++;
            }
        }
        start = i;
        position = Instruction.packPosition(line, i - lineStart + 1);
        if (i >= b.length) {
            kind = END;
            at = end = b.length;
            return;
        }
        int c = b[i] & 0xFF;
        if (KIND[c] == LETTER) {
            word(c);
            return;
        }
        if (KIND[c] == DIGIT || c == '-') {
            integer();
            return;
        }
        switch (c) {
            case '\n' -> {
                single(NEWLINE);
                line++;
                lineStart = at;
            }
            case ',' -> single(COMMA);
            case '(' -> single(OPEN);
            case ')' -> single(CLOSE);
            case '{' -> single(OPEN_BRACE);
            case '}' -> single(CLOSE_BRACE);
            case '=' -> single(EQUALS);
            case '+' -> single(PLUS);
            case '%' -> name(TEMPORARY);
            case '@' -> name(LABEL);
            case ':' -> name(TYPE);
            case '$' -> {
                if (i + 1 < b.length && b[i + 1] == '"') {
                    quotedName();
                } else {
                    name(GLOBAL);
                }
            }
            case '"' -> string(i, STRING);
            default -> {
                int size = 1;
                while (i + size < b.length && (b[i + size] & 0xC0) == 0x80 && c >= 0xC0) {
                    size++;
                }
                bad(QbeCode.INVALID_CHARACTER, start, i + size, printable(c, i, size));
            }
        }
    }

    /** Goes to the first token that is no end of line. */
    void skipNewlines() {
        while (kind == NEWLINE) {
            next();
        }
    }

    /** Goes to the end of the line that the current token stands on. */
    void skipLine() {
        while (kind != NEWLINE && kind != END) {
            int i = end;
            while (i < bytes.length && bytes[i] != '\n') {
                i++;
            }
            at = i;
            next();
        }
    }

    /** Whether an opening brace stands on the rest of the line, strings and comments not looked at. */
    boolean braceFollows() {
        for (int i = start; i < bytes.length && bytes[i] != '\n'; i++) {
            if (bytes[i] == '{') {
                return true;
            }
        }
        return false;
    }

    /** The name of the current token. */
    String name() {
        return new String(text, nameStart, nameEnd - nameStart, StandardCharsets.UTF_8);
    }

    /** The current token in words, for diagnostics. */
    String describe() {
        return switch (kind) {
            case END -> "the end of the file";
            case NEWLINE -> "the end of the line";
            case STRING -> "a string";
            default -> {
                int stop = Math.min(end, start + 40);
                yield new String(bytes, start, stop - start, StandardCharsets.UTF_8) + (stop < end ? "…" : "");
            }
        };
    }

    /** The bytes of the current string, escapes resolved as GNU as does. */
    byte[] stringBytes() {
        int from = start + 1;
        int to = end - 1;
        boolean plain = true;
        for (int i = from; i < to && plain; i++) {
            plain = bytes[i] != '\\';
        }
        return plain ? java.util.Arrays.copyOfRange(bytes, from, to) : Escapes.resolve(bytes, from, to);
    }

    private void single(int tokenKind) {
        kind = tokenKind;
        at = end = start + 1;
    }

    private void word(int c) {
        if ((c == 's' || c == 'd') && start + 1 < bytes.length && bytes[start + 1] == '_') {
            floating(c == 's');
            return;
        }
        int i = start + 1;
        while (i < bytes.length && KIND[bytes[i] & 0xFF] != 0) {
            i++;
        }
        kind = WORD;
        at = end = i;
        word = Words.find(bytes, start, i);
    }

    private void name(int tokenKind) {
        int i = start + 1;
        if (i >= bytes.length || KIND[bytes[i] & 0xFF] != LETTER) {
            String sigil = String.valueOf((char) bytes[start]);
            while (i < bytes.length && KIND[bytes[i] & 0xFF] != 0) {
                i++;
            }
            bad(QbeCode.INVALID_CHARACTER, start, i, sigil + " without a name that begins with a letter, . or _");
            return;
        }
        int h = 0;
        byte[] b = bytes;
        while (i < b.length && KIND[b[i] & 0xFF] != 0) {
            h = h * 31 + b[i];
            i++;
        }
        kind = tokenKind;
        text = b;
        nameStart = start + 1;
        nameEnd = i;
        hash = h;
        at = end = i;
    }

    private void quotedName() {
        int sigil = start;
        string(start + 1, GLOBAL);
        start = sigil;
        if (kind != GLOBAL) {
            return;
        }
        text = bytes;
        nameStart = sigil + 2;
        nameEnd = end - 1;
        for (int i = nameStart; i < nameEnd; i++) {
            if (bytes[i] == '\\') {
                text = Escapes.resolve(bytes, nameStart, nameEnd);
                nameStart = 0;
                nameEnd = text.length;
                break;
            }
        }
        if (nameStart == nameEnd) {
            bad(QbeCode.INVALID_CHARACTER, sigil, end, "an empty name");
            return;
        }
        hash = ByteTable.hash(text, nameStart, nameEnd);
    }

    /** A string may hold line ends, as in QBE; when its end is missing, reading goes on with the line after its start. */
    private void string(int quote, int tokenKind) {
        byte[] b = bytes;
        int i = quote + 1;
        int lines = 0;
        int lastLine = lineStart;
        while (i < b.length && b[i] != '"') {
            if (b[i] == '\\') {
                i++;
            }
            if (i < b.length && b[i] == '\n') {
                lines++;
                lastLine = i + 1;
            }
            i++;
        }
        if (i >= b.length) {
            int stop = quote;
            while (stop < b.length && b[stop] != '\n') {
                stop++;
            }
            bad(QbeCode.UNTERMINATED_STRING, quote, stop);
            return;
        }
        line += lines;
        lineStart = lastLine;
        kind = tokenKind;
        at = end = i + 1;
    }

    private void integer() {
        byte[] b = bytes;
        int i = start;
        boolean negative = b[i] == '-';
        if (negative) {
            i++;
        }
        int digits = i;
        long n = 0;
        while (i < b.length && KIND[b[i] & 0xFF] == DIGIT) {
            n = n * 10 + (b[i] - '0');
            i++;
        }
        if (i == digits) {
            bad(QbeCode.BAD_NUMBER, start, i, "-");
            return;
        }
        bits = negative ? -n : n;
        kind = INTEGER;
        at = end = i;
    }

    /** What {@code scanf} takes for a float after the {@code s_} or {@code d_}. */
    private void floating(boolean isSingle) {
        int from = start + 2;
        while (from < bytes.length && (bytes[from] == ' ' || bytes[from] == '\t')) {
            from++;
        }
        int to = Floats.end(bytes, from);
        if (to < 0) {
            int stop = start + 2;
            while (stop < bytes.length && KIND[bytes[stop] & 0xFF] != 0) {
                stop++;
            }
            bad(QbeCode.BAD_NUMBER, start, stop, new String(bytes, start, stop - start, StandardCharsets.ISO_8859_1));
            return;
        }
        kind = isSingle ? SINGLE : DOUBLE;
        bits = isSingle ? Floats.single(bytes, from, to) : Floats.dbl(bytes, from, to);
        at = end = to;
    }

    private void bad(QbeCode code, int from, int to, String... arguments) {
        start = from;
        kind = BAD;
        at = end = Math.max(to, from + 1);
        reporter.report(code, from, arguments);
    }

    private String printable(int c, int from, int size) {
        if (c >= 0x20 && c < 0x7F || c >= 0xC0) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(bytes, from, size);
            return "'" + out.toString(StandardCharsets.UTF_8) + "'";
        }
        return "byte 0x" + Integer.toHexString(c);
    }
}
