package dev.kiln.asm;

/** Sections and symbols of {@code win64}: COFF for x86-64 (Microsoft's PE/COFF specification, section 4). */
final class NasmWin64 extends NasmFormat {
    /** What such a section says is for the linker, which leaves it out of the program. */
    private static final int INFO = 0x200, REMOVE = 0x800;

    NasmWin64() {
        super(NasmParser.Format.WIN64);
    }

    @Override
    boolean isDirective(String word) {
        return word.equals("export");
    }

    /** To nasm, a section without a name that it knows holds code. */
    @Override
    void usualAttributes(AssembledFile.Section section) {
        switch (section.name()) {
            case ".data" -> attribute(section, "data");
            case ".rdata" -> attribute(section, "rdata");
            case ".bss" -> attribute(section, "bss");
            case ".pdata" -> {
                attribute(section, "rdata");
                section.align = 4;
            }
            case ".xdata" -> attribute(section, "rdata");
            default -> attribute(section, "code");
        }
    }

    @Override
    boolean attribute(AssembledFile.Section section, String word) {
        switch (word) {
            case "code", "text" -> set(section, false, true, true, false, 16);
            case "data" -> set(section, true, false, true, false, 4);
            case "rdata" -> set(section, false, false, true, false, 8);
            case "bss" -> set(section, true, false, true, true, 4);
            case "info" -> {
                set(section, false, false, false, false, 1);
                section.flags = INFO | REMOVE;
            }
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
        String word = section.execute
                ? "code"
                : section.zero ? "bss" : section.write ? "data" : section.flags != 0 ? "info" : "rdata";
        boolean known = section.execute == usual.execute
                && section.zero == usual.zero
                && section.write == usual.write
                && section.flags == usual.flags;
        String comdat = section.comdat == 0
                ? ""
                : " comdat=" + section.comdat + ":"
                        + NasmNames.escape(NasmNames.unescape(
                                file.symbols().get(section.comdatSymbol).name()));
        return (known ? "" : " " + word) + comdat;
    }

    private static void set(
            AssembledFile.Section section, boolean write, boolean execute, boolean allocate, boolean zero, int align) {
        section.write = write;
        section.execute = execute;
        section.allocate = allocate;
        section.zero = zero;
        section.flags = 0;
        section.align = align;
    }

    @Override
    boolean hasComdat() {
        return true;
    }

    @Override
    boolean ignoresAttributes() {
        return true;
    }

    @Override
    long largestAlignment() {
        return 8192;
    }

    @Override
    boolean property(NasmSymbols.Entry symbol, String word) {
        return false;
    }

    @Override
    boolean hasProperties() {
        return false;
    }

    @Override
    boolean hasRelation(int relation) {
        return relation == NasmExpression.IMAGEBASE;
    }

    @Override
    String relations() {
        return "..imagebase";
    }

    /** Unwind information is all addresses relative to the image, so that in its sections nobody needs to say so. */
    @Override
    RelocationKind relocation(
            AssembledFile.Section section, int relation, int size, boolean relative, boolean signed, boolean branch) {
        if (relative) return relation == 0 && size == 4 ? RelocationKind.PC32 : null;
        boolean unwind = section.name().equals(".pdata") || section.name().equals(".xdata");
        if (relation == NasmExpression.IMAGEBASE || unwind) return size == 4 ? RelocationKind.IMAGEREL32 : null;
        return size >= 4 ? absoluteKind(size, signed) : null;
    }
}
