package dev.kiln.asm;

/**
 * What an instruction reads and writes as the peephole pass needs it: sets of registers, of flags, and whether memory is touched. Of an
 * instruction that goes elsewhere or keeps others in order nothing is {@link #known}, so that nothing is moved across it.
 */
final class Effects {
    /** The flags that arithmetic sets. */
    static final int STATUS = Forms.CARRY | Forms.PARITY | Forms.ADJUST | Forms.ZERO | Forms.SIGN | Forms.OVERFLOW;

    static final int ALL_FLAGS = STATUS | Forms.DIRECTION | Forms.INTERRUPT;

    /** The general registers. */
    static final long GENERAL = 0xFFFF_FFFFL;

    private final InstructionInfo info = new InstructionInfo();
    private final Operands operands = new Operands();

    /** Whether the sets below say all that is read and written of general and vector registers, flags and memory. */
    boolean known;

    /** Registers 0 to 63 of {@link Registers} whose old value matters. */
    long reads;
    /** Registers that may change. */
    long writes;
    /** Of these, the general registers of which nothing is left. */
    long kills;

    int flagsRead;
    /** Written, or undefined afterwards. */
    int flagsWritten;

    boolean readsMemory;
    boolean writesMemory;

    /** Computes the effects of a node; other nodes than instructions count as unknown. */
    void of(CodeList list, int node) {
        if (list.isInstruction(node)) of(list.prefixedForm(node), list.operands(node, operands));
        else {
            known = false;
            readsMemory = true;
            writesMemory = true;
        }
    }

    void of(int form, Operands o) {
        info.inspect(form, o);
        reads = info.registersRead();
        writes = info.registersWritten();
        kills = 0;
        // Vector registers may keep what is above the width written.
        for (long rest = writes & GENERAL; rest != 0; rest &= rest - 1) {
            int register = Long.numberOfTrailingZeros(rest);
            if (info.writtenBits(register) == 64) kills |= 1L << register;
        }
        flagsRead = info.flagsRead();
        flagsWritten = info.flagsWritten() | info.flagsUndefined();
        readsMemory = info.readsMemory();
        writesMemory = info.writesMemory();
        known = !info.isBranch()
                && !info.isCall()
                && !info.isReturn()
                && !info.isTrap()
                && !info.isPrivileged()
                && !keepsOrder(info.mnemonic());
    }

    /** What memory accesses are not moved across (SDM vol. 3, 10.2.5 and 10.3), and what waits for others. */
    private static boolean keepsOrder(String mnemonic) {
        return switch (mnemonic) {
            case "mfence",
                    "lfence",
                    "sfence",
                    "serialize",
                    "cpuid",
                    "pause",
                    "tpause",
                    "umwait",
                    "umonitor",
                    "xabort",
                    "xend" -> true;
            default -> false;
        };
    }

    /** About the instruction looked at last. */
    InstructionInfo info() {
        return info;
    }

    /** The registers that an address is made of. */
    static long address(Operands o) {
        return bit(o.base) | bit(o.index);
    }

    /** A general or vector register as a set; AH, CH, DH and BH, which stand in this order, are parts of RAX to RBX. */
    static long bit(int register) {
        if (register >= 0 && register < 64) return 1L << register;
        int high = register - Registers.HIGH_BYTE;
        return high >= 0 && high < 4 ? 1L << high : 0;
    }
}
