package dev.kiln.asm;

import java.util.Objects;

/**
 * What a field of machine code or data refers to, where that is still to be filled in: as an object file's relocation says. For {@link Listing}
 * and {@link SourceListing}, which write it in place of what stands in the field.
 *
 * @param kind how the field depends on the symbol
 * @param symbol a symbol's or a section's name
 * @param addend the addend A of the kind's formula
 * @param section names for offsets when {@code symbol} is a section, so that a symbol in it can be told instead; {@code null} elsewhere
 */
public record SymbolReference(RelocationKind kind, String symbol, long addend, Disassembler.Labels section) {
    public SymbolReference {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(symbol);
    }

    /** Finds the references of a piece of code. */
    @FunctionalInterface
    public interface Fields {
        /** What the field that begins at an address refers to, or {@code null}. */
        SymbolReference at(long address);
    }

    /**
     * The reference as an operand.
     *
     * @param behind how far behind the field's start what distances count from is: the next instruction
     * @param intel whether relations are written as GNU's and LLVM's assemblers do
     */
    String operand(long behind, boolean intel) {
        String name = name(behind);
        String relation = intel ? gnuRelation() : nasmRelation();
        if (relation.isEmpty() || kind == RelocationKind.PLT32) return name + offset(behind);
        return intel ? name + relation + offset(behind) : name + offset(behind) + relation;
    }

    /** The reference as an operand of a text to be assembled, or {@code null} when nasm's syntax has none. */
    String source(long behind) {
        boolean named = section == null || section.nameOf(place(behind)) != null;
        if (!named || !isWritable() || !NasmNames.isPossible(name(behind))) return null;
        return NasmNames.escape(name(behind)) + offset(behind) + nasmRelation();
    }

    /** The symbol that {@link #source} names. */
    String name(long behind) {
        String known = section == null ? null : section.nameOf(place(behind));
        return known == null ? symbol : known;
    }

    private String offset(long behind) {
        boolean known = section != null && section.nameOf(place(behind)) != null;
        long offset = known ? 0 : place(behind);
        if (offset == 0) return "";
        return offset < 0 ? "-0x" + Long.toHexString(-offset) : "+0x" + Long.toHexString(offset);
    }

    private long place(long behind) {
        return kind.isRelative() ? addend + behind : addend;
    }

    private boolean isWritable() {
        return switch (kind) {
            case ABS64, ABS32, ABS32U, ABS16, ABS8, PC32, PC8, PLT32, GOTPCREL, GOTPCRELX, REX_GOTPCRELX -> true;
            case GOT32, GOT64, GOTOFF64, GOTTPOFF, TPOFF32, IMAGEREL32, TLVP -> true;
            case PC64, PC16, TPOFF64, DTPOFF64, DTPOFF32, TLSGD, TLSLD, SECREL32, SECTION16, SIZE32, SIZE64 -> false;
            case GOTPC32, GOTPC64, GOTPCREL64, PLTOFF64 -> false;
        };
    }

    private String nasmRelation() {
        return switch (kind) {
            case ABS64, ABS32, ABS32U, ABS16, ABS8, PC64, PC32, PC16, PC8 -> "";
            case PLT32 -> " wrt ..plt";
            case GOTPCREL, GOTPCRELX, REX_GOTPCRELX, GOTPCREL64, GOT32, GOT64 -> " wrt ..got";
            case GOTTPOFF -> " wrt ..gottpoff";
            case TPOFF32, TPOFF64 -> " wrt ..tpoff";
            case DTPOFF32, DTPOFF64 -> " wrt ..dtpoff";
            case TLSGD -> " wrt ..tlsgd";
            case TLSLD -> " wrt ..tlsld";
            case GOTOFF64 -> " wrt ..gotoff";
            case GOTPC32, GOTPC64 -> " wrt ..gotpc";
            case PLTOFF64 -> " wrt ..pltoff";
            case SIZE32, SIZE64 -> " wrt ..size";
            case SECREL32 -> " wrt ..secrel";
            case SECTION16 -> " wrt ..section";
            case IMAGEREL32 -> " wrt ..imagebase";
            case TLVP -> " wrt ..tlvp";
        };
    }

    private String gnuRelation() {
        return switch (kind) {
            case ABS64, ABS32, ABS32U, ABS16, ABS8, PC64, PC32, PC16, PC8 -> "";
            case PLT32 -> "@PLT";
            case GOTPCREL, GOTPCRELX, REX_GOTPCRELX, GOTPCREL64 -> "@GOTPCREL";
            case GOT32, GOT64 -> "@GOT";
            case GOTTPOFF -> "@GOTTPOFF";
            case TPOFF32, TPOFF64 -> "@TPOFF";
            case DTPOFF32, DTPOFF64 -> "@DTPOFF";
            case TLSGD -> "@TLSGD";
            case TLSLD -> "@TLSLD";
            case GOTOFF64 -> "@GOTOFF";
            case GOTPC32, GOTPC64 -> "";
            case PLTOFF64 -> "@PLTOFF";
            case SIZE32, SIZE64 -> "@SIZE";
            case SECREL32 -> "@SECREL32";
            case SECTION16 -> "@SECTION";
            case IMAGEREL32 -> "@IMGREL";
            case TLVP -> "@TLVP";
        };
    }
}
