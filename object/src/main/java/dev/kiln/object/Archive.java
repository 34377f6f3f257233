package dev.kiln.object;

import dev.kiln.object.ObjectReader.FormatException;
import dev.kiln.object.ObjectReader.Member;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads archives as {@code ar} makes them: a line of text in front of each file, which tells its name and size. Long names stand in a file of
 * their own (System V, GNU, Microsoft) or before the contents (BSD, Apple).
 */
final class Archive {
    private static final String MAGIC = "!<arch>\n", THIN = "!<thin>\n";
    private static final int HEADER = 60, NAME = 16, SIZE_AT = 48, SIZE = 10;

    private final CheckedFile file;
    private final List<Member> members = new ArrayList<>();
    private long names;
    private long namesEnd;

    private Archive(byte[] bytes) {
        file = new CheckedFile(bytes);
    }

    static boolean isArchive(byte[] bytes) {
        return begins(bytes, MAGIC) || begins(bytes, THIN);
    }

    private static boolean begins(byte[] bytes, String magic) {
        return bytes.length >= magic.length()
                && new String(bytes, 0, magic.length(), StandardCharsets.ISO_8859_1).equals(magic);
    }

    static List<Member> members(byte[] bytes) throws FormatException {
        if (begins(bytes, THIN)) throw new FormatException("it is a thin archive, which has its files elsewhere");
        return new Archive(bytes).read();
    }

    private List<Member> read() throws FormatException {
        long at = MAGIC.length();
        while (at < file.size()) {
            file.range(at, HEADER);
            if (file.u16(at + HEADER - 2) != 0x0A60)
                throw new FormatException("it is damaged: a file's header is none");
            long size = number(at + SIZE_AT, SIZE);
            long start = at + HEADER;
            file.range(start, size);
            member(file.string(at, at + NAME).strip(), start, size);
            at = start + size + (size & 1);
        }
        return members;
    }

    private void member(String name, long start, long size) throws FormatException {
        long from = start;
        String full = name;
        if (name.startsWith("#1/")) {
            long length = number(name.substring(3));
            if (length > size) throw new FormatException("it is damaged: a name is longer than its file");
            full = file.string(start, start + length);
            from += length;
        } else if (name.equals("//")) {
            names = start;
            namesEnd = start + size;
            return;
        } else if (name.startsWith("/") && name.length() > 1 && Character.isDigit(name.charAt(1))) {
            full = longName(number(name.substring(1)));
        } else if (name.startsWith("/")) return;
        if (full.startsWith("__.SYMDEF")) return;
        if (full.endsWith("/")) full = full.substring(0, full.length() - 1);
        members.add(new Member(full, file.bytes(from, start + size - from)));
    }

    private String longName(long offset) throws FormatException {
        if (offset >= namesEnd - names) throw new FormatException("it is damaged: the name of a file is missing");
        String name = file.string(names + offset, namesEnd);
        int end = name.indexOf('\n');
        return end < 0 ? name : name.substring(0, end);
    }

    private long number(long at, int width) throws FormatException {
        return number(file.string(at, at + width).strip());
    }

    private static long number(String digits) throws FormatException {
        long value = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9' || digits.length() > 10)
                throw new FormatException("it is damaged: a size is no number");
            value = value * 10 + (c - '0');
        }
        return value;
    }
}
