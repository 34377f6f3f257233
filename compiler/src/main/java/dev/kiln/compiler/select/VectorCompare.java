package dev.kiln.compiler.select;

import dev.kiln.asm.Form;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.compiler.machine.Operand;
import dev.kiln.ir.Op;
import dev.kiln.ir.Type;

/** Lane-wise comparisons of 128-bit vectors, giving lanes of ones and zeros. SSE2 has {@code =} and signed {@code >} up to 32 bits. */
final class VectorCompare {
    private static final int[] EQUAL = {Form.PCMPEQB_XMM_XMMM128, Form.PCMPEQW_XMM_XMMM128, Form.PCMPEQD_XMM_XMMM128};
    private static final int[] GREATER = {Form.PCMPGTB_XMM_XMMM128, Form.PCMPGTW_XMM_XMMM128, Form.PCMPGTD_XMM_XMMM128};

    /** The sign bits of all lanes, by log 2 of the lane's bytes. */
    private static final long[] SIGNS = {0x8080_8080_8080_8080L, 0x8000_8000_8000_8000L, 0x8000_0000_8000_0000L};

    private final SelectionContext c;

    VectorCompare(SelectionContext c) {
        this.c = c;
    }

    /** A fresh register with the mask. */
    int compare(Op op, Type type, int a, int b) {
        return switch (op) {
            case EQ -> type.lane().isFloat() ? floats(0, type, a, b) : equal(type, a, b);
            case NE -> type.lane().isFloat() ? floats(4, type, a, b) : inverted(equal(type, a, b));
            case GT_S -> greater(type, true, a, b);
            case LT_S -> greater(type, true, b, a);
            case LE_S -> inverted(greater(type, true, a, b));
            case GE_S -> inverted(greater(type, true, b, a));
            case GT_U -> greater(type, false, a, b);
            case LT_U -> greater(type, false, b, a);
            case LE_U -> inverted(greater(type, false, a, b));
            case GE_U -> inverted(greater(type, false, b, a));
            case LT -> floats(1, type, a, b);
            case LE -> floats(2, type, a, b);
            case GT -> floats(1, type, b, a);
            case GE -> floats(2, type, b, a);
            case UNO -> floats(3, type, a, b);
            case ORD -> floats(7, type, a, b);
            default -> throw new IllegalArgumentException("not a comparison: " + op);
        };
    }

    /** By predicate: 0 equal, 1 less, 2 less or equal, 3 unordered, 4 not equal, 7 ordered (SDM vol. 2, CMPPS). */
    private int floats(int predicate, Type type, int a, int b) {
        int d = c.copyOf(a);
        int form = type == Type.V2F64 ? Form.CMPPD_XMM_XMMM128_IMM8 : Form.CMPPS_XMM_XMMM128_IMM8;
        c.machine().emit(form, d, b, Operand.small(predicate));
        return d;
    }

    private int inverted(int mask) {
        c.withConstant16(Form.PXOR_XMM_XMMM128, mask, -1, -1);
        return mask;
    }

    private int equal(Type type, int a, int b) {
        int d = c.copyOf(a);
        int width = VectorSelection.laneWidth(type);
        if (width < 3) {
            c.machine().emit(EQUAL[width], d, b);
            return d;
        }
        // Both halves must be equal.
        c.machine().emit(Form.PCMPEQD_XMM_XMMM128, d, b);
        c.machine().emit(Form.PAND_XMM_XMMM128, d, shuffled(d, 0xB1));
        return d;
    }

    private int greater(Type type, boolean signed, int a, int b) {
        int width = VectorSelection.laneWidth(type);
        if (width == 3) {
            return greaterQuads(signed, a, b);
        }
        int d = c.copyOf(a);
        int other = b;
        if (!signed) {
            // Flipping the signs turns the unsigned order into the signed one.
            other = c.copyOf(b);
            c.withConstant16(Form.PXOR_XMM_XMMM128, d, SIGNS[width], SIGNS[width]);
            c.withConstant16(Form.PXOR_XMM_XMMM128, other, SIGNS[width], SIGNS[width]);
        }
        c.machine().emit(GREATER[width], d, other);
        return d;
    }

    /** High halves decide; where they are equal, the low halves, as unsigned numbers. */
    private int greaterQuads(boolean signed, int a, int b) {
        MachineFunction m = c.machine();
        long flip = signed ? 0x0000_0000_8000_0000L : 0x8000_0000_8000_0000L;
        int x = c.copyOf(a);
        int y = c.copyOf(b);
        c.withConstant16(Form.PXOR_XMM_XMMM128, x, flip, flip);
        c.withConstant16(Form.PXOR_XMM_XMMM128, y, flip, flip);
        int equal = c.copyOf(x);
        m.emit(Form.PCMPEQD_XMM_XMMM128, equal, y);
        m.emit(Form.PCMPGTD_XMM_XMMM128, x, y);
        int result = shuffled(equal, 0xF5);
        m.emit(Form.PAND_XMM_XMMM128, result, shuffled(x, 0xA0));
        m.emit(Form.POR_XMM_XMMM128, result, shuffled(x, 0xF5));
        return result;
    }

    private int shuffled(int from, int order) {
        int d = c.newVector(16);
        c.machine().emit(Form.PSHUFD_XMM_XMMM128_IMM8, d, from, Operand.small(order));
        return d;
    }
}
