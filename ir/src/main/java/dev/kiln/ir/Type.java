package dev.kiln.ir;

/** The types of values in registers. Integers carry no sign; each operation says how it reads the bits. */
public enum Type implements MemoryType {
    /** No value: the result of operations that give none. Never the type of a value. */
    VOID("void", 0, 0, null),
    I8("i8", 1, 1, null),
    I16("i16", 2, 1, null),
    I32("i32", 4, 1, null),
    I64("i64", 8, 1, null),
    F32("f32", 4, 1, null),
    F64("f64", 8, 1, null),
    /** A 64-bit address. */
    PTR("ptr", 8, 1, null),
    /** A reference into a collected heap: 64 opaque bits. */
    REF("ref", 8, 1, null),
    V16I8("v16i8", 16, 16, I8),
    V8I16("v8i16", 16, 8, I16),
    V4I32("v4i32", 16, 4, I32),
    V2I64("v2i64", 16, 2, I64),
    V4F32("v4f32", 16, 4, F32),
    V2F64("v2f64", 16, 2, F64),
    V32I8("v32i8", 32, 32, I8),
    V16I16("v16i16", 32, 16, I16),
    V8I32("v8i32", 32, 8, I32),
    V4I64("v4i64", 32, 4, I64),
    V8F32("v8f32", 32, 8, F32),
    V4F64("v4f64", 32, 4, F64);

    /** Bits of {@link #classBit}: which group a type belongs to. An operation lists the groups it takes as a sum of these. */
    public static final int INT = 1, FLOAT = 2, POINTER = 4, REFERENCE = 8, VECTOR_INT = 16, VECTOR_FLOAT = 32;

    private static final Type[] ALL = values();

    private final String text;
    private final int bytes;
    private final int lanes;
    private final Type lane;

    Type(String text, int bytes, int lanes, Type lane) {
        this.text = text;
        this.bytes = bytes;
        this.lanes = lanes;
        this.lane = lane;
    }

    /** The name in IR text. */
    public String text() {
        return text;
    }

    /** Size in bytes: 0 for {@link #VOID}. */
    public int bytes() {
        return bytes;
    }

    /** Width in bits. */
    public int bits() {
        return bytes * 8;
    }

    /** The number of lanes of a vector; 1 for scalars. */
    public int lanes() {
        return lanes;
    }

    /** The type of a vector's lanes; the type itself for scalars. */
    public Type lane() {
        return lane == null ? this : lane;
    }

    /** Whether it is {@code i8}, {@code i16}, {@code i32} or {@code i64}. */
    public boolean isInt() {
        return this == I8 || this == I16 || this == I32 || this == I64;
    }

    /** Whether it is {@code f32} or {@code f64}. */
    public boolean isFloat() {
        return this == F32 || this == F64;
    }

    /** Whether it is a vector of 128 or 256 bits. */
    public boolean isVector() {
        return lane != null;
    }

    /** Whether values live in vector registers: floats and vectors. */
    public boolean inVectorRegister() {
        return isFloat() || lane != null;
    }

    /** The group: one of {@link #INT} … {@link #VECTOR_FLOAT}; 0 for {@link #VOID}. */
    public int classBit() {
        return switch (this) {
            case VOID -> 0;
            case I8, I16, I32, I64 -> INT;
            case F32, F64 -> FLOAT;
            case PTR -> POINTER;
            case REF -> REFERENCE;
            case V16I8, V8I16, V4I32, V2I64, V32I8, V16I16, V8I32, V4I64 -> VECTOR_INT;
            case V4F32, V2F64, V8F32, V4F64 -> VECTOR_FLOAT;
        };
    }

    /** The integer vector with this vector's lane count and lane width: the type of a comparison's lane mask. */
    public Type maskType() {
        return switch (this) {
            case V4F32 -> V4I32;
            case V2F64 -> V2I64;
            case V8F32 -> V8I32;
            case V4F64 -> V4I64;
            default -> this;
        };
    }

    /** The type of that name in IR text, or {@code null}. */
    public static Type named(String text) {
        for (Type type : ALL) {
            if (type.text.equals(text)) {
                return type;
            }
        }
        return null;
    }

    @Override
    public long size() {
        return bytes;
    }

    @Override
    public long align() {
        return Math.max(1, bytes);
    }

    @Override
    public String toString() {
        return text;
    }
}
