package dev.kiln.asm;

import dev.kiln.asm.internal.FormTable;
import java.util.HashMap;
import java.util.Map;

/**
 * Instructions by names that stand for others: comparisons with the predicate in their name ({@code vcmpltps}: {@code vcmpps …, 1}), x87
 * instructions with operands left out ({@code fadd st1}: {@code fadd st0, st1}), with a WAIT in front ({@code finit}), and older names. The names
 * and what they stand for are nasm's; where it has none, those of LLVM and GNU.
 */
final class NasmSpellings {
    /** Predicates by number (SDM vol. 2, CMPPD, table 3-1), each followed by the longer name that says how it treats unordered values. */
    private static final String[] PREDICATES = {
        "eq",
        "eq_oq",
        "lt",
        "lt_os",
        "le",
        "le_os",
        "unord",
        "unord_q",
        "neq",
        "neq_uq",
        "nlt",
        "nlt_us",
        "nle",
        "nle_us",
        "ord",
        "ord_q",
        "eq_uq",
        "eq_uq",
        "nge",
        "nge_us",
        "ngt",
        "ngt_us",
        "false",
        "false_oq",
        "neq_oq",
        "neq_oq",
        "ge",
        "ge_os",
        "gt",
        "gt_os",
        "true",
        "true_uq",
        "eq_os",
        "eq_os",
        "lt_oq",
        "lt_oq",
        "le_oq",
        "le_oq",
        "unord_s",
        "unord_s",
        "neq_us",
        "neq_us",
        "nlt_uq",
        "nlt_uq",
        "nle_uq",
        "nle_uq",
        "ord_s",
        "ord_s",
        "eq_us",
        "eq_us",
        "nge_uq",
        "nge_uq",
        "ngt_uq",
        "ngt_uq",
        "false_os",
        "false_os",
        "neq_os",
        "neq_os",
        "ge_oq",
        "ge_oq",
        "gt_oq",
        "gt_oq",
        "true_us",
        "true_us"
    };

    /** Those of VPCMPB and its kind (SDM vol. 2, VPCMPB). */
    private static final String[] INTEGER_PREDICATES = {
        "eq", "eq", "lt", "nge", "le", "ngt", "false", "false", "neq", "neq", "nlt", "ge", "nle", "gt", "true", "true"
    };

    /** Those of VPCOMB and its kind (APM vol. 6, VPCOMB). */
    private static final String[] XOP_PREDICATES = {"lt", "le", "gt", "ge", "eq", "neq", "false", "true"};

    private static final String[] INTEGERS = {"b", "w", "d", "q", "ub", "uw", "ud", "uq"};

    /** A name's meaning: another name, and an immediate behind the operands, or −1 for none. */
    private record Meaning(String mnemonic, int immediate) {}

    private final FormTable table = FormTable.get();
    /** Made when the first name is asked for that the table does not have. */
    private Map<String, Meaning> meanings;

    /** Whether there is such an instruction, by the table's name or another. */
    boolean knows(String word) {
        if (table.name(word) >= 0 || meaning(word) != null) return true;
        String plain = withoutWait(word);
        return plain != null && table.name(plain) >= 0;
    }

    /** Whether an instruction exists, but not in 64-bit mode (SDM vol. 2, instructions with "Inv." in the column of that mode). */
    static boolean isOfOtherModes(String word) {
        return switch (word) {
            case "aaa",
                    "aad",
                    "aam",
                    "aas",
                    "arpl",
                    "bound",
                    "daa",
                    "das",
                    "into",
                    "jcxz",
                    "lds",
                    "les",
                    "popa",
                    "popad",
                    "popaw",
                    "popfd",
                    "pusha",
                    "pushad",
                    "pushaw",
                    "pushfd",
                    "salc" -> true;
            default -> false;
        };
    }

    /** Puts the table's name, and the operands that go with it, in place of those written. */
    void resolve(NasmStatement s) {
        if (s.mnemonic.startsWith("f")) resolveX87(s);
        else if (s.operands.length > 0) dropImplicit(s);
        if (table.name(s.mnemonic) >= 0) return;
        Meaning meaning = meaning(s.mnemonic);
        if (meaning == null) return;
        s.mnemonic = meaning.mnemonic;
        if (meaning.immediate >= 0) append(s, number(meaning.immediate, s.at));
    }

    /** Leaves out operands that have no choice and that the table does not write: {@code blendvpd xmm1, xmm2, xmm0}, {@code monitor rax, ecx, edx}. */
    private static void dropImplicit(NasmStatement s) {
        switch (s.mnemonic) {
            case "blendvpd", "blendvps", "pblendvb", "sha256rnds2" -> {
                if (s.operands.length == 3 && is(s.operands[2], Registers.VECTOR))
                    s.operands = new NasmOperand[] {s.operands[0], s.operands[1]};
            }
            case "monitor", "monitorx" -> drop(s, true, Registers.RAX, Registers.RCX, Registers.RDX);
            case "mwait" -> drop(s, false, Registers.RAX, Registers.RCX);
            case "mwaitx" -> {
                if (s.operands.length == 3) drop(s, false, Registers.RAX, Registers.RCX, Registers.RBX);
                else drop(s, false, Registers.RAX, Registers.RCX);
            }
            case "clzero" -> drop(s, true, Registers.RAX);
            case "invlpga" -> drop(s, true, Registers.RAX, Registers.RCX);
            case "skinit" -> drop(s, false, Registers.RAX);
            default -> {}
        }
    }

    /**
     * Leaves out all operands when they are certain registers.
     *
     * @param address whether the first of them is an address, whose width it tells
     */
    private static void drop(NasmStatement s, boolean address, int... registers) {
        NasmOperand[] o = s.operands;
        if (o.length != registers.length) return;
        for (int i = 0; i < o.length; i++) if (!is(o[i], registers[i]) || o[i].registerBits() < 32) return;
        if (address) s.addressSize = o[0].registerBits();
        s.operands = new NasmOperand[0];
    }

    private static boolean is(NasmOperand o, int register) {
        return o.kind == NasmOperand.REGISTER && o.registerNumber() == register;
    }

    private Meaning meaning(String word) {
        if (meanings == null) meanings = meanings();
        return meanings.get(word);
    }

    private static Map<String, Meaning> meanings() {
        Map<String, Meaning> map = new HashMap<>();
        String[] names = {
            "retn",
            "ret",
            "retq",
            "ret",
            "retnq",
            "ret",
            "retnw",
            "retw",
            "retfd",
            "retf",
            "int01",
            "int1",
            "icebp",
            "int1",
            "int03",
            "int3",
            "ud2a",
            "ud2",
            "ud2b",
            "ud1",
            "xlat",
            "xlatb",
            "wait",
            "fwait",
            "vmovqqa",
            "vmovdqa",
            "vmovqqu",
            "vmovdqu",
            "vldqqu",
            "vlddqu",
            "vmovntqq",
            "vmovntdq",
            "leaveq",
            "leave",
            "iretdq",
            "iretq"
        };
        for (int i = 0; i < names.length; i += 2) map.put(names[i], new Meaning(names[i + 1], -1));
        for (String family : new String[] {"vfmadd", "vfmsub", "vfnmadd", "vfnmsub", "vfmaddsub", "vfmsubadd"})
            for (String type : new String[] {"ps", "pd", "ss", "sd"}) {
                map.put(family + "312" + type, new Meaning(family + "132" + type, -1));
                map.put(family + "123" + type, new Meaning(family + "213" + type, -1));
                map.put(family + "321" + type, new Meaning(family + "231" + type, -1));
            }
        String[] conditions = {
            "ae", "nb", "a", "nbe", "c", "b", "e", "z", "ge", "nl", "g", "nle", "nae", "b", "na", "be", "nc", "nb",
            "ne", "nz", "nge", "l", "ng", "le", "pe", "p", "po", "np"
        };
        for (int i = 0; i < conditions.length; i += 2)
            map.put("cmp" + conditions[i] + "xadd", new Meaning("cmp" + conditions[i + 1] + "xadd", -1));
        for (String type : new String[] {"ps", "pd", "ss", "sd", "ph", "sh"})
            for (int i = 0; i < PREDICATES.length; i++) {
                boolean half = type.endsWith("h");
                if (i < 16 && i % 2 == 0 && !half)
                    map.put("cmp" + PREDICATES[i] + type, new Meaning("cmp" + type, i / 2));
                map.put("vcmp" + PREDICATES[i] + type, new Meaning("vcmp" + type, i / 2));
            }
        for (String type : INTEGERS) {
            for (int i = 0; i < INTEGER_PREDICATES.length; i++)
                map.put("vpcmp" + INTEGER_PREDICATES[i] + type, new Meaning("vpcmp" + type, i / 2));
            for (int i = 0; i < XOP_PREDICATES.length; i++)
                map.put("vpcom" + XOP_PREDICATES[i] + type, new Meaning("vpcom" + type, i));
        }
        String[] halves = {"lql", "hql", "lqh", "hqh"};
        for (int i = 0; i < halves.length; i++) {
            int immediate = (i & 1) | (i & 2) << 3;
            map.put("pclmul" + halves[i] + "qdq", new Meaning("pclmulqdq", immediate));
            map.put("vpclmul" + halves[i] + "qdq", new Meaning("vpclmulqdq", immediate));
        }
        return map;
    }

    /** The instruction that follows WAIT in one of these, as in FINIT; {@code null} for others. */
    private static String withoutWait(String word) {
        return switch (word) {
            case "finit" -> "fninit";
            case "fclex" -> "fnclex";
            case "fstcw" -> "fnstcw";
            case "fstsw" -> "fnstsw";
            case "fsave" -> "fnsave";
            case "fstenv" -> "fnstenv";
            case "feni" -> "fneni";
            case "fdisi" -> "fndisi";
            default -> null;
        };
    }

    private void resolveX87(NasmStatement s) {
        String plain = withoutWait(s.mnemonic);
        if (plain != null && table.name(plain) >= 0) {
            s.mnemonic = plain;
            s.wait = 0x9B;
            return;
        }
        NasmOperand[] o = s.operands;
        int count = o.length;
        if (count > 2 || count > 0 && !isStack(o[0]) || count > 1 && !isStack(o[1])) return;
        switch (s.mnemonic) {
            case "fadd", "fmul", "fsub", "fsubr", "fdiv", "fdivr" -> {
                if (count == 0) s.mnemonic += "p";
                else if (count == 1) prepend(s, stack(0, s.at));
            }
            case "faddp", "fmulp", "fsubp", "fsubrp", "fdivp", "fdivrp" -> {
                if (count == 1) append(s, stack(0, s.at));
            }
            case "fcomi",
                    "fcomip",
                    "fucomi",
                    "fucomip",
                    "fcmovb",
                    "fcmove",
                    "fcmovbe",
                    "fcmovu",
                    "fcmovnb",
                    "fcmovne",
                    "fcmovnbe",
                    "fcmovnu" -> {
                if (count == 0) append(s, stack(1, s.at));
                if (count <= 1) prepend(s, stack(0, s.at));
            }
            case "fcom", "fcomp", "fucom", "fucomp" -> {
                if (count == 2 && isTop(o[0])) s.operands = new NasmOperand[] {o[1]};
            }
            case "fxch" -> {
                if (count == 2 && isTop(o[0])) s.operands = new NasmOperand[] {o[1]};
                else if (count == 2 && isTop(o[1])) s.operands = new NasmOperand[] {o[0]};
            }
            case "fld", "fst", "fstp", "ffree", "ffreep" -> {
                if (count == 0) append(s, stack(1, s.at));
            }
            default -> {}
        }
    }

    private static boolean isStack(NasmOperand o) {
        return o.kind == NasmOperand.REGISTER && NasmMatcher.classOf(o.registerNumber()) == RegisterClass.X87;
    }

    private static boolean isTop(NasmOperand o) {
        return o.registerNumber() == Registers.X87;
    }

    private static void prepend(NasmStatement s, NasmOperand first) {
        // FADD ST0 is encoded by the form whose destination is ST0; FADD ST0, ST0 by the other.
        first.strict = true;
        NasmOperand[] more = new NasmOperand[s.operands.length + 1];
        more[0] = first;
        System.arraycopy(s.operands, 0, more, 1, s.operands.length);
        s.operands = more;
    }

    private static void append(NasmStatement s, NasmOperand last) {
        NasmOperand[] more = java.util.Arrays.copyOf(s.operands, s.operands.length + 1);
        more[s.operands.length] = last;
        s.operands = more;
    }

    /** A register of the x87 stack as an operand. */
    static NasmOperand stack(int n, int at) {
        NasmOperand o = operand(NasmOperand.REGISTER, NasmExpression.REGISTER, Registers.X87 + n | 80 << 8, at);
        o.register = (int) o.expression.loneNumber();
        return o;
    }

    static NasmOperand number(int value, int at) {
        return operand(NasmOperand.VALUE, NasmExpression.NUMBER, value, at);
    }

    private static NasmOperand operand(int kind, int code, long argument, int at) {
        NasmOperand o = new NasmOperand();
        o.kind = kind;
        o.at = at;
        int register = kind == NasmOperand.REGISTER ? (int) argument : -1;
        o.expression =
                new NasmExpression(new int[] {code}, new long[] {argument}, new int[] {at}, true, register, false);
        return o;
    }
}
