package dev.kiln.object;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** What objects say, as text to compare: sections with attributes and contents, symbols and relocations in their order. */
final class ObjectText {
    private static final short COMMON = (short) 0xFFF2;

    /** The information on a global function. */
    private static final int FUNCTION = 0x12;

    private ObjectText() {}

    /** An ELF file, without the sections that every writer makes its own. */
    static String elf(byte[] bytes) {
        ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        StringBuilder out = new StringBuilder("abi " + bytes[7] + " " + bytes[8] + "\n");
        int headers = (int) b.getLong(40);
        int count = b.getShort(60);
        int names = (int) b.getLong(headers + 64 * b.getShort(62) + 24);
        String[] sectionNames = new String[count];
        for (int i = 1; i < count; i++) sectionNames[i] = string(bytes, names + b.getInt(headers + 64 * i));
        String[] symbols = new String[0];
        for (int i = 1; i < count; i++) {
            int h = headers + 64 * i;
            if (b.getInt(h + 4) != 2) continue;
            int strings = (int) b.getLong(headers + 64 * b.getInt(h + 40) + 24);
            int at = (int) b.getLong(h + 24);
            symbols = new String[(int) b.getLong(h + 32) / 24];
            for (int n = 0; n < symbols.length; n++) {
                int s = at + 24 * n;
                int section = b.getShort(s + 6);
                String where = section > 0 && section < count ? sectionNames[section] : Integer.toString(section);
                boolean ofSection = (bytes[s + 4] & 15) == 3;
                symbols[n] = ofSection ? where : string(bytes, strings + b.getInt(s));
                if (n == 0 || ofSection && where.equals(".note.GNU-stack")) continue;
                out.append("symbol ").append(symbols[n]).append(' ').append(where);
                // nasm gives common symbols no type, nor thread-local ones that are defined elsewhere.
                boolean untyped = section == COMMON || section == 0;
                int info = untyped && bytes[s + 4] != FUNCTION ? bytes[s + 4] & 0xF0 : bytes[s + 4];
                out.append(" info ").append(info).append(" other ").append(bytes[s + 5]);
                out.append(" value ").append(b.getLong(s + 8)).append(" size ").append(b.getLong(s + 16));
                out.append('\n');
            }
        }
        for (int i = 1; i < count; i++) {
            int h = headers + 64 * i;
            int type = b.getInt(h + 4);
            int at = (int) b.getLong(h + 24);
            int size = (int) b.getLong(h + 32);
            String name = sectionNames[i];
            boolean note = name.equals(".note.GNU-stack");
            if (note || name.equals(".symtab") || name.equals(".strtab") || name.equals(".shstrtab")) continue;
            out.append("section ").append(name);
            if (type == 4) {
                out.append('\n');
                for (int r = at; r < at + size; r += 24) {
                    out.append("  ").append(b.getLong(r)).append(" type ").append(b.getInt(r + 8));
                    out.append(' ').append(symbols[b.getInt(r + 12)]).append(" + ");
                    out.append(b.getLong(r + 16)).append('\n');
                }
                continue;
            }
            out.append(" type ").append(type).append(" flags ").append(b.getLong(h + 8));
            out.append(" size ").append(size).append(" align ").append(b.getLong(h + 48));
            out.append(" entries ").append(b.getLong(h + 56)).append('\n');
            if (type != 8) contents(out, bytes, at, size);
        }
        return out.toString();
    }

    /** A Mach-O object. Of several symbols at one address, a relocation may name any. */
    static String macho(byte[] bytes) {
        ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        StringBuilder out = new StringBuilder("flags " + b.getInt(24) + "\n");
        List<Integer> sections = new ArrayList<>();
        String[] symbols = new String[0];
        int command = 32;
        for (int i = 0; i < b.getInt(16); i++) {
            if (b.getInt(command) == 0x19) {
                out.append("memory ").append(b.getLong(command + 32)).append(" file ");
                out.append(b.getLong(command + 48)).append('\n');
                for (int n = 0; n < b.getInt(command + 64); n++) sections.add(command + 72 + 80 * n);
            } else if (b.getInt(command) == 2) {
                symbols = machoSymbols(b, command, out);
            }
            command += b.getInt(command + 4);
        }
        for (int s : sections) {
            int type = b.getInt(s + 64);
            out.append("section ").append(fixed(bytes, s + 16)).append(',').append(fixed(bytes, s));
            out.append(" address ").append(b.getLong(s + 32)).append(" size ").append(b.getLong(s + 40));
            out.append(" align ")
                    .append(b.getInt(s + 52))
                    .append(" flags ")
                    .append(type)
                    .append('\n');
            if ((type & 0xFF) != 1) contents(out, bytes, b.getInt(s + 48), (int) b.getLong(s + 40));
            for (int n = 0; n < b.getInt(s + 60); n++) {
                int r = b.getInt(s + 56) + 8 * n;
                int info = b.getInt(r + 4);
                out.append("  ").append(b.getInt(r)).append(" bits ").append(info >>> 24);
                out.append(' ').append(symbols[info & 0xFFFFFF]).append('\n');
            }
        }
        return out.toString();
    }

    private static String[] machoSymbols(ByteBuffer b, int command, StringBuilder out) {
        byte[] bytes = b.array();
        int at = b.getInt(command + 8);
        int strings = b.getInt(command + 16);
        String[] symbols = new String[b.getInt(command + 12)];
        for (int n = 0; n < symbols.length; n++) {
            int s = at + 16 * n;
            String name = string(bytes, strings + b.getInt(s));
            symbols[n] = bytes[s + 5] != 0 ? bytes[s + 5] + ":" + b.getLong(s + 8) : name;
            out.append("symbol ")
                    .append(name)
                    .append(" type ")
                    .append(bytes[s + 4])
                    .append(" section ");
            out.append(bytes[s + 5]).append(" description ").append(b.getShort(s + 6));
            out.append(" value ").append(b.getLong(s + 8)).append('\n');
        }
        contents(out, bytes, strings, b.getInt(command + 20));
        return symbols;
    }

    private static void contents(StringBuilder out, byte[] bytes, int from, int size) {
        for (int at = from; at < from + size; at += 32) {
            out.append("    ").append(HexFormat.of().formatHex(bytes, at, Math.min(at + 32, from + size)));
            out.append('\n');
        }
    }

    private static String fixed(byte[] bytes, int at) {
        return new String(bytes, at, 16, StandardCharsets.UTF_8).replace("\0", "");
    }

    private static String string(byte[] bytes, int at) {
        int end = at;
        while (bytes[end] != 0) end++;
        return new String(bytes, at, end - at, StandardCharsets.UTF_8);
    }
}
