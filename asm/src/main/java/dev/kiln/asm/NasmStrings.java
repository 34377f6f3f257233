package dev.kiln.asm;

/**
 * String instructions with their operands written, as GNU's and LLVM's disassemblers have them: {@code movs byte ptr es:[rdi], byte ptr [rsi]},
 * {@code lodsb al, byte ptr fs:[rsi]}. The operands have no choice but the width, the segment of the source and the width of the addresses, which
 * become the suffix and prefixes.
 */
final class NasmStrings {
    static final int NONE = -1;

    private NasmStrings() {}

    /** Whether a word names a string instruction and leaves its width to the operands. */
    static boolean isWithoutWidth(String word) {
        return switch (word) {
            case "movs", "cmps", "scas", "lods", "stos", "ins", "outs" -> true;
            default -> false;
        };
    }

    /** Takes the operands off a statement when they are those that its instruction has anyway. */
    static void resolve(NasmStatement s) {
        String name = s.mnemonic;
        boolean translates = name.equals("xlat") || name.equals("xlatb");
        if (!translates && !isWithoutWidth(name)) {
            if (name.length() < 4 || widthOf(name.charAt(name.length() - 1)) == 0) return;
            name = name.substring(0, name.length() - 1);
            if (!isWithoutWidth(name)) return;
        }
        String pattern = translates ? "b" : pattern(name);
        if (s.operands.length != pattern.length()) return;
        int width = translates ? 8 : name.length() < s.mnemonic.length() ? widthOf(lastOf(s.mnemonic)) : 0;
        int address = 0;
        int segment = 0;
        for (int i = 0; i < pattern.length(); i++) {
            NasmOperand o = s.operands[i];
            char expected = pattern.charAt(i);
            if (expected == 'p' || expected == 'a') {
                if (o.kind != NasmOperand.REGISTER) return;
                if (o.registerNumber() != (expected == 'p' ? Registers.RDX : Registers.RAX)) return;
                if (expected == 'p' && o.registerBits() != 16) return;
            } else {
                int base = base(o);
                if (base == NONE || (base & 0xFF) != register(expected)) return;
                if (address != 0 && address != base >> 8) return;
                address = base >> 8;
                if (o.segment >= 0 && expected == 'd' && o.segment != Registers.SEGMENT) return;
                boolean usual = o.segment < 0 || expected == 'd' || o.segment == Registers.SEGMENT + 3;
                if (!usual) segment = CodeBuffer.segmentPrefix(o.segment);
            }
            int said = expected == 'p' ? 0 : expected == 'a' ? o.registerBits() : o.size;
            if (said != 0 && width != 0 && said != width) return;
            if (said != 0) width = said;
        }
        String suffix = suffix(width);
        if (suffix == null || address < 32) return;
        s.mnemonic = translates ? "xlatb" : name + suffix;
        s.operands = new NasmOperand[0];
        if (address == 32) s.addressSize = 32;
        if (segment != 0) s.segment = segment;
    }

    /** What the operands are: destination, source, accumulator, port. */
    private static String pattern(String name) {
        return switch (name) {
            case "movs" -> "ds";
            case "cmps" -> "sd";
            case "scas" -> "ad";
            case "lods" -> "as";
            case "stos" -> "da";
            case "ins" -> "dp";
            default -> "ps";
        };
    }

    /** How one without a width is written. */
    static String usage(String name) {
        StringBuilder out = new StringBuilder(name);
        String pattern = pattern(name);
        for (int i = 0; i < pattern.length(); i++)
            out.append(i == 0 ? " " : ", ")
                    .append(
                            switch (pattern.charAt(i)) {
                                case 'd' -> "byte [rdi]";
                                case 's' -> "byte [rsi]";
                                case 'a' -> "al";
                                default -> "dx";
                            });
        return name + ": written " + out + " or with other widths; or " + name + "b, " + name + "w, " + name
                + "d without operands";
    }

    private static int register(char operand) {
        return operand == 'd' ? Registers.RDI : operand == 's' ? Registers.RSI : Registers.RBX;
    }

    /** The only register of an address, as a key of {@link NasmValue}; {@link #NONE} when there is more. */
    static int base(NasmOperand o) {
        if (o.kind != NasmOperand.MEMORY || o.index != null || o.expression.codes().length != 1) return NONE;
        return o.expression.firstRegister();
    }

    private static char lastOf(String name) {
        return name.charAt(name.length() - 1);
    }

    private static int widthOf(char suffix) {
        return switch (suffix) {
            case 'b' -> 8;
            case 'w' -> 16;
            case 'd' -> 32;
            case 'q' -> 64;
            default -> 0;
        };
    }

    private static String suffix(int width) {
        return switch (width) {
            case 8 -> "b";
            case 16 -> "w";
            case 32 -> "d";
            case 64 -> "q";
            default -> null;
        };
    }
}
