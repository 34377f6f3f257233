package dev.kiln.asm;

/**
 * Register numbers: one dense space for all registers, without widths; an instruction form gives the width at which it uses a
 * register. The low bits are the hardware's number (SDM vol. 2, 2.2.1), and general and vector registers fit a 64-bit set.
 */
public final class Registers {
    /** No register, for instance no index in an address. */
    public static final int NONE = -1;

    /** The general registers by name. */
    public static final int RAX = 0, RCX = 1, RDX = 2, RBX = 3, RSP = 4, RBP = 5, RSI = 6, RDI = 7;

    public static final int R8 = 8, R9 = 9, R10 = 10, R11 = 11, R12 = 12, R13 = 13, R14 = 14, R15 = 15;

    /** The first of 32 general registers (R16–R31 exist with APX). */
    public static final int GENERAL = 0;

    /** The first of 32 vector registers: XMM0, YMM0 and ZMM0 are the same number. */
    public static final int VECTOR = 32;

    /** The first of 8 mask registers. */
    public static final int MASK = 64;

    /** The first of 8 x87 registers. */
    public static final int X87 = 72;

    /** The first of 8 MMX registers. */
    public static final int MMX = 80;

    /** ES, CS, SS, DS, FS, GS in this order. */
    public static final int SEGMENT = 88;

    /** The segments that addresses may name in 64-bit mode. */
    public static final int FS = SEGMENT + 4, GS = SEGMENT + 5;

    /** The first of 16 control registers. */
    public static final int CONTROL = 96;

    /** The first of 16 debug registers. */
    public static final int DEBUG = 112;

    /** The first of 8 tile registers. */
    public static final int TILE = 128;

    /** The first of 4 bound registers. */
    public static final int BOUND = 136;

    /** AH, CH, DH, BH in this order: their hardware number is the offset plus 4, and they exclude a REX prefix. */
    public static final int HIGH_BYTE = 140;

    /** The instruction pointer as a base. */
    public static final int RIP = 144;

    /** One more than the largest number. */
    public static final int COUNT = 145;

    private Registers() {}

    /** Vector register {@code n}. */
    public static int xmm(int n) {
        return VECTOR + n;
    }

    /** Whether it is one of the 32 general registers. */
    public static boolean isGeneral(int register) {
        return register >= GENERAL && register < VECTOR;
    }

    /** Whether it is one of the 32 vector registers. */
    public static boolean isVector(int register) {
        return register >= VECTOR && register < MASK;
    }
}
