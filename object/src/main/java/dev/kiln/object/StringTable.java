package dev.kiln.object;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A string table. Equal strings are not merged: names hardly repeat. */
final class StringTable {
    private byte[] bytes = new byte[1024];
    private int size;

    /** A table whose first bytes are zero: for the empty name, or for its own size. */
    StringTable(int reserved) {
        size = reserved;
    }

    int add(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (size + utf8.length + 1 > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + utf8.length + 1));
        }
        System.arraycopy(utf8, 0, bytes, size, utf8.length);
        int at = size;
        size += utf8.length + 1;
        return at;
    }

    byte[] bytes() {
        return Arrays.copyOf(bytes, size);
    }
}
