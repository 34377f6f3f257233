package dev.kiln.asm;

/**
 * What an address expression amounts to: which registers are base and index, the scale, the displacement. The choices are nasm's:
 * the first register named is the base unless it was multiplied; {@code [2*rax]} becomes {@code [rax+rax]}, {@code [3*rax]} {@code [rax+2*rax]}
 * and so on.
 */
final class NasmAddress {
    int base;
    int index;
    int scale;
    /** The width of base and index in bits, 0 without registers. */
    int registerBits;
    /** The width of a vector register that is the index, else 0. */
    int vectorBits;
    /** What remains besides the registers. */
    final NasmValue displacement = new NasmValue();
    /** Whether RIP stands beside a symbol. */
    boolean named;
    /** Why this is no address, or {@code null}. */
    String problem;

    /** Whether a lone register that is multiplied by 1 stays the index: MPX takes base and index for different things. */
    private boolean keepsIndex;

    void of(NasmOperand operand, NasmValue value, boolean keepsIndex) {
        this.keepsIndex = keepsIndex;
        base = Registers.NONE;
        index = Registers.NONE;
        scale = 1;
        registerBits = 0;
        vectorBits = 0;
        problem = null;
        named = false;
        displacement.set(value);
        if (operand.displacementSize != 0
                && operand.displacementSize != 8
                && operand.displacementSize != 32
                && operand.displacementSize != 64) {
            problem = "a displacement has 8, 32 or 64 bits";
            return;
        }
        int first = -1;
        int second = -1;
        for (int i = 0; i < value.terms; i++) {
            int key = value.keys[i];
            if (key >= NasmValue.SEGMENT) continue;
            displacement.addTerm(key, -value.factors[i]);
            if (first < 0) first = key;
            else if (second < 0) second = key;
            else {
                problem = "an address has at most two registers";
                return;
            }
        }
        if (first < 0) return;
        long firstFactor = value.factorOf(first);
        if ((first & 0xFF) == Registers.RIP && second < 0 && firstFactor == 1) {
            // [rip+name] is what nasm calls [rel name].
            named = !displacement.isNumber();
            base = named ? Registers.NONE : Registers.RIP;
            registerBits = first >> 8;
            return;
        }
        if (second < 0) single(operand, first, firstFactor);
        else pair(operand, first, firstFactor, second, value.factorOf(second));
    }

    private static boolean isVector(int key) {
        return Registers.isVector(key & 0xFF);
    }

    private boolean general(int key) {
        int bits = key >> 8;
        boolean fits = Registers.isGeneral(key & 0xFF) && (bits == 64 || bits == 32);
        if (!fits) problem = RegisterNames.name(key & 0xFF, bits) + " cannot be part of an address";
        else if (registerBits != 0 && registerBits != bits) problem = "the registers of an address have one width";
        registerBits = bits;
        return problem == null;
    }

    private void single(NasmOperand operand, int key, long factor) {
        if (isVector(key)) {
            vectorIndex(key, factor);
            return;
        }
        if (!general(key)) return;
        int number = key & 0xFF;
        boolean notBase = operand.expression.firstRegister() == key && operand.expression.multiplied();
        if (factor == 1) {
            boolean behindComma = operand.index != null && operand.index.firstRegister() == key;
            if ((operand.noSplit && notBase || keepsIndex && (notBase || behindComma)) && number != Registers.RSP) {
                index = number;
                return;
            }
            base = number;
        } else if (factor == 2 && !(operand.noSplit && notBase) && number != Registers.RSP
                || factor == 3
                || factor == 5
                || factor == 9) {
            base = number;
            index = number;
            scale = (int) factor - 1;
        } else {
            index = number;
            scale = checkedScale(factor);
        }
        swapStackPointer();
    }

    private void pair(NasmOperand operand, int first, long firstFactor, int second, long secondFactor) {
        if (isVector(first) != isVector(second)) {
            boolean swap = isVector(first);
            if (!general(swap ? second : first)) return;
            if ((swap ? secondFactor : firstFactor) != 1) {
                problem = "the base beside a vector of indices is not multiplied";
                return;
            }
            base = (swap ? second : first) & 0xFF;
            vectorIndex(swap ? first : second, swap ? firstFactor : secondFactor);
            return;
        }
        if (!general(first) || !general(second)) return;
        boolean swap;
        if (firstFactor == 1 && secondFactor == 1) {
            int named = operand.expression.firstRegister();
            boolean namedIsBase = !operand.expression.multiplied();
            swap = (named == first) != namedIsBase;
        } else {
            if (firstFactor != 1 && secondFactor != 1) {
                problem = "an address has one register that is multiplied at most";
                return;
            }
            swap = firstFactor != 1;
        }
        base = (swap ? second : first) & 0xFF;
        index = (swap ? first : second) & 0xFF;
        scale = checkedScale(swap ? firstFactor : secondFactor);
        swapStackPointer();
    }

    private void vectorIndex(int key, long factor) {
        vectorBits = key >> 8;
        index = key & 0xFF;
        scale = checkedScale(factor);
    }

    private int checkedScale(long factor) {
        if (factor == 1 || factor == 2 || factor == 4 || factor == 8) return (int) factor;
        problem = "an index is multiplied by 1, 2, 4 or 8, not by " + factor;
        return 1;
    }

    /** RSP is no index, but with scale 1 the two can change places. */
    private void swapStackPointer() {
        if (index != Registers.RSP || problem != null) return;
        if (scale == 1 && base != Registers.RSP) {
            index = base;
            base = Registers.RSP;
        } else problem = RegisterNames.name(Registers.RSP, registerBits) + " cannot be the index of an address";
    }
}
