package dev.kiln.asm.table;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Writes the typed instruction methods, one class per family. A method stands for the forms of a mnemonic that take operands of certain Java types; its
 * body chooses among them by immediate value, fixed registers and memory size, in the table's order, and calls an encode routine with
 * the form's template as a constant.
 */
final class TypedWriter {
    /** The families of the base set, which {@code Assembler} inherits, in that order; and the table files of each. */
    private static final Map<String, Set<String>> BASE = base();

    /** Table files that go to another file's family; each other file outside the base set is a family of its own. */
    private static String joined(String file) {
        if (file.contains("512")) return "avx512";
        if (file.startsWith("apx")) return "apx";
        return switch (file) {
            case "avx2", "avxnew", "fma" -> "avx";
            default -> file;
        };
    }

    private static final Set<String> RESERVED = Set.of(
            "int",
            "short",
            "long",
            "byte",
            "char",
            "float",
            "double",
            "boolean",
            "void",
            "if",
            "else",
            "for",
            "do",
            "while",
            "switch",
            "case",
            "default",
            "break",
            "continue",
            "return",
            "new",
            "class",
            "enum",
            "interface",
            "package",
            "import",
            "public",
            "private",
            "protected",
            "static",
            "final",
            "abstract",
            "native",
            "strictfp",
            "synchronized",
            "transient",
            "volatile",
            "throw",
            "throws",
            "try",
            "catch",
            "finally",
            "this",
            "super",
            "instanceof",
            "assert",
            "const",
            "goto",
            "true",
            "false",
            "null",
            "wait",
            "notify",
            "clone",
            "finalize");

    private static final String HEADER =
            "// Made from the instruction table by asm-table; changes belong there.\npackage dev.kiln.asm;\n\n";

    private static final String[] PARAMETERS = {"a", "b", "c", "d", "e", "f"};

    private final Table table;
    private StringBuilder out;

    private TypedWriter(Table table) {
        this.table = table;
    }

    private static Map<String, Set<String>> base() {
        Map<String, Set<String>> families = new LinkedHashMap<>();
        families.put("General", Set.of("arithmetic", "bits", "control", "movement", "shifts", "string", "system"));
        families.put("Sse", Set.of("sse", "sse4"));
        return families;
    }

    /** The text of each class by its name. */
    static Map<String, String> write(Table table) throws TableException {
        Map<String, String> classes = new TreeMap<>();
        List<String> names = List.copyOf(BASE.keySet());
        Set<String> signatures = new TreeSet<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            String above = i == 0 ? "InstructionMethods" : names.get(i - 1) + "Instructions";
            String below = i + 1 == names.size() ? "InstructionFamilies" : names.get(i + 1) + "Instructions";
            String head = "public abstract sealed class " + name + "Instructions extends " + above + " permits " + below
                    + " {\n    " + name + "Instructions() {}\n";
            classes.put(name + "Instructions", new TypedWriter(table).family(name, head, BASE.get(name), signatures));
        }
        Map<String, Set<String>> families = new TreeMap<>();
        for (Row row : table.rows)
            if (BASE.values().stream().noneMatch(files -> files.contains(row.family())))
                families.computeIfAbsent(joined(row.family()), f -> new TreeSet<>())
                        .add(row.family());
        for (var family : families.entrySet()) {
            String name = className(family.getKey());
            String head = "public final class " + name + " extends InstructionFamily {\n    " + name
                    + "(InstructionMethods code) {\n        super(code, 0);\n    }\n";
            if (table.rows.stream()
                    .anyMatch(r -> family.getValue().contains(r.family()) && Layout.NO_FLAGS.get(r.template()) != 0))
                head += withoutFlags(name);
            classes.put(name, new TypedWriter(table).family(family.getKey(), head, family.getValue(), new TreeSet<>()));
        }
        classes.put("InstructionFamilies", accessors(families.keySet(), names.getLast()));
        return classes;
    }

    /** The door to the instructions of a family with the status flags left alone. */
    private static String withoutFlags(String name) {
        return """

                    private FAMILY withoutFlags;

                    private FAMILY(InstructionMethods code, int extra) {
                        super(code, extra);
                    }

                    /** These instructions with the status flags left alone (text has {@code {nf}}); those that cannot do without are refused. */
                    public FAMILY nf() {
                        if (withoutFlags == null) withoutFlags = new FAMILY(code, Form.NF);
                        return withoutFlags;
                    }
                """.replace("FAMILY", name);
    }

    private static String className(String family) {
        return Character.toUpperCase(family.charAt(0)) + family.substring(1) + "Instructions";
    }

    /** The class with a method per family outside the base set, which loads that family's class at first use. */
    private static String accessors(Set<String> families, String above) {
        StringBuilder out = new StringBuilder(HEADER);
        out.append(
                "/** The doors to the instructions outside the base set; a family's class is loaded when it is first asked for. */\n");
        out.append("public abstract sealed class InstructionFamilies extends ")
                .append(above)
                .append("Instructions permits Assembler {\n");
        for (String family : families) {
            String type = className(family);
            out.append("    private ").append(type).append(' ').append(family).append(";\n");
        }
        out.append("\n    InstructionFamilies() {}\n");
        for (String family : families) {
            String type = className(family);
            out.append("\n    /** The ")
                    .append(family.toUpperCase(Locale.ROOT))
                    .append(" instructions, emitted here. */\n");
            out.append("    public final ")
                    .append(type)
                    .append(' ')
                    .append(family)
                    .append("() {\n");
            out.append("        if (")
                    .append(family)
                    .append(" == null) ")
                    .append(family)
                    .append(" = new ")
                    .append(type)
                    .append("(this);\n");
            out.append("        return ").append(family).append(";\n    }\n");
        }
        return out.append("}\n").toString();
    }

    private String family(String name, String head, Set<String> files, Set<String> signatures) throws TableException {
        out = new StringBuilder(HEADER);
        out.append("/** Typed methods of the ")
                .append(name.toUpperCase(Locale.ROOT))
                .append(" instructions; see {@link Assembler}. */\n");
        out.append(head);
        Map<String, List<Row>> byMnemonic = new LinkedHashMap<>();
        for (Row row : table.rows)
            if (files.contains(row.family()) && isTyped(row))
                byMnemonic
                        .computeIfAbsent(row.mnemonic(), m -> new ArrayList<>())
                        .add(row);
        Map<String, List<String>> aliases = new TreeMap<>();
        table.aliases.forEach((alias, mnemonic) ->
                aliases.computeIfAbsent(mnemonic, m -> new ArrayList<>()).add(alias));
        for (var mnemonic : byMnemonic.entrySet()) {
            Map<String, List<Candidate>> groups = new LinkedHashMap<>();
            for (Row row : mnemonic.getValue())
                for (Candidate candidate : Candidate.of(row))
                    groups.computeIfAbsent(String.join(",", candidate.types()), s -> new ArrayList<>())
                            .add(candidate);
            for (List<Candidate> group : groups.values()) {
                if (!signatures.add(mnemonic.getKey() + "(" + group.getFirst().types() + ")"))
                    throw new TableException(group.getFirst().row().place() + ": " + mnemonic.getKey()
                            + group.getFirst().types() + " has a typed method in another family");
                method(mnemonic.getKey(), group);
                for (String alias : aliases.getOrDefault(mnemonic.getKey(), List.of()))
                    alias(alias, mnemonic.getKey(), group);
            }
        }
        return out.append("}\n").toString();
    }

    private static boolean isTyped(Row row) {
        if (Layout.UNPREFERRED.get(row.template()) != 0) return false;
        for (Row.Explicit operand : row.operands()) if (Candidate.javaRegister(operand.kind()) == null) return false;
        return true;
    }

    private static String methodName(String mnemonic) {
        return RESERVED.contains(mnemonic) ? mnemonic + "_" : mnemonic;
    }

    private void head(String mnemonic, List<Candidate> group) {
        out.append("    public final void ").append(methodName(mnemonic)).append('(');
        List<String> types = group.getFirst().types();
        for (int i = 0; i < types.size(); i++)
            out.append(i == 0 ? "" : ", ").append(types.get(i)).append(' ').append(PARAMETERS[i]);
        out.append(") {\n");
    }

    private void alias(String alias, String mnemonic, List<Candidate> group) {
        out.append("\n    /** {@code ").append(mnemonic).append("}. */\n");
        head(alias, group);
        out.append("        ")
                .append(methodName(mnemonic))
                .append(arguments(group))
                .append(";\n    }\n");
    }

    private static String arguments(List<Candidate> group) {
        int count = group.getFirst().types().size();
        return "(" + String.join(", ", List.of(PARAMETERS).subList(0, count)) + ")";
    }

    private void method(String mnemonic, List<Candidate> all) {
        List<Candidate> group = withoutShortBranches(all);
        out.append("\n    /** ");
        for (int i = 0; i < group.size(); i++)
            out.append(i == 0 ? "" : ", ")
                    .append("{@code ")
                    .append(group.get(i).row().text())
                    .append('}');
        out.append(". */\n");
        head(mnemonic, group);
        int memory = group.getFirst().types().indexOf("Mem");
        Set<Integer> sizes = new TreeSet<>();
        if (memory >= 0)
            for (Candidate candidate : group)
                sizes.add(candidate.row().operands().get(memory).kind().memoryBits());
        String failure = "throw DynamicForms.mismatch(\"" + mnemonic + "\""
                + arguments(group).replace("()", ")").replace("(", ", ") + ";";
        if (sizes.size() > 1) {
            out.append("        switch (").append(PARAMETERS[memory]).append(".size) {\n");
            for (int size : sizes) {
                out.append("            case ").append(size).append(" -> {\n");
                chain(
                        group.stream()
                                .filter(c ->
                                        c.row().operands().get(memory).kind().memoryBits() == size)
                                .toList(),
                        failure,
                        "                ");
                out.append("            }\n");
            }
            out.append("            default -> ").append(failure).append("\n        }\n");
        } else {
            if (memory >= 0 && sizes.iterator().next() > 0) {
                out.append("        ")
                        .append(PARAMETERS[memory])
                        .append(".check(")
                        .append(sizes.iterator().next())
                        .append(", \"")
                        .append(mnemonic)
                        .append('"')
                        .append(arguments(group).replace("(", ", "))
                        .append(";\n");
            }
            chain(group, failure, "        ");
        }
        out.append("    }\n");
    }

    /** A jump to a label is given by its near form, and the buffer chooses; forms with a short branch only stay. */
    private static List<Candidate> withoutShortBranches(List<Candidate> group) {
        List<Candidate> near = group.stream()
                .filter(c -> c.row().operands().stream()
                        .noneMatch(o -> o.kind().text().equals("rel8")))
                .toList();
        return near.isEmpty() ? group : near;
    }

    /** The forms one after the other, each under the conditions that it asks for. */
    private void chain(List<Candidate> group, String failure, String indent) {
        narrow(group, indent);
        boolean first = true;
        for (int n = 0; n < group.size(); n++) {
            Candidate candidate = group.get(n);
            String condition = candidate.condition(group.subList(n + 1, group.size()));
            if (condition.isEmpty()) {
                if (first) candidate.encode(out, indent);
                else {
                    out.append(" else {\n");
                    candidate.encode(out, indent + "    ");
                    out.append(indent).append("}\n");
                }
                return;
            }
            out.append(first ? indent + "if (" : " else if (").append(condition).append(") {\n");
            candidate.encode(out, indent + "    ");
            out.append(indent).append('}');
            first = false;
        }
        out.append(" else {\n")
                .append(indent)
                .append("    ")
                .append(failure)
                .append('\n')
                .append(indent)
                .append("}\n");
    }

    /** Lets 0xFFFF_FFFF be −1 where the operation is as wide as that, so that the short form is found. */
    private void narrow(List<Candidate> group, String indent) {
        if (group.getFirst().types().contains("Rounding")) return;
        for (int i = 0; i < group.getFirst().types().size(); i++) {
            boolean small = false;
            boolean extended = false;
            int wide = 0;
            for (Candidate candidate : group) {
                Kind kind = candidate.row().operands().get(i).kind();
                small |= kind.text().equals("imm8s");
                extended |= kind.text().equals("imm32s");
                if (kind.text().equals("imm16") || kind.text().equals("imm32")) wide = kind.immediateBits();
            }
            if (small && wide != 0 && !extended)
                out.append(indent)
                        .append(PARAMETERS[i])
                        .append(" = narrow")
                        .append(wide)
                        .append('(')
                        .append(PARAMETERS[i])
                        .append(");\n");
        }
    }

    /**
     * A form with its operands as Java types.
     *
     * @param types by operand; {@code Mem} where a register or memory is taken as memory
     */
    private record Candidate(Row row, List<String> types) {
        static List<Candidate> of(Row row) {
            List<List<String>> all = new ArrayList<>();
            all.add(List.of());
            for (Row.Explicit operand : row.operands()) {
                List<List<String>> longer = new ArrayList<>();
                for (List<String> before : all)
                    for (String type : javaTypes(operand.kind())) {
                        List<String> types = new ArrayList<>(before);
                        types.add(type);
                        longer.add(types);
                    }
                all = longer;
            }
            List<Candidate> candidates = new ArrayList<>();
            for (List<String> types : all) {
                candidates.add(new Candidate(row, types));
                if (!rounds(row) || types.contains("Mem")) continue;
                List<String> rounded = new ArrayList<>(types);
                int last = 0;
                for (int i = 0; i < types.size(); i++) if (types.get(i).endsWith("mm")) last = i;
                rounded.add(last + 1, "Rounding");
                candidates.add(new Candidate(row, rounded));
            }
            return candidates;
        }

        private static boolean rounds(Row row) {
            return Layout.ROUNDING.get(row.template()) != 0 || Layout.SAE.get(row.template()) != 0;
        }

        /** Whether operand {@code i}, in a form without rounding, is given as memory. */
        /** Whether the address has 64 bits, as has the register that is an address too: MOVDIR64B and ENQCMD, also as APX promotes them. */
        private static boolean isAddress64(long t) {
            if (Layout.SPACE.get(t) == 0) return Layout.ADDRESS64.get(t) != 0;
            boolean promoted = Layout.SPACE.get(t) == 2 && Layout.APX.get(t) != 0 && Layout.MEMORY_ONLY.get(t) != 0;
            return promoted && Layout.OPCODE.get(t) == 0xF8;
        }

        private boolean isMemory(int i) {
            return types.size() == row.operands().size() && types.get(i).equals("Mem");
        }

        /** The parameter of explicit operand {@code i}, behind rounding the next but one. */
        String parameter(int i) {
            int rounding = types.indexOf("Rounding");
            return PARAMETERS[rounding >= 0 && i >= rounding ? i + 1 : i];
        }

        private static List<String> javaTypes(Kind kind) {
            if (kind.isBranch()) return kind.immediateBits() == 32 ? List.of("Label", "Symbol") : List.of("Label");
            if (kind.isOffset()) return List.of("Absolute");
            if (kind.isImmediate()) return List.of("long");
            List<String> types = new ArrayList<>();
            if (kind.isRegister()) types.add(javaRegister(kind));
            if (kind.isMemory()) types.add("Mem");
            return types;
        }

        /** The Java type of a kind's registers; empty when it takes none, null when there is no type for them. */
        static String javaRegister(Kind kind) {
            return switch (kind.registerClass()) {
                case "NONE" -> "";
                case "GENERAL" -> "Reg" + kind.registerBits();
                case "VECTOR" -> kind.registerBits() == 128 ? "Xmm" : kind.registerBits() == 256 ? "Ymm" : "Zmm";
                case "MASK" -> "Mask";
                case "TILE" -> "Tile";
                case "MMX" -> "Mmx";
                case "X87" -> "X87Register";
                case "SEGMENT" -> "SegmentRegister";
                case "CONTROL" -> "ControlRegister";
                case "DEBUG" -> "DebugRegister";
                case "BOUND" -> "BoundRegister";
                default -> null;
            };
        }

        /** What has to hold for this form to be taken in front of others, besides the types. */
        String condition(List<Candidate> others) {
            List<String> conditions = new ArrayList<>();
            for (int i = 0; i < row.operands().size(); i++) {
                Kind kind = row.operands().get(i).kind();
                String p = parameter(i);
                if (kind.fixedRegister() >= 0) conditions.add(p + ".number() == " + kind.fixedRegister());
                else if (kind.use().equals("one")) conditions.add(p + " == 1 && !isLong()");
                else if (kind.use().equals("not-accumulator")) conditions.add(p + ".code != 0");
                else if (isMemory(i) && Layout.ADDRESS.get(row.template()) != 0)
                    conditions.add("(" + p + ".extra & Form.ADDRESS32) != 0");
                else if (isMemory(i) && isAddress64(row.template()))
                    conditions.add("(" + p + ".extra & Form.ADDRESS32) == 0");
                else if (kind.use().equals("vector-index")) conditions.add(p + ".indexBits == " + kind.indexBits());
                else if (kind.isImmediate() && kind.immediateBits() < 64) {
                    String use = kind.use().isEmpty()
                            ? ""
                            : kind.use().equals("default-flags")
                                    ? "Unsigned"
                                    : Character.toUpperCase(kind.use().charAt(0))
                                            + kind.use().substring(1);
                    int at = i;
                    boolean shortest = others.stream()
                            .anyMatch(o -> o.row().operands().get(at).kind().immediateBits() > kind.immediateBits());
                    conditions.add(
                            "fits" + use + kind.immediateBits() + "(" + p + ")" + (shortest ? " && !isLong()" : ""));
                }
            }
            return String.join(" && ", conditions);
        }

        void encode(StringBuilder out, String indent) {
            long t = row.template();
            String template = String.format(Locale.ROOT, "0x%016xL", t);
            String reg = Layout.MODRM.get(t) < 8 ? Long.toString(Layout.MODRM.get(t)) : "0";
            String rm = null;
            String vvvv = "0";
            String is4 = null;
            String memory = null;
            List<String> immediates = new ArrayList<>();
            List<String> registers = new ArrayList<>();
            boolean evex = Layout.SPACE.get(t) == 2;
            int rounding = types.indexOf("Rounding");
            int place = types.indexOf("Absolute");
            if (place >= 0) {
                out.append(indent)
                        .append("encodeOffset(")
                        .append(template)
                        .append(", ")
                        .append(parameter(place))
                        .append(");\n");
                return;
            }
            for (int i = 0; i < row.operands().size(); i++) {
                String p = parameter(i);
                String code = evex && i > 0 ? "plain(" + p + ".code)" : p + ".code";
                if (types.get(rounding >= 0 && i >= rounding ? i + 1 : i).matches("[XYZ]mm|Tile"))
                    registers.add(p + ".code");
                else if (row.operands().get(i).kind().use().equals("vector-index")) registers.add(p + ".index");
                switch (Layout.ROLES[row.roles() >> 4 * i & 15]) {
                    case "REG" -> reg = code;
                    case "RM", "OPCODE" -> {
                        if (rounding < 0 && types.get(i).equals("Mem")) memory = p;
                        else rm = code;
                    }
                    case "VVVV" -> vvvv = row.operands().get(i).kind().isImmediate() ? "15 - (int) " + p : code;
                    case "IS4" -> is4 = p + ".code";
                    case "IMMEDIATE" -> immediates.add(p);
                    case "BRANCH" -> {
                        out.append(indent)
                                .append("branch(")
                                .append(template)
                                .append(", ")
                                .append(p)
                                .append(");\n");
                        return;
                    }
                    default -> {}
                }
            }
            if (is4 != null)
                out.append(indent)
                        .append("checkIs4(")
                        .append(template)
                        .append(", ")
                        .append(is4)
                        .append(");\n");
            boolean all = row.hasWord("distinct");
            for (int i = 0; i < (all || row.hasWord("apart") ? all ? registers.size() : 1 : 0); i++)
                for (int j = i + 1; j < registers.size(); j++)
                    out.append(indent)
                            .append("distinct(")
                            .append(registers.get(i))
                            .append(", ")
                            .append(registers.get(j))
                            .append(");\n");
            out.append(indent);
            if (memory != null)
                out.append("encodeMemory(")
                        .append(template)
                        .append(", ")
                        .append(reg)
                        .append(", ")
                        .append(vvvv)
                        .append(", ")
                        .append(memory);
            else if (Layout.MODRM.get(t) <= Layout.MODRM_REG)
                out.append("encodeRegister(")
                        .append(template)
                        .append(rounding < 0 ? ", 0, " : ", " + PARAMETERS[rounding] + ".bits(), ")
                        .append(reg)
                        .append(", ")
                        .append(vvvv)
                        .append(", ")
                        .append(rm == null ? "0" : rm);
            else out.append("encodeOpcode(").append(template).append(", 0, ").append(rm == null ? "0" : rm);
            out.append(");\n");
            if (is4 != null) {
                String number = immediates.isEmpty() ? "0" : immediates.getFirst();
                out.append(indent)
                        .append("encodeIs4(")
                        .append(is4)
                        .append(", ")
                        .append(number)
                        .append(");\n");
                return;
            }
            // 3DNow! has its opcode where others have an immediate.
            if (immediates.isEmpty() && Layout.MAP.get(t) != 15) return;
            out.append(indent)
                    .append("encodeImmediate(")
                    .append(template)
                    .append(", ")
                    .append(immediates.isEmpty() ? "0" : immediates.get(0))
                    .append(", ");
            out.append(immediates.size() > 1 ? immediates.get(1) : "0").append(");\n");
        }
    }
}
