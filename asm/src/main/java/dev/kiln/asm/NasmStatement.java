package dev.kiln.asm;

import java.util.List;

/** A line of the text after parsing. */
final class NasmStatement {
    static final int LABEL = 0, EQU = 1, INSTRUCTION = 2, DATA = 3, RESERVE = 4, SECTION = 5, ALIGN = 6, ABSOLUTE = 7;

    /** A comment or a blank line; only in files that are to be edited. */
    static final int REMARK = 8;

    final int kind;
    final int at;
    /** The symbol that the line's label is, or −1. */
    int label = -1;

    /** How often it is repeated, or {@code null}. */
    NasmExpression times;

    /** The value of EQU, the number of elements reserved, the boundary of ALIGN, the address of ABSOLUTE. */
    NasmExpression expression;

    /** The width of data and reservations in bytes; the number of the section for SECTION. */
    int width;

    List<Datum> data;

    /** What ALIGN fills with; {@code null}: reserves space in sections without contents, else NOP. */
    NasmStatement filler;
    /** For ALIGN: whether the section is aligned too. */
    boolean alignsSection;
    /** For ALIGN without filler: whether it fills with NOPs, not with zeros. */
    boolean fillsWithNops;

    /** For REMARK: the comment, {@code null} for a blank line. */
    String remark;

    String mnemonic;
    NasmOperand[] operands;
    /** Prefix bytes said in front of the instruction, 0 for none: REP or REPNE, LOCK, segment, WAIT. */
    int repeat, lock, segment, wait;

    /** The widths of operands and addresses said in front of the instruction, in bits; 0 for none. */
    int operandSize, addressSize;

    /** The REX prefix said in front of the instruction, as GNU's tools write it; 0 for none. */
    int rex;

    /** Whether {@link #repeat} is BND, which short jumps need not. */
    boolean bound;

    /** Whether BND is to be put before a branch that takes it, as DEFAULT BND says. */
    boolean boundByDefault;

    /** The encoding asked for, as the space of {@link dev.kiln.asm.internal.Template}; −1 for any. */
    int space = -1;

    /** What else is asked for: bits {@link Form#NF} and {@link Form#REX2}. */
    int asked;

    /** Whether the rest of the destination is to be zeroed where that is a choice (APX). */
    boolean zeroUpper;

    /** The length of the VEX prefix asked for, 2 or 3; 0 for the shortest. */
    int vexLength;

    /** Which of two encodings between registers is asked for: {@link #LOAD}, {@link #STORE}, {@link #SWAPPED}; 0 for the usual one. */
    int direction;

    /** The last register in the field that could be memory, or another one there, or what is not usual. */
    static final int LOAD = 1, STORE = 2, SWAPPED = 3;

    /** The width of the displacement asked for in front of the instruction, in bits; 0 for the shortest. */
    int displacementSize;

    /** What is doubtful about an instruction that is taken all the same, or {@code null}. */
    String doubt;

    /** What is said of rounding and exceptions, or {@code null}. */
    Rounding rounding;

    /** Whether the encoding is always the same, and then what it is; made in the first pass. */
    boolean constant;

    byte[] encoding;

    NasmStatement(int kind, int at) {
        this.kind = kind;
        this.at = at;
    }

    /**
     * Takes what is said in braces at the instruction's name: {@code evex} and its like.
     *
     * @return whether it means anything there
     */
    boolean ask(String word) {
        switch (word) {
            case "rex" -> space = 0;
            case "vex" -> space = 1;
            case "vex2" -> {
                space = 1;
                vexLength = 2;
            }
            case "vex3" -> {
                space = 1;
                vexLength = 3;
            }
            case "evex" -> space = 2;
            case "rex2" -> {
                space = 0;
                asked |= Form.REX2;
            }
            case "nf" -> asked |= Form.NF;
            case "zu" -> zeroUpper = true;
            case "pt" -> segment = 0x3E;
            case "pn" -> segment = 0x2E;
            case "load", "modrm" -> direction = LOAD;
            case "store", "modmr" -> direction = STORE;
            case "disp8" -> displacementSize = 8;
            case "disp32" -> displacementSize = 32;
            default -> {
                return false;
            }
        }
        return true;
    }

    /** The prefix that {@code rex} is, or {@code rex.wb} and its like with some of w, r, x, b in this order; 0 for other words. */
    static int rexPrefix(String word) {
        if (!word.startsWith("rex") || word.equals("rex.")) return 0;
        if (word.length() > 3 && word.charAt(3) != '.') return 0;
        int rex = 0x40;
        int at = 4;
        for (int i = 0; i < 4; i++) {
            if (at >= word.length() || word.charAt(at) != "wrxb".charAt(i)) continue;
            rex |= 8 >> i;
            at++;
        }
        return at < word.length() ? 0 : rex;
    }

    /**
     * One item of data: a value, bytes already known, reserved space ({@code ?}), or items repeated.
     *
     * @param bytes the bytes, padded to the width; or {@code null}
     * @param expression the value, or how often {@code items} are repeated; {@code null} for once
     * @param width of a value in bytes
     */
    record Datum(byte[] bytes, NasmExpression expression, List<Datum> items, int width, int at) {}
}
