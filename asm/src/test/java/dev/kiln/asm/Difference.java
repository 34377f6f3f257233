package dev.kiln.asm;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.asm.internal.Template;
import java.util.regex.Pattern;

/** Why disassemblers may disagree about bytes, tested in this order. */
enum Difference {
    /** They show a prefix as an instruction of its own; what follows is judged at its own offset. */
    PREFIX_ALONE,
    /** A REX prefix that is not directly in front of the opcode is ignored (SDM vol. 2, 2.2.1); LLVM calls it bad, GNU splits there. */
    SCATTERED_REX,
    /** LOCK where it faults (SDM vol. 2, LOCK); both print it anyway. */
    INVALID_LOCK,
    /** F2, F3 or 66 in front of an instruction marked NP or with another mandatory prefix (SDM vol. 2, 3.1.1.1): LLVM ignores them. */
    FORBIDDEN_PREFIX,
    /** 66, F2, F3, LOCK or REX in front of VEX is an error (SDM vol. 2, 2.3.2 to 2.3.4); LLVM ignores them. */
    PREFIX_BEFORE_VEX,
    /** VZEROALL, VZEROUPPER, VLDMXCSR and VSTMXCSR with pp other than 0, LDTILECFG and STTILECFG beside /0: GNU ignores it. */
    IGNORED_PP,
    /** With base 101 and mod 00 in a SIB byte there is no base whatever extends it (SDM vol. 2, table 2-3); LLVM sees R21 or R29 and no displacement. */
    EXTENDED_NO_BASE,
    /** REX2 in front of 0F, of rows 4, 7, A, E of the one-byte map and 3, 8 of map 0F, and of XSAVE and its kin is an error (APX 3.1.2.1); LLVM ignores that. */
    FORBIDDEN_REX2,
    /** Bits of the EVEX prefix that what APX promoted does not use are not 0 (APX 3.1.2.3); LLVM ignores them, with CFCMOV even pp. */
    UNUSED_EVEX_BITS,
    /** PUSH2 and POP2 with RSP, and POP2 into one register, are errors (APX, PUSH2 and POP2); LLVM prints them. */
    BAD_PAIR,
    /** LLVM reads some instructions of APX wrongly, see {@link DisassemblyTest#misread}, and loses 66 in front of REX2 with W. */
    MISREAD_APX,
    /** GNU prints EVEX forms with masks, broadcast, rounding, lengths and registers that they do not take. */
    UNCHECKED_EVEX,
    /** EVEX.L'L = 11 without rounding is undefined (SDM vol. 2, 2.7.10); LLVM prints 512 bits. */
    RESERVED_LENGTH,
    /** EVEX.z without a mask is undefined (SDM vol. 2, 2.7.11); LLVM prints it. */
    ZEROING_WITHOUT_MASK,
    /** EVEX.R and R' with a mask register as destination are undefined (SDM vol. 2, 2.7.11); LLVM ignores them. */
    MASK_NUMBER,
    /** LLVM takes MOVDIR64B without its mandatory 66 where 67 stands in front (SDM vol. 2, MOVDIR64B). */
    MISSING_PREFIX,
    /** GNU prints WAIT and the x87 instruction behind it as one. */
    WAIT_JOINED,
    /** 66 in front of a near branch: ignored by Intel (SDM vol. 2, table A-2, f64), 16 bits by AMD. */
    WORD_BRANCH,
    /** Opcode extensions that no manual describes but processors take: D0/C0 /6 as SHL, F6 /1 as TEST; EXTRQ beside /0; PadLock without F3; reserved NOPs 0F 0D, 0F 18–1F. */
    UNDOCUMENTED,
    /** Fences whose ModRM.rm is not 0: processors take any (SDM vol. 2, LFENCE); GNU knows that of LFENCE. */
    FENCE,
    /** LLVM takes a mandatory prefix only where no other stands behind it; for processors their order is free (SDM vol. 2, 2.1.1). */
    PREFIX_ORDER,
    /** GNU calls F2 or F3 bad where another prefix chooses another instruction of the same opcode; processors ignore it. */
    IGNORED_REPEAT,
    /** ModRM.mod of moves from and to control and debug registers is ignored (SDM vol. 2, MOV); LLVM calls all but 11 bad. */
    IGNORED_MOD,
    /** LLVM does not know INT1, UD0; GNU not the newest extensions. */
    UNKNOWN_TO_JUDGE,
    /** LLVM wants W or L'L to be 0 with some EVEX instructions where the manual says WIG or LLIG. */
    IGNORED_BITS,
    /** Registers that must differ, or the instruction is an error (SDM vol. 2, VGATHERDPS, VFMULCPH, TDPBUSD); LLVM prints them, GNU marks some. */
    EQUAL_REGISTERS,
    /** W or L that the manual wants to be 0, as with TILEZERO and BEXTR of XOP; they ignore it. */
    IGNORED_W_OR_L,
    /** More than 15 bytes (SDM vol. 2, 2.3.11); LLVM counts only the prefixes. */
    TOO_LONG,
    /** With REX2, control and debug registers 16 to 31 are errors (APX 3.1.2.1); GNU ignores the bit. */
    REX2_SPECIAL_REGISTER,
    /** JMPABS takes no 67 and no W (APX, JMPABS); LLVM ignores them. */
    JMPABS,
    /** In 64-bit mode overrides with ES, CS, SS and DS do nothing, so that FS or GS in front of one counts (SDM vol. 1, 3.4.2.1); LLVM takes the last. */
    SEGMENT_ORDER,
    /** A fourth bit of REX2 or EVEX for a register that has none is ignored (APX 3.1.2); LLVM counts it in, and GNU that of REX2. */
    IGNORED_FOURTH_BIT,
    /** F3 90 with REX.B: PAUSE to GNU, XCHG to LLVM (SDM vol. 2, table A-2, has both). */
    PAUSE_OR_XCHG,
    /** LAR, MOV from segments and their like have registers named at the width of the operand size, VMOVSS by VEX.L; what they do is the same (SDM vol. 2, LAR, VMOVSS). */
    REGISTER_WIDTH,
    /** With REX.W, LLVM drops the prefix that chooses MOVQ, CLRSSBSY or CLWB, and 67 in front of JECXZ (SDM vol. 2, under these names). */
    LOST_PREFIX,
    /** 67 in front of 0F AE chooses nothing (SDM vol. 2, table A-6, group 15); LLVM takes it for 66. */
    MISTAKEN_PREFIX,
    /** 66 changes nothing of 3DNow! (APM vol. 3, 1.2.5); GNU prints XMM registers. */
    WORD_BEFORE_3DNOW,
    /** Of the number with PCLMULQDQ bits 0 and 4 count (SDM vol. 2, PCLMULQDQ); GNU prints 2 and 3 as if they were 16 and 17. */
    PRODUCT_OF_HALVES,
    /** Displacements beside a broadcast count its elements (SDM vol. 2, 2.7.5); LLVM does not scale them with VGF2P8AFFINEQB. */
    UNSCALED_BROADCAST,
    /** 66 in front of AMD's instructions in 0F 01, where F2 and F3 choose and it does not (APM vol. 3, MONITORX): GNU from 2.44 calls it bad. */
    IGNORED_WORD,
    /** REX.W overrules 66 (SDM vol. 2, 2.2.1.2); GNU does not say so of x87 environments. */
    WIDE_ENVIRONMENT,
    UNEXPLAINED;

    /** What LLVM prints where there is no base. */
    private static final String NO_BASE = ".*\\[r(21|29)d?\\b.*";

    /** Why only one of both sees an instruction, or they see different lengths. */
    static Difference ofValidity(ForeignDisassembler judge, byte[] code, ForeignDisassembler.Line line, Decoder ours) {
        if (isPrefixOnly(line.text())) return PREFIX_ALONE;
        Prefixes prefixes = new Prefixes(code, line.offset());
        int opcode = prefixes.opcode;
        if (prefixes.scatteredRex) return SCATTERED_REX;
        if (ours == null) {
            boolean vex = opcode == 0xC4 || opcode == 0xC5 || opcode == 0x62 || opcode == 0x8F;
            if (vex
                    && judge == ForeignDisassembler.LLVM
                    && (prefixes.word || prefixes.repeat || prefixes.lock || prefixes.rex)) return PREFIX_BEFORE_VEX;
            if (vex
                    && judge == ForeignDisassembler.GNU
                    && line.text().matches("vzero.*|v(ld|st)mxcsr.*|(ld|st)tilecfg.*")) return IGNORED_PP;
            if (line.length() > Decoder.MAX_LENGTH) return TOO_LONG;
            boolean extended = prefixes.rex2 || opcode == 0x62;
            if (judge == ForeignDisassembler.LLVM && extended && line.text().matches(NO_BASE)) return EXTENDED_NO_BASE;
            if (judge == ForeignDisassembler.LLVM
                    && line.text().matches("v\\S*gather.*|vfc?m(ul|add)c[ps]h .*|t(dp|mm|cmm|conj).*"))
                return EQUAL_REGISTERS;
            if (opcode == 0xC4 || opcode == 0x8F) {
                String name = line.mnemonic();
                if (name.matches("t(ile|dp|cmm|mm|conj|rans|2r).*|bextr|cmp\\w*xadd")) return IGNORED_W_OR_L;
            }
            if (line.text().contains("jmpabs")) return JMPABS;
            if (prefixes.rex2 && line.text().matches(".*\\b[cd]r\\d+\\b.*")) return REX2_SPECIAL_REGISTER;
            if (prefixes.rex2 && opcode != 0x62 && isForbidden(prefixes, line.text())) return FORBIDDEN_REX2;
            if (opcode == 0x62) {
                if (judge == ForeignDisassembler.GNU) return UNCHECKED_EVEX;
                if ((prefixes.fourth & 0x60) == 0x60) return RESERVED_LENGTH;
                if ((prefixes.fourth & 0x87) == 0x80) return ZEROING_WITHOUT_MASK;
                if (line.text().matches("(push|pop)2p? .*")) return BAD_PAIR;
                // X4 without a SIB byte; z, L'L and the lowest bits of what has ND and NF.
                if ((prefixes.third & 4) == 0) return UNUSED_EVEX_BITS;
                if ((prefixes.next & 7) == 4 && (prefixes.fourth & 0xF7) != 0) return UNUSED_EVEX_BITS;
                if (line.text().startsWith("cfcmov") && (prefixes.third & 3) != 0) return UNUSED_EVEX_BITS;
                boolean beyond = (prefixes.next & 0x90) != 0x90;
                if (beyond && line.text().matches("[kv]\\S+ k[0-7].*")) return MASK_NUMBER;
            }
            if (judge == ForeignDisassembler.LLVM
                    && !prefixes.word
                    && line.mnemonic().equals("movdir64b")) return MISSING_PREFIX;
            if (prefixes.lock) return INVALID_LOCK;
            if (opcode == 0x0F && isSameWithoutPrefixes(code, line)) return FORBIDDEN_PREFIX;
            int extension = prefixes.next >> 3 & 7;
            boolean shift = (opcode & 0xFE) == 0xC0 || (opcode & 0xFC) == 0xD0;
            boolean test = (opcode & 0xFE) == 0xF6;
            if (shift && extension == 6 || test && extension == 1) return UNDOCUMENTED;
            if (opcode == 0x0F
                    && (prefixes.next == 0x0D
                            || prefixes.next == 0x78
                            || (prefixes.next & 0xFE) == 0xA6
                            || prefixes.next >= 0x18 && prefixes.next <= 0x1F)) return UNDOCUMENTED;
        } else {
            String mnemonic = Forms.mnemonic(ours.form());
            if (judge == ForeignDisassembler.GNU && mnemonic.equals("fwait")) return WAIT_JOINED;
            if (line.bad() && (prefixes.repeat || prefixes.word) && mnemonic.equals("wbinvd")) return IGNORED_REPEAT;
            if (line.bad() && mnemonic.endsWith("fence")) return FENCE;
            boolean word = opcode == 0x0F && prefixes.next == 1 && prefixes.word;
            if (judge == ForeignDisassembler.GNU && line.bad() && word) return IGNORED_WORD;
            if (line.bad() && !DisassemblyTest.knows(judge, ours.form())) return UNKNOWN_TO_JUDGE;
            boolean extended =
                    prefixes.rex2 || opcode == 0x62 && ((prefixes.next & 8) != 0 || (prefixes.third & 4) == 0);
            if (judge == ForeignDisassembler.GNU && (extended || ours.operands().needsApx())) return UNKNOWN_TO_JUDGE;
            boolean wideWord = prefixes.rex2 && prefixes.word && line.bad();
            if (judge == ForeignDisassembler.LLVM && (wideWord || DisassemblyTest.misread(ours))) return MISREAD_APX;
            if (judge == ForeignDisassembler.LLVM
                    && line.text().matches(NO_BASE)
                    && ours.operands().base() == Registers.NONE) return EXTENDED_NO_BASE;
            long template = FormTable.get().template(ours.form());
            if (judge == ForeignDisassembler.LLVM
                    && line.bad()
                    && opcode == 0x62
                    && (Template.wIgnored(template) || Template.lengthIgnored(template))) return IGNORED_BITS;
            if (judge == ForeignDisassembler.GNU
                    && line.text().contains("(bad)")
                    && mnemonic.matches(".*gather.*|vfc?m(ul|add)c[ps]h")) return EQUAL_REGISTERS;
            boolean control = opcode == 0x0F && (prefixes.next & 0xFC) == 0x20;
            if (judge == ForeignDisassembler.LLVM && line.bad() && control) return IGNORED_MOD;
            if (judge == ForeignDisassembler.LLVM && line.bad() && prefixes.legacy > 1) return PREFIX_ORDER;
            if (judge == ForeignDisassembler.GNU && line.bad() && prefixes.repeat && opcode == 0x0F)
                return IGNORED_REPEAT;
            if (prefixes.word
                    && ours.operands().count() > 0
                    && Forms.operandKind(ours.form(), 0).isBranch()) return WORD_BRANCH;
        }
        return UNEXPLAINED;
    }

    private static final Pattern LEADING = Pattern.compile(
            "^((rep|repn?[ez]|lock|xacquire|xrelease|bnd|notrack|data16|addr32|a32|[c-gs]s|rex(64)?(\\.[wrxb]+)?|\\{(evex|load|rex2 0x[0-9a-f]+)}) )+");

    /** A register at any width. */
    private static final String REGISTER =
            "\\b([xyz]mm\\d+|[re]?[abcd]x|[re]?[sd]il?|[re]?[sb]pl?|[abcd][lh]|r\\d+[bwd]?)\\b";

    private static final Pattern VECTOR = Pattern.compile("\\b([xyz]mm)(\\d+)\\b");

    /** Why both print an instruction of the same length, but not the same; null when they do, but for prefixes without a meaning. */
    static Difference ofText(
            ForeignDisassembler judge, byte[] code, ForeignDisassembler.Line line, Decoder ours, String text) {
        int form = ours.form();
        long end = line.offset() + ours.length();
        String theirs = DisassemblyTest.repaired(
                judge, form, LEADING.matcher(line.text()).replaceFirst(""));
        String a = IntelText.canonical(LEADING.matcher(text).replaceFirst(""), form, end);
        String b = IntelText.canonical(theirs, form, end);
        if (a.equals(b)) return null;
        Prefixes prefixes = new Prefixes(code, line.offset());
        if (prefixes.segments > 1 && a.replaceAll("[fg]s:", "").equals(b.replaceAll("[fg]s:", "")))
            return SEGMENT_ORDER;
        String mnemonic = Forms.mnemonic(form);
        if (!DisassemblyTest.knows(judge, form)) return UNKNOWN_TO_JUDGE;
        boolean widths = mnemonic.matches(
                        "lar|lsl|lldt|ltr|ver[rw]|v?p?movmsk.*|tpause|umwait|(rd|wr)[fg]sbase|mov|cvtt?s[sd]2si|vmovs[sd]")
                && line.text().contains(mnemonic);
        if (widths && a.replaceAll(REGISTER, "r").equals(b.replaceAll(REGISTER, "r"))) return REGISTER_WIDTH;
        boolean fourth = prefixes.rex2 || prefixes.opcode == 0x62;
        if (fourth && withoutFourth(a).equals(withoutFourth(b))) return IGNORED_FOURTH_BIT;
        if (judge == ForeignDisassembler.LLVM && prefixes.opcode == 0x62 && (prefixes.next & 8) != 0)
            return IGNORED_FOURTH_BIT;
        if (judge == ForeignDisassembler.LLVM && (prefixes.rex2 && prefixes.word || DisassemblyTest.misread(ours)))
            return MISREAD_APX;
        if (mnemonic.equals("pause")) return PAUSE_OR_XCHG;
        if (prefixes.rex2 && mnemonic.equals("xchg")) return MISREAD_APX;
        if (prefixes.word && mnemonic.matches("call|jmp|ret")) return WORD_BRANCH;
        if (judge == ForeignDisassembler.LLVM) {
            if (prefixes.rex2 && mnemonic.matches("push|pop")) return MISREAD_APX;
            if (mnemonic.startsWith("vgf2p8affine") && ours.operands().isBroadcast()) return UNSCALED_BROADCAST;
            if (prefixes.wide && mnemonic.matches("movq|clrssbsy|clwb|j[er]cxz")) return LOST_PREFIX;
            boolean group15 = prefixes.opcode == 0x0F && prefixes.next == 0xAE;
            if (group15 && ours.has32BitAddress() || mnemonic.matches("[lms]fence|clflush")) return MISTAKEN_PREFIX;
            if (prefixes.legacy > 1) return PREFIX_ORDER;
        } else {
            if (mnemonic.equals("fwait")) return WAIT_JOINED;
            if (mnemonic.endsWith("pclmulqdq")) return PRODUCT_OF_HALVES;
            if (prefixes.opcode == 0x0F && prefixes.next == 0x0F && prefixes.word) return WORD_BEFORE_3DNOW;
            if (prefixes.word && prefixes.wide && mnemonic.matches("f(ldenv|rstor|nstenv|nsave)"))
                return WIDE_ENVIRONMENT;
            if (prefixes.word && prefixes.repeat) return PREFIX_ORDER;
        }
        return UNEXPLAINED;
    }

    private static String withoutFourth(String text) {
        return VECTOR.matcher(text).replaceAll(m -> m.group(1) + (Integer.parseInt(m.group(2)) & 15));
    }

    private static boolean isForbidden(Prefixes prefixes, String text) {
        if (text.matches("xsave.*|xrstor.*")) return true;
        int row = (prefixes.opcode == 0x0F ? prefixes.next : prefixes.opcode) >> 4;
        if (prefixes.escaped && prefixes.next == 0x0F) return true;
        if (prefixes.escaped) return row == 3 || row == 8;
        return prefixes.opcode == 0x0F || row == 4 || row == 7 || row == 10 || row == 14;
    }

    /** Whether the judge's instruction is there when some of 66, F2 and F3 are taken away. */
    private static boolean isSameWithoutPrefixes(byte[] code, ForeignDisassembler.Line line) {
        Decoder decoder = new Decoder();
        for (int take = 1; take < 4; take++) {
            byte[] less = new byte[line.length()];
            int length = 0;
            boolean prefixes = true;
            for (int i = line.offset(); i < line.offset() + line.length(); i++) {
                int b = code[i] & 0xFF;
                prefixes &= b != 0x0F && b != 0xD5;
                boolean taken =
                        prefixes && ((take & 1) != 0 && (b == 0xF2 || b == 0xF3) || (take & 2) != 0 && b == 0x66);
                if (!taken) less[length++] = code[i];
            }
            if (length < line.length()
                    && decoder.decode(less, 0, length)
                    && (" " + line.text() + " ").contains(" " + Forms.mnemonic(decoder.form()) + " ")) return true;
        }
        return false;
    }

    private static boolean isPrefixOnly(String text) {
        for (String word : text.split(" "))
            if (!word.matches(
                    "lock|repn?[ez]?|xacquire|xrelease|data16|addr32|[cdefgs]s|rex(64)?(\\.[WRXBwrxb]+)?|bnd|notrack"))
                return false;
        return true;
    }

    /** The prefixes in front of an instruction. */
    private static final class Prefixes {
        boolean scatteredRex;
        boolean rex;
        /** REX.W or that of REX2. */
        boolean wide;

        boolean lock;
        boolean word;
        boolean repeat;
        boolean rex2;
        /** Whether REX2 stands for 0F too. */
        boolean escaped;

        int legacy;
        int segments;
        int opcode;
        int next;
        int third;
        int fourth;

        Prefixes(byte[] code, int at) {
            for (int i = at; i < code.length; i++) {
                int b = code[i] & 0xFF;
                boolean isRex = (b & 0xF0) == 0x40;
                boolean isLegacy = switch (b) {
                    case 0x66, 0x67, 0xF0, 0xF2, 0xF3, 0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65 -> true;
                    default -> false;
                };
                if ((isRex || isLegacy) && rex) scatteredRex = true;
                rex = isRex;
                if (isLegacy) legacy++;
                if ((b & 0xE7) == 0x26 || b == 0x64 || b == 0x65) segments++;
                lock |= b == 0xF0;
                word |= b == 0x66;
                repeat |= b == 0xF2 || b == 0xF3;
                if (isRex || isLegacy) {
                    wide = isRex && (b & 8) != 0;
                    continue;
                }
                opcode = b;
                if (b == 0xD5 && i + 2 < code.length) {
                    rex2 = true;
                    // M0 stands for the escape byte 0F.
                    escaped = code[i + 1] < 0;
                    wide = (code[i + 1] & 8) != 0;
                    i += escaped ? 1 : 2;
                    opcode = escaped ? 0x0F : code[i] & 0xFF;
                }
                next = i + 1 < code.length ? code[i + 1] & 0xFF : 0;
                fourth = i + 3 < code.length ? code[i + 3] & 0xFF : 0;
                third = i + 2 < code.length ? code[i + 2] & 0xFF : 0;
                return;
            }
        }
    }
}
