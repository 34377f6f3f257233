package dev.kiln.tests.support;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The parts of a relocatable ELF64 file that decide what a linker makes of it, in a form that can be compared. */
public final class ElfObject {
    private static final int SYMTAB = 2, RELA = 4, NOBITS = 8;
    private static final int ALLOC = 2;

    /** Section contents by name; sections that occupy no memory at run time are left out. */
    private final Map<String, byte[]> sections = new TreeMap<>();

    /** Type, flags, size and alignment of these sections. */
    private final Map<String, String> headers = new TreeMap<>();

    /** Per section its relocations, by offset, each as text. */
    private final Map<String, List<String>> relocations = new TreeMap<>();

    /** Global and weak symbols: binding, type, where they are. */
    private final TreeSet<String> symbols = new TreeSet<>();

    private final ByteBuffer file;
    private final int table;
    private final int count;

    private ElfObject(byte[] bytes) {
        file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        table = (int) file.getLong(40);
        count = file.getShort(60);
        for (int i = 1; i < count; i++) {
            readSection(i);
        }
        for (int i = 1; i < count; i++) {
            int type = word(i, 4);
            if (type == RELA) {
                readRelocations(i);
            } else if (type == SYMTAB) {
                readSymbols(i);
            }
        }
    }

    public static ElfObject read(byte[] bytes) {
        return new ElfObject(bytes);
    }

    private void readSection(int i) {
        if ((field(i, 8) & ALLOC) == 0 || field(i, 32) == 0) {
            return;
        }
        String name = name(i);
        int type = word(i, 4);
        headers.put(
                name, "type " + type + " flags " + field(i, 8) + " size " + field(i, 32) + " align " + field(i, 48));
        byte[] bytes = new byte[type == NOBITS ? 0 : (int) field(i, 32)];
        file.get((int) field(i, 24), bytes);
        sections.put(name, bytes);
    }

    private void readRelocations(int i) {
        List<String> list = new ArrayList<>();
        int symtab = word(i, 40);
        for (long at = field(i, 24); at < field(i, 24) + field(i, 32); at += 24) {
            long info = file.getLong((int) at + 8);
            list.add(String.format(
                    "%08x type %d %s%+d",
                    file.getLong((int) at),
                    info & 0xFFFF_FFFFL,
                    symbol(symtab, (int) (info >>> 32)),
                    file.getLong((int) at + 16)));
        }
        list.sort(null);
        if (!list.isEmpty()) {
            relocations.put(name(word(i, 44)), list);
        }
    }

    private void readSymbols(int i) {
        for (int n = 1; n < field(i, 32) / 24; n++) {
            int at = (int) field(i, 24) + n * 24;
            int info = file.get(at + 4) & 0xFF;
            int section = file.getShort(at + 6) & 0xFFFF;
            if (info >> 4 == 0) {
                continue;
            }
            String place = switch (section) {
                case 0 -> "undefined";
                case 0xFFF2 -> "common align " + file.getLong(at + 8);
                default -> name(section) + "+" + file.getLong(at + 8);
            };
            // nasm gives undefined symbols no type, and sizes only to data.
            symbols.add(symbol(i, n) + " " + (info >> 4 == 2 ? "weak" : "global") + " " + place + " visibility "
                    + file.get(at + 5));
        }
    }

    private String symbol(int symtab, int index) {
        int at = (int) field(symtab, 24) + index * 24;
        int info = file.get(at + 4) & 15;
        if (info == 3) {
            return name(file.getShort(at + 6) & 0xFFFF);
        }
        return string(word(symtab, 40), file.getInt(at));
    }

    private String name(int section) {
        return string(file.getShort(62), word(section, 0));
    }

    private String string(int section, int offset) {
        int start = (int) field(section, 24) + offset;
        int end = start;
        while (file.get(end) != 0) {
            end++;
        }
        byte[] bytes = new byte[end - start];
        file.get(start, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private long field(int section, int offset) {
        return file.getLong(table + section * 64 + offset);
    }

    private int word(int section, int offset) {
        return file.getInt(table + section * 64 + offset);
    }

    /** What differs in another object, told for people; empty when nothing does. */
    public String difference(ElfObject other) {
        StringBuilder out = new StringBuilder();
        if (!headers.equals(other.headers)) {
            out.append("sections ")
                    .append(headers)
                    .append("\nbut here ")
                    .append(other.headers)
                    .append('\n');
        }
        for (Map.Entry<String, byte[]> entry : sections.entrySet()) {
            byte[] bytes = other.sections.get(entry.getKey());
            int at = bytes == null ? -1 : java.util.Arrays.mismatch(entry.getValue(), bytes);
            if (at >= 0) {
                out.append(entry.getKey())
                        .append(" differs at offset ")
                        .append(Integer.toHexString(at))
                        .append(": ")
                        .append(around(entry.getValue(), at))
                        .append(" but here ")
                        .append(around(bytes, at))
                        .append('\n');
            }
        }
        compare(out, "relocation", flat(relocations), flat(other.relocations));
        compare(out, "symbol", symbols, other.symbols);
        return out.toString();
    }

    private static String around(byte[] bytes, int at) {
        int from = Math.max(0, Math.min(bytes.length, at - 8));
        return HexFormat.ofDelimiter(" ").formatHex(bytes, from, Math.min(bytes.length, at + 8));
    }

    private static TreeSet<String> flat(Map<String, List<String>> map) {
        TreeSet<String> all = new TreeSet<>();
        map.forEach((section, list) -> list.forEach(one -> all.add(section + " " + one)));
        return all;
    }

    private static void compare(StringBuilder out, String what, TreeSet<String> a, TreeSet<String> b) {
        TreeSet<String> missing = new TreeSet<>(a);
        missing.removeAll(b);
        TreeSet<String> more = new TreeSet<>(b);
        more.removeAll(a);
        missing.stream()
                .limit(5)
                .forEach(one ->
                        out.append(what).append(" only there: ").append(one).append('\n'));
        more.stream()
                .limit(5)
                .forEach(one ->
                        out.append(what).append(" only here: ").append(one).append('\n'));
    }
}
