package dev.kiln.asm;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.asm.internal.Template;

/**
 * The instruction table turned round for decoding: from opcode to the forms that have it, as int arrays. A slot is encoding space × map
 * × opcode byte; its candidates stand in the order in which they are tried: those that ask for more (a fixed second byte, F2 or F3,
 * REX.W, 66) before those that ask for less, otherwise as in the table. So {@code 66 0F 58} is ADDPD before it is ADDPS with a prefix
 * too many, and a form without REX.W serves REX.W = 1 only where no form of its own exists.
 *
 * <p>Built once in time linear in the table, at the first use of a decoder.
 */
final class DecoderIndex {
    static final int BAD = -1;

    /** Opcode maps per encoding space; {@link #MAP_3DNOW} is the last one. */
    static final int MAPS = 16;

    static final int MAP_3DNOW = 15;

    /** The mandatory prefix that pp of VEX stands for, as bits of {@link Template#prefix}. */
    private static final int[] MANDATORY = {0, 1, 2, 4};

    // A candidate's conditions beyond those that its template states.
    private static final byte STRICT = 1,
            LOCKABLE = 2,
            VVVV_REGISTER = 4,
            USES_VVVV = 8,
            ANY_EXTENSION = 16,
            WORD = 32,
            IGNORES_MOD = 64;

    private final FormTable table;
    private final char[] starts;
    private final char[] candidates;
    private final byte[] conditions;
    private final OperandKind[] kinds;

    private static final class Holder {
        static final DecoderIndex INDEX = new DecoderIndex(FormTable.get());
    }

    static DecoderIndex shared() {
        return Holder.INDEX;
    }

    private DecoderIndex(FormTable table) {
        this.table = table;
        kinds = OperandKind.values();
        conditions = new byte[table.limit];
        int[] counts = new int[slot(4, 0, 0) + 1];
        for (int form = 1; form < table.limit; form++) {
            conditions[form] = condition(form);
            long template = table.template(form);
            for (int i = opcodeCount(template) - 1; i >= 0; i--) counts[slot(template) + i + 1]++;
        }
        starts = new char[counts.length];
        for (int i = 1; i < counts.length; i++) starts[i] = (char) (starts[i - 1] + counts[i]);
        candidates = new char[starts[starts.length - 1]];
        char[] fill = starts.clone();
        for (int rank = MAX_RANK; rank >= 0; rank--)
            for (int form = 1; form < table.limit; form++) {
                long template = table.template(form);
                if (rank(template) != rank) continue;
                for (int i = 0, n = opcodeCount(template); i < n; i++)
                    candidates[fill[slot(template) + i]++] = (char) form;
            }
    }

    private static final int MAX_RANK = 63;

    /** How much a form asks for. */
    private static int rank(long template) {
        int modrm = Template.modrm(template);
        int rank = modrm == Template.MODRM_FIXED || modrm == Template.MODRM_FIXED_PLUS ? 32 : 0;
        if (Template.prefix(template) > 1) rank += 16;
        if (Template.w(template)) rank += 8;
        if ((Template.prefix(template) & 1) != 0) rank += 4;
        if (Template.address(template)) rank += 2;
        // XCHG r8d, eax before the NOP that 90 is otherwise.
        if (modrm == Template.MODRM_OPCODE) rank += 1;
        return rank;
    }

    private static int opcodeCount(long template) {
        // WAIT is decoded as an instruction of its own.
        if (Template.fwait(template)) return 0;
        return Template.modrm(template) == Template.MODRM_OPCODE ? 8 : 1;
    }

    private static int slot(long template) {
        return slot(Template.space(template), Template.map(template), Template.opcode(template));
    }

    static int slot(int space, int map, int opcode) {
        return (space * MAPS + map) * 256 + opcode;
    }

    private byte condition(int form) {
        long template = table.template(form);
        int condition = 0;
        boolean vector = false;
        boolean word = false;
        for (int i = 0; i < table.operandCount(form); i++) {
            RegisterClass registers = kinds[table.operandKind(form, i)].registerClass();
            vector |= registers == RegisterClass.VECTOR || registers == RegisterClass.MMX;
            word |= registers == RegisterClass.GENERAL && kinds[table.operandKind(form, i)].registerBits() == 16;
            if (registers == RegisterClass.CONTROL || registers == RegisterClass.DEBUG) condition |= IGNORES_MOD;
            if (table.role(form, i) == Template.ROLE_VVVV)
                condition |= registers == RegisterClass.NONE ? USES_VVVV : USES_VVVV | VVVV_REGISTER;
        }
        // In front of SSE instructions F2 and F3 always choose the instruction, and win over 66.
        int map = Template.map(template);
        if (Template.prefix(template) == 1 && !Template.w(template) && (map == 0 || map == 1 && word))
            condition |= WORD;
        if ((vector || map >= 2) && map != 0 && Template.prefix(template) == 1) condition |= STRICT;
        if ((table.prefixes(form) & FormTable.ANY_EXTENSION) != 0) condition |= ANY_EXTENSION;
        if ((table.prefixes(form) & FormTable.LOCK) != 0) condition |= LOCKABLE;
        return (byte) condition;
    }

    /** The prefix that pp of VEX stands for, as {@link Template#prefix} has it. */
    static int mandatory(int pp) {
        return MANDATORY[pp];
    }

    /** Where the candidates of a slot begin; they end where those of the next slot begin. */
    int first(int slot) {
        return starts[slot];
    }

    int candidate(int i) {
        return candidates[i];
    }

    long template(int form) {
        return table.template(form);
    }

    /** Whether F2 and F3 in front make it another instruction. */
    boolean isStrict(int form) {
        return (conditions[form] & STRICT) != 0;
    }

    /** Whether 66 stands for 16-bit operands, which REX.W overrules (SDM vol. 2, 2.2.1.2). */
    boolean isWord(int form) {
        return (conditions[form] & WORD) != 0;
    }

    /** Whether ModRM.mod has no meaning: moves to and from control and debug registers. */
    boolean ignoresMod(int form) {
        return (conditions[form] & IGNORES_MOD) != 0;
    }

    boolean isLockable(int form) {
        return (conditions[form] & LOCKABLE) != 0;
    }

    /** What {@link FormTable#prefixes} says. */
    int prefixes(int form) {
        return table.prefixes(form);
    }

    boolean usesVvvv(int form) {
        return (conditions[form] & USES_VVVV) != 0;
    }

    /** Whether a register, and not another number, stands in vvvv. */
    boolean hasVvvvRegister(int form) {
        return (conditions[form] & VVVV_REGISTER) != 0;
    }

    /** Whether the opcode extension in ModRM.reg may be any. */
    boolean takesAnyExtension(int form) {
        return (conditions[form] & ANY_EXTENSION) != 0;
    }

    boolean hasDistinctRegisters(int form) {
        return table.hasDistinctRegisters(form);
    }

    int operandCount(int form) {
        return table.operandCount(form);
    }

    int role(int form, int i) {
        return table.role(form, i);
    }

    OperandKind kind(int form, int i) {
        return kinds[table.operandKind(form, i)];
    }

    /**
     * The register of a class and width that a number from an instruction's field means, or {@link Registers#NONE} when there is none.
     *
     * @param hasRex whether a REX prefix stands there, even one without bits: it makes 8-bit registers 4 to 7 SPL to DIL (SDM vol. 2,
     *     table 3-1)
     */
    static int register(OperandKind kind, int number, boolean hasRex) {
        return switch (kind.registerClass()) {
            case NONE -> Registers.NONE;
            case GENERAL -> {
                if (kind.registerBits() == 8 && !hasRex && number >= 4 && number < 8)
                    yield Registers.HIGH_BYTE + number - 4;
                yield number;
            }
            case VECTOR -> Registers.VECTOR + number;
            case MASK -> number < 8 ? Registers.MASK + number : Registers.NONE;
            case X87 -> Registers.X87 + (number & 7);
            case MMX -> Registers.MMX + (number & 7);
            case SEGMENT -> (number & 7) < 6 ? Registers.SEGMENT + (number & 7) : Registers.NONE;
            case CONTROL -> number < 16 ? Registers.CONTROL + number : Registers.NONE;
            case DEBUG -> number < 16 ? Registers.DEBUG + number : Registers.NONE;
            case TILE -> number < 8 ? Registers.TILE + number : Registers.NONE;
            case BOUND -> number < 4 ? Registers.BOUND + number : Registers.NONE;
        };
    }
}
