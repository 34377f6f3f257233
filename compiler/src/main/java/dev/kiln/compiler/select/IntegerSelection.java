package dev.kiln.compiler.select;

import dev.kiln.asm.Form;
import dev.kiln.asm.Registers;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.compiler.machine.Operand;
import dev.kiln.compiler.machine.Pseudo;
import dev.kiln.ir.Constant;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.Op;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;

/**
 * Integer arithmetic. Where only the low bits of the operands count (addition, left shifts …), {@code i8} and {@code i16} are worked on
 * at 32 bits; where flags, high bits or the sign count, at their own width or widened first.
 */
final class IntegerSelection {
    private static final int RAX = Operand.reg(Registers.RAX);
    private static final int RCX = Operand.reg(Registers.RCX);
    private static final int RDX = Operand.reg(Registers.RDX);

    private final SelectionContext c;

    IntegerSelection(SelectionContext c) {
        this.c = c;
    }

    void select(Instruction i) {
        switch (i.op()) {
            case ADD -> binary(i, FormTables.ADD);
            case SUB -> binary(i, FormTables.SUB);
            case AND -> binary(i, FormTables.AND);
            case OR -> binary(i, FormTables.OR);
            case XOR -> binary(i, FormTables.XOR);
            case MUL -> multiply(i);
            case NEG -> unary(i, FormTables.NEG);
            case NOT -> unary(i, FormTables.NOT);
            case SHL -> shift(i, FormTables.SHL);
            case SHR_S -> shift(i, FormTables.SAR);
            case SHR_U -> shift(i, FormTables.SHR);
            case ROTL -> shift(i, FormTables.ROL);
            case ROTR -> shift(i, FormTables.ROR);
            case DIV_S, REM_S -> divide(i, true);
            case DIV_U, REM_U -> divide(i, false);
            case MULHI_S -> multiplyHigh(i, true);
            case MULHI_U -> multiplyHigh(i, false);
            case MIN_S -> choose(i, FormTables.G);
            case MAX_S -> choose(i, FormTables.L);
            case MIN_U -> choose(i, FormTables.A);
            case MAX_U -> choose(i, FormTables.B);
            case CLZ -> leadingZeros(i);
            case CTZ -> trailingZeros(i);
            case POPCNT -> populationCount(i);
            case BSWAP -> swapBytes(i);
            case OVERFLOW_ADD_S -> addOverflow(i, FormTables.ADD, FormTables.O);
            case OVERFLOW_ADD_U -> addOverflow(i, FormTables.ADD, FormTables.B);
            case OVERFLOW_SUB_S -> addOverflow(i, FormTables.SUB, FormTables.O);
            case OVERFLOW_SUB_U -> addOverflow(i, FormTables.SUB, FormTables.B);
            case OVERFLOW_MUL_S -> signedMultiplyOverflow(i);
            case OVERFLOW_MUL_U -> unsignedMultiplyOverflow(i);
            default -> throw new IllegalArgumentException("not an integer operation: " + i.op());
        }
    }

    /** The width at which low bits are worked on: 32 bits at least. */
    private static int atLeast32(Type type) {
        return Math.max(2, SelectionContext.width(type));
    }

    private void binary(Instruction i, int[] group) {
        Value a = i.arg(0);
        Value b = i.arg(1);
        if (i.op().commutes() && a instanceof Constant && !(b instanceof Constant)) {
            a = i.arg(1);
            b = i.arg(0);
        }
        int d = c.define(i);
        c.put(d, a);
        c.arithmetic(group, atLeast32(i.type()), d, b);
    }

    private void multiply(Instruction i) {
        Value a = i.arg(0);
        Value b = i.arg(1);
        if (a instanceof Constant) {
            a = i.arg(1);
            b = i.arg(0);
        }
        MachineFunction m = c.machine();
        int width = atLeast32(i.type());
        int d = c.define(i);
        if (SelectionContext.isImmediate(b)) {
            long factor = ((Constant) b).bits();
            boolean small = SelectionContext.isByte(factor);
            int form = width == 3
                    ? small ? Form.IMUL_R64_RM64_IMM8S : Form.IMUL_R64_RM64_IMM32S
                    : small ? Form.IMUL_R32_RM32_IMM8S : Form.IMUL_R32_RM32_IMM32;
            m.emit(form, d, c.use(a), m.literal(factor));
            return;
        }
        c.put(d, a);
        m.emit(FormTables.IMUL[width], d, c.use(b));
    }

    private void unary(Instruction i, int[] forms) {
        int d = c.define(i);
        c.put(d, i.arg(0));
        c.machine().emit(forms[atLeast32(i.type())], d);
    }

    /** Counts are taken modulo the width. The hardware does so for 32 and 64 bits, and in effect for all rotations. */
    private void shift(Instruction i, int[] forms) {
        MachineFunction m = c.machine();
        Type type = i.type();
        boolean rotates = forms == FormTables.ROL || forms == FormTables.ROR;
        // Right shifts and rotations must not see the bits above the value; left shifts may.
        int width = forms == FormTables.SHL ? atLeast32(type) : SelectionContext.width(type);
        int d = c.define(i);
        if (i.arg(1) instanceof Constant constant) {
            int count = (int) constant.bits() & type.bits() - 1;
            c.put(d, i.arg(0));
            if (count != 0) {
                m.emit(forms[4 + width], d, Operand.small(count));
            }
            return;
        }
        int count = c.use(i.arg(1));
        c.put(d, i.arg(0));
        m.emit(Pseudo.COPY, RCX, count);
        if (type.bits() < 32 && !rotates) {
            m.emit(Form.AND_RM32_IMM8S, RCX, Operand.small(type.bits() - 1));
        }
        m.emit(forms[width], d, RCX);
    }

    /**
     * Division traps by explicit checks, as the hardware's fault would be a signal. Where the divisor is a constant, what cannot happen is
     * not checked. A remainder by −1 is 0 and must not fault: −1 is replaced by 1.
     */
    private void divide(Instruction i, boolean signed) {
        MachineFunction m = c.machine();
        Type type = i.type();
        int width = atLeast32(type);
        boolean remainder = i.op() == Op.REM_S || i.op() == Op.REM_U;
        boolean known = i.arg(1) instanceof Constant;
        long divisor = known ? ((Constant) i.arg(1)).bits() : 0;
        if (known && !signed && type != Type.I64) {
            divisor &= (1L << type.bits()) - 1;
        }
        int x = c.extended(i.arg(0), signed);
        if (Long.bitCount(divisor) == 1 && divisor != 1 && !(signed && divisor < 0)) {
            int log = Long.numberOfTrailingZeros(divisor);
            if (signed) {
                dividePower(i, remainder, width, x, log);
            } else {
                divideUnsignedPower(i, remainder, width, x, log);
            }
            return;
        }
        int y = c.extended(i.arg(1), signed);
        if (divisor == 0) {
            m.emit(FormTables.TEST[width], y, y);
            c.jumpIf(FormTables.E, c.trapBlock("division_by_zero", c.position(i)));
        }
        if (signed && (!known || divisor == -1)) {
            if (remainder) {
                int one = c.constant(1);
                y = c.copyOf(y);
                c.arithmetic(FormTables.CMP, width, y, -1);
                m.emit(FormTables.cmov(FormTables.E, width), y, one);
            } else if (!(i.arg(0) instanceof Constant dividend) || dividend.bits() == smallest(type)) {
                checkQuotient(i, type, width, x, y);
            }
        }
        c.copy(RAX, x);
        if (signed) {
            m.emit(width == 3 ? Form.CQO : Form.CDQ);
        } else {
            m.emit(Form.MOV_R32_IMM32, RDX, Operand.small(0));
        }
        m.emit(signed ? FormTables.IDIV[width] : FormTables.DIV[width], y);
        c.copy(c.define(i), remainder ? RDX : RAX);
    }

    private void divideUnsignedPower(Instruction i, boolean remainder, int width, int x, int log) {
        int d = c.define(i);
        c.copy(d, x);
        if (remainder) {
            c.arithmetic(FormTables.AND, width, d, (1L << log) - 1);
        } else {
            c.machine().emit(FormTables.SHR[4 + width], d, Operand.small(log));
        }
    }

    /** A shift rounds down, so negative dividends are first increased by the divisor less one. */
    private void dividePower(Instruction i, boolean remainder, int width, int x, int log) {
        MachineFunction m = c.machine();
        int bits = 8 << width;
        int raised = c.copyOf(x);
        m.emit(FormTables.SAR[4 + width], raised, Operand.small(bits - 1));
        m.emit(FormTables.SHR[4 + width], raised, Operand.small(bits - log));
        m.emit(FormTables.ADD[FormTables.REGISTERS + width], raised, x);
        int d = c.define(i);
        if (remainder) {
            c.arithmetic(FormTables.AND, width, raised, -1L << log);
            c.copy(d, x);
            m.emit(FormTables.SUB[FormTables.REGISTERS + width], d, raised);
        } else {
            m.emit(FormTables.SAR[4 + width], raised, Operand.small(log));
            c.copy(d, raised);
        }
    }

    private static long smallest(Type type) {
        return -1L << type.bits() - 1;
    }

    /** Traps when the dividend is the smallest value and the divisor −1: when (x − MIN) | (y + 1) is zero. */
    private void checkQuotient(Instruction i, Type type, int width, int x, int y) {
        MachineFunction m = c.machine();
        int next = c.newGeneral();
        m.begin(FormTables.LEA[width]);
        m.operand(next).memory(y, Operand.NONE, 1, 1);
        int above = c.newGeneral();
        if (type == Type.I64) {
            c.setConstant(above, Long.MIN_VALUE);
            m.emit(Form.ADD_RM64_R64, above, x);
        } else {
            // Modulo 2^32 adding and subtracting 2^31 are the same.
            m.begin(Form.LEA_R32_M);
            m.operand(above).memory(x, Operand.NONE, 1, (int) -smallest(type));
        }
        m.emit(FormTables.OR[width], next, above);
        c.jumpIf(FormTables.E, c.trapBlock("integer_overflow", c.position(i)));
    }

    private void multiplyHigh(Instruction i, boolean signed) {
        MachineFunction m = c.machine();
        Type type = i.type();
        if (type == Type.I64) {
            int x = c.use(i.arg(0));
            int y = c.use(i.arg(1));
            c.copy(RAX, x);
            m.emit(signed ? Form.IMUL_RM64 : Form.MUL_RM64, y);
            c.copy(c.define(i), RDX);
            return;
        }
        int product = product(i, signed);
        m.emit(type == Type.I32 ? Form.SHR_RM64_IMM8 : Form.SHR_RM32_IMM8, product, Operand.small(type.bits()));
        c.copy(c.define(i), product);
    }

    /** The whole product of two {@code i8}, {@code i16} (at 32 bits) or {@code i32} (at 64 bits). */
    private int product(Instruction i, boolean signed) {
        boolean wide = i.arg(0).type() == Type.I32;
        int x = wide ? c.extended64(i.arg(0), signed) : c.extended(i.arg(0), signed);
        int y = wide ? c.extended64(i.arg(1), signed) : c.extended(i.arg(1), signed);
        int product = c.copyOf(x);
        c.machine().emit(FormTables.IMUL[wide ? 3 : 2], product, y);
        return product;
    }

    /** The first operand, replaced by the second when comparing the first with the second meets the condition. */
    private void choose(Instruction i, int condition) {
        MachineFunction m = c.machine();
        int width = SelectionContext.width(i.type());
        int b = c.use(i.arg(1));
        int d = c.define(i);
        c.put(d, i.arg(0));
        m.emit(FormTables.CMP[FormTables.REGISTERS + width], d, b);
        m.emit(FormTables.cmov(condition, width), d, b);
    }

    /** BSR gives the place of the highest set bit, and nothing defined for 0. */
    private void leadingZeros(Instruction i) {
        MachineFunction m = c.machine();
        int bits = i.type().bits();
        boolean wide = bits == 64;
        int x = c.extended(i.arg(0), false);
        // Inverted by the XOR below, this becomes the width.
        int none = c.constant(2 * bits - 1);
        int d = c.define(i);
        m.emit(Pseudo.DEFINE, d);
        m.emit(wide ? Form.BSR_R64_RM64 : Form.BSR_R32_RM32, d, x);
        m.emit(Form.CMOVE_R32_RM32, d, none);
        m.emit(Form.XOR_RM32_IMM8S, d, Operand.small(bits - 1));
    }

    private void trailingZeros(Instruction i) {
        MachineFunction m = c.machine();
        Type type = i.type();
        int x = c.use(i.arg(0));
        int d = c.define(i);
        if (type.bits() < 32) {
            // A bit behind the last one stops the search.
            int stopped = c.copyOf(x);
            m.emit(Form.OR_RM32_IMM32, stopped, m.literal(1L << type.bits()));
            m.emit(Pseudo.DEFINE, d);
            m.emit(Form.BSF_R32_RM32, d, stopped);
            return;
        }
        int none = c.constant(type.bits());
        m.emit(Pseudo.DEFINE, d);
        m.emit(type == Type.I64 ? Form.BSF_R64_RM64 : Form.BSF_R32_RM32, d, x);
        m.emit(Form.CMOVE_R32_RM32, d, none);
    }

    /** Sums of ever wider fields, the last step by a multiplication (Warren, "Hacker's Delight", 5-1). */
    private void populationCount(Instruction i) {
        MachineFunction m = c.machine();
        int width = atLeast32(i.type());
        int x = c.extended(i.arg(0), false);
        int d = c.define(i);
        c.copy(d, x);
        int part = c.copyOf(x);
        m.emit(FormTables.SHR[4 + width], part, Operand.small(1));
        and(width, part, 0x5555_5555_5555_5555L);
        m.emit(FormTables.SUB[FormTables.REGISTERS + width], d, part);
        part = c.copyOf(d);
        m.emit(FormTables.SHR[4 + width], part, Operand.small(2));
        and(width, part, 0x3333_3333_3333_3333L);
        and(width, d, 0x3333_3333_3333_3333L);
        m.emit(FormTables.ADD[FormTables.REGISTERS + width], d, part);
        part = c.copyOf(d);
        m.emit(FormTables.SHR[4 + width], part, Operand.small(4));
        m.emit(FormTables.ADD[FormTables.REGISTERS + width], d, part);
        and(width, d, 0x0F0F_0F0F_0F0F_0F0FL);
        if (width == 3) {
            m.emit(Form.IMUL_R64_RM64, d, c.constant(0x0101_0101_0101_0101L));
        } else {
            m.emit(Form.IMUL_R32_RM32_IMM32, d, d, m.literal(0x0101_0101));
        }
        m.emit(FormTables.SHR[4 + width], d, Operand.small(width == 3 ? 56 : 24));
    }

    private void and(int width, int d, long mask) {
        c.arithmetic(FormTables.AND, width, d, width == 3 ? mask : (int) mask);
    }

    private void swapBytes(Instruction i) {
        MachineFunction m = c.machine();
        int d = c.define(i);
        c.put(d, i.arg(0));
        switch (i.type()) {
            case I16 -> m.emit(Form.ROL_RM16_IMM8, d, Operand.small(8));
            case I32 -> m.emit(Form.BSWAP_R32, d);
            case I64 -> m.emit(Form.BSWAP_R64, d);
            default -> {
                // One byte stays as it is.
            }
        }
    }

    private void addOverflow(Instruction i, int[] group, int condition) {
        int sum = c.newGeneral();
        c.put(sum, i.arg(0));
        c.arithmetic(group, SelectionContext.width(i.arg(0).type()), sum, i.arg(1));
        c.setIf(c.define(i), condition);
    }

    private void signedMultiplyOverflow(Instruction i) {
        MachineFunction m = c.machine();
        Type type = i.arg(0).type();
        if (type == Type.I8) {
            int product = product(i, true);
            int low = c.newGeneral();
            m.emit(Form.MOVSX_R32_RM8, low, product);
            m.emit(Form.CMP_RM32_R32, low, product);
            c.setIf(c.define(i), FormTables.NE);
            return;
        }
        int product = c.newGeneral();
        c.put(product, i.arg(0));
        m.emit(FormTables.IMUL[SelectionContext.width(type)], product, c.use(i.arg(1)));
        c.setIf(c.define(i), FormTables.O);
    }

    private void unsignedMultiplyOverflow(Instruction i) {
        MachineFunction m = c.machine();
        Type type = i.arg(0).type();
        if (type == Type.I64) {
            int x = c.use(i.arg(0));
            int y = c.use(i.arg(1));
            c.copy(RAX, x);
            m.emit(Form.MUL_RM64, y);
            c.setIf(c.define(i), FormTables.O);
            return;
        }
        int product = product(i, false);
        m.emit(type == Type.I32 ? Form.SHR_RM64_IMM8 : Form.SHR_RM32_IMM8, product, Operand.small(type.bits()));
        c.setIf(c.define(i), FormTables.NE);
    }
}
