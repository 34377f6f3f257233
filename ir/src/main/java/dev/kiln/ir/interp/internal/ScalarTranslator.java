package dev.kiln.ir.interp.internal;

import dev.kiln.ir.Constant;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.MemoryOrder;
import dev.kiln.ir.Op;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;

/** Chooses code for everything that computes or accesses memory: a special operation where it is frequent, else a general one. */
final class ScalarTranslator {
    private final Translator t;
    private final CodeBuffer code;

    ScalarTranslator(Translator translator) {
        t = translator;
        code = translator.code;
    }

    /** Emits one instruction that is neither control flow nor a call. */
    void translate(Instruction i) {
        Type type = i.type();
        switch (i.op()) {
            case ADD, SUB, MUL -> addSubMul(i);
            case AND -> {
                if (type.isVector()) {
                    vectorBinary(i);
                } else if (isLiteral(i.arg(1))) {
                    code.op2i(Opcode.AND_I, t.def(i), t.use(i.arg(0)), literal(i.arg(1)));
                } else {
                    plain(Opcode.AND, i);
                }
            }
            case OR -> plainOrVector(Opcode.OR, i);
            case XOR -> plainOrVector(Opcode.XOR, i);
            case NOT -> {
                if (type.isVector()) {
                    vectorUnary(i);
                } else {
                    code.op3(Opcode.XOR, t.def(i), t.use(i.arg(0)), code.constant(-1));
                }
            }
            case NEG -> {
                if (type == Type.I32 || type == Type.I64) {
                    code.op3(
                            type == Type.I32 ? Opcode.SUB32 : Opcode.SUB64,
                            t.def(i),
                            code.constant(0),
                            t.use(i.arg(0)));
                } else {
                    unary(i);
                }
            }
            case SHL -> shift(i, Opcode.SHL32, Opcode.SHL64);
            case SHR_S -> shift(i, Opcode.SHR_S32, Opcode.SHR_S64);
            case SHR_U -> shift(i, Opcode.SHR_U32, Opcode.SHR_U64);
            case DIV_S -> byWidth(i, Opcode.DIV_S32, Opcode.DIV_S64);
            case REM_S -> byWidth(i, Opcode.REM_S32, Opcode.REM_S64);
            case ROTL,
                    ROTR,
                    DIV_U,
                    REM_U,
                    MULHI_S,
                    MULHI_U,
                    MIN_S,
                    MAX_S,
                    MIN_U,
                    MAX_U,
                    OVERFLOW_ADD_S,
                    OVERFLOW_ADD_U,
                    OVERFLOW_SUB_S,
                    OVERFLOW_SUB_U,
                    OVERFLOW_MUL_S,
                    OVERFLOW_MUL_U,
                    MIN,
                    MAX,
                    COPYSIGN,
                    ORD,
                    UNO -> binary(i);
            case DIV -> {
                if (type == Type.F64 || type == Type.F32) {
                    plain(type == Type.F64 ? Opcode.DIV_F64 : Opcode.DIV_F32, i);
                } else {
                    binary(i);
                }
            }
            case CLZ, CTZ, POPCNT, BSWAP, ABS, FLOOR, CEIL, ROUND_TO_ZERO, NEAREST -> unary(i);
            case SQRT -> {
                if (type == Type.F64) {
                    code.op2(Opcode.SQRT_F64, t.def(i), t.use(i.arg(0)));
                } else {
                    unary(i);
                }
            }
            case FMA -> {
                int a = t.use(i.arg(0));
                int b = t.use(i.arg(1));
                int c = t.use(i.arg(2));
                code.word(Opcode.FMA);
                code.word(type.ordinal());
                code.register(t.def(i));
                code.register(a);
                code.register(b);
                code.register(c);
            }
            case EQ, NE, LT_S, LE_S, GT_S, GE_S, LT_U, LE_U, GT_U, GE_U, LT, LE, GT, GE -> compare(i);
            case SEXT, ZEXT, TRUNC, FEXT, FTRUNC, ITOF_S, ITOF_U, FTOI_S, FTOI_U, BITCAST -> convert(i);
            case SELECT -> select(i);
            case LOAD, LOAD_S8, LOAD_U8, LOAD_S16, LOAD_U16, LOAD_S32, LOAD_U32 -> load(i);
            case STORE -> store(i);
            case INDEX -> index(i);
            case MEMCPY, MEMMOVE, MEMSET -> {
                int op = i.op() == Op.MEMSET ? Opcode.MEMSET : Opcode.MEMCPY;
                code.op3(op, t.use(i.arg(0)), t.use(i.arg(1)), t.use(i.arg(2)));
            }
            case ATOMIC_LOAD -> atomic(Opcode.ATOMIC_LOAD, order(i), i, t.def(i), t.use(i.arg(0)));
            case ATOMIC_STORE -> {
                int value = t.use(i.arg(0));
                int address = t.use(i.arg(1));
                code.word(Opcode.ATOMIC_STORE);
                code.word(i.arg(0).type().ordinal());
                code.word(order(i));
                code.register(value);
                code.register(address);
            }
            case ATOMIC_ADD,
                    ATOMIC_SUB,
                    ATOMIC_AND,
                    ATOMIC_OR,
                    ATOMIC_XOR,
                    ATOMIC_XCHG,
                    ATOMIC_MIN_S,
                    ATOMIC_MAX_S,
                    ATOMIC_MIN_U,
                    ATOMIC_MAX_U -> {
                int value = t.use(i.arg(0));
                int address = t.use(i.arg(1));
                code.word(Opcode.ATOMIC_RMW);
                code.word(i.op().ordinal());
                code.word(type.ordinal());
                code.register(t.def(i));
                code.register(value);
                code.register(address);
            }
            case ATOMIC_CAS -> {
                int address = t.use(i.arg(0));
                int expected = t.use(i.arg(1));
                int replacement = t.use(i.arg(2));
                code.word(Opcode.ATOMIC_CAS);
                code.word(type.ordinal());
                code.register(t.def(i));
                code.register(address);
                code.register(expected);
                code.register(replacement);
            }
            case FENCE -> {
                code.word(Opcode.FENCE);
                code.word(order(i));
            }
            case VA_START -> vaStart(i);
            case VA_ARG -> {
                int list = t.use(i.arg(0));
                code.word(Opcode.VA_ARG);
                code.word(type.ordinal());
                code.register(t.def(i));
                code.register(list);
            }
            case VA_COPY -> code.op2(Opcode.VA_COPY, t.use(i.arg(0)), t.use(i.arg(1)));
            case SPLAT -> {
                int a = t.use(i.arg(0));
                code.word(Opcode.SPLAT);
                code.word(type.ordinal());
                code.register(t.def(i));
                code.register(a);
            }
            case EXTRACT -> {
                int a = t.use(i.arg(0));
                code.word(Opcode.EXTRACT);
                code.word(i.arg(0).type().ordinal());
                code.register(t.def(i));
                code.register(a);
                code.word((int) i.immediate());
            }
            case INSERT -> {
                vectorOp(Opcode.INSERT, i);
                code.word((int) i.immediate());
            }
            case SHUFFLE -> {
                vectorOp(Opcode.SHUFFLE, i);
                code.word(code.addToPool(i.lanes()));
            }
            case DOT -> vectorOp(Opcode.DOT, i);
            case VAR -> {}
            case ALLOCA, CALL, TAIL_CALL, JUMP, BR, SWITCH, RET, TRAP, UNREACHABLE, GUARD ->
                throw new IllegalStateException(i.op().text());
        }
    }

    /** A constant operand that fits in a word of code. */
    private boolean isLiteral(Value value) {
        return t.values.root(value) instanceof Constant c && c.bits() == (int) c.bits();
    }

    private int literal(Value value) {
        return (int) ((Constant) t.values.root(value)).bits();
    }

    private void plain(int op, Instruction i) {
        code.op3(op, t.def(i), t.use(i.arg(0)), t.use(i.arg(1)));
    }

    private void plainOrVector(int op, Instruction i) {
        if (i.type().isVector()) {
            vectorBinary(i);
        } else {
            plain(op, i);
        }
    }

    private void byWidth(Instruction i, int op32, int op64) {
        switch (i.type()) {
            case I32 -> plain(op32, i);
            case I64 -> plain(op64, i);
            default -> binary(i);
        }
    }

    private void shift(Instruction i, int op32, int op64) {
        Type type = i.type();
        if (type.isVector()) {
            int a = t.use(i.arg(0));
            int count = t.use(i.arg(1));
            code.word(Opcode.VECTOR_SHIFT);
            code.word(i.op().ordinal());
            code.word(type.ordinal());
            code.register(t.def(i));
            code.register(a);
            code.register(count);
        } else if (i.op() == Op.SHL && type.bits() >= 32 && isLiteral(i.arg(1))) {
            code.op2i(type == Type.I32 ? Opcode.SHL32_I : Opcode.SHL64_I, t.def(i), t.use(i.arg(0)), literal(i.arg(1)));
        } else {
            byWidth(i, op32, op64);
        }
    }

    private void addSubMul(Instruction i) {
        Type type = i.type();
        Op op = i.op();
        switch (type) {
            case I32, I64 -> {
                boolean wide = type == Type.I64;
                if (isLiteral(i.arg(1)) && op != Op.MUL && !(op == Op.SUB && literal(i.arg(1)) == Integer.MIN_VALUE)) {
                    int value = op == Op.ADD ? literal(i.arg(1)) : -literal(i.arg(1));
                    code.op2i(wide ? Opcode.ADD64_I : Opcode.ADD32_I, t.def(i), t.use(i.arg(0)), value);
                } else if (isLiteral(i.arg(1)) && op == Op.MUL && wide) {
                    code.op2i(Opcode.MUL64_I, t.def(i), t.use(i.arg(0)), literal(i.arg(1)));
                } else {
                    plain(integerOp(op, wide), i);
                }
            }
            case I8, I16 -> {
                plain(integerOp(op, true), i);
                code.op2(type == Type.I8 ? Opcode.SEXT8 : Opcode.SEXT16, t.def(i), t.def(i));
            }
            case F64 -> plain(op == Op.ADD ? Opcode.ADD_F64 : op == Op.SUB ? Opcode.SUB_F64 : Opcode.MUL_F64, i);
            case F32 -> plain(op == Op.ADD ? Opcode.ADD_F32 : op == Op.SUB ? Opcode.SUB_F32 : Opcode.MUL_F32, i);
            default -> vectorBinary(i);
        }
    }

    private static int integerOp(Op op, boolean wide) {
        return switch (op) {
            case ADD -> wide ? Opcode.ADD64 : Opcode.ADD32;
            case SUB -> wide ? Opcode.SUB64 : Opcode.SUB32;
            default -> wide ? Opcode.MUL64 : Opcode.MUL32;
        };
    }

    private void unary(Instruction i) {
        if (i.type().isVector()) {
            vectorUnary(i);
            return;
        }
        emitUnary(Opcode.UNARY, i);
    }

    private void vectorUnary(Instruction i) {
        emitUnary(Opcode.VECTOR_UNARY, i);
    }

    private void emitUnary(int opcode, Instruction i) {
        int a = t.use(i.arg(0));
        code.word(opcode);
        code.word(i.op().ordinal());
        code.word(i.type().ordinal());
        code.register(t.def(i));
        code.register(a);
    }

    private void binary(Instruction i) {
        if (i.arg(0).type().isVector()) {
            vectorBinary(i);
        } else {
            emitBinary(Opcode.BINARY, i);
        }
    }

    private void vectorBinary(Instruction i) {
        emitBinary(Opcode.VECTOR_BINARY, i);
    }

    private void emitBinary(int opcode, Instruction i) {
        int a = t.use(i.arg(0));
        int b = t.use(i.arg(1));
        code.word(opcode);
        code.word(i.op().ordinal());
        code.word(i.arg(0).type().ordinal());
        code.register(t.def(i));
        code.register(a);
        code.register(b);
    }

    /** Operands type, destination, a, b. */
    private void vectorOp(int opcode, Instruction i) {
        int a = t.use(i.arg(0));
        int b = t.use(i.arg(1));
        code.word(opcode);
        code.word(i.arg(0).type().ordinal());
        code.register(t.def(i));
        code.register(a);
        code.register(b);
    }

    private void compare(Instruction i) {
        Type type = i.arg(0).type();
        if (type.isVector()) {
            vectorBinary(i);
            return;
        }
        if (type.isFloat()) {
            switch (i.op()) {
                case LT -> float64OrBinary(Opcode.LT_F64, i, false);
                case LE -> float64OrBinary(Opcode.LE_F64, i, false);
                case GT -> float64OrBinary(Opcode.LT_F64, i, true);
                case GE -> float64OrBinary(Opcode.LE_F64, i, true);
                case EQ -> float64OrBinary(Opcode.EQ_F64, i, false);
                default -> binary(i);
            }
            return;
        }
        switch (i.op()) {
            case EQ -> plain(Opcode.EQ, i);
            case NE -> plain(Opcode.NE, i);
            case LT_S -> plain(Opcode.LT_S, i);
            case LE_S -> plain(Opcode.LE_S, i);
            case GT_S -> swapped(Opcode.LT_S, i);
            case GE_S -> swapped(Opcode.LE_S, i);
            case LT_U -> plain(Opcode.LT_U, i);
            case LE_U -> plain(Opcode.LE_U, i);
            case GT_U -> swapped(Opcode.LT_U, i);
            case GE_U -> swapped(Opcode.LE_U, i);
            default -> throw new IllegalStateException(i.op().text());
        }
    }

    private void swapped(int op, Instruction i) {
        code.op3(op, t.def(i), t.use(i.arg(1)), t.use(i.arg(0)));
    }

    private void float64OrBinary(int op, Instruction i, boolean swap) {
        if (i.arg(0).type() != Type.F64) {
            binary(i);
        } else if (swap) {
            swapped(op, i);
        } else {
            plain(op, i);
        }
    }

    /** Emits a branch on a comparison that has no other use. */
    void fusedBranch(Instruction c, int yes, int no) {
        Value a = c.arg(0);
        Value b = c.arg(1);
        switch (c.op()) {
            case EQ -> branch(Opcode.BR_EQ, a, b, yes, no);
            case NE -> branch(Opcode.BR_EQ, a, b, no, yes);
            case LT_S -> ordered(Opcode.BR_LT_S, Opcode.BR_LE_S, a, b, yes, no);
            case LE_S -> ordered(Opcode.BR_LE_S, Opcode.BR_LT_S, a, b, yes, no);
            case GT_S -> ordered(Opcode.BR_LE_S, Opcode.BR_LT_S, a, b, no, yes);
            case GE_S -> ordered(Opcode.BR_LT_S, Opcode.BR_LE_S, a, b, no, yes);
            case LT_U -> ordered(Opcode.BR_LT_U, Opcode.BR_LE_U, a, b, yes, no);
            case LE_U -> ordered(Opcode.BR_LE_U, Opcode.BR_LT_U, a, b, yes, no);
            case GT_U -> ordered(Opcode.BR_LE_U, Opcode.BR_LT_U, a, b, no, yes);
            case GE_U -> ordered(Opcode.BR_LT_U, Opcode.BR_LE_U, a, b, no, yes);
            // Unordered operands make all four false: exchange operands, never targets.
            case LT -> branch(Opcode.BR_LT_F64, a, b, yes, no);
            case LE -> branch(Opcode.BR_LE_F64, a, b, yes, no);
            case GT -> branch(Opcode.BR_LT_F64, b, a, yes, no);
            case GE -> branch(Opcode.BR_LE_F64, b, a, yes, no);
            default -> throw new IllegalStateException(c.op().text());
        }
    }

    /** An order of integers: a constant on the left turns {@code c < b} into {@code b > c}, that is not {@code b <= c}. */
    private void ordered(int op, int mirrored, Value a, Value b, int yes, int no) {
        if (isLiteral(a) && !isLiteral(b)) {
            branch(mirrored, b, a, no, yes);
        } else {
            branch(op, a, b, yes, no);
        }
    }

    private void branch(int op, Value a, Value b, int yes, int no) {
        if (isLiteral(b) && op <= Opcode.BR_LE_U) {
            int register = t.use(a);
            code.op1(op - Opcode.BR_EQ + Opcode.BR_EQ_I, register);
            code.word(literal(b));
        } else {
            int left = t.use(a);
            int right = t.use(b);
            code.op2(op, left, right);
        }
        code.target(yes);
        code.target(no);
    }

    private void convert(Instruction i) {
        Type to = i.type();
        Type from = i.arg(0).type();
        int a = t.use(i.arg(0));
        int d = t.def(i);
        if (to.isVector() || from.isVector()) {
            if (i.op() == Op.BITCAST) {
                moveWords(d, a, AbiSignature.words(to));
            } else {
                conversion(Opcode.VECTOR_CONVERT, i, from, a);
            }
            return;
        }
        switch (i.op()) {
            case ZEXT -> {
                int op = from == Type.I8 ? Opcode.ZEXT8 : from == Type.I16 ? Opcode.ZEXT16 : Opcode.ZEXT32;
                code.op2(from == Type.I64 ? Opcode.MOVE : op, d, a);
            }
            case TRUNC ->
                code.op2(
                        to == Type.I8
                                ? Opcode.SEXT8
                                : to == Type.I16 ? Opcode.SEXT16 : to == Type.I32 ? Opcode.SEXT32 : Opcode.MOVE,
                        d,
                        a);
            case BITCAST -> {
                if (to == from || to.bytes() == 8) {
                    code.op2(Opcode.MOVE, d, a);
                } else {
                    code.op2(to == Type.F32 ? Opcode.ZEXT32 : Opcode.SEXT32, d, a);
                }
            }
            case ITOF_S -> {
                if (to == Type.F64) {
                    code.op2(Opcode.ITOF_F64, d, a);
                } else {
                    conversion(Opcode.CONVERT, i, from, a);
                }
            }
            default -> conversion(Opcode.CONVERT, i, from, a);
        }
    }

    private void conversion(int opcode, Instruction i, Type from, int a) {
        code.word(opcode);
        code.word(i.op().ordinal());
        code.word(i.type().ordinal());
        code.word(from.ordinal());
        code.register(t.def(i));
        code.register(a);
    }

    private void moveWords(int d, int a, int words) {
        code.word(Opcode.MOVE_WORDS);
        code.word(words);
        code.register(d);
        code.register(a);
    }

    private void select(Instruction i) {
        int c = t.use(i.arg(0));
        int a = t.use(i.arg(1));
        int b = t.use(i.arg(2));
        int words = AbiSignature.words(i.type());
        if (words == 1) {
            code.word(Opcode.SELECT);
        } else {
            code.word(Opcode.VECTOR_SELECT);
            code.word(i.type().ordinal());
        }
        code.register(t.def(i));
        code.register(c);
        code.register(a);
        code.register(b);
    }

    /** Puts the register of an address and a displacement, {@code base} and {@code displacement}. */
    private int base;

    private int displacement;

    private void address(Value address) {
        Value root = t.values.root(address);
        if (root.id() >= 0 && t.values.fused[root.id()]) {
            Instruction sum = (Instruction) root;
            base = t.use(sum.arg(0));
            displacement = (int) ((Constant) sum.arg(1)).bits();
        } else {
            base = t.use(root);
            displacement = 0;
        }
    }

    private void load(Instruction i) {
        Type type = i.type();
        if (type.isVector()) {
            int p = t.use(i.arg(0));
            code.word(Opcode.LOAD_WORDS);
            code.word(AbiSignature.words(type));
            code.register(t.def(i));
            code.register(p);
            return;
        }
        address(i.arg(0));
        code.op2i(loadOp(i.op(), type), t.def(i), base, displacement);
    }

    /** Registers hold narrow integers sign-extended, so what counts for a load as wide as its type is not how it extends. */
    private static int loadOp(Op op, Type type) {
        return switch (op) {
            case LOAD ->
                switch (type.bytes()) {
                    case 1 -> Opcode.LOAD_S8;
                    case 2 -> Opcode.LOAD_S16;
                    case 4 -> type == Type.F32 ? Opcode.LOAD_U32 : Opcode.LOAD_S32;
                    default -> Opcode.LOAD64;
                };
            case LOAD_S8 -> Opcode.LOAD_S8;
            case LOAD_U8 -> type == Type.I8 ? Opcode.LOAD_S8 : Opcode.LOAD_U8;
            case LOAD_S16 -> Opcode.LOAD_S16;
            case LOAD_U16 -> type == Type.I16 ? Opcode.LOAD_S16 : Opcode.LOAD_U16;
            case LOAD_U32 -> type == Type.I32 ? Opcode.LOAD_S32 : Opcode.LOAD_U32;
            default -> Opcode.LOAD_S32;
        };
    }

    private void store(Instruction i) {
        Type type = i.arg(0).type();
        int value = t.use(i.arg(0));
        if (type.isVector()) {
            int p = t.use(i.arg(1));
            code.word(Opcode.STORE_WORDS);
            code.word(AbiSignature.words(type));
            code.register(value);
            code.register(p);
            return;
        }
        address(i.arg(1));
        int op = switch (type.bytes()) {
            case 1 -> Opcode.STORE8;
            case 2 -> Opcode.STORE16;
            case 4 -> Opcode.STORE32;
            default -> Opcode.STORE64;
        };
        code.op2i(op, value, base, displacement);
    }

    private void index(Instruction i) {
        int p = t.use(i.arg(0));
        long scale = i.immediate();
        long offset = i.immediate2();
        if (t.values.root(i.arg(1)) instanceof Constant c) {
            long sum = c.bits() * scale + offset;
            if (sum == (int) sum) {
                code.op2i(Opcode.ADD64_I, t.def(i), p, (int) sum);
            } else {
                code.op3(Opcode.ADD64, t.def(i), p, code.constant(sum));
            }
            return;
        }
        int n = t.use(i.arg(1));
        if (scale == (int) scale && offset == (int) offset) {
            code.op3(Opcode.INDEX, t.def(i), p, n);
            code.word((int) scale);
            code.word((int) offset);
        } else {
            int d = t.def(i);
            code.op3(Opcode.MUL64, d, n, code.constant(scale));
            code.op3(Opcode.ADD64, d, d, p);
            code.op3(Opcode.ADD64, d, d, code.constant(offset));
        }
    }

    private static int order(Instruction i) {
        MemoryOrder order = i.order();
        return (order == null ? MemoryOrder.SEQ_CST : order).ordinal();
    }

    private void atomic(int op, int order, Instruction i, int d, int p) {
        code.word(op);
        code.word(i.type().ordinal());
        code.word(order);
        code.register(d);
        code.register(p);
    }

    private void vaStart(Instruction i) {
        int list = t.use(i.arg(0));
        if (t.variadicRegister < 0) { // only code that was never verified starts them in a function without
            code.word(Opcode.TRAP);
            code.word(code.addToPool("unreachable"));
            return;
        }
        code.op2(Opcode.VA_START, t.variadicRegister, list);
    }
}
