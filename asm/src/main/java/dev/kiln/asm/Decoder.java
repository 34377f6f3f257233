package dev.kiln.asm;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.asm.internal.Template;

/**
 * Decodes machine code of 64-bit mode, one instruction at a time, by the same table that encodes it. Any bytes are safe: they are an
 * instruction of the table, or {@link Status#BAD}, or {@link Status#TRUNCATED}; nothing is read beyond the given end, nothing is
 * thrown. The result stays in the decoder until the next call; decoding allocates nothing.
 *
 * <p>Prefixes are taken as the processor takes them (SDM vol. 2, 2.1.1, 2.2.1 and 2.3): of F2 and F3 the last one counts and, in front of
 * SSE instructions, hides 66; a REX prefix that is not directly in front of the opcode is ignored, REX2 stands nowhere else; of segment overrides FS and GS win, which
 * alone have a meaning, and others are told as they stand; prefixes without a meaning for the instruction are ignored; LOCK on an instruction that does not allow it, or without
 * a memory destination, is bad; so is an instruction beyond 15 bytes. Near branches are 64 bits wide even with 66 (Intel's way, SDM
 * vol. 2, table A-2; AMD's processors take 16 bits there).
 *
 * <p>Not thread-safe; a decoder is cheap to make, the index over the table is built once, when the first instruction is decoded.
 */
public final class Decoder {
    /** What the bytes are. */
    public enum Status {
        /** An instruction of the table. */
        VALID,
        /** No instruction of the table, whatever follows. */
        BAD,
        /** The bytes end within what could be an instruction. */
        TRUNCATED
    }

    /** The longest instruction in bytes (SDM vol. 2, 2.3.11). */
    public static final int MAX_LENGTH = 15;

    private final DecoderIndex index = DecoderIndex.shared();
    private final Operands operands = new Operands();

    private Status status = Status.BAD;
    private int form = -1;
    private int prefixes;
    private int length;

    private byte[] code;
    private int position;
    private int limit;
    private boolean beyond;

    // Prefixes
    private boolean operandSize;
    private boolean addressSize;
    private boolean lock;
    private int repeat;
    private int segment;
    private int rex;

    private boolean rex2;

    // What REX, VEX and their relatives extend; bits 3 and, with REX2 and EVEX, 4 of the register numbers.
    private int space;
    private int map;
    private int opcode;
    private boolean wide;
    private int extendReg;
    private int extendIndex;
    private int extendBase;
    private int second;
    private int vectorLength;
    private int mandatory;

    // EVEX: mask, zeroing, and what broadcasts or rounds; bit 4 of a vector register in ModRM.rm or of a vector index.
    private int mask;
    private boolean zeroing;
    private boolean special;
    private int extendVectorRm;
    private int extendVectorIndex;
    /** The last byte of the EVEX prefix; APX reads it in its own way. */
    private int evexLast;

    private int found;
    private int modrm;
    private long immediates;
    private int base;
    private int memoryIndex;
    private int scale;
    private int displacement;
    /** The power of two that scales an 8-bit displacement. */
    private int scaling;

    public Decoder() {}

    /** What the last bytes were. */
    public Status status() {
        return status;
    }

    /** The form, a constant of {@link Form}; −1 unless {@link Status#VALID}. */
    public int form() {
        return form;
    }

    /** The form with the prefix bits of {@link Form}, as {@link InstructionSink#emit} takes it to make the instruction again. */
    public int prefixedForm() {
        return form < 0 ? form : form | prefixes;
    }

    /** The instruction's length in bytes; 1 when it is bad, all that was left when it is truncated. */
    public int length() {
        return length;
    }

    /**
     * The explicit operands, as they would be handed to {@link InstructionSink#emit}. A branch's target is an immediate: the distance
     * from the instruction's end. Memory relative to the instruction pointer has its distance from there as displacement. The buffer is
     * the decoder's own and holds until the next call.
     */
    public Operands operands() {
        return operands;
    }

    /** Whether a LOCK prefix makes the instruction atomic. */
    public boolean hasLock() {
        return lock;
    }

    /** Whether a REP or REPE prefix repeats a string instruction. */
    public boolean hasRep() {
        return (prefixes & Form.REP) != 0;
    }

    /** Whether a REPNE prefix repeats a string instruction. */
    public boolean hasRepne() {
        return (prefixes & Form.REPNE) != 0;
    }

    /** Whether the instruction leaves the status flags alone (NF of APX). */
    public boolean leavesFlags() {
        return form >= 0 && (evexLast & 4) != 0 && Template.noFlags(index.template(form));
    }

    /**
     * The prefix F2 or F3 when it tells of the elision of a lock, XACQUIRE or XRELEASE; else 0. They do so with LOCK and with XCHG on
     * memory, XRELEASE also with MOV to memory (SDM vol. 1, 16.3.1).
     */
    int elision() {
        if ((prefixes & Form.XACQUIRE) != 0) return 0xF2;
        return (prefixes & Form.XRELEASE) != 0 ? 0xF3 : 0;
    }

    /** The segment override in front of the instruction, a register number, or {@link Registers#NONE}. */
    int segment() {
        return segment;
    }

    /** Whether this is an indirect call or jump whose target need not begin with ENDBR64 (SDM vol. 1, 18.3.2.4: prefix 3E). */
    private boolean isUntrackedBranch() {
        boolean branch = space == 0 && map == 0 && opcode == 0xFF && ((modrm & 0x38) == 0x10 || (modrm & 0x38) == 0x20);
        return branch && segment == Registers.SEGMENT + 3;
    }

    /** Whether addresses in the instruction, or its implicit counter or pointers, have 32 bits. */
    public boolean has32BitAddress() {
        return addressSize && (form < 0 || Prefixes.takesAddress(index.template(form), 32));
    }

    /**
     * Decodes the instruction at {@code from}.
     *
     * @param from offset of its first byte
     * @param to one more than the offset of the last byte that may be read
     * @return whether it is {@link Status#VALID}
     */
    public boolean decode(byte[] code, int from, int to) {
        start(code, from, to);
        if (from >= to) return fail(Status.TRUNCATED, from, to);
        int b = prefixes();
        if (b >= 0 && openSpace(b) && find()) {
            form = found;
            prefixes = meaning();
            status = Status.VALID;
            length = position - from;
            return true;
        }
        // What could go on beyond the given end is truncated only when the limit of 15 bytes leaves room for it.
        boolean truncated = beyond && to - from < MAX_LENGTH;
        return fail(truncated ? Status.TRUNCATED : Status.BAD, from, to);
    }

    private void start(byte[] code, int from, int to) {
        this.code = code;
        position = from;
        limit = Math.min(to, from + MAX_LENGTH);
        beyond = false;
        form = -1;
        operands.clear();
        operandSize = false;
        addressSize = false;
        lock = false;
        prefixes = 0;
        repeat = 0;
        segment = Registers.NONE;
        rex = 0;
        rex2 = false;
        space = 0;
        map = 0;
        wide = false;
        extendReg = 0;
        extendIndex = 0;
        extendBase = 0;
        second = 0;
        vectorLength = 0;
        mandatory = 0;
        mask = 0;
        zeroing = false;
        special = false;
        extendVectorRm = 0;
        extendVectorIndex = 0;
    }

    private boolean fail(Status why, int from, int to) {
        status = why;
        length = why == Status.TRUNCATED ? Math.max(0, to - from) : 1;
        form = -1;
        operands.clear();
        return false;
    }

    /** The next byte, or −1 at the end. */
    private int next() {
        if (position < limit) return code[position++] & 0xFF;
        beyond = true;
        return -1;
    }

    private int peek() {
        if (position < limit) return code[position] & 0xFF;
        return -1;
    }

    /** What the prefixes in front of the form found mean to it, as bits of {@link Form}. */
    private int meaning() {
        int allowed = index.prefixes(form);
        int bits = lock ? Form.LOCK : 0;
        boolean memory = Template.modrm(index.template(form)) <= Template.MODRM_REG && modrm < 0xC0;
        // XCHG locks by itself, and MOV may end what another began.
        boolean elides =
                memory && (lock || (allowed & FormTable.LOCK) == 0 || Prefixes.locksItself(index.template(form)));
        if (repeat == 0xF3) {
            if ((allowed & FormTable.REP) != 0) bits |= Form.REP;
            else if (elides && (allowed & FormTable.XRELEASE) != 0) bits |= Form.XRELEASE;
        } else if (repeat == 0xF2) {
            if ((allowed & FormTable.REPNE) != 0) bits |= Form.REPNE;
            else if (elides && (allowed & FormTable.XACQUIRE) != 0) bits |= Form.XACQUIRE;
            else if ((allowed & FormTable.BND) != 0) bits |= Form.BND;
        }
        if (isUntrackedBranch() && (allowed & FormTable.NOTRACK) != 0) bits |= Form.NOTRACK;
        if (addressSize && (allowed & FormTable.ADDRESS32) != 0) bits |= Form.ADDRESS32;
        if (leavesFlags()) bits |= Form.NF;
        // Registers 16 to 31 ask for it without words.
        if (rex2 && !Template.apx(index.template(form)) && !operands.needsApx()) bits |= Form.REX2;
        return bits;
    }

    /** Reads legacy prefixes and REX; the byte behind them, or −1. */
    private int prefixes() {
        while (true) {
            int b = next();
            switch (b) {
                case 0x66 -> operandSize = true;
                case 0x67 -> addressSize = true;
                case 0xF0 -> lock = true;
                case 0xF2, 0xF3 -> repeat = b;
                case 0x64 -> segment = Registers.FS;
                case 0x65 -> segment = Registers.GS;
                case 0x26, 0x2E, 0x36, 0x3E -> {
                    // ES, CS, SS and DS in this order.
                    if (segment < Registers.FS) segment = Registers.SEGMENT + (b - 0x26 >> 3);
                }
                default -> {
                    if ((b & 0xF0) != 0x40 || b < 0) return b;
                    rex = b;
                    continue;
                }
            }
            rex = 0;
        }
    }

    /** Reads up to the opcode; false when the bytes end or the prefixes do not go together. */
    private boolean openSpace(int first) {
        switch (first) {
            case 0xC5 -> {
                return vex2();
            }
            case 0xC4 -> {
                return vex3(1);
            }
            case 0x8F -> {
                // POP has /0 there, and XOP's map number is 8 or more (APM vol. 6, 1.2.1).
                int b = peek();
                if (b >= 0 && (b & 0x1F) >= 8) return vex3(3);
            }
            case 0x62 -> {
                return evex();
            }
            case 0xD5 -> {
                return rex2();
            }
            default -> {}
        }
        wide = (rex & 8) != 0;
        extendReg = (rex & 4) << 1;
        extendIndex = (rex & 2) << 2;
        extendBase = (rex & 1) << 3;
        opcode = first;
        if (first == 0x0F) {
            opcode = next();
            map = 1;
            if (opcode == 0x38 || opcode == 0x3A) {
                map = opcode == 0x38 ? 2 : 3;
                opcode = next();
            } else if (opcode == 0x0F) {
                map = DecoderIndex.MAP_3DNOW;
                return threeDNow();
            }
        }
        if (opcode < 0) return false;
        modrm = peek();
        return true;
    }

    /** 3DNow! has its opcode behind the operands (APM vol. 3, 1.2.5). */
    private boolean threeDNow() {
        int start = position;
        modrm = next();
        if (modrm < 0) return false;
        scaling = 0;
        if (modrm < 0xC0) address(false);
        opcode = next();
        position = start;
        return opcode >= 0;
    }

    /** SDM vol. 2, 2.3.5: C5, then R, vvvv, L and pp. */
    private boolean vex2() {
        int b = next();
        if (b < 0 || hasPrefixBeforeVex()) return false;
        space = 1;
        map = 1;
        extendReg = (b >> 4 & 8) ^ 8;
        return vexTail(b & 0x7F);
    }

    /** C4 or XOP's 8F: R, X, B and the map, then W, vvvv, L and pp. */
    private boolean vex3(int space) {
        int b1 = next();
        int b2 = next();
        if (b2 < 0 || hasPrefixBeforeVex()) return false;
        this.space = space;
        map = b1 & 0x1F;
        if (map >= DecoderIndex.MAPS) return false;
        extendReg = (b1 >> 4 & 8) ^ 8;
        extendIndex = (b1 >> 3 & 8) ^ 8;
        extendBase = (b1 >> 2 & 8) ^ 8;
        wide = b2 > 0x7F;
        return vexTail(b2 & 0x7F);
    }

    private boolean vexTail(int b) {
        second = (b >> 3 & 15) ^ 15;
        vectorLength = b >> 2 & 1;
        mandatory = DecoderIndex.mandatory(b & 3);
        opcode = next();
        modrm = peek();
        return opcode >= 0;
    }

    /**
     * SDM vol. 2, 2.7.1: 62, then R, X, B, R' and the map, W, vvvv and pp, z, L'L, b, V' and the mask. APX has B4 in front of the map, and X4 in front of
     * pp, inverted.
     */
    private boolean evex() {
        int b1 = next();
        int b2 = next();
        int b3 = next();
        if (b3 < 0 || hasPrefixBeforeVex()) return false;
        space = 2;
        map = b1 & 7;
        extendReg = (b1 >> 4 & 8 ^ 8) | (b1 & 16 ^ 16);
        extendIndex = b1 >> 3 & 8 ^ 8;
        extendVectorRm = extendIndex << 1;
        extendIndex |= (b2 & 4 ^ 4) << 2;
        extendBase = b1 >> 2 & 8 ^ 8 | (b1 & 8) << 1;
        wide = b2 > 0x7F;
        extendVectorIndex = (b3 & 8 ^ 8) << 1;
        second = b2 >> 3 & 15 ^ 15 | extendVectorIndex;
        mandatory = DecoderIndex.mandatory(b2 & 3);
        vectorLength = b3 >> 5 & 3;
        zeroing = b3 > 0x7F;
        special = (b3 & 16) != 0;
        mask = b3 & 7;
        evexLast = b3;
        opcode = next();
        modrm = peek();
        return opcode >= 0;
    }

    /** APX: D5, then M0, R4, X4, B4, W, R3, X3, B3; the opcode follows, of the one-byte map or map 0F. */
    private boolean rex2() {
        int b = next();
        opcode = next();
        if (opcode < 0 || rex != 0) return false;
        rex = 0x40;
        rex2 = true;
        map = b >> 7;
        extendReg = (b & 0x40) >> 2 | (b & 4) << 1;
        extendIndex = (b & 0x20) >> 1 | (b & 2) << 2;
        extendBase = b & 0x10 | (b & 1) << 3;
        wide = (b & 8) != 0;
        modrm = peek();
        return true;
    }

    private boolean hasPrefixBeforeVex() {
        return operandSize || lock || repeat != 0 || rex != 0;
    }

    /** Tries the forms that have the opcode; whether the bits and bytes agree with one of them. */
    private boolean find() {
        int slot = DecoderIndex.slot(space, map, opcode);
        int start = position;
        for (int i = index.first(slot), end = index.first(slot + 1); i < end; i++) {
            found = index.candidate(i);
            boolean fits = matches(found) && take(found);
            if (fits) return true;
            // What needs more bytes is not another form that needs fewer.
            if (beyond) return false;
            operands.clear();
            position = start;
        }
        return false;
    }

    private boolean matches(int candidate) {
        long template = index.template(candidate);
        if (space == 0
                ? !legacyPrefixesMatch(candidate, template)
                : space == 2 ? !evexPrefixMatches(candidate, template) : !vectorPrefixesMatch(candidate, template))
            return false;
        int wanted = Template.modrm(template);
        if (wanted == Template.MODRM_NONE || wanted == Template.MODRM_OPCODE) return true;
        if (modrm < 0) {
            beyond = true;
            return false;
        }
        if (wanted < 8 && (modrm >> 3 & 7) != wanted && !index.takesAnyExtension(candidate)) return false;
        if (wanted == Template.MODRM_FIXED) return modrm == Template.second(template);
        if (wanted == Template.MODRM_FIXED_PLUS) return (modrm & 0xF8) == Template.second(template);
        if (index.ignoresMod(candidate)) modrm |= 0xC0;
        if (Template.routine(template) == Template.ROUTINE_R) return (modrm & 0xC7) == 0xC0;
        return modrm >= 0xC0 ? !Template.memoryOnly(template) : !Template.registerOnly(template);
    }

    private boolean legacyPrefixesMatch(int candidate, long template) {
        int wanted = Template.prefix(template);
        if (rex2 ? !Template.apx(template) && !Apx.takesRex2(template) : Template.apx(template)) return false;
        if (Template.noPrefix(template) && (operandSize || repeat != 0)) return false;
        if ((wanted & 1) != 0 && !operandSize) return false;
        if (wanted > 1 && repeat != (wanted >> 1 == 1 ? 0xF3 : 0xF2)) return false;
        if (repeat != 0 && index.isStrict(candidate)) return false;
        if (wide && index.isWord(candidate)) return false;
        if (Template.w(template) && !wide) return false;
        return addressSize || !Template.address(template);
    }

    private boolean vectorPrefixesMatch(int candidate, long template) {
        if (Template.prefix(template) != mandatory) return false;
        if (Template.w(template) != wide && !Template.wIgnored(template)) return false;
        if (Template.length(template) != vectorLength && !Template.lengthIgnored(template)) return false;
        return second == 0 || index.usesVvvv(candidate);
    }

    private boolean evexPrefixMatches(int candidate, long template) {
        if (Template.prefix(template) != mandatory) return false;
        if (Template.w(template) != wide && !Template.wIgnored(template)) return false;
        if (modrm < 0) {
            beyond = true;
            return false;
        }
        if (Template.apx(template)) return promotedPrefixMatches(candidate, template);
        boolean memory = modrm < 0xC0;
        // Without memory, X4 stands where the bit has to be set.
        if (!memory && (extendIndex & 16) != 0) return false;
        boolean rounds = special && !memory;
        if (special
                && (memory
                        ? Template.broadcast(template) == 0
                        : !Template.rounding(template) && !Template.sae(template))) return false;
        // With rounding L'L is the mode, and the length is what has modes: 512 bits, or one element.
        if (rounds
                ? Template.length(template) != 2 && !Template.lengthIgnored(template)
                : Template.length(template) != vectorLength && !Template.lengthIgnored(template)) return false;
        if (!rounds && vectorLength == 3) return false;
        if (mask != 0 ? !Template.mask(template) : Template.vsib(template)) return false;
        if (zeroing
                && (!Template.zeroing(template)
                        || mask == 0
                        || memory && Template.routine(template) == Template.ROUTINE_MR)) return false;
        return second == 0 || index.usesVvvv(candidate) || Template.vsib(template) && (second & 15) == 0;
    }

    /** The last byte of what APX promoted to EVEX: ND, NF and V4, or with a conditional comparison its condition; else zeros. */
    private boolean promotedPrefixMatches(int candidate, long template) {
        if (modrm >= 0xC0 && (extendIndex & 16) != 0) return false;
        int free = (Template.noFlags(template) ? 4 : 0) | (index.hasVvvvRegister(candidate) ? 8 : 0);
        if (((evexLast ^ 8 ^ Template.second(template)) & ~free) != 0) return false;
        return (second & 15) == 0 || index.usesVvvv(candidate);
    }

    /** The decorations as {@link Operands} has them. */
    private int decorations(long template) {
        int decorations = mask << Encoder.MASK_SHIFT | (zeroing ? Encoder.ZEROING : 0);
        if (!special) return decorations;
        if (modrm < 0xC0) return decorations | Encoder.BROADCAST;
        return decorations
                | (Template.rounding(template) ? vectorLength + 1 << Encoder.ROUNDING_SHIFT : Rounding.SAE.bits());
    }

    /** Reads the rest of the instruction and fills the operands; false when the bytes end or a register does not exist. */
    private boolean take(int found) {
        long template = index.template(found);
        int wanted = Template.modrm(template);
        boolean hasModrm = wanted != Template.MODRM_NONE && wanted != Template.MODRM_OPCODE;
        boolean hasAddress = wanted <= Template.MODRM_REG && modrm < 0xC0;
        if (lock && !(hasAddress && index.isLockable(found))) return false;
        if (hasAddress
                && (Template.keepIndex(template) && (modrm & 0xC7) == 5 || Template.sib(template) && (modrm & 7) != 4))
            return false;
        if (hasModrm) position++;
        scaling = space != 2 ? 0 : special && hasAddress ? Template.broadcast(template) : Template.scale(template);
        if (hasAddress && !address(Template.vsib(template))) return false;
        if (space == 2 && !Template.apx(template)) operands.decorations = decorations(template);
        if (space == 2 && Template.apx(template) && Apx.isBadPair(template, second, modrm & 7 | extendBase))
            return false;
        if (map == DecoderIndex.MAP_3DNOW) position++;
        immediates = immediates(Template.immediate(template));
        if (beyond) return false;
        for (int i = 0, n = index.operandCount(found); i < n; i++) {
            if (!operand(index.kind(found, i), index.role(found, i))) return false;
        }
        return !index.hasDistinctRegisters(found) || Distinct.holds(found, operands);
    }

    /** Reads SIB and displacement; SDM vol. 2, tables 2-2 and 2-3. False when the bytes end. */
    private boolean address(boolean vectorIndex) {
        int mod = modrm >> 6;
        int rm = modrm & 7;
        memoryIndex = Registers.NONE;
        scale = 1;
        base = rm | extendBase;
        if (rm == 4) {
            int sib = next();
            if (sib < 0) return false;
            scale = 1 << (sib >> 6);
            int number = sib >> 3 & 7 | extendIndex;
            if (vectorIndex) memoryIndex = Registers.VECTOR + (number & 15 | extendVectorIndex);
            else if (number != Registers.RSP) memoryIndex = number;
            base = sib & 7 | extendBase;
            if ((sib & 7) == 5 && mod == 0) {
                base = Registers.NONE;
                displacement = (int) little(4);
                return !beyond;
            }
        } else if (vectorIndex) {
            return false;
        } else if (rm == 5 && mod == 0) {
            base = Registers.RIP;
            displacement = (int) little(4);
            return !beyond;
        }
        displacement = mod == 0 ? 0 : mod == 1 ? (byte) little(1) << scaling : (int) little(4);
        return !beyond;
    }

    /** All immediate bytes as one number; of two immediates the first is the lower. */
    private long immediates(int kind) {
        return switch (kind) {
            case Template.IMMEDIATE_IB, Template.IMMEDIATE_CB, Template.IMMEDIATE_IS4 -> little(1);
            case Template.IMMEDIATE_IW, Template.IMMEDIATE_IB_IB -> little(2);
            case Template.IMMEDIATE_IW_IB -> little(3);
            case Template.IMMEDIATE_ID, Template.IMMEDIATE_CD -> little(4);
            case Template.IMMEDIATE_IQ -> little(8);
            case Template.IMMEDIATE_MO -> little(addressSize ? 4 : 8);
            default -> 0;
        };
    }

    private long little(int size) {
        if (limit - position < size) {
            beyond = true;
            position = limit;
            return 0;
        }
        long value = 0;
        for (int i = 0; i < size; i++) value |= (code[position++] & 0xFFL) << 8 * i;
        return value;
    }

    private boolean operand(OperandKind kind, int role) {
        int number;
        switch (role) {
            case Template.ROLE_FIXED -> {
                int register = kind.fixedRegister();
                if (register == Registers.NONE) operands.immediate(1);
                else operands.register(register);
                return true;
            }
            case Template.ROLE_IMMEDIATE, Template.ROLE_BRANCH -> {
                immediate(kind);
                return true;
            }
            case Template.ROLE_OFFSET -> {
                operands.immediate(immediates).segment(segment);
                if (addressSize) operands.address32();
                return true;
            }
            case Template.ROLE_RM -> {
                if (modrm < 0xC0) {
                    operands.memory(base, memoryIndex, scale, displacement)
                            .segment(isUntrackedBranch() ? Registers.NONE : segment);
                    if (addressSize && Prefixes.takesAddress(index.template(found), 32)) operands.address32();
                    return true;
                }
                number = modrm & 7 | extendBase;
                if (kind.registerClass() == RegisterClass.VECTOR) number = number & 15 | extendVectorRm;
            }
            case Template.ROLE_REG -> number = modrm >> 3 & 7 | extendReg;
            case Template.ROLE_OPCODE ->
                number = (Template.modrm(index.template(found)) == Template.MODRM_OPCODE ? opcode : modrm) & 7
                        | extendBase;
            case Template.ROLE_VVVV -> {
                if (kind == OperandKind.DFV) {
                    operands.immediate(15 - (second & 15));
                    return true;
                }
                number = second;
            }
            case Template.ROLE_IS4 -> number = (int) (immediates >> 4) & 15;
            default -> {
                return false;
            }
        }
        int register = DecoderIndex.register(kind, rex2 ? withoutFourth(kind, number) : number, rex != 0 || space == 2);
        if (register < 0 || kind.use() == OperandKind.Use.NOT_ACCUMULATOR && register == Registers.RAX) return false;
        operands.register(register);
        return true;
    }

    /** REX2 extends general registers by a fourth bit; it is ignored for others, but CR16 and DR16 would be errors. */
    private static int withoutFourth(OperandKind kind, int number) {
        return switch (kind.registerClass()) {
            case GENERAL, CONTROL, DEBUG -> number;
            case NONE, VECTOR, MASK, X87, MMX, SEGMENT, TILE, BOUND -> number & 15;
        };
    }

    private void immediate(OperandKind kind) {
        int unused = 64 - kind.immediateBits();
        long value = immediates << unused;
        operands.immediate(kind.isSignExtended() || kind.isBranch() ? value >> unused : value >>> unused);
        immediates >>>= kind.immediateBits() & 63;
    }
}
