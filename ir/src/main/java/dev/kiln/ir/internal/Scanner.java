package dev.kiln.ir.internal;

import dev.kiln.base.Diagnostic;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.Position;
import dev.kiln.base.SourceText;
import dev.kiln.ir.Constant;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.IrCode;
import dev.kiln.ir.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A cursor over the bytes of an IR text: blanks, words, names, numbers and strings, and where errors are. Makes no token objects; the
 * parsers above ask for what they want next. Lines count while {@link #nest} is 0; inside brackets that may span lines it is
 * greater, and line ends are blanks.
 */
final class Scanner {
    static final int END = -1;

    final NameTable names = new NameTable();
    final Keyword keywords = new Keyword(names);
    final Diagnostics out;
    private final SyntaxError syntaxError = new SyntaxError();
    private final String file;
    private final byte[] s;
    private final int end;

    int pos;
    int line = 1;
    int lineStart;
    int nest;

    private byte[] stringBytes = new byte[64];

    Scanner(SourceText text, Diagnostics out) {
        this.file = text.name();
        this.s = text.bytes();
        this.end = s.length;
        this.out = out;
        if (end >= 3 && s[0] == (byte) 0xEF && s[1] == (byte) 0xBB && s[2] == (byte) 0xBF) {
            // The byte order mark that some editors put before UTF-8.
            pos = 3;
        }
    }

    // Where.

    /** The current place for {@link Instruction#textPosition()}. */
    int textPosition() {
        return Instruction.packPosition(line, column(pos));
    }

    /** The current place, exactly. */
    long mark() {
        return (long) line << 32 | column(pos);
    }

    private int column(int at) {
        return at - lineStart + 1;
    }

    Position position(long mark) {
        return new Position(file, (int) (mark >>> 32), (int) mark);
    }

    void error(IrCode code, long mark, String... arguments) {
        out.add(Diagnostic.of(code, position(mark), arguments));
    }

    void error(IrCode code, long mark, String suggestion, List<String> arguments) {
        out.add(new Diagnostic(code, arguments, position(mark), suggestion));
    }

    /** Whether more suggestions are worth searching: once diagnostics are only counted, they are not. */
    boolean suggests() {
        return out.errorCount() < Diagnostics.LIMIT;
    }

    /** Reports and leaves the line. */
    SyntaxError fail(IrCode code, long mark, String... arguments) {
        error(code, mark, arguments);
        return syntaxError;
    }

    /** Leaves the line; the report is made. */
    SyntaxError abandon() {
        return syntaxError;
    }

    /** Reports that something else should stand at the cursor, and leaves the line. */
    SyntaxError expected(String what) {
        peek();
        return fail(IrCode.EXPECTED, mark(), what, found());
    }

    /** What stands at the cursor, for messages. */
    String found() {
        int c = at(pos);
        if (c == END) {
            return "the end of the text";
        }
        if (c == '\n') {
            return "the end of the line";
        }
        int to = pos + 1;
        if (isName(c)) {
            while (to < end && to < pos + 40 && isName(s[to])) {
                to++;
            }
        } else if ((c & 0x80) != 0) {
            while (to < end && to < pos + 4 && (s[to] & 0xC0) == 0x80) {
                to++;
            }
        } else if (c < ' ' || c == 0x7F) {
            return "byte " + c;
        }
        return new String(s, pos, to - pos, StandardCharsets.UTF_8);
    }

    // Bytes and lines.

    int at(int p) {
        return p < end ? s[p] : END;
    }

    /** Skips blanks and comments, and tells the byte at the cursor: {@code '\n'} for the end of a line, {@link #END} after the last. */
    int peek() {
        while (pos < end) {
            int c = s[pos];
            if (c == ' ' || c == '\t' || c == '\r') {
                pos++;
            } else if (c == ';') {
                skipToLineEnd();
            } else if (c == '\n' && nest > 0) {
                newline();
            } else {
                return c;
            }
        }
        return END;
    }

    /** Steps over the line end at the cursor. */
    void newline() {
        pos++;
        line++;
        lineStart = pos;
    }

    void skipToLineEnd() {
        while (pos < end && s[pos] != '\n') {
            pos++;
        }
    }

    /** Whether the last thing on this line is an opening brace; nothing is taken. */
    boolean lineOpensBrace() {
        int last = 0;
        for (int i = pos; i < end && s[i] != '\n' && s[i] != ';'; i++) {
            if (s[i] > ' ') {
                last = s[i];
            }
        }
        return last == '{';
    }

    /** Skips blank lines; tells the byte at the cursor. */
    int peekBeyondLines() {
        int c;
        while ((c = peek()) == '\n') {
            newline();
        }
        return c;
    }

    /** After an error: the rest of the line is dropped. */
    void recover() {
        nest = 0;
        skipToLineEnd();
    }

    /** Checks that the line ends here; a closing brace may follow on it. */
    void endLine() {
        int c = peek();
        if (c != '\n' && c != END && c != '}') {
            throw expected("the end of the line");
        }
    }

    boolean accept(int c) {
        if (peek() == c) {
            pos++;
            return true;
        }
        return false;
    }

    void expect(int c) {
        if (peek() != c) {
            throw expected(Character.toString(c));
        }
        pos++;
    }

    /** Three dots. */
    boolean acceptDots() {
        if (peek() == '.' && at(pos + 1) == '.' && at(pos + 2) == '.') {
            pos += 3;
            return true;
        }
        return false;
    }

    boolean acceptArrow() {
        if (peek() == '-' && at(pos + 1) == '>') {
            pos += 2;
            return true;
        }
        return false;
    }

    // Words and names.

    /** Whether the byte can stand in a name without quotes. */
    static boolean isName(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '$';
    }

    static boolean isWordStart(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$';
    }

    private int nameEnd(int from) {
        int p = from;
        while (p < end && isName(s[p])) {
            p++;
        }
        return p;
    }

    /** The number of the word at the cursor without taking it; −1 when there is none. */
    int peekWord() {
        return isWordStart(peek()) ? names.intern(s, pos, nameEnd(pos)) : -1;
    }

    /** Steps over the word that {@link #peekWord} saw. */
    void takeWord() {
        pos = nameEnd(pos);
    }

    /** Takes the word at the cursor if it is this one. */
    boolean acceptWord(int keyword) {
        if (peekWord() != keyword) {
            return false;
        }
        takeWord();
        return true;
    }

    void expectWord(int keyword) {
        if (!acceptWord(keyword)) {
            throw expected(names.text(keyword));
        }
    }

    /** A name after its sigil, plain or quoted. */
    int name(String what) {
        int to = nameEnd(pos);
        if (to > pos) {
            int id = names.intern(s, pos, to);
            pos = to;
            return id;
        }
        if (at(pos) != '"') {
            throw fail(IrCode.EXPECTED, mark(), what, found());
        }
        return quotedName();
    }

    private int quotedName() {
        long mark = mark();
        int name = string();
        String text = names.text(name);
        if (text.isEmpty() || text.indexOf(0) >= 0) {
            error(IrCode.SYMBOL_NAME, mark, "\"" + text.replace("\0", "\\0") + "\"");
        }
        return name;
    }

    /** {@code @name}: its number. */
    int symbol() {
        expect('@');
        return name("a name after @");
    }

    /** A block's name, plain or quoted. */
    int blockName() {
        if (peek() == '"') {
            return quotedName();
        }
        if (!isWordStart(peek()) && at(pos) != '.') {
            throw expected("a block");
        }
        return name("a block");
    }

    // Strings.

    /** A string in quotes, numbered as names are: for file names and the like. */
    int string() {
        if (peek() != '"') {
            throw expected("a string in quotes");
        }
        int length = readString();
        return names.intern(stringBytes, 0, length);
    }

    /** The bytes of a string in quotes. */
    byte[] bytes() {
        int length = readString();
        return Arrays.copyOf(stringBytes, length);
    }

    private int readString() {
        long from = mark();
        pos++;
        int length = 0;
        while (true) {
            int c = at(pos);
            if (c == END || c == '\n') {
                throw fail(IrCode.UNTERMINATED_STRING, from);
            }
            pos++;
            if (c == '"') {
                return length;
            }
            if (c == '\\') {
                c = escape();
            }
            if (length == stringBytes.length) {
                stringBytes = Arrays.copyOf(stringBytes, length * 2);
            }
            stringBytes[length++] = (byte) c;
        }
    }

    private int escape() {
        int c = at(pos++);
        switch (c) {
            case 'n':
                return '\n';
            case 't':
                return '\t';
            case 'r':
                return '\r';
            case '0':
                return 0;
            case '\\', '"':
                return c;
            case 'x':
                int high = Character.digit(at(pos), 16);
                int low = Character.digit(at(pos + 1), 16);
                if (high >= 0 && low >= 0) {
                    pos += 2;
                    return high << 4 | low;
                }
                break;
            default:
                break;
        }
        pos--;
        throw fail(IrCode.BAD_ESCAPE, mark(), found());
    }

    // Numbers.

    private int numberEnd() {
        int p = pos;
        if (at(p) == '-' || at(p) == '+') {
            p++;
        }
        boolean hex = at(p) == '0' && (at(p + 1) | 0x20) == 'x';
        while (p < end) {
            int c = s[p];
            if (isName(c)) {
                p++;
                int exponent = hex ? 'p' : 'e';
                if ((c | 0x20) == exponent && (at(p) == '-' || at(p) == '+')) {
                    p++;
                }
            } else {
                break;
            }
        }
        return p;
    }

    private SyntaxError badNumber(int to, String type) {
        int first = pos + (at(pos) == '-' || at(pos) == '+' ? 1 : 0);
        if (at(first) < '0' || at(first) > '9') {
            return expected("a number of type " + type);
        }
        return fail(IrCode.BAD_NUMBER, mark(), ascii(pos, Math.min(to, pos + 60)), type);
    }

    private String ascii(int from, int to) {
        return new String(s, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /**
     * An integer of {@code bits} bits, sign-extended: from −2^(bits−1) to 2^bits − 1, decimal or {@code 0x…}.
     */
    long integer(int bits, String type) {
        peek();
        int to = numberEnd();
        int p = pos;
        boolean negative = at(p) == '-';
        if (negative || at(p) == '+') {
            p++;
        }
        int base = 10;
        if (at(p) == '0' && (at(p + 1) | 0x20) == 'x') {
            base = 16;
            p += 2;
        }
        if (p >= to) {
            throw badNumber(to, type);
        }
        long value = 0;
        boolean big = false;
        for (; p < to; p++) {
            int digit = Character.digit(s[p], base);
            if (digit < 0) {
                throw badNumber(to, type);
            }
            if (Long.compareUnsigned(value, Long.divideUnsigned(-1L - digit, base)) > 0) {
                big = true;
            }
            value = value * base + digit;
        }
        boolean fits;
        if (negative) {
            fits = Long.compareUnsigned(value, 1L << bits - 1) <= 0;
            value = -value;
        } else {
            fits = bits == 64 || value >>> bits == 0;
        }
        if (big || !fits) {
            error(IrCode.CONSTANT_RANGE, mark(), ascii(pos, Math.min(to, pos + 60)), type);
        }
        pos = to;
        int shift = 64 - bits;
        return value << shift >> shift;
    }

    /** An unsigned number of at most {@code max}, for sizes, lines and the like. */
    long count(long max, String what) {
        long from = mark();
        if (peek() < '0' || peek() > '9') {
            throw expected(what);
        }
        long value = integer(64, what);
        if (value < 0 || value > max) {
            error(IrCode.CONSTANT_RANGE, from, what + " " + Long.toUnsignedString(value), "0 … " + max);
            return Math.min(1, max);
        }
        return value;
    }

    /** {@code +n} or {@code -n} after a symbol, or 0. */
    long offset() {
        int c = peek();
        if (c != '+' && (c != '-' || at(pos + 1) == '>')) {
            return 0;
        }
        pos++;
        if (peek() < '0' || at(pos) > '9') {
            throw expected("a number");
        }
        long value = integer(64, "i64");
        return c == '-' ? -value : value;
    }

    /** A constant of a scalar type. */
    Constant constant(Type type) {
        if (type.isInt()) {
            return Constant.of(type, integer(type.bits(), type.text()));
        }
        if (type.isFloat()) {
            return Constant.of(type, floating(type));
        }
        if (type == Type.PTR || type == Type.REF) {
            return Constant.of(type, acceptWord(Keyword.NULL) ? 0 : integer(64, type.text()));
        }
        throw fail(IrCode.NO_CONSTANTS, mark(), type.text());
    }

    /** Whether a constant starts here: a number, or one of the words for special values. */
    boolean atConstant() {
        int c = peek();
        if (c >= '0' && c <= '9' || c == '-' || c == '+') {
            return true;
        }
        int word = peekWord();
        return word == Keyword.NAN || word == Keyword.INF || word == Keyword.NULL;
    }

    private long floating(Type type) {
        boolean single = type == Type.F32;
        int c = peek();
        int sign = c == '-' || c == '+' ? 1 : 0;
        if (isWordStart(at(pos + sign))) {
            long from = mark();
            pos += sign;
            long bits;
            if (acceptWord(Keyword.INF)) {
                bits = single ? 0x7F80_0000L : 0x7FF0L << 48;
            } else if (acceptWord(Keyword.NAN)) {
                if (at(pos) == ':') {
                    pos++;
                    bits = nanBits(single, type);
                } else {
                    bits = single ? 0x7FC0_0000L : 0x7FF8L << 48;
                }
            } else {
                pos -= sign;
                throw fail(IrCode.EXPECTED, from, "a number of type " + type, found());
            }
            return c == '-' ? bits ^ (single ? 1L << 31 : 1L << 63) : bits;
        }
        int to = numberEnd();
        String text = ascii(pos, to);
        char last = text.isEmpty() ? 'd' : text.charAt(text.length() - 1);
        boolean hex = text.indexOf('x') >= 0 || text.indexOf('X') >= 0;
        // Java takes a suffix that IR does not have; in hexadecimal it is a digit before the exponent.
        if (Character.isDigit(last) || last == '.') {
            try {
                String whole = hex && text.indexOf('p') < 0 && text.indexOf('P') < 0 ? text + "p0" : text;
                long bits = single
                        ? Float.floatToRawIntBits(Float.parseFloat(whole)) & 0xFFFF_FFFFL
                        : Double.doubleToRawLongBits(Double.parseDouble(whole));
                pos = to;
                return bits;
            } catch (NumberFormatException e) {
                throw badNumber(to, type.text());
            }
        }
        throw badNumber(to, type.text());
    }

    /** All the bits of a NaN. */
    private long nanBits(boolean single, Type type) {
        long from = mark();
        long bits = integer(single ? 32 : 64, type.text()) & (single ? 0xFFFF_FFFFL : -1L);
        boolean nan =
                single ? Float.isNaN(Float.intBitsToFloat((int) bits)) : Double.isNaN(Double.longBitsToDouble(bits));
        if (!nan) {
            error(IrCode.BAD_NUMBER, from, "nan:0x" + Long.toHexString(bits), type.text());
        }
        return bits;
    }

    // Looking ahead.

    /** Where the string that starts at {@code from} ends, after its quote or at the end of the line. */
    int stringEnd(int from) {
        int p = from + 1;
        while (p < end && s[p] != '\n') {
            if (s[p] == '"') {
                return p + 1;
            }
            p += s[p] == '\\' && p + 1 < end && s[p + 1] != '\n' ? 2 : 1;
        }
        return p;
    }

    /** Where the parenthesis at {@code from} is closed on its line, after it; −1 when it is not. */
    int closing(int from) {
        int depth = 0;
        int p = from;
        while (p < end) {
            int c = s[p];
            if (c == '"') {
                p = stringEnd(p);
                continue;
            }
            if (c == '\n' || c == ';') {
                return -1;
            }
            if (c == '(') {
                depth++;
            } else if (c == ')' && --depth == 0) {
                return p + 1;
            }
            p++;
        }
        return -1;
    }

    /**
     * Where the block label at the cursor ends, after its colon: a name, perhaps parameters in parentheses on the same line, a colon.
     * −1 when no label starts here.
     */
    int labelEnd() {
        int c = at(pos);
        int p;
        if (c == '"') {
            p = stringEnd(pos);
        } else if (isWordStart(c) || c == '.') {
            p = nameEnd(pos);
        } else {
            return -1;
        }
        p = blanks(p);
        if (at(p) == '(') {
            p = closing(p);
            if (p < 0) {
                return -1;
            }
            p = blanks(p);
        }
        return at(p) == ':' ? p + 1 : -1;
    }

    /**
     * Steps on within a body: to the next line end, to the closing brace, or to the end of the text; strings, comments and braces of
     * types written in place are stepped over.
     */
    int skipStatement() {
        int depth = 0;
        while (pos < end) {
            int c = s[pos];
            if (c == '\n') {
                return c;
            }
            if (c == ';') {
                skipToLineEnd();
            } else if (c == '"') {
                pos = stringEnd(pos);
            } else if (c == '}' && depth-- == 0) {
                return c;
            } else {
                if (c == '{') {
                    depth++;
                }
                pos++;
            }
        }
        return END;
    }

    int blanks(int p) {
        int at = p;
        while (at < end && (s[at] == ' ' || s[at] == '\t' || s[at] == '\r')) {
            at++;
        }
        return at;
    }
}
