package dev.kiln.ir.interp.internal;

import dev.kiln.ir.Instruction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Collects the code of one function. Constants are numbered as they turn up, and stand in the code as fix-ups until it is known how
 * many registers come before them.
 */
final class CodeBuffer {
    int[] code = new int[64];
    int size;

    final List<Object> pool = new ArrayList<>();

    private long[] constants = new long[8];
    private int constantCount;
    private int[] table = new int[32]; // open addressing: constant number + 1

    private int[] constantUses = new int[16]; // positions in the code
    private int constantUseCount;

    private int[] targetUses = new int[16]; // position in the code, label: in turn
    private int targetUseCount;
    private int[] labels; // positions; −1 while unknown
    private int labelCount;

    int[] positionCode = new int[32];
    Instruction[] positionInstruction = new Instruction[32];
    int positions;

    CodeBuffer(int labelCount) {
        labels = new int[labelCount + 16];
        Arrays.fill(labels, -1);
        this.labelCount = labelCount;
    }

    /** From here on the code belongs to this instruction. */
    void at(Instruction instruction) {
        if (positions > 0 && positionCode[positions - 1] == size) {
            positionInstruction[positions - 1] = instruction;
            return;
        }
        if (positions == positionCode.length) {
            positionCode = Arrays.copyOf(positionCode, positions * 2);
            positionInstruction = Arrays.copyOf(positionInstruction, positions * 2);
        }
        positionCode[positions] = size;
        positionInstruction[positions++] = instruction;
    }

    /** Appends an operation code or a literal. */
    void word(int word) {
        if (size == code.length) {
            code = Arrays.copyOf(code, size * 2);
        }
        code[size++] = word;
    }

    /** Appends a register; a negative number n is constant ~n. */
    void register(int register) {
        if (register < 0) {
            constantUses = appendTo(constantUses, constantUseCount++, size);
        }
        word(register < 0 ? ~register : register);
    }

    void op1(int op, int a) {
        word(op);
        register(a);
    }

    void op2(int op, int a, int b) {
        word(op);
        register(a);
        register(b);
    }

    void op3(int op, int a, int b, int c) {
        word(op);
        register(a);
        register(b);
        register(c);
    }

    /** Two registers and a literal. */
    void op2i(int op, int a, int b, int literal) {
        op2(op, a, b);
        word(literal);
    }

    int newLabel() {
        if (labelCount == labels.length) {
            labels = Arrays.copyOf(labels, labelCount * 2);
        }
        labels[labelCount] = -1;
        return labelCount++;
    }

    /** The label stands here. */
    void place(int label) {
        labels[label] = size;
    }

    /** Whether the label was placed already: a jump to it goes backward. */
    boolean isPlaced(int label) {
        return labels[label] >= 0;
    }

    /** Appends a label as a target. */
    void target(int label) {
        targetUses = appendTo(targetUses, targetUseCount++, size);
        targetUses = appendTo(targetUses, targetUseCount++, label);
        word(0);
    }

    /** The register number (negative) of a constant. */
    int constant(long bits) {
        int mask = table.length - 1;
        int at = hash(bits) & mask;
        while (table[at] != 0) {
            if (constants[table[at] - 1] == bits) {
                return -table[at];
            }
            at = at + 1 & mask;
        }
        if (constantCount == constants.length) {
            constants = Arrays.copyOf(constants, constantCount * 2);
        }
        constants[constantCount++] = bits;
        table[at] = constantCount;
        if (constantCount * 2 > table.length) {
            rehash();
        }
        return -constantCount;
    }

    private void rehash() {
        table = new int[table.length * 2];
        int mask = table.length - 1;
        for (int i = 0; i < constantCount; i++) {
            int at = hash(constants[i]) & mask;
            while (table[at] != 0) {
                at = at + 1 & mask;
            }
            table[at] = i + 1;
        }
    }

    private static int hash(long bits) {
        long mixed = bits * 0x9E37_79B9_7F4A_7C15L;
        return (int) (mixed >>> 40);
    }

    int addToPool(Object object) {
        pool.add(object);
        return pool.size() - 1;
    }

    long[] constants() {
        return Arrays.copyOf(constants, constantCount);
    }

    /** Fills in targets and constants, the first of which is register {@code constantBase}. */
    int[] finish(int constantBase) {
        for (int i = 0; i < targetUseCount; i += 2) {
            code[targetUses[i]] = labels[targetUses[i + 1]];
        }
        for (int i = 0; i < constantUseCount; i++) {
            code[constantUses[i]] += constantBase;
        }
        for (Object object : pool) {
            if (object instanceof CallSiteCode site) {
                site.finish(constantBase);
            } else if (object instanceof SwitchTable sparse) {
                sparse.finish(labels);
            }
        }
        return Arrays.copyOf(code, size);
    }

    private static int[] appendTo(int[] array, int at, int value) {
        int[] grown = at == array.length ? Arrays.copyOf(array, at * 2) : array;
        grown[at] = value;
        return grown;
    }
}
