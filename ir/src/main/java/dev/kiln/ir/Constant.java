package dev.kiln.ir;

/**
 * A scalar constant. Integers are kept sign-extended to 64 bits, floats as their IEEE bits, pointers as addresses. There are no
 * vector constants; {@code splat} and {@code insert} build vectors.
 */
public final class Constant extends Value {
    private static final Constant ZERO = new Constant(Type.I32, 0);
    private static final Constant ONE = new Constant(Type.I32, 1);

    private final long bits;

    private Constant(Type type, long bits) {
        super(type);
        this.bits = bits;
    }

    /** The constant of a scalar type with these bits; bits above the type's width are ignored. */
    public static Constant of(Type type, long bits) {
        long kept = switch (type) {
            case I8 -> (byte) bits;
            case I16 -> (short) bits;
            case I32 -> (int) bits;
            case F32 -> bits & 0xFFFF_FFFFL;
            case I64, F64, PTR, REF -> bits;
            default -> throw new IllegalArgumentException("no constants of type " + type);
        };
        if (type == Type.I32 && (kept == 0 || kept == 1)) {
            return kept == 0 ? ZERO : ONE;
        }
        return new Constant(type, kept);
    }

    /** An {@code f32} constant; a NaN keeps its bits. */
    public static Constant f32(float value) {
        return of(Type.F32, Float.floatToRawIntBits(value));
    }

    /** An {@code f64} constant; a NaN keeps its bits. */
    public static Constant f64(double value) {
        return of(Type.F64, Double.doubleToRawLongBits(value));
    }

    /** The bits: integers sign-extended, {@code f32} zero-extended. */
    public long bits() {
        return bits;
    }

    /** The value of a float constant. */
    public double asDouble() {
        return type == Type.F32 ? Float.intBitsToFloat((int) bits) : Double.longBitsToDouble(bits);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Constant c && c.type == type && c.bits == bits;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(bits) * 31 + type.ordinal();
    }
}
