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
    private final NasmParser.Format format;
    private final long origin;
    private final List<Section> sections = new ArrayList<>();
    private final List<Symbol> symbols = new ArrayList<>();

    /** What {@code osabi} asks for: the ABI's number and, times 256, its version. */
    int osAbi;

    boolean subsectionsViaSymbols;

    AssembledFile(String sourceName, NasmParser.Format format, long origin) {
        this.sourceName = sourceName;
        this.format = format;
        this.origin = origin;
    }

    /** The name of the source, as diagnostics show it. */
    public String sourceName() {
        return sourceName;
    }

    /** What the text was assembled for. */
    public NasmParser.Format format() {
        return format;
    }

    /** The operating system's ABI, 0 for System V, and its version times 256, as the text says with {@code osabi} (ELF). */
    public int osAbi() {
        return osAbi;
    }

    /** Whether linkers may take sections apart at their symbols, as the text says with {@code subsections_via_symbols} (Mach-O). */
    public boolean subsectionsViaSymbols() {
        return subsectionsViaSymbols;
    }

    /** The address that the text asks for with {@code org}; 0 otherwise. */
    public long origin() {
        return origin;
    }

    /** In the order of their first mention. */
    public List<Section> sections() {
        return Collections.unmodifiableList(sections);
    }

    /** All symbols, in the order in which they were first seen. */
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
        /** Seen in this file only. */
        LOCAL,
        /** Seen by other files too, where it may be defined or used. */
        GLOBAL,
        /** Gives way to a global definition; undefined it is 0. */
        WEAK
    }

    /** What a symbol names. */
    public enum Kind {
        /** Not said. */
        UNKNOWN,
        /** Code to be called. */
        FUNCTION,
        /** Data. */
        DATA,
        /** Data of which each thread has its own. */
        THREAD_DATA,
        /** Merged by the linker; its value is its alignment, 0 when none is said. */
        COMMON
    }

    /** Who sees a global symbol beside the object that it is linked into. */
    public enum Visibility {
        /** All others, who may replace it. */
        DEFAULT,
        /** As {@link #HIDDEN}, and never called from outside by pointer. */
        INTERNAL,
        /** Other shared objects do not see it. */
        HIDDEN,
        /** They see it, but cannot replace it. */
        PROTECTED
    }

    /**
     * A symbol.
     *
     * @param section the index of its section, {@link #UNDEFINED} or {@link #ABSOLUTE}
     * @param value its offset in the section in bytes, or the number that it is
     * @param size in bytes; 0 when unknown
     */
    public record Symbol(
            String name, int section, long value, long size, Binding binding, Kind kind, Visibility visibility) {}

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
        String name;
        /** Whether a directive names it, and whether by the names that the format itself uses. */
        boolean mentioned;

        boolean namedInFull;
        boolean write;
        boolean execute;
        boolean allocate = true;
        boolean zero;
        boolean thread;
        int type;
        long flags;
        int entrySize;
        int comdat;
        /** The id that the text's symbols know the COMDAT's symbol by, then its place in the file; −1 for none. */
        int comdatSymbol = -1;

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

        /** A section with the same attributes, without contents. */
        Section copy() {
            Section copy = new Section(name);
            copy.write = write;
            copy.execute = execute;
            copy.allocate = allocate;
            copy.zero = zero;
            copy.thread = thread;
            copy.type = type;
            copy.flags = flags;
            copy.entrySize = entrySize;
            copy.align = align;
            return copy;
        }

        /** Its name. */
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

        /** The section's type in the numbers of its format, for instance {@code SHT_NOTE}; 0 when it follows from the rest. */
        public int type() {
            return type;
        }

        /** What the methods above do not say, in the flag bits of its format, for instance {@code SHF_MERGE}. */
        public long flags() {
            return flags;
        }

        /** The size of each entry in bytes where the format wants to know (ELF); 0 otherwise. */
        public int entrySize() {
            return entrySize;
        }

        /** How linkers choose among sections of one {@linkplain #comdatSymbol() symbol}, in COFF's numbers; 0 when they keep all. */
        public int comdat() {
            return comdat;
        }

        /** The index of the symbol that stands for the section where linkers choose one of several (COMDAT); −1 elsewhere. */
        public int comdatSymbol() {
            return comdatSymbol;
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
