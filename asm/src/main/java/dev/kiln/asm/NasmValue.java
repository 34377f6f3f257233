package dev.kiln.asm;

import java.util.Arrays;

/**
 * What an expression amounts to: a number plus multiples of registers and of addresses that are known only later (of a section's start, of
 * a symbol defined elsewhere). Mutable, so that evaluation makes no garbage.
 */
final class NasmValue {
    /** Keys from here on are segments: sections and symbols defined elsewhere; smaller ones are registers, number + width × 256. */
    static final int SEGMENT = 1 << 20;

    private static final int MOST = 4;

    long number;
    int terms;
    int[] keys = new int[MOST];
    long[] factors = new long[MOST];
    /**
     * How often it counts symbols that no pass has seen yet: what is added and subtracted again cancels, as in nasm, to which the distance of two
     * unknown places is 0 for the time being.
     */
    long unknown;
    /** What stands behind WRT, see {@link NasmExpression}; 0 for nothing. */
    int wrt;
    /** Whether it cannot be computed; a diagnostic says why. */
    boolean bad;

    NasmValue set(long value) {
        number = value;
        terms = 0;
        unknown = 0;
        wrt = 0;
        bad = false;
        return this;
    }

    NasmValue set(NasmValue other) {
        set(other.number);
        terms = other.terms;
        if (keys.length < terms) {
            keys = new int[other.keys.length];
            factors = new long[other.keys.length];
        }
        System.arraycopy(other.keys, 0, keys, 0, terms);
        System.arraycopy(other.factors, 0, factors, 0, terms);
        unknown = other.unknown;
        wrt = other.wrt;
        bad = other.bad;
        return this;
    }

    void addTerm(int key, long factor) {
        for (int i = 0; i < terms; i++) {
            if (keys[i] != key) continue;
            factors[i] += factor;
            if (factors[i] == 0) {
                terms--;
                for (int j = i; j < terms; j++) {
                    keys[j] = keys[j + 1];
                    factors[j] = factors[j + 1];
                }
            }
            return;
        }
        if (factor == 0) return;
        if (terms == keys.length) {
            keys = Arrays.copyOf(keys, terms * 2);
            factors = Arrays.copyOf(factors, terms * 2);
        }
        keys[terms] = key;
        factors[terms++] = factor;
    }

    void add(NasmValue other, long sign) {
        number += sign * other.number;
        for (int i = 0; i < other.terms; i++) addTerm(other.keys[i], sign * other.factors[i]);
        unknown += sign * other.unknown;
        bad |= other.bad;
        if (other.wrt != 0) wrt = other.wrt;
    }

    void scale(long factor) {
        number *= factor;
        unknown *= factor;
        if (factor == 0) terms = 0;
        for (int i = 0; i < terms; i++) factors[i] *= factor;
    }

    /** Whether it depends on a symbol that no pass has seen yet. */
    boolean isUnknown() {
        return unknown != 0;
    }

    /** Makes it as unknown as what depends on an unknown value by more than sums. */
    NasmValue setUnknown() {
        set(0);
        unknown = 1;
        return this;
    }

    /** Whether this is a mere number. */
    boolean isNumber() {
        return terms == 0 && wrt == 0;
    }

    boolean hasRegister() {
        for (int i = 0; i < terms; i++) if (keys[i] < SEGMENT) return true;
        return false;
    }

    /** The segment when this is one address plus a number, else −1. */
    int segment() {
        return terms == 1 && keys[0] >= SEGMENT && factors[0] == 1 ? keys[0] - SEGMENT : -1;
    }

    /** The segment S when this is an address in S minus one in {@code here}, plus a number; else −1. */
    int segmentRelativeTo(int here) {
        if (terms != 2) return -1;
        for (int i = 0; i < 2; i++)
            if (keys[i] == SEGMENT + here && factors[i] == -1 && keys[1 - i] >= SEGMENT && factors[1 - i] == 1)
                return keys[1 - i] - SEGMENT;
        return -1;
    }

    int factorOf(int key) {
        for (int i = 0; i < terms; i++) if (keys[i] == key) return (int) factors[i];
        return 0;
    }
}
