package dev.kiln.object;

import dev.kiln.asm.AssembledFile.Binding;
import dev.kiln.asm.AssembledFile.Kind;
import dev.kiln.asm.AssembledFile.Visibility;
import dev.kiln.object.ObjectFile.Relocation;
import dev.kiln.object.ObjectFile.Section;
import dev.kiln.object.ObjectFile.Symbol;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes an object as a Mach-O file for x86-64 (Apple's {@code mach-o/loader.h}, {@code nlist.h}, {@code x86_64/reloc.h}). Order: header,
 * load commands, contents of the sections, relocations from the last to the first, symbol table, strings.
 *
 * <p>Every relocation names a symbol; one against a section without a symbol at its start gets one ({@code ltmp}). Addends stand in the
 * fields. A relocation of type {@code SIGNED} counts from the field's end; what an instruction has behind the field is part of the
 * addend, so that {@code SIGNED_1} to {@code SIGNED_4}, which matter only where no symbol is named, are not needed.
 */
public final class MachOWriter {
    static final int MOST_SECTIONS = 255;

    /** Relocations number symbols in 24 bits. */
    static final int MOST_SYMBOLS = 1 << 24;

    private static final int HEADER = 32, SEGMENT_COMMAND = 72, SECTION_HEADER = 80, SYMTAB_COMMAND = 24;
    private static final int DYSYMTAB_COMMAND = 80, RELOCATION = 8, SYMBOL = 16, NAME = 16;
    private static final int CPU_X86_64 = 0x0100_0007, CPU_ALL = 3, OBJECT = 1, SUBSECTIONS_VIA_SYMBOLS = 0x2000;
    private static final int LC_SEGMENT_64 = 0x19, LC_SYMTAB = 2, LC_DYSYMTAB = 11;
    private static final int ZEROFILL = 1, THREAD_REGULAR = 0x11, THREAD_ZEROFILL = 0x12;
    private static final int LOCAL_RELOCATIONS = 0x100, EXTERNAL_RELOCATIONS = 0x200, INSTRUCTIONS = 0x8000_0400;
    private static final int UNSIGNED = 0, SIGNED = 1, BRANCH = 2, GOT_LOAD = 3, GOT = 4, SUBTRACTOR = 5, TLV = 9;
    private static final int EXT = 1, PRIVATE_EXT = 0x10, ABSOLUTE = 2, IN_SECTION = 14;
    private static final int WEAK_REFERENCE = 0x40, WEAK_DEFINITION = 0x80;

    private final ObjectFile file;
    private final List<Section> sections;
    private final List<Symbol> symbols;
    private final long[] addresses;
    private final long[] offsets;
    private long memory;
    private long contents;

    /** The place of each symbol in the table. */
    private int[] numbers;

    private int locals;
    private int defined;

    /** For each section, the symbol made for its start, or −1. */
    private final int[] starts;

    private MachOWriter(ObjectFile file) {
        this.file = file;
        sections = file.sections();
        symbols = new ArrayList<>(file.symbols());
        addresses = new long[sections.size()];
        offsets = new long[sections.size()];
        starts = new int[sections.size()];
    }

    /** Writes the file. */
    public static void write(ObjectFile file, OutputStream out) throws IOException {
        new MachOWriter(file).run(new CountingOutput(out));
    }

    private void run(CountingOutput out) throws IOException {
        place();
        nameSections();
        sortSymbols();
        int commands = (sections.isEmpty() ? 0 : SEGMENT_COMMAND + SECTION_HEADER * sections.size())
                + (symbols.isEmpty() ? 0 : SYMTAB_COMMAND + DYSYMTAB_COMMAND);
        int start = HEADER + commands;
        long relocationsAt = roundUp(start + contents, 8);
        ByteBuffer head = buffer(start);
        head.putInt(0xFEEDFACF).putInt(CPU_X86_64).putInt(CPU_ALL).putInt(OBJECT);
        head.putInt((sections.isEmpty() ? 0 : 1) + (symbols.isEmpty() ? 0 : 2)).putInt(commands);
        head.putInt(file.subsectionsViaSymbols() ? SUBSECTIONS_VIA_SYMBOLS : 0).putInt(0);
        long at = relocationsAt;
        if (!sections.isEmpty()) {
            segmentCommand(head, start);
            for (int i = 0; i < sections.size(); i++) {
                int count = relocationCount(sections.get(i));
                sectionHeader(head, i, start, at, count);
                at += (long) RELOCATION * count;
            }
        }
        StringTable strings = new StringTable(1);
        byte[] table = symbolTable(strings);
        byte[] names = strings.bytes();
        if (!symbols.isEmpty()) {
            head.putInt(LC_SYMTAB).putInt(SYMTAB_COMMAND).putInt((int) at).putInt(symbols.size());
            head.putInt((int) (at + table.length)).putInt(names.length);
            head.putInt(LC_DYSYMTAB).putInt(DYSYMTAB_COMMAND);
            head.putInt(0).putInt(locals).putInt(locals).putInt(defined);
            head.putInt(locals + defined).putInt(symbols.size() - locals - defined);
        }
        out.write(head.array());
        for (int i = 0; i < sections.size(); i++) {
            if (!sections.get(i).kind().zero()) {
                out.pad(start + offsets[i]);
                out.write(fields(i));
            }
        }
        out.pad(relocationsAt);
        for (int i = 0; i < sections.size(); i++) {
            out.write(relocations(i));
        }
        out.write(table);
        out.write(names);
    }

    /** Gives the sections addresses one behind the other, and places in the file, where contents begin at multiples of 4. */
    private void place() {
        for (int i = 0; i < sections.size(); i++) {
            Section section = sections.get(i);
            addresses[i] = roundUp(memory, section.align());
            memory = addresses[i] + section.size();
            if (!section.kind().zero()) {
                long before = contents;
                offsets[i] = roundUp(contents, 4);
                contents = offsets[i] + section.size();
                // As room in memory, the gap in the file is counted behind the section.
                memory += offsets[i] - before;
            }
        }
    }

    /** Makes a symbol for the start of each section that relocations name, and of each that they count from without one. */
    private void nameSections() {
        Arrays.fill(starts, -1);
        for (int i = 0; i < sections.size(); i++) {
            for (Relocation r : sections.get(i).relocations()) {
                if (r.symbol() < 0 && r.section() >= 0) nameStart(r.section());
                if (type(r, sections.get(i)) == SUBTRACTOR) nameStart(i);
            }
        }
    }

    private void nameStart(int section) {
        if (starts[section] >= 0) return;
        starts[section] = symbols.size();
        String name = "ltmp" + section;
        symbols.add(new Symbol(name, section, 0, 0, Binding.LOCAL, Kind.UNKNOWN, Visibility.DEFAULT));
    }

    /** Local symbols, then the defined ones and then the others by name, as linkers ask for. */
    private void sortSymbols() {
        byte[][] names = new byte[symbols.size()][];
        Integer[] sorted = new Integer[symbols.size()];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = i;
            names[i] = symbols.get(i).name().getBytes(StandardCharsets.UTF_8);
            if (group(symbols.get(i)) == 0) locals++;
            if (group(symbols.get(i)) == 1) defined++;
        }
        Arrays.sort(sorted, (a, b) -> {
            int group = group(symbols.get(a));
            int difference = group - group(symbols.get(b));
            return difference != 0 || group == 0 ? difference : Arrays.compareUnsigned(names[a], names[b]);
        });
        numbers = new int[sorted.length];
        for (int i = 0; i < sorted.length; i++) {
            numbers[sorted[i]] = i;
        }
    }

    private static int group(Symbol symbol) {
        if (isUndefined(symbol)) return 2;
        return symbol.binding() == Binding.LOCAL ? 0 : 1;
    }

    private static boolean isUndefined(Symbol symbol) {
        return symbol.section() < 0 && symbol.section() != ObjectFile.ABSOLUTE;
    }

    private void segmentCommand(ByteBuffer b, int start) {
        b.putInt(LC_SEGMENT_64).putInt(SEGMENT_COMMAND + SECTION_HEADER * sections.size());
        b.position(b.position() + NAME);
        b.putLong(0).putLong(memory).putLong(start).putLong(contents);
        // In an object the one segment holds everything, and so allows everything.
        b.putInt(7).putInt(7).putInt(sections.size()).putInt(0);
    }

    private void sectionHeader(ByteBuffer b, int number, int start, long relocations, int count) {
        Section section = sections.get(number);
        SectionKind kind = section.kind();
        String name = section.name();
        int comma = name.indexOf(',');
        String segment = comma >= 0 ? name.substring(0, comma) : kind.write() ? "__DATA" : "__TEXT";
        name(b, name.substring(comma + 1));
        name(b, segment);
        b.putLong(addresses[number]).putLong(section.size());
        b.putInt((int) (kind.zero() ? 0 : start + offsets[number]));
        b.putInt(Long.numberOfTrailingZeros(section.align()));
        b.putInt((int) (count == 0 ? 0 : relocations)).putInt(count);
        int flags = section.header().type() | (kind.execute() ? INSTRUCTIONS : 0);
        if (kind.thread()) flags = kind.zero() ? THREAD_ZEROFILL : THREAD_REGULAR;
        else if (kind.zero()) flags = ZEROFILL;
        if (count > 0) flags |= LOCAL_RELOCATIONS | EXTERNAL_RELOCATIONS;
        b.putInt(flags | (int) section.header().flags()).putInt(0).putInt(0).putInt(0);
    }

    private static void name(ByteBuffer b, String name) {
        b.put(Arrays.copyOf(name.getBytes(StandardCharsets.UTF_8), NAME));
    }

    private static int relocationCount(Section section) {
        int count = 0;
        for (Relocation r : section.relocations()) {
            count += type(r, section) == SUBTRACTOR ? 2 : 1;
        }
        return count;
    }

    private static int type(Relocation r, Section section) {
        return switch (r.kind()) {
            case ABS64 -> UNSIGNED;
            case PC32 -> SIGNED;
            case PLT32 -> BRANCH;
            case PC64 -> SUBTRACTOR;
            case GOTPCREL -> isLoad(section, (int) r.offset()) ? GOT_LOAD : GOT;
            case TLVP -> TLV;
            case ABS32,
                    ABS32U,
                    ABS16,
                    ABS8,
                    PC16,
                    PC8,
                    GOTTPOFF,
                    TPOFF32,
                    TPOFF64,
                    DTPOFF64,
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
                    SIZE64,
                    SECREL32,
                    IMAGEREL32,
                    SECTION16 -> throw new IllegalArgumentException(r.kind() + " does not exist in Mach-O");
        };
    }

    /** Whether a field belongs to {@code mov r64, [rip+field]}, which linkers may turn into {@code lea}. */
    private static boolean isLoad(Section section, int at) {
        byte[] b = section.bytes();
        boolean code = section.kind().execute() || (section.header().flags() & INSTRUCTIONS) != 0;
        return code
                && at >= 3
                && (b[at - 3] & 0xF8) == 0x48
                && (b[at - 2] & 0xFF) == 0x8B
                && (b[at - 1] & 0xC7) == 0x05;
    }

    /** The section's contents with addends. */
    private byte[] fields(int number) {
        Section section = sections.get(number);
        byte[] bytes = section.bytes().clone();
        for (Relocation r : section.relocations()) {
            long value = switch (type(r, section)) {
                case UNSIGNED -> r.addend();
                // The place that is subtracted is a symbol here, not the field.
                case SUBTRACTOR -> r.addend() - r.offset();
                default -> r.addend() + 4;
            };
            DataBytes.put(bytes, (int) r.offset(), value, r.kind().size());
        }
        return bytes;
    }

    private byte[] relocations(int number) {
        Section section = sections.get(number);
        ByteBuffer b = buffer(RELOCATION * relocationCount(section));
        List<Relocation> list = section.relocations();
        for (int i = list.size() - 1; i >= 0; i--) {
            Relocation r = list.get(i);
            int symbol = numbers[r.symbol() >= 0 ? r.symbol() : starts[r.section()]];
            int type = type(r, section);
            switch (type) {
                case SUBTRACTOR -> {
                    relocation(b, r, numbers[starts[number]], false, SUBTRACTOR);
                    relocation(b, r, symbol, false, UNSIGNED);
                }
                case UNSIGNED -> relocation(b, r, symbol, false, UNSIGNED);
                default -> relocation(b, r, symbol, true, type);
            }
        }
        return b.array();
    }

    private static void relocation(ByteBuffer b, Relocation r, int symbol, boolean relative, int type) {
        int length = r.kind().size() == 8 ? 3 : 2;
        b.putInt((int) r.offset());
        b.putInt(symbol | (relative ? 1 << 24 : 0) | length << 25 | 1 << 27 | type << 28);
    }

    /** The symbols, sorted. Names of those that other files see come first among the strings, and all are in the order of the object. */
    private byte[] symbolTable(StringTable strings) {
        ByteBuffer b = buffer(SYMBOL * symbols.size());
        for (int pass = 0; pass < 2; pass++) {
            for (int i = 0; i < symbols.size(); i++) {
                if ((group(symbols.get(i)) == 0) == (pass == 1)) {
                    b.position(SYMBOL * numbers[i]);
                    put(b, symbols.get(i), strings.add(symbols.get(i).name()));
                }
            }
        }
        return b.array();
    }

    private void put(ByteBuffer b, Symbol symbol, int name) {
        boolean weak = symbol.binding() == Binding.WEAK;
        int type = symbol.binding() == Binding.LOCAL ? 0 : EXT;
        int section = 0;
        int description = 0;
        long value = symbol.value();
        if (symbol.kind() == Kind.COMMON) {
            type = EXT;
            value = symbol.size();
            int logarithm = symbol.value() == 0 ? 0 : Long.numberOfTrailingZeros(symbol.value());
            description = (logarithm & 15) << 8;
        } else if (isUndefined(symbol)) {
            type = EXT;
            value = 0;
            description = weak ? WEAK_REFERENCE : 0;
        } else {
            boolean visible = symbol.visibility() == Visibility.DEFAULT || symbol.visibility() == Visibility.PROTECTED;
            if (type == EXT && !visible) type |= PRIVATE_EXT;
            if (symbol.section() == ObjectFile.ABSOLUTE) {
                type |= ABSOLUTE;
            } else {
                type |= IN_SECTION;
                section = symbol.section() + 1;
                value += addresses[symbol.section()];
            }
            description = weak ? WEAK_DEFINITION : 0;
        }
        b.putInt(name)
                .put((byte) type)
                .put((byte) section)
                .putShort((short) description)
                .putLong(value);
    }

    private static long roundUp(long value, long align) {
        return value + align - 1 & -align;
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
