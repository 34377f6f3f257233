package dev.kiln.object;

import dev.kiln.object.ObjectReader.CodeSection;
import dev.kiln.object.ObjectReader.FormatException;
import dev.kiln.object.ObjectReader.Label;
import dev.kiln.object.ObjectReader.Reference;
import java.util.ArrayList;
import java.util.List;

/** Reads Mach-O files for one processor (Apple's {@code mach-o/loader.h}), trusting nothing in them. */
final class MachOReader {
    private static final int HEADER = 32, SEGMENT_COMMAND = 72, SECTION_HEADER = 80, SYMBOL = 16, NAME = 16;
    private static final int MAGIC = 0xFEEDFACF, CPU_X86_64 = 0x0100_0007;
    private static final int LC_SEGMENT_64 = 0x19, LC_SYMTAB = 2;
    private static final int INSTRUCTIONS = 0x8000_0400, TYPE = 0xFF, ZEROFILL = 1, THREAD_ZEROFILL = 0x12;
    private static final int STAB = 0xE0, KIND = 0x0E, IN_SECTION = 0x0E;
    private static final int UNSIGNED = 0, SUBTRACTOR = 5;

    private final CheckedFile file;
    private final List<Long> headers = new ArrayList<>();
    private final List<CodeSection> sections = new ArrayList<>();
    private long symbols;
    private long symbolCount;
    private long strings;
    private long stringsEnd;
    private String[] symbolNames = new String[0];

    private MachOReader(byte[] bytes) {
        file = new CheckedFile(bytes);
    }

    static boolean isMachO(byte[] bytes) {
        boolean magic = bytes.length >= 4 && (bytes[1] & 0xFF) == 0xFA && (bytes[2] & 0xFF) == 0xED;
        return magic && (bytes[0] & 0xFF) == 0xCF && (bytes[3] & 0xFF) == 0xFE;
    }

    static List<CodeSection> codeSections(byte[] bytes) throws FormatException {
        return new MachOReader(bytes).read();
    }

    private List<CodeSection> read() throws FormatException {
        if (file.s32(0) != MAGIC || file.s32(4) != CPU_X86_64) throw new FormatException("it is not for x86-64");
        readCommands();
        List<CodeSection> made = new ArrayList<>();
        for (long h : headers) {
            CodeSection section = section(h);
            sections.add(section);
            if (section != null) made.add(section);
        }
        readLabels();
        for (int i = 0; i < sections.size(); i++) {
            if (sections.get(i) != null) readReferences(headers.get(i), sections.get(i));
        }
        return made;
    }

    private void readCommands() throws FormatException {
        long at = HEADER;
        long end = HEADER + file.u32(20);
        file.range(HEADER, end - HEADER);
        for (long n = file.u32(16); n > 0; n--) {
            int command = file.s32(at);
            long size = file.u32(at + 4);
            if (size < 8 || size > end - at)
                throw new FormatException("it is damaged: a load command has a wrong size");
            if (command == LC_SEGMENT_64) {
                long count = file.u32(at + 64);
                if (count > (size - SEGMENT_COMMAND) / SECTION_HEADER)
                    throw new FormatException("it is damaged: a segment has more sections than room");
                for (long i = 0; i < count; i++) headers.add(at + SEGMENT_COMMAND + i * SECTION_HEADER);
            } else if (command == LC_SYMTAB) {
                symbols = file.u32(at + 8);
                symbolCount = file.u32(at + 12);
                file.range(symbols, symbolCount * SYMBOL);
                strings = file.u32(at + 16);
                stringsEnd = strings + file.u32(at + 20);
                file.range(strings, stringsEnd - strings);
                symbolNames = new String[(int) symbolCount];
            }
            at += size;
        }
    }

    /** A section when it holds code, else {@code null}. */
    private CodeSection section(long h) throws FormatException {
        int flags = file.s32(h + 64);
        int type = flags & TYPE;
        if ((flags & INSTRUCTIONS) == 0 || type == ZEROFILL || type == THREAD_ZEROFILL) return null;
        byte[] bytes = file.bytes(file.u32(h + 48), file.s64(h + 40));
        return new CodeSection(name(h), file.s64(h + 32), bytes, new ArrayList<>(), new ArrayList<>());
    }

    private String name(long h) throws FormatException {
        return file.string(h + NAME, h + 2 * NAME) + "," + file.string(h, h + NAME);
    }

    private String symbolName(long number) throws FormatException {
        if (number >= symbolCount) return "?";
        int i = (int) number;
        if (symbolNames[i] == null) symbolNames[i] = string(file.u32(symbols + number * SYMBOL));
        return symbolNames[i];
    }

    private String string(long offset) throws FormatException {
        return offset >= stringsEnd - strings ? "" : file.string(strings + offset, stringsEnd);
    }

    private void readLabels() throws FormatException {
        for (long i = 0; i < symbolCount; i++) {
            long at = symbols + i * SYMBOL;
            int type = file.u8(at + 4);
            int number = file.u8(at + 5);
            if ((type & STAB) != 0 || (type & KIND) != IN_SECTION || number == 0 || number > sections.size()) continue;
            CodeSection section = sections.get(number - 1);
            if (section == null) continue;
            long offset = file.s64(at + 8) - section.address();
            String name = symbolName(i);
            if (offset >= 0 && offset <= section.bytes().length && !name.isEmpty())
                section.labels().add(new Label(offset, name));
        }
    }

    private void readReferences(long h, CodeSection section) throws FormatException {
        long at = file.u32(h + 56);
        long entries = file.u32(h + 60);
        file.range(at, entries * 8);
        for (long i = 0; i < entries; i++, at += 8) {
            long offset = file.u32(at);
            int info = file.s32(at + 4);
            int type = info >>> 28;
            int number = info & 0xFFFFFF;
            boolean external = (info >>> 27 & 1) != 0;
            String name = external ? symbolName(number) : sectionName(number);
            long addend = external && type != SUBTRACTOR ? addend(section, offset, info >>> 25 & 3) : 0;
            String text = typeName(type) + name + CheckedFile.addend(addend);
            file.take(text.length());
            section.references().add(new Reference(offset, text));
        }
    }

    private String sectionName(int number) throws FormatException {
        return number > 0 && number <= headers.size() ? name(headers.get(number - 1)) : "?";
    }

    /** What stands in the field, which is added. */
    private static long addend(CodeSection section, long offset, int logarithm) {
        int size = 1 << logarithm;
        byte[] bytes = section.bytes();
        if (size < 4 || offset + size > bytes.length) return 0;
        long value = 0;
        for (int i = size - 1; i >= 0; i--) value = value << 8 | bytes[(int) offset + i] & 0xFF;
        return size == 4 ? (int) value : value;
    }

    /** The names of {@code x86_64/reloc.h}, without their common beginning. */
    private static String typeName(int type) {
        return switch (type) {
            case UNSIGNED -> "UNSIGNED ";
            case 1 -> "SIGNED ";
            case 2 -> "BRANCH ";
            case 3 -> "GOT_LOAD ";
            case 4 -> "GOT ";
            case SUBTRACTOR -> "SUBTRACTOR ";
            case 6 -> "SIGNED_1 ";
            case 7 -> "SIGNED_2 ";
            case 8 -> "SIGNED_4 ";
            case 9 -> "TLV ";
            default -> "type " + type + " ";
        };
    }
}
