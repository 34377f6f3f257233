package dev.kiln.asm;

import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
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
        ZERO("nobits alloc noexec write"),
        /** Data that each thread has its own copy of (ELF). */
        THREAD_DATA("progbits alloc noexec write tls"),
        /** Room that is zero at the start of each thread (ELF). */
        THREAD_ZERO("nobits alloc noexec write tls");

        private final String attributes;

        Contents(String attributes) {
            this.attributes = attributes;
        }
    }

    private final String name;
    private final Map<String, Section> sections = new LinkedHashMap<>();
    private final Map<String, Section> definitions = new LinkedHashMap<>();
    private final Map<String, Declaration> declarations = new LinkedHashMap<>();
    private final Map<String, Long> constants = new LinkedHashMap<>();

    int osAbi;
    boolean subsectionsViaSymbols;
    long origin;

    /** Whether the file was read, so that its nodes say of themselves how they refer to symbols. */
    boolean isRead;

    /** Symbols that are places some bytes away from labels. */
    private final List<Place> places = new ArrayList<>();

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

    /** The section of data that each thread has its own copy of, {@code .tdata} (ELF). */
    public Section tdata() {
        return section(".tdata", Contents.THREAD_DATA);
    }

    /** The section of what is zero at the start of each thread, {@code .tbss} (ELF). */
    public Section tbss() {
        return section(".tbss", Contents.THREAD_ZERO);
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

    /** Lets other files see a symbol, which has to be defined in this one by the time it is assembled; gives what more can be said of it. */
    public Declaration global(String symbol) {
        return declare(symbol, Scope.GLOBAL);
    }

    /** Lets other files see a symbol, and says what it is: a function or data (only ELF keeps that). */
    public Declaration global(String symbol, AssembledFile.Kind kind) {
        return global(symbol).kind(kind);
    }

    /**
     * Announces a symbol that another file defines; gives what more can be said of it.
     *
     * @throws AssemblerException when it is defined here
     */
    public Declaration extern(String symbol) {
        Section here = definitions.get(symbol);
        if (here != null) throw new AssemblerException("symbol " + symbol + " is defined in section " + here.name);
        return declare(symbol, Scope.EXTERNAL);
    }

    /**
     * Asks for room that all files asking under this name share: the linker makes it, zero at the start, as large as the largest wish.
     *
     * @param size in bytes
     * @param alignment a power of two; 0 for any. Only ELF can say it
     */
    public Declaration common(String symbol, long size, long alignment) {
        if (size < 0 || alignment < 0 || Long.bitCount(alignment) > 1)
            throw new AssemblerException("common symbol " + symbol + " of " + size + " bytes, aligned to " + alignment
                    + ": a size is not negative, an alignment is a power of two");
        Declaration declaration = declare(symbol, Scope.COMMON).size(size);
        declaration.alignment = alignment;
        return declaration;
    }

    /** Gives a number a name, as {@code equ} does. */
    public void constant(String symbol, long value) {
        checkName(symbol);
        constants.put(symbol, value);
    }

    private Declaration declare(String symbol, Scope scope) {
        checkName(symbol);
        Declaration known = declarations.get(symbol);
        if (known != null && known.scope == scope) return known;
        Declaration made = new Declaration(symbol, scope);
        declarations.put(symbol, made);
        return made;
    }

    /** Where a symbol that is declared comes from. */
    enum Scope {
        GLOBAL("global"),
        EXTERNAL("extern"),
        /** As external, and in the object though nothing refers to it. */
        REQUIRED("required"),
        COMMON("common"),
        /** Only of this file: something is said of it all the same. */
        LOCAL("static");

        final String directive;

        Scope(String directive) {
            this.directive = directive;
        }
    }

    /** What is said of a symbol that several files know. Kind and size are of use to linkers and debuggers on ELF systems, and are left out elsewhere. */
    public static final class Declaration {
        final String symbol;
        final Scope scope;
        AssembledFile.Kind kind = AssembledFile.Kind.UNKNOWN;
        AssembledFile.Visibility visibility = AssembledFile.Visibility.DEFAULT;
        boolean weak;
        long size;
        long alignment;

        Declaration(String symbol, Scope scope) {
            this.symbol = symbol;
            this.scope = scope;
        }

        /** What the symbol names. */
        public Declaration kind(AssembledFile.Kind kind) {
            this.kind = kind;
            return this;
        }

        /** Lets other definitions of the symbol win over this one; of an external symbol: lets it be defined nowhere. ELF only. */
        public Declaration weak() {
            weak = true;
            return this;
        }

        /** Who sees the symbol beside the object that it is linked into. On macOS a hidden symbol is a private one; Windows has no such thing. */
        public Declaration visibility(AssembledFile.Visibility visibility) {
            this.visibility = visibility;
            return this;
        }

        /** The size of what the symbol names, in bytes. {@link Section#end} says it of code that is still edited. */
        public Declaration size(long bytes) {
            size = bytes;
            return this;
        }
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

        /** The labels behind what symbols name. */
        private final Map<String, Integer> ends = new LinkedHashMap<>();

        private long alignment = 1;
        private String words;
        private NasmParser.Format wordsFormat;

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

        /**
         * Says the section's attributes in nasm's words for a format, for instance {@code alloc merge strings byte} for {@link
         * NasmParser.Format#ELF64}, in place of those that follow from what it holds. Other formats do without. The alignment is none of them.
         */
        public void attributes(NasmParser.Format format, String words) {
            this.words = words.strip();
            wordsFormat = format;
        }

        /** Takes an alignment as the section's own, whatever it holds. */
        void exactAlignment(long boundary) {
            alignment = boundary;
        }

        /** The words given for a format, or {@code null}. */
        String words(NasmParser.Format format) {
            return wordsFormat == format ? words : null;
        }

        /**
         * Says that what a symbol of this section names ends at the cursor, which gives it its size (ELF).
         *
         * @throws AssemblerException when the section does not define the symbol
         */
        public void end(String symbol) {
            if (!symbols.containsKey(symbol))
                throw new AssemblerException("section " + name + " does not define " + symbol);
            int label = code.newLabel();
            code.bind(label);
            ends.put(symbol, label);
        }

        /** Says which label stands behind what a symbol names. */
        void end(String symbol, int label) {
            ends.put(symbol, label);
        }

        /** The label behind what a symbol names, or {@code null}. */
        Integer endOf(String symbol) {
            return ends.get(symbol);
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
            Declaration declared = declarations.get(symbol);
            if (declared != null && (declared.scope == Scope.EXTERNAL || declared.scope == Scope.COMMON))
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
     * Reads a text in nasm's syntax, for it to be edited: sections with their nodes, symbols with all that is said of them, comments. What a
     * text says by computing is kept as its result, a number or a distance, but for {@code dd} of one label less another; {@code equ} too. Instructions
     * that no form makes like this are kept as data.
     *
     * @param format what the text is for: it decides over names and attributes of sections, and over relocations
     * @param files reads what {@code incbin} names
     * @param diagnostics is told what is wrong
     * @return {@code null} when there were errors
     */
    public static AsmFile parse(
            SourceText source, NasmParser.Format format, NasmParser.Files files, Diagnostics diagnostics) {
        return NasmParser.parseFile(source, format, files, diagnostics);
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

    Collection<Declaration> declarations() {
        return declarations.values();
    }

    Map<String, Long> constants() {
        return constants;
    }

    /** Adds what a text says of a symbol. */
    void add(Declaration declaration) {
        declarations.put(declaration.symbol, declaration);
    }

    /** A symbol that is a label plus a number. */
    record Place(String symbol, Section section, int label, long distance) {}

    void place(String symbol, Section section, int label, long distance) {
        places.add(new Place(symbol, section, label, distance));
    }

    List<Place> places() {
        return places;
    }

    /** A section as a text has it. */
    Section readSection(String name, Contents contents) {
        Section section = new Section(name, contents);
        sections.put(name, section);
        return section;
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
