package dev.kiln.asm;

/** Sections and symbols of {@code elf64}, and of {@code bin}, whose sections take the same attributes. Numbers are those of the System V ABI, chapter 4. */
final class NasmElf extends NasmFormat {
    private static final int PROGBITS = 1, NOTE = 7, NOBITS = 8, INIT_ARRAY = 14, FINI_ARRAY = 15, PREINIT_ARRAY = 16;
    private static final int MERGE = 0x10, STRINGS = 0x20;

    /** The size of an entry that the attributes of the present mention say, 0 for none. */
    private int saidEntry;

    NasmElf(NasmParser.Format format) {
        super(format);
    }

    @Override
    boolean isDirective(String word) {
        return !isFlat() && word.equals("osabi");
    }

    @Override
    String sectionName(String written) {
        boolean reserved = written.equals(".shstrtab") || written.equals(".symtab") || written.equals(".strtab");
        return reserved && !isFlat() ? null : written;
    }

    @Override
    String nameRule() {
        return ".symtab, .strtab and .shstrtab are the object writer's own";
    }

    @Override
    void usualAttributes(AssembledFile.Section section) {
        boolean flat = isFlat();
        section.align = flat ? 4 : 1;
        switch (section.name()) {
            case ".text" -> {
                section.execute = true;
                if (!flat) section.align = 16;
            }
            case ".rodata", ".lrodata" -> section.align = 4;
            case ".data", ".ldata" -> {
                section.write = true;
                section.align = 4;
            }
            case ".bss", ".lbss" -> {
                section.write = true;
                section.zero = true;
                section.align = 4;
            }
            case ".tdata" -> {
                section.write = true;
                section.thread = true;
                section.align = 4;
            }
            case ".tbss" -> {
                section.write = true;
                section.thread = true;
                section.zero = true;
                section.align = 4;
            }
            case ".preinit_array" -> array(section, PREINIT_ARRAY);
            case ".init_array" -> array(section, INIT_ARRAY);
            case ".fini_array" -> array(section, FINI_ARRAY);
            case ".comment" -> section.allocate = false;
            case ".note" -> {
                section.allocate = false;
                section.align = 4;
                section.type = NOTE;
            }
            default -> {}
        }
        if (section.type == 0) section.type = section.zero ? NOBITS : PROGBITS;
    }

    private static void array(AssembledFile.Section section, int type) {
        section.type = type;
        section.align = 8;
        section.entrySize = 8;
    }

    @Override
    boolean attribute(AssembledFile.Section section, String word) {
        switch (word) {
            case "progbits" -> type(section, PROGBITS);
            case "nobits" -> type(section, NOBITS);
            case "note" -> type(section, NOTE);
            case "init_array" -> arrayType(section, INIT_ARRAY);
            case "fini_array" -> arrayType(section, FINI_ARRAY);
            case "preinit_array" -> arrayType(section, PREINIT_ARRAY);
            case "alloc" -> section.allocate = true;
            case "noalloc" -> section.allocate = false;
            case "exec" -> section.execute = true;
            case "noexec" -> section.execute = false;
            case "write" -> section.write = true;
            case "nowrite" -> section.write = false;
            case "tls" -> section.thread = true;
            case "notls" -> section.thread = false;
            case "merge" -> section.flags |= MERGE;
            case "nomerge" -> section.flags &= ~MERGE;
            case "strings" -> section.flags |= STRINGS;
            case "nostrings" -> section.flags &= ~STRINGS;
            case "byte" -> entry(section, 1);
            case "word" -> entry(section, 2);
            case "dword" -> entry(section, 4);
            case "qword", "pointer" -> entry(section, 8);
            case "tword" -> entry(section, 10);
            case "oword" -> entry(section, 16);
            case "yword" -> entry(section, 32);
            case "zword" -> entry(section, 64);
            default -> {
                return false;
            }
        }
        return true;
    }

    @Override
    String attributes(AssembledFile.Section section, AssembledFile file) {
        AssembledFile.Section usual = new AssembledFile.Section(section.name());
        usualAttributes(usual);
        StringBuilder words = new StringBuilder();
        if (section.type != usual.type || section.zero != usual.zero)
            words.append(
                    switch (section.type) {
                        case NOBITS -> " nobits";
                        case NOTE -> " note";
                        case INIT_ARRAY -> " init_array";
                        case FINI_ARRAY -> " fini_array";
                        case PREINIT_ARRAY -> " preinit_array";
                        default -> " progbits";
                    });
        if (section.allocate != usual.allocate) words.append(section.allocate ? " alloc" : " noalloc");
        if (section.execute != usual.execute) words.append(section.execute ? " exec" : " noexec");
        if (section.write != usual.write) words.append(section.write ? " write" : " nowrite");
        if (section.thread != usual.thread) words.append(section.thread ? " tls" : " notls");
        if ((section.flags & MERGE) != 0) words.append(" merge");
        if ((section.flags & STRINGS) != 0) words.append(" strings");
        if (section.entrySize != usual.entrySize) words.append(' ').append(entryWord(section.entrySize));
        if (section.start >= 0) words.append(" start=").append(section.start);
        if (section.virtualStart >= 0) words.append(" vstart=").append(section.virtualStart);
        if (section.follows != null) words.append(" follows=").append(section.follows);
        if (section.virtualFollows != null) words.append(" vfollows=").append(section.virtualFollows);
        return words.toString();
    }

    private static String entryWord(int size) {
        return switch (size) {
            case 1 -> "byte";
            case 2 -> "word";
            case 4 -> "dword";
            case 8 -> "qword";
            case 10 -> "tword";
            case 16 -> "oword";
            case 32 -> "yword";
            default -> "zword";
        };
    }

    private static void type(AssembledFile.Section section, int type) {
        section.type = type;
        section.zero = type == NOBITS;
    }

    private void arrayType(AssembledFile.Section section, int type) {
        type(section, type);
        entry(section, 8);
    }

    private void entry(AssembledFile.Section section, int size) {
        section.entrySize = size;
        saidEntry = size;
    }

    /** The alignments that go with names hold for sections without attributes; others follow the size of their entries. */
    @Override
    String completeAttributes(AssembledFile.Section section, boolean attributed, boolean aligned) {
        if (attributed && !aligned && !isFlat()) section.align = Math.max(1, Integer.lowestOneBit(saidEntry));
        saidEntry = 0;
        boolean mergeable = section.entrySize != 0 || (section.flags & STRINGS) != 0;
        return (section.flags & MERGE) == 0 || mergeable
                ? null
                : "entries that can be merged have a size (byte, word, dword, qword) or are strings";
    }

    @Override
    boolean property(NasmSymbols.Entry symbol, String word) {
        switch (word) {
            case "function" -> symbol.kind = AssembledFile.Kind.FUNCTION;
            case "data", "object" -> symbol.kind = AssembledFile.Kind.DATA;
            case "tls" -> symbol.kind = AssembledFile.Kind.THREAD_DATA;
            case "notype" -> symbol.kind = AssembledFile.Kind.UNKNOWN;
            case "weak" -> symbol.binding = AssembledFile.Binding.WEAK;
            case "strong" -> symbol.binding = AssembledFile.Binding.GLOBAL;
            case "default" -> symbol.visibility = AssembledFile.Visibility.DEFAULT;
            case "internal" -> symbol.visibility = AssembledFile.Visibility.INTERNAL;
            case "hidden" -> symbol.visibility = AssembledFile.Visibility.HIDDEN;
            case "protected" -> symbol.visibility = AssembledFile.Visibility.PROTECTED;
            default -> {
                return false;
            }
        }
        return true;
    }

    @Override
    boolean hasProperties() {
        return true;
    }

    @Override
    boolean hasRelation(int relation) {
        return relation != NasmExpression.IMAGEBASE && relation != NasmExpression.TLVP;
    }

    @Override
    String relations() {
        return "..plt, ..got, ..gotoff, ..gottpoff, ..tpoff and ..sym";
    }

    @Override
    RelocationKind relocation(
            AssembledFile.Section section, int relation, int size, boolean relative, boolean signed, boolean branch) {
        return switch (relation) {
            case NasmExpression.PLT -> relative && size == 4 ? RelocationKind.PLT32 : null;
            case NasmExpression.GOT, NasmExpression.GOTPC -> {
                if (relative) yield size == 4 ? RelocationKind.GOTPCREL : null;
                yield relation == NasmExpression.GOTPC
                        ? null
                        : size == 4 ? RelocationKind.GOT32 : size == 8 ? RelocationKind.GOT64 : null;
            }
            case NasmExpression.GOTTPOFF -> relative && size == 4 ? RelocationKind.GOTTPOFF : null;
            case NasmExpression.TPOFF ->
                relative ? null : size == 4 ? RelocationKind.TPOFF32 : size == 8 ? RelocationKind.TPOFF64 : null;
            case NasmExpression.GOTOFF -> !relative && size == 8 ? RelocationKind.GOTOFF64 : null;
            default -> relative ? relativeKind(size) : absoluteKind(size, signed);
        };
    }
}
