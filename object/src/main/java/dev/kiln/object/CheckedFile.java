package dev.kiln.object;

import dev.kiln.object.ObjectReader.FormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of a file that need not be what they claim. Every access is checked; what is handed out is limited in all to a multiple of the
 * file's size, so that a small file whose parts all name the same bytes cannot fill the memory.
 */
final class CheckedFile {
    private static final int LONGEST_NAME = 1000;
    private static final int MOST_TIMES = 32;

    private final ByteBuffer file;
    private long room;

    CheckedFile(byte[] bytes) {
        file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        room = (long) MOST_TIMES * bytes.length;
    }

    int size() {
        return file.capacity();
    }

    /** Checks that a range lies in the file; gives its start. */
    int range(long offset, long size) throws FormatException {
        if (offset < 0 || size < 0 || offset > size() || size > size() - offset)
            throw new FormatException("it is damaged: a part lies outside the file");
        return (int) offset;
    }

    int u8(long at) throws FormatException {
        return file.get(range(at, 1)) & 0xFF;
    }

    int u16(long at) throws FormatException {
        return file.getShort(range(at, 2)) & 0xFFFF;
    }

    int s32(long at) throws FormatException {
        return file.getInt(range(at, 4));
    }

    long u32(long at) throws FormatException {
        return s32(at) & 0xFFFF_FFFFL;
    }

    long s64(long at) throws FormatException {
        return file.getLong(range(at, 8));
    }

    /** A copy of a part of the file. */
    byte[] bytes(long at, long size) throws FormatException {
        int from = range(at, size);
        take(size);
        return Arrays.copyOfRange(file.array(), from, from + (int) size);
    }

    /** The text up to the next zero byte, or to {@code end}; very long ones are cut. */
    String string(long at, long end) throws FormatException {
        int from = range(at, 0);
        int last = (int) Math.min(Math.min(end, size()), from + (long) LONGEST_NAME);
        int to = from;
        while (to < last && file.get(to) != 0) to++;
        take(to - from);
        return new String(file.array(), from, to - from, StandardCharsets.UTF_8);
    }

    /** Counts what is made from the file. */
    void take(long size) throws FormatException {
        room -= size;
        if (room < 0) throw new FormatException("it is damaged: its parts lie one upon the other");
    }

    /** An addend as it stands behind a name. */
    static String addend(long value) {
        return value == 0 ? "" : value < 0 ? Long.toString(value) : "+" + value;
    }
}
