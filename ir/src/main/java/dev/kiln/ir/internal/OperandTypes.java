package dev.kiln.ir.internal;

import dev.kiln.ir.Instruction;
import dev.kiln.ir.Op;
import dev.kiln.ir.Type;

/**
 * How the type written in text, the operands and the result of each operation belong together: the meaning of {@link Op.Shape}. Read
 * by builder, parser, printer and verifier, so that the rule stands once.
 */
public final class OperandTypes {
    private OperandTypes() {}

    /** The number of operands; −1 where it depends on the instruction (calls and {@code ret}). */
    public static int count(Op op) {
        return switch (op.shape()) {
            case FENCE, JUMP, TRAP, UNREACHABLE -> 0;
            case UNARY, CONVERT, LOAD, ALLOCA, VA_START, SPLAT, EXTRACT, BR, SWITCH, GUARD, VAR -> 1;
            case BINARY, SHIFT, COMPARE, STORE, INDEX, ATOMIC_RMW, VA_COPY, INSERT, SHUFFLE, DOT -> 2;
            case TERNARY, SELECT, MEMORY_BLOCK, ATOMIC_CAS -> 3;
            case CALL, RET -> -1;
        };
    }

    /** Whether a type is written after the operation's name in text. */
    public static boolean writesType(Op op) {
        return op.types() != 0 || op.shape() == Op.Shape.SWITCH;
    }

    /** The type that text writes for a finished instruction; {@link Type#VOID} where none is written. */
    public static Type written(Instruction i) {
        return switch (i.op().shape()) {
            case UNARY,
                    BINARY,
                    TERNARY,
                    SHIFT,
                    CONVERT,
                    SELECT,
                    LOAD,
                    INDEX,
                    ATOMIC_RMW,
                    ATOMIC_CAS,
                    SPLAT,
                    INSERT,
                    SHUFFLE -> i.type();
            case COMPARE, STORE, EXTRACT, DOT, SWITCH ->
                i.argCount() == 0 ? Type.VOID : i.arg(0).type();
            case ALLOCA, MEMORY_BLOCK, FENCE, CALL, VA_START, VA_COPY, JUMP, BR, RET, TRAP, UNREACHABLE, GUARD, VAR ->
                Type.VOID;
        };
    }

    /** The result's type; {@link Type#VOID} for none. Not for calls, whose signature tells. */
    public static Type result(Op op, Type written) {
        return switch (op.shape()) {
            case UNARY, BINARY, TERNARY, SHIFT, CONVERT, SELECT, LOAD, ATOMIC_RMW, ATOMIC_CAS, SPLAT, INSERT, SHUFFLE ->
                written;
            case COMPARE -> written.isVector() ? written.maskType() : Type.I32;
            case INDEX, ALLOCA -> Type.PTR;
            case EXTRACT, DOT -> written.lane();
            case STORE,
                    MEMORY_BLOCK,
                    FENCE,
                    CALL,
                    VA_START,
                    VA_COPY,
                    JUMP,
                    BR,
                    SWITCH,
                    RET,
                    TRAP,
                    UNREACHABLE,
                    GUARD,
                    VAR -> Type.VOID;
        };
    }

    /** The type that operand {@code index} must have; {@code null} where several are possible. Not for calls and {@code ret}. */
    public static Type operand(Op op, Type written, int index) {
        return switch (op.shape()) {
            case UNARY, BINARY, TERNARY, COMPARE, EXTRACT, SHUFFLE, DOT, SWITCH -> written;
            case SHIFT -> index == 1 && written.isVector() ? Type.I32 : written;
            case CONVERT, BR, GUARD, VAR -> null;
            case SELECT -> index > 0 ? written : written.isVector() ? written.maskType() : null;
            case LOAD, VA_START, VA_COPY -> Type.PTR;
            case STORE, ATOMIC_RMW -> index == 0 ? written : Type.PTR;
            case INDEX -> index == 0 ? Type.PTR : Type.I64;
            case ALLOCA -> Type.I64;
            case MEMORY_BLOCK -> index == 2 ? Type.I64 : index == 1 && op == Op.MEMSET ? Type.I8 : Type.PTR;
            case ATOMIC_CAS -> index == 0 ? Type.PTR : written;
            case SPLAT -> written.lane();
            case INSERT -> index == 0 ? written : written.lane();
            case FENCE, CALL, JUMP, RET, TRAP, UNREACHABLE -> null;
        };
    }

    /** Whether operand {@code index} is an address, where a {@code ref} may stand for a {@code ptr}. */
    public static boolean isAddress(Op op, int index) {
        return switch (op.shape()) {
            case LOAD -> op != Op.VA_ARG;
            case INDEX, ATOMIC_CAS -> index == 0;
            case STORE, ATOMIC_RMW -> index == 1;
            case MEMORY_BLOCK -> index == 0 || index == 1 && op != Op.MEMSET;
            default -> false;
        };
    }

    /** Whether a value of type {@code actual} may be operand {@code index}. */
    public static boolean accepts(Op op, Type written, int index, Type actual) {
        Type wanted = operand(op, written, index);
        if (wanted != null) {
            return actual == wanted || actual == Type.REF && wanted == Type.PTR && isAddress(op, index);
        }
        return switch (op.shape()) {
            case CONVERT -> converts(op, written, actual);
            case SELECT, BR, GUARD -> actual.isInt();
            case VAR -> actual != Type.VOID;
            default -> false;
        };
    }

    /** Whether a conversion leads from one type to another. */
    public static boolean converts(Op op, Type to, Type from) {
        return switch (op) {
            case SEXT, ZEXT -> to.isInt() && from.isInt() && from.bytes() < to.bytes();
            case TRUNC -> to.isInt() && from.isInt() && from.bytes() > to.bytes();
            case FEXT -> to == Type.F64 && from == Type.F32;
            case FTRUNC -> to == Type.F32 && from == Type.F64;
            case ITOF_S ->
                to.isFloat() && from.isInt()
                        || to == Type.V4F32 && from == Type.V4I32
                        || to == Type.V8F32 && from == Type.V8I32;
            case ITOF_U -> to.isFloat() && from.isInt();
            case FTOI_S ->
                to.isInt() && from.isFloat()
                        || to == Type.V4I32 && from == Type.V4F32
                        || to == Type.V8I32 && from == Type.V8F32;
            case FTOI_U -> to.isInt() && from.isFloat();
            case BITCAST -> to.bytes() == from.bytes() && to != Type.VOID && to != Type.REF && from != Type.REF;
            default -> false;
        };
    }

    /** What {@link #accepts} wants, in words for a message. */
    public static String wanted(Op op, Type written, int index) {
        Type wanted = operand(op, written, index);
        if (wanted != null) {
            return isAddress(op, index) ? "ptr or ref" : wanted.text();
        }
        return switch (op) {
            case SEXT, ZEXT -> "an integer narrower than " + written;
            case TRUNC -> "an integer wider than " + written;
            case FEXT -> "f32";
            case FTRUNC -> "f64";
            case ITOF_S, ITOF_U -> written.isVector() ? "a vector of as many i32" : "an integer";
            case FTOI_S, FTOI_U -> written.isVector() ? "a vector of as many f32" : "f32 or f64";
            case BITCAST -> "a type of " + written.bytes() + " bytes other than ref";
            case VAR -> "a value";
            default -> "an integer";
        };
    }

    /** Whether the operation may be written with this type. */
    public static boolean takes(Op op, Type written) {
        if (op.shape() == Op.Shape.SWITCH) {
            return written.isInt();
        }
        if ((op.types() & written.classBit()) == 0) {
            return false;
        }
        return switch (op) {
            case LOAD_S8, LOAD_U8 -> written.bytes() >= 1;
            case LOAD_S16, LOAD_U16 -> written.bytes() >= 2;
            case LOAD_S32, LOAD_U32 -> written.bytes() >= 4;
            case SEXT, ZEXT -> written != Type.I8;
            case TRUNC -> written != Type.I64;
            case FEXT -> written == Type.F64;
            case FTRUNC -> written == Type.F32;
            case ITOF_S -> written.isFloat() || written == Type.V4F32 || written == Type.V8F32;
            case FTOI_S -> written.isInt() || written == Type.V4I32 || written == Type.V8I32;
            default -> true;
        };
    }
}
