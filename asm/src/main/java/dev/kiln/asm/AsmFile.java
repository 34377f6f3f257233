package dev.kiln.asm;

import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * An assembly file that is put together in Java and stays editable: sections, each with a {@link CodeList} of its labels, instructions, data,
 * comments and blank lines; symbols that several sections, or other files, refer to by name. {@link #toNasm} prints it for nasm, {@link
 * #assemble} makes the sections, symbols and relocations that nasm would make of that text, which the object writers and {@link FlatBinary}
 * take.
 *
 * <pre>{@code
 * AsmFile file = new AsmFile("hello.asm");
 * file.extern("puts");
 * file.global("main");
 * file.rodata().define("greeting");
 * file.rodata().string("hello\0");
 * Assembler a = new Assembler();
 * a.push(RBX);
 * a.lea(RDI, ptr(symbol("greeting")));
 * a.call(symbol("puts"));
 * a.xor(EAX, EAX);
 * a.pop(RBX);
 * a.ret();
 * file.text().define("main");
 * file.text().append(a);
 * String text = file.toNasm(NasmParser.Format.ELF64);
 * }</pre>
 *
 * <p>Between sections one refers by name ({@link Symbol}), within a section by name or by label. A name defined in the same section is
 * reached as a label is: without a relocation, with the shortest jump.
 *
 * <p>Not for use by several threads at a time.
 */
public final class AsmFile {
    /** What a section holds, and so what the program may do with it. */
    public enum Contents {
        /** Instructions, and data that are read. */
        CODE("progbits alloc exec nowrite"),
        /** Data that the program changes. */
        DATA("progbits alloc noexec write"),
        /** Data that stay. */
        READ_ONLY("progbits alloc noexec nowrite"),
        /** Room that is zero at the start. */
        ZERO("nobits alloc noexec write");

        private final String attributes;

        Contents(String attributes) {
            this.attributes = attributes;
        }
    }

    private final String name;
    private final Map<String, Section> sections = new LinkedHashMap<>();
    private final Map<String, Section> definitions = new LinkedHashMap<>();
    private final Map<String, AssembledFile.Kind> globals = new LinkedHashMap<>();
    private final Set<String> externals = new LinkedHashSet<>();

    /**
     * Begins with no sections.
     *
     * @param name the source file's name, which objects record
     */
    public AsmFile(String name) {
        this.name = name;
    }

    /** The source file's name, which objects record. */
    public String name() {
        return name;
    }

    /** The section of code, {@code .text}; made when first asked for, as the next ones. */
    public Section text() {
        return section(".text", Contents.CODE);
    }

    /** The section of data that change, {@code .data}. */
    public Section data() {
        return section(".data", Contents.DATA);
    }

    /** The section of data that stay, {@code .rodata}; in Windows objects it is called {@code .rdata}. */
    public Section rodata() {
        return section(".rodata", Contents.READ_ONLY);
    }

    /** The section of what is zero at the start, {@code .bss}. */
    public Section bss() {
        return section(".bss", Contents.ZERO);
    }

    /**
     * A section by name.
     *
     * @throws AssemblerException when it exists with other contents, or has a name that a text cannot hold
     */
    public Section section(String name, Contents contents) {
        Section known = sections.get(name);
        if (known != null && known.contents != contents)
            throw new AssemblerException("section " + name + " holds " + known.contents + " already, not " + contents);
        if (known != null) return known;
        for (int i = 0; i < name.length(); i++)
            if (name.charAt(i) <= ' ' || name.charAt(i) >= 0x7F || ";\"'`%\\".indexOf(name.charAt(i)) >= 0)
                throw new AssemblerException(
                        "'" + name + "' cannot be a section's name: letters, digits and periods can");
        Section section = new Section(name, contents);
        sections.put(name, section);
        return section;
    }

    /** All sections, in the order in which they were made. */
    public Collection<Section> sections() {
        return Collections.unmodifiableCollection(sections.values());
    }

    /** Takes a section out, with the symbols that it defines. */
    public void remove(Section section) {
        sections.remove(section.name, section);
        definitions.values().removeIf(s -> s == section);
    }

    /** Lets other files see a symbol, which has to be defined in this one by the time it is assembled. */
    public void global(String symbol) {
        global(symbol, AssembledFile.Kind.UNKNOWN);
    }

    /** Lets other files see a symbol, and says what it is: a function or data (only ELF keeps that). */
    public void global(String symbol, AssembledFile.Kind kind) {
        checkName(symbol);
        globals.put(symbol, kind);
    }

    /** Announces a symbol that another file defines. */
    public void extern(String symbol) {
        checkName(symbol);
        externals.add(symbol);
    }

    /** The section that defines a symbol, or {@code null}. */
    public Section definition(String symbol) {
        return definitions.get(symbol);
    }

    private static void checkName(String symbol) {
        if (!NasmNames.isPossible(symbol))
            throw new AssemblerException("a symbol's name of " + symbol.length() + " characters is too long for nasm");
    }

    /** A section: a list of nodes, and short ways to add to it. What is added goes behind the list's cursor. */
    public final class Section {
        private final String name;
        private final Contents contents;
        private final CodeList code = new CodeList();
        /** The symbols defined here, and their labels. */
        private final Map<String, Integer> symbols = new LinkedHashMap<>();

        private long alignment = 1;

        private Section(String name, Contents contents) {
            this.name = name;
            this.contents = contents;
        }

        /** Its name. */
        public String name() {
            return name;
        }

        /** What it holds. */
        public Contents contents() {
            return contents;
        }

        /** The section's nodes, to be walked and edited; also a sink for all that emits instructions. */
        public CodeList code() {
            return code;
        }

        /** The names of the symbols defined here. */
        public Set<String> symbols() {
            return Collections.unmodifiableSet(symbols.keySet());
        }

        /** Asks for an alignment of the section itself, beyond what its contents need. */
        public void alignTo(long boundary) {
            if (boundary < 1 || Long.bitCount(boundary) != 1 || boundary > 1 << 16)
                throw new AssemblerException("a section is aligned to a power of two up to 65536, not " + boundary);
            alignment = boundary;
        }

        /** Defines a symbol at the cursor; gives its label. */
        public int define(String symbol) {
            int label = code.newLabel();
            define(symbol, label);
            code.bind(label);
            return label;
        }

        /**
         * Gives a label of this section a name that other sections and files can refer to.
         *
         * @throws AssemblerException when the symbol is defined already, or announced as another file's
         */
        public void define(String symbol, int label) {
            checkName(symbol);
            Section other = definitions.get(symbol);
            if (other != null)
                throw new AssemblerException("symbol " + symbol + " is defined in section " + other.name + " already");
            if (externals.contains(symbol))
                throw new AssemblerException("symbol " + symbol + " is said to be defined in another file");
            code.nameLabel(label, symbol);
            definitions.put(symbol, this);
            symbols.put(symbol, label);
        }

        /** Appends what an assembler has written; gives for each of its labels the number it has in this section. */
        public int[] append(CodeBuffer assembler) {
            return code.append(CodeList.of(assembler));
        }

        /** Adds bytes. */
        public void db(byte... bytes) {
            code.bytes(bytes, 0, bytes.length);
        }

        /** Adds the UTF-8 bytes of a text; a NUL at its end is the caller's. */
        public void string(String text) {
            db(text.getBytes(StandardCharsets.UTF_8));
        }

        /** Adds 16-bit numbers. */
        public void dw(short... values) {
            long[] wide = new long[values.length];
            for (int i = 0; i < values.length; i++) wide[i] = values[i];
            numbers(2, wide);
        }

        /** Adds 32-bit numbers. */
        public void dd(int... values) {
            long[] wide = new long[values.length];
            for (int i = 0; i < values.length; i++) wide[i] = values[i];
            numbers(4, wide);
        }

        /** Adds 64-bit numbers. */
        public void dq(long... values) {
            numbers(8, values);
        }

        /** Adds floating-point numbers of 64 bits. */
        public void dq(double... values) {
            long[] bits = new long[values.length];
            for (int i = 0; i < values.length; i++) bits[i] = Double.doubleToRawLongBits(values[i]);
            numbers(8, bits);
        }

        private void numbers(int unit, long[] values) {
            byte[] bytes = new byte[unit * values.length];
            for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) (values[i / unit] >> 8 * (i % unit));
            code.data(bytes, 0, bytes.length, unit);
        }

        /** Adds the 64-bit address of a symbol, plus an addend. */
        public void address(String symbol, long addend) {
            code.field(RelocationKind.ABS64, symbol, addend);
        }

        /** Adds room: zeros where the section has contents. */
        public void reserve(long bytes) {
            code.reserve(bytes);
        }

        /** Adds padding to a multiple of a power of two: NOPs in code, zeros in data. */
        public void align(int boundary) {
            code.align(boundary);
        }

        /** Adds a comment on the place: a line of its own where the section is printed. */
        public void comment(String text) {
            code.comment(text);
        }

        /** Adds an empty line, for whoever reads the printed section. */
        public void blankLine() {
            code.blankLine();
        }
    }

    /**
     * The file as text for nasm, 2.16 and later. It leaves nasm no choice, so its object equals the one made by {@link #assemble}.
     *
     * @throws AssemblerException when a section holds what it cannot (instructions in data, contents in {@code .bss}), a label in use is not
     *     bound, or something cannot be written in nasm's syntax
     */
    public String toNasm(NasmParser.Format format) {
        return new AsmFilePrinter(this, format).print();
    }

    /**
     * Assembles the file as nasm does with the text of {@link #toNasm}, positions of complaints being lines of it.
     *
     * @param diagnostics is told what is wrong, for instance which symbol is defined nowhere
     * @return {@code null} when there were errors
     * @throws AssemblerException as {@link #toNasm}
     */
    public AssembledFile assemble(NasmParser.Format format, Diagnostics diagnostics) {
        return NasmParser.parse(SourceText.of(name, toNasm(format)), format, diagnostics);
    }

    Map<String, AssembledFile.Kind> globals() {
        return globals;
    }

    Set<String> externals() {
        return externals;
    }

    /** The label of a symbol in a section that defines it; −1 when it does not. */
    static int labelOf(Section section, String symbol) {
        return section.symbols.getOrDefault(symbol, -1);
    }

    static long alignment(Section section) {
        return section.alignment;
    }

    static String attributes(Contents contents) {
        return contents.attributes;
    }
}
