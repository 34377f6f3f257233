package dev.kiln.compiler.select;

import dev.kiln.asm.Form;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.compiler.machine.Operand;
import dev.kiln.compiler.machine.Pseudo;
import dev.kiln.ir.Constant;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.Op;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;

/**
 * Lane-wise operations on 128-bit vectors with what SSE2 has. Comparisons are {@link VectorCompare}'s, moves of single lanes {@link
 * VectorLanes}'.
 */
final class VectorSelection {
    /** By log 2 of the lane's bytes. */
    private static final int[] ADD = {
        Form.PADDB_XMM_XMMM128, Form.PADDW_XMM_XMMM128, Form.PADDD_XMM_XMMM128, Form.PADDQ_XMM_XMMM128
    };

    private static final int[] SUB = {
        Form.PSUBB_XMM_XMMM128, Form.PSUBW_XMM_XMMM128, Form.PSUBD_XMM_XMMM128, Form.PSUBQ_XMM_XMMM128
    };

    /** Shifts by log 2 of the lane's bytes (none for bytes): by the low half of a vector register, then by an immediate. */
    private static final int[] SHL = {
        0, Form.PSLLW_XMM_XMMM128, Form.PSLLD_XMM_XMMM128, Form.PSLLQ_XMM_XMMM128,
        0, Form.PSLLW_XMM_IMM8, Form.PSLLD_XMM_IMM8, Form.PSLLQ_XMM_IMM8
    };

    private static final int[] SHR = {
        0, Form.PSRLW_XMM_XMMM128, Form.PSRLD_XMM_XMMM128, Form.PSRLQ_XMM_XMMM128,
        0, Form.PSRLW_XMM_IMM8, Form.PSRLD_XMM_IMM8, Form.PSRLQ_XMM_IMM8
    };
    private static final int[] SAR = {
        0, Form.PSRAW_XMM_XMMM128, Form.PSRAD_XMM_XMMM128, 0,
        0, Form.PSRAW_XMM_IMM8, Form.PSRAD_XMM_IMM8, 0
    };

    private static final long LOW_BYTES = 0x00FF_00FF_00FF_00FFL;

    private final SelectionContext c;
    private final VectorCompare compares;
    private final VectorLanes lanes;

    VectorSelection(SelectionContext c) {
        this.c = c;
        compares = new VectorCompare(c);
        lanes = new VectorLanes(c);
    }

    void select(Instruction i) {
        switch (i.op()) {
            case ADD, SUB, MUL, DIV, MIN, MAX, AND, OR, XOR -> binary(i);
            case NEG, NOT, ABS, SQRT, ITOF_S, FTOI_S -> unary(i);
            case SHL, SHR_S, SHR_U -> shift(i);
            case MIN_S, MAX_S, MIN_U, MAX_U -> extremum(i);
            case EQ, NE, LT_S, LE_S, GT_S, GE_S, LT_U, LE_U, GT_U, GE_U, LT, LE, GT, GE, ORD, UNO ->
                c.copy(c.define(i), compares.compare(i.op(), i.arg(0).type(), c.use(i.arg(0)), c.use(i.arg(1))));
            case SELECT -> choose(i);
            case SPLAT, EXTRACT, INSERT, SHUFFLE, DOT -> lanes.select(i);
            default -> throw new IllegalArgumentException("not an operation on vectors: " + i.op());
        }
    }

    private static boolean isDouble(Type type) {
        return type == Type.V2F64;
    }

    private static boolean isFloat(Type type) {
        return type.lane().isFloat();
    }

    /** Log 2 of the bytes of a lane. */
    static int laneWidth(Type type) {
        return SelectionContext.width(type.lane());
    }

    private void binary(Instruction i) {
        Type type = i.type();
        int a = c.use(i.arg(0));
        int b = c.use(i.arg(1));
        if (i.op() == Op.MUL && !isFloat(type) && type != Type.V8I16) {
            c.copy(c.define(i), multiply(type, a, b));
            return;
        }
        int d = c.copyOf(a);
        c.machine().emit(binaryForm(i.op(), type), d, b);
        c.copy(c.define(i), d);
    }

    private static int binaryForm(Op op, Type type) {
        int width = laneWidth(type);
        boolean wide = isDouble(type);
        if (isFloat(type)) {
            return switch (op) {
                case ADD -> wide ? Form.ADDPD_XMM_XMMM128 : Form.ADDPS_XMM_XMMM128;
                case SUB -> wide ? Form.SUBPD_XMM_XMMM128 : Form.SUBPS_XMM_XMMM128;
                case MUL -> wide ? Form.MULPD_XMM_XMMM128 : Form.MULPS_XMM_XMMM128;
                case DIV -> wide ? Form.DIVPD_XMM_XMMM128 : Form.DIVPS_XMM_XMMM128;
                case MIN -> wide ? Form.MINPD_XMM_XMMM128 : Form.MINPS_XMM_XMMM128;
                case MAX -> wide ? Form.MAXPD_XMM_XMMM128 : Form.MAXPS_XMM_XMMM128;
                default -> throw new IllegalArgumentException(op + " on " + type);
            };
        }
        return switch (op) {
            case ADD -> ADD[width];
            case SUB -> SUB[width];
            case MUL -> Form.PMULLW_XMM_XMMM128;
            case AND -> Form.PAND_XMM_XMMM128;
            case OR -> Form.POR_XMM_XMMM128;
            case XOR -> Form.PXOR_XMM_XMMM128;
            default -> throw new IllegalArgumentException(op + " on " + type);
        };
    }

    /** Products of the lane widths that SSE2 does not multiply. */
    private int multiply(Type type, int a, int b) {
        MachineFunction m = c.machine();
        switch (type) {
            case V16I8 -> {
                // The low byte of a 16-bit product depends on the low bytes alone.
                int even = c.copyOf(a);
                m.emit(Form.PMULLW_XMM_XMMM128, even, b);
                c.withConstant16(Form.PAND_XMM_XMMM128, even, LOW_BYTES, LOW_BYTES);
                int odd = c.copyOf(a);
                m.emit(Form.PSRLW_XMM_IMM8, odd, Operand.small(8));
                int other = c.copyOf(b);
                m.emit(Form.PSRLW_XMM_IMM8, other, Operand.small(8));
                m.emit(Form.PMULLW_XMM_XMMM128, odd, other);
                m.emit(Form.PSLLW_XMM_IMM8, odd, Operand.small(8));
                m.emit(Form.POR_XMM_XMMM128, even, odd);
                return even;
            }
            case V4I32 -> {
                int even = c.copyOf(a);
                m.emit(Form.PMULUDQ_XMM_XMMM128, even, b);
                int odd = shuffled(a, 0xF5);
                m.emit(Form.PMULUDQ_XMM_XMMM128, odd, shuffled(b, 0xF5));
                int low = shuffled(even, 0x08);
                m.emit(Form.PUNPCKLDQ_XMM_XMMM128, low, shuffled(odd, 0x08));
                return low;
            }
            case V2I64 -> {
                // (aH·2³² + aL)(bH·2³² + bL) = aL·bL + (aH·bL + aL·bH)·2³² modulo 2⁶⁴.
                int cross = c.copyOf(a);
                m.emit(Form.PSRLQ_XMM_IMM8, cross, Operand.small(32));
                m.emit(Form.PMULUDQ_XMM_XMMM128, cross, b);
                int other = c.copyOf(b);
                m.emit(Form.PSRLQ_XMM_IMM8, other, Operand.small(32));
                m.emit(Form.PMULUDQ_XMM_XMMM128, other, a);
                m.emit(Form.PADDQ_XMM_XMMM128, cross, other);
                m.emit(Form.PSLLQ_XMM_IMM8, cross, Operand.small(32));
                int low = c.copyOf(a);
                m.emit(Form.PMULUDQ_XMM_XMMM128, low, b);
                m.emit(Form.PADDQ_XMM_XMMM128, low, cross);
                return low;
            }
            default -> throw new IllegalArgumentException("mul on " + type);
        }
    }

    private int shuffled(int from, int order) {
        int d = c.newVector(16);
        c.machine().emit(Form.PSHUFD_XMM_XMMM128_IMM8, d, from, Operand.small(order));
        return d;
    }

    private void unary(Instruction i) {
        MachineFunction m = c.machine();
        Type type = i.type();
        int a = c.use(i.arg(0));
        int d = c.newVector(16);
        switch (i.op()) {
            case NEG -> {
                if (isFloat(type)) {
                    m.emit(Pseudo.COPY, d, a);
                    withSigns(Form.PXOR_XMM_XMMM128, d, type, false);
                } else {
                    zero(d);
                    m.emit(SUB[laneWidth(type)], d, a);
                }
            }
            case ABS -> {
                m.emit(Pseudo.COPY, d, a);
                withSigns(Form.PAND_XMM_XMMM128, d, type, true);
            }
            case NOT -> {
                m.emit(Pseudo.COPY, d, a);
                c.withConstant16(Form.PXOR_XMM_XMMM128, d, -1, -1);
            }
            case SQRT -> m.emit(isDouble(type) ? Form.SQRTPD_XMM_XMMM128 : Form.SQRTPS_XMM_XMMM128, d, a);
            case ITOF_S -> m.emit(Form.CVTDQ2PS_XMM_XMMM128, d, a);
            case FTOI_S -> m.emit(Form.CVTTPS2DQ_XMM_XMMM128, d, a);
            default -> throw new IllegalArgumentException(i.op() + " on " + type);
        }
        c.copy(c.define(i), d);
    }

    private void zero(int d) {
        c.machine().emit(Pseudo.DEFINE, d);
        c.machine().emit(Form.PXOR_XMM_XMMM128, d, d);
    }

    /** Combines with the sign bits of all lanes, or with all bits but these. */
    private void withSigns(int form, int d, Type type, boolean inverted) {
        long signs = isDouble(type) ? Long.MIN_VALUE : 0x8000_0000_8000_0000L;
        long bits = inverted ? ~signs : signs;
        c.withConstant16(form, d, bits, bits);
    }

    // Shifts: the count is taken modulo the lane's width.

    private void shift(Instruction i) {
        Type type = i.type();
        int a = c.use(i.arg(0));
        int width = laneWidth(type);
        int count = count(i.arg(1), type.lane().bits() - 1);
        int d;
        if (width == 0) {
            d = shiftBytes(i.op(), a, count);
        } else if (width == 3 && i.op() == Op.SHR_S) {
            d = shiftQuadsSigned(a, count);
        } else {
            d = c.copyOf(a);
            shift(i.op(), width, d, count);
        }
        c.copy(c.define(i), d);
    }

    /** The count as an immediate or as the low half of a vector register. */
    private int count(Value value, int mask) {
        if (value instanceof Constant constant) {
            return Operand.small((int) constant.bits() & mask);
        }
        int masked = c.copyOf(c.use(value));
        c.arithmetic(FormTables.AND, 2, masked, mask);
        int count = c.newVector(16);
        c.machine().emit(Form.MOVD_XMM_RM32, count, masked);
        return count;
    }

    private void shift(Op op, int width, int d, int count) {
        int[] forms = switch (op) {
            case SHL -> SHL;
            case SHR_U -> SHR;
            default -> SAR;
        };
        c.machine().emit(forms[Operand.isVreg(count) ? width : 4 + width], d, count);
    }

    /** Bytes are shifted as halves of 16-bit lanes, with what crosses over cleared away. */
    private int shiftBytes(Op op, int a, int count) {
        MachineFunction m = c.machine();
        int high = c.copyOf(a);
        int low = c.copyOf(a);
        if (op == Op.SHL) {
            c.withConstant16(Form.PAND_XMM_XMMM128, high, ~LOW_BYTES, ~LOW_BYTES);
            shift(op, 1, high, count);
            shift(op, 1, low, count);
            c.withConstant16(Form.PAND_XMM_XMMM128, low, LOW_BYTES, LOW_BYTES);
        } else {
            shift(op, 1, high, count);
            c.withConstant16(Form.PAND_XMM_XMMM128, high, ~LOW_BYTES, ~LOW_BYTES);
            m.emit(Form.PSLLW_XMM_IMM8, low, Operand.small(8));
            shift(op, 1, low, count);
            m.emit(Form.PSRLW_XMM_IMM8, low, Operand.small(8));
        }
        m.emit(Form.POR_XMM_XMMM128, high, low);
        return high;
    }

    /** (x >>> n ^ s) − s where s is the sign bit shifted alike. */
    private int shiftQuadsSigned(int a, int count) {
        MachineFunction m = c.machine();
        int d = c.copyOf(a);
        shift(Op.SHR_U, 3, d, count);
        int sign = c.newVector(16);
        c.withConstant16(Form.MOVDQA_XMM_XMMM128, sign, Long.MIN_VALUE, Long.MIN_VALUE);
        shift(Op.SHR_U, 3, sign, count);
        m.emit(Form.PXOR_XMM_XMMM128, d, sign);
        m.emit(Form.PSUBQ_XMM_XMMM128, d, sign);
        return d;
    }

    // Minimum and maximum of integers.

    private void extremum(Instruction i) {
        Type type = i.type();
        int a = c.use(i.arg(0));
        int b = c.use(i.arg(1));
        int form = extremumForm(i.op(), type);
        int d;
        if (form != 0) {
            d = c.copyOf(a);
            c.machine().emit(form, d, b);
        } else {
            boolean signed = i.op() == Op.MIN_S || i.op() == Op.MAX_S;
            boolean min = i.op() == Op.MIN_S || i.op() == Op.MIN_U;
            int greater = compares.compare(signed ? Op.GT_S : Op.GT_U, type, a, b);
            d = min ? blend(greater, b, a) : blend(greater, a, b);
        }
        c.copy(c.define(i), d);
    }

    private static int extremumForm(Op op, Type type) {
        return switch (op) {
            case MIN_S -> type == Type.V8I16 ? Form.PMINSW_XMM_XMMM128 : 0;
            case MAX_S -> type == Type.V8I16 ? Form.PMAXSW_XMM_XMMM128 : 0;
            case MIN_U -> type == Type.V16I8 ? Form.PMINUB_XMM_XMMM128 : 0;
            case MAX_U -> type == Type.V16I8 ? Form.PMAXUB_XMM_XMMM128 : 0;
            default -> throw new IllegalArgumentException(op + " on " + type);
        };
    }

    /** A lane of the mask counts when it is not zero, so a mask need not come from a comparison. */
    private void choose(Instruction i) {
        int zeros = c.newVector(16);
        zero(zeros);
        int unset = compares.compare(Op.EQ, i.arg(0).type(), c.use(i.arg(0)), zeros);
        c.copy(c.define(i), blend(unset, c.use(i.arg(2)), c.use(i.arg(1))));
    }

    /** The bits of {@code a} where the mask has ones, else of {@code b}. */
    private int blend(int mask, int a, int b) {
        MachineFunction m = c.machine();
        int yes = c.copyOf(a);
        m.emit(Form.PAND_XMM_XMMM128, yes, mask);
        int no = c.copyOf(mask);
        m.emit(Form.PANDN_XMM_XMMM128, no, b);
        m.emit(Form.POR_XMM_XMMM128, yes, no);
        return yes;
    }
}
