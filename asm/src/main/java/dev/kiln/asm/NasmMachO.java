package dev.kiln.asm;

/** Sections and symbols of {@code macho64} (numbers: Apple's {@code mach-o/loader.h}). A section's full name is {@code SEGMENT,SECTION}. */
final class NasmMachO extends NasmFormat {
    private static final int LONGEST_NAME = 16;
    private static final int SOME_INSTRUCTIONS = 0x400, DEBUG = 0x0200_0000, LIVE_SUPPORT = 0x0800_0000;
    private static final int NO_DEAD_STRIP = 0x1000_0000, STRIP_STATIC_SYMBOLS = 0x2000_0000;
    private static final int CSTRING_LITERALS = 2, INIT_FUNCTIONS = 9, TERM_FUNCTIONS = 10, THREAD_VARIABLES = 0x13;
    private static final String READ_ONLY = "__TEXT,__const", RELOCATED = "__DATA,__const";

    NasmMachO() {
        super(NasmParser.Format.MACHO64);
    }

    @Override
    boolean isDirective(String word) {
        return word.equals("subsections_via_symbols") || word.equals("no_dead_strip");
    }

    @Override
    String sectionName(String written) {
        int comma = written.indexOf(',');
        if (comma < 0)
            return switch (written) {
                case ".text" -> "__TEXT,__text";
                case ".data" -> "__DATA,__data";
                case ".rodata" -> RELOCATED;
                case ".bss" -> "__DATA,__bss";
                case ".debug_abbrev", ".debug_info", ".debug_line", ".debug_str" -> "__DWARF,__" + written.substring(1);
                default -> null;
            };
        boolean fits = comma > 0 && comma <= LONGEST_NAME && comma < written.length() - 1;
        return fits && written.length() - comma - 1 <= LONGEST_NAME ? written : null;
    }

    @Override
    String nameRule() {
        return "it is SEGMENT,SECTION with at most 16 characters each, or .text, .data, .rodata, .bss,"
                + " .debug_abbrev, .debug_info, .debug_line or .debug_str";
    }

    @Override
    void usualAttributes(AssembledFile.Section section) {
        String name = section.name();
        String word = name.endsWith(",__text") ? "code" : name.endsWith(",__bss") ? "bss" : "data";
        attribute(section, word);
        if (!section.namedInFull && name.startsWith("__DWARF,")) section.flags = DEBUG;
    }

    @Override
    boolean attribute(AssembledFile.Section section, String word) {
        switch (word) {
            case "code" -> set(section, true, false, 0);
            case "mixed" -> set(section, false, false, SOME_INSTRUCTIONS);
            case "data" -> set(section, false, false, 0);
            case "bss", "zerofill" -> set(section, false, true, 0);
            // Apple's assembler has these; nasm does not.
            case "cstring_literals" -> special(section, CSTRING_LITERALS);
            case "mod_init_funcs" -> special(section, INIT_FUNCTIONS);
            case "mod_term_funcs" -> special(section, TERM_FUNCTIONS);
            case "thread_local_variables" -> special(section, THREAD_VARIABLES);
            case "thread_local_regular" -> threadLocal(section, false);
            case "thread_local_zerofill" -> threadLocal(section, true);
            case "no_dead_strip" -> section.flags |= NO_DEAD_STRIP;
            case "live_support" -> section.flags |= LIVE_SUPPORT;
            case "strip_static_syms" -> section.flags |= STRIP_STATIC_SYMBOLS;
            case "debug" -> section.flags |= DEBUG;
            default -> {
                return false;
            }
        }
        return true;
    }

    @Override
    String attributes(AssembledFile.Section section, AssembledFile file) {
        String word = section.execute
                ? " code"
                : (section.flags & SOME_INSTRUCTIONS) != 0
                        ? " mixed"
                        : section.thread
                                ? section.zero ? " thread_local_zerofill" : " thread_local_regular"
                                : section.zero ? " bss" : special(section.type);
        return word
                + ((section.flags & NO_DEAD_STRIP) != 0 ? " no_dead_strip" : "")
                + ((section.flags & LIVE_SUPPORT) != 0 ? " live_support" : "")
                + ((section.flags & STRIP_STATIC_SYMBOLS) != 0 ? " strip_static_syms" : "")
                + ((section.flags & DEBUG) != 0 ? " debug" : "");
    }

    private static String special(int type) {
        return switch (type) {
            case CSTRING_LITERALS -> " cstring_literals";
            case INIT_FUNCTIONS -> " mod_init_funcs";
            case TERM_FUNCTIONS -> " mod_term_funcs";
            case THREAD_VARIABLES -> " thread_local_variables";
            default -> " data";
        };
    }

    /** Whether the program may write is said by the segment. */
    private static void set(AssembledFile.Section section, boolean execute, boolean zero, int flags) {
        section.write = !execute && !section.name().startsWith("__TEXT,");
        section.execute = execute;
        section.zero = zero;
        section.thread = false;
        section.type = 0;
        section.flags = section.flags & ~SOME_INSTRUCTIONS | flags;
    }

    private static void special(AssembledFile.Section section, int type) {
        set(section, false, false, 0);
        section.type = type;
    }

    private static void threadLocal(AssembledFile.Section section, boolean zero) {
        set(section, false, zero, 0);
        section.thread = true;
    }

    @Override
    boolean mentionAgain(AssembledFile.Section section, AssembledFile.Section again) {
        section.flags |= again.flags & ~SOME_INSTRUCTIONS;
        return section.execute != again.execute
                || section.zero != again.zero
                || section.thread != again.thread
                || section.type != again.type
                || ((section.flags ^ again.flags) & SOME_INSTRUCTIONS) != 0;
    }

    @Override
    boolean property(NasmSymbols.Entry symbol, String word) {
        if (!word.equals("private_extern") || symbol.external) return false;
        symbol.visibility = AssembledFile.Visibility.HIDDEN;
        return true;
    }

    @Override
    boolean hasProperties() {
        return false;
    }

    @Override
    boolean hasRelation(int relation) {
        return relation == NasmExpression.GOT || relation == NasmExpression.TLVP;
    }

    @Override
    String relations() {
        return "..gotpcrel and ..tlvp";
    }

    @Override
    RelocationKind relocation(
            AssembledFile.Section section, int relation, int size, boolean relative, boolean signed, boolean branch) {
        if (!relative) return relation == 0 && size == 8 ? RelocationKind.ABS64 : null;
        if (relation == 0 && size == 8) return RelocationKind.PC64;
        if (size != 4) return null;
        return switch (relation) {
            case NasmExpression.GOT -> RelocationKind.GOTPCREL;
            case NasmExpression.TLVP -> RelocationKind.TLVP;
            default -> branch ? RelocationKind.PLT32 : RelocationKind.PC32;
        };
    }

    @Override
    boolean holdsCode(AssembledFile.Section section) {
        return section.execute || (section.flags & SOME_INSTRUCTIONS) != 0;
    }

    @Override
    boolean refersBySymbol() {
        return true;
    }

    /** What {@code .rodata} is: constants with addresses in them are written to when the program is loaded, others are not. */
    @Override
    void finish(AssembledFile file) {
        AssembledFile.Section constants = null;
        for (AssembledFile.Section s : file.sections()) {
            if (s.name.equals(READ_ONLY)) return;
            if (s.name.equals(RELOCATED) && !s.namedInFull && s.relocations.isEmpty()) constants = s;
        }
        if (constants == null) return;
        constants.name = READ_ONLY;
        constants.write = false;
    }
}
