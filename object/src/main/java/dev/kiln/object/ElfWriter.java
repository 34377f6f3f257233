package dev.kiln.object;

import dev.kiln.asm.AssembledFile.Binding;
import dev.kiln.asm.AssembledFile.Kind;
import dev.kiln.asm.RelocationKind;
import dev.kiln.object.ObjectFile.Relocation;
import dev.kiln.object.ObjectFile.Section;
import dev.kiln.object.ObjectFile.Symbol;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes an object as a relocatable ELF64 file for x86-64 (System V ABI, generic part, chapter 4; AMD64 supplement, chapter 4). Order:
 * header, contents of the sections, relocations, symbol table, strings, section headers.
 */
public final class ElfWriter {
    private static final int HEADER = 64, SECTION_HEADER = 64, SYMBOL = 24, RELOCATION = 24;
    private static final int PROGBITS = 1, SYMTAB = 2, STRTAB = 3, RELA = 4, NOBITS = 8, SYMTAB_SHNDX = 18;
    private static final int INIT_ARRAY = 14, FINI_ARRAY = 15, PREINIT_ARRAY = 16;
    private static final int WRITE = 1, ALLOC = 2, EXECINSTR = 4, INFO_LINK = 0x40, TLS = 0x400;
    private static final int COMMON_INDEX = 0xFFF2, ABSOLUTE_INDEX = 0xFFF1;

    /** From this number of a section on, 16 bits are not enough: the true number stands elsewhere (generic part, chapter 4). */
    private static final int RESERVED = 0xFF00;

    private static final int EXTENDED = 0xFFFF;

    private final ObjectFile file;
    private final StringTable sectionNames = new StringTable(1);
    private final StringTable symbolNames = new StringTable(1);
    private final List<ByteBuffer> headers = new ArrayList<>();
    private int[] symbolNumbers;
    private int locals;

    /** The sections of the symbols, by number, when one of them does not fit in 16 bits; else {@code null}. */
    private ByteBuffer sectionNumbers;

    private ElfWriter(ObjectFile file) {
        this.file = file;
    }

    /** Writes the file. */
    public static void write(ObjectFile file, OutputStream out) throws IOException {
        new ElfWriter(file).run(out);
    }

    private void run(OutputStream out) throws IOException {
        int sections = file.sections().size();
        int relocated = 0;
        for (Section section : file.sections()) {
            relocated += section.relocations().isEmpty() ? 0 : 1;
        }
        // 0, sections, .note.GNU-stack, relocations, .symtab, .strtab, perhaps .symtab_shndx, .shstrtab
        int symtabIndex = 1 + sections + 1 + relocated;
        byte[] symbolTable = symbolTable();
        int count = symtabIndex + (sectionNumbers == null ? 3 : 4);

        header(0, 0, 0, 0, count < RESERVED ? 0 : count, count - 1 < RESERVED ? 0 : count - 1, 0, 0, 0);
        CountingOutput body = new CountingOutput(out);
        long dataStart = HEADER;
        long at = dataStart;
        long[] offsets = new long[sections];
        for (int i = 0; i < sections; i++) {
            Section section = file.sections().get(i);
            at = roundUp(at, section.align());
            offsets[i] = at;
            int flags = (section.kind().write() ? WRITE : 0)
                    | (section.kind().allocate() ? ALLOC : 0)
                    | (section.kind().execute() ? EXECINSTR : 0)
                    | (section.kind().thread() ? TLS : 0)
                    | (int) section.header().flags();
            int type = section.header().type();
            if (type == 0) type = section.kind().zero() ? NOBITS : contentsType(section.name());
            header(
                    sectionNames.add(section.name()),
                    type,
                    flags,
                    at,
                    section.size(),
                    0,
                    0,
                    section.align(),
                    section.header().entrySize());
            at += section.kind().zero() ? 0 : section.size();
        }
        // Says that the program needs no executable stack.
        header(sectionNames.add(".note.GNU-stack"), PROGBITS, 0, at, 0, 0, 0, 1, 0);
        at = roundUp(at, 8);
        long relocationStart = at;
        for (int i = 0; i < sections; i++) {
            Section section = file.sections().get(i);
            long size = (long) RELOCATION * section.relocations().size();
            if (size > 0) {
                int name = sectionNames.add(".rela" + section.name());
                header(name, RELA, INFO_LINK, at, size, symtabIndex, 1 + i, 8, RELOCATION);
                at += size;
            }
        }
        long symtabStart = at;
        header(sectionNames.add(".symtab"), SYMTAB, 0, at, symbolTable.length, symtabIndex + 1, locals, 8, SYMBOL);
        at += symbolTable.length;
        byte[] names = symbolNames.bytes();
        header(sectionNames.add(".strtab"), STRTAB, 0, at, names.length, 0, 0, 1, 0);
        at += names.length;
        if (sectionNumbers != null) {
            int name = sectionNames.add(".symtab_shndx");
            header(name, SYMTAB_SHNDX, 0, at, sectionNumbers.capacity(), symtabIndex, 0, 4, 4);
            at += sectionNumbers.capacity();
        }
        int nameOfNames = sectionNames.add(".shstrtab");
        byte[] sectionStrings = sectionNames.bytes();
        header(nameOfNames, STRTAB, 0, at, sectionStrings.length, 0, 0, 1, 0);
        at += sectionStrings.length;
        long headersStart = roundUp(at, 8);

        body.write(fileHeader(headersStart));
        for (int i = 0; i < sections; i++) {
            Section section = file.sections().get(i);
            body.pad(offsets[i]);
            if (!section.kind().zero()) {
                body.write(section.bytes());
            }
        }
        body.pad(relocationStart);
        for (Section section : file.sections()) {
            if (!section.relocations().isEmpty()) {
                body.write(relocations(section));
            }
        }
        body.pad(symtabStart);
        body.write(symbolTable);
        body.write(names);
        if (sectionNumbers != null) {
            body.write(sectionNumbers.array());
        }
        body.write(sectionStrings);
        body.pad(headersStart);
        for (ByteBuffer header : headers) {
            body.write(header.array());
        }
    }

    /** Arrays of functions to call at start and end have types of their own, or linkers do not gather them. */
    private static int contentsType(String name) {
        if (name.equals(".init_array") || name.startsWith(".init_array.")) {
            return INIT_ARRAY;
        }
        if (name.equals(".fini_array") || name.startsWith(".fini_array.")) {
            return FINI_ARRAY;
        }
        return name.equals(".preinit_array") ? PREINIT_ARRAY : PROGBITS;
    }

    private byte[] fileHeader(long headersStart) {
        ByteBuffer b = buffer(HEADER);
        b.put(new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1})
                .putShort((short) file.osAbi())
                .position(16);
        b.putShort((short) 1); // ET_REL
        b.putShort((short) 62); // EM_X86_64
        b.putInt(1);
        b.putLong(0).putLong(0).putLong(headersStart);
        b.putInt(0);
        b.putShort((short) HEADER).putShort((short) 0).putShort((short) 0).putShort((short) SECTION_HEADER);
        int count = headers.size();
        b.putShort((short) (count < RESERVED ? count : 0));
        b.putShort((short) (count - 1 < RESERVED ? count - 1 : EXTENDED));
        return b.array();
    }

    private void header(
            int name, int type, long flags, long offset, long size, int link, int info, long align, long entry) {
        ByteBuffer b = buffer(SECTION_HEADER);
        b.putInt(name).putInt(type).putLong(flags).putLong(0).putLong(offset).putLong(size);
        b.putInt(link).putInt(info).putLong(align).putLong(entry);
        headers.add(b);
    }

    /** Local symbols first, as the format asks for: the file, the sections, then the program's own. */
    private byte[] symbolTable() {
        List<Symbol> symbols = file.symbols();
        int sections = file.sections().size();
        symbolNumbers = new int[symbols.size()];
        int count = 2 + sections + symbols.size();
        ByteBuffer b = buffer(SYMBOL * count);
        b.position(SYMBOL);
        if (sections >= RESERVED) {
            sectionNumbers = buffer(4 * count);
        }
        symbol(b, symbolNames.add(file.sourceName()), 4, 0, ABSOLUTE_INDEX, 0, 0);
        for (int i = 0; i < sections; i++) {
            symbol(b, 0, 3, 0, sectionNumber(b, 1 + i), 0, 0);
        }
        for (int pass = 0; pass < 2; pass++) {
            for (int i = 0; i < symbols.size(); i++) {
                Symbol symbol = symbols.get(i);
                if ((symbol.binding() == Binding.LOCAL) == (pass == 0)) {
                    symbolNumbers[i] = b.position() / SYMBOL;
                    put(b, symbol);
                }
            }
            if (pass == 0) {
                locals = b.position() / SYMBOL;
            }
        }
        return b.array();
    }

    private void put(ByteBuffer b, Symbol symbol) {
        int type = switch (symbol.kind()) {
            case UNKNOWN -> 0;
            case DATA, COMMON -> 1;
            case FUNCTION -> 2;
            case THREAD_DATA -> 6;
        };
        int binding = switch (symbol.binding()) {
            case LOCAL -> 0;
            case GLOBAL -> 1;
            case WEAK -> 2;
        };
        int visibility = switch (symbol.visibility()) {
            case DEFAULT -> 0;
            case INTERNAL -> 1;
            case HIDDEN -> 2;
            case PROTECTED -> 3;
        };
        int section = symbol.kind() == Kind.COMMON
                ? COMMON_INDEX
                : symbol.section() == ObjectFile.ABSOLUTE ? ABSOLUTE_INDEX : sectionNumber(b, 1 + symbol.section());
        symbol(
                b,
                symbolNames.add(symbol.name()),
                binding << 4 | type,
                visibility,
                section,
                symbol.value(),
                symbol.size());
    }

    /** A section's number as the symbol about to be written holds it. */
    private int sectionNumber(ByteBuffer symbols, int section) {
        if (section < RESERVED) {
            return section;
        }
        sectionNumbers.putInt(symbols.position() / SYMBOL * 4, section);
        return EXTENDED;
    }

    private static void symbol(ByteBuffer b, int name, int info, int visibility, int section, long value, long size) {
        b.putInt(name)
                .put((byte) info)
                .put((byte) visibility)
                .putShort((short) section)
                .putLong(value)
                .putLong(size);
    }

    private byte[] relocations(Section section) {
        ByteBuffer b = buffer(RELOCATION * section.relocations().size());
        for (Relocation relocation : section.relocations()) {
            // Number 1 is the file's symbol; those of the sections follow.
            int symbol = relocation.symbol() >= 0
                    ? symbolNumbers[relocation.symbol()]
                    : relocation.section() == ObjectFile.ABSOLUTE ? 0 : 2 + relocation.section();
            b.putLong(relocation.offset());
            b.putLong((long) symbol << 32 | type(relocation.kind()));
            b.putLong(relocation.addend());
        }
        return b.array();
    }

    /** AMD64 supplement, table 4.9. */
    static int type(RelocationKind kind) {
        return switch (kind) {
            case ABS64 -> 1;
            case PC32 -> 2;
            case PLT32 -> 4;
            case GOTPCREL -> 9;
            case ABS32U -> 10;
            case ABS32 -> 11;
            case ABS16 -> 12;
            case PC16 -> 13;
            case ABS8 -> 14;
            case PC8 -> 15;
            case DTPOFF64 -> 17;
            case TPOFF64 -> 18;
            case GOTTPOFF -> 22;
            case TPOFF32 -> 23;
            case PC64 -> 24;
            case GOT32 -> 3;
            case TLSGD -> 19;
            case TLSLD -> 20;
            case DTPOFF32 -> 21;
            case GOTOFF64 -> 25;
            case GOTPC32 -> 26;
            case GOT64 -> 27;
            case GOTPCREL64 -> 28;
            case GOTPC64 -> 29;
            case PLTOFF64 -> 31;
            case SIZE32 -> 32;
            case SIZE64 -> 33;
            case GOTPCRELX -> 41;
            case REX_GOTPCRELX -> 42;
            case SECREL32, IMAGEREL32, SECTION16, TLVP ->
                throw new IllegalArgumentException(kind + " does not exist in ELF");
        };
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long roundUp(long value, long align) {
        return value + align - 1 & -align;
    }
}
