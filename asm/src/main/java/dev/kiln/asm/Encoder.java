package dev.kiln.asm;

import dev.kiln.asm.internal.Template;
import java.util.Arrays;

/**
 * Makes the bytes of single instructions in a growing buffer, and remembers the fields that depend on labels and symbols. Operands have been
 * checked when they come here, except for what shows only in the whole: a high-byte register together with a REX prefix.
 *
 * <p>Registers come as codes: the hardware number, and for 8-bit registers {@link #NEEDS_REX} or {@link #FORBIDS_REX}.
 *
 * <p>Instruction format: SDM vol. 2, chapter 2.
 */
abstract class Encoder {
    /** On the code of SPL, BPL, SIL, DIL, which without REX would be AH to BH (SDM vol. 2, table 3-1). */
    static final int NEEDS_REX = 0x40;

    /** On the code of AH, CH, DH, BH. */
    static final int FORBIDS_REX = 0x80;

    /** EVEX decorations, in the code of a masked register and in the {@code extra} bits of an instruction: the mask's number. */
    static final int MASK = 0x700, MASK_SHIFT = 8;

    /** Zeroing in place of merging, and an element of memory broadcast to all. */
    static final int ZEROING = 0x800, BROADCAST = 0x1000;

    /** A rounding mode, the ordinal of {@link Rounding} plus 1. */
    static final int ROUNDING_SHIFT = 13;

    /** All decorations. */
    static final int DECORATIONS = 0xFF00;

    /** In the code of registers 16 to 31 of all classes, and in that of vector registers alone. */
    static final int EXTENDED = 0x10, EXTENDED_VECTOR = 0x20;

    /** In the code of what only an EVEX prefix can say. */
    private static final int NEEDS_EVEX = EXTENDED_VECTOR | DECORATIONS;

    /** More than the longest instruction (15 bytes), so that one check of room serves for all of it. */
    private static final int ROOM = 32;

    /** Beyond this, distances would not fit 32 bits any more. */
    private static final int LARGEST = 1 << 30;

    /** A displacement that has to take 32 bits, also where eight of them count units. */
    private static final int WIDE = 0x12345678;

    /** Which of two forms between registers the next instruction takes, in what waits for it: that with its destination in ModRM.reg, or in ModRM.rm. */
    static final int LOAD = 1, STORE = 2;

    private static final int NONE = Registers.NONE;

    /** What stands in SIB for no index (SDM vol. 2, table 2-3). */
    private static final int NO_INDEX = 4;

    private static final int MAP_3DNOW = 15;

    /** Values of {@link #fixupFrom} for branch fields; others are labels. */
    static final int FROM_FIELD32 = -1, FROM_FIELD8 = -2;

    byte[] buffer = new byte[256];
    int position;

    /** The number of jumps and alignments so far, see {@link CodeBuffer}. */
    int items;

    int fixups;
    int[] fixupAt = new int[16];
    int[] fixupItem = new int[16];
    int[] fixupLabel = new int[16];
    int[] fixupAddend = new int[16];
    int[] fixupFrom = new int[16];

    int relocations;
    int[] relocationAt = new int[4];
    int[] relocationItem = new int[4];
    RelocationKind[] relocationKinds = new RelocationKind[4];
    String[] relocationSymbols = new String[4];
    long[] relocationAddends = new long[4];

    /** Where an instruction may begin at most; negative while a prefix waits or a target is to be asked, so that one comparison asks for all. */
    private int limit = buffer.length - ROOM;

    /** Prefixes of {@link Form}, for the next instruction. */
    private int pending;

    /** What the target lacks; {@code null} when it lacks nothing. */
    private TargetCheck target;

    /** Restricts what comes to the features of a target. */
    final void restrict(CpuFeatures features) {
        target = features.equals(CpuFeatures.ALL) ? null : new TargetCheck(features);
        limit = target != null || pending != 0 ? -1 : buffer.length - ROOM;
    }

    /** The features that instructions may need; {@link CpuFeatures#ALL} unless the constructor was told. */
    public final CpuFeatures target() {
        return target == null ? CpuFeatures.ALL : target.target;
    }

    /** Whether there are instructions that are refused. */
    final boolean isRestricted() {
        return target != null;
    }

    /** Whether the target has what a form needs. */
    final boolean allows(int form) {
        return target == null || target.allows(form);
    }

    /** Gives the buffer with room for an instruction by template {@code t}, and puts prefixes asked for in front. */
    private byte[] room(long t, boolean memory) {
        if (position > limit) makeRoom(t, memory);
        return buffer;
    }

    private void makeRoom(long t, boolean memory) {
        ensure(ROOM);
        if (target == null) limit = buffer.length - ROOM;
        else target.check(t);
        int prefixes = pending;
        pending = 0;
        if (prefixes == 0) return;
        check(t, prefixes, memory);
        position = prefixes(buffer, position, 0, prefixes);
    }

    /** Puts a prefix in front of the next instruction. */
    final void prefixNext(int prefix) {
        pending |= prefix;
        limit = -1;
    }

    /** The prefixes that wait for an instruction, which now has to take them. */
    final int takePrefixes() {
        int taken = pending;
        if (taken != 0) {
            pending = 0;
            if (target == null) limit = buffer.length - ROOM;
        }
        return taken;
    }

    /** Bits of {@link Form} that were asked for before this instruction, which has to take them. */
    private int asked(long t, boolean memory) {
        int asked = takePrefixes();
        if (asked != 0) check(t, asked, memory);
        return asked;
    }

    private static void check(long t, int asked, boolean memory) {
        int allowed = Template.space(t) == 0 ? Template.prefixes(t) : 0;
        try {
            Prefixes.check(asked, allowed, memory, Prefixes.locksItself(t));
        } catch (AssemblerException e) {
            throw Mismatch.refused(t, e.getMessage());
        }
        if ((asked & Form.VEX3) != 0 && Template.space(t) != 1)
            throw Mismatch.refused(t, "this form has no VEX prefix");
    }

    /** The direction that waits for an instruction, which now has to take it: {@link #LOAD}, {@link #STORE} or 0. */
    final int takeDirection() {
        int direction = pending & (LOAD | STORE);
        pending &= ~direction;
        return direction;
    }

    /** Whether the next instruction is to take its long form. */
    final boolean isLong() {
        return waits(Form.LONG);
    }

    /** Whether one of some prefixes waits for the next instruction. */
    final boolean waits(int prefixes) {
        return limit < 0 && (pending & prefixes) != 0;
    }

    /** Complains about a prefix that no instruction followed. */
    final void checkNothingPending() {
        if (pending != 0) throw new AssemblerException("a prefix is not followed by an instruction");
    }

    /** Sees to it that there is room for some bytes more. */
    final void ensure(int bytes) {
        if (bytes <= buffer.length - position) return;
        long needed = (long) position + bytes;
        if (needed > LARGEST) throw new AssemblerException("the code is larger than " + LARGEST + " bytes");
        buffer = Arrays.copyOf(buffer, (int) Math.max(needed + ROOM, Math.min(buffer.length * 2L, LARGEST)));
        if (pending == 0 && target == null) limit = buffer.length - ROOM;
    }

    /** Forgets all bytes and what hangs on them. */
    final void clear() {
        position = 0;
        items = 0;
        fixups = 0;
        Arrays.fill(relocationSymbols, 0, relocations, null);
        relocations = 0;
        pending = 0;
        limit = target == null ? buffer.length - ROOM : -1;
    }

    /** Begins a jump of two bytes whose second is filled in later; gives the buffer. */
    final byte[] roomForJump(long t) {
        return room(t, false);
    }

    /** An instruction without ModRM: only its opcode, and a register in it when {@code register} is not 0. */
    final void encodeOpcode(long t, int extra, int register) {
        if (position > limit) extra |= asked(t, false);
        byte[] b = room(t, false);
        int p = Template.space(t) != 0
                ? vexHead(b, position, t, extra, 0, 0, register, 0)
                : Template.apx(t)
                        ? Apx.rex2(b, position, t, extra, Apx.payload(t, 0, 0, register))
                        : head(b, position, t, extra, rex(t, 0, 0, register));
        if (Template.modrm(t) == Template.MODRM_OPCODE) b[p - 1] += (byte) (register & 7);
        else if (Template.modrm(t) >= Template.MODRM_FIXED) b[p++] = (byte) (Template.second(t) + (register & 7));
        position = p;
    }

    /** An instruction whose ModRM names two registers, or a register and an opcode extension. */
    final void encodeRegister(long t, int extra, int reg, int vvvv, int rm) {
        if (position > limit) {
            int direction = takeDirection();
            if (direction != 0 && Mismatch.direction(t) != direction) {
                encodeRegister(Mismatch.otherDirection(t, direction), extra, rm, vvvv, reg);
                return;
            }
            extra |= asked(t, false);
        }
        byte[] b = room(t, false);
        int p = Template.space(t) == 0
                ? head(b, position, t, extra, rex(t, reg, 0, rm))
                : Template.space(t) == 2
                        ? evexHead(b, t, extra, reg, vvvv, rm)
                        : vexHead(b, position, t, extra, reg, 0, rm, vvvv);
        b[p] = (byte) (0xC0 | (reg & 7) << 3 | rm & 7);
        position = p + 1;
    }

    /** An instruction whose ModRM names memory at base + index × scale + displacement, all of them registers or none. */
    final void encodeMemory(long t, int extra, int reg, int vvvv, int base, int index, int scale, int displacement) {
        if (position > limit) extra |= asked(t, true);
        byte[] b = room(t, true);
        if (base == NONE && scale == 1 && index != NONE && !Template.keepIndex(t)) {
            // [index*1] is [base], which is shorter.
            base = index;
            index = NONE;
        }
        int x = index == NONE ? 0 : index;
        int y = base == NONE ? 0 : base;
        int p;
        if (Template.space(t) == 0) p = head(b, position, t, extra, rex(t, reg, x, y));
        else if (Template.space(t) == 2) {
            if (target != null) target.checkRegisters(x, y);
            position = Evex.memory(b, position, t, extra, reg, vvvv, base, index, scale, displacement);
            return;
        } else {
            p = vexHead(b, position, t, extra, reg, Registers.isVector(x) ? vectorCode(x) : x, y, vvvv);
            if (index == NONE && Template.sib(t)) index = NO_INDEX;
        }
        int r = (reg & 7) << 3;
        if (index != NONE) {
            int sib = Integer.numberOfTrailingZeros(scale) << 6 | (index & 7) << 3;
            if (base == NONE) {
                b[p] = (byte) (r | 4);
                b[p + 1] = (byte) (sib | 5);
                put32(b, p + 2, displacement);
                position = p + 6;
                return;
            }
            sib |= base & 7;
            if (displacement == 0 && (base & 7) != 5) {
                b[p] = (byte) (r | 4);
                b[p + 1] = (byte) sib;
                position = p + 2;
            } else if (displacement == (byte) displacement) {
                b[p] = (byte) (0x44 | r);
                b[p + 1] = (byte) sib;
                b[p + 2] = (byte) displacement;
                position = p + 3;
            } else {
                b[p] = (byte) (0x84 | r);
                b[p + 1] = (byte) sib;
                put32(b, p + 2, displacement);
                position = p + 6;
            }
            return;
        }
        if (base == NONE) {
            // ModRM 05 alone is RIP-relative in 64-bit mode; the absolute address takes a SIB without base and index.
            b[p] = (byte) (r | 4);
            b[p + 1] = 0x25;
            put32(b, p + 2, displacement);
            position = p + 6;
            return;
        }
        int low = base & 7;
        int at = p;
        p++;
        if (low == 4) b[p++] = 0x24;
        if (displacement == 0 && low != 5) b[at] = (byte) (r | low);
        else if (displacement == (byte) displacement) {
            b[at] = (byte) (0x40 | r | low);
            b[p++] = (byte) displacement;
        } else {
            b[at] = (byte) (0x80 | r | low);
            put32(b, p, displacement);
            p += 4;
        }
        position = p;
    }

    /** The same with a displacement of 32 bits, whatever it is. */
    final void encodeMemoryWide(
            long t, int extra, int reg, int vvvv, int base, int index, int scale, int displacement) {
        encodeMemory(t, extra, reg, vvvv, base, index, scale, WIDE);
        put32(buffer, position - 4, displacement);
    }

    /** The same with a displacement of 8 bits, whatever it is; with EVEX they count what is moved. */
    final void encodeMemoryNarrow(
            long t, int extra, int reg, int vvvv, int base, int index, int scale, int displacement) {
        int shift = Template.space(t) != 2 ? 0 : (extra & BROADCAST) != 0 ? Template.broadcast(t) : Template.scale(t);
        int counted = displacement >> shift;
        if (base < 0 || base == Registers.RIP || counted != (byte) counted || counted << shift != displacement)
            throw Mismatch.refused(
                    t,
                    base < 0 || base == Registers.RIP
                            ? "only an address with a base has a displacement of 8 bits"
                            : "the displacement " + displacement + " does not fit 8 bits"
                                    + (shift == 0 ? "" : " that count " + (1 << shift) + " bytes"));
        encodeMemory(t, extra, reg, vvvv, base, index, scale, displacement == 0 ? 1 << shift : displacement);
        if (displacement == 0) buffer[position - 1] = 0;
    }

    /** An instruction whose ModRM names memory relative to the instruction's end: at a label, or {@code displacement} away from it. */
    final void encodeRelative(long t, int extra, int reg, int vvvv, int label, int displacement) {
        int p = relativeHead(t, extra, reg, vvvv);
        position = p + 4;
        if (label < 0) put32(buffer, p, displacement);
        else addFixup(p, label, displacement - immediateSize(t), FROM_FIELD32);
    }

    /** An instruction whose ModRM names memory at a symbol: relative to the instruction's end or absolute, as the relocation's kind says. */
    final void encodeSymbol(long t, int extra, int reg, int vvvv, String symbol, RelocationKind kind, long addend) {
        switch (kind) {
            case PC32, PLT32, GOTPCREL, GOTPCRELX, REX_GOTPCRELX, GOTPC32, GOTTPOFF, TLSGD, TLSLD, TLVP -> {
                int p = relativeHead(t, extra, reg, vvvv);
                position = p + 4;
                addRelocation(p, kind, symbol, addend - 4 - immediateSize(t));
            }
            case ABS32, TPOFF32, DTPOFF32, GOT32, SIZE32 -> {
                encodeMemory(t, extra, reg, vvvv, NONE, NONE, 1, 0);
                addRelocation(position - 4, kind, symbol, addend);
            }
            case ABS64,
                    PC64,
                    TPOFF64,
                    DTPOFF64,
                    GOT64,
                    GOTOFF64,
                    GOTPC64,
                    GOTPCREL64,
                    PLTOFF64,
                    SIZE64,
                    SECREL32,
                    IMAGEREL32,
                    SECTION16,
                    ABS32U,
                    ABS16,
                    ABS8,
                    PC16,
                    PC8 ->
                throw new AssemblerException(
                        "memory at symbol " + symbol + " cannot have a relocation of kind " + kind
                                + "; those of 32 bits that are distances can (PC32, GOTPCREL, GOTTPOFF), and ABS32, TPOFF32, DTPOFF32, GOT32 and SIZE32");
        }
    }

    /** An instruction whose ModRM names memory at a symbol and registers. */
    final void encodeSymbolAt(long t, int extra, int reg, int vvvv, Operands o) {
        boolean absolute = switch (o.relocation) {
            case ABS32, TPOFF32, DTPOFF32, GOT32, SIZE32, IMAGEREL32, SECREL32 -> true;
            default -> false;
        };
        if (!absolute)
            throw new AssemblerException(
                    "memory at symbol " + o.symbol + " and registers cannot have a relocation of kind " + o.relocation
                            + "; ABS32, TPOFF32, DTPOFF32, GOT32, SIZE32, IMAGEREL32 and SECREL32 can");
        encodeMemoryWide(t, extra, reg, vvvv, o.base, o.index, o.scale, 0);
        addRelocation(position - 4, o.relocation, o.symbol, o.addend);
    }

    private int relativeHead(long t, int extra, int reg, int vvvv) {
        if (Template.keepIndex(t))
            throw Mismatch.refused(
                    t,
                    "the address of this instruction cannot be relative to RIP: base and index have"
                            + " meanings of their own");
        if (position > limit) extra |= asked(t, true);
        byte[] b = room(t, true);
        int p = Template.space(t) == 0
                ? head(b, position, t, extra, rex(t, reg, 0, 0))
                : Template.space(t) == 2
                        ? Evex.head(b, position, t, extra, reg, 0, 0, vvvv, true)
                        : vexHead(b, position, t, extra, reg, 0, 0, vvvv);
        b[p] = (byte) (5 | (reg & 7) << 3);
        return p + 1;
    }

    /** The REX prefix that the registers and the form need, 0 for none, or what {@link Apx#payload} gives for registers 16 to 31. */
    private int rex(long t, int reg, int index, int base) {
        int rex = (Template.w(t) ? 8 : 0) | (reg & 8) >> 1 | (index & 8) >> 2 | (base & 8) >> 3;
        int flags = reg | index | base;
        if ((flags & (NEEDS_REX | FORBIDS_REX | NEEDS_EVEX | EXTENDED)) != 0) {
            if ((flags & NEEDS_EVEX) != 0) throw Mismatch.needsEvex(t, flags);
            if ((flags & FORBIDS_REX) != 0 && (rex | flags & (NEEDS_REX | EXTENDED)) != 0)
                throw Mismatch.refused(
                        t,
                        "AH, BH, CH and DH cannot stand in one instruction with R8 to R31, SPL, BPL, SIL, DIL "
                                + "or a 64-bit operand, which need a REX prefix");
            if ((flags & EXTENDED) != 0) {
                if (target != null) target.checkApx();
                return Apx.payload(t, reg, index, base);
            }
            rex |= flags & NEEDS_REX;
        }
        return rex == 0 ? 0 : rex | 0x40;
    }

    /** Prefixes, escape bytes and opcode of the legacy encoding. */
    private static int head(byte[] b, int p, long t, int extra, int rex) {
        if (extra != 0) {
            if ((extra & (Form.NF | Form.REX2)) != 0) rex = Apx.asked(t, extra, rex);
            p = prefixes(b, p, t, extra);
        } else if (Template.fwait(t)) b[p++] = (byte) 0x9B;
        if (Template.address(t)) b[p++] = 0x67;
        int prefix = Template.prefix(t);
        if (prefix != 0) {
            if ((prefix & 1) != 0) {
                boolean address32 = (extra & Form.ADDRESS32) != 0 && Template.word(t);
                // The prefix of a promoted form takes the place of 66.
                if (address32 && rex > 0xFF) b[p++] = 0x67;
                b[p++] = 0x66;
                if (address32 && rex <= 0xFF) b[p++] = 0x67;
            }
            if (prefix > 1) b[p++] = (byte) (prefix < 4 ? 0xF3 : 0xF2);
        }
        if (rex != 0) {
            if (rex > 0xFF) return Apx.head(b, p, t, rex);
            b[p++] = (byte) rex;
        }
        int map = Template.map(t);
        if (map != 0) {
            b[p++] = 0x0F;
            if (map > 1) b[p++] = (byte) (map == 2 ? 0x38 : map == 3 ? 0x3A : 0x0F);
            if (map == MAP_3DNOW) return p;
        }
        b[p] = (byte) Template.opcode(t);
        return p + 1;
    }

    /** The prefix bits of the form's number and, in the low bits, a segment prefix; 67 stands behind a 66 that gives a size, as nasm has it. */
    static int prefixes(byte[] b, int p, long t, int extra) {
        if (Template.fwait(t)) b[p++] = (byte) 0x9B;
        if ((extra & (Form.REP | Form.XRELEASE)) != 0) b[p++] = (byte) 0xF3;
        if ((extra & (Form.REPNE | Form.XACQUIRE | Form.BND)) != 0) b[p++] = (byte) 0xF2;
        if ((extra & Form.LOCK) != 0) b[p++] = (byte) 0xF0;
        if ((extra & Form.NOTRACK) != 0) b[p++] = 0x3E;
        if ((extra & 0xFF) != 0) b[p++] = (byte) extra;
        boolean later = Template.address(t) || Template.space(t) == 0 && Template.word(t);
        if ((extra & Form.ADDRESS32) != 0 && !later) b[p++] = 0x67;
        return p;
    }

    /** VEX and XOP: the two-byte prefix where it can be (SDM vol. 2, 2.3.5). */
    private int vexHead(byte[] b, int p, long t, int extra, int reg, int index, int base, int vvvv) {
        if (extra != 0) {
            if ((extra & (Form.NF | Form.REX2)) != 0) throw Apx.notInVex(t, extra);
            p = prefixes(b, p, t, extra);
        }
        int space = Template.space(t);
        int flags = reg | index | base | vvvv;
        if ((flags & (NEEDS_EVEX | FORBIDS_REX | EXTENDED)) != 0) {
            if ((flags & NEEDS_EVEX) != 0) throw Mismatch.needsEvex(t, flags);
            if ((flags & FORBIDS_REX) != 0)
                throw Mismatch.refused(t, "AH, BH, CH and DH cannot stand in a VEX instruction");
            if (target != null) target.checkApx();
            return Evex.head(b, p, Apx.promoted(t), 0, reg, index, base, vvvv, false);
        }
        int prefix = Template.prefix(t);
        int tail = (~vvvv & 15) << 3 | Template.length(t) << 2 | (prefix < 2 ? prefix : prefix < 4 ? 2 : 3);
        int map = Template.map(t);
        if (space == 1
                && map == 1
                && !Template.w(t)
                && (index & 8) == 0
                && (base & 8) == 0
                && (extra & Form.VEX3) == 0) {
            b[p++] = (byte) 0xC5;
            b[p++] = (byte) ((~reg & 8) << 4 | tail);
        } else {
            b[p++] = (byte) (space == 1 ? 0xC4 : 0x8F);
            b[p++] = (byte) ((~reg & 8) << 4 | (~index & 8) << 3 | (~base & 8) << 2 | map);
            b[p++] = (byte) ((Template.w(t) ? 0x80 : 0) | tail);
        }
        b[p] = (byte) Template.opcode(t);
        return p + 1;
    }

    private int evexHead(byte[] b, long t, int extra, int reg, int vvvv, int rm) {
        if (target != null) target.checkRegisters(reg, rm);
        return Evex.head(b, position, t, extra, reg, (rm & EXTENDED_VECTOR) >> 2, rm, vvvv, false);
    }

    /** The bytes that follow ModRM, SIB and displacement. */
    static int immediateSize(long t) {
        return switch (Template.immediate(t)) {
            case Template.IMMEDIATE_IB, Template.IMMEDIATE_CB, Template.IMMEDIATE_IS4 -> 1;
            case Template.IMMEDIATE_IW, Template.IMMEDIATE_IB_IB -> 2;
            case Template.IMMEDIATE_IW_IB -> 3;
            case Template.IMMEDIATE_ID, Template.IMMEDIATE_CD -> 4;
            case Template.IMMEDIATE_IQ, Template.IMMEDIATE_MO -> 8;
            default -> Template.map(t) == MAP_3DNOW ? 1 : 0;
        };
    }

    /** The immediate operands, behind everything else. */
    final void encodeImmediate(long t, long first, long second) {
        int p = position;
        switch (Template.immediate(t)) {
            case Template.IMMEDIATE_IB -> buffer[position++] = (byte) first;
            case Template.IMMEDIATE_IW -> {
                buffer[p] = (byte) first;
                buffer[p + 1] = (byte) (first >> 8);
                position = p + 2;
            }
            case Template.IMMEDIATE_ID -> {
                put32(buffer, p, (int) first);
                position = p + 4;
            }
            case Template.IMMEDIATE_IQ, Template.IMMEDIATE_MO -> {
                put64(buffer, p, first);
                position = p + 8;
            }
            case Template.IMMEDIATE_IW_IB -> {
                buffer[p] = (byte) first;
                buffer[p + 1] = (byte) (first >> 8);
                buffer[p + 2] = (byte) second;
                position = p + 3;
            }
            case Template.IMMEDIATE_IB_IB -> {
                buffer[p] = (byte) first;
                buffer[p + 1] = (byte) second;
                position = p + 2;
            }
            default -> {
                // The opcode of 3DNow! stands last (APM vol. 3, appendix A).
                if (Template.map(t) == MAP_3DNOW) buffer[position++] = (byte) Template.opcode(t);
            }
        }
    }

    /** The code of a vector register by its number in {@link Registers}. */
    static int vectorCode(int register) {
        int n = register - Registers.VECTOR;
        return n < 16 ? n : n | EXTENDED_VECTOR;
    }

    /** Complains about a register that {@code /is4} has no room for; asked before anything of the instruction is written. */
    static void checkIs4(long t, int register) {
        if ((register & (NEEDS_EVEX | EXTENDED)) != 0) throw Mismatch.needsEvex(t, register);
    }

    /** The register that {@code /is4} puts into the upper half of the last byte, and a number in the lower half. */
    final void encodeIs4(int register, long number) {
        buffer[position++] = (byte) (register << 4 | (int) number);
    }

    static void put32(byte[] b, int at, int value) {
        b[at] = (byte) value;
        b[at + 1] = (byte) (value >> 8);
        b[at + 2] = (byte) (value >> 16);
        b[at + 3] = (byte) (value >> 24);
    }

    static void put64(byte[] b, int at, long value) {
        put32(b, at, (int) value);
        put32(b, at + 4, (int) (value >> 32));
    }

    /** A field that will hold a label's distance from the field's end (or from another label), plus an addend. */
    final void addFixup(int at, int label, int addend, int from) {
        int i = fixups;
        if (i == fixupAt.length) {
            fixupAt = Arrays.copyOf(fixupAt, i * 2);
            fixupItem = Arrays.copyOf(fixupItem, i * 2);
            fixupLabel = Arrays.copyOf(fixupLabel, i * 2);
            fixupAddend = Arrays.copyOf(fixupAddend, i * 2);
            fixupFrom = Arrays.copyOf(fixupFrom, i * 2);
        }
        fixupAt[i] = at;
        fixupItem[i] = items;
        fixupLabel[i] = label;
        fixupAddend[i] = addend;
        fixupFrom[i] = from;
        fixups = i + 1;
    }

    final void addRelocation(int at, RelocationKind kind, String symbol, long addend) {
        int i = relocations;
        if (i == relocationAt.length) {
            relocationAt = Arrays.copyOf(relocationAt, i * 2);
            relocationItem = Arrays.copyOf(relocationItem, i * 2);
            relocationKinds = Arrays.copyOf(relocationKinds, i * 2);
            relocationSymbols = Arrays.copyOf(relocationSymbols, i * 2);
            relocationAddends = Arrays.copyOf(relocationAddends, i * 2);
        }
        put32(buffer, at, 0);
        if (kind.size() == 8) put32(buffer, at + 4, 0);
        relocationAt[i] = at;
        relocationItem[i] = items;
        relocationKinds[i] = kind;
        relocationSymbols[i] = symbol;
        relocationAddends[i] = addend;
        relocations = i + 1;
    }
}
