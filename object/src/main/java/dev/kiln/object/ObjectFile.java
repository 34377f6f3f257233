package dev.kiln.object;

import dev.kiln.asm.AssembledFile.Binding;
import dev.kiln.asm.AssembledFile.Kind;
import dev.kiln.asm.AssembledFile.Visibility;
import dev.kiln.asm.RelocationKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A relocatable object, independent of the file format: sections, symbols, relocations. Made by {@link ObjectBuilder}, {@link AsmObject} and {@link CodeObject}, written by {@link ObjectFormat}. */
public final class ObjectFile {
    /** In {@link Symbol#section} and {@link Relocation#section}: no section, but a number. */
    public static final int ABSOLUTE = -2;

    private final String sourceName;
    private final List<Section> sections = new ArrayList<>();
    private final List<Symbol> symbols = new ArrayList<>();

    private int osAbi;
    private boolean subsectionsViaSymbols;

    ObjectFile(String sourceName) {
        this.sourceName = sourceName;
    }

    /** The file it comes from, for the symbol table. */
    public String sourceName() {
        return sourceName;
    }

    /** The operating system's ABI, 0 for System V, and its version times 256 (ELF). */
    public int osAbi() {
        return osAbi;
    }

    void osAbi(int osAbi) {
        this.osAbi = osAbi;
    }

    /** Whether linkers may take sections apart at their symbols (Mach-O). */
    public boolean subsectionsViaSymbols() {
        return subsectionsViaSymbols;
    }

    void subsectionsViaSymbols(boolean may) {
        subsectionsViaSymbols = may;
    }

    /** The sections in the order of the file. */
    public List<Section> sections() {
        return Collections.unmodifiableList(sections);
    }

    /** Defined symbols first, in layout order; then those defined elsewhere, in the order of their first use. */
    public List<Symbol> symbols() {
        return Collections.unmodifiableList(symbols);
    }

    void add(Section section) {
        sections.add(section);
    }

    int add(Symbol symbol) {
        symbols.add(symbol);
        return symbols.size() - 1;
    }

    /** A section. */
    public static final class Section {
        private final String name;
        private final SectionKind kind;
        private final long align;
        private final long size;
        private final byte[] bytes;
        private final Header header;
        private final List<Relocation> relocations = new ArrayList<>();

        Section(String name, SectionKind kind, long align, long size, byte[] bytes) {
            this(name, kind, align, size, bytes, Header.DERIVED);
        }

        Section(String name, SectionKind kind, long align, long size, byte[] bytes, Header header) {
            this.name = name;
            this.kind = kind;
            this.align = align;
            this.size = size;
            this.bytes = bytes;
            this.header = header;
        }

        /** Its name. */
        public String name() {
            return name;
        }

        /** What it holds. */
        public SectionKind kind() {
            return kind;
        }

        /** In bytes, a power of two. */
        public long align() {
            return align;
        }

        /** In bytes. */
        public long size() {
            return size;
        }

        /** The contents, not a copy; {@code null} when all zero. */
        public byte[] bytes() {
            return bytes;
        }

        /** What the section's header says beyond its kind. */
        public Header header() {
            return header;
        }

        /** By ascending offset. */
        public List<Relocation> relocations() {
            return Collections.unmodifiableList(relocations);
        }

        void add(Relocation relocation) {
            relocations.add(relocation);
        }
    }

    /**
     * What a section's header says beyond what its kind does, in the numbers of the format that the object is made for.
     *
     * @param type the section's type; 0 when it follows from kind and name
     * @param flags further flag bits
     * @param entrySize the size of each entry in bytes; 0 when they have none
     * @param comdat how linkers choose one of the sections that stand for {@code comdatSymbol}; 0 when they keep all
     * @param comdatSymbol the index of a symbol; −1 when linkers keep all
     */
    public record Header(int type, long flags, int entrySize, int comdat, int comdatSymbol) {
        /** Nothing more. */
        public static final Header DERIVED = new Header(0, 0, 0, 0, -1);
    }

    /**
     * A symbol.
     *
     * @param section the index of its section; −1 when it is defined elsewhere or common, {@link #ABSOLUTE} when it is a number
     * @param value its offset in the section, in bytes
     * @param size in bytes; 0 when unknown
     */
    public record Symbol(
            String name, int section, long value, long size, Binding binding, Kind kind, Visibility visibility) {}

    /**
     * A field that depends on an address.
     *
     * @param offset in the section, in bytes
     * @param symbol the index of the symbol, or −1: relative to the start of {@code section}
     * @param section the index of the section when {@code symbol} is −1, or {@link #ABSOLUTE}
     */
    public record Relocation(long offset, RelocationKind kind, int symbol, int section, long addend) {}
}
