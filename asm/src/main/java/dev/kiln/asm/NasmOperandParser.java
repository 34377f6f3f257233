package dev.kiln.asm;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Reads operands, and knows the names of registers. */
final class NasmOperandParser {
    private final NasmScanner tokens;
    private final NasmScanner.Complaints complaints;
    private final Map<String, Integer> registers = new HashMap<>();
    private NasmExpressionParser expressions;

    NasmOperandParser(NasmScanner tokens, NasmScanner.Complaints complaints) {
        this.tokens = tokens;
        this.complaints = complaints;
        for (int i = 0; i < 32; i++) for (int bits = 8; bits <= 64; bits *= 2) register(i, bits);
        for (int i = Registers.HIGH_BYTE; i < Registers.HIGH_BYTE + 4; i++) register(i, 8);
        for (int i = 0; i < 32; i++) for (int bits = 128; bits <= 512; bits *= 2) register(Registers.VECTOR + i, bits);
        for (int i = 0; i < 8; i++) {
            register(Registers.MASK + i, 64);
            register(Registers.X87 + i, 80);
            register(Registers.MMX + i, 64);
            register(Registers.TILE + i, 0);
        }
        for (int i = 0; i < 4; i++) register(Registers.BOUND + i, 128);
        for (int i = 0; i < 6; i++) register(Registers.SEGMENT + i, 16);
        for (int i = 0; i < 16; i++) {
            register(Registers.CONTROL + i, 64);
            register(Registers.DEBUG + i, 64);
        }
    }

    private void register(int number, int bits) {
        registers.put(RegisterNames.name(number, bits), number | bits << 8);
    }

    void use(NasmExpressionParser parser) {
        expressions = parser;
    }

    /** A register as a key of {@link NasmValue}, −1 when the name is none. */
    int register(String name) {
        if (name.length() > 5) return -1;
        Integer key = registers.get(name.toLowerCase(Locale.ROOT));
        return key == null ? -1 : key;
    }

    static int size(String word) {
        return switch (word) {
            case "byte" -> 8;
            case "word" -> 16;
            case "dword" -> 32;
            case "qword" -> 64;
            case "tword" -> 80;
            case "oword" -> 128;
            case "yword" -> 256;
            case "zword" -> 512;
            default -> 0;
        };
    }

    /** Names of sizes that nasm does not have, taken where an address follows. */
    private int foreignSize(String word) {
        int bits = switch (word) {
            case "xmmword" -> 128;
            case "ymmword" -> 256;
            case "zmmword" -> 512;
            case "tbyte" -> 80;
            case "mmword" -> 64;
            case "fword" -> 48;
            case "long", "float" -> -32;
            case "double" -> -64;
            case "xword" -> -80;
            default -> 0;
        };
        // Some are words of everyday: they mean a width only with PTR.
        if (bits < 0) return isPointer(expressions.next + 1) ? -bits : 0;
        return bits != 0 && isAddress(expressions.next + 1) ? bits : 0;
    }

    /** Whether memory begins at a token, perhaps behind PTR, BCST or a segment. */
    private boolean isAddress(int token) {
        int at = isPointer(token) ? token + 1 : token;
        return tokens.kind[at] == '[' || isPrefixSegment(at) || at > token && isSymbol(at);
    }

    /** Whether PTR stands in front of memory, or BCST, which broadcasts it. */
    private boolean isPointer(int token) {
        return tokens.kind[token] == NasmScanner.NAME
                && (tokens.text[token].equalsIgnoreCase("ptr") || isBroadcast(token))
                && (tokens.kind[token + 1] == '[' || isPrefixSegment(token + 1) || isSymbol(token + 1));
    }

    /** Whether a name stands at a token that is no register: behind PTR, memory at that name. */
    private boolean isSymbol(int token) {
        return tokens.kind[token] == NasmScanner.NAME && (tokens.escaped[token] || register(tokens.text[token]) < 0);
    }

    private boolean isBroadcast(int token) {
        return tokens.text[token].equalsIgnoreCase("bcst");
    }

    /** Whether {@code fs:} stands in front of a bracket, or of a number, which is an address then. */
    private boolean isPrefixSegment(int token) {
        if (tokens.kind[token] != NasmScanner.NAME || tokens.escaped[token]) return false;
        if (!isSegment(tokens.text[token], token)) return false;
        return tokens.kind[token + 2] == '[' || tokens.kind[token + 2] == NasmScanner.NUMBER;
    }

    private String word() {
        int token = expressions.next;
        if (tokens.kind[token] != NasmScanner.NAME || tokens.escaped[token] || tokens.text[token].length() > 7)
            return "";
        return tokens.text[token].toLowerCase(Locale.ROOT);
    }

    /** {@code st(3)}, and with x87 instructions {@code st} alone; {@code null} for anything else. */
    private NasmOperand stack(boolean alone) {
        int token = expressions.next;
        int at = tokens.at[token];
        int after = tokens.kind[token + 1];
        if (after == '(') {
            boolean number = tokens.kind[token + 2] == NasmScanner.NUMBER && tokens.kind[token + 3] == ')';
            long n = number ? tokens.number[token + 2] : -1;
            if (n < 0 || n > 7) return null;
            expressions.next += 4;
            return NasmSpellings.stack((int) n, at);
        }
        if (!alone || after != NasmScanner.END && after != ',') return null;
        expressions.next++;
        return NasmSpellings.stack(0, at);
    }

    /**
     * Reads an operand; {@code null} when it is wrong, which has been said.
     *
     * @param x87 whether it belongs to an x87 instruction
     */
    NasmOperand parse(boolean defaultRelative, int segmentPrefix, boolean x87) {
        NasmOperand o = new NasmOperand();
        o.at = tokens.at[expressions.next];
        int mask = leadingMask();
        boolean pointed = false;
        while (true) {
            String word = word();
            int size = size(word);
            if (size == 0) size = foreignSize(word);
            if (size != 0) {
                o.size = size;
                pointed = isPointer(expressions.next + 1);
                if (pointed) {
                    expressions.next++;
                    if (isBroadcast(expressions.next)) o.broadcast = NasmOperand.AS_NEEDED;
                }
            } else if (word.equals("ptr") && isPointer(expressions.next)) {
                // No width is said.
            } else if (word.equals("strict")) o.strict = true;
            else if (word.equals("short")) o.distance = NasmOperand.SHORT;
            else if (word.equals("near")) o.distance = NasmOperand.NEAR;
            else if (word.equals("far")) o.distance = NasmOperand.FAR;
            else break;
            expressions.next++;
        }
        if (word().equals("st")) {
            NasmOperand register = stack(x87);
            if (register != null) return register;
        }
        boolean address = isPrefixSegment(expressions.next);
        if (address) {
            o.segment = register(word()) & 0xFF;
            expressions.next += 2;
        }
        if (tokens.kind[expressions.next] == '[') {
            if (!memory(o, defaultRelative, segmentPrefix)) return null;
        } else if (address) {
            o.kind = NasmOperand.MEMORY;
            o.absolute = true;
            // So GNU's disassembler marks addresses without registers, with DS when there is no prefix.
            if (o.segment == Registers.SEGMENT + 3) o.segment = Registers.NONE;
            o.expression = expressions.parse();
            if (o.expression == null) return null;
            if (isIndexed(o) && !indexed(o, defaultRelative, segmentPrefix)) return null;
        } else {
            if (tokens.kind[expressions.next] == NasmScanner.BRACES) {
                if (tokens.text[expressions.next].startsWith("dfv=")) return defaultFlags();
                o.kind = NasmOperand.ROUNDING;
                return decorations(o) ? o : null;
            }
            o.expression = expressions.parse();
            if (o.expression == null) return null;
            int[] codes = o.expression.codes();
            o.kind =
                    codes.length == 1 && codes[0] == NasmExpression.REGISTER ? NasmOperand.REGISTER : NasmOperand.VALUE;
            if (isGroup(o.expression)) o.kind = NasmOperand.REGISTER;
            if (o.kind == NasmOperand.REGISTER) o.register = o.expression.firstRegister();
            if (isIndexed(o)) {
                if (!indexed(o, defaultRelative, segmentPrefix)) return null;
            } else if (pointed && o.kind == NasmOperand.VALUE) {
                o.kind = NasmOperand.MEMORY;
                o.relative = defaultRelative && segmentPrefix < 0x64;
            }
        }
        if (!decorations(o)) return null;
        if (mask != 0) o.decorations = o.decorations & ~Encoder.MASK | mask;
        if (tokens.kind[expressions.next] == ':') {
            complaints.complain(
                    tokens.at[expressions.next],
                    NasmCode.BAD_ADDRESS,
                    "64-bit mode has no far address as an immediate");
            return null;
        }
        return o;
    }

    /** {@code {k1}, [rax+zmm2]}: LLVM writes the mask of an instruction without a destination as an operand of its own. */
    private int leadingMask() {
        int token = expressions.next;
        if (tokens.kind[token] != NasmScanner.BRACES || tokens.kind[token + 1] != ',') return 0;
        NasmOperand mask = new NasmOperand();
        if (!decoration(mask, tokens.text[token]) || (mask.decorations & Encoder.MASK) == 0) return 0;
        expressions.next += 2;
        return mask.decorations;
    }

    /** Whether brackets follow a displacement, as in {@code 4[rax]} and {@code table[rip]}. */
    private boolean isIndexed(NasmOperand o) {
        return tokens.kind[expressions.next] == '[' && o.expression.firstRegister() < 0;
    }

    /** Adds what stands between brackets to a displacement in front of them. */
    private boolean indexed(NasmOperand o, boolean defaultRelative, int segmentPrefix) {
        NasmExpression displacement = o.expression;
        if (!memory(o, defaultRelative, segmentPrefix)) return false;
        o.expression = o.expression.plus(displacement);
        return true;
    }

    /** Whether it is a register and how many follow that are used as well: {@code zmm4+3}, {@code k2+1}. */
    private static boolean isGroup(NasmExpression e) {
        int[] codes = e.codes();
        if (codes.length != 3
                || codes[0] != NasmExpression.REGISTER
                || codes[1] != NasmExpression.NUMBER
                || codes[2] != '+') return false;
        int number = e.firstRegister() & 0xFF;
        long more = e.arguments()[1];
        return Registers.isVector(number) && (more == 0 || more == 3)
                || RegisterClass.MASK.contains(number) && (more == 0 || more == 1);
    }

    /** {@code {dfv=of,cf}} of conditional comparisons (APX). */
    private NasmOperand defaultFlags() {
        int token = expressions.next++;
        int flags = expressions.defaultFlags(token);
        if (flags < 0) return null;
        NasmOperand o = NasmSpellings.number(flags, tokens.at[token]);
        o.defaultFlags = true;
        return o;
    }

    /** Reads what stands in braces behind an operand: write mask, zeroing, broadcast, rounding. */
    private boolean decorations(NasmOperand o) {
        for (; tokens.kind[expressions.next] == NasmScanner.BRACES; expressions.next++) {
            if (decoration(o, tokens.text[expressions.next])) continue;
            complaints.complain(
                    tokens.at[expressions.next],
                    NasmCode.EXPECTED,
                    o.kind == NasmOperand.MEMORY
                            ? "{k1} to {k7}, {z} or {1to2} to {1to32}"
                            : "{k1} to {k7}, {z}, {sae} or a rounding mode as {rn-sae}",
                    tokens.describe(expressions.next));
            return false;
        }
        return true;
    }

    private static boolean decoration(NasmOperand o, String word) {
        if (word.equals("z")) {
            o.decorations |= Encoder.ZEROING;
            return o.kind != NasmOperand.ROUNDING;
        }
        if (word.length() == 2 && word.charAt(0) == 'k' && word.charAt(1) > '0' && word.charAt(1) < '8') {
            o.decorations = o.decorations & ~Encoder.MASK | word.charAt(1) - '0' << Encoder.MASK_SHIFT;
            return o.kind != NasmOperand.ROUNDING;
        }
        if (word.startsWith("1to")) {
            o.broadcast = switch (word.substring(3)) {
                case "2" -> 2;
                case "4" -> 4;
                case "8" -> 8;
                case "16" -> 16;
                case "32" -> 32;
                default -> 0;
            };
            return o.kind == NasmOperand.MEMORY && o.broadcast != 0;
        }
        o.rounding = switch (word) {
            case "rn-sae" -> Rounding.RN_SAE;
            case "rd-sae" -> Rounding.RD_SAE;
            case "ru-sae" -> Rounding.RU_SAE;
            case "rz-sae" -> Rounding.RZ_SAE;
            case "sae" -> Rounding.SAE;
            default -> null;
        };
        return o.kind != NasmOperand.MEMORY && o.rounding != null;
    }

    private boolean memory(NasmOperand o, boolean defaultRelative, int segmentPrefix) {
        o.kind = NasmOperand.MEMORY;
        expressions.next++;
        while (true) {
            String word = word();
            int size = size(word);
            if (size != 0) o.displacementSize = size;
            else if (word.equals("rel")) o.saidRelative = true;
            else if (word.equals("abs")) o.absolute = true;
            else if (word.equals("nosplit")) o.noSplit = true;
            else if (word.equals("a32")) o.addressSize = 32;
            else if (word.equals("a64")) o.addressSize = 64;
            else if (!isSegment(word, expressions.next)) break;
            else {
                if (o.segment >= 0) {
                    complaints.complain(
                            tokens.at[expressions.next], NasmCode.BAD_ADDRESS, "an address has one segment");
                    return false;
                }
                o.segment = register(word) & 0xFF;
                expressions.next++;
            }
            expressions.next++;
        }
        o.expression = expressions.parseAddress();
        if (o.expression == null) return false;
        if (expressions.namesNarrowIndex) o.addressSize = 32;
        if (tokens.kind[expressions.next] == ',') {
            expressions.next++;
            o.index = expressions.parseAddress();
            if (o.index == null) return false;
            if (o.index.firstRegister() < 0) {
                complaints.complain(o.index.start(), NasmCode.BAD_ADDRESS, "what stands behind the comma is an index");
                return false;
            }
        }
        if (!closes()) return false;
        while (tokens.kind[expressions.next] == '[') {
            // Several pairs of brackets are a sum: [rax][rbx*4][16].
            expressions.next++;
            NasmExpression more = expressions.parseAddress();
            if (more == null) return false;
            o.expression = o.expression.plus(more);
            if (!closes()) return false;
        }
        boolean threadSegment = o.segment == Registers.FS || o.segment == Registers.GS || segmentPrefix >= 0x64;
        o.relative = !o.absolute && (o.saidRelative || defaultRelative && !threadSegment);
        return true;
    }

    /** Reads the bracket that ends an address. */
    private boolean closes() {
        if (tokens.kind[expressions.next] == ']') {
            expressions.next++;
            return true;
        }
        if (tokens.kind[expressions.next] != NasmScanner.BAD)
            complaints.complain(
                    tokens.at[expressions.next], NasmCode.EXPECTED, "']'", tokens.describe(expressions.next));
        return false;
    }

    private boolean isSegment(String word, int token) {
        if (word.length() != 2 || tokens.kind[token + 1] != ':') return false;
        int key = register(word);
        return key >= 0 && RegisterClass.SEGMENT.contains(key & 0xFF);
    }
}
