package dev.kiln.asm;

import java.util.HashMap;
import java.util.Map;

/**
 * Instructions by names that stand for others, in text and by mnemonic: comparisons with the predicate in their name ({@code vcmpltps}:
 * {@code vcmpps …, 1}), older names, and x87 instructions with operands left out ({@code fadd st1}: {@code fadd st0, st1}). The names and what
 * they stand for are nasm's; where it has none, those of LLVM and GNU.
 */
final class Spellings {
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
    record Meaning(String mnemonic, int immediate) {}

    /** Made when the first name is asked for that the table does not have. */
    private static final class All {
        static final Map<String, Meaning> MEANINGS = meanings();
    }

    private Spellings() {}

    /** What a name stands for that the table does not have; {@code null} when nothing. */
    static Meaning meaning(String word) {
        return All.MEANINGS.get(word);
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

    /**
     * The operands of an x87 instruction whose registers are all of the stack: for each the number of the given one, or {@code ~n} for ST(n)
     * that was left out; {@code null} when they are those given.
     *
     * @param stack the numbers of the registers given
     */
    static int[] x87Operands(String mnemonic, int... stack) {
        int count = stack.length;
        return switch (mnemonic) {
            case "fadd", "fmul", "fsub", "fsubr", "fdiv", "fdivr" -> count == 1 ? new int[] {~0, 0} : null;
            case "faddp", "fmulp", "fsubp", "fsubrp", "fdivp", "fdivrp" -> count == 1 ? new int[] {0, ~0} : null;
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
                    "fcmovnu" -> count == 0 ? new int[] {~0, ~1} : count == 1 ? new int[] {~0, 0} : null;
            case "fcom", "fcomp", "fucom", "fucomp" -> count == 2 && stack[0] == 0 ? new int[] {1} : null;
            case "fxch" ->
                count == 2 && stack[0] == 0 ? new int[] {1} : count == 2 && stack[1] == 0 ? new int[] {0} : null;
            case "fld", "fst", "fstp", "ffree", "ffreep" -> count == 0 ? new int[] {~1} : null;
            default -> null;
        };
    }

    /** The instruction that one without operands is: FADD is FADDP, which pops what it has added. */
    static String x87Name(String mnemonic) {
        return switch (mnemonic) {
            case "fadd", "fmul", "fsub", "fsubr", "fdiv", "fdivr" -> mnemonic + "p";
            default -> mnemonic;
        };
    }
}
