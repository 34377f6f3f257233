package dev.kiln.object;

import dev.kiln.object.ObjectReader.CodeSection;
import dev.kiln.object.ObjectReader.FormatException;
import dev.kiln.object.ObjectReader.Label;
import dev.kiln.object.ObjectReader.Reference;
import java.util.ArrayList;
import java.util.List;

/** Reads the code and symbols of an ELF64 file for x86-64, trusting nothing in it. */
final class ElfReader {
    private static final int SECTION_HEADER = 64, SYMBOL = 24, RELOCATION = 24;
    private static final int SYMTAB = 2, RELA = 4, NOBITS = 8, DYNSYM = 11;
    private static final int EXECINSTR = 4;

    private final CheckedFile file;
    private final int count;
    private final long headers;
    private final int names;

    private ElfReader(byte[] bytes) throws FormatException {
        file = new CheckedFile(bytes);
        if (bytes.length < 64) {
            throw new FormatException("the file is too short");
        }
        if (bytes[4] != 2 || bytes[5] != 1 || file.u16(18) != 62) {
            throw new FormatException("it is not for x86-64");
        }
        headers = file.s64(40);
        count = file.u16(60);
        names = file.u16(62);
        if (file.u16(58) != SECTION_HEADER && count > 0) {
            throw new FormatException("its section headers have an unknown size");
        }
        range(headers, (long) count * SECTION_HEADER);
        if (names >= count && count > 0) {
            throw new FormatException("its section names are missing");
        }
    }

    /** Whether bytes begin like an ELF file. */
    static boolean isElf(byte[] bytes) {
        return bytes.length >= 4 && bytes[0] == 0x7F && bytes[1] == 'E' && bytes[2] == 'L' && bytes[3] == 'F';
    }

    /** The sections that hold code, in file order. */
    static List<CodeSection> codeSections(byte[] bytes) throws FormatException {
        return new ElfReader(bytes).read();
    }

    private List<CodeSection> read() throws FormatException {
        List<CodeSection> made = new ArrayList<>();
        CodeSection[] byNumber = new CodeSection[count];
        for (int i = 1; i < count; i++) {
            int at = header(i);
            if ((file.s64(at + 8) & EXECINSTR) == 0 || file.s32(at + 4) == NOBITS) {
                continue;
            }
            byte[] bytes = file.bytes(file.s64(at + 24), file.s64(at + 32));
            byNumber[i] =
                    new CodeSection(sectionName(i), file.s64(at + 16), bytes, new ArrayList<>(), new ArrayList<>());
            made.add(byNumber[i]);
        }
        for (int i = 1; i < count; i++) {
            switch (file.s32(header(i) + 4)) {
                case SYMTAB, DYNSYM -> readLabels(i, byNumber);
                case RELA -> {
                    int target = file.s32(header(i) + 44);
                    if (target > 0 && target < count && byNumber[target] != null) {
                        readReferences(i, byNumber[target]);
                    }
                }
                default -> {}
            }
        }
        return made;
    }

    private int header(int section) {
        return (int) headers + section * SECTION_HEADER;
    }

    /** Checks that a range lies in the file; its length. */
    private int range(long offset, long size) throws FormatException {
        file.range(offset, size);
        return (int) size;
    }

    private String sectionName(int section) throws FormatException {
        return string(names, file.s32(header(section)));
    }

    private String string(int table, int offset) throws FormatException {
        if (table <= 0 || table >= count) {
            return "";
        }
        long start = file.s64(header(table) + 24);
        long size = file.s64(header(table) + 32);
        range(start, size);
        if (offset < 0 || offset > size) {
            return "";
        }
        return file.string(start + offset, start + size);
    }

    private void readLabels(int table, CodeSection[] sections) throws FormatException {
        boolean relocatable = file.u16(16) == 1;
        int at = (int) file.s64(header(table) + 24);
        int entries = range(file.s64(header(table) + 24), file.s64(header(table) + 32)) / SYMBOL;
        for (int n = 1; n < entries; n++) {
            int symbol = at + n * SYMBOL;
            int kind = file.u8(symbol + 4) & 15;
            int number = file.u16(symbol + 6);
            CodeSection section = number < sections.length ? sections[number] : null;
            if (section == null || kind > 2) {
                continue;
            }
            long offset = file.s64(symbol + 8) - (relocatable ? 0 : section.address());
            if (offset >= 0 && offset <= section.bytes().length) {
                String name = string(file.s32(header(table) + 40), file.s32(symbol));
                if (!name.isEmpty()) {
                    section.labels().add(new Label(offset, name));
                }
            }
        }
    }

    private void readReferences(int table, CodeSection section) throws FormatException {
        int at = (int) file.s64(header(table) + 24);
        int entries = range(file.s64(header(table) + 24), file.s64(header(table) + 32)) / RELOCATION;
        int symbols = file.s32(header(table) + 40);
        for (int n = 0; n < entries; n++) {
            int entry = at + n * RELOCATION;
            long addend = file.s64(entry + 16);
            String name = symbolName(symbols, (int) (file.s64(entry + 8) >>> 32));
            String text = typeName(file.s32(entry + 8)) + name + CheckedFile.addend(addend);
            file.take(text.length());
            section.references().add(new Reference(file.s64(entry), text));
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
        long start = file.s64(header(table) + 24);
        int entries = range(start, file.s64(header(table) + 32)) / SYMBOL;
        if (number < 0 || number >= entries) {
            return "?";
        }
        int symbol = (int) start + number * SYMBOL;
        if ((file.u8(symbol + 4) & 15) == 3) {
            int section = file.u16(symbol + 6);
            return section < count ? sectionName(section) : "?";
        }
        return string(file.s32(header(table) + 40), file.s32(symbol));
    }
}
