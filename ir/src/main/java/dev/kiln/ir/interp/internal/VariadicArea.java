package dev.kiln.ir.interp.internal;

import dev.kiln.ir.Type;

/**
 * The variadic arguments of a call of an interpreted function, in memory as {@code va_arg} of C expects them (AMD64 supplement 3.5.7):
 * the register save area, behind it a copy of the stack's arguments.
 */
final class VariadicArea {
    private static final long VECTORS = AbiArguments.GENERALS * 8L;
    private static final long STACK = VECTORS + AbiArguments.VECTORS * 16L;

    /** Bytes before the stack's arguments that say how much the fixed parameters took: three words. */
    private static final long HEAD = 32;

    private VariadicArea() {}

    /** Stores the arguments; their fixed parameters have been taken. */
    static long make(AbiArguments abi, Execution execution) {
        long stackBytes = abi.stackWords() * 8L;
        long area = execution.allocateSlots(HEAD + STACK + stackBytes + 8, 16);
        Memory.write(area, abi.generals * 8L, 8);
        Memory.write(area + 8, VECTORS + abi.vectors * 16L, 8);
        Memory.write(area + 16, abi.fixedStackBytes, 8);
        long save = area + HEAD;
        for (int i = 0; i < AbiArguments.GENERALS; i++) {
            Memory.write(save + i * 8L, abi.general[i], 8);
        }
        for (int i = 0; i < AbiArguments.VECTORS; i++) {
            Memory.write(save + VECTORS + i * 16L, abi.vector[i * 4], 8);
            Memory.write(save + VECTORS + i * 16L + 8, abi.vector[i * 4 + 1], 8);
        }
        for (int i = 0; i < abi.stackWords(); i++) {
            Memory.write(save + STACK + i * 8L, abi.stack[i], 8);
        }
        return area;
    }

    /** {@code va_start}: a {@code va_list} is gp_offset, fp_offset, overflow_arg_area, reg_save_area. */
    static void start(long area, long list) {
        Memory.write(list, Memory.read(area, 8), 4);
        Memory.write(list + 4, Memory.read(area + 8, 8), 4);
        Memory.write(list + 8, area + HEAD + STACK + Memory.read(area + 16, 8), 8);
        Memory.write(list + 16, area + HEAD, 8);
    }

    /** {@code va_arg}: the address of the next argument of a type. */
    static long next(long list, Type type) {
        boolean vector = type.inVectorRegister();
        long offsetAt = vector ? list + 4 : list;
        long offset = Memory.read(offsetAt, 4);
        if (vector ? offset < STACK : offset < VECTORS) {
            Memory.write(offsetAt, offset + (vector ? 16 : 8), 4);
            return Memory.read(list + 16, 8) + offset;
        }
        long overflow = Memory.read(list + 8, 8);
        Memory.write(list + 8, overflow + 8, 8);
        return overflow;
    }
}
