package dev.kiln.asm;

import java.util.Arrays;
import java.util.Locale;

/**
 * Compiles expressions with nasm's precedence, loosest first: {@code ? :}, {@code ||}, {@code ^^}, {@code &&}, comparisons, {@code |},
 * {@code ^}, {@code &}, shifts, {@code + -}, {@code * / // % %%}, unary operators. {@code /} and {@code %} are unsigned, {@code //} and
 * {@code %%} signed, as are the comparisons. Words stand for operators as in Intel's syntax: {@code 1 shl 3 or not 7}.
 */
final class NasmExpressionParser {
    private static final int DEEPEST = 200;

    /** Precedence levels of binary operators, from loosest to tightest. */
    private static final int LOOSEST = 1, TIGHTEST = 9;

    /** What names mean. */
    interface Names {
        /** The number of a symbol, made when new. */
        int symbol(String name);

        /** A register as a key of {@link NasmValue}, −1 when the name is none. */
        int register(String name);
    }

    private final NasmScanner tokens;
    private final Names names;
    private final NasmScanner.Complaints complaints;

    /** The token to be read next; shared with whoever parses around expressions. */
    int next;

    private int length;
    private int[] codes = new int[32];
    private long[] arguments = new long[32];
    private int[] at = new int[32];
    private boolean constant;
    private int firstRegister;
    private boolean multiplied;
    private int depth;
    private boolean inAddress;
    /** Whether the last address names the index that is none in 32 bits, and so says how wide it is. */
    boolean namesNarrowIndex;

    NasmExpressionParser(NasmScanner tokens, Names names, NasmScanner.Complaints complaints) {
        this.tokens = tokens;
        this.names = names;
        this.complaints = complaints;
    }

    /** Reads an expression; {@code null} when there is none or it is wrong, which has been said. */
    NasmExpression parse() {
        length = 0;
        constant = true;
        firstRegister = -1;
        multiplied = false;
        depth = 0;
        if (!conditional()) return null;
        if (tokens.kind[next] == NasmScanner.NAME && isWord(next, "wrt")) {
            int where = tokens.at[next++];
            int relation = tokens.kind[next] == NasmScanner.NAME ? NasmExpression.relation(tokens.text[next]) : 0;
            if (relation == 0)
                return wrong(
                        next,
                        NasmCode.EXPECTED,
                        "..plt, ..got, ..gottpoff, ..sym, ..imagebase, ..gotpcrel or ..tlvp",
                        tokens.describe(next));
            next++;
            emit(NasmExpression.WRT, relation, where);
        }
        return new NasmExpression(
                Arrays.copyOf(codes, length),
                Arrays.copyOf(arguments, length),
                Arrays.copyOf(at, length),
                constant,
                firstRegister,
                multiplied);
    }

    /** Reads an expression between brackets, where RIP is a register too. */
    NasmExpression parseAddress() {
        inAddress = true;
        namesNarrowIndex = false;
        NasmExpression expression = parse();
        inAddress = false;
        return expression;
    }

    private boolean isWord(int token, String word) {
        return !tokens.escaped[token] && tokens.text[token].equalsIgnoreCase(word);
    }

    private NasmExpression wrong(int token, NasmCode code, String... args) {
        // What is no token has been complained about.
        if (tokens.kind[token] != NasmScanner.BAD) complaints.complain(tokens.at[token], code, args);
        return null;
    }

    private void emit(int code, long argument, int where) {
        if (length == codes.length) {
            codes = Arrays.copyOf(codes, length * 2);
            arguments = Arrays.copyOf(arguments, length * 2);
            at = Arrays.copyOf(at, length * 2);
        }
        codes[length] = code;
        arguments[length] = argument;
        at[length++] = where;
    }

    private boolean conditional() {
        if (++depth > DEEPEST) {
            wrong(next, NasmCode.TOO_DEEP, Integer.toString(DEEPEST));
            return false;
        }
        if (!binary(LOOSEST)) return false;
        if (tokens.kind[next] == '?') {
            int where = tokens.at[next++];
            if (!conditional()) return false;
            if (tokens.kind[next] != ':') {
                wrong(next, NasmCode.EXPECTED, "':'", tokens.describe(next));
                return false;
            }
            next++;
            if (!conditional()) return false;
            emit(NasmExpression.CHOOSE, 0, where);
        }
        depth--;
        return true;
    }

    private static int level(int operator) {
        return switch (operator) {
            case NasmScanner.OR2 -> 1;
            case NasmScanner.XOR2 -> 2;
            case NasmScanner.AND2 -> 3;
            case '=', '<', '>', NasmScanner.NE, NasmScanner.LE, NasmScanner.GE, NasmScanner.COMPARE -> 4;
            case '|' -> 5;
            case '^' -> 6;
            case '&' -> 7;
            case NasmScanner.SHL, NasmScanner.SHR, NasmScanner.SHL3, NasmScanner.SAR -> 8;
            case '+', '-' -> 9;
            case '*', '/', '%', NasmScanner.SDIV, NasmScanner.SMOD -> 10;
            default -> 0;
        };
    }

    private boolean binary(int level) {
        int from = length;
        if (!(level > TIGHTEST ? unary() : binary(level + 1))) return false;
        while (level(operator(next)) == level) {
            int operator = operator(next);
            int where = tokens.at[next++];
            if (!(level > TIGHTEST ? unary() : binary(level + 1))) return false;
            if (operator == '*' && namesFirstRegister(from)) multiplied = true;
            emit(operator == NasmScanner.SHL3 ? NasmScanner.SHL : operator, 0, where);
        }
        return true;
    }

    /** The operator that a token is behind an operand, where no name can stand. */
    private int operator(int token) {
        int kind = tokens.kind[token];
        if (kind != NasmScanner.NAME || tokens.escaped[token] || tokens.text[token].length() > 3) return kind;
        return switch (tokens.text[token].toLowerCase(Locale.ROOT)) {
            case "or" -> '|';
            case "xor" -> '^';
            case "and" -> '&';
            case "shl" -> NasmScanner.SHL;
            case "shr" -> NasmScanner.SHR;
            case "mod" -> NasmScanner.SMOD;
            default -> kind;
        };
    }

    private boolean namesFirstRegister(int from) {
        if (firstRegister < 0) return false;
        for (int i = from; i < length; i++)
            if (codes[i] == NasmExpression.REGISTER && arguments[i] == firstRegister) return true;
        return false;
    }

    private boolean unary() {
        // Operators wait here until their operand is read; a run of them must not recurse.
        int from = next;
        while (isUnary(next)) next++;
        int to = next;
        if (!primary()) return false;
        for (int i = to - 1; i >= from; i--) {
            switch (tokens.kind[i]) {
                case '-' -> emit(NasmExpression.NEGATE, 0, tokens.at[i]);
                case '~' -> emit(NasmExpression.INVERT, 0, tokens.at[i]);
                case '!' -> emit(NasmExpression.NOT, 0, tokens.at[i]);
                case NasmScanner.NAME -> {
                    if (isWord(i, "not")) emit(NasmExpression.INVERT, 0, tokens.at[i]);
                }
                default -> {}
            }
        }
        return true;
    }

    private boolean isUnary(int token) {
        return switch (tokens.kind[token]) {
            case '-', '+', '~', '!' -> true;
            case NasmScanner.NAME ->
                isWord(token, "not") && beginsOperand(token + 1) || isWord(token, "offset") && beginsOperand(token + 1);
            default -> false;
        };
    }

    private boolean beginsOperand(int token) {
        return switch (tokens.kind[token]) {
            case NasmScanner.NAME, NasmScanner.NUMBER, '(', '-', '~' -> true;
            default -> false;
        };
    }

    private boolean primary() {
        int token = next;
        int where = tokens.at[token];
        switch (tokens.kind[token]) {
            case NasmScanner.NUMBER -> emit(NasmExpression.NUMBER, tokens.number[token], where);
            case NasmScanner.STRING -> emit(NasmExpression.NUMBER, characters(token), where);
            case NasmScanner.HERE -> {
                constant = false;
                emit(NasmExpression.HERE, 0, where);
            }
            case NasmScanner.BASE -> {
                constant = false;
                emit(NasmExpression.BASE, 0, where);
            }
            case NasmScanner.NAME -> {
                if (!name(token, where)) return false;
            }
            case '(' -> {
                next++;
                if (!conditional()) return false;
                if (tokens.kind[next] != ')') {
                    wrong(next, NasmCode.EXPECTED, "')'", tokens.describe(next));
                    return false;
                }
            }
            case NasmScanner.BRACES -> {
                if (!tokens.text[token].startsWith("dfv=")) {
                    wrong(token, NasmCode.EXPECTED, "a number, name or '('", tokens.describe(token));
                    return false;
                }
                int flags = defaultFlags(token);
                if (flags < 0) return false;
                emit(NasmExpression.NUMBER, flags, where);
            }
            case NasmScanner.FLOAT -> {
                wrong(token, NasmCode.BAD_DIRECTIVE, "a floating-point number stands alone, in data");
                return false;
            }
            default -> {
                wrong(token, NasmCode.EXPECTED, "a number, name or '('", tokens.describe(token));
                return false;
            }
        }
        next++;
        return true;
    }

    /** The number that {@code {dfv=of,cf}} is; −1 when there is no such flag, which has been said. */
    int defaultFlags(int token) {
        int flags = 0;
        for (String flag : tokens.text[token].substring(4).split(",")) {
            switch (flag.strip()) {
                case "of" -> flags |= 8;
                case "sf" -> flags |= 4;
                case "zf" -> flags |= 2;
                case "cf" -> flags |= 1;
                case "" -> {}
                default -> {
                    wrong(token, NasmCode.EXPECTED, "of, sf, zf or cf", "'" + flag + "'");
                    return -1;
                }
            }
        }
        return flags;
    }

    private boolean name(int token, int where) {
        String name = tokens.text[token];
        if (!tokens.escaped[token]) {
            int register = names.register(name);
            if (inAddress && register < 0) register = instructionPointer(name);
            if (inAddress && isNoIndex(name)) {
                namesNarrowIndex |= name.equalsIgnoreCase("eiz");
                emit(NasmExpression.NUMBER, 0, where);
                return true;
            }
            if (register >= 0) {
                if (firstRegister < 0) firstRegister = register;
                emit(NasmExpression.REGISTER, register, where);
                return true;
            }
            NasmFloats.Format format = floatFunction(name);
            if (format != null && tokens.kind[next + 1] == '(') return floatBits(name, format);
            if (name.equalsIgnoreCase("wrt") || name.equalsIgnoreCase("seg")) {
                wrong(token, NasmCode.EXPECTED, "a number, name or '('", tokens.describe(token));
                return false;
            }
        }
        constant = false;
        emit(NasmExpression.SYMBOL, names.symbol(name), where);
        return true;
    }

    /** The format whose bits {@code __?float32?__(1.5)} and its like give. */
    private static NasmFloats.Format floatFunction(String name) {
        if (!name.startsWith("__") || !name.endsWith("__") || name.length() < 5) return null;
        boolean marked = name.startsWith("__?") && name.endsWith("?__") && name.length() > 6;
        return switch (name.substring(marked ? 3 : 2, name.length() - (marked ? 3 : 2))) {
            case "float8" -> NasmFloats.Format.FLOAT8;
            case "float16" -> NasmFloats.Format.FLOAT16;
            case "bfloat16" -> NasmFloats.Format.BFLOAT16;
            case "float32" -> NasmFloats.Format.FLOAT32;
            case "float64" -> NasmFloats.Format.FLOAT64;
            case "float80m", "float80e" -> NasmFloats.Format.FLOAT80;
            case "float128l", "float128h" -> NasmFloats.Format.FLOAT128;
            default -> null;
        };
    }

    private boolean floatBits(String name, NasmFloats.Format format) {
        int where = tokens.at[next];
        next += 2;
        boolean negative = tokens.kind[next] == '-';
        if (negative || tokens.kind[next] == '+') next++;
        String text = tokens.text[next];
        byte[] bytes = text == null ? null : NasmFloats.bytes(text, negative, format);
        if (bytes == null || tokens.kind[next + 1] != ')') {
            wrong(next, NasmCode.EXPECTED, "a floating-point number and ')'", tokens.describe(next));
            return false;
        }
        next++;
        // The upper part of what has more than 64 bits: exponent and sign, or the higher half.
        boolean upper = name.contains("e?") || name.contains("0e_") || name.contains("h?") || name.contains("8h_");
        long value = 0;
        int from = upper ? 8 : 0;
        for (int i = from; i < Math.min(bytes.length, from + 8); i++) value |= (bytes[i] & 0xFFL) << 8 * (i - from);
        emit(NasmExpression.NUMBER, value, where);
        return true;
    }

    /** The names that GNU's tools have for an index that is none. */
    private static boolean isNoIndex(String name) {
        return name.equalsIgnoreCase("riz") || name.equalsIgnoreCase("eiz");
    }

    private static int instructionPointer(String name) {
        if (name.equalsIgnoreCase("rip")) return Registers.RIP | 64 << 8;
        return name.equalsIgnoreCase("eip") ? Registers.RIP | 32 << 8 : -1;
    }

    /** A character constant: the first character is the lowest byte. */
    private long characters(int token) {
        byte[] bytes = tokens.string[token];
        if (bytes.length > 8)
            complaints.complain(tokens.at[token], NasmCode.DATA_RANGE, "this character constant", "64");
        long value = 0;
        for (int i = 0; i < Math.min(8, bytes.length); i++) value |= (bytes[i] & 0xFFL) << 8 * i;
        return value;
    }
}
