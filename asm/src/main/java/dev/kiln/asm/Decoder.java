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

    /** What a first byte is: an opcode, or the beginning of another map, or of another encoding, or a prefix. */
    private static final byte PLAIN = 0, ESCAPE = 1, ENCODING = 2, REX = 3, PREFIX = 4;

    private static final byte[] FIRST = new byte[256];

    static {
        FIRST[0x0F] = ESCAPE;
        for (int b : new int[] {0xC4, 0xC5, 0x8F, 0x62, 0xD5}) FIRST[b] = ENCODING;
        for (int b = 0x40; b < 0x50; b++) FIRST[b] = REX;
        for (int b : new int[] {0x66, 0x67, 0xF0, 0xF2, 0xF3, 0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65}) FIRST[b] = PREFIX;
    }

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

    /** Prefixes, and from the opcode on ModRM and what VEX and its relatives say: bits of {@link DecoderIndex}. */
    private int state;

    private int segment;
    private int rex;

    // What REX, VEX and their relatives extend; bits 3 and, with REX2 and EVEX, 4 of the register numbers.
    private int space;
    private int map;
    private int opcode;
    private int extendReg;
    private int extendIndex;
    private int extendBase;
    private int second;

    // EVEX: mask, zeroing, and what broadcasts or rounds; bit 4 of a vector register in ModRM.rm or of a vector index.
    private int mask;
    private boolean zeroing;
    private boolean special;
    private int extendVectorRm;
    private int extendVectorIndex;
    /** The last byte of the EVEX prefix; APX reads it in its own way. */
    private int evexLast;

    private int modrm;
    private long immediates;
    private int base;
    private int memoryIndex;
    private int scale;
    private int displacement;
    /** The power of two that scales an 8-bit displacement. */
    private int scaling;

    /** A decoder that can be used for any number of instructions, by one thread at a time. */
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
        return (state & DecoderIndex.LOCK) != 0;
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
        if (segment != Registers.SEGMENT + 3 || space != 0 || map != 0 || opcode != 0xFF) return false;
        return (modrm & 0x38) == 0x10 || (modrm & 0x38) == 0x20;
    }

    /** Whether addresses in the instruction, or its implicit counter or pointers, have 32 bits. */
    public boolean has32BitAddress() {
        return has(DecoderIndex.ADDRESS_SIZE) && (form < 0 || Prefixes.takesAddress(index.template(form), 32));
    }

    /**
     * Decodes the instruction at {@code from}.
     *
     * @param from offset of its first byte
     * @param to one more than the offset of the last byte that may be read
     * @return whether it is {@link Status#VALID}
     */
    public boolean decode(byte[] code, int from, int to) {
        this.code = code;
        position = from;
        limit = Math.min(to, from + MAX_LENGTH);
        beyond = false;
        operands.clear();
        state = 0;
        segment = Registers.NONE;
        rex = 0;
        space = 0;
        map = 0;
        int first = prefixes();
        if (first >= 0 && openSpace(first)) {
            int found = find();
            if (found >= 0) {
                form = found;
                prefixes = isPrefixed() ? meaning() : 0;
                status = Status.VALID;
                length = position - from;
                return true;
            }
        }
        // What could go on beyond the given end is truncated only when the limit of 15 bytes leaves room for it.
        boolean truncated = beyond && to - from < MAX_LENGTH;
        return fail(truncated ? Status.TRUNCATED : Status.BAD, from, to);
    }

    private boolean fail(Status why, int from, int to) {
        status = why;
        length = why == Status.TRUNCATED ? Math.max(0, to - from) : 1;
        form = -1;
        prefixes = 0;
        operands.clear();
        return false;
    }

    private boolean has(int bits) {
        return (state & bits) != 0;
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

    /** Whether there is a prefix that could mean something to the form found, beside choosing it. */
    private boolean isPrefixed() {
        return space != 0 || segment != Registers.NONE || has(DecoderIndex.MEANINGFUL);
    }

    /** What the prefixes in front of the form found mean to it, as bits of {@link Form}. */
    private int meaning() {
        int facts = index.facts(form);
        int allowed = DecoderIndex.prefixes(facts);
        int bits = 0;
        if (space == 0) {
            boolean lock = has(DecoderIndex.LOCK);
            if (lock) bits |= Form.LOCK;
            boolean memory = (facts & DecoderIndex.HAS_RM) != 0 && modrm < 0xC0;
            // XCHG locks by itself, and MOV may end what another began.
            boolean elides =
                    memory && (lock || (allowed & FormTable.LOCK) == 0 || Prefixes.locksItself(index.template(form)));
            if (has(DecoderIndex.REPE)) {
                if ((allowed & FormTable.REP) != 0) bits |= Form.REP;
                else if (elides && (allowed & FormTable.XRELEASE) != 0) bits |= Form.XRELEASE;
            } else if (has(DecoderIndex.REPNE)) {
                if ((allowed & FormTable.REPNE) != 0) bits |= Form.REPNE;
                else if (elides && (allowed & FormTable.XACQUIRE) != 0) bits |= Form.XACQUIRE;
                else if ((allowed & FormTable.BND) != 0) bits |= Form.BND;
            }
        }
        if (isUntrackedBranch() && (allowed & FormTable.NOTRACK) != 0) bits |= Form.NOTRACK;
        if (has(DecoderIndex.ADDRESS_SIZE) && (allowed & FormTable.ADDRESS32) != 0) bits |= Form.ADDRESS32;
        if (leavesFlags()) bits |= Form.NF;
        // Registers 16 to 31 ask for it without words.
        if (has(DecoderIndex.REX2) && !Template.apx(index.template(form)) && !operands.needsApx()) bits |= Form.REX2;
        return bits;
    }

    /** Reads legacy prefixes and REX; the byte behind them, or −1. */
    private int prefixes() {
        while (true) {
            int b = next();
            if (b < 0 || FIRST[b] < REX) return b;
            if (FIRST[b] == REX) rex = b;
            else {
                prefix(b);
                rex = 0;
            }
        }
    }

    private void prefix(int b) {
        switch (b) {
            case 0x66 -> state |= DecoderIndex.OPERAND_SIZE;
            case 0x67 -> state |= DecoderIndex.ADDRESS_SIZE;
            case 0xF0 -> state |= DecoderIndex.LOCK;
            case 0xF2 -> state = state & ~DecoderIndex.REPEAT | DecoderIndex.REPNE;
            case 0xF3 -> state = state & ~DecoderIndex.REPEAT | DecoderIndex.REPE;
            case 0x64 -> segment = Registers.FS;
            case 0x65 -> segment = Registers.GS;
            default -> {
                // ES, CS, SS and DS in this order.
                if (segment < Registers.FS) segment = Registers.SEGMENT + (b - 0x26 >> 3);
            }
        }
    }

    /** Reads up to the opcode; false when the bytes end or the prefixes do not go together. */
    private boolean openSpace(int first) {
        if (FIRST[first] == ENCODING) {
            switch (first) {
                case 0xC5 -> {
                    return vex2();
                }
                case 0xC4 -> {
                    return vex3(1);
                }
                case 0x62 -> {
                    return evex();
                }
                case 0xD5 -> {
                    return rex2();
                }
                default -> {
                    // POP has /0 there, and XOP's map number is 8 or more (APM vol. 6, 1.2.1).
                    int b = peek();
                    if (b >= 0 && (b & 0x1F) >= 8) return vex3(3);
                }
            }
        }
        if ((rex & 8) != 0) state |= DecoderIndex.WIDE;
        extendReg = (rex & 4) << 1;
        extendIndex = (rex & 2) << 2;
        extendBase = (rex & 1) << 3;
        extendVectorRm = 0;
        opcode = first;
        if (FIRST[first] == ESCAPE) {
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
        extendIndex = 0;
        extendBase = 0;
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
        if (b2 > 0x7F) state |= DecoderIndex.WIDE;
        return vexTail(b2 & 0x7F);
    }

    private boolean vexTail(int b) {
        second = (b >> 3 & 15) ^ 15;
        if (second != 0) state |= DecoderIndex.SECOND;
        state |= (b >> 2 & 1) << DecoderIndex.LENGTH_SHIFT | DecoderIndex.prefix(b & 3);
        extendVectorRm = 0;
        extendVectorIndex = 0;
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
        if (b2 > 0x7F) state |= DecoderIndex.WIDE;
        extendVectorIndex = (b3 & 8 ^ 8) << 1;
        second = b2 >> 3 & 15 ^ 15 | extendVectorIndex;
        state |= (b3 >> 5 & 3) << DecoderIndex.LENGTH_SHIFT | DecoderIndex.prefix(b2 & 3);
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
        state |= DecoderIndex.REX2;
        map = b >> 7;
        extendReg = (b & 0x40) >> 2 | (b & 4) << 1;
        extendIndex = (b & 0x20) >> 1 | (b & 2) << 2;
        extendBase = b & 0x10 | (b & 1) << 3;
        extendVectorRm = 0;
        if ((b & 8) != 0) state |= DecoderIndex.WIDE;
        modrm = peek();
        return true;
    }

    private boolean hasPrefixBeforeVex() {
        return rex != 0 || has(DecoderIndex.OPERAND_SIZE | DecoderIndex.LOCK | DecoderIndex.REPEAT);
    }

    /** Tries the forms that have the opcode; the one with which all bits and bytes agree, or −1. */
    private int find() {
        int slot = DecoderIndex.slot(space, map, opcode);
        if (modrm < 0) return findWithoutModrm(slot);
        int start = position;
        int list = index.list(slot, modrm);
        state |= modrm < 0xC0 ? modrm : modrm | DecoderIndex.REGISTER;
        for (int i = index.first(list), end = index.first(list + 1); i < end; i++) {
            if (!index.fits(i, state)) continue;
            int found = index.candidate(i);
            if (space == 2 && !evexPrefixMatches(found)) continue;
            if (take(found)) return found;
            // What needs more bytes is not another form that needs fewer.
            if (beyond) return -1;
            operands.clear();
            position = start;
        }
        return -1;
    }

    /** The same when the bytes end at the opcode: a form that goes on there lacks them. */
    private int findWithoutModrm(int slot) {
        int from = index.list(slot, 0);
        for (int i = index.first(from), end = index.first(from + index.lists(slot)); i < end; i++) {
            if (!index.fitsWithoutModrm(i, state)) continue;
            int found = index.candidate(i);
            if ((index.facts(found) & DecoderIndex.HAS_MODRM) != 0) beyond = true;
            else if (take(found)) return found;
            if (beyond) return -1;
            operands.clear();
        }
        return -1;
    }

    private boolean evexPrefixMatches(int candidate) {
        long template = index.template(candidate);
        boolean memory = modrm < 0xC0;
        // Without memory, X4 stands where the bit has to be set.
        if (!memory && (extendIndex & 16) != 0) return false;
        int facts = index.facts(candidate);
        if (Template.apx(template)) return promotedPrefixMatches(facts, template);
        boolean rounds = special && !memory;
        if (special
                && (memory
                        ? Template.broadcast(template) == 0
                        : !Template.rounding(template) && !Template.sae(template))) return false;
        // With rounding L'L is the mode, and the length is what has modes: 512 bits, or one element.
        int vectorLength = vectorLength();
        if (Template.length(template) != (rounds ? 2 : vectorLength) && !Template.lengthIgnored(template)) return false;
        if (!rounds && vectorLength == 3) return false;
        if (mask != 0 ? !Template.mask(template) : Template.vsib(template)) return false;
        if (zeroing
                && (!Template.zeroing(template)
                        || mask == 0
                        || memory && Template.routine(template) == Template.ROUTINE_MR)) return false;
        return second == 0 || (facts & DecoderIndex.USES_VVVV) != 0 || Template.vsib(template) && (second & 15) == 0;
    }

    /** The last byte of what APX promoted to EVEX: ND, NF and V4, or with a conditional comparison its condition; else zeros. */
    private boolean promotedPrefixMatches(int facts, long template) {
        int free = (Template.noFlags(template) ? 4 : 0) | ((facts & DecoderIndex.VVVV_REGISTER) != 0 ? 8 : 0);
        if (((evexLast ^ 8 ^ Template.second(template)) & ~free) != 0) return false;
        return (second & 15) == 0 || (facts & DecoderIndex.USES_VVVV) != 0;
    }

    /** EVEX.L'L. */
    private int vectorLength() {
        return state >> DecoderIndex.LENGTH_SHIFT & 3;
    }

    /** The decorations as {@link Operands} has them. */
    private int decorations(long template) {
        int decorations = mask << Encoder.MASK_SHIFT | (zeroing ? Encoder.ZEROING : 0);
        if (!special) return decorations;
        if (modrm < 0xC0) return decorations | Encoder.BROADCAST;
        return decorations
                | (Template.rounding(template) ? vectorLength() + 1 << Encoder.ROUNDING_SHIFT : Rounding.SAE.bits());
    }

    /** Reads the rest of the instruction and fills the operands; false when the bytes end or a register does not exist. */
    private boolean take(int found) {
        int facts = index.facts(found);
        if ((facts & DecoderIndex.IGNORES_MOD) != 0) modrm |= 0xC0;
        boolean hasAddress = (facts & DecoderIndex.HAS_RM) != 0 && modrm < 0xC0;
        if (has(DecoderIndex.LOCK) && !(hasAddress && (facts & DecoderIndex.LOCKABLE) != 0)) return false;
        if ((facts & DecoderIndex.HAS_MODRM) != 0) position++;
        scaling = 0;
        boolean vectorIndex = false;
        if (space != 0) {
            long template = index.template(found);
            vectorIndex = Template.vsib(template);
            if (space == 2 && !evex(template, hasAddress)) return false;
        }
        if (hasAddress) {
            if ((facts & DecoderIndex.SPECIAL_ADDRESS) != 0 && !takesAddress(index.template(found))) return false;
            if (!address(vectorIndex)) return false;
        }
        if (map == DecoderIndex.MAP_3DNOW) position++;
        int bytes = DecoderIndex.immediateBytes(facts);
        if (bytes != 0) {
            immediates = little((facts & DecoderIndex.OFFSET) != 0 && has(DecoderIndex.ADDRESS_SIZE) ? 4 : bytes);
            if (beyond) return false;
        }
        for (int i = 0, n = DecoderIndex.operandCount(facts); i < n; i++)
            if (!operand(index.operand(found, i), facts)) return false;
        return (facts & DecoderIndex.DISTINCT) == 0 || Distinct.holds(found, operands);
    }

    /** Takes over what the EVEX prefix says of operands; false when it names registers that the form does not take. */
    private boolean evex(long template, boolean hasAddress) {
        scaling = special && hasAddress ? Template.broadcast(template) : Template.scale(template);
        if (Template.apx(template)) return !Apx.isBadPair(template, second, modrm & 7 | extendBase);
        operands.decorations = decorations(template);
        return true;
    }

    /** Whether a form that asks something of its address can have the one that follows. */
    private boolean takesAddress(long template) {
        return !(Template.keepIndex(template) && (modrm & 0xC7) == 5 || Template.sib(template) && (modrm & 7) != 4);
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

    /** A number of 1 to 8 bytes; of two immediates the first is the lower. */
    private long little(int size) {
        int p = position;
        if (limit - p < size) {
            beyond = true;
            position = limit;
            return 0;
        }
        position = p + size;
        byte[] b = code;
        if (size == 1) return b[p] & 0xFF;
        return size == 4 ? little32(b, p) & 0xFFFF_FFFFL : little(b, p, size);
    }

    private static long little(byte[] b, int p, int size) {
        long value = 0;
        for (int i = 0; i < size; i++) value |= (b[p + i] & 0xFFL) << 8 * i;
        return value;
    }

    private static int little32(byte[] b, int p) {
        return b[p] & 0xFF | (b[p + 1] & 0xFF) << 8 | (b[p + 2] & 0xFF) << 16 | b[p + 3] << 24;
    }

    private boolean operand(int operand, int facts) {
        int number;
        switch (operand & DecoderIndex.ROLE) {
            case Template.ROLE_RM -> {
                if (modrm < 0xC0) {
                    memory(facts);
                    return true;
                }
                number = modrm & 7 | extendBase;
                if ((operand & DecoderIndex.VECTOR) != 0) number = number & 15 | extendVectorRm;
            }
            case Template.ROLE_REG -> number = modrm >> 3 & 7 | extendReg;
            case Template.ROLE_IMMEDIATE, Template.ROLE_BRANCH -> {
                immediate(operand);
                return true;
            }
            case Template.ROLE_OPCODE -> number = opcode & 7 | extendBase;
            case DecoderIndex.ROLE_SECOND -> number = modrm & 7 | extendBase;
            case Template.ROLE_VVVV -> {
                if ((operand & DecoderIndex.DEFAULT_FLAGS) != 0) return otherOperand(operand);
                number = second;
            }
            case Template.ROLE_IS4 -> number = (int) (immediates >> 4) & 15;
            default -> {
                return otherOperand(operand);
            }
        }
        int register = (operand & DecoderIndex.UNUSUAL) == 0 && !has(DecoderIndex.REX2)
                ? DecoderIndex.register(operand, number)
                : unusualRegister(operand, number);
        if (register == Registers.NONE) return false;
        operands.register(register);
        return true;
    }

    private void memory(int facts) {
        operands.memory(base, memoryIndex, scale, displacement);
        if (!isPrefixed()) return;
        if (!isUntrackedBranch()) operands.segment(segment);
        if (has(DecoderIndex.ADDRESS_SIZE) && (facts & DecoderIndex.ADDRESS32) != 0) operands.address32();
    }

    /** The register of a class that is named by more than its number, or behind REX2; or {@link Registers#NONE}. */
    private int unusualRegister(int operand, int number) {
        boolean highByte = (operand & DecoderIndex.BYTE) != 0 && rex == 0 && space != 2;
        if (highByte && number >= 4 && number < 8) return Registers.HIGH_BYTE + number - 4;
        if ((operand & DecoderIndex.NOT_ACCUMULATOR) != 0 && number == Registers.RAX) return Registers.NONE;
        boolean narrow = (operand & DecoderIndex.NARROW) != 0 && has(DecoderIndex.REX2);
        return DecoderIndex.register(operand, narrow ? number & 15 : number);
    }

    /** An operand that is not read from a field of its own. */
    private boolean otherOperand(int operand) {
        switch (operand & DecoderIndex.ROLE) {
            case Template.ROLE_FIXED -> operands.register(DecoderIndex.base(operand));
            case DecoderIndex.ROLE_ONE -> operands.immediate(1);
            case Template.ROLE_VVVV -> operands.immediate(15 - (second & 15));
            case Template.ROLE_OFFSET -> {
                operands.immediate(immediates).segment(segment);
                if (has(DecoderIndex.ADDRESS_SIZE)) operands.address32();
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void immediate(int operand) {
        int bits = DecoderIndex.base(operand);
        int unused = 64 - bits;
        long value = immediates << unused;
        operands.immediate((operand & DecoderIndex.SIGNED) != 0 ? value >> unused : value >>> unused);
        immediates >>>= bits & 63;
    }
}
