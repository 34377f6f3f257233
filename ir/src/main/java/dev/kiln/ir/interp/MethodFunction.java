package dev.kiln.ir.interp;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;

/** A Java method as a host function: converts words to its parameter types and its result to a word. */
final class MethodFunction implements HostFunction {
    private final MethodType type;
    private final MethodHandle method;

    MethodFunction(MethodHandle method) {
        type = method.type();
        for (Class<?> parameter : type.parameterArray()) {
            check(parameter);
        }
        if (type.returnType() != void.class) {
            check(type.returnType());
        }
        this.method = method.asType(type.generic().changeReturnType(Object.class))
                .asSpreader(Object[].class, type.parameterCount());
    }

    private static void check(Class<?> type) {
        if (type == char.class || !type.isPrimitive() && type != MemorySegment.class) {
            throw new IllegalArgumentException("a program has no values of type " + type.getName());
        }
    }

    @Override
    public long call(long[] arguments) throws Throwable {
        Object[] values = new Object[type.parameterCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = toJava(type.parameterType(i), arguments[i]);
        }
        return fromJava(method.invoke(values));
    }

    private static Object toJava(Class<?> type, long bits) {
        if (type == long.class) {
            return bits;
        } else if (type == int.class) {
            return (int) bits;
        } else if (type == double.class) {
            return Double.longBitsToDouble(bits);
        } else if (type == float.class) {
            return Float.intBitsToFloat((int) bits);
        } else if (type == MemorySegment.class) {
            return MemorySegment.ofAddress(bits);
        } else if (type == short.class) {
            return (short) bits;
        } else if (type == byte.class) {
            return (byte) bits;
        }
        return bits != 0;
    }

    private static long fromJava(Object value) {
        return switch (value) {
            case null -> 0;
            case Double number -> Double.doubleToRawLongBits(number);
            case Float number -> Float.floatToRawIntBits(number) & 0xFFFF_FFFFL;
            case Number number -> number.longValue();
            case Boolean truth -> truth ? 1 : 0;
            case MemorySegment segment -> segment.address();
            default -> throw new IllegalStateException(value.getClass().getName());
        };
    }
}
