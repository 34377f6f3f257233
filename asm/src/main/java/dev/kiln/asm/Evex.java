package dev.kiln.asm;

import dev.kiln.asm.internal.Template;

/**
 * The EVEX encoding: a prefix of four bytes that carries 32 vector registers, a write mask, zeroing, broadcast, rounding and the vector length,
 * and displacements of 8 bits that count what is moved (SDM vol. 2, 2.7). Decorations come in the {@code extra} bits or in the code of
 * the destination, as {@link Encoder#MASK} and its siblings; whether the form takes them is checked here.
 */
final class Evex {
    private static final int NONE = Registers.NONE;

    private Evex() {}

    /**
     * Prefix and opcode; gives the position behind. {@code x} is a general register as index, the low bits of a vector register as index, or as
     * its bit 3 what extends a vector register in ModRM.rm by bit 4.
     */
    static int head(byte[] b, int p, long t, int extra, int reg, int x, int rm, int vvvv, boolean memory) {
        if (extra != 0) p = Encoder.prefixes(b, p, t, extra);
        if (((reg | rm | vvvv) & Encoder.FORBIDS_REX) != 0)
            throw Mismatch.refused(t, "AH, BH, CH and DH cannot stand in an EVEX instruction");
        if (Template.apx(t) && Apx.isBadPair(t, vvvv, rm))
            throw Mismatch.refused(t, "PUSH2 and POP2 take any two registers but RSP, and POP2 two different ones");
        int decorations = (extra | reg | rm | vvvv) & (Encoder.DECORATIONS | Form.NF | Form.REX2);
        if (Template.address(t)) b[p++] = 0x67;
        int last = decorations == 0 ? undecorated(t) : decorated(t, decorations, memory);
        int prefix = Template.prefix(t);
        b[p] = 0x62;
        int extendedBase = (rm & ~(rm >> 1) & 16) >> 1;
        b[p + 1] =
                (byte) ((~reg & 8) << 4 | (~x & 8) << 3 | (~rm & 8) << 2 | ~reg & 16 | extendedBase | Template.map(t));
        b[p + 2] = (byte) ((Template.w(t) ? 0x80 : 0)
                | (~vvvv & 15) << 3
                | (~x & 16) >> 2
                | (prefix < 2 ? prefix : prefix < 4 ? 2 : 3));
        b[p + 3] = (byte) (last ^ (~vvvv & 16) >> 1);
        b[p + 4] = (byte) Template.opcode(t);
        return p + 5;
    }

    /** A whole instruction with memory at base + index × scale + displacement, but for immediates; gives the position behind. */
    static int memory(
            byte[] b,
            int position,
            long t,
            int extra,
            int reg,
            int vvvv,
            int base,
            int index,
            int scale,
            int displacement) {
        int x = index == NONE ? 0 : index;
        int y = base == NONE ? 0 : base;
        int p = Registers.isVector(x)
                ? head(b, position, t, extra, reg, x & 15, y, vvvv | x & 16, true)
                : head(b, position, t, extra, reg, x, y, vvvv, true);
        int r = (reg & 7) << 3;
        if (base == NONE) {
            b[p] = (byte) (r | 4);
            b[p + 1] = (byte) (index == NONE ? 0x25 : sib(scale, x) | 5);
            Encoder.put32(b, p + 2, displacement);
            return checked(t, position, p + 6);
        }
        int shift = (extra & Encoder.BROADCAST) != 0 ? Template.broadcast(t) : Template.scale(t);
        int counted = displacement >> shift;
        int mod = displacement == 0 && (base & 7) != 5
                ? 0
                : counted == (byte) counted && counted << shift == displacement ? 0x40 : 0x80;
        if (index == NONE && (base & 7) != 4 && !Template.sib(t)) b[p++] = (byte) (mod | r | base & 7);
        else {
            b[p] = (byte) (mod | r | 4);
            b[p + 1] = (byte) ((index == NONE ? 0x20 : sib(scale, x)) | base & 7);
            p += 2;
        }
        if (mod == 0x40) b[p++] = (byte) counted;
        else if (mod == 0x80) {
            Encoder.put32(b, p, displacement);
            p += 4;
        }
        return checked(t, position, p);
    }

    /** The position behind an instruction's address. Immediates of 32 bits, which only APX has here, can make it too long. */
    private static int checked(long t, int from, int to) {
        if (Template.apx(t) && to - from + Encoder.immediateSize(t) > Decoder.MAX_LENGTH)
            throw Mismatch.refused(
                    t,
                    "this instruction would have 16 bytes, one more than there can be; it cannot have a segment, a"
                            + " displacement of 32 bits and an immediate of 32 bits at once");
        return to;
    }

    private static int sib(int scale, int index) {
        return Integer.numberOfTrailingZeros(scale) << 6 | (index & 7) << 3;
    }

    /** The last byte of the prefix without V'. */
    private static int undecorated(long t) {
        if (Template.vsib(t))
            throw Mismatch.refused(
                    t, "gathers and scatters need a write mask K1 to K7, which tells what is left to do");
        return Template.length(t) << 5 | Template.second(t);
    }

    private static int decorated(long t, int decorations, boolean memory) {
        if ((decorations & (Form.NF | Form.REX2)) != 0) return Apx.withoutFlags(t, decorations);
        int mask = (decorations & Encoder.MASK) >> Encoder.MASK_SHIFT;
        int rounding = decorations >> Encoder.ROUNDING_SHIFT;
        int last = mask | Template.length(t) << 5;
        if (mask != 0 && !Template.mask(t)) throw Mismatch.refused(t, "this instruction takes no write mask");
        if (mask == 0 && Template.vsib(t)) undecorated(t);
        if ((decorations & Encoder.ZEROING) != 0) {
            if (mask == 0) throw Mismatch.refused(t, "zeroing needs a write mask, K1 to K7");
            if (!Template.zeroing(t) || memory && Template.routine(t) == Template.ROUTINE_MR)
                throw Mismatch.refused(
                        t,
                        "this destination cannot be zeroed where its mask is clear; registers can, memory and masks cannot");
            last |= 0x80;
        }
        if ((decorations & Encoder.BROADCAST) != 0) {
            if (Template.broadcast(t) == 0 || !memory)
                throw Mismatch.refused(t, "this instruction cannot broadcast an element of memory");
            last |= 0x10;
        }
        if (rounding != 0) {
            boolean plain = rounding == Rounding.SAE.ordinal() + 1;
            if (memory || !(plain ? Template.sae(t) : Template.rounding(t)))
                throw Mismatch.refused(
                        t,
                        memory
                                ? "rounding and exceptions can be told only when all operands are registers"
                                : Template.sae(t)
                                        ? "this instruction takes {sae}, but no rounding"
                                        : Template.rounding(t)
                                                ? "this instruction takes a rounding mode, RN_SAE to RZ_SAE, not SAE alone"
                                                : "this instruction takes neither rounding nor {sae}");
            last = last & 0x9F | 0x10 | (plain ? 0 : rounding - 1 << 5);
        }
        return last;
    }
}
