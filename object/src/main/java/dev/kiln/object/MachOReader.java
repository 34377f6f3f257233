package dev.kiln.object;

import dev.kiln.asm.RelocationKind;
import dev.kiln.object.ObjectReader.FormatException;
import dev.kiln.object.ObjectReader.Label;
import dev.kiln.object.ObjectReader.Reference;
import dev.kiln.object.ObjectReader.Section;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads Mach-O files, for one processor or universal (Apple's {@code mach-o/loader.h}, {@code fat.h}), trusting nothing in them. */
final class MachOReader {
    private static final int HEADER = 32, SEGMENT_COMMAND = 72, SECTION_HEADER = 80, SYMBOL = 16, NAME = 16;
    private static final int MAGIC = 0xFEEDFACF, CPU_X86_64 = 0x0100_0007;
    private static final int LC_SEGMENT_64 = 0x19, LC_SYMTAB = 2;
    private static final int INSTRUCTIONS = 0x8000_0400, TYPE = 0xFF, ZEROFILL = 1, GB_ZEROFILL = 0xC;
    private static final int THREAD_ZEROFILL = 0x12;
    private static final int STAB = 0xE0, KIND = 0x0E, IN_SECTION = 0x0E;
    private static final int EXTERNAL = 1, UNSIGNED = 0, SUBTRACTOR = 5;
    private static final int UNIVERSAL = 0xCAFEBABE, UNIVERSAL_64 = 0xCAFEBABF, MOST_PROCESSORS = 40;

    /** The names of {@code x86_64/reloc.h}, without their common beginning. */
    private static final String[] NAMES = {
        "UNSIGNED", "SIGNED", "BRANCH", "GOT_LOAD", "GOT", "SUBTRACTOR", "SIGNED_1", "SIGNED_2", "SIGNED_4", "TLV"
    };

    private final CheckedFile file;
    private final List<Long> headers = new ArrayList<>();
    private final List<Section> sections = new ArrayList<>();
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

    /** Whether bytes begin like a file for several processors. So do Java's classes, whose version is larger than any number of them. */
    static boolean isUniversal(byte[] bytes) {
        if (bytes.length < 8) return false;
        ByteBuffer b = ByteBuffer.wrap(bytes);
        int magic = b.getInt();
        int count = b.getInt();
        return (magic == UNIVERSAL || magic == UNIVERSAL_64) && count > 0 && count <= MOST_PROCESSORS;
    }

    /** The part for x86-64 of a file for several processors. */
    static byte[] slice(byte[] bytes) throws FormatException {
        CheckedFile file = new CheckedFile(bytes);
        boolean wide = Integer.reverseBytes(file.s32(0)) == UNIVERSAL_64;
        int count = Integer.reverseBytes(file.s32(4));
        for (int i = 0; i < count; i++) {
            long at = 8 + (long) i * (wide ? 32 : 20);
            if (Integer.reverseBytes(file.s32(at)) != CPU_X86_64) continue;
            long offset = wide ? Long.reverseBytes(file.s64(at + 8)) : big(file, at + 8);
            long size = wide ? Long.reverseBytes(file.s64(at + 16)) : big(file, at + 12);
            return file.bytes(offset, size);
        }
        throw new FormatException("none of its " + count + " parts is for x86-64");
    }

    private static long big(CheckedFile file, long at) throws FormatException {
        return Integer.reverseBytes(file.s32(at)) & 0xFFFF_FFFFL;
    }

    static List<Section> sections(byte[] bytes) throws FormatException {
        return new MachOReader(bytes).read();
    }

    private List<Section> read() throws FormatException {
        if (file.s32(0) != MAGIC || file.s32(4) != CPU_X86_64) throw new FormatException("it is not for x86-64");
        readCommands();
        for (long h : headers) sections.add(section(h));
        readLabels();
        for (int i = 0; i < sections.size(); i++) readReferences(headers.get(i), sections.get(i));
        return sections;
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

    private Section section(long h) throws FormatException {
        int flags = file.s32(h + 64);
        int type = flags & TYPE;
        boolean zero = type == ZEROFILL || type == THREAD_ZEROFILL || type == GB_ZEROFILL;
        long size = file.s64(h + 40);
        byte[] bytes = zero ? new byte[0] : file.bytes(file.u32(h + 48), size);
        return new Section(name(h), file.s64(h + 32), (flags & INSTRUCTIONS) != 0 && !zero, size, bytes);
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
            Section section = sections.get(number - 1);
            long offset = file.s64(at + 8) - section.address();
            String name = symbolName(i);
            if (offset >= 0 && offset <= section.size() && !name.isEmpty())
                section.labels().add(new Label(offset, name, 0, (type & EXTERNAL) != 0));
        }
    }

    private void readReferences(long h, Section section) throws FormatException {
        long at = file.u32(h + 56);
        long entries = file.u32(h + 60);
        file.range(at, entries * 8);
        boolean paired = false;
        for (long i = 0; i < entries; i++, at += 8) {
            long offset = file.u32(at);
            int info = file.s32(at + 4);
            int type = info >>> 28;
            int number = info & 0xFFFFFF;
            int logarithm = info >>> 25 & 3;
            boolean external = (info >>> 27 & 1) != 0;
            String name = external ? symbolName(number) : sectionName(number);
            long addend = type == SUBTRACTOR ? 0 : addend(section, offset, logarithm);
            // Without a symbol, addresses count from 0, and distances from the field's end.
            if (!external && type != SUBTRACTOR && number > 0 && number <= sections.size()) {
                addend -= sections.get(number - 1).address();
                if (type != UNSIGNED) addend += section.address() + offset + 4;
            }
            String what = type < NAMES.length ? NAMES[type] : "type " + type;
            String text = what + ' ' + name + CheckedFile.addend(addend);
            file.take(text.length());
            RelocationKind kind = paired || type == SUBTRACTOR ? null : kind(type, logarithm);
            paired = type == SUBTRACTOR;
            if (type != UNSIGNED) addend -= 4;
            int place = external || number > sections.size() ? -1 : number - 1;
            section.references().add(new Reference(offset, kind, name, place, addend, text));
        }
    }

    private static RelocationKind kind(int type, int logarithm) {
        return switch (type) {
            case UNSIGNED -> logarithm == 3 ? RelocationKind.ABS64 : logarithm == 2 ? RelocationKind.ABS32 : null;
            case 1, 2, 6, 7, 8 -> logarithm == 2 ? RelocationKind.PC32 : null;
            case 3, 4 -> logarithm == 2 ? RelocationKind.GOTPCREL : null;
            case 9 -> logarithm == 2 ? RelocationKind.TLVP : null;
            default -> null;
        };
    }

    private String sectionName(int number) throws FormatException {
        return number > 0 && number <= headers.size() ? name(headers.get(number - 1)) : "?";
    }

    /** What stands in the field, which is added. */
    private static long addend(Section section, long offset, int logarithm) {
        int size = 1 << logarithm;
        byte[] bytes = section.bytes();
        if (size < 4 || offset + size > bytes.length) return 0;
        long value = 0;
        for (int i = size - 1; i >= 0; i--) value = value << 8 | bytes[(int) offset + i] & 0xFF;
        return size == 4 ? (int) value : value;
    }
}
