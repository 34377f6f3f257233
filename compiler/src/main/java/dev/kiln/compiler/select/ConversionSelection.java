package dev.kiln.compiler.select;

import dev.kiln.asm.Form;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.compiler.machine.Operand;
import dev.kiln.ir.Constant;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;

/** Conversions between scalars, to the bit as the reference says, on the conversions that SSE2 has: signed 32 and 64 bits. */
final class ConversionSelection {
    private final SelectionContext c;

    ConversionSelection(SelectionContext c) {
        this.c = c;
    }

    void select(Instruction i) {
        MachineFunction m = c.machine();
        switch (i.op()) {
            case SEXT -> extend(i, true);
            case ZEXT -> extend(i, false);
            // The bits above the result's width are of no interest.
            case TRUNC -> c.defineAs(i, i.arg(0));
            case FEXT -> convertFloat(i, Form.CVTSS2SD_XMM_XMMM32);
            case FTRUNC -> convertFloat(i, Form.CVTSD2SS_XMM_XMMM64);
            case ITOF_S -> {
                boolean wide = i.arg(0).type() == Type.I64;
                fromInteger(c.define(i), i.type(), c.extended(i.arg(0), true), wide);
            }
            case ITOF_U -> fromUnsigned(i);
            case FTOI_S -> m.emit(toInteger(i.arg(0).type(), i.type() == Type.I64), c.define(i), c.use(i.arg(0)));
            case FTOI_U -> toUnsigned(i);
            case BITCAST -> bitcast(i);
            default -> throw new IllegalArgumentException("not a conversion: " + i.op());
        }
    }

    private void extend(Instruction i, boolean signed) {
        Value from = i.arg(0);
        Type type = from.type();
        int d = c.define(i);
        if (from instanceof Constant constant) {
            long bits = constant.bits();
            c.setConstant(d, i.type(), signed ? bits : bits & (1L << type.bits()) - 1);
        } else {
            c.widen(d, i.type(), c.use(from), type, signed);
        }
    }

    private void convertFloat(Instruction i, int form) {
        int from = c.use(i.arg(0));
        int d = c.define(i);
        FloatSelection.clear(c.machine(), d);
        c.machine().emit(form, d, from);
    }

    /** From a register with a signed integer of 32 or 64 bits. */
    private void fromInteger(int d, Type type, int from, boolean wide) {
        FloatSelection.clear(c.machine(), d);
        int form = type == Type.F32
                ? wide ? Form.CVTSI2SS_XMM_RM64 : Form.CVTSI2SS_XMM_RM32
                : wide ? Form.CVTSI2SD_XMM_RM64 : Form.CVTSI2SD_XMM_RM32;
        c.machine().emit(form, d, from);
    }

    private static int toInteger(Type from, boolean wide) {
        if (from == Type.F32) {
            return wide ? Form.CVTTSS2SI_R64_XMMM32 : Form.CVTTSS2SI_R32_XMMM32;
        }
        return wide ? Form.CVTTSD2SI_R64_XMMM64 : Form.CVTTSD2SI_R32_XMMM64;
    }

    private void fromUnsigned(Instruction i) {
        switch (i.arg(0).type()) {
            case I8, I16 -> fromInteger(c.define(i), i.type(), c.extended(i.arg(0), false), false);
            case I32 -> fromInteger(c.define(i), i.type(), c.extended64(i.arg(0), false), true);
            default -> {
                if (i.type() == Type.F64) {
                    doubleFromUnsigned64(i);
                } else {
                    floatFromUnsigned64(i);
                }
            }
        }
    }

    /** Both halves are exact, the upper one times 2^32 too; their sum is rounded once. */
    private void doubleFromUnsigned64(Instruction i) {
        MachineFunction m = c.machine();
        int x = c.use(i.arg(0));
        int high = c.copyOf(x);
        m.emit(Form.SHR_RM64_IMM8, high, Operand.small(32));
        int low = c.newGeneral();
        m.emit(Form.MOV_RM32_R32, low, x);
        int d = c.define(i);
        fromInteger(d, Type.F64, high, true);
        c.withConstant(Form.MULSD_XMM_XMMM64, d, 8, Double.doubleToRawLongBits(0x1p32));
        int part = c.newVector(8);
        fromInteger(part, Type.F64, low, true);
        m.emit(Form.ADDSD_XMM_XMMM64, d, part);
    }

    /**
     * From 2^63 on, the value is halved first, its lowest bit kept so that rounding sees whether anything was lost (round to odd), and
     * the result doubled.
     */
    private void floatFromUnsigned64(Instruction i) {
        MachineFunction m = c.machine();
        int x = c.use(i.arg(0));
        int half = c.copyOf(x);
        m.emit(Form.SHR_RM64_IMM8, half, Operand.small(1));
        int lost = c.copyOf(x);
        m.emit(Form.AND_RM32_IMM8S, lost, Operand.small(1));
        m.emit(Form.OR_RM64_R64, half, lost);
        m.emit(Form.TEST_RM64_R64, x, x);
        m.emit(Form.CMOVNS_R64_RM64, half, x);
        int once = c.newVector(4);
        fromInteger(once, Type.F32, half, true);
        int twice = c.copyOf(once);
        m.emit(Form.ADDSS_XMM_XMMM32, twice, once);
        int bits = c.newGeneral();
        m.emit(Form.MOVD_RM32_XMM, bits, once);
        int doubled = c.newGeneral();
        m.emit(Form.MOVD_RM32_XMM, doubled, twice);
        m.emit(Form.TEST_RM64_R64, x, x);
        m.emit(Form.CMOVS_R32_RM32, bits, doubled);
        m.emit(Form.MOVD_XMM_RM32, c.define(i), bits);
    }

    /** To i8 and i16 by way of 32 bits signed, to i32 of 64 bits signed; to i64 in two ranges, below 2^63 (and NaN) and from there on. */
    private void toUnsigned(Instruction i) {
        MachineFunction m = c.machine();
        Type from = i.arg(0).type();
        int x = c.use(i.arg(0));
        int d = c.define(i);
        if (i.type() != Type.I64) {
            m.emit(toInteger(from, i.type() == Type.I32), d, x);
            return;
        }
        boolean single = from == Type.F32;
        int bytes = from.bytes();
        long limit = single ? Float.floatToRawIntBits(0x1p63f) : Double.doubleToRawLongBits(0x1p63);
        int less = c.copyOf(x);
        c.withConstant(single ? Form.SUBSS_XMM_XMMM32 : Form.SUBSD_XMM_XMMM64, less, bytes, limit);
        int above = c.newGeneral();
        m.emit(toInteger(from, true), above, less);
        m.emit(Form.BTC_RM64_IMM8, above, Operand.small(63));
        m.emit(toInteger(from, true), d, x);
        // Not "above or equal" when unordered: a NaN takes the first way.
        c.withConstant(single ? Form.UCOMISS_XMM_XMMM32 : Form.UCOMISD_XMM_XMMM64, x, bytes, limit);
        m.emit(Form.CMOVAE_R64_RM64, d, above);
    }

    private void bitcast(Instruction i) {
        MachineFunction m = c.machine();
        Type to = i.type();
        Type from = i.arg(0).type();
        if (to.inVectorRegister() == from.inVectorRegister()) {
            c.defineAs(i, i.arg(0));
            return;
        }
        int d = c.define(i);
        if (i.arg(0) instanceof Constant constant) {
            c.setConstant(d, to, to == Type.F32 ? constant.bits() & 0xFFFF_FFFFL : constant.bits());
            return;
        }
        int x = c.use(i.arg(0));
        if (to.inVectorRegister()) {
            m.emit(to == Type.F32 ? Form.MOVD_XMM_RM32 : Form.MOVQ_XMM_RM64, d, x);
        } else {
            m.emit(to == Type.I32 ? Form.MOVD_RM32_XMM : Form.MOVQ_RM64_XMM, d, x);
        }
    }
}
