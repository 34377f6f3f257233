package dev.kiln.compiler.select;

import dev.kiln.asm.Form;
import dev.kiln.compiler.RuntimeSymbols;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.compiler.machine.Operand;
import dev.kiln.compiler.machine.Pseudo;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.Op;
import dev.kiln.ir.Type;

/**
 * Floating-point arithmetic with SSE2. The first operand is always the destination: when both are NaN, the hardware hands on the
 * destination's payload, and {@code minsd}/{@code maxsd} give the source when the operands are unordered or both zero.
 */
final class FloatSelection {
    private static final long SIGN64 = Long.MIN_VALUE;
    private static final long SIGN32 = 0x8000_0000L;

    /** The predicate "less than" of {@code cmpss} and {@code cmpsd}. */
    private static final int LESS = 1;

    private final SelectionContext c;

    FloatSelection(SelectionContext c) {
        this.c = c;
    }

    void select(Instruction i) {
        switch (i.op()) {
            case ADD -> binary(i, Form.ADDSS_XMM_XMMM32, Form.ADDSD_XMM_XMMM64);
            case SUB -> binary(i, Form.SUBSS_XMM_XMMM32, Form.SUBSD_XMM_XMMM64);
            case MUL -> binary(i, Form.MULSS_XMM_XMMM32, Form.MULSD_XMM_XMMM64);
            case DIV -> binary(i, Form.DIVSS_XMM_XMMM32, Form.DIVSD_XMM_XMMM64);
            case MIN -> binary(i, Form.MINSS_XMM_XMMM32, Form.MINSD_XMM_XMMM64);
            case MAX -> binary(i, Form.MAXSS_XMM_XMMM32, Form.MAXSD_XMM_XMMM64);
            case NEG -> withMask(i, Form.XORPS_XMM_XMMM128, sign(i.type()));
            case ABS -> withMask(i, Form.ANDPS_XMM_XMMM128, magnitude(i.type()));
            case SQRT -> squareRoot(i);
            case COPYSIGN -> copySign(i);
            case FMA -> fusedMultiplyAdd(i);
            case FLOOR, CEIL, ROUND_TO_ZERO, NEAREST -> round(i);
            default -> throw new IllegalArgumentException("not a floating-point operation: " + i.op());
        }
    }

    private static long sign(Type type) {
        return type == Type.F32 ? SIGN32 : SIGN64;
    }

    private static long magnitude(Type type) {
        return type == Type.F32 ? SIGN32 - 1 : ~SIGN64;
    }

    private void binary(Instruction i, int single, int twice) {
        int b = c.use(i.arg(1));
        int d = c.define(i);
        c.put(d, i.arg(0));
        c.machine().emit(i.type() == Type.F32 ? single : twice, d, b);
    }

    private void withMask(Instruction i, int form, long mask) {
        int d = c.define(i);
        c.put(d, i.arg(0));
        c.withConstant16(form, d, mask, 0);
    }

    private void squareRoot(Instruction i) {
        int d = c.define(i);
        c.put(d, i.arg(0));
        c.machine().emit(i.type() == Type.F32 ? Form.SQRTSS_XMM_XMMM32 : Form.SQRTSD_XMM_XMMM64, d, d);
    }

    private void copySign(Instruction i) {
        int b = c.copyOf(c.use(i.arg(1)));
        int d = c.define(i);
        c.put(d, i.arg(0));
        c.withConstant16(Form.ANDPS_XMM_XMMM128, d, magnitude(i.type()), 0);
        c.withConstant16(Form.ANDPS_XMM_XMMM128, b, sign(i.type()), 0);
        c.machine().emit(Form.ORPS_XMM_XMMM128, d, b);
    }

    private void fusedMultiplyAdd(Instruction i) {
        int[] arguments = {c.use(i.arg(0)), c.use(i.arg(1)), c.use(i.arg(2))};
        c.callRuntime(i.type() == Type.F32 ? RuntimeSymbols.FMAF : RuntimeSymbols.FMA, arguments, c.define(i));
    }

    /**
     * Rounds to an integral value. Adding and subtracting 2^52 (2^23) rounds a smaller magnitude to the nearest integer, ties to even; a
     * comparison tells whether that went too far, and the sign is put back last, so that zeros keep it. Larger magnitudes are
     * integers already, and infinities and NaNs stay: they pass through an addition of 0, which quiets NaNs.
     */
    private void round(Instruction i) {
        MachineFunction m = c.machine();
        boolean single = i.type() == Type.F32;
        int bytes = single ? 4 : 8;
        int add = single ? Form.ADDSS_XMM_XMMM32 : Form.ADDSD_XMM_XMMM64;
        int subtract = single ? Form.SUBSS_XMM_XMMM32 : Form.SUBSD_XMM_XMMM64;
        int compare = single ? Form.CMPSS_XMM_XMMM32_IMM8 : Form.CMPSD_XMM_XMMM64_IMM8;
        long limit = single ? Float.floatToRawIntBits(0x1p23f) : Double.doubleToRawLongBits(0x1p52);
        int x = c.use(i.arg(0));
        int sign = c.copyOf(x);
        c.withConstant16(Form.ANDPS_XMM_XMMM128, sign, sign(i.type()), 0);
        int magnitude = c.copyOf(x);
        c.withConstant16(Form.ANDPS_XMM_XMMM128, magnitude, magnitude(i.type()), 0);
        int n = c.define(i);
        c.copy(n, magnitude);
        c.withConstant(add, n, bytes, limit);
        c.withConstant(subtract, n, bytes, limit);
        if (i.op() != Op.ROUND_TO_ZERO) {
            m.emit(Form.ORPS_XMM_XMMM128, n, sign);
        }
        if (i.op() != Op.NEAREST) {
            // Too large by one where it exceeds the value; for ceil too small by one where it is less.
            boolean up = i.op() == Op.CEIL;
            int correction = c.copyOf(up ? n : i.op() == Op.FLOOR ? x : magnitude);
            m.emit(compare, correction, up ? x : n, Operand.small(LESS));
            long one = bits(single, up ? -1 : 1);
            c.withConstant16(Form.ANDPS_XMM_XMMM128, correction, one, 0);
            m.emit(subtract, n, correction);
            m.emit(Form.ORPS_XMM_XMMM128, n, sign);
        }
        int small = magnitude;
        m.begin(compare);
        m.operand(small).memory(m.constant(bytes, limit, 0), Operand.NONE, 1, 0).operand(Operand.small(LESS));
        m.emit(Form.ANDPS_XMM_XMMM128, n, small);
        int same = c.copyOf(x);
        c.withConstant(add, same, bytes, 0);
        m.emit(Form.ANDNPS_XMM_XMMM128, small, same);
        m.emit(Form.ORPS_XMM_XMMM128, n, small);
    }

    private static long bits(boolean single, int value) {
        return single ? Float.floatToRawIntBits(value) & 0xFFFF_FFFFL : Double.doubleToRawLongBits(value);
    }

    /** Makes a vector register hold zero, so that an instruction that writes part of it waits for nothing. */
    static void clear(MachineFunction m, int register) {
        m.emit(Pseudo.DEFINE, register);
        m.emit(Form.XORPS_XMM_XMMM128, register, register);
    }
}
