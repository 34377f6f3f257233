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
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/**
 * Writes an object as a COFF file for x86-64 (Microsoft's PE/COFF specification, sections 3 to 5). Order: header, section headers, each
 * section's contents with its relocations behind them, symbol table, strings. No time is written, so that equal objects are equal files.
 * Objects of more than 65,279 sections are written as {@code /bigobj} does, with a longer header and symbols.
 *
 * <p>Addends stand in the fields. A relocation of kind {@code REL32} counts from the field's end; what an instruction has behind the
 * field is part of the addend, so that {@code REL32_1} to {@code REL32_5}, which say the same, are not needed.
 */
public final class CoffWriter {
    /** More sections need the format of {@code /bigobj}, which numbers them with 32 bits. */
    static final int MOST_SECTIONS = 0xFEFF;

    /** The most sections of {@code /bigobj}: their headers and symbols still fit into one array each. */
    static final int MOST_BIG_SECTIONS = 1 << 24;

    static final long LARGEST_SECTION = 0xFFFF_FFFFL;

    static final int HEADER = 20, BIG_HEADER = 56, SYMBOL = 18, BIG_SYMBOL = 20, MACHINE_AMD64 = 0x8664;

    /** What tells the format of {@code /bigobj}: D1BAA1C7-BAEE-4BA9-AF20-FAF66AA4DCB8. */
    static final byte[] BIG_CLASS = HexFormat.of().parseHex("c7a1bad1eebaa94baf20faf66aa4dcb8");

    private static final int SECTION_HEADER = 40, RELOCATION = 10, SHORT_NAME = 8, BIG_VERSION = 2;
    private static final int CODE = 0x20, INITIALIZED = 0x40, UNINITIALIZED = 0x80;
    private static final int COMDAT = 0x1000, RELOCATION_OVERFLOW = 0x0100_0000, DISCARDABLE = 0x0200_0000;
    private static final int EXECUTE = 0x2000_0000, READ = 0x4000_0000, WRITE = 0x8000_0000;
    private static final int MOST_RELOCATIONS = 0xFFFF;
    private static final int EXTERNAL = 2, STATIC = 3, FILE = 103, WEAK_EXTERNAL = 105;
    private static final int UNDEFINED = 0, ABSOLUTE = -1, DEBUG = -2;
    private static final int FUNCTION = 0x20;

    /** This section is kept or left out with another one. */
    private static final int ASSOCIATIVE = 5;

    /** A weak external is looked for in libraries, too. */
    private static final int SEARCH_LIBRARY = 2;

    private final ObjectFile file;
    private final StringTable strings = new StringTable(4);
    private final byte[][] sectionNames;
    private final int[] symbolNumbers;
    private final boolean big;
    private final int symbolSize;

    private CoffWriter(ObjectFile file) {
        this.file = file;
        big = file.sections().size() > MOST_SECTIONS;
        symbolSize = big ? BIG_SYMBOL : SYMBOL;
        sectionNames = new byte[file.sections().size()][];
        symbolNumbers = new int[file.symbols().size()];
    }

    /** Writes the file. */
    public static void write(ObjectFile file, OutputStream out) throws IOException {
        new CoffWriter(file).run(new CountingOutput(out));
    }

    private void run(CountingOutput out) throws IOException {
        List<Section> sections = file.sections();
        for (int i = 0; i < sections.size(); i++) {
            sectionNames[i] = sectionName(sections.get(i).name());
        }
        byte[] symbols = symbolTable();
        int header = big ? BIG_HEADER : HEADER;
        ByteBuffer head = buffer(header + SECTION_HEADER * sections.size());
        head.position(header);
        int at = head.capacity();
        for (int i = 0; i < sections.size(); i++) {
            at = sectionHeader(head, sections.get(i), i, at);
        }
        head.position(0);
        if (big) {
            head.putInt(0xFFFF_0000)
                    .putShort((short) BIG_VERSION)
                    .putShort((short) MACHINE_AMD64)
                    .putInt(0);
            head.put(BIG_CLASS).putInt(0).putInt(0).putInt(0).putInt(0).putInt(sections.size());
        } else {
            head.putShort((short) MACHINE_AMD64)
                    .putShort((short) sections.size())
                    .putInt(0);
        }
        head.putInt(at).putInt(symbols.length / symbolSize);
        out.write(head.array());
        for (Section section : sections) {
            if (!section.kind().zero()) {
                out.write(contents(section));
                out.write(relocations(section));
            }
        }
        out.write(symbols);
        byte[] names = strings.bytes();
        buffer(names).putInt(names.length);
        out.write(names);
    }

    /** Writes a section's header; gives the position in the file behind its contents and relocations. */
    private int sectionHeader(ByteBuffer b, Section section, int number, int at) {
        boolean zero = section.kind().zero();
        int count = section.relocations().size();
        boolean overflow = count >= MOST_RELOCATIONS;
        int contents = zero ? 0 : (int) section.size();
        b.put(sectionNames[number]).putInt(0).putInt(0).putInt((int) section.size());
        b.putInt(zero ? 0 : at).putInt(zero ? 0 : at + contents).putInt(0);
        b.putShort((short) (overflow ? MOST_RELOCATIONS : count)).putShort((short) 0);
        b.putInt(characteristics(section) | (overflow ? RELOCATION_OVERFLOW : 0));
        return zero ? at : at + contents + RELOCATION * records(section);
    }

    private static int characteristics(Section section) {
        SectionKind kind = section.kind();
        int flags;
        if (kind.allocate()) {
            flags = kind.execute() ? CODE | EXECUTE : kind.zero() ? UNINITIALIZED : INITIALIZED;
            flags |= READ | (kind.write() ? WRITE : 0);
        } else {
            // What no program sees is for debuggers, unless the header says that it is for the linker.
            flags = section.header().flags() == 0 ? INITIALIZED | DISCARDABLE | READ : 0;
        }
        if (section.header().comdat() != 0) flags |= COMDAT;
        return flags | (int) section.header().flags() | Long.numberOfTrailingZeros(section.align()) + 1 << 20;
    }

    /** A name of more than eight bytes stands among the strings; the header says where, in decimal or, beyond 7 digits, in base 64. */
    private byte[] sectionName(String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        byte[] field = new byte[SHORT_NAME];
        if (utf8.length <= SHORT_NAME) {
            System.arraycopy(utf8, 0, field, 0, utf8.length);
            return field;
        }
        int offset = strings.add(name);
        boolean decimal = offset < 10_000_000;
        field[0] = '/';
        field[1] = '/';
        String digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = SHORT_NAME - 1; i >= (decimal ? 1 : 2); i--) {
            field[i] = (byte) (decimal ? '0' + offset % 10 : digits.charAt(offset % 64));
            offset /= decimal ? 10 : 64;
        }
        return field;
    }

    private static byte[] contents(Section section) {
        byte[] bytes = section.bytes().clone();
        for (Relocation r : section.relocations()) {
            // The distance of REL32 is counted from the field's end.
            boolean relative = r.kind() == RelocationKind.PC32 || r.kind() == RelocationKind.PLT32;
            DataBytes.put(
                    bytes,
                    (int) r.offset(),
                    relative ? r.addend() + 4 : r.addend(),
                    r.kind().size());
        }
        return bytes;
    }

    private byte[] relocations(Section section) {
        List<Relocation> relocations = section.relocations();
        boolean overflow = relocations.size() >= MOST_RELOCATIONS;
        ByteBuffer b = buffer(RELOCATION * records(section));
        // The true number, itself counted, where the header has no room for it.
        if (overflow) {
            b.putInt(records(section)).putInt(0).putShort((short) 0);
        }
        for (Relocation r : relocations) {
            int symbol = r.symbol() >= 0
                    ? symbolNumbers[r.symbol()]
                    : r.section() == ObjectFile.ABSOLUTE ? numberSymbol() : 2 + 2 * r.section();
            b.putInt((int) r.offset()).putInt(symbol).putShort((short) type(r.kind()));
        }
        return b.array();
    }

    /** How many records the relocations of a section take: one more where the header has no room for their number. */
    private static int records(Section section) {
        int count = section.relocations().size();
        return count >= MOST_RELOCATIONS ? count + 1 : count;
    }

    /** Section 5.2.1 of the specification. */
    static int type(RelocationKind kind) {
        return switch (kind) {
            case ABS64 -> 1;
            case ABS32, ABS32U -> 2;
            case IMAGEREL32 -> 3;
            case PC32, PLT32 -> 4;
            case SECTION16 -> 10;
            case SECREL32 -> 11;
            case ABS16,
                    ABS8,
                    PC64,
                    PC16,
                    PC8,
                    GOTPCREL,
                    GOTTPOFF,
                    TPOFF32,
                    TPOFF64,
                    DTPOFF64,
                    TLVP,
                    DTPOFF32,
                    TLSGD,
                    TLSLD,
                    GOT32,
                    GOT64,
                    GOTOFF64,
                    GOTPC32,
                    GOTPC64,
                    GOTPCREL64,
                    PLTOFF64,
                    GOTPCRELX,
                    REX_GOTPCRELX,
                    SIZE32,
                    SIZE64 -> throw new IllegalArgumentException(kind + " does not exist in COFF");
        };
    }

    /** The number of the symbol that relocations against numbers name: behind those of the file and of the sections. */
    private int numberSymbol() {
        return 2 + 2 * file.sections().size();
    }

    /** The file, the sections, the number 0, then the program's own. Long names of sections are cut, as assemblers do: their numbers count. */
    private byte[] symbolTable() {
        int count = numberSymbol() + 1;
        for (Symbol symbol : file.symbols()) {
            count += records(symbol);
        }
        ByteBuffer b = buffer(symbolSize * count);
        symbol(b, ".file", 0, DEBUG, 0, FILE, 1);
        b.put(cut(file.sourceName(), symbolSize));
        for (int i = 0; i < file.sections().size(); i++) {
            Section section = file.sections().get(i);
            b.put(cut(section.name(), SHORT_NAME));
            tail(b, 0, i + 1, 0, STATIC, 1);
            // Here, what does not fit is cut off.
            int relocations = records(section);
            b.putInt((int) section.size()).putShort((short) relocations);
            comdat(b, section);
        }
        symbol(b, ".absolut", 0, ABSOLUTE, 0, STATIC, 0);
        for (int i = 0; i < symbolNumbers.length; i++) {
            symbolNumbers[i] = b.position() / symbolSize;
            put(b, file.symbols().get(i));
        }
        return b.array();
    }

    /** Writes how linkers choose among sections, to the end of the record (section 5.5.6): checksum, section that it goes with, selection. */
    private void comdat(ByteBuffer b, Section section) {
        int comdat = section.header().comdat();
        b.putShort((short) 0).putInt(comdat == 0 ? 0 : checksum(section));
        int other = comdat == ASSOCIATIVE
                ? file.symbols().get(section.header().comdatSymbol()).section() + 1
                : 0;
        b.putShort((short) other).put((byte) comdat).put((byte) 0).putShort((short) (big ? other >>> 16 : 0));
        if (big) b.putShort((short) 0);
    }

    /** CRC-32 as in ISO 3309, but beginning with 0 and without the last inversion. */
    private static int checksum(Section section) {
        int crc = 0;
        for (byte value : section.kind().zero() ? new byte[0] : contents(section)) {
            crc ^= value & 0xFF;
            for (int i = 0; i < 8; i++) crc = crc >>> 1 ^ ((crc & 1) == 0 ? 0 : 0xEDB8_8320);
        }
        return crc;
    }

    /** How many records of the table a symbol takes. */
    private static int records(Symbol symbol) {
        return symbol.binding() == Binding.WEAK ? 3 : 1;
    }

    private void put(ByteBuffer b, Symbol symbol) {
        boolean common = symbol.kind() == Kind.COMMON;
        int section = symbol.section() == ObjectFile.ABSOLUTE ? ABSOLUTE : symbol.section() + 1;
        int value = (int) (common ? symbol.size() : symbol.value());
        int type = symbol.kind() == Kind.FUNCTION ? FUNCTION : 0;
        if (symbol.binding() != Binding.WEAK) {
            int storage = symbol.binding() == Binding.LOCAL && section != UNDEFINED ? STATIC : EXTERNAL;
            symbol(b, symbol.name(), value, section, type, storage, 0);
            return;
        }
        // A weak symbol names another one, which is meant when nobody defines the name (section 5.5.3): the definition
        // here, or 0.
        int self = b.position() / symbolSize;
        symbol(b, symbol.name(), 0, UNDEFINED, type, WEAK_EXTERNAL, 1);
        b.putInt(self + 2).putInt(SEARCH_LIBRARY).position(b.position() + symbolSize - 8);
        String target = ".weak." + symbol.name() + ".default";
        symbol(b, target, value, section == UNDEFINED ? ABSOLUTE : section, type, EXTERNAL, 0);
    }

    private void symbol(ByteBuffer b, String name, int value, int section, int type, int storage, int auxiliary) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        if (utf8.length <= SHORT_NAME) {
            b.put(cut(name, SHORT_NAME));
        } else {
            b.putInt(0).putInt(strings.add(name));
        }
        tail(b, value, section, type, storage, auxiliary);
    }

    /** What stands behind a symbol's name. */
    private void tail(ByteBuffer b, int value, int section, int type, int storage, int auxiliary) {
        b.putInt(value);
        if (big) b.putInt(section);
        else b.putShort((short) section);
        b.putShort((short) type).put((byte) storage).put((byte) auxiliary);
    }

    private static byte[] cut(String text, int length) {
        byte[] field = new byte[length];
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(utf8, 0, field, 0, Math.min(length, utf8.length));
        return field;
    }

    private static ByteBuffer buffer(int size) {
        return buffer(new byte[size]);
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
