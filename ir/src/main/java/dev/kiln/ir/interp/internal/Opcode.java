package dev.kiln.ir.interp.internal;

/**
 * The operation codes of translated functions ({@link Body}). An instruction is a code and its operands, one {@code int} each:
 * registers (offsets in the frame: d the destination, a, b, c sources), targets (indices of code: t taken, f not taken) and literals.
 *
 * <p>Those below {@link #FIRST_RARE} are executed by {@link Execution#run} itself; integers of 8 and 16 bits use the operations of 64
 * bits followed by a {@code SEXT}. The others cost a call more.
 */
final class Opcode {
    /** d, a. */
    static final int MOVE = 0;
    /** d, a, d, a: one after the other. */
    static final int MOVE2 = 1;
    /** t. */
    static final int JUMP = 2;
    /** t: backward; looks whether the run was cancelled. */
    static final int LOOP = 3;
    /** a, t, f. */
    static final int BR = 4;
    /** a, b, t, f: fused comparison of integers; the others follow from these by exchanging operands or targets. */
    static final int BR_EQ = 5, BR_LT_S = 6, BR_LE_S = 7, BR_LT_U = 8, BR_LE_U = 9;
    /** a, literal, t, f. */
    static final int BR_EQ_I = 10, BR_LT_S_I = 11, BR_LE_S_I = 12, BR_LT_U_I = 13, BR_LE_U_I = 14;
    /** a, b, t, f: f64. */
    static final int BR_LT_F64 = 15, BR_LE_F64 = 16;
    /** a, lowest, n, default, n targets. */
    static final int SWITCH = 17;
    /** a: to the caller, with a result of one word or none. */
    static final int RET = 18;

    static final int RET_VOID = 19;
    /** function, n, n words of arguments, d. */
    static final int CALL = 20;
    /** function, n, n words of arguments. */
    static final int TAIL_CALL = 21;
    /** site, d: any other call. */
    static final int CALL_SITE = 22;
    /** site, d: goes on behind it when the callee is not interpreted. */
    static final int TAIL_SITE = 23;

    // d, a, b.
    static final int ADD32 = 24, ADD64 = 25, SUB32 = 26, SUB64 = 27, MUL32 = 28, MUL64 = 29;
    static final int AND = 30, OR = 31, XOR = 32;
    static final int SHL32 = 33, SHL64 = 34, SHR_S32 = 35, SHR_S64 = 36, SHR_U32 = 37, SHR_U64 = 38;
    static final int DIV_S32 = 39, DIV_S64 = 40, REM_S32 = 41, REM_S64 = 42;
    static final int EQ = 43, NE = 44, LT_S = 45, LE_S = 46, LT_U = 47, LE_U = 48;
    static final int ADD_F64 = 49, SUB_F64 = 50, MUL_F64 = 51, DIV_F64 = 52;
    static final int LT_F64 = 53, LE_F64 = 54, EQ_F64 = 55;
    static final int ADD_F32 = 56, SUB_F32 = 57, MUL_F32 = 58, DIV_F32 = 59;
    /** d, a, literal. */
    static final int ADD32_I = 60, ADD64_I = 61, AND_I = 62, SHL64_I = 63, SHL32_I = 64, MUL64_I = 65;

    // d, a.
    static final int SEXT8 = 66, SEXT16 = 67, SEXT32 = 68, ZEXT8 = 69, ZEXT16 = 70, ZEXT32 = 71;
    /** Signed integer of any width to f64. */
    static final int ITOF_F64 = 72;

    static final int SQRT_F64 = 73;
    /** d, c, a, b: one word. */
    static final int SELECT = 74;
    /** d, base, index, scale, displacement. */
    static final int INDEX = 75;

    // d, address, displacement.
    static final int LOAD_S8 = 76,
            LOAD_U8 = 77,
            LOAD_S16 = 78,
            LOAD_U16 = 79,
            LOAD_S32 = 80,
            LOAD_U32 = 81,
            LOAD64 = 82;
    // a, address, displacement.
    static final int STORE8 = 83, STORE16 = 84, STORE32 = 85, STORE64 = 86;
    /** saved stack pointer, base, size, alignment: makes the frame's slots. */
    static final int ENTER = 87;
    /** saved stack pointer: gives them back. */
    static final int LEAVE = 88;

    /** words, a: the way back for results of several words. */
    static final int RET_WORDS = 89;

    static final int FIRST_RARE = 90;
    // What RareOps does. "op" and "type" are ordinals.
    /** op, type, d, a. */
    static final int UNARY = 93;
    /** op, type, d, a, b. */
    static final int BINARY = 90;
    /** type, d, a, b, c. */
    static final int FMA = 91;
    /** op, to, from, d, a. */
    static final int CONVERT = 92;
    /** table, a, default. */
    static final int SWITCH_SPARSE = 94;
    /** d, a, table: multiplication by a long literal and addition of another. */
    static final int SCALE = 95;
    /** operations: fuel for the block that follows. */
    static final int FUEL = 96;
    /** name (of the pool). */
    static final int TRAP = 97;
    /** d, symbol (of the pool): the calling thread's address of a thread-local datum, or a symbol not found so far. */
    static final int SYMBOL = 98;
    /** d, size, alignment. */
    static final int ALLOCA = 99;
    /** to, from, count. */
    static final int MEMCPY = 100;
    /** to, byte, count. */
    static final int MEMSET = 101;
    /** p (in and out: the address of the copy), slot base, offset, size: takes over an aggregate passed by value. */
    static final int COPY_IN = 102;
    /** a, result area, size: copies an aggregate to where the caller wants it. */
    static final int COPY_OUT = 103;
    /** area, p, general registers, vector registers, stack bytes used by the fixed parameters. */
    static final int VA_START = 104;
    /** type, d, p. */
    static final int VA_ARG = 105;
    /** to, from. */
    static final int VA_COPY = 106;
    /** type, order, d, p. */
    static final int ATOMIC_LOAD = 107;
    /** type, order, a, p. */
    static final int ATOMIC_STORE = 108;
    /** op, type, d, a, p. */
    static final int ATOMIC_RMW = 109;
    /** type, d, p, expected, new. */
    static final int ATOMIC_CAS = 110;
    /** order. */
    static final int FENCE = 111;
    /** n, area, n words: a guard's state. */
    static final int STATE = 112;
    /** words, d, p. */
    static final int LOAD_WORDS = 113;
    /** words, a, p. */
    static final int STORE_WORDS = 114;
    /** op, type, d, a. */
    static final int VECTOR_UNARY = 115;
    /** op, type, d, a, b. */
    static final int VECTOR_BINARY = 116;
    /** op, type, d, a, b: b a scalar. */
    static final int VECTOR_SHIFT = 117;
    /** op, to, from, d, a. */
    static final int VECTOR_CONVERT = 118;
    /** type, d, mask, a, b. */
    static final int VECTOR_SELECT = 119;
    /** type, d, a. */
    static final int SPLAT = 120;
    /** type, d, a, lane. */
    static final int EXTRACT = 121;
    /** type, d, a, b, lane. */
    static final int INSERT = 122;
    /** type, d, a, b, lanes (of the pool). */
    static final int SHUFFLE = 123;
    /** type, d, a, b. */
    static final int DOT = 124;
    /** words, d, a. */
    static final int MOVE_WORDS = 125;
    /** name (of the pool): a call that cannot be interpreted. */
    static final int REFUSE = 126;

    private Opcode() {}
}
