package dev.kiln.object;

import dev.kiln.asm.RelocationKind;
import dev.kiln.object.ObjectReader.FormatException;
import dev.kiln.object.ObjectReader.Label;
import dev.kiln.object.ObjectReader.Reference;
import dev.kiln.object.ObjectReader.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads COFF objects, those of {@code /bigobj} too, and PE executables (Microsoft's PE/COFF specification), trusting nothing in them. */
final class CoffReader {
    private static final int SECTION_HEADER = 40, RELOCATION = 10, SHORT_NAME = 8, REL32 = 4;
    private static final int CODE = 0x20, UNINITIALIZED = 0x80, EXECUTE = 0x2000_0000;
    private static final int RELOCATION_OVERFLOW = 0x0100_0000, MOST_RELOCATIONS = 0xFFFF;
    private static final int EXTERNAL = 2, STATIC = 3, LABEL = 6;

    /** Section 5.2.1 of the specification. */
    private static final String[] NAMES = {
        "ABSOLUTE",
        "ADDR64",
        "ADDR32",
        "ADDR32NB",
        "REL32",
        "REL32_1",
        "REL32_2",
        "REL32_3",
        "REL32_4",
        "REL32_5",
        "SECTION",
        "SECREL",
        "SECREL7",
        "TOKEN",
        "SREL32",
        "PAIR",
        "SSPAN32"
    };

    private final CheckedFile file;
    private final long header;
    private final boolean image;
    /** Whether it is of the format of {@code /bigobj}, whose sections are numbered with 32 bits. */
    private final boolean big;

    private final int count;
    private final long headers;
    private final long symbols;
    private final long symbolCount;
    private final int symbolSize;
    private final long strings;
    private final String[] symbolNames;
    private final List<Section> sections = new ArrayList<>();
    private final RelocationKind[] kinds = new RelocationKind[NAMES.length];

    private CoffReader(byte[] bytes) throws FormatException {
        file = new CheckedFile(bytes);
        image = bytes[0] == 'M';
        big = isBig(bytes);
        header = image ? peHeader(file) : 0;
        if (file.u16(header + (big ? 6 : 0)) != CoffWriter.MACHINE_AMD64)
            throw new FormatException("it is not for x86-64");
        long number = big ? file.u32(44) : file.u16(header + 2);
        headers = big ? CoffWriter.BIG_HEADER : header + CoffWriter.HEADER + file.u16(header + 16);
        file.range(headers, number * SECTION_HEADER);
        count = (int) number;
        symbols = file.u32(big ? 48 : header + 8);
        symbolCount = symbols == 0 ? 0 : file.u32(big ? 52 : header + 12);
        symbolSize = big ? CoffWriter.BIG_SYMBOL : CoffWriter.SYMBOL;
        file.range(symbols, symbolCount * symbolSize);
        strings = symbols + symbolCount * symbolSize;
        symbolNames = new String[(int) symbolCount];
        for (RelocationKind kind : RelocationKind.values()) {
            if (!ObjectFormat.COFF.expresses(kind)) continue;
            int type = CoffWriter.type(kind);
            if (kinds[type] == null) kinds[type] = kind;
        }
        for (int i = 1; i <= 5; i++) kinds[REL32 + i] = kinds[REL32];
    }

    /** The place of the COFF header in an executable: where the word at 0x3C says, behind a signature. */
    private static long peHeader(CheckedFile file) throws FormatException {
        long at = file.u32(0x3C);
        if (file.s32(at) != 0x4550) throw new FormatException("it is no program for Windows of 64 bits");
        return at + 4;
    }

    private static boolean isBig(byte[] bytes) {
        return bytes.length >= CoffWriter.BIG_HEADER
                && (bytes[0] | bytes[1]) == 0
                && (bytes[2] & bytes[3]) == -1
                && Arrays.equals(bytes, 12, 28, CoffWriter.BIG_CLASS, 0, 16);
    }

    /** Whether bytes begin like an executable, or like an object: that has no signature, so its header must make sense. */
    static boolean isCoff(byte[] bytes) {
        if (bytes.length < CoffWriter.HEADER) return false;
        boolean program = bytes[0] == 'M' && bytes[1] == 'Z';
        int machine = bytes[0] & 0xFF | (bytes[1] & 0xFF) << 8;
        if (isBig(bytes)) return true;
        if (!program && machine != CoffWriter.MACHINE_AMD64) return false;
        try {
            if (program) peHeader(new CheckedFile(bytes));
            else new CoffReader(bytes);
            return true;
        } catch (FormatException e) {
            return false;
        }
    }

    static List<Section> sections(byte[] bytes) throws FormatException {
        return new CoffReader(bytes).read();
    }

    private List<Section> read() throws FormatException {
        int optional = CoffWriter.HEADER;
        long base = image && file.u16(header + optional) == 0x20B ? file.s64(header + optional + 24) : 0;
        for (int i = 0; i < count; i++) {
            long h = headers + (long) i * SECTION_HEADER;
            int flags = file.s32(h + 36);
            boolean zero = (flags & UNINITIALIZED) != 0;
            long size = file.u32(h + 16);
            long inMemory = file.u32(h + 8);
            // An image's section is padded in the file.
            if (image && inMemory != 0) size = Math.min(size, inMemory);
            byte[] bytes = zero ? new byte[0] : file.bytes(file.u32(h + 20), size);
            boolean code = (flags & (CODE | EXECUTE)) != 0 && !zero;
            sections.add(new Section(sectionName(h), base + file.u32(h + 12), code, size, bytes));
        }
        for (int i = 0; i < count && !image; i++) readReferences(headers + (long) i * SECTION_HEADER, sections.get(i));
        readLabels();
        return sections;
    }

    private String sectionName(long at) throws FormatException {
        String name = file.string(at, at + SHORT_NAME);
        if (!name.startsWith("/")) return name;
        if (name.startsWith("//"))
            return longName(name, 2, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
        return longName(name, 1, "0123456789");
    }

    /** The name whose place among the strings a section's name says in digits. */
    private String longName(String name, int from, String digits) throws FormatException {
        long offset = 0;
        for (int i = from; i < name.length(); i++) {
            int digit = digits.indexOf(name.charAt(i));
            if (digit < 0) return name;
            offset = offset * digits.length() + digit;
        }
        return name.length() == from ? name : string(offset);
    }

    /** A string of the table behind the symbols. */
    private String string(long offset) throws FormatException {
        return symbols == 0 ? "?" : file.string(strings + offset, file.size());
    }

    private String symbolName(long number) throws FormatException {
        if (number >= symbolCount) return "?";
        int i = (int) number;
        if (symbolNames[i] == null) {
            long at = symbols + number * symbolSize;
            symbolNames[i] = file.s32(at) == 0 ? string(file.u32(at + 4)) : file.string(at, at + SHORT_NAME);
        }
        return symbolNames[i];
    }

    /** The number of the section that a symbol is in, from 1; 0 or less for none. */
    private int sectionOf(long symbol) throws FormatException {
        int number = big ? file.s32(symbol + 12) : (short) file.u16(symbol + 12);
        // Of 16 bits, those up to 0xFEFF are sections.
        if (!big && number < 0 && (number & 0xFFFF) <= CoffWriter.MOST_SECTIONS) number &= 0xFFFF;
        return number <= count ? number : 0;
    }

    private void readLabels() throws FormatException {
        for (long i = 0; i < symbolCount; i++) {
            long at = symbols + i * symbolSize;
            int storage = file.u8(at + symbolSize - 2);
            int auxiliary = file.u8(at + symbolSize - 1);
            int number = sectionOf(at);
            boolean named = storage == EXTERNAL || storage == LABEL || storage == STATIC && auxiliary == 0;
            long offset = file.u32(at + 8);
            if (named && number > 0 && offset <= sections.get(number - 1).size())
                sections.get(number - 1).labels().add(new Label(offset, symbolName(i), 0, storage == EXTERNAL));
            i += auxiliary;
        }
    }

    private void readReferences(long header, Section section) throws FormatException {
        long at = file.u32(header + 24);
        long entries = file.u16(header + 32);
        if ((file.s32(header + 36) & RELOCATION_OVERFLOW) != 0 && entries == MOST_RELOCATIONS) {
            entries = Math.max(0, file.u32(at) - 1);
            at += RELOCATION;
        }
        file.range(at, entries * RELOCATION);
        for (long i = 0; i < entries; i++, at += RELOCATION) {
            long offset = file.u32(at);
            int type = file.u16(at + 8);
            long symbol = file.u32(at + 4);
            String name = symbolName(symbol);
            long addend = addend(section, offset, type);
            String what = type < NAMES.length ? NAMES[type] : "type " + type;
            String text = what + ' ' + name + CheckedFile.addend(addend);
            file.take(text.length());
            RelocationKind kind = type < NAMES.length ? kinds[type] : null;
            // The distance counts from the field's end, and from so many bytes behind it.
            if (type >= REL32 && type <= REL32 + 5) addend -= 4 + type - REL32;
            section.references().add(new Reference(offset, kind, name, sectionNamed(symbol), addend, text));
        }
    }

    /** The place of the section that a symbol stands for; −1 when it stands for itself. */
    private int sectionNamed(long symbol) throws FormatException {
        if (symbol >= symbolCount) return -1;
        long at = symbols + symbol * symbolSize;
        boolean section = file.u8(at + symbolSize - 2) == STATIC && file.u8(at + symbolSize - 1) > 0;
        return section && file.u32(at + 8) == 0 && sectionOf(at) > 0 ? sectionOf(at) - 1 : -1;
    }

    /** What stands in the field, which is added. */
    private static long addend(Section section, long offset, int type) {
        int size = type == 1 ? 8 : 4;
        byte[] bytes = section.bytes();
        if (type == 0 || type == 10 || offset + size > bytes.length) return 0;
        long value = 0;
        for (int i = size - 1; i >= 0; i--) value = value << 8 | bytes[(int) offset + i] & 0xFF;
        return size == 4 ? (int) value : value;
    }
}
