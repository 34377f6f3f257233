package dev.kiln.object;

import dev.kiln.asm.RelocationKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A relocatable object, independent of the file format: sections, symbols, relocations. Made by {@link ObjectBuilder} and {@link AsmObject}. */
public final class ObjectFile {
    /** In {@link Symbol#section} and {@link Relocation#section}: no section, but a number. */
    public static final int ABSOLUTE = -2;

    private final String sourceName;
    private final List<Section> sections = new ArrayList<>();
    private final List<Symbol> symbols = new ArrayList<>();

    ObjectFile(String sourceName) {
        this.sourceName = sourceName;
    }

    /** The file it comes from, for the symbol table. */
    public String sourceName() {
        return sourceName;
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
        private final List<Relocation> relocations = new ArrayList<>();

        Section(String name, SectionKind kind, long align, long size, byte[] bytes) {
            this.name = name;
            this.kind = kind;
            this.align = align;
            this.size = size;
            this.bytes = bytes;
        }

        public String name() {
            return name;
        }

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

        /** By ascending offset. */
        public List<Relocation> relocations() {
            return Collections.unmodifiableList(relocations);
        }

        void add(Relocation relocation) {
            relocations.add(relocation);
        }
    }

    /** How visible a symbol is. */
    public enum Binding {
        LOCAL,
        GLOBAL,
        WEAK
    }

    /** What a symbol names. */
    public enum Kind {
        UNKNOWN,
        FUNCTION,
        DATA,
        THREAD_DATA,
        /** Merged by the linker; {@code value} is its alignment. */
        COMMON
    }

    /**
     * A symbol.
     *
     * @param section the index of its section; −1 when it is defined elsewhere or common, {@link #ABSOLUTE} when it is a number
     * @param value its offset in the section, in bytes
     * @param size in bytes; 0 when unknown
     * @param hidden whether other modules of the same program see it but other shared objects do not
     */
    public record Symbol(String name, int section, long value, long size, Binding binding, Kind kind, boolean hidden) {}

    /**
     * A field that depends on an address.
     *
     * @param offset in the section, in bytes
     * @param symbol the index of the symbol, or −1: relative to the start of {@code section}
     * @param section the index of the section when {@code symbol} is −1, or {@link #ABSOLUTE}
     */
    public record Relocation(long offset, RelocationKind kind, int symbol, int section, long addend) {}
}
