package dev.kiln.asm;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.asm.internal.Template;
import java.util.Arrays;

/**
 * What APX adds to encodings that are not its own: the REX2 prefix of two bytes, by which instructions of the one-byte map and of map 0F reach
 * general registers 16 to 31; and, for other instructions, the form in EVEX that APX promotes them to (Intel APX Architecture
 * Specification, 3.1.2). Comes into play, and is loaded, only when such a register is used.
 */
final class Apx {
    private static final int REX2 = 0xD500;

    /** NF in the last byte of a promoted form's prefix. */
    private static final int NO_FLAGS = 4;

    /** Templates of forms that have a promoted form, ascending, and those of the promoted forms. */
    private static final class Promotions {
        static final long[] FROM;
        static final long[] TO;

        static {
            FormTable table = FormTable.get();
            int count = 0;
            for (int form = 1; form < table.limit; form++) if (isPromoted(table, form)) count++;
            long[] from = new long[count];
            count = 0;
            for (int form = 1; form < table.limit; form++)
                if (isPromoted(table, form)) from[count++] = table.template(form);
            Arrays.sort(from);
            long[] to = new long[count];
            for (int form = 1; form < table.limit; form++)
                if (isPromoted(table, form))
                    to[Arrays.binarySearch(from, table.template(form))] = table.template(table.extendedTwin(form));
            FROM = from;
            TO = to;
        }

        private static boolean isPromoted(FormTable table, int form) {
            return table.extendedTwin(form) != 0 && !takesRex2(table.template(form));
        }
    }

    private Apx() {}

    /** Whether a form's operands may be general registers 16 to 31, by REX2, by EVEX, or by promotion. */
    static boolean takesExtended(FormTable table, int form) {
        long t = table.template(form);
        return Template.space(t) == 2 || takesRex2(t) || table.extendedTwin(form) != 0;
    }

    /** Whether two registers cannot be pushed or popped together: they are RSP, or popped into one (APX, PUSH2 and POP2). */
    static boolean isBadPair(long t, int first, int second) {
        boolean push = Template.opcode(t) == 0xFF && Template.modrm(t) == 6;
        boolean pop = Template.opcode(t) == 0x8F && Template.modrm(t) == 0;
        if (!push && !pop) return false;
        return first == Registers.RSP || second == Registers.RSP || pop && first == second;
    }

    /** Whether the instruction has an encoding that is preferred to this promoted form when nothing is said. */
    static boolean isSecondChoice(FormTable table, int form, Operands operands) {
        long t = table.template(form);
        if (Template.space(t) != 2 || !Template.apx(t)) return false;
        int name = table.mnemonicNumber(form);
        for (int i = 0; i < table.formCount(name); i++) {
            int other = table.formAt(name, i);
            if (table.extendedTwin(other) == form) return takesRex2(table.template(other)) || !operands.needsApx();
        }
        return false;
    }

    /** Rows 4, 7, A and E of the one-byte map and rows 3 and 8 of map 0F have no REX2, nor has XSAVE with its kin. */
    static boolean takesRex2(long t) {
        if (Template.space(t) != 0 || Template.noRex2(t)) return false;
        int row = 1 << (Template.opcode(t) >> 4);
        return switch (Template.map(t)) {
            case 0 -> (row & (1 << 4 | 1 << 7 | 1 << 10 | 1 << 14)) == 0;
            case 1 -> (row & (1 << 3 | 1 << 8)) == 0;
            default -> false;
        };
    }

    /** The two bytes of REX2: M0, R4, X4, B4, W, R3, X3, B3 in the second. */
    static int payload(long t, int reg, int index, int base) {
        return REX2
                | Template.map(t) << 7 & 0x80
                | (reg & 16) << 2
                | (index & 16) << 1
                | base & 16
                | (Template.w(t) ? 8 : 0)
                | (reg & 8) >> 1
                | (index & 8) >> 2
                | (base & 8) >> 3;
    }

    /** REX2 in place of the REX that would do; complains when the flags were to be left alone. */
    static int asked(long t, int extra, int rex) {
        if ((extra & Form.NF) != 0) throw flagsWritten(t);
        if (!takesRex2(t)) throw Mismatch.refused(t, "this instruction takes no REX2 prefix");
        return rex > 0xFF ? rex : REX2 | Template.map(t) << 7 | rex & 15;
    }

    /** The last byte of a promoted form's prefix, without V4, when the flags are to be left alone. */
    static int withoutFlags(long t, int extra) {
        if ((extra & Form.REX2) != 0)
            throw Mismatch.refused(t, "this instruction has an EVEX prefix, which cannot stand beside REX2");
        if (!Template.noFlags(t)) throw flagsWritten(t);
        if ((extra & Encoder.DECORATIONS) != 0) throw Mismatch.refused(t, "this instruction takes no write mask");
        return Template.second(t) | NO_FLAGS;
    }

    /** Why a VEX or XOP instruction cannot have what was asked for. */
    static AssemblerException notInVex(long t, int extra) {
        return (extra & Form.NF) != 0
                ? flagsWritten(t)
                : Mismatch.refused(t, "this instruction has a VEX prefix, which cannot stand beside REX2");
    }

    private static AssemblerException flagsWritten(long t) {
        return Mismatch.refused(t, "this instruction has no form that leaves the status flags alone ({nf})");
    }

    /** A legacy instruction that always has REX2: prefix and opcode. */
    static int rex2(byte[] b, int p, long t, int extra, int payload) {
        if ((extra & Form.NF) != 0) throw flagsWritten(t);
        if (extra != 0) p = Encoder.prefixes(b, p, t, extra);
        return put(b, p, t, payload);
    }

    private static int put(byte[] b, int p, long t, int payload) {
        b[p] = (byte) 0xD5;
        b[p + 1] = (byte) payload;
        b[p + 2] = (byte) Template.opcode(t);
        return p + 3;
    }

    /** REX2 or the EVEX prefix of the promoted form, and the opcode; mandatory prefixes stand there already. */
    static int head(byte[] b, int p, long t, int rex2) {
        if (takesRex2(t)) return put(b, p, t, rex2);
        long promoted = promoted(t);
        int prefix = Template.prefix(t);
        int at = p - (prefix & 1) - (prefix > 1 ? 1 : 0) - (Template.address(promoted) ? 1 : 0);
        int reg = (rex2 & 0x40) >> 2 | (rex2 & 4) << 1;
        int index = (rex2 & 0x20) >> 1 | (rex2 & 2) << 2;
        int base = rex2 & 0x10 | (rex2 & 1) << 3;
        return Evex.head(b, at, promoted, 0, reg, index, base, 0, false);
    }

    /** The template of the form in EVEX that takes general registers 16 to 31. */
    static long promoted(long t) {
        int i = Arrays.binarySearch(Promotions.FROM, t);
        if (i >= 0) return Promotions.TO[i];
        throw Mismatch.refused(
                t,
                "R16 to R31 cannot stand in this instruction, neither as operand nor in an address: APX has"
                        + " no encoding for it; a legacy instruction or an AVX-512 form may do the same");
    }
}
