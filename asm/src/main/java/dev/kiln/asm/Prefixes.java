package dev.kiln.asm;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.asm.internal.Template;

/** Which prefixes go with which instructions; SDM vol. 2, 2.1.1 and under LOCK, REP, XACQUIRE; vol. 1, 17.3.4 (NOTRACK). */
final class Prefixes {

    private static final int REPEATS = Form.REP | Form.REPNE | Form.XACQUIRE | Form.XRELEASE | Form.BND;

    private Prefixes() {}

    /**
     * Complains about prefixes that do not fit.
     *
     * @param asked bits of {@link Form}
     * @param allowed bits of {@link FormTable#prefixes}
     * @param memory whether an operand is in memory
     * @param locked whether the instruction locks without LOCK
     */
    static void check(int asked, int allowed, boolean memory, boolean locked) {
        if ((asked & (Encoder.LOAD | Encoder.STORE)) != 0)
            throw new AssemblerException(
                    "a direction is chosen between two registers, by a typed method or mnemonic; by number the form says it,"
                            + " with EXACT");
        // Between the first three and the others stand the bits of APX.
        int refused = (asked >>> 16 & 7 | asked >>> 18 & 0xF8) & ~allowed;
        if ((refused & FormTable.LOCK) != 0 || (asked & Form.LOCK) != 0 && !memory)
            throw new AssemblerException("this instruction cannot be locked; those that can read and write memory");
        if ((refused & (FormTable.REP | FormTable.REPNE)) != 0)
            throw new AssemblerException("this instruction takes no such repeat prefix; string instructions do");
        boolean elides = (asked & (Form.XACQUIRE | Form.XRELEASE)) != 0;
        boolean needsLock = (allowed & FormTable.LOCK) != 0 && (asked & Form.LOCK) == 0 && !locked;
        if (elides && ((refused & (FormTable.XACQUIRE | FormTable.XRELEASE)) != 0 || !memory || needsLock))
            throw new AssemblerException(
                    "XACQUIRE and XRELEASE stand with LOCK in front of what it can lock, or with XCHG on memory; "
                            + "XRELEASE also with MOV to memory");
        if ((refused & FormTable.BND) != 0)
            throw new AssemblerException("this instruction takes no BND; near jumps, calls and returns do");
        if ((refused & FormTable.NOTRACK) != 0)
            throw new AssemblerException(
                    "this instruction takes no NOTRACK; jumps and calls through a register or memory do");
        if ((refused & FormTable.ADDRESS32) != 0 && !memory)
            throw new AssemblerException("this instruction has no address that could have 32 bits");
        if (Integer.bitCount(asked & REPEATS) > 1)
            throw new AssemblerException("an instruction has one of REP, REPNE, XACQUIRE, XRELEASE and BND at most");
    }

    /** Whether an operand in memory may have an address of 32 or 64 bits; another address, in a register, may ask for one of them. */
    static boolean takesAddress(long t, int bits) {
        if (Template.space(t) == 0) return bits == 32 ? !Template.address64(t) : !Template.address(t);
        // MOVDIR64B and ENQCMD as APX promotes them.
        boolean promoted = Template.space(t) == 2 && Template.apx(t) && Template.memoryOnly(t);
        if (!promoted || Template.opcode(t) != 0xF8) return true;
        return Template.address(t) ? bits == 32 : bits == 64;
    }

    /** Whether an instruction by this template locks without LOCK: XCHG (SDM vol. 2, XCHG). */
    static boolean locksItself(long t) {
        return Template.space(t) == 0 && Template.map(t) == 0 && (Template.opcode(t) | 1) == 0x87;
    }
}
