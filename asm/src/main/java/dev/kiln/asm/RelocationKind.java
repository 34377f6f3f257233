package dev.kiln.asm;

/**
 * How a field of code or data depends on a symbol's address, the same for every object format and for code in memory. S is the
 * symbol's address, A the addend, P the address of the field (System V ABI, AMD64 supplement 4.4).
 */
public enum RelocationKind {
    /** 64 bits: S + A. */
    ABS64(8),
    /** 32 bits, sign-extended when used: S + A. */
    ABS32(4),
    /** 32 bits, zero-extended when used: S + A. */
    ABS32U(4),
    /** 16 bits: S + A. */
    ABS16(2),
    /** 8 bits: S + A. */
    ABS8(1),
    /** 16 bits: S + A − P. */
    PC16(2),
    /** 8 bits: S + A − P. */
    PC8(1),
    /** 32 bits: S + A − P. In instructions A includes the distance from the field to the instruction's end, negated. */
    PC32(4),
    /** 64 bits: S + A − P. */
    PC64(8),
    /** 32 bits: S + A − P, for a call or jump that may go through a stub when S is not defined here. */
    PLT32(4),
    /** 32 bits: the address of a 64-bit cell holding S, + A − P. */
    GOTPCREL(4),
    /** 32 bits: the address of a 64-bit cell holding S's offset from the thread pointer, + A − P. Initial-exec TLS. */
    GOTTPOFF(4),
    /** 32 bits: S's offset from the thread pointer + A. Local-exec TLS. */
    TPOFF32(4),
    /** 64 bits: S's offset from the thread pointer + A. */
    TPOFF64(8),
    /**
     * 64 bits: the offset of thread-local S in its module's block + A; for code in memory, where a call finds the calling thread's
     * block.
     */
    DTPOFF64(8),
    /** 32 bits: the offset of thread-local S in its module's block + A. Local-dynamic TLS, behind a call of {@code __tls_get_addr}. */
    DTPOFF32(4),
    /** 32 bits: the address of a pair of cells that {@code __tls_get_addr} takes for S, + A − P. General-dynamic TLS. */
    TLSGD(4),
    /** 32 bits: the address of a pair of cells that {@code __tls_get_addr} takes for this module, + A − P. Local-dynamic TLS. */
    TLSLD(4),
    /** 32 bits: the offset of the 64-bit cell holding S from the start of the global offset table, + A. */
    GOT32(4),
    /** 64 bits: as {@link #GOT32}. */
    GOT64(8),
    /** 64 bits: S + A, less the start of the global offset table. */
    GOTOFF64(8),
    /** 32 bits: the start of the global offset table, + A − P; S is by custom {@code _GLOBAL_OFFSET_TABLE_}. */
    GOTPC32(4),
    /** 64 bits: as {@link #GOTPC32}. */
    GOTPC64(8),
    /** 64 bits: as {@link #GOTPCREL}. */
    GOTPCREL64(8),
    /** 64 bits: the address of S's stub + A, less the start of the global offset table. */
    PLTOFF64(8),
    /** As {@link #GOTPCREL}, in an instruction without REX that the linker may change into one that needs no cell. */
    GOTPCRELX(4),
    /** As {@link #GOTPCRELX}, in an instruction with REX. */
    REX_GOTPCRELX(4),
    /** 32 bits: the size of S + A. */
    SIZE32(4),
    /** 64 bits: the size of S + A. */
    SIZE64(8),
    /** 32 bits: S's offset in its section + A (COFF debug information). */
    SECREL32(4),
    /** 32 bits: S + A relative to the image's base (COFF unwind information). */
    IMAGEREL32(4),
    /** 16 bits: the number of S's section (COFF debug information). */
    SECTION16(2),
    /** 32 bits: the address of a cell holding the address of thread-local S's descriptor, + A − P (Mach-O). */
    TLVP(4);

    private final int size;

    RelocationKind(int size) {
        this.size = size;
    }

    /** Whether the field holds a distance from itself: its value has − P. */
    public boolean isRelative() {
        return switch (this) {
            case PC64, PC32, PC16, PC8, PLT32, GOTPCREL, GOTPCRELX, REX_GOTPCRELX, GOTPCREL64, GOTPC32, GOTPC64 -> true;
            case GOTTPOFF, TLSGD, TLSLD, TLVP -> true;
            case ABS64, ABS32, ABS32U, ABS16, ABS8, TPOFF32, TPOFF64, DTPOFF32, DTPOFF64 -> false;
            case GOT32, GOT64, GOTOFF64, PLTOFF64, SIZE32, SIZE64, SECREL32, IMAGEREL32, SECTION16 -> false;
        };
    }

    /** The width of the field in bytes. */
    public int size() {
        return size;
    }

    /** Whether an immediate of 32 bits can hold it. */
    boolean isImmediate32() {
        return switch (this) {
            case ABS32, TPOFF32, DTPOFF32, GOT32, SIZE32, SECREL32, IMAGEREL32 -> true;
            case ABS64,
                    PC32,
                    PC64,
                    PLT32,
                    GOTPCREL,
                    GOTTPOFF,
                    TLVP,
                    SECTION16,
                    TPOFF64,
                    DTPOFF64,
                    TLSGD,
                    TLSLD,
                    GOT64,
                    GOTOFF64,
                    GOTPC32,
                    GOTPC64,
                    GOTPCREL64,
                    PLTOFF64,
                    GOTPCRELX,
                    REX_GOTPCRELX,
                    SIZE64,
                    ABS32U,
                    ABS16,
                    ABS8,
                    PC16,
                    PC8 -> false;
        };
    }

    /** Whether an immediate of 64 bits can hold it. */
    boolean isImmediate64() {
        return switch (this) {
            case ABS64, TPOFF64, DTPOFF64, GOT64, GOTOFF64, GOTPC64, GOTPCREL64, PLTOFF64, SIZE64 -> true;
            case ABS32,
                    PC32,
                    PC64,
                    PLT32,
                    GOTPCREL,
                    GOTTPOFF,
                    TLVP,
                    SECTION16,
                    TPOFF32,
                    DTPOFF32,
                    TLSGD,
                    TLSLD,
                    GOT32,
                    GOTPC32,
                    GOTPCRELX,
                    REX_GOTPCRELX,
                    SIZE32,
                    SECREL32,
                    IMAGEREL32,
                    ABS32U,
                    ABS16,
                    ABS8,
                    PC16,
                    PC8 -> false;
        };
    }
}
