package dev.kiln.asm;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.asm.internal.Template;

/**
 * The instruction table turned round for decoding: from opcode to the forms that have it, as arrays. A slot is encoding space × map × opcode byte, and
 * where forms differ in ModRM.reg, that as well. Its candidates stand in the order in which they are tried: those that ask for more (a fixed second byte, F2
 * or F3, REX.W, 66) before those that ask for less, otherwise as in the table. So {@code 66 0F 58} is ADDPD before it is ADDPS with a prefix
 * too many, and a form without REX.W serves REX.W = 1 only where no form of its own exists.
 *
 * <p>What a candidate asks of prefixes and ModRM is a mask and a value for the decoder's {@linkplain #OPERAND_SIZE state}, so that trying one is a
 * comparison; what its operands are is an int each, which says where the number stands and what it means.
 *
 * <p>Built once in time linear in the table, at the first use of a decoder.
 */
final class DecoderIndex {
    /** Opcode maps per encoding space; {@link #MAP_3DNOW} is the last one. */
    static final int MAPS = 16;

    static final int MAP_3DNOW = 15;

    // The state of a decoder at the opcode: ModRM in the lowest 8 bits, then what follows. The prefix that pp of VEX
    // and its relatives stands for has the bits of the prefix itself.
    static final int MODRM = 0xFF,
            REGISTER = 1 << 8,
            OPERAND_SIZE = 1 << 9,
            REPE = 1 << 10,
            REPNE = 1 << 11,
            WIDE = 1 << 12,
            ADDRESS_SIZE = 1 << 13,
            REX2 = 1 << 14,
            LOCK = 1 << 15,
            SECOND = 1 << 16;

    static final int REPEAT = REPE | REPNE;

    /** What can mean something to an instruction, beside choosing it. */
    static final int MEANINGFUL = LOCK | REPEAT | ADDRESS_SIZE | REX2;

    private static final int[] PREFIXES = {0, OPERAND_SIZE, REPE, REPNE};

    /** VEX.L and EVEX.L'L in the state. */
    static final int LENGTH_SHIFT = 17;

    /** {@link Template#prefix} in the state. */
    private static final int PREFIX_SHIFT = 9;

    // What the first int of a form says beside the number of operands and of immediate bytes.
    private static final int COUNT = 7, BYTES_SHIFT = 3, BYTES = 15;
    static final int LOCKABLE = 1 << 7,
            USES_VVVV = 1 << 8,
            VVVV_REGISTER = 1 << 9,
            IGNORES_MOD = 1 << 10,
            DISTINCT = 1 << 11,
            HAS_MODRM = 1 << 12,
            HAS_RM = 1 << 13,
            SPECIAL_ADDRESS = 1 << 14,
            ADDRESS32 = 1 << 15,
            OFFSET = 1 << 16;
    private static final int PREFIXES_SHIFT = 20;

    // An operand: its role, and for registers the first of the class, what counts of the number, how many there are.
    static final int ROLE = 15;
    /** Roles beyond those of {@link Template}: the constant 1, and a register in ModRM behind a fixed part. */
    static final int ROLE_ONE = 14, ROLE_SECOND = 15;

    private static final int FIRST_SHIFT = 4, BITS_SHIFT = 12, LIMIT_SHIFT = 17;
    static final int BYTE = 1 << 23, NOT_ACCUMULATOR = 1 << 24, NARROW = 1 << 25, VECTOR = 1 << 26;
    /** Instead: an immediate's width is where registers have the first of the class. */
    static final int SIGNED = 1 << 27, DEFAULT_FLAGS = 1 << 28;

    /** Of registers, what takes more than adding the number to the first of the class. */
    static final int UNUSUAL = BYTE | NOT_ACCUMULATOR;

    private static final int STRIDE = 8;

    /** What forms with one opcode have behind it: a fixed part in ModRM, ModRM as such, none. */
    private static final byte EXTENSION = 1, PLAIN_MODRM = 2, NO_MODRM = 4;

    private static final OperandKind[] KINDS = OperandKind.values();

    private final FormTable table;
    private final int[] slots;
    private final char[] starts;
    private final char[] candidates;
    private final long[] tests;
    private final int[] facts;

    private static final class Holder {
        static final DecoderIndex INDEX = new DecoderIndex(FormTable.get());
    }

    static DecoderIndex shared() {
        return Holder.INDEX;
    }

    private DecoderIndex(FormTable table) {
        this.table = table;
        facts = new int[table.limit * STRIDE];
        int[] kinds = operandFacts();
        byte[] shapes = new byte[slot(4, 0, 0)];
        for (int form = 1; form < table.limit; form++) {
            describe(form, kinds);
            long t = table.template(form);
            for (int i = opcodeCount(t) - 1; i >= 0; i--) shapes[slot(t) + i] |= shape(form, t);
        }
        slots = new int[shapes.length];
        // List 0 is that of opcodes without any form.
        int lists = 1;
        for (int slot = 0; slot < slots.length; slot++) {
            if (shapes[slot] == 0) continue;
            boolean split = (shapes[slot] & (EXTENSION | NO_MODRM)) == EXTENSION;
            slots[slot] = lists << 3 | (split ? 7 : 0);
            lists += split ? 8 : 1;
        }
        char[] counts = new char[lists];
        for (int form = 1; form < table.limit; form++) list(form, counts, null);
        starts = new char[lists + 1];
        for (int i = 0; i < lists; i++) starts[i + 1] = (char) (starts[i] + counts[i]);
        candidates = new char[starts[lists]];
        char[] ends = starts.clone();
        for (int form = 1; form < table.limit; form++) list(form, ends, candidates);
        tests = new long[candidates.length];
        for (int i = 0; i < lists; i++) sort(starts[i], starts[i + 1]);
        for (int i = 0; i < tests.length; i++) tests[i] = test(candidates[i]);
    }

    private byte shape(int form, long t) {
        if (!hasModrm(t)) return NO_MODRM;
        return extension(form, t) < 0 ? PLAIN_MODRM : EXTENSION;
    }

    private static boolean hasModrm(long t) {
        return Template.modrm(t) != Template.MODRM_NONE && Template.modrm(t) != Template.MODRM_OPCODE;
    }

    /** What ModRM.reg has to be, or −1. */
    private int extension(int form, long t) {
        int modrm = Template.modrm(t);
        if (modrm == Template.MODRM_FIXED || modrm == Template.MODRM_FIXED_PLUS) return Template.second(t) >> 3 & 7;
        return modrm < 8 && (table.prefixes(form) & FormTable.ANY_EXTENSION) == 0 ? modrm : -1;
    }

    /** Puts a form into all lists it belongs to, or only counts. */
    private void list(int form, char[] ends, char[] into) {
        long t = table.template(form);
        for (int i = 0, n = opcodeCount(t); i < n; i++) {
            int slot = slots[slot(t) + i];
            int extension = extension(form, t);
            int from = (slot & 7) == 0 || extension < 0 ? 0 : extension;
            int to = (slot & 7) == 0 ? 0 : extension < 0 ? 7 : extension;
            for (int list = (slot >> 3) + from; list <= (slot >> 3) + to; list++) {
                if (into != null) into[ends[list]] = (char) form;
                ends[list]++;
            }
        }
    }

    /** Orders a list by rank, and what has the same rank as it stands. */
    private void sort(int from, int to) {
        for (int i = from + 1; i < to; i++) {
            char form = candidates[i];
            int rank = rank(table.template(form));
            int at = i;
            for (; at > from && rank(table.template(candidates[at - 1])) < rank; at--)
                candidates[at] = candidates[at - 1];
            candidates[at] = form;
        }
    }

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

    /** What the state has to be for a form: a mask in the lower half, and the value of these bits in the upper half. */
    private long test(int form) {
        long t = table.template(form);
        int mask = 0;
        int value = 0;
        int modrm = Template.modrm(t);
        if (modrm == Template.MODRM_FIXED || modrm == Template.MODRM_FIXED_PLUS) {
            boolean anyRm = (table.prefixes(form) & FormTable.ANY_EXTENSION) != 0;
            mask = modrm == Template.MODRM_FIXED && !anyRm ? MODRM : 0xF8;
            value = Template.second(t);
        } else if (hasModrm(t)) {
            if (extension(form, t) >= 0) {
                mask = 0x38;
                value = modrm << 3;
            }
            if (!ignoresMod(form)) {
                if (Template.routine(t) == Template.ROUTINE_R) {
                    mask |= 0xC7;
                    value |= 0xC0;
                } else if (Template.memoryOnly(t)) mask |= REGISTER;
                else if (Template.registerOnly(t)) {
                    mask |= REGISTER;
                    value |= REGISTER;
                }
            }
        }
        int prefix = Template.prefix(t) << PREFIX_SHIFT;
        value |= prefix;
        if (Template.address(t)) {
            mask |= ADDRESS_SIZE;
            value |= ADDRESS_SIZE;
        }
        if (Template.space(t) == 0) {
            mask |= prefix;
            if (Template.noPrefix(t)) mask |= OPERAND_SIZE | REPEAT;
            if (isStrict(form, t) || (prefix & REPEAT) != 0) mask |= REPEAT;
            if (isWord(form, t)) mask |= WIDE;
            if (Template.w(t)) {
                mask |= WIDE;
                value |= WIDE;
            }
            // A form takes REX2 always, or if it is asked to, or never.
            if (Template.apx(t)) {
                mask |= REX2;
                value |= REX2;
                // JMPABS has neither W nor 67 (APX, JMPABS).
                if (Template.noPrefix(t)) mask |= WIDE | ADDRESS_SIZE;
            } else if (!Apx.takesRex2(t)) mask |= REX2;
            return (long) value << 32 | mask;
        }
        mask |= OPERAND_SIZE | REPEAT;
        if (!Template.wIgnored(t)) {
            mask |= WIDE;
            if (Template.w(t)) value |= WIDE;
        }
        // What EVEX has more is judged by itself.
        if (Template.space(t) != 2) {
            if (!Template.lengthIgnored(t)) {
                mask |= 3 << LENGTH_SHIFT;
                value |= Template.length(t) << LENGTH_SHIFT;
            }
            if ((facts(form) & USES_VVVV) == 0) mask |= SECOND;
        }
        return (long) value << 32 | mask;
    }

    private boolean ignoresMod(int form) {
        return (facts(form) & IGNORES_MOD) != 0;
    }

    /**
     * Whether F2 and F3 in front make it another instruction, if any: in maps 0F38 and 0F3A they always choose (SDM vol. 2, tables ), as they do
     * with SSE and MPX, and win over 66.
     */
    private boolean isStrict(int form, long t) {
        if (Template.map(t) == 2 || Template.map(t) == 3) return Template.prefix(t) <= 1;
        if (Template.map(t) == 0 || Template.prefix(t) != 1) return false;
        for (int i = 0; i < table.operandCount(form); i++) {
            switch (KINDS[table.operandKind(form, i)].registerClass()) {
                case VECTOR, MMX, BOUND -> {
                    return true;
                }
                case NONE, GENERAL, MASK, X87, SEGMENT, CONTROL, DEBUG, TILE -> {}
            }
        }
        return false;
    }

    /** Whether 66 stands for 16-bit operands, which REX.W overrules (SDM vol. 2, 2.2.1.2). */
    private boolean isWord(int form, long t) {
        if (Template.prefix(t) != 1 || Template.w(t)) return false;
        if (Template.map(t) == 0) return true;
        for (int i = 0; i < table.operandCount(form); i++) {
            OperandKind kind = KINDS[table.operandKind(form, i)];
            // PUSH and POP of FS and GS are 16 bits wide too.
            if (kind.registerClass() == RegisterClass.SEGMENT) return true;
            if (kind.registerClass() == RegisterClass.GENERAL && kind.registerBits() == 16) return true;
        }
        return false;
    }

    /** What {@link #operand} says of each kind, but for the role. */
    private static int[] operandFacts() {
        int[] facts = new int[KINDS.length];
        for (int i = 0; i < facts.length; i++) facts[i] = operandFacts(KINDS[i]);
        return facts;
    }

    private static int operandFacts(OperandKind kind) {
        RegisterClass registers = kind.registerClass();
        if (registers == RegisterClass.NONE) {
            boolean signed = kind.isSignExtended() || kind.isBranch();
            boolean flags = kind.use() == OperandKind.Use.DEFAULT_FLAGS;
            return kind.immediateBits() << FIRST_SHIFT | (signed ? SIGNED : 0) | (flags ? DEFAULT_FLAGS : 0);
        }
        // MMX and x87 ignore what extends a register's number, and so do segments.
        boolean low =
                registers == RegisterClass.X87 || registers == RegisterClass.MMX || registers == RegisterClass.SEGMENT;
        int facts = registers.first() << FIRST_SHIFT | (low ? 7 : 31) << BITS_SHIFT | registers.count() << LIMIT_SHIFT;
        if (registers == RegisterClass.VECTOR) facts |= VECTOR;
        if (registers == RegisterClass.GENERAL && kind.registerBits() == 8) facts |= BYTE;
        if (kind.use() == OperandKind.Use.NOT_ACCUMULATOR) facts |= NOT_ACCUMULATOR;
        return facts | (isExtendedByRex2(registers) ? 0 : NARROW);
    }

    /** REX2 extends general registers by a fourth bit; it is ignored for others, but CR16 and DR16 would be errors. */
    private static boolean isExtendedByRex2(RegisterClass registers) {
        return switch (registers) {
            case GENERAL, CONTROL, DEBUG -> true;
            case NONE, VECTOR, MASK, X87, MMX, SEGMENT, TILE, BOUND -> false;
        };
    }

    /** Writes down what {@link #facts(int)} and {@link #operand} give. */
    private void describe(int form, int[] kinds) {
        long t = table.template(form);
        int count = table.operandCount(form);
        int head = count | immediateBytes(t) << BYTES_SHIFT | table.prefixes(form) << PREFIXES_SHIFT;
        if ((table.prefixes(form) & FormTable.LOCK) != 0) head |= LOCKABLE;
        if (table.hasDistinctRegisters(form)) head |= DISTINCT;
        if (hasModrm(t)) head |= HAS_MODRM;
        if (Template.modrm(t) <= Template.MODRM_REG) head |= HAS_RM;
        if (Template.keepIndex(t) || Template.sib(t)) head |= SPECIAL_ADDRESS;
        if (Prefixes.takesAddress(t, 32)) head |= ADDRESS32;
        if (Template.immediate(t) == Template.IMMEDIATE_MO) head |= OFFSET;
        for (int i = 0; i < count; i++) {
            OperandKind kind = KINDS[table.operandKind(form, i)];
            RegisterClass registers = kind.registerClass();
            int role = table.role(form, i);
            int operand = kinds[kind.ordinal()];
            if (registers == RegisterClass.CONTROL || registers == RegisterClass.DEBUG) head |= IGNORES_MOD;
            if (role == Template.ROLE_VVVV)
                head |= registers == RegisterClass.NONE ? USES_VVVV : USES_VVVV | VVVV_REGISTER;
            if (role == Template.ROLE_FIXED) {
                if (kind.fixedRegister() == Registers.NONE) role = ROLE_ONE;
                else operand = kind.fixedRegister() << FIRST_SHIFT;
            } else if (role == Template.ROLE_OPCODE && hasModrm(t)) role = ROLE_SECOND;
            facts[form * STRIDE + 1 + i] = operand | role;
        }
        facts[form * STRIDE] = head;
    }

    private static int immediateBytes(long t) {
        return switch (Template.immediate(t)) {
            case Template.IMMEDIATE_IB, Template.IMMEDIATE_CB, Template.IMMEDIATE_IS4 -> 1;
            case Template.IMMEDIATE_IW, Template.IMMEDIATE_IB_IB -> 2;
            case Template.IMMEDIATE_IW_IB -> 3;
            case Template.IMMEDIATE_ID, Template.IMMEDIATE_CD -> 4;
            case Template.IMMEDIATE_IQ, Template.IMMEDIATE_MO -> 8;
            default -> 0;
        };
    }

    /** The list of candidates for an opcode and, where it counts, ModRM.reg. */
    int list(int slot, int modrm) {
        int list = slots[slot];
        return (list >> 3) + (modrm >> 3 & list & 7);
    }

    /** The number of lists that a slot has, by ModRM.reg. */
    int lists(int slot) {
        return (slots[slot] & 7) + 1;
    }

    /** Where the candidates of a list begin; they end where those of the next one begin. */
    int first(int list) {
        return starts[list];
    }

    int candidate(int i) {
        return candidates[i];
    }

    /** Whether a state has what candidate {@code i} asks for. */
    boolean fits(int i, int state) {
        long test = tests[i];
        return ((int) (test >> 32) ^ state & (int) test) == 0;
    }

    /** The same as long as there is no ModRM. */
    boolean fitsWithoutModrm(int i, int state) {
        long test = tests[i] & ~((long) (MODRM | REGISTER) << 32 | MODRM | REGISTER);
        return ((int) (test >> 32) ^ state & (int) test) == 0;
    }

    /** The prefix that pp of VEX stands for, as the state has it. */
    static int prefix(int pp) {
        return PREFIXES[pp];
    }

    long template(int form) {
        return table.template(form);
    }

    /** What a form is, as bits of {@link #LOCKABLE} and its siblings. */
    int facts(int form) {
        return facts[form * STRIDE];
    }

    /** The number of operands of a form with these facts. */
    static int operandCount(int facts) {
        return facts & COUNT;
    }

    /** The number of bytes that immediates and distances take in a form with these facts. */
    static int immediateBytes(int facts) {
        return facts >> BYTES_SHIFT & BYTES;
    }

    /** What {@link FormTable#prefixes} says of a form with these facts. */
    static int prefixes(int facts) {
        return facts >>> PREFIXES_SHIFT;
    }

    /** What operand {@code i} is: bits of {@link #ROLE} and its siblings. */
    int operand(int form, int i) {
        return facts[form * STRIDE + 1 + i];
    }

    /** Of a register the first one of its class, of a fixed one the register, of an immediate its width in bits. */
    static int base(int operand) {
        return operand >> FIRST_SHIFT & 0xFF;
    }

    /** The register of an operand's class that has a number, or {@link Registers#NONE} when there is none. */
    static int register(int operand, int number) {
        int n = number & operand >> BITS_SHIFT & 31;
        return n < (operand >> LIMIT_SHIFT & 63) ? base(operand) + n : Registers.NONE;
    }
}
