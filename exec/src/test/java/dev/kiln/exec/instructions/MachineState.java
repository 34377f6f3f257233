package dev.kiln.exec.instructions;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * What an instruction can see and change, as bytes: the stack around RSP, general registers, flags, MXCSR, mask and vector registers, the x87
 * state as FXSAVE writes it, and some memory.
 */
final class MachineState {
    /** Bytes of the stack; RSP points into their middle. */
    static final int STACK = 0, STACK_SIZE = 512;

    static final int GENERAL = STACK + STACK_SIZE;
    static final int FLAGS = GENERAL + 16 * 8;
    static final int MXCSR = FLAGS + 8;
    static final int MASKS = MXCSR + 8;
    static final int VECTORS = 768;
    static final int FX = VECTORS + 32 * 64;
    static final int FX_SIZE = 512;
    /** Where FXSAVE puts the first x87 register; the others follow every 16 bytes. */
    static final int X87 = FX + 32;

    static final int MEMORY = FX + FX_SIZE;
    static final int MEMORY_SIZE = 1024;
    static final int SIZE = MEMORY + MEMORY_SIZE;

    static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    final byte[] bytes;

    MachineState() {
        this(new byte[SIZE]);
    }

    private MachineState(byte[] bytes) {
        this.bytes = bytes;
    }

    MachineState copy() {
        return new MachineState(bytes.clone());
    }

    long general(int register) {
        return (long) LONG.get(bytes, GENERAL + 8 * register);
    }

    void general(int register, long value) {
        LONG.set(bytes, GENERAL + 8 * register, value);
    }

    int flags() {
        return (int) INT.get(bytes, FLAGS);
    }

    void flags(int flags) {
        LONG.set(bytes, FLAGS, (long) flags);
    }

    long mask(int k) {
        return (long) LONG.get(bytes, MASKS + 8 * k);
    }

    void mask(int k, long value) {
        LONG.set(bytes, MASKS + 8 * k, value);
    }

    static int vector(int register) {
        return VECTORS + 64 * register;
    }

    /** {@code size} bytes, unsigned up to 8 of them, little-endian. */
    static long get(byte[] from, int at, int size) {
        long value = 0;
        for (int i = 0; i < size; i++) value |= (from[at + i] & 0xFFL) << 8 * i;
        return value;
    }

    static void put(byte[] to, int at, int size, long value) {
        for (int i = 0; i < size; i++) to[at + i] = (byte) (value >>> 8 * i);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MachineState state && Arrays.equals(bytes, state.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
