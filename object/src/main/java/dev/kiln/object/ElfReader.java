package dev.kiln.object;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads the code and symbols of an ELF64 file for x86-64, trusting nothing in it. */
public final class ElfReader {
    private static final int SECTION_HEADER = 64, SYMBOL = 24, RELOCATION = 24;
    private static final int SYMTAB = 2, RELA = 4, NOBITS = 8, DYNSYM = 11;
    private static final int EXECINSTR = 4;

    /** A section with code. */
    public record CodeSection(
            String name, long address, byte[] bytes, List<Label> labels, List<Reference> references) {}

    /** A symbol in a section: its offset there in bytes. */
    public record Label(long offset, String name) {}

    /** A field that is still to be filled in: its offset in bytes, and what it refers to, as text. */
    public record Reference(long offset, String text) {}

    /** The file is not an ELF file that can be read; the message says why. */
    public static final class FormatException extends Exception {
        private static final long serialVersionUID = 1L;

        FormatException(String message) {
            super(message);
        }
    }

    private final ByteBuffer file;
    private final int count;
    private final long headers;
    private final int names;

    private ElfReader(byte[] bytes) throws FormatException {
        file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < 64) {
            throw new FormatException("the file is too short");
        }
        if (bytes[4] != 2 || bytes[5] != 1 || file.getShort(18) != 62) {
            throw new FormatException("it is not for x86-64");
        }
        headers = file.getLong(40);
        count = file.getShort(60) & 0xFFFF;
        names = file.getShort(62) & 0xFFFF;
        if (file.getShort(58) != SECTION_HEADER && count > 0) {
            throw new FormatException("its section headers have an unknown size");
        }
        range(headers, (long) count * SECTION_HEADER);
        if (names >= count && count > 0) {
            throw new FormatException("its section names are missing");
        }
    }

    /** Whether bytes begin like an ELF file. */
    public static boolean isElf(byte[] bytes) {
        return bytes.length >= 4 && bytes[0] == 0x7F && bytes[1] == 'E' && bytes[2] == 'L' && bytes[3] == 'F';
    }

    /** The sections that hold code, in file order. */
    public static List<CodeSection> codeSections(byte[] bytes) throws FormatException {
        return new ElfReader(bytes).read();
    }

    private List<CodeSection> read() throws FormatException {
        List<CodeSection> made = new ArrayList<>();
        CodeSection[] byNumber = new CodeSection[count];
        for (int i = 1; i < count; i++) {
            int at = header(i);
            if ((file.getLong(at + 8) & EXECINSTR) == 0 || file.getInt(at + 4) == NOBITS) {
                continue;
            }
            byte[] bytes = new byte[range(file.getLong(at + 24), file.getLong(at + 32))];
            file.get((int) file.getLong(at + 24), bytes);
            byNumber[i] =
                    new CodeSection(sectionName(i), file.getLong(at + 16), bytes, new ArrayList<>(), new ArrayList<>());
            made.add(byNumber[i]);
        }
        for (int i = 1; i < count; i++) {
            switch (file.getInt(header(i) + 4)) {
                case SYMTAB, DYNSYM -> readLabels(i, byNumber);
                case RELA -> {
                    int target = file.getInt(header(i) + 44);
                    if (target > 0 && target < count && byNumber[target] != null) {
                        readReferences(i, byNumber[target]);
                    }
                }
                default -> {}
            }
        }
        for (CodeSection section : made) {
            section.labels.sort((x, y) -> Long.compare(x.offset, y.offset));
            section.references.sort((x, y) -> Long.compare(x.offset, y.offset));
        }
        return made;
    }

    private int header(int section) {
        return (int) headers + section * SECTION_HEADER;
    }

    /** Checks that a range lies in the file; its length. */
    private int range(long offset, long size) throws FormatException {
        if (offset < 0 || size < 0 || offset > file.capacity() || size > file.capacity() - offset) {
            throw new FormatException("it is damaged: a part lies outside the file");
        }
        return (int) size;
    }

    private String sectionName(int section) throws FormatException {
        return string(names, file.getInt(header(section)));
    }

    private String string(int table, int offset) throws FormatException {
        if (table <= 0 || table >= count) {
            return "";
        }
        long start = file.getLong(header(table) + 24);
        long size = file.getLong(header(table) + 32);
        range(start, size);
        if (offset < 0 || offset > size) {
            return "";
        }
        int from = (int) start + offset;
        int end = from;
        while (end < start + size && file.get(end) != 0) {
            end++;
        }
        byte[] text = new byte[end - from];
        file.get(from, text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private void readLabels(int table, CodeSection[] sections) throws FormatException {
        boolean relocatable = file.getShort(16) == 1;
        int at = (int) file.getLong(header(table) + 24);
        int entries = range(file.getLong(header(table) + 24), file.getLong(header(table) + 32)) / SYMBOL;
        for (int n = 1; n < entries; n++) {
            int symbol = at + n * SYMBOL;
            int kind = file.get(symbol + 4) & 15;
            int number = file.getShort(symbol + 6) & 0xFFFF;
            CodeSection section = number < sections.length ? sections[number] : null;
            if (section == null || kind > 2) {
                continue;
            }
            long offset = file.getLong(symbol + 8) - (relocatable ? 0 : section.address);
            if (offset >= 0 && offset <= section.bytes.length) {
                String name = string(file.getInt(header(table) + 40), file.getInt(symbol));
                if (!name.isEmpty()) {
                    section.labels.add(new Label(offset, name));
                }
            }
        }
    }

    private void readReferences(int table, CodeSection section) throws FormatException {
        int at = (int) file.getLong(header(table) + 24);
        int entries = range(file.getLong(header(table) + 24), file.getLong(header(table) + 32)) / RELOCATION;
        int symbols = file.getInt(header(table) + 40);
        for (int n = 0; n < entries; n++) {
            int entry = at + n * RELOCATION;
            long addend = file.getLong(entry + 16);
            String name = symbolName(symbols, (int) (file.getLong(entry + 8) >>> 32));
            String sum = addend == 0 ? "" : addend < 0 ? Long.toString(addend) : "+" + addend;
            section.references.add(new Reference(file.getLong(entry), typeName(file.getInt(entry + 8)) + name + sum));
        }
    }

    /** The names of AMD64 supplement, table 4.9, without their common beginning. */
    private static String typeName(int type) {
        return switch (type) {
            case 1 -> "64 ";
            case 2 -> "PC32 ";
            case 4 -> "PLT32 ";
            case 9 -> "GOTPCREL ";
            case 10 -> "32 ";
            case 11 -> "32S ";
            case 17 -> "DTPOFF64 ";
            case 18 -> "TPOFF64 ";
            case 19 -> "TLSGD ";
            case 20 -> "TLSLD ";
            case 22 -> "GOTTPOFF ";
            case 23 -> "TPOFF32 ";
            case 24 -> "PC64 ";
            case 41 -> "GOTPCRELX ";
            case 42 -> "REX_GOTPCRELX ";
            default -> "type " + type + " ";
        };
    }

    private String symbolName(int table, int number) throws FormatException {
        if (table <= 0 || table >= count) {
            return "?";
        }
        long start = file.getLong(header(table) + 24);
        int entries = range(start, file.getLong(header(table) + 32)) / SYMBOL;
        if (number < 0 || number >= entries) {
            return "?";
        }
        int symbol = (int) start + number * SYMBOL;
        if ((file.get(symbol + 4) & 15) == 3) {
            int section = file.getShort(symbol + 6) & 0xFFFF;
            return section < count ? sectionName(section) : "?";
        }
        return string(file.getInt(header(table) + 40), file.getInt(symbol));
    }
}
