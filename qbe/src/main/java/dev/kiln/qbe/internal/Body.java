package dev.kiln.qbe.internal;

import java.util.Arrays;

/**
 * A function as it was read: instructions, blocks and temporaries as dense numbers in arrays that are used again for the next
 * function. Operands are ints: a temporary's number, {@code -1 - n} for constant n, or {@link #NONE}.
 */
final class Body {
    static final int NONE = Integer.MIN_VALUE;

    /** How a block ends. */
    static final byte OPEN = 0, JMP = 1, JNZ = 2, RET = 3, HLT = 4;

    final ByteTable temps = new ByteTable();
    final ByteTable labels = new ByteTable();

    // Head.
    String name;
    int nameOffset;
    int namePosition;
    int result;
    boolean variadic;
    int params;
    int[] paramTemp = new int[16];
    int[] paramKind = new int[16];

    // Instructions.
    int size;
    byte[] op = new byte[256];
    /** The class of the result; W where there is none. */
    byte[] cls = new byte[256];
    /** The temporary assigned, or {@link #NONE}. */
    int[] to = new int[256];
    /** First operand; of a call the callee. */
    int[] a = new int[256];
    /** Second operand. */
    int[] b = new int[256];
    /** Of a call its number among the calls, of a blit the number of bytes. */
    int[] extra = new int[256];
    /** Where the operands stand in the source. */
    int[] aAt = new int[256];

    int[] bAt = new int[256];
    /** Where the instruction's name stands. */
    int[] at = new int[256];

    int[] position = new int[256];
    int[] location = new int[256];

    // Calls.
    int calls;
    int[] callResult = new int[32];
    int[] callStart = new int[32];
    int[] callSize = new int[32];
    int[] callFixed = new int[32];
    int args;
    int[] argKind = new int[64];
    int[] argRef = new int[64];
    int[] argAt = new int[64];

    // Phis; those of a block are consecutive.
    int phis;
    int[] phiTo = new int[32];
    byte[] phiClass = new byte[32];
    int[] phiAt = new int[32];
    int[] phiPosition = new int[32];
    int[] phiStart = new int[33];
    int phiArgs;
    int[] phiArgBlock = new int[64];
    int[] phiArgRef = new int[64];
    int[] phiArgAt = new int[64];

    // Blocks by the number of their label.
    int[] first = new int[32];
    int[] last = new int[32];
    int[] firstPhi = new int[32];
    int[] lastPhi = new int[32];
    byte[] jump = new byte[32];
    boolean[] defined = new boolean[32];
    int[] jumpRef = new int[32];
    int[] jumpAt = new int[32];
    int[] jumpPosition = new int[32];
    int[] jumpLocation = new int[32];
    int[] blockPosition = new int[32];
    /** Where the label was first seen. */
    int[] labelAt = new int[32];

    int[] next1 = new int[32];
    int[] next2 = new int[32];
    /** The defined blocks in the order of the text. */
    int[] order = new int[32];

    int blocks;

    // Constants: the bits, and a symbol or −1.
    int constants;
    long[] constantBits = new long[32];
    int[] constantSymbol = new int[32];
    boolean[] constantThread = new boolean[32];

    /** The class of each temporary, {@link Classes#NONE} as long as none is known; filled by {@link Checker}. */
    byte[] tempClass = new byte[64];

    void clear() {
        temps.clear();
        labels.clear();
        name = "";
        result = Classes.NONE;
        variadic = false;
        params = size = calls = args = phis = phiArgs = blocks = constants = 0;
    }

    void addParam(int temp, int kind) {
        if (params == paramTemp.length) {
            paramTemp = Arrays.copyOf(paramTemp, params * 2);
            paramKind = Arrays.copyOf(paramKind, params * 2);
        }
        paramTemp[params] = temp;
        paramKind[params++] = kind;
    }

    /** The number of the label that is the lexer's current token. */
    int label(Lexer lexer) {
        int known = labels.count();
        int id = labels.intern(lexer.text, lexer.nameStart, lexer.nameEnd, lexer.hash);
        if (id == known) {
            if (id == first.length) {
                growBlocks(id * 2);
            }
            defined[id] = false;
            jump[id] = OPEN;
            first[id] = last[id] = firstPhi[id] = lastPhi[id] = 0;
            jumpRef[id] = next1[id] = next2[id] = NONE;
            labelAt[id] = lexer.start;
        }
        return id;
    }

    int constant(long bits, int symbol, boolean thread) {
        if (constants == constantBits.length) {
            constantBits = Arrays.copyOf(constantBits, constants * 2);
            constantSymbol = Arrays.copyOf(constantSymbol, constants * 2);
            constantThread = Arrays.copyOf(constantThread, constants * 2);
        }
        constantBits[constants] = bits;
        constantSymbol[constants] = symbol;
        constantThread[constants] = thread;
        return -1 - constants++;
    }

    static boolean isConstant(int ref) {
        return ref < 0 && ref != NONE;
    }

    /** Whether the operand is a number (not a symbol). */
    boolean isNumber(int ref) {
        return isConstant(ref) && constantSymbol[-1 - ref] < 0;
    }

    long number(int ref) {
        return constantBits[-1 - ref];
    }

    /** Adds an instruction without operands and gives its index. */
    int addInstruction(int opNumber, int cls, int to, int at, int position, int location) {
        if (size == op.length) {
            growInstructions(size * 2);
        }
        int i = size++;
        op[i] = (byte) opNumber;
        this.cls[i] = (byte) cls;
        this.to[i] = to;
        a[i] = NONE;
        b[i] = NONE;
        aAt[i] = bAt[i] = at;
        this.at[i] = at;
        this.position[i] = position;
        this.location[i] = location;
        return i;
    }

    int addCall(int result) {
        if (calls == callStart.length) {
            callResult = Arrays.copyOf(callResult, calls * 2);
            callStart = Arrays.copyOf(callStart, calls * 2);
            callSize = Arrays.copyOf(callSize, calls * 2);
            callFixed = Arrays.copyOf(callFixed, calls * 2);
        }
        callResult[calls] = result;
        callStart[calls] = args;
        callSize[calls] = 0;
        callFixed[calls] = -1;
        return calls++;
    }

    void addArg(int kind, int ref, int at) {
        if (args == argKind.length) {
            argKind = Arrays.copyOf(argKind, args * 2);
            argRef = Arrays.copyOf(argRef, args * 2);
            argAt = Arrays.copyOf(argAt, args * 2);
        }
        argKind[args] = kind;
        argRef[args] = ref;
        argAt[args++] = at;
    }

    /** Adds a phi whose arguments were added from {@code start} on. */
    void addPhi(int to, int cls, int start, int at, int position) {
        if (phis == phiTo.length) {
            phiTo = Arrays.copyOf(phiTo, phis * 2);
            phiClass = Arrays.copyOf(phiClass, phis * 2);
            phiAt = Arrays.copyOf(phiAt, phis * 2);
            phiPosition = Arrays.copyOf(phiPosition, phis * 2);
            phiStart = Arrays.copyOf(phiStart, phis * 2 + 1);
        }
        phiTo[phis] = to;
        phiClass[phis] = (byte) cls;
        phiAt[phis] = at;
        phiPosition[phis] = position;
        phiStart[phis] = start;
        phiStart[++phis] = phiArgs;
    }

    void addPhiArg(int block, int ref, int at) {
        if (phiArgs == phiArgRef.length) {
            phiArgBlock = Arrays.copyOf(phiArgBlock, phiArgs * 2);
            phiArgRef = Arrays.copyOf(phiArgRef, phiArgs * 2);
            phiArgAt = Arrays.copyOf(phiArgAt, phiArgs * 2);
        }
        phiArgBlock[phiArgs] = block;
        phiArgRef[phiArgs] = ref;
        phiArgAt[phiArgs++] = at;
    }

    private void growInstructions(int n) {
        op = Arrays.copyOf(op, n);
        cls = Arrays.copyOf(cls, n);
        to = Arrays.copyOf(to, n);
        a = Arrays.copyOf(a, n);
        b = Arrays.copyOf(b, n);
        extra = Arrays.copyOf(extra, n);
        aAt = Arrays.copyOf(aAt, n);
        bAt = Arrays.copyOf(bAt, n);
        at = Arrays.copyOf(at, n);
        position = Arrays.copyOf(position, n);
        location = Arrays.copyOf(location, n);
    }

    private void growBlocks(int n) {
        first = Arrays.copyOf(first, n);
        last = Arrays.copyOf(last, n);
        firstPhi = Arrays.copyOf(firstPhi, n);
        lastPhi = Arrays.copyOf(lastPhi, n);
        jump = Arrays.copyOf(jump, n);
        defined = Arrays.copyOf(defined, n);
        jumpRef = Arrays.copyOf(jumpRef, n);
        jumpAt = Arrays.copyOf(jumpAt, n);
        jumpPosition = Arrays.copyOf(jumpPosition, n);
        jumpLocation = Arrays.copyOf(jumpLocation, n);
        blockPosition = Arrays.copyOf(blockPosition, n);
        labelAt = Arrays.copyOf(labelAt, n);
        next1 = Arrays.copyOf(next1, n);
        next2 = Arrays.copyOf(next2, n);
        order = Arrays.copyOf(order, n);
    }
}
