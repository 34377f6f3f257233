package dev.kiln.base;

import java.nio.charset.StandardCharsets;

/** A source file's name and contents. */
public final class SourceText {
    private final String name;
    private final byte[] bytes;

    /**
     * @param name what diagnostics call the file
     * @param bytes its contents, taken over, not copied; text is UTF-8, strings inside may hold any bytes
     */
    public SourceText(String name, byte[] bytes) {
        this.name = name;
        this.bytes = bytes;
    }

    /** From a string. */
    public static SourceText of(String name, String text) {
        return new SourceText(name, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The file's name. */
    public String name() {
        return name;
    }

    /** The contents; not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    /** Line {@code number} (from 1) without its end, malformed UTF-8 replaced; {@code null} when there is no such line. */
    public String line(int number) {
        int start = lineStart(number);
        return start < 0 ? null : decode(start, lineEnd(start));
    }

    /**
     * The beginning of a line, before a column of a {@link Position}.
     *
     * @param column counted from 1 in bytes
     */
    public String linePrefix(int number, int column) {
        int start = lineStart(number);
        return start < 0 ? "" : decode(start, Math.min(lineEnd(start), start + Math.max(0, column - 1)));
    }

    private int lineStart(int number) {
        int start = 0;
        for (int line = 1; line < number; line++) {
            while (start < bytes.length && bytes[start] != '\n') {
                start++;
            }
            if (start >= bytes.length) {
                return -1;
            }
            start++;
        }
        return number < 1 ? -1 : start;
    }

    private int lineEnd(int start) {
        int end = start;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        return end > start && bytes[end - 1] == '\r' ? end - 1 : end;
    }

    private String decode(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
}
