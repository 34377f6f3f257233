package dev.kiln.compiler.select;

import dev.kiln.asm.Form;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.ir.Constant;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.Op;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;

/**
 * Comparisons, and {@code select}. Integers compare at their own width, so bits above it do not matter. {@code ucomisd} sets the flags
 * as an unsigned comparison would, and all of ZF, PF, CF when unordered: "above" and "above or equal" are false then, so
 * {@code lt} and {@code le} exchange the operands; equality has to look at PF too.
 */
final class CompareSelection {
    /** Conditions that need two flags: equal and ordered; not equal or unordered. They follow the 16 condition codes. */
    static final int EQUAL_ORDERED = 16, NOT_EQUAL_UNORDERED = 17;

    private final SelectionContext c;

    CompareSelection(SelectionContext c) {
        this.c = c;
    }

    /** Whether it is a comparison of scalars, whose condition its user can take from the flags. */
    static boolean isScalar(Instruction i) {
        return i.op().shape() == Op.Shape.COMPARE
                && i.op().ordinal() >= Op.EQ.ordinal()
                && !i.arg(0).type().isVector();
    }

    /** Gives 0 or 1. */
    void select(Instruction i) {
        MachineFunction m = c.machine();
        int condition = flags(i);
        int d = c.define(i);
        if (condition < EQUAL_ORDERED) {
            c.setIf(d, condition);
            return;
        }
        boolean equal = condition == EQUAL_ORDERED;
        int first = c.newGeneral();
        int second = c.newGeneral();
        m.emit(equal ? Form.SETNP_RM8 : Form.SETP_RM8, first);
        m.emit(equal ? Form.SETE_RM8 : Form.SETNE_RM8, second);
        m.emit(equal ? Form.AND_RM8_R8 : Form.OR_RM8_R8, first, second);
        m.emit(Form.MOVZX_R32_RM8, d, first);
    }

    /** Sets the flags so that the condition code given back holds when the value is not zero. */
    int condition(Value value) {
        if (value instanceof Instruction i && isScalar(i) && c.isFolded(i)) {
            return flags(i);
        }
        int register = c.use(value);
        c.machine().emit(FormTables.TEST[SelectionContext.width(value.type())], register, register);
        return FormTables.NE;
    }

    /** Compares and gives the condition code, or one of the two float conditions, under which the comparison is true. */
    private int flags(Instruction i) {
        return i.arg(0).type().isFloat() ? floatFlags(i) : integerFlags(i);
    }

    private int integerFlags(Instruction i) {
        Value a = i.arg(0);
        Value b = i.arg(1);
        int condition = code(i.op());
        if (a instanceof Constant && !(b instanceof Constant)) {
            a = i.arg(1);
            b = i.arg(0);
            condition = exchanged(condition);
        }
        int width = SelectionContext.width(a.type());
        int x = c.use(a);
        if (b instanceof Constant constant
                && constant.bits() == 0
                && (condition == FormTables.E || condition == FormTables.NE)) {
            c.machine().emit(FormTables.TEST[width], x, x);
        } else {
            c.arithmetic(FormTables.CMP, width, x, b);
        }
        return condition;
    }

    private static int code(Op op) {
        return switch (op) {
            case EQ -> FormTables.E;
            case NE -> FormTables.NE;
            case LT_S -> FormTables.L;
            case LE_S -> FormTables.LE;
            case GT_S -> FormTables.G;
            case GE_S -> FormTables.GE;
            case LT_U -> FormTables.B;
            case LE_U -> FormTables.BE;
            case GT_U -> FormTables.A;
            case GE_U -> FormTables.AE;
            default -> throw new IllegalArgumentException("not a comparison of integers: " + op);
        };
    }

    /** The condition that says the same of the operands the other way round. */
    private static int exchanged(int condition) {
        return switch (condition) {
            case FormTables.L -> FormTables.G;
            case FormTables.G -> FormTables.L;
            case FormTables.LE -> FormTables.GE;
            case FormTables.GE -> FormTables.LE;
            case FormTables.B -> FormTables.A;
            case FormTables.A -> FormTables.B;
            case FormTables.BE -> FormTables.AE;
            case FormTables.AE -> FormTables.BE;
            default -> condition;
        };
    }

    private int floatFlags(Instruction i) {
        int condition = switch (i.op()) {
            case EQ -> EQUAL_ORDERED;
            case NE -> NOT_EQUAL_UNORDERED;
            case LT, GT -> FormTables.A;
            case LE, GE -> FormTables.AE;
            case ORD -> FormTables.NP;
            case UNO -> FormTables.P;
            default -> throw new IllegalArgumentException("not a comparison of floats: " + i.op());
        };
        boolean exchange = i.op() == Op.LT || i.op() == Op.LE;
        int a = c.use(i.arg(exchange ? 1 : 0));
        int b = c.use(i.arg(exchange ? 0 : 1));
        boolean single = i.arg(0).type() == Type.F32;
        c.machine().emit(single ? Form.UCOMISS_XMM_XMMM32 : Form.UCOMISD_XMM_XMMM64, a, b);
        return condition;
    }

    /** {@code select} of scalars, by conditional moves; floats pass through general registers, which keeps their bits. */
    void choose(Instruction i) {
        if (i.arg(0) instanceof Constant constant) {
            c.put(c.define(i), i.arg(constant.bits() != 0 ? 1 : 2));
            return;
        }
        MachineFunction m = c.machine();
        Type type = i.type();
        int width = Math.max(2, SelectionContext.width(type));
        int whenTrue = bits(i.arg(1));
        int result = c.copyOf(bits(i.arg(2)));
        int condition = condition(i.arg(0));
        if (condition < EQUAL_ORDERED) {
            m.emit(FormTables.cmov(condition, width), result, whenTrue);
        } else if (condition == NOT_EQUAL_UNORDERED) {
            m.emit(FormTables.cmov(FormTables.NE, width), result, whenTrue);
            m.emit(FormTables.cmov(FormTables.P, width), result, whenTrue);
        } else {
            int whenFalse = c.copyOf(result);
            c.copy(result, whenTrue);
            m.emit(FormTables.cmov(FormTables.NE, width), result, whenFalse);
            m.emit(FormTables.cmov(FormTables.P, width), result, whenFalse);
        }
        if (type.isFloat()) {
            m.emit(type == Type.F32 ? Form.MOVD_XMM_RM32 : Form.MOVQ_XMM_RM64, c.define(i), result);
        } else {
            c.copy(c.define(i), result);
        }
    }

    /** A general register with the bits of a scalar. */
    private int bits(Value value) {
        Type type = value.type();
        if (!type.isFloat()) {
            return c.use(value);
        }
        if (value instanceof Constant constant) {
            return c.constant(constant.bits());
        }
        int result = c.newGeneral();
        c.machine().emit(type == Type.F32 ? Form.MOVD_RM32_XMM : Form.MOVQ_RM64_XMM, result, c.use(value));
        return result;
    }
}
