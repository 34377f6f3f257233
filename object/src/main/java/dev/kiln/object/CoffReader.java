package dev.kiln.object;

import dev.kiln.object.ObjectReader.CodeSection;
import dev.kiln.object.ObjectReader.FormatException;
import dev.kiln.object.ObjectReader.Label;
import dev.kiln.object.ObjectReader.Reference;
import java.util.ArrayList;
import java.util.List;

/** Reads COFF objects and PE executables (Microsoft's PE/COFF specification), trusting nothing in them. */
final class CoffReader {
    private static final int HEADER = 20, SECTION_HEADER = 40, RELOCATION = 10, SYMBOL = 18, SHORT_NAME = 8;
    private static final int MACHINE_AMD64 = 0x8664;
    private static final int CODE = 0x20, UNINITIALIZED = 0x80, EXECUTE = 0x2000_0000;
    private static final int RELOCATION_OVERFLOW = 0x0100_0000, MOST_RELOCATIONS = 0xFFFF;
    private static final int EXTERNAL = 2, STATIC = 3, LABEL = 6;

    private final CheckedFile file;
    private final long header;
    private final boolean image;
    private final int count;
    private final long sections;
    private final long symbols;
    private final long symbolCount;
    private final long strings;
    private final String[] symbolNames;

    private CoffReader(byte[] bytes) throws FormatException {
        file = new CheckedFile(bytes);
        image = bytes[0] == 'M';
        header = image ? peHeader(file) : 0;
        if (file.u16(header) != MACHINE_AMD64) throw new FormatException("it is not for x86-64");
        count = file.u16(header + 2);
        sections = header + HEADER + file.u16(header + 16);
        file.range(sections, (long) count * SECTION_HEADER);
        symbols = file.u32(header + 8);
        symbolCount = symbols == 0 ? 0 : file.u32(header + 12);
        file.range(symbols, symbolCount * SYMBOL);
        strings = symbols + symbolCount * SYMBOL;
        symbolNames = new String[(int) symbolCount];
    }

    /** The place of the COFF header in an executable: where the word at 0x3C says, behind a signature. */
    private static long peHeader(CheckedFile file) throws FormatException {
        long at = file.u32(0x3C);
        if (file.s32(at) != 0x4550) throw new FormatException("it is no program for Windows of 64 bits");
        return at + 4;
    }

    /** Whether bytes begin like an executable, or like an object: that has no signature, so its header must make sense. */
    static boolean isCoff(byte[] bytes) {
        if (bytes.length < HEADER) return false;
        if (bytes[0] == 'M' && bytes[1] == 'Z') {
            CheckedFile file = new CheckedFile(bytes);
            try {
                peHeader(file);
                return true;
            } catch (FormatException e) {
                return false;
            }
        }
        int machine = bytes[0] & 0xFF | (bytes[1] & 0xFF) << 8;
        if (machine != MACHINE_AMD64) return false;
        try {
            new CoffReader(bytes);
            return true;
        } catch (FormatException e) {
            return false;
        }
    }

    static List<CodeSection> codeSections(byte[] bytes) throws FormatException {
        return new CoffReader(bytes).read();
    }

    private List<CodeSection> read() throws FormatException {
        long base = image && file.u16(header + HEADER) == 0x20B ? file.s64(header + HEADER + 24) : 0;
        List<CodeSection> made = new ArrayList<>();
        CodeSection[] byNumber = new CodeSection[count + 1];
        for (int i = 0; i < count; i++) {
            long h = sections + (long) i * SECTION_HEADER;
            int flags = file.s32(h + 36);
            if ((flags & (CODE | EXECUTE)) == 0 || (flags & UNINITIALIZED) != 0) continue;
            long size = file.u32(h + 16);
            long inMemory = file.u32(h + 8);
            // An image's section is padded in the file.
            if (image && inMemory != 0) size = Math.min(size, inMemory);
            byte[] bytes = file.bytes(file.u32(h + 20), size);
            byNumber[i + 1] = new CodeSection(
                    sectionName(h), base + file.u32(h + 12), bytes, new ArrayList<>(), new ArrayList<>());
            made.add(byNumber[i + 1]);
            if (!image) readReferences(h, flags, byNumber[i + 1]);
        }
        readLabels(byNumber);
        return made;
    }

    private String sectionName(long at) throws FormatException {
        String name = file.string(at, at + SHORT_NAME);
        if (!name.startsWith("/")) return name;
        long offset = 0;
        for (int i = 1; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c < '0' || c > '9') return name;
            offset = offset * 10 + (c - '0');
        }
        return name.length() == 1 ? name : string(offset);
    }

    /** A string of the table behind the symbols. */
    private String string(long offset) throws FormatException {
        return strings == 0 ? "?" : file.string(strings + offset, file.size());
    }

    private String symbolName(long number) throws FormatException {
        if (number >= symbolCount) return "?";
        int i = (int) number;
        if (symbolNames[i] == null) {
            long at = symbols + number * SYMBOL;
            symbolNames[i] = file.s32(at) == 0 ? string(file.u32(at + 4)) : file.string(at, at + SHORT_NAME);
        }
        return symbolNames[i];
    }

    private void readLabels(CodeSection[] byNumber) throws FormatException {
        for (long i = 0; i < symbolCount; i++) {
            long at = symbols + i * SYMBOL;
            int storage = file.u8(at + 16);
            int auxiliary = file.u8(at + 17);
            int number = file.u16(at + 12);
            boolean named = storage == EXTERNAL || storage == LABEL || storage == STATIC && auxiliary == 0;
            CodeSection section = number < byNumber.length ? byNumber[number] : null;
            long offset = file.u32(at + 8);
            if (named && section != null && offset <= section.bytes().length)
                section.labels().add(new Label(offset, symbolName(i)));
            i += auxiliary;
        }
    }

    private void readReferences(long header, int flags, CodeSection section) throws FormatException {
        long at = file.u32(header + 24);
        long entries = file.u16(header + 32);
        if ((flags & RELOCATION_OVERFLOW) != 0 && entries == MOST_RELOCATIONS) {
            entries = Math.max(0, file.u32(at) - 1);
            at += RELOCATION;
        }
        file.range(at, entries * RELOCATION);
        for (long i = 0; i < entries; i++, at += RELOCATION) {
            long offset = file.u32(at);
            int type = file.u16(at + 8);
            String text =
                    typeName(type) + symbolName(file.u32(at + 4)) + CheckedFile.addend(addend(section, offset, type));
            file.take(text.length());
            section.references().add(new Reference(offset, text));
        }
    }

    /** What stands in the field, which is added. */
    private static long addend(CodeSection section, long offset, int type) {
        int size = type == 1 ? 8 : 4;
        byte[] bytes = section.bytes();
        if (type == 0 || type == 10 || offset + size > bytes.length) return 0;
        long value = 0;
        for (int i = size - 1; i >= 0; i--) value = value << 8 | bytes[(int) offset + i] & 0xFF;
        return size == 4 ? (int) value : value;
    }

    /** Section 5.2.1 of the specification. */
    private static String typeName(int type) {
        return switch (type) {
            case 0 -> "ABSOLUTE ";
            case 1 -> "ADDR64 ";
            case 2 -> "ADDR32 ";
            case 3 -> "ADDR32NB ";
            case 4 -> "REL32 ";
            case 5, 6, 7, 8, 9 -> "REL32_" + (type - 4) + " ";
            case 10 -> "SECTION ";
            case 11 -> "SECREL ";
            case 12 -> "SECREL7 ";
            case 13 -> "TOKEN ";
            case 14 -> "SREL32 ";
            case 15 -> "PAIR ";
            case 16 -> "SSPAN32 ";
            default -> "type " + type + " ";
        };
    }
}
