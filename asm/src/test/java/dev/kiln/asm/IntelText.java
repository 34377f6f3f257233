package dev.kiln.asm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Brings the Intel syntax of NASM, GNU binutils and LLVM to one form, so that disassemblies can be compared: {@code mnemonic
 * operand,operand}, memory as {@code width[segment:base+index*scale+displacement]}, numbers as the bits of their width.
 */
final class IntelText {
    private static final Map<String, String> WIDTHS = Map.ofEntries(
            Map.entry("byte", "8"),
            Map.entry("word", "16"),
            Map.entry("dword", "32"),
            Map.entry("qword", "64"),
            Map.entry("mmword", "64"),
            Map.entry("fword", "48"),
            Map.entry("tbyte", "80"),
            Map.entry("tword", "80"),
            Map.entry("oword", "128"),
            Map.entry("xmmword", "128"),
            Map.entry("yword", "256"),
            Map.entry("ymmword", "256"),
            Map.entry("zword", "512"),
            Map.entry("zmmword", "512"));

    private static final List<String> PREDICATES = List.of(
            "eq",
            "lt",
            "le",
            "unord",
            "neq",
            "nlt",
            "nle",
            "ord",
            "eq_uq",
            "nge",
            "ngt",
            "false",
            "neq_oq",
            "ge",
            "gt",
            "true",
            "eq_os",
            "lt_oq",
            "le_oq",
            "unord_s",
            "neq_us",
            "nlt_uq",
            "nle_uq",
            "ord_s",
            "eq_us",
            "nge_uq",
            "ngt_uq",
            "false_os",
            "neq_os",
            "ge_oq",
            "gt_oq",
            "true_us");

    private IntelText() {}

    /**
     * The canonical text.
     *
     * @param form whose operands the text has
     * @param end the address behind the instruction
     */
    static String canonical(String text, int form, long end) {
        List<String> decorations = new ArrayList<>();
        Matcher braces = DECORATION.matcher(text);
        while (braces.find()) if (!braces.group(1).endsWith("vex}")) decorations.add(braces.group(1));
        String rest = braces.replaceAll("").strip();
        if (rest.contains(" bcst ")) {
            rest = rest.replace(" bcst ", " ");
            if (!decorations.contains(broadcast(form))) decorations.add(broadcast(form));
        }
        decorations.sort(null);
        List<String> prefixes = new ArrayList<>();
        while (true) {
            int blank = rest.indexOf(' ');
            String word = blank < 0 ? rest : rest.substring(0, blank);
            String prefix = word.matches("rex(\\.w?r?x?b?)?")
                    ? ""
                    : switch (word) {
                        case "lock" -> "lock ";
                        case "rep", "repe", "repz" -> "rep ";
                        case "repne", "repnz" -> "repne ";
                        // What the tools print where an instruction has the prefix without needing it.
                        case "data16", "addr32", "ds", "es", "ss", "cs", "bnd", "notrack" -> "";
                        default -> null;
                    };
            if (prefix == null || blank < 0) break;
            prefixes.add(prefix);
            rest = rest.substring(blank + 1).strip();
        }
        int blank = rest.indexOf(' ');
        String mnemonic = blank < 0 ? rest : rest.substring(0, blank);
        List<String> operands = split(blank < 0 ? "" : rest.substring(blank + 1));
        mnemonic = predicate(mnemonic, operands);
        mnemonic = integerPredicate(mnemonic, operands, form);
        mnemonic = string(mnemonic, operands);
        mnemonic = operands(synonym(mnemonic), operands);
        // A pair of mask registers is named by its first.
        if (mnemonic.startsWith("vp2intersect") && operands.getFirst().matches("k[1357]"))
            operands.set(0, "k" + (operands.getFirst().charAt(1) - '1'));
        if (!operands.isEmpty() && operands.getFirst().matches("word -?[0-9][0-9a-fx]*")) {
            operands.set(0, operands.getFirst().substring(5));
            mnemonic += "w";
        }
        // Their repeat prefix is part of them.
        if (Forms.feature(form).startsWith("padlock")) prefixes.clear();
        StringBuilder out = new StringBuilder(String.join("", prefixes)).append(mnemonic);
        // Default flags are written in braces, in front of the operands.
        int first = Forms.operandCount(form) > 0 && Forms.operandKind(form, 0) == OperandKind.DFV ? 1 : 0;
        for (int i = 0; i < operands.size(); i++) {
            OperandKind kind = i + first < Forms.operandCount(form) ? Forms.operandKind(form, i + first) : null;
            String operand = operands.get(i);
            if (isWithoutWidth(form, kind)) operand = operand.replaceFirst("^(far )?[a-z]+ (ptr )?(?=\\[|[a-z]s:)", "");
            out.append(i == 0 ? ' ' : ',').append(operand(operand, kind, end));
        }
        return out.append(String.join("", decorations)).toString();
    }

    /** What is printed without the width of memory by some: MPX, tile configurations, far pointers. */
    private static boolean isWithoutWidth(int form, OperandKind kind) {
        return kind != null && NasmOperands.isFar(kind) || Forms.mnemonic(form).matches("bnd.*|..tilecfg");
    }

    private static final Pattern DECORATION = Pattern.compile("\\s*(\\{[^}]*})");

    private static String broadcast(int form) {
        for (int i = 0; i < Forms.operandCount(form); i++)
            if (Forms.operandKind(form, i).takesMemory())
                return "{1to" + Disassembler.broadcastCount(form, Forms.operandKind(form, i)) + "}";
        return "";
    }

    private static List<String> split(String operands) {
        List<String> all = new ArrayList<>();
        for (String operand : operands.split(",")) if (!operand.isBlank()) all.add(operand.strip());
        return all;
    }

    /** VPCMPLTD and its like are VPCMPD with a number, VPCOMLTB is VPCOMB with one. */
    private static String integerPredicate(String mnemonic, List<String> operands, int form) {
        String plain = Forms.mnemonic(form);
        if (plain.equals(mnemonic)
                || !plain.matches("vp(cmp|com)u?[bwdq]")
                || !mnemonic.startsWith(plain.substring(0, 5))) return mnemonic;
        String type = plain.substring(5);
        if (!mnemonic.endsWith(type)) return mnemonic;
        List<String> names = plain.startsWith("vpcmp")
                ? List.of("eq", "lt", "le", "false", "neq", "nlt", "nle", "true")
                : List.of("lt", "le", "gt", "ge", "eq", "neq", "false", "true");
        int number = names.indexOf(mnemonic.substring(5, mnemonic.length() - type.length()));
        if (number < 0) return mnemonic;
        operands.add(Integer.toString(number));
        return plain;
    }

    /** CMPLTPS and its like are CMPPS with a number, PCLMULLQHQDQ is PCLMULQDQ with one. */
    private static String predicate(String mnemonic, List<String> operands) {
        int quarters = List.of("lqlq", "hqlq", "lqhq", "hqhq").indexOf(mnemonic.replaceAll("^v?pclmul|dq$", ""));
        if (mnemonic.contains("pclmul") && quarters >= 0) {
            operands.add(Integer.toString((quarters & 2) << 3 | quarters & 1));
            return mnemonic.startsWith("v") ? "vpclmulqdq" : "pclmulqdq";
        }
        if (mnemonic.matches("vcmpbf.+16")) {
            operands.add(Integer.toString(PREDICATES.indexOf(mnemonic.substring(6, mnemonic.length() - 2))));
            return "vcmpbf16";
        }
        String name = mnemonic.startsWith("vcmp") ? "vcmp" : "cmp";
        if (!mnemonic.startsWith(name) || mnemonic.length() < name.length() + 3) return mnemonic;
        String type = mnemonic.substring(mnemonic.length() - 2);
        int number = PREDICATES.indexOf(mnemonic.substring(name.length(), mnemonic.length() - 2));
        if (number < 0 || !List.of("ps", "pd", "ss", "sd", "ph", "sh").contains(type)) return mnemonic;
        operands.add(Integer.toString(number));
        return name + type;
    }

    /** String instructions with operands lose them for a suffix. */
    private static String string(String mnemonic, List<String> operands) {
        if (!List.of(
                        "movs", "cmps", "scas", "lods", "stos", "ins", "outs", "movsb", "movsw", "movsd", "movsq",
                        "cmpsb", "cmpsw", "cmpsd", "cmpsq", "lodsb", "lodsw", "lodsd", "lodsq", "stosb", "stosw",
                        "stosd", "stosq", "scasb", "scasw", "scasd", "scasq", "insb", "insw", "insd", "outsb", "outsw",
                        "outsd", "xlat", "xlatb")
                .contains(mnemonic)) return mnemonic;
        String all = String.join(" ", operands);
        boolean implicit = all.contains("[rdi]")
                || all.contains("[rsi]")
                || all.contains("[edi]")
                || all.contains("[esi]")
                || all.contains("[rbx]")
                || all.contains("[ebx]");
        if (!implicit || all.contains("xmm")) return mnemonic;
        operands.clear();
        if (mnemonic.startsWith("xlat")) return "xlatb";
        if (!mnemonic.endsWith("s")) return mnemonic;
        return mnemonic
                + (all.contains("byte") ? "b" : all.contains("dword") ? "d" : all.contains("qword") ? "q" : "w");
    }

    private static String synonym(String mnemonic) {
        return switch (mnemonic) {
            case "cmpaxadd" -> "cmpnbexadd";
            case "cmpaexadd" -> "cmpnbxadd";
            case "cmpexadd" -> "cmpzxadd";
            case "cmpnexadd" -> "cmpnzxadd";
            case "cmpgxadd" -> "cmpnlexadd";
            case "cmpgexadd" -> "cmpnlxadd";
            case "ljmp" -> "jmp";
            case "lcall" -> "call";
            case "xstorerng", "xstore-rng" -> "xstore";
            case "xcrypt-ecb", "xcrypt-cbc", "xcrypt-ctr", "xcrypt-cfb", "xcrypt-ofb" -> mnemonic.replace("-", "");
            case "movabs" -> "mov";
            case "iretd" -> "iret";
            case "wait" -> "fwait";
            case "fcompi" -> "fcomip";
            case "fucompi" -> "fucomip";
            case "sysexitd" -> "sysexit";
            case "sysretd" -> "sysret";
            case "popfq" -> "popf";
            case "pushfq" -> "pushf";
            default -> mnemonic;
        };
    }

    /** Operands that some print and others leave out, and operands whose order means nothing. */
    private static String operands(String mnemonic, List<String> operands) {
        if (mnemonic.matches("p?blendv(b|ps|pd)|sha256rnds2")
                && operands.size() == 3
                && operands.get(2).equals("xmm0")) operands.removeLast();
        if (mnemonic.matches("sh[lr]|sar|ro[lr]|rc[lr]")
                && operands.size() > 1
                && operands.getLast().matches("1|0x1")) operands.removeLast();
        if (mnemonic.equals("xchg")) {
            operands.sort(null);
            // LLVM prints the one-byte forms of a register with itself as what they do.
            if (operands.equals(List.of("ax", "ax")) || operands.equals(List.of("rax", "rax"))) {
                operands.clear();
                return "nop";
            }
        }
        return mnemonic;
    }

    private static String operand(String text, OperandKind kind, long end) {
        int bracket = text.indexOf('[');
        boolean absolute = text.matches(".*\\b[c-gs]s:-?(0x[0-9a-f]+|[0-9]+)");
        if (bracket >= 0 || absolute) return memory(text, kind, end);
        if (Character.isDigit(text.charAt(0)) || text.charAt(0) == '-') {
            long value = number(text);
            int bits = kind == null ? 64 : kind.isBranch() ? 64 : kind.immediateBits();
            // The tools print symbols behind targets.
            return "#" + Long.toHexString(bits > 0 && bits < 64 ? value & (1L << bits) - 1 : value);
        }
        return text.startsWith("st(") ? "st" + text.charAt(3) : text.equals("st") ? "st0" : text;
    }

    private static String memory(String text, OperandKind kind, long end) {
        String width = "";
        String inside = text;
        for (var entry : WIDTHS.entrySet())
            if (inside.startsWith(entry.getKey() + " ")) {
                width = entry.getValue();
                inside = inside.substring(entry.getKey().length() + 1).strip();
                break;
            }
        if (inside.startsWith("ptr ")) inside = inside.substring(4);
        inside = inside.replace("[", "").replace("]", "").replace(" ", "");
        String segment = "";
        int colon = inside.indexOf(':');
        if (colon >= 0) {
            segment = inside.substring(0, colon + 1);
            if (!segment.equals("fs:") && !segment.equals("gs:")) segment = "";
            inside = inside.substring(colon + 1);
        }
        long displacement = 0;
        if (inside.startsWith("qword")) inside = inside.substring(5);
        if (inside.startsWith("a32")) inside = inside.substring(3);
        if (inside.startsWith("abs")) inside = inside.substring(3);
        boolean relative = inside.startsWith("rel");
        if (relative) inside = inside.substring(3);
        List<String> registers = new ArrayList<>();
        String index = "";
        for (String term : inside.replace("-", "+-").split("\\+")) {
            if (term.isEmpty()) continue;
            if (term.contains("*")) {
                String[] factors = term.split("\\*");
                boolean scaleFirst = Character.isDigit(factors[0].charAt(0));
                index = (scaleFirst ? factors[1] + "*" + factors[0] : term);
            } else if (Character.isDigit(term.charAt(0)) || term.charAt(0) == '-') displacement += number(term);
            else registers.add(term.equals("eip") ? "rip" : term);
        }
        if (relative) {
            registers.add("rip");
            displacement -= end;
        }
        if (registers.size() == 2 && index.isEmpty()) index = registers.removeLast() + "*1";
        if (index.startsWith("riz") || index.startsWith("eiz")) index = "";
        boolean offset = kind != null && kind.isOffset();
        if (kind == null || kind.memoryBits() == -1 || kind.hasVectorIndex() || offset) width = "";
        String number = offset ? Long.toHexString(displacement) : Integer.toHexString((int) displacement);
        return width + "[" + segment + String.join("+", registers) + "+" + index + "+" + number + "]";
    }

    private static long number(String text) {
        String digits = text.split(" ")[0];
        boolean negative = digits.startsWith("-");
        if (negative) digits = digits.substring(1);
        long value = digits.startsWith("0x")
                ? Long.parseUnsignedLong(digits.substring(2), 16)
                : Long.parseUnsignedLong(digits);
        return negative ? -value : value;
    }
}
