package dev.kiln.qbe.internal;

import java.util.Arrays;

/**
 * The escapes of GNU as, to which QBE hands strings as they are: {@code \b \f \n \r \t \v \\ \"}, up to three digits of an octal
 * number (8 and 9 count as digits), {@code \x} with any number of hexadecimal digits of which the low byte remains. Before any other
 * character the backslash is dropped.
 */
final class Escapes {
    private Escapes() {}

    /** The bytes that {@code bytes[from, to)} stand for. */
    static byte[] resolve(byte[] bytes, int from, int to) {
        byte[] out = new byte[to - from];
        int size = 0;
        int i = from;
        while (i < to) {
            int c = bytes[i++];
            if (c == '\\' && i < to) {
                c = bytes[i++];
                switch (c) {
                    case 'b' -> c = 8;
                    case 'f' -> c = 12;
                    case 'n' -> c = 10;
                    case 'r' -> c = 13;
                    case 't' -> c = 9;
                    case 'v' -> c = 11;
                    case 'x', 'X' -> {
                        c = 0;
                        while (i < to && Character.digit(bytes[i], 16) >= 0) {
                            c = c << 4 | Character.digit(bytes[i++], 16);
                        }
                    }
                    case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
                        c -= '0';
                        for (int n = 1; n < 3 && i < to && bytes[i] >= '0' && bytes[i] <= '9'; n++) {
                            c = c * 8 + bytes[i++] - '0';
                        }
                    }
                    default -> {
                        // The character itself.
                    }
                }
            }
            out[size++] = (byte) c;
        }
        return Arrays.copyOf(out, size);
    }
}
