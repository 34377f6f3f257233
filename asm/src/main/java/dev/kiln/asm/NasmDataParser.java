package dev.kiln.asm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Reads what follows {@code db} and its siblings: values, strings, {@code ?}, and lists: {@code 3 dup (1, 2)}, {@code %(1, 2)}. A width in
 * front of a value or list, {@code dw 1, byte 2, 3 dup byte (4, 5)}, holds for it in place of the directive's.
 */
final class NasmDataParser {
    private static final int DEEPEST = 50;

    private final NasmScanner tokens;
    private final NasmExpressionParser expressions;
    private final NasmScanner.Complaints complaints;

    NasmDataParser(NasmScanner tokens, NasmExpressionParser expressions, NasmScanner.Complaints complaints) {
        this.tokens = tokens;
        this.expressions = expressions;
        this.complaints = complaints;
    }

    /**
     * Reads items up to the end of the line or of the list.
     *
     * @param width the bytes that each takes
     * @param depth how many lists they stand in
     * @return {@code null} when something was wrong
     */
    List<NasmStatement.Datum> items(int width, int depth) {
        List<NasmStatement.Datum> list = new ArrayList<>();
        while (true) {
            NasmStatement.Datum item = item(width, depth);
            if (item == null) return null;
            list.add(item);
            if (tokens.kind[expressions.next] != ',') return list;
            expressions.next++;
            // A comma may end the list.
            if (tokens.kind[expressions.next] == NasmScanner.END && depth == 0) return list;
        }
    }

    private NasmStatement.Datum item(int width, int depth) {
        int at = tokens.at[expressions.next];
        int said = said();
        if (said != 0) {
            expressions.next++;
            if (isList()) return list(null, said, depth, at);
            return value(said, depth, at);
        }
        return tokens.kind[expressions.next] == '%' ? list(null, width, depth, at) : value(width, depth, at);
    }

    /** The bytes of the width that the next word says, 0 when it is another word. */
    private int said() {
        int token = expressions.next;
        if (tokens.kind[token] != NasmScanner.NAME || tokens.escaped[token] || tokens.text[token].length() > 5)
            return 0;
        return NasmOperandParser.size(tokens.text[token].toLowerCase(Locale.ROOT)) / 8;
    }

    private boolean isList() {
        return tokens.kind[expressions.next] == '%' || tokens.kind[expressions.next] == '(';
    }

    private NasmStatement.Datum value(int width, int depth, int at) {
        int token = expressions.next;
        int kind = tokens.kind[token];
        int after = kind == NasmScanner.END ? kind : tokens.kind[token + 1];
        boolean last = after == ',' || after == NasmScanner.END || after == ')';
        if (kind == NasmScanner.STRING && last) {
            expressions.next++;
            byte[] bytes = tokens.string[token];
            return new NasmStatement.Datum(
                    Arrays.copyOf(bytes, (bytes.length + width - 1) / width * width), null, null, width, at);
        }
        if (kind == '?' && last) {
            expressions.next++;
            return new NasmStatement.Datum(null, null, null, width, at);
        }
        boolean signed = kind == '-' || kind == '+';
        int number = signed ? token + 1 : token;
        boolean special = tokens.kind[number] == NasmScanner.NAME && NasmFloats.isSpecial(tokens.text[number]);
        if (tokens.kind[number] == NasmScanner.FLOAT || special) {
            NasmFloats.Format format = NasmFloats.Format.ofSize(width);
            byte[] bytes = format == null ? null : NasmFloats.bytes(tokens.text[number], kind == '-', format);
            if (bytes == null) {
                complaints.complain(at, NasmCode.BAD_NUMBER, tokens.text[number] + " of " + width * 8 + " bits");
                return null;
            }
            expressions.next = number + 1;
            return new NasmStatement.Datum(bytes, null, null, width, at);
        }
        NasmExpression e = expressions.parse();
        if (e == null) return null;
        if (isDup()) {
            expressions.next++;
            int said = said();
            if (said != 0) expressions.next++;
            return list(e, said != 0 ? said : width, depth, at);
        }
        if (width == 1 && e.isLoneNumber() && e.loneNumber() >= -0x80 && e.loneNumber() <= 0xFF)
            return new NasmStatement.Datum(new byte[] {(byte) e.loneNumber()}, null, null, width, at);
        return new NasmStatement.Datum(null, e, null, width, at);
    }

    private boolean isDup() {
        int token = expressions.next;
        return tokens.kind[token] == NasmScanner.NAME
                && !tokens.escaped[token]
                && tokens.text[token].equalsIgnoreCase("dup");
    }

    private NasmStatement.Datum list(NasmExpression count, int width, int depth, int at) {
        if (depth == DEEPEST) {
            complaints.complain(at, NasmCode.TOO_DEEP, Integer.toString(DEEPEST));
            return null;
        }
        boolean marked = tokens.kind[expressions.next] == '%';
        if (marked) expressions.next++;
        List<NasmStatement.Datum> items;
        if (tokens.kind[expressions.next] == '(') {
            expressions.next++;
            items = items(width, depth + 1);
            if (items == null) return null;
            if (!ends(')', "')'")) return null;
        } else if (marked) {
            ends('(', "'('");
            return null;
        } else {
            NasmStatement.Datum item = item(width, depth + 1);
            if (item == null) return null;
            items = List.of(item);
        }
        return new NasmStatement.Datum(null, count, items, width, at);
    }

    private boolean ends(int kind, String what) {
        int token = expressions.next;
        if (tokens.kind[token] == kind) {
            expressions.next++;
            return true;
        }
        // What is no token has been complained about.
        if (tokens.kind[token] != NasmScanner.BAD)
            complaints.complain(tokens.at[token], NasmCode.EXPECTED, what, tokens.describe(token));
        return false;
    }
}
