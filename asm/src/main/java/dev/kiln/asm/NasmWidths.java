package dev.kiln.asm;

/**
 * Registers and memory that text may say wider or narrower than the table has them: of what MOVMSKPS writes to a register the upper part is
 * zero anyway, of what PINSRB takes from one only the lowest byte counts. The table has the width that the encoding has; the others are
 * nasm's, GNU's and LLVM's.
 */
final class NasmWidths {
    private NasmWidths() {}

    /** Whether an instruction may be written with other widths than the table's. */
    static boolean knows(String mnemonic) {
        for (int i = 0; i < 3; i++)
            for (int bits = 8; bits <= 64; bits *= 2) if (width(mnemonic, i, 3, bits) != 0) return true;
        return mnemonic.equals("mov") || mnemonic.equals("movd");
    }

    /** The operands with the widths that the table has; {@code null} when the instruction has no such choice. */
    static NasmOperand[] adapt(NasmStatement s) {
        NasmOperand[] adapted = null;
        for (int i = 0; i < s.operands.length; i++) {
            NasmOperand o = s.operands[i];
            int width = o.kind == NasmOperand.REGISTER
                    ? ofRegister(s, i)
                    : o.kind == NasmOperand.MEMORY ? ofMemory(s, i) : 0;
            if (width == 0) continue;
            if (adapted == null) adapted = s.operands.clone();
            adapted[i] = o.ofWidth(width);
        }
        return adapted;
    }

    private static int ofRegister(NasmStatement s, int i) {
        NasmOperand o = s.operands[i];
        int number = o.registerNumber();
        if (NasmMatcher.classOf(number) != RegisterClass.GENERAL || number >= Registers.HIGH_BYTE) return 0;
        return width(s.mnemonic, i, s.operands.length, o.registerBits());
    }

    /** Segment registers have 16 bits in memory, and MOVD with REX.W moves 64, whatever is said. */
    private static int ofMemory(NasmStatement s, int i) {
        NasmOperand o = s.operands[i];
        if (s.operands.length == 1 && o.size == 16) return width(s.mnemonic, i, 1, 16);
        if (o.size != 32 && o.size != 64 || s.operands.length != 2) return 0;
        NasmOperand other = s.operands[1 - i];
        if (other.kind != NasmOperand.REGISTER) return 0;
        RegisterClass c = NasmMatcher.classOf(other.registerNumber());
        if (s.mnemonic.equals("mov")) return c == RegisterClass.SEGMENT ? 16 : 0;
        return s.mnemonic.equals("movd") && c == RegisterClass.MMX ? 32 : 0;
    }

    /**
     * The width that the table has in place of another.
     *
     * @param i the operand's number
     * @param count of how many
     * @param said the width in the text
     * @return 0 where there is no such choice
     */
    private static int width(String mnemonic, int i, int count, int said) {
        return switch (mnemonic) {
            case "movmskps",
                    "movmskpd",
                    "pmovmskb",
                    "pextrb",
                    "pextrw",
                    "extractps",
                    "vmovmskps",
                    "vmovmskpd",
                    "vpmovmskb",
                    "vpextrb",
                    "vpextrw",
                    "vextractps" -> i == 0 && said == 64 ? 32 : 0;
            case "pinsrb", "pinsrw", "vpinsrb", "vpinsrw" -> i == count - 2 && said != 32 ? 32 : 0;
            case "kmovb" -> said == 8 ? 32 : 0;
            case "kmovw", "vmovw" -> said == 16 ? 32 : 0;
            case "vpextrd" -> i == 0 && said == 64 ? 32 : 0;
            case "vpbroadcastb", "vpbroadcastw" -> i == 1 && said != 32 ? 32 : 0;
            case "lar", "lsl" -> i == 1 && count == 2 && said > 16 ? 16 : 0;
            case "lldt", "ltr", "verr", "verw", "lkgs" -> i == 0 && said > 16 ? 16 : 0;
            case "rdpid" -> i == 0 && said == 32 ? 64 : 0;
            // With 66 in front they take 16 bits of the target, on processors of AMD.
            case "jmp", "call" -> said == 16 ? 64 : 0;
            default -> 0;
        };
    }

    /** The prefix for the width said that nasm puts in front although the form has none: 16 or 64 bits, 0 for none. */
    static int prefix(NasmStatement s, NasmOperand[] adapted) {
        boolean said = switch (s.mnemonic) {
            case "movmskps", "movmskpd", "extractps", "pextrw", "pinsrw", "mov", "movd", "jmp", "call" -> true;
            default -> false;
        };
        for (int i = 0; said && i < adapted.length; i++) {
            NasmOperand o = s.operands[i];
            if (adapted[i] == o) continue;
            int bits = o.kind == NasmOperand.REGISTER ? o.registerBits() : o.size;
            boolean jump = adapted.length == 1;
            return bits == (jump ? 16 : 64) ? bits : 0;
        }
        return 0;
    }
}
