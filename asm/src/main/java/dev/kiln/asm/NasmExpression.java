package dev.kiln.asm;

import java.util.Arrays;

/**
 * A compiled expression in postfix order: evaluating it recurses over nothing, however long it is. Each code is an operation and, for some,
 * an argument in {@link #arguments}.
 *
 * @param codes operations: those of {@link NasmScanner} for binary operators, and the constants here
 * @param at where each stands in the text
 * @param constant whether it names no symbol and no place, so that its value is always the same
 * @param firstRegister the first register named, as a key of {@link NasmValue}, or −1
 * @param multiplied whether the first register was multiplied, if only by 1; nasm then takes it for an index
 */
record NasmExpression(
        int[] codes, long[] arguments, int[] at, boolean constant, int firstRegister, boolean multiplied) {
    static final int NUMBER = 1, SYMBOL = 2, REGISTER = 3, HERE = 4, BASE = 5;
    static final int NEGATE = 6, INVERT = 7, NOT = 8, CHOOSE = 9, WRT = 10;

    /** What may stand behind WRT, in the order of their numbers from 1. */
    static final int PLT = 1, GOT = 2, GOTTPOFF = 3, SYM = 4, GOTPC = 5, GOTOFF = 6, TPOFF = 7, IMAGEBASE = 8, TLVP = 9;

    static int relation(String name) {
        return switch (name) {
            case "..plt" -> PLT;
            case "..got", "..gotpcrel" -> GOT;
            case "..gottpoff" -> GOTTPOFF;
            case "..sym" -> SYM;
            case "..gotpc" -> GOTPC;
            case "..gotoff" -> GOTOFF;
            case "..tpoff" -> TPOFF;
            case "..imagebase" -> IMAGEBASE;
            case "..tlvp" -> TLVP;
            default -> 0;
        };
    }

    /** The number that a lone number is, asked only when {@link #isLoneNumber}. */
    long loneNumber() {
        return arguments[0];
    }

    boolean isLoneNumber() {
        return codes.length == 1 && codes[0] == NUMBER;
    }

    /** The sum of this and another, in which the first register named in this one counts as first. */
    NasmExpression plus(NasmExpression other) {
        int count = codes.length + other.codes.length;
        int[] allCodes = Arrays.copyOf(codes, count + 1);
        long[] allArguments = Arrays.copyOf(arguments, count + 1);
        int[] places = Arrays.copyOf(at, count + 1);
        System.arraycopy(other.codes, 0, allCodes, codes.length, other.codes.length);
        System.arraycopy(other.arguments, 0, allArguments, codes.length, other.codes.length);
        System.arraycopy(other.at, 0, places, codes.length, other.codes.length);
        allCodes[count] = '+';
        places[count] = other.at[0];
        boolean named = firstRegister >= 0;
        return new NasmExpression(
                allCodes,
                allArguments,
                places,
                constant && other.constant,
                named ? firstRegister : other.firstRegister,
                named ? multiplied : other.multiplied);
    }

    /** Where it begins in the text. */
    int start() {
        int start = at[0];
        for (int place : at) start = Math.min(start, place);
        return start;
    }
}
