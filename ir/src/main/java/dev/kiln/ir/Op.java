package dev.kiln.ir;

import static dev.kiln.ir.Type.FLOAT;
import static dev.kiln.ir.Type.INT;
import static dev.kiln.ir.Type.POINTER;
import static dev.kiln.ir.Type.REFERENCE;
import static dev.kiln.ir.Type.VECTOR_FLOAT;
import static dev.kiln.ir.Type.VECTOR_INT;

/**
 * The operations of the IR: one row each, read by parser, printer, verifier, interpreter, passes and instruction selection. What
 * each one means is defined by the reference interpreter and told in {@code docs/ir.md}.
 *
 * <p>A row gives the name in text, the shape (how operands, written type and result belong together, see {@link Shape}), the
 * groups of types it takes for the type written in text, and facts: see the constants.
 */
public enum Op {
    // Integer (and lane-wise on vectors where VECTOR_… is listed).
    ADD("add", Shape.BINARY, INT | FLOAT | VECTOR_INT | VECTOR_FLOAT, F.COMMUTES),
    SUB("sub", Shape.BINARY, INT | FLOAT | VECTOR_INT | VECTOR_FLOAT, 0),
    MUL("mul", Shape.BINARY, INT | FLOAT | VECTOR_INT | VECTOR_FLOAT, F.COMMUTES),
    NEG("neg", Shape.UNARY, INT | FLOAT | VECTOR_INT | VECTOR_FLOAT, 0),
    AND("and", Shape.BINARY, INT | VECTOR_INT, F.COMMUTES),
    OR("or", Shape.BINARY, INT | VECTOR_INT, F.COMMUTES),
    XOR("xor", Shape.BINARY, INT | VECTOR_INT, F.COMMUTES),
    NOT("not", Shape.UNARY, INT | VECTOR_INT, 0),
    SHL("shl", Shape.SHIFT, INT | VECTOR_INT, 0),
    SHR_S("shr.s", Shape.SHIFT, INT | VECTOR_INT, 0),
    SHR_U("shr.u", Shape.SHIFT, INT | VECTOR_INT, 0),
    ROTL("rotl", Shape.SHIFT, INT, 0),
    ROTR("rotr", Shape.SHIFT, INT, 0),
    DIV_S("div.s", Shape.BINARY, INT, F.TRAPS),
    DIV_U("div.u", Shape.BINARY, INT, F.TRAPS),
    REM_S("rem.s", Shape.BINARY, INT, F.TRAPS),
    REM_U("rem.u", Shape.BINARY, INT, F.TRAPS),
    MULHI_S("mulhi.s", Shape.BINARY, INT, F.COMMUTES),
    MULHI_U("mulhi.u", Shape.BINARY, INT, F.COMMUTES),
    MIN_S("min.s", Shape.BINARY, INT | VECTOR_INT, F.COMMUTES),
    MAX_S("max.s", Shape.BINARY, INT | VECTOR_INT, F.COMMUTES),
    MIN_U("min.u", Shape.BINARY, INT | VECTOR_INT, F.COMMUTES),
    MAX_U("max.u", Shape.BINARY, INT | VECTOR_INT, F.COMMUTES),
    CLZ("clz", Shape.UNARY, INT, 0),
    CTZ("ctz", Shape.UNARY, INT, 0),
    POPCNT("popcnt", Shape.UNARY, INT, 0),
    BSWAP("bswap", Shape.UNARY, INT, 0),
    OVERFLOW_ADD_S("overflow.add.s", Shape.COMPARE, INT, F.COMMUTES),
    OVERFLOW_ADD_U("overflow.add.u", Shape.COMPARE, INT, F.COMMUTES),
    OVERFLOW_SUB_S("overflow.sub.s", Shape.COMPARE, INT, 0),
    OVERFLOW_SUB_U("overflow.sub.u", Shape.COMPARE, INT, 0),
    OVERFLOW_MUL_S("overflow.mul.s", Shape.COMPARE, INT, F.COMMUTES),
    OVERFLOW_MUL_U("overflow.mul.u", Shape.COMPARE, INT, F.COMMUTES),

    // Floating point.
    DIV("div", Shape.BINARY, FLOAT | VECTOR_FLOAT, 0),
    ABS("abs", Shape.UNARY, FLOAT | VECTOR_FLOAT, 0),
    SQRT("sqrt", Shape.UNARY, FLOAT | VECTOR_FLOAT, 0),
    MIN("min", Shape.BINARY, FLOAT | VECTOR_FLOAT, 0),
    MAX("max", Shape.BINARY, FLOAT | VECTOR_FLOAT, 0),
    COPYSIGN("copysign", Shape.BINARY, FLOAT, 0),
    FMA("fma", Shape.TERNARY, FLOAT, 0),
    FLOOR("floor", Shape.UNARY, FLOAT, 0),
    CEIL("ceil", Shape.UNARY, FLOAT, 0),
    /** Rounds to an integral value towards zero; {@code trunc} with a float type. {@link #TRUNC} narrows integers. */
    ROUND_TO_ZERO("trunc", Shape.UNARY, FLOAT, 0),
    NEAREST("nearest", Shape.UNARY, FLOAT, 0),

    // Comparison: i32 0 or 1; on vectors a mask of all-ones and all-zero lanes.
    EQ("eq", Shape.COMPARE, INT | FLOAT | POINTER | REFERENCE | VECTOR_INT | VECTOR_FLOAT, F.COMMUTES),
    NE("ne", Shape.COMPARE, INT | FLOAT | POINTER | REFERENCE | VECTOR_INT | VECTOR_FLOAT, F.COMMUTES),
    LT_S("lt.s", Shape.COMPARE, INT | VECTOR_INT, 0),
    LE_S("le.s", Shape.COMPARE, INT | VECTOR_INT, 0),
    GT_S("gt.s", Shape.COMPARE, INT | VECTOR_INT, 0),
    GE_S("ge.s", Shape.COMPARE, INT | VECTOR_INT, 0),
    LT_U("lt.u", Shape.COMPARE, INT | POINTER | VECTOR_INT, 0),
    LE_U("le.u", Shape.COMPARE, INT | POINTER | VECTOR_INT, 0),
    GT_U("gt.u", Shape.COMPARE, INT | POINTER | VECTOR_INT, 0),
    GE_U("ge.u", Shape.COMPARE, INT | POINTER | VECTOR_INT, 0),
    LT("lt", Shape.COMPARE, FLOAT | VECTOR_FLOAT, 0),
    LE("le", Shape.COMPARE, FLOAT | VECTOR_FLOAT, 0),
    GT("gt", Shape.COMPARE, FLOAT | VECTOR_FLOAT, 0),
    GE("ge", Shape.COMPARE, FLOAT | VECTOR_FLOAT, 0),
    ORD("ord", Shape.COMPARE, FLOAT | VECTOR_FLOAT, F.COMMUTES),
    UNO("uno", Shape.COMPARE, FLOAT | VECTOR_FLOAT, F.COMMUTES),

    // Conversion: the written type is the result's.
    SEXT("sext", Shape.CONVERT, INT, 0),
    ZEXT("zext", Shape.CONVERT, INT, 0),
    TRUNC("trunc", Shape.CONVERT, INT, 0),
    FEXT("fext", Shape.CONVERT, FLOAT, 0),
    FTRUNC("ftrunc", Shape.CONVERT, FLOAT, 0),
    ITOF_S("itof.s", Shape.CONVERT, FLOAT | VECTOR_FLOAT, 0),
    ITOF_U("itof.u", Shape.CONVERT, FLOAT, 0),
    FTOI_S("ftoi.s", Shape.CONVERT, INT | VECTOR_INT, 0),
    FTOI_U("ftoi.u", Shape.CONVERT, INT, 0),
    BITCAST("bitcast", Shape.CONVERT, INT | FLOAT | POINTER | VECTOR_INT | VECTOR_FLOAT, 0),

    /** {@code select T c, a, b}: a if c is non-zero, else b; with a lane mask of the mask type, lane-wise on vectors. */
    SELECT("select", Shape.SELECT, INT | FLOAT | POINTER | REFERENCE | VECTOR_INT | VECTOR_FLOAT, 0),

    // Memory. Operand order as in text.
    LOAD("load", Shape.LOAD, INT | FLOAT | POINTER | REFERENCE | VECTOR_INT | VECTOR_FLOAT, F.READS),
    LOAD_S8("load.s8", Shape.LOAD, INT, F.READS),
    LOAD_U8("load.u8", Shape.LOAD, INT, F.READS),
    LOAD_S16("load.s16", Shape.LOAD, INT, F.READS),
    LOAD_U16("load.u16", Shape.LOAD, INT, F.READS),
    LOAD_S32("load.s32", Shape.LOAD, INT, F.READS),
    LOAD_U32("load.u32", Shape.LOAD, INT, F.READS),
    STORE("store", Shape.STORE, INT | FLOAT | POINTER | REFERENCE | VECTOR_INT | VECTOR_FLOAT, F.WRITES),
    /** {@code index ptr p, i, scale [+ disp]} = p + i × scale + disp; i is i64. */
    INDEX("index", Shape.INDEX, POINTER, 0),
    /** {@code alloca size, align}: in the entry block with a constant size a slot of the frame, else memory on the stack until return. */
    ALLOCA("alloca", Shape.ALLOCA, 0, F.EFFECT),
    /** {@code memcpy to, from, count}: the areas do not overlap, or are the same. */
    MEMCPY("memcpy", Shape.MEMORY_BLOCK, 0, F.READS | F.WRITES),
    MEMMOVE("memmove", Shape.MEMORY_BLOCK, 0, F.READS | F.WRITES),
    /** {@code memset to, byte, count}: byte is i8. */
    MEMSET("memset", Shape.MEMORY_BLOCK, 0, F.WRITES),
    ATOMIC_LOAD("atomic.load", Shape.LOAD, INT | POINTER, F.READS | F.EFFECT),
    ATOMIC_STORE("atomic.store", Shape.STORE, INT | POINTER, F.WRITES),
    ATOMIC_ADD("atomic.rmw.add", Shape.ATOMIC_RMW, INT, F.READS | F.WRITES),
    ATOMIC_SUB("atomic.rmw.sub", Shape.ATOMIC_RMW, INT, F.READS | F.WRITES),
    ATOMIC_AND("atomic.rmw.and", Shape.ATOMIC_RMW, INT, F.READS | F.WRITES),
    ATOMIC_OR("atomic.rmw.or", Shape.ATOMIC_RMW, INT, F.READS | F.WRITES),
    ATOMIC_XOR("atomic.rmw.xor", Shape.ATOMIC_RMW, INT, F.READS | F.WRITES),
    ATOMIC_XCHG("atomic.rmw.xchg", Shape.ATOMIC_RMW, INT | POINTER, F.READS | F.WRITES),
    ATOMIC_MIN_S("atomic.rmw.min.s", Shape.ATOMIC_RMW, INT, F.READS | F.WRITES),
    ATOMIC_MAX_S("atomic.rmw.max.s", Shape.ATOMIC_RMW, INT, F.READS | F.WRITES),
    ATOMIC_MIN_U("atomic.rmw.min.u", Shape.ATOMIC_RMW, INT, F.READS | F.WRITES),
    ATOMIC_MAX_U("atomic.rmw.max.u", Shape.ATOMIC_RMW, INT, F.READS | F.WRITES),
    /** {@code atomic.cas T p, expected, new}: gives the old value. */
    ATOMIC_CAS("atomic.cas", Shape.ATOMIC_CAS, INT | POINTER, F.READS | F.WRITES),
    FENCE("fence", Shape.FENCE, 0, F.READS | F.WRITES),

    // Calls.
    CALL("call", Shape.CALL, 0, F.READS | F.WRITES | F.TRAPS),
    /** {@code va_start p}: starts the variadic arguments of this function in the 24-byte System V {@code va_list} at p. */
    VA_START("va_start", Shape.VA_START, 0, F.READS | F.WRITES),
    /** {@code va_arg T p}: takes the next variadic argument. */
    VA_ARG("va_arg", Shape.LOAD, INT | FLOAT | POINTER, F.READS | F.WRITES),
    /** {@code va_copy to, from}. */
    VA_COPY("va_copy", Shape.VA_COPY, 0, F.READS | F.WRITES),

    // Vectors.
    /** {@code splat V x}: every lane is x. */
    SPLAT("splat", Shape.SPLAT, VECTOR_INT | VECTOR_FLOAT, 0),
    /** {@code extract V v, n}: lane n (a literal); the written type is the vector's, the result is its lane. */
    EXTRACT("extract", Shape.EXTRACT, VECTOR_INT | VECTOR_FLOAT, 0),
    /** {@code insert V v, x, n}: v with lane n replaced by x. */
    INSERT("insert", Shape.INSERT, VECTOR_INT | VECTOR_FLOAT, 0),
    /** {@code shuffle V a, b, [n, …]}: each n picks a lane of a followed by b. */
    SHUFFLE("shuffle", Shape.SHUFFLE, VECTOR_INT | VECTOR_FLOAT, 0),
    /** {@code dot V a, b}: the sum of the lane products, added in lane order from lane 0; the result is a lane. */
    DOT("dot", Shape.DOT, VECTOR_INT | VECTOR_FLOAT, 0),

    // Control. Terminators end a block; nothing else does.
    JUMP("jump", Shape.JUMP, 0, F.TERMINATOR),
    BR("br", Shape.BR, 0, F.TERMINATOR),
    SWITCH("switch", Shape.SWITCH, 0, F.TERMINATOR),
    RET("ret", Shape.RET, 0, F.TERMINATOR),
    TAIL_CALL("tail call", Shape.CALL, 0, F.TERMINATOR | F.READS | F.WRITES | F.TRAPS),
    TRAP("trap", Shape.TRAP, 0, F.TERMINATOR | F.TRAPS),
    UNREACHABLE("unreachable", Shape.UNREACHABLE, 0, F.TERMINATOR | F.TRAPS),
    /** {@code guard c, @exit(id), state(…)}: leaves the function through {@code @exit} when c is zero. */
    GUARD("guard", Shape.GUARD, 0, F.READS | F.WRITES | F.TRAPS),
    /** {@code var %v "name"}: from here on the source variable has this value. For debuggers; no meaning. */
    VAR("var", Shape.VAR, 0, F.EFFECT);

    /** How the written type, the operands and the result of an operation belong together. T is the type written in text. */
    public enum Shape {
        /** {@code T a} → T. */
        UNARY,
        /** {@code T a, b} → T. */
        BINARY,
        /** {@code T a, b, c} → T. */
        TERNARY,
        /** {@code T a, n} → T; n has type T, on vectors i32. Taken modulo the (lane) width. */
        SHIFT,
        /** {@code T a, b} → i32, on vectors the mask type. */
        COMPARE,
        /** {@code T a} → T where a has another type, known from the value or written: {@code sext i64 i32 5}. */
        CONVERT,
        /** {@code T c, a, b} → T; c is any integer, or on vectors a value of the mask type. */
        SELECT,
        /** {@code T p} → T. */
        LOAD,
        /** {@code T v, p}. */
        STORE,
        /** {@code ptr p, i, scale, displacement} → ptr; i is i64. */
        INDEX,
        /** {@code size, align} → ptr; size is i64. */
        ALLOCA,
        /** {@code to, from or value, count}; count is i64. */
        MEMORY_BLOCK,
        /** {@code T v, p} → T, the old value. */
        ATOMIC_RMW,
        /** {@code T p, expected, replacement} → T, the old value. */
        ATOMIC_CAS,
        /** Nothing but the memory order. */
        FENCE,
        /** A callee and arguments as the signature says → its result. */
        CALL,
        /** {@code list}. */
        VA_START,
        /** {@code to, from}, both lists. */
        VA_COPY,
        /** {@code T x} → T; x has the type of the lanes. */
        SPLAT,
        /** {@code T v, lane} → the type of the lanes. */
        EXTRACT,
        /** {@code T v, x, lane} → T; x has the type of the lanes. */
        INSERT,
        /** {@code T a, b, [lanes]} → T. */
        SHUFFLE,
        /** {@code T a, b} → the type of the lanes. */
        DOT,
        /** One target. */
        JUMP,
        /** {@code c} and two targets; c is any integer. */
        BR,
        /** {@code T v}, a target for all else, and a target for each value. */
        SWITCH,
        /** The result that the signature says, if any. */
        RET,
        /** A name. */
        TRAP,
        /** Nothing. */
        UNREACHABLE,
        /** {@code c} and a frame state; c is any integer. */
        GUARD,
        /** {@code v} of any type and a name. */
        VAR
    }

    private static final class F {
        static final int COMMUTES = 1, TRAPS = 2, READS = 4, WRITES = 8, EFFECT = 16, TERMINATOR = 32;
    }

    private final String text;
    private final Shape shape;
    private final int types;
    private final int facts;

    Op(String text, Shape shape, int types, int facts) {
        this.text = text;
        this.shape = shape;
        this.types = types;
        this.facts = facts;
    }

    /** The name in text. {@code trunc} is shared by {@link #TRUNC} (integer type) and {@link #ROUND_TO_ZERO} (float type). */
    public String text() {
        return text;
    }

    /** Which operands it takes. */
    public Shape shape() {
        return shape;
    }

    /** The groups of types allowed for the written type, as a sum of {@link Type#INT} …; 0 when no type is written. */
    public int types() {
        return types;
    }

    /** Whether the two operands may be exchanged (for floats up to the payload of a NaN). */
    public boolean commutes() {
        return (facts & F.COMMUTES) != 0;
    }

    /** Whether it can trap, which is a side effect. */
    public boolean canTrap() {
        return (facts & F.TRAPS) != 0;
    }

    /** Whether it may read memory. */
    public boolean readsMemory() {
        return (facts & F.READS) != 0;
    }

    /** Whether it may write memory. */
    public boolean writesMemory() {
        return (facts & F.WRITES) != 0;
    }

    /** Whether it must stay even when its result is unused: traps, writes, control, and others with an effect of their own. */
    public boolean hasEffect() {
        return (facts & (F.TRAPS | F.WRITES | F.EFFECT | F.TERMINATOR)) != 0;
    }

    /** Whether it ends a block. */
    public boolean isTerminator() {
        return (facts & F.TERMINATOR) != 0;
    }
}
