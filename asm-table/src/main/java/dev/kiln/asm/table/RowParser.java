package dev.kiln.asm.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Reads one row: splits it into columns, understands operands, flags and features; {@link EncodingParser} does the encoding. */
final class RowParser {
    static final List<String> PREFIXES = List.of(
            "lock",
            "rep",
            "repne",
            "xacquire",
            "xrelease",
            "bnd",
            "notrack",
            "a32",
            "anyreg",
            "nonasm",
            "distinct",
            "apart");

    /** Letters of the flags column and their bits in RFLAGS, SDM vol. 1, 3.4.3. */
    private static final Map<Character, Integer> FLAGS =
            Map.of('c', 1, 'p', 1 << 2, 'a', 1 << 4, 'z', 1 << 6, 's', 1 << 7, 'i', 1 << 9, 'd', 1 << 10, 'o', 1 << 11);

    /** Registers as implicit operands, in the order of their hardware numbers, at all widths. */
    static final List<List<String>> REGISTERS = List.of(
            List.of("al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil"),
            List.of("ax", "cx", "dx", "bx", "sp", "bp", "si", "di"),
            List.of("eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"),
            List.of("rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi"));

    private RowParser() {}

    /** The row of a line that has no comment. */
    static Row parse(String place, String family, String line) throws TableException {
        String[] columns = columns(line);
        if (columns.length != 5)
            throw new TableException("a row has 5 columns (mnemonic | operands | encoding | flags | feature), this has "
                    + columns.length);
        String mnemonic = columns[0];
        if (!mnemonic.matches("[a-z][a-z0-9_]*")) throw new TableException("'" + mnemonic + "' is no mnemonic");

        List<Row.Explicit> operands = new ArrayList<>();
        long reads = 0;
        long writes = 0;
        Effects effects = new Effects();
        if (!columns[1].isEmpty() && !columns[1].equals("-"))
            for (String text : columns[1].split(",")) {
                String operand = text.strip();
                int blank = operand.indexOf(' ');
                String word = blank < 0 ? "" : operand.substring(0, blank);
                int access = switch (word) {
                    case "r" -> 1;
                    case "w" -> 2;
                    case "rw", "cw" -> 3;
                    default -> 0;
                };
                String kindText =
                        access == 0 ? operand : operand.substring(blank + 1).strip();
                if (kindText.startsWith("<")) {
                    if (access == 0) throw new TableException("implicit operand " + kindText + " needs r, w, rw or cw");
                    effects.implicit(kindText.substring(1, kindText.length() - 1), access, word.equals("cw"));
                    long register = implicit(kindText);
                    if ((access & 1) != 0) reads |= register;
                    if ((access & 2) != 0) writes |= register;
                    continue;
                }
                Row.Explicit explicit = explicit(kindText, access);
                if (explicit.kind().fixedRegister() >= 0 && explicit.kind().fixedRegister() < 64) {
                    long register = 1L << explicit.kind().fixedRegister();
                    if ((explicit.access() & 1) != 0) reads |= register;
                    if ((explicit.access() & 2) != 0) writes |= register;
                }
                effects.explicit(operands.size(), explicit, word.equals("cw"));
                operands.add(explicit);
            }
        if (operands.size() > 5) throw new TableException("a form has at most 5 explicit operands");

        int[] flags = flags(columns[3]);
        String[] last = columns[4].split("\\s+");
        if (last[0].isEmpty()) throw new TableException("the feature is missing (x64 is the base set)");
        int prefixes = 0;
        int scale = -1;
        boolean unpreferred = false;
        boolean noFlags = false;
        boolean noRex2 = false;
        boolean address64 = false;
        for (String word : Arrays.asList(last).subList(1, last.length)) {
            if (PREFIXES.contains(word)) prefixes |= 1 << PREFIXES.indexOf(word);
            else if (word.matches("disp8\\*(1|2|4|8)")) scale = Integer.numberOfTrailingZeros(word.charAt(6) - '0');
            else if (word.equals("unpreferred")) unpreferred = true;
            else if (word.equals("nf")) noFlags = true;
            else if (word.equals("norex2")) noRex2 = true;
            else if (word.equals("a64")) address64 = true;
            else throw new TableException("'" + word + "' is neither a prefix nor a scale of displacements");
        }
        EncodingParser encoding = new EncodingParser(operands);
        encoding.parse(columns[2]);
        boolean legacy = Layout.SPACE.get(encoding.template()) == 0;
        boolean evex = Layout.SPACE.get(encoding.template()) == 2;
        if (scale >= 0 && !evex) throw new TableException("only EVEX forms scale displacements");
        // What APX promoted to EVEX counts displacements in bytes, as before.
        boolean promoted = evex && List.of(last[0].split("\\+")).contains("apx_f");
        if (evex && scale < 0) scale = promoted ? 0 : scale(operands, encoding.template());
        if (noFlags && !promoted) throw new TableException("only EVEX forms of APX take nf");
        if (noRex2 && !legacy) throw new TableException("only legacy forms have REX2");
        long template = encoding.template()
                | (legacy ? Layout.PREFIXES.put(prefixes & 0xFF) : Layout.SCALE.put(Math.max(scale, 0)))
                | (legacy ? Layout.WORD.put(isWord(operands, encoding.template()) ? 1 : 0) : 0)
                | (legacy ? Layout.ADDRESS64.put(address64 ? 1 : 0) : 0)
                | (legacy ? Layout.NO_REX2.put(noRex2 ? 1 : 0) : 0)
                | Layout.APX.put(promoted ? 1 : 0)
                | Layout.NO_FLAGS.put(noFlags ? 1 : 0)
                | Layout.UNPREFERRED.put(unpreferred ? 1 : 0);
        return new Row(
                place,
                mnemonic,
                List.copyOf(operands),
                template,
                encoding.roles(),
                prefixes,
                reads,
                writes,
                effects.packed(),
                flags[0],
                flags[1],
                flags[2],
                last[0],
                family,
                encoding.order());
    }

    /** Whether 66 makes operands 16 bits wide; elsewhere it belongs to the opcode. */
    private static boolean isWord(List<Row.Explicit> operands, long template) {
        if (Layout.PREFIX.get(template) % 2 == 0) return false;
        boolean word = operands.isEmpty() && Layout.MAP.get(template) == 0;
        for (Row.Explicit operand : operands) {
            Kind kind = operand.kind();
            if (kind.registerClass().equals("VECTOR") || kind.registerClass().equals("MMX")) return false;
            word |= kind.registerBits() == 16
                    || kind.memoryBits() == 16
                    || kind.memoryBits() == 32 && kind.text().startsWith("m16:");
        }
        return word;
    }

    /**
     * The power of two that scales an EVEX form's 8-bit displacement (SDM vol. 2, 2.7.5): what is moved from or to memory without
     * broadcast. With a vector index that is an element, whose width W says.
     */
    private static int scale(List<Row.Explicit> operands, long template) {
        for (Row.Explicit operand : operands) {
            if (!operand.kind().isMemory()) continue;
            if (operand.kind().use().equals("vector-index")) return Layout.W.get(template) != 0 ? 3 : 2;
            return Integer.numberOfTrailingZeros(operand.kind().memoryBits() / 8);
        }
        return 0;
    }

    static String withoutComment(String line) {
        int comment = line.indexOf('#');
        return comment < 0 ? line : line.substring(0, comment);
    }

    private static String[] columns(String line) {
        String[] columns = line.split("\\|", -1);
        for (int i = 0; i < columns.length; i++) columns[i] = columns[i].strip();
        return columns;
    }

    private static Row.Explicit explicit(String text, int access) throws TableException {
        int brace = text.indexOf('{');
        String decoration = brace < 0 ? "" : text.substring(brace);
        String name = brace < 0 ? text : text.substring(0, brace);
        for (String word : decoration.split("(?<=})"))
            if (!List.of("", "{k}", "{z}", "{er}", "{sae}").contains(word))
                throw new TableException("'" + word + "' is no EVEX decoration");
        for (String width : List.of("/b16", "/b32", "/b64"))
            if (name.endsWith(width)) {
                name = name.substring(0, name.length() - width.length());
                decoration = width + decoration;
            }
        Kind kind = Kind.ALL.get(name);
        if (kind == null) throw new TableException("'" + name + "' is no kind of operand");
        int effective = access;
        if (access == 0) {
            if (kind.immediateBits() == 0)
                throw new TableException("operand '" + text + "' needs r, w, rw or cw in front");
            effective = 1;
        }
        return new Row.Explicit(kind, effective, decoration);
    }

    /** The bit of an implicit register; none for what is no general or vector register. */
    private static long implicit(String text) throws TableException {
        if (!text.endsWith(">")) throw new TableException("'" + text + "' lacks its >");
        String name = text.substring(1, text.length() - 1).strip();
        if (name.startsWith("[") && name.endsWith("]")) return 0;
        for (List<String> registers : REGISTERS) {
            int number = registers.indexOf(name);
            if (number >= 0) return 1L << number;
        }
        if (name.equals("ah")) return 1L;
        if (name.matches("r8|r9|r1[0-5]")) return 1L << Integer.parseInt(name.substring(1));
        if (name.equals("r8-15")) return 0xFF00;
        if (name.matches("xmm[0-9]-(?:[0-9]|1[0-5])")) {
            int first = name.charAt(3) - '0';
            int last = Integer.parseInt(name.substring(5));
            if (last <= first) throw new TableException("'" + name + "' names no vector registers");
            return (1L << last + 1) - (1L << first) << 32;
        }
        if (name.matches("xmm[0-9]|xmm1[0-5]")) return 1L << 32 + Integer.parseInt(name.substring(3));
        if (name.matches(
                "m|m\\d+|st\\d?|sti|mxcsr|fpu|k\\d|ymm|zmm|mm|gs|fs|cs|ss|rip|ssp|msr|tsc|xcr0|cr\\d|pkru|gdtr|idtr|ldtr|tr|tmm|tile"))
            return 0;
        throw new TableException("'" + name + "' is no register or resource known here");
    }

    private static int[] flags(String text) throws TableException {
        int[] flags = new int[3];
        if (text.equals("-")) return flags;
        if (text.isEmpty()) throw new TableException("the flags are missing (- is none)");
        for (String part : text.split("\\s+")) {
            int which = part.length() < 3 || part.charAt(1) != ':' ? -1 : "rwu".indexOf(part.charAt(0));
            if (which < 0) throw new TableException("flags are written w:oszapc r:c u:a, not '" + part + "'");
            for (int i = 2; i < part.length(); i++) {
                Integer bit = FLAGS.get(part.charAt(i));
                if (bit == null) throw new TableException("'" + part.charAt(i) + "' is no flag (o s z a p c d i)");
                flags[which] |= bit;
            }
        }
        return flags;
    }
}
