package dev.kiln.object;

import dev.kiln.asm.RelocationKind;
import dev.kiln.object.ObjectReader.FormatException;
import dev.kiln.object.ObjectReader.Label;
import dev.kiln.object.ObjectReader.Reference;
import dev.kiln.object.ObjectReader.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads the sections and symbols of an ELF64 file for x86-64, trusting nothing in it. */
final class ElfReader {
    private static final int SECTION_HEADER = 64, SYMBOL = 24, RELOCATION = 24;
    private static final int NULL = 0, SYMTAB = 2, STRTAB = 3, RELA = 4, NOBITS = 8, DYNSYM = 11, GROUP = 17;
    private static final int SYMTAB_SHNDX = 18, EXECINSTR = 4, RESERVED = 0xFF00, EXTENDED = 0xFFFF;
    private static final int SECTION_SYMBOL = 3, FILE_SYMBOL = 4;

    private final CheckedFile file;
    private final int count;
    private final long headers;
    private final int names;
    private final List<Section> sections = new ArrayList<>();
    /** For each section header its place in {@link #sections}, or −1. */
    private final int[] places;

    private int numbersOf;
    private long numbers;
    private long numbersCount;

    private final RelocationKind[] kinds = new RelocationKind[NAMES.length];

    /** Relocation types of the AMD64 supplement, table 4.9, without their common beginning. */
    private static final String[] NAMES = {
        "NONE",
        "64",
        "PC32",
        "GOT32",
        "PLT32",
        "COPY",
        "GLOB_DAT",
        "JUMP_SLOT",
        "RELATIVE",
        "GOTPCREL",
        "32",
        "32S",
        "16",
        "PC16",
        "8",
        "PC8",
        "DTPMOD64",
        "DTPOFF64",
        "TPOFF64",
        "TLSGD",
        "TLSLD",
        "DTPOFF32",
        "GOTTPOFF",
        "TPOFF32",
        "PC64",
        "GOTOFF64",
        "GOTPC32",
        "GOT64",
        "GOTPCREL64",
        "GOTPC64",
        "GOTPLT64",
        "PLTOFF64",
        "SIZE32",
        "SIZE64",
        "GOTPC32_TLSDESC",
        "TLSDESC_CALL",
        "TLSDESC",
        "IRELATIVE",
        "RELATIVE64",
        null,
        null,
        "GOTPCRELX",
        "REX_GOTPCRELX",
        "CODE_4_GOTPCRELX",
        "CODE_4_GOTTPOFF",
        "CODE_4_GOTPC32_TLSDESC",
        "CODE_5_GOTPCRELX",
        "CODE_5_GOTTPOFF",
        "CODE_5_GOTPC32_TLSDESC",
        "CODE_6_GOTPCRELX",
        "CODE_6_GOTTPOFF",
        "CODE_6_GOTPC32_TLSDESC"
    };

    private ElfReader(byte[] bytes) throws FormatException {
        file = new CheckedFile(bytes);
        if (bytes.length < 64) throw new FormatException("the file is too short");
        if (bytes[4] != 2 || bytes[5] != 1 || file.u16(18) != 62) throw new FormatException("it is not for x86-64");
        headers = file.s64(40);
        // Numbers that 16 bits cannot hold stand in the first section's header.
        long number = file.u16(60);
        if (number == 0 && headers != 0) number = file.s64(headers + 32);
        if (number != 0 && file.u16(58) != SECTION_HEADER)
            throw new FormatException("its section headers have an unknown size");
        if (number < 0 || number > bytes.length / SECTION_HEADER)
            throw new FormatException("it is damaged: it has more sections than room");
        count = (int) number;
        file.range(headers, (long) count * SECTION_HEADER);
        names = file.u16(62) == EXTENDED ? file.s32(headers + 40) : file.u16(62);
        if (count > 0 && (names < 0 || names >= count)) throw new FormatException("its section names are missing");
        places = new int[count];
        Arrays.fill(places, -1);
        for (RelocationKind kind : RelocationKind.values())
            if (ObjectFormat.ELF64.expresses(kind)) kinds[ElfWriter.type(kind)] = kind;
    }

    /** Whether bytes begin like an ELF file. */
    static boolean isElf(byte[] bytes) {
        return bytes.length >= 4 && bytes[0] == 0x7F && bytes[1] == 'E' && bytes[2] == 'L' && bytes[3] == 'F';
    }

    /** The sections that hold what programs see, or debuggers; in file order. */
    static List<Section> sections(byte[] bytes) throws FormatException {
        return new ElfReader(bytes).read();
    }

    private List<Section> read() throws FormatException {
        for (int i = 1; i < count; i++) {
            long at = header(i);
            int type = file.s32(at + 4);
            boolean own = type == NULL || type == SYMTAB || type == STRTAB || type == RELA || type == SYMTAB_SHNDX;
            if (own || type == GROUP) continue;
            long size = file.s64(at + 32);
            byte[] bytes = type == NOBITS ? new byte[0] : file.bytes(file.s64(at + 24), size);
            boolean code = (file.s64(at + 8) & EXECINSTR) != 0 && type != NOBITS;
            places[i] = sections.size();
            sections.add(new Section(sectionName(i), file.s64(at + 16), code, size, bytes));
        }
        for (int i = 1; i < count; i++) {
            switch (file.s32(header(i) + 4)) {
                case SYMTAB, DYNSYM -> readLabels(i);
                case RELA -> {
                    int target = file.s32(header(i) + 44);
                    if (target > 0 && target < count && places[target] >= 0)
                        readReferences(i, sections.get(places[target]));
                }
                default -> {}
            }
        }
        return sections;
    }

    private long header(int section) {
        return headers + (long) section * SECTION_HEADER;
    }

    /** Where a table begins, which has as many whole entries as its header says. */
    private long table(int section) throws FormatException {
        long at = file.s64(header(section) + 24);
        file.range(at, file.s64(header(section) + 32));
        return at;
    }

    private String sectionName(int section) throws FormatException {
        return string(names, file.s32(header(section)));
    }

    private String string(int table, int offset) throws FormatException {
        if (table <= 0 || table >= count) return "";
        long start = table(table);
        long size = file.s64(header(table) + 32);
        return offset < 0 || offset > size ? "" : file.string(start + offset, start + size);
    }

    /** The section that a symbol is in; 0 for none. */
    private int sectionOf(int table, int number, long symbol) throws FormatException {
        int section = file.u16(symbol + 6);
        if (section != EXTENDED) return section >= RESERVED || section >= count ? 0 : section;
        if (numbersOf != table) findNumbers(table);
        section = number < numbersCount ? file.s32(numbers + 4L * number) : 0;
        return section < 0 || section >= count ? 0 : section;
    }

    /** Finds the numbers of the sections of a table's symbols, which stand apart when 16 bits cannot hold them. */
    private void findNumbers(int table) throws FormatException {
        numbersOf = table;
        numbersCount = 0;
        for (int i = 1; i < count && numbersCount == 0; i++) {
            if (file.s32(header(i) + 4) != SYMTAB_SHNDX || file.s32(header(i) + 40) != table) continue;
            numbers = table(i);
            numbersCount = file.s64(header(i) + 32) / 4;
        }
    }

    private void readLabels(int table) throws FormatException {
        boolean relocatable = file.u16(16) == 1;
        long at = table(table);
        long entries = file.s64(header(table) + 32) / SYMBOL;
        for (int n = 1; n < entries; n++) {
            long symbol = at + (long) n * SYMBOL;
            int kind = file.u8(symbol + 4) & 15;
            int place = places[sectionOf(table, n, symbol)];
            if (place < 0 || kind == SECTION_SYMBOL || kind == FILE_SYMBOL) continue;
            Section section = sections.get(place);
            long offset = file.s64(symbol + 8) - (relocatable ? 0 : section.address());
            if (offset < 0 || offset > section.size()) continue;
            String name = string(file.s32(header(table) + 40), file.s32(symbol));
            boolean global = (file.u8(symbol + 4) >> 4) != 0;
            if (!name.isEmpty()) section.labels().add(new Label(offset, name, file.s64(symbol + 16), global));
        }
    }

    private void readReferences(int table, Section section) throws FormatException {
        long at = table(table);
        long entries = file.s64(header(table) + 32) / RELOCATION;
        int symbols = file.s32(header(table) + 40);
        for (long n = 0; n < entries; n++) {
            long entry = at + n * RELOCATION;
            int type = file.s32(entry + 8);
            int number = file.s32(entry + 12);
            long addend = file.s64(entry + 16);
            boolean known = type >= 0 && type < NAMES.length && NAMES[type] != null;
            int target = targetSection(symbols, number);
            String name = target > 0 ? sectionName(target) : symbolName(symbols, number);
            String text = (known ? NAMES[type] : "type " + type)
                    + ' '
                    + (name.isEmpty() ? "*ABS*" : name)
                    + CheckedFile.addend(addend);
            file.take(text.length());
            int place = target > 0 ? places[target] : -1;
            section.references()
                    .add(new Reference(file.s64(entry), known ? kinds[type] : null, name, place, addend, text));
        }
    }

    /** The place of a symbol in its table; −1 when there is none of this number. */
    private long symbol(int table, int number) throws FormatException {
        if (table <= 0 || table >= count || number < 0) return -1;
        long start = table(table);
        return number < file.s64(header(table) + 32) / SYMBOL ? start + (long) number * SYMBOL : -1;
    }

    /** The section that a symbol stands for; 0 when it stands for itself. */
    private int targetSection(int table, int number) throws FormatException {
        long symbol = symbol(table, number);
        return symbol >= 0 && (file.u8(symbol + 4) & 15) == SECTION_SYMBOL ? sectionOf(table, number, symbol) : 0;
    }

    private String symbolName(int table, int number) throws FormatException {
        long symbol = symbol(table, number);
        return symbol < 0 ? "?" : string(file.s32(header(table) + 40), file.s32(symbol));
    }
}
