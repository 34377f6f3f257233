package dev.kiln.exec.internal;

import java.util.Arrays;

/**
 * Bytes of small pieces of machine code. The pieces of this package are fixed but for addresses and displacements, and stand on the
 * path from starting the JVM to running the first function; so they are written as bytes, each with its instruction beside it, and no
 * assembler needs to be loaded.
 */
final class StubWriter {
    private byte[] bytes = new byte[256];
    private int size;

    int position() {
        return size;
    }

    byte[] toArray() {
        return Arrays.copyOf(bytes, size);
    }

    /** Appends bytes given as hexadecimal digits; blanks are ignored. */
    StubWriter hex(String digits) {
        int high = -1;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c == ' ') continue;
            int digit = Character.digit(c, 16);
            if (high < 0) {
                high = digit;
            } else {
                one(high << 4 | digit);
                high = -1;
            }
        }
        return this;
    }

    StubWriter one(int value) {
        if (size == bytes.length) bytes = Arrays.copyOf(bytes, size * 2);
        bytes[size++] = (byte) value;
        return this;
    }

    StubWriter four(int value) {
        for (int i = 0; i < 32; i += 8) one(value >>> i);
        return this;
    }

    StubWriter eight(long value) {
        for (int i = 0; i < 64; i += 8) one((int) (value >>> i));
        return this;
    }

    /** Appends text with a NUL after it. */
    StubWriter text(String ascii) {
        for (int i = 0; i < ascii.length(); i++) one(ascii.charAt(i));
        return one(0);
    }

    /** Appends a displacement of four bytes to a place written before; it counts from the displacement's end. */
    StubWriter back(int target) {
        return four(target - (size + 4));
    }

    /** Writes four bytes again. */
    void patchFour(int place, int value) {
        for (int i = 0; i < 4; i++) bytes[place + i] = (byte) (value >>> 8 * i);
    }

    /** Appends a displacement of one byte to be set by {@link #here}; returns its place. */
    int ahead() {
        one(0);
        return size - 1;
    }

    /** Makes the displacement at a place lead here. */
    void here(int place) {
        int distance = size - (place + 1);
        if (distance > 127) throw new AssertionError("short jump of " + distance + " bytes");
        bytes[place] = (byte) distance;
    }
}
