package dev.kiln.qbe.internal;

import java.nio.charset.StandardCharsets;

/** Floating-point numbers as C's {@code scanf} reads them: decimal, hexadecimal, infinity, NaN. */
final class Floats {
    private static final int DOUBLE_SIGN_SHIFT = 63;
    private static final int SINGLE_SIGN_SHIFT = 31;

    private Floats() {}

    /** Where the longest number at {@code from} ends; −1 when there is none. */
    static int end(byte[] b, int from) {
        int i = from;
        if (i < b.length && (b[i] == '-' || b[i] == '+')) {
            i++;
        }
        if (isWord(b, i, "infinity")) {
            return i + 8;
        }
        if (isWord(b, i, "inf") || isWord(b, i, "nan")) {
            return i + 3;
        }
        boolean hex = i + 1 < b.length && b[i] == '0' && (b[i + 1] | 32) == 'x';
        int radix = hex ? 16 : 10;
        if (hex) {
            i += 2;
        }
        int digits = 0;
        while (i < b.length && Character.digit(b[i], radix) >= 0) {
            i++;
            digits++;
        }
        if (i < b.length && b[i] == '.') {
            i++;
            while (i < b.length && Character.digit(b[i], radix) >= 0) {
                i++;
                digits++;
            }
        }
        if (digits == 0) {
            return -1;
        }
        if (i < b.length && (b[i] | 32) == (hex ? 'p' : 'e')) {
            int e = i + 1;
            if (e < b.length && (b[e] == '-' || b[e] == '+')) {
                e++;
            }
            int first = e;
            while (e < b.length && b[e] >= '0' && b[e] <= '9') {
                e++;
            }
            if (e > first) {
                i = e;
            }
        }
        return i;
    }

    /** The bits of the single-precision number, rounded once. */
    static long single(byte[] b, int from, int to) {
        boolean negative = b[from] == '-';
        int digits = b[from] == '-' || b[from] == '+' ? from + 1 : from;
        int bits;
        if (isWord(b, digits, "nan")) {
            bits = 0x7FC0_0000;
        } else if (isWord(b, digits, "inf")) {
            bits = 0x7F80_0000;
        } else {
            bits = Float.floatToRawIntBits(Float.parseFloat(text(b, digits, to)));
        }
        return (bits | (negative ? 1 << SINGLE_SIGN_SHIFT : 0)) & 0xFFFF_FFFFL;
    }

    /** The bits of the double-precision number. */
    static long dbl(byte[] b, int from, int to) {
        boolean negative = b[from] == '-';
        int digits = b[from] == '-' || b[from] == '+' ? from + 1 : from;
        long bits;
        if (isWord(b, digits, "nan")) {
            bits = 0x7FF8_0000_0000_0000L;
        } else if (isWord(b, digits, "inf")) {
            bits = 0x7FF0_0000_0000_0000L;
        } else {
            bits = Double.doubleToRawLongBits(Double.parseDouble(text(b, digits, to)));
        }
        return bits | (negative ? 1L << DOUBLE_SIGN_SHIFT : 0);
    }

    /** The digits in a form that Java's parser takes, which wants an exponent after hexadecimal digits. */
    private static String text(byte[] b, int from, int to) {
        String text = new String(b, from, to - from, StandardCharsets.ISO_8859_1);
        boolean hex = to - from > 1 && (b[from + 1] | 32) == 'x';
        return hex && text.indexOf('p') < 0 && text.indexOf('P') < 0 ? text + "p0" : text;
    }

    private static boolean isWord(byte[] b, int from, String word) {
        if (from + word.length() > b.length) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if ((b[from + i] | 32) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
