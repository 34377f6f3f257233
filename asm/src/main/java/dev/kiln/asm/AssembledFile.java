package dev.kiln.asm;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * An assembled file, independent of any object format: sections with their contents, symbols, and the fields that wait for addresses. Made
 * by {@link NasmParser}; {@link FlatBinary} and the object writers write it.
 */
public final class AssembledFile {
    /** In {@link Symbol#section}: the symbol is defined elsewhere, or common. */
    public static final int UNDEFINED = -1;

    /** In {@link Symbol#section}: the symbol is a number. */
    public static final int ABSOLUTE = -2;

    private final String sourceName;
    private final long origin;
    private final List<Section> sections = new ArrayList<>();
    private final List<Symbol> symbols = new ArrayList<>();

    AssembledFile(String sourceName, long origin) {
        this.sourceName = sourceName;
        this.origin = origin;
    }

    public String sourceName() {
        return sourceName;
    }

    /** The address that the text asks for with {@code org}; 0 otherwise. */
    public long origin() {
        return origin;
    }

    /** In the order of their first mention. */
    public List<Section> sections() {
        return Collections.unmodifiableList(sections);
    }

    public List<Symbol> symbols() {
        return Collections.unmodifiableList(symbols);
    }

    void add(Section section) {
        sections.add(section);
    }

    void add(Symbol symbol) {
        symbols.add(symbol);
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
        /** Merged by the linker; its value is its alignment. */
        COMMON
    }

    /**
     * A symbol.
     *
     * @param section the index of its section, {@link #UNDEFINED} or {@link #ABSOLUTE}
     * @param value its offset in the section in bytes, or the number that it is
     * @param size in bytes; 0 when unknown
     * @param hidden whether other shared objects do not see it
     */
    public record Symbol(String name, int section, long value, long size, Binding binding, Kind kind, boolean hidden) {}

    /**
     * A field that depends on an address.
     *
     * @param offset in the section, in bytes
     * @param symbol the index of the symbol, or −1: relative to the start of {@code section}
     * @param section the index of the section when {@code symbol} is −1
     * @param line the line of the text, for messages
     */
    public record Relocation(long offset, RelocationKind kind, int symbol, int section, long addend, int line) {}

    /** A section. */
    public static final class Section {
        private final String name;
        boolean write;
        boolean execute;
        boolean allocate = true;
        boolean zero;
        boolean thread;
        long align = 1;
        long size;
        /** What {@code start=}, {@code vstart=} and {@code follows=} of a flat binary say; −1 and {@code null} for nothing. */
        long start = -1;

        long virtualStart = -1;
        String follows;
        String virtualFollows;
        byte[] bytes = new byte[0];
        final List<Relocation> relocations = new ArrayList<>();

        Section(String name) {
            this.name = name;
        }

        public String name() {
            return name;
        }

        /** Whether the program may write to it. */
        public boolean isWritable() {
            return write;
        }

        /** Whether it holds code. */
        public boolean isExecutable() {
            return execute;
        }

        /** Whether it is in memory when the program runs. */
        public boolean isAllocated() {
            return allocate;
        }

        /** Whether it takes no room in a file because it is all zero. */
        public boolean isZero() {
            return zero;
        }

        /** Whether each thread has its own copy. */
        public boolean isThreadLocal() {
            return thread;
        }

        /** In bytes, a power of two. */
        public long align() {
            return align;
        }

        /** In bytes. */
        public long size() {
            return size;
        }

        /** The contents, not a copy, with {@link #size} bytes; empty when {@link #isZero}. */
        public byte[] bytes() {
            return bytes;
        }

        /** By ascending offset. */
        public List<Relocation> relocations() {
            return Collections.unmodifiableList(relocations);
        }
    }
}
