package dev.kiln.asm;

/** What text means differently from one output format to another: sections and their attributes, properties of symbols, relocations. */
abstract sealed class NasmFormat permits NasmElf, NasmWin64, NasmMachO {
    final NasmParser.Format format;

    NasmFormat(NasmParser.Format format) {
        this.format = format;
    }

    static NasmFormat of(NasmParser.Format format) {
        return switch (format) {
            case FLAT, ELF64 -> new NasmElf(format);
            case WIN64 -> new NasmWin64();
            case MACHO64 -> new NasmMachO();
        };
    }

    /** The format's name, as behind {@code -f}. */
    final String name() {
        return format.optionName();
    }

    final boolean isFlat() {
        return format == NasmParser.Format.FLAT;
    }

    /** Whether the format has a directive of this name beside those of all formats. */
    boolean isDirective(String word) {
        return false;
    }

    /** The name of a section as the format has it; {@code null} when it cannot have this one, see {@link #nameRule}. */
    String sectionName(String written) {
        return written;
    }

    /** Which names sections can have. */
    String nameRule() {
        return "";
    }

    /** Gives a new section the attributes that it has before any are said. */
    abstract void usualAttributes(AssembledFile.Section section);

    /** Gives a section an attribute, in lower case; says whether there is one of this name. */
    abstract boolean attribute(AssembledFile.Section section, String word);

    /** The words that give a section its attributes, as far as its name does not give them already; without its alignment. */
    abstract String attributes(AssembledFile.Section section, AssembledFile file);

    /**
     * Called behind the attributes of a mention.
     *
     * @param attributed whether there were any beside an alignment
     * @param aligned whether an alignment was said
     * @return what is wrong with them together, or {@code null}
     */
    String completeAttributes(AssembledFile.Section section, boolean attributed, boolean aligned) {
        return null;
    }

    /** Whether linkers choose among sections that stand for one symbol, as {@code comdat=} says. */
    boolean hasComdat() {
        return false;
    }

    /** Whether attributes that the format does not know are left out with a warning. */
    boolean ignoresAttributes() {
        return false;
    }

    /**
     * Takes over from {@code again}, a copy of {@code section} with the attributes of a further mention, what a further mention can
     * change; says whether it asked for more.
     */
    boolean mentionAgain(AssembledFile.Section section, AssembledFile.Section again) {
        return section.write != again.write
                || section.execute != again.execute
                || section.allocate != again.allocate
                || section.zero != again.zero
                || section.thread != again.thread
                || section.flags != again.flags
                || section.type != again.type
                || section.entrySize != again.entrySize;
    }

    /** The largest alignment of a section, in bytes. */
    long largestAlignment() {
        return 1 << 30;
    }

    /** Gives a symbol a property, in lower case; says whether there is one of this name. */
    abstract boolean property(NasmSymbols.Entry symbol, String word);

    /** Whether symbols can be given properties, a size, or, when common, an alignment. */
    abstract boolean hasProperties();

    /** Whether {@code wrt} can be followed by a relation of {@link NasmExpression}. */
    abstract boolean hasRelation(int relation);

    /** The relations for which {@link #hasRelation} holds, for messages. */
    abstract String relations();

    /**
     * The kind of relocation for a field.
     *
     * @param relation what stands behind {@code wrt}; 0 for nothing
     * @param size in bytes
     * @param relative whether the field holds a distance
     * @param signed whether it is sign-extended when used
     * @param branch whether it is the target of a jump or call
     * @return {@code null} when there is none
     */
    abstract RelocationKind relocation(
            AssembledFile.Section section, int relation, int size, boolean relative, boolean signed, boolean branch);

    /** Whether a section holds instructions. */
    boolean holdsCode(AssembledFile.Section section) {
        return section.execute;
    }

    /** Whether relocations name symbols wherever there is one, never a section. */
    boolean refersBySymbol() {
        return false;
    }

    /** Called when all is assembled. */
    void finish(AssembledFile file) {}

    static RelocationKind relativeKind(int size) {
        return switch (size) {
            case 1 -> RelocationKind.PC8;
            case 2 -> RelocationKind.PC16;
            case 4 -> RelocationKind.PC32;
            default -> RelocationKind.PC64;
        };
    }

    static RelocationKind absoluteKind(int size, boolean signed) {
        return switch (size) {
            case 1 -> RelocationKind.ABS8;
            case 2 -> RelocationKind.ABS16;
            case 4 -> signed ? RelocationKind.ABS32 : RelocationKind.ABS32U;
            default -> RelocationKind.ABS64;
        };
    }
}
