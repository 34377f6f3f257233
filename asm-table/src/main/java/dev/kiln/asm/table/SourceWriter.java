package dev.kiln.asm.table;

import java.util.Locale;

/** Writes the Java sources that hold only constants: form ids, operand kinds, and the fields of a template. */
final class SourceWriter {
    private static final String HEADER = "// Made from the instruction table by asm-table; changes belong there.\n";

    private SourceWriter() {}

    static String forms(Table table) {
        StringBuilder out = new StringBuilder(HEADER);
        out.append("""
                package dev.kiln.asm;

                /**
                 * The numbers of all instruction forms, for {@link InstructionSink#emit}. A name is the mnemonic and the kinds of the operands.
                 * What a number means is asked of {@link Forms}. Numbers change from version to version.
                 */
                public final class Form {
                    /** Added to a form's number: the instruction gets a LOCK prefix. */
                    public static final int LOCK = 1 << 16;

                    /** Added to a form's number: the instruction gets a REP (REPE) prefix. */
                    public static final int REP = 1 << 17;

                    /** Added to a form's number: the instruction gets a REPNE prefix. */
                    public static final int REPNE = 1 << 18;

                    /** Added to a form's number: the status flags are left alone (NF of APX). */
                    public static final int NF = 1 << 19;

                    /** Added to a form's number: the prefix is REX2, also where another would do (APX). */
                    public static final int REX2 = 1 << 20;

                    /** Added to a form's number: elision of the lock begins (F2), together with {@link #LOCK} or with XCHG. */
                    public static final int XACQUIRE = 1 << 21;

                    /** Added to a form's number: elision of the lock ends (F3), together with {@link #LOCK}, or with XCHG or MOV. */
                    public static final int XRELEASE = 1 << 22;

                    /** Added to a branch's number: MPX keeps the bounds (F2). */
                    public static final int BND = 1 << 23;

                    /** Added to an indirect branch's number: CET does not check the target (3E). */
                    public static final int NOTRACK = 1 << 24;

                    /**
                     * Added to a form's number: addresses have 32 bits (67), also the implicit ones and the counters of string instructions and
                     * loops.
                     */
                    public static final int ADDRESS32 = 1 << 25;

                    /** Added to a form's number: a displacement takes 32 bits also where fewer would do, and a jump its near form. */
                    public static final int LONG = 1 << 26;

                    /** Added to a form's number: this very form is encoded, not the usual one of those that say the same. */
                    public static final int EXACT = 1 << 27;

                    /** Added to a form's number: the VEX prefix has three bytes also where two would do. */
                    public static final int VEX3 = 1 << 28;

                    /** Added to a form's number: a displacement takes 8 bits also where none would do; one that does not fit fails. */
                    public static final int DISP8 = 1 << 29;

                    /** The bits of a form's number without prefixes. */
                    public static final int NUMBER = (1 << 16) - 1;

                """);
        for (int i = 0; i < table.rows.size(); i++)
            out.append("    public static final int ")
                    .append(table.rows.get(i).constant())
                    .append(" = ")
                    .append(i + 1)
                    .append(";\n");
        return out.append("\n    private Form() {}\n}\n").toString();
    }

    static String operandKinds() {
        StringBuilder out = new StringBuilder(HEADER);
        out.append("""
                package dev.kiln.asm;

                /** What an operand of an instruction form may be. The names are those of the manuals with the slash left out. */
                public enum OperandKind {
                """);
        int left = Kind.ALL.size();
        for (Kind kind : Kind.ALL.values()) {
            String text = kind.text().equals("sti") ? "st(i)" : kind.text();
            out.append(String.format(
                    Locale.ROOT,
                    "    /** {@code %s}. */%n    %s(\"%s\", RegisterClass.%s, %d, %d, %d, Use.%s, %d)%s%n",
                    text,
                    kind.constant(),
                    text,
                    kind.registerClass(),
                    kind.registerBits(),
                    kind.memoryBits(),
                    kind.immediateBits(),
                    kind.use().isEmpty()
                            ? "PLAIN"
                            : kind.use().toUpperCase(Locale.ROOT).replace('-', '_'),
                    kind.fixedRegister(),
                    --left == 0 ? ";\n" : ","));
        }
        return out.append("""
                            /** What an operand is besides its widths. */
                            enum Use { PLAIN, SIGNED, UNSIGNED, BRANCH, OFFSET, VECTOR_INDEX, ONE, NOT_ACCUMULATOR, DEFAULT_FLAGS, SIB, KEEP_INDEX }

                            private final String text;
                            private final RegisterClass registerClass;
                            private final int registerBits;
                            private final int memoryBits;
                            private final int immediateBits;
                            private final Use use;
                            private final int fixedRegister;

                            OperandKind(
                                    String text,
                                    RegisterClass registerClass,
                                    int registerBits,
                                    int memoryBits,
                                    int immediateBits,
                                    Use use,
                                    int fixedRegister) {
                                this.text = text;
                                this.registerClass = registerClass;
                                this.registerBits = registerBits;
                                this.memoryBits = memoryBits;
                                this.immediateBits = immediateBits;
                                this.use = use;
                                this.fixedRegister = fixedRegister;
                            }

                            /** The manuals' way of writing it, for instance {@code r/m64}. */
                            public String text() {
                                return text;
                            }

                            /** The class of registers that fit; {@link RegisterClass#NONE} when none do. */
                            public RegisterClass registerClass() {
                                return registerClass;
                            }

                            /** The width at which a register is used, in bits. */
                            public int registerBits() {
                                return registerBits;
                            }

                            public boolean takesRegister() {
                                return registerClass != RegisterClass.NONE;
                            }

                            /** The width of memory in bits; 0 when memory does not fit, −1 when its width is of no interest (as for LEA). */
                            public int memoryBits() {
                                return memoryBits;
                            }

                            /** Whether memory with a ModRM address fits; absolute 64-bit offsets ({@code moffs}) are another thing. */
                            public boolean takesMemory() {
                                return memoryBits != 0 && use != Use.OFFSET;
                            }

                            public boolean isImmediate() {
                                return immediateBits != 0 && use != Use.BRANCH && use != Use.OFFSET;
                            }

                            /** The width in bits of the field that an immediate or a branch distance takes in the instruction, else 0. */
                            public int immediateBits() {
                                return immediateBits;
                            }

                            /** Whether an immediate is sign-extended to the operation's width, so that only signed values fit. */
                            public boolean isSignExtended() {
                                return use == Use.SIGNED;
                            }

                            /** Whether this is a jump or call target, relative to the instruction's end. */
                            public boolean isBranch() {
                                return use == Use.BRANCH;
                            }

                            /** Whether this is an absolute 64-bit address in the instruction. */
                            public boolean isOffset() {
                                return use == Use.OFFSET;
                            }

                            /** Whether memory has a vector register as index. */
                            public boolean hasVectorIndex() {
                                return use == Use.VECTOR_INDEX;
                            }

                            /** The width in bits of the vector register that is the index; 0 without one. */
                            public int indexBits() {
                                if (use != Use.VECTOR_INDEX) return 0;
                                return switch (text.charAt(text.length() - 1)) {
                                    case 'x' -> 128;
                                    case 'y' -> 256;
                                    default -> 512;
                                };
                            }

                            /** Whether the operand has no freedom: a fixed register, or the constant 1. */
                            public boolean isFixed() {
                                return fixedRegister >= 0 || use == Use.ONE;
                            }

                            /** The only register that fits, or {@link Registers#NONE} when there is a choice or no register fits. */
                            public int fixedRegister() {
                                return fixedRegister;
                            }

                            Use use() {
                                return use;
                            }
                        }
                        """).toString();
    }

    static String template() {
        StringBuilder out = new StringBuilder(HEADER);
        out.append("""
                package dev.kiln.asm.internal;

                /** Reads the bit fields of a form's template, 64 bits that say all about its encoding but the operands' values. */
                public final class Template {
                """);
        out.append("    public static final int MODRM_REG = ").append(Layout.MODRM_REG);
        out.append(", MODRM_OPCODE = ").append(Layout.MODRM_OPCODE);
        out.append(", MODRM_NONE = ").append(Layout.MODRM_NONE);
        out.append(", MODRM_FIXED = ").append(Layout.MODRM_FIXED);
        out.append(", MODRM_FIXED_PLUS = ").append(Layout.MODRM_FIXED_PLUS).append(";\n");
        constants(out, "IMMEDIATE_", Layout.IMMEDIATES);
        constants(out, "ROLE_", Layout.ROLES);
        constants(out, "ROUTINE_", Layout.ROUTINES);
        out.append("\n    private Template() {}\n");
        for (Layout field : Layout.values()) {
            String[] words = field.name().toLowerCase(Locale.ROOT).split("_");
            StringBuilder name = new StringBuilder(words[0]);
            for (int i = 1; i < words.length; i++)
                name.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
            boolean bit = field.width == 1;
            out.append("\n    /** ").append(field.meaning).append(" */\n");
            out.append("    public static ")
                    .append(bit ? "boolean " : "int ")
                    .append(name)
                    .append("(long template) {\n");
            if (bit)
                out.append("        return (template >> ").append(field.shift).append(" & 1) != 0;\n");
            else
                out.append("        return (int) (template >> ")
                        .append(field.shift)
                        .append(") & ")
                        .append((1 << field.width) - 1)
                        .append(";\n");
            out.append("    }\n");
        }
        return out.append("}\n").toString();
    }

    private static void constants(StringBuilder out, String prefix, String[] names) {
        out.append("    public static final int ");
        for (int i = 0; i < names.length; i++)
            out.append(i == 0 ? "" : ", ")
                    .append(prefix)
                    .append(names[i])
                    .append(" = ")
                    .append(i);
        out.append(";\n");
    }
}
