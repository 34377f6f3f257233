package dev.kiln.asm.table;

/**
 * The bit fields of a form's template, 64 bits that say all about its encoding but the operands' values. Some have one meaning in legacy encodings and
 * another in vector ones. The generator packs them, and
 * writes the accessors that the assembler reads them with.
 */
enum Layout {
    OPCODE(0, 8, "The opcode byte."),
    MAP(8, 4, "The opcode map: 0 one-byte, 1 0F, 2 0F 38, 3 0F 3A, 4 to 7 EVEX maps, 8 to 10 XOP maps, 15 3DNow!."),
    SPACE(12, 2, "The encoding: 0 legacy, 1 VEX, 2 EVEX, 3 XOP."),
    PREFIX(14, 3, "Mandatory prefixes: bit 0 is 66, the upper bits are 1 for F3 and 2 for F2."),
    W(17, 1, "REX.W, VEX.W or EVEX.W."),
    LENGTH(18, 2, "VEX.L or EVEX.L'L."),
    MODRM(20, 4, "What stands in ModRM: 0 to 7 an opcode extension, or one of the MODRM_ constants."),
    SECOND(
            24,
            8,
            "The fixed byte behind the opcode, for MODRM_FIXED and MODRM_FIXED_PLUS; APX in EVEX: bits of the prefix's last byte."),
    IMMEDIATE(32, 4, "What follows: one of the IMMEDIATE_ constants."),
    FWAIT(36, 1, "A WAIT (9B) stands in front."),
    KEEP_INDEX(
            37,
            1,
            "Base and index have meanings of their own: an index alone stays one, and there is no address relative to RIP."),
    SIB(38, 1, "The address always has a SIB byte."),
    ROUTINE(39, 5, "The way of the operands to their fields: one of the ROUTINE_ constants."),
    WORD(18, 1, "Legacy: 66 stands for operands of 16 bits."),
    ADDRESS64(19, 1, "Legacy: the address has 64 bits, as has the register that is an address too."),
    PREFIXES(
            44,
            8,
            "Legacy: allowed prefixes: 1 LOCK, 2 REP, 4 REPNE, 8 XACQUIRE, 16 XRELEASE, 32 BND, 64 NOTRACK, 128 67 for implicit addresses and counters."),
    NO_REX2(52, 1, "Legacy: REX2 is refused."),
    SCALE(44, 4, "EVEX: the power of two that scales an 8-bit displacement."),
    BROADCAST(48, 2, "The width of broadcast elements: 0 none, 1 16 bits, 2 32 bits, 3 64 bits."),
    MASK(50, 1, "Takes a write mask {k}."),
    ZEROING(51, 1, "Takes {z}."),
    ROUNDING(52, 1, "Takes {er}."),
    SAE(53, 1, "Takes {sae}."),
    VSIB(54, 1, "Has a vector index."),
    APX(
            55,
            1,
            "EVEX: promoted, so that the prefix has ND and NF where others have b and the mask; legacy: always with REX2."),
    NO_FLAGS(56, 1, "Takes {nf}."),
    NO_PREFIX(57, 1, "NP: a mandatory prefix would make another instruction."),
    UNPREFERRED(58, 1, "Never chosen by mnemonic."),
    MEMORY_ONLY(59, 1, "ModRM.rm is memory."),
    REGISTER_ONLY(60, 1, "ModRM.rm is a register."),
    ADDRESS(61, 1, "An address-size prefix (67) belongs to the instruction."),
    W_IGNORED(62, 1, "WIG: the processor ignores W of VEX, EVEX or XOP."),
    LENGTH_IGNORED(63, 1, "LIG: the processor ignores the vector length.");

    /** Values of {@link #MODRM} beyond the opcode extensions. */
    static final int MODRM_REG = 8, MODRM_OPCODE = 9, MODRM_NONE = 10, MODRM_FIXED = 11, MODRM_FIXED_PLUS = 12;

    /** Values of {@link #IMMEDIATE}. */
    static final String[] IMMEDIATES = {"NONE", "IB", "IW", "ID", "IQ", "CB", "CD", "MO", "IS4", "IW_IB", "IB_IB"};

    /** Fields that an operand can go to, in 4 bits each of a form's roles. */
    static final String[] ROLES = {"FIXED", "REG", "RM", "VVVV", "OPCODE", "IMMEDIATE", "IS4", "BRANCH", "OFFSET"};

    /** Values of {@link #ROUTINE}: orders of the operands that are registers or memory. */
    static final String[] ROUTINES = {
        "NONE", "RM", "MR", "M", "O", "RVM", "MVR", "RMV", "VM", "RVMI", "RVIM", "MRV", "R", "OTHER"
    };

    final int shift;
    final int width;
    final String meaning;

    Layout(int shift, int width, String meaning) {
        this.shift = shift;
        this.width = width;
        this.meaning = meaning;
    }

    long put(long value) {
        if (value < 0 || value >= 1L << width) throw new IllegalArgumentException(name() + " does not hold " + value);
        return value << shift;
    }

    long get(long template) {
        return template >>> shift & (1L << width) - 1;
    }

    static int indexOf(String[] names, String name) {
        for (int i = 0; i < names.length; i++) if (names[i].equals(name)) return i;
        throw new IllegalArgumentException(name);
    }
}
