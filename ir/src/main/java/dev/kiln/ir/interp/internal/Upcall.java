package dev.kiln.ir.interp.internal;

import dev.kiln.ir.abi.Eightbytes;
import java.lang.foreign.MemorySegment;

/** What a function's address leads to: C code calls one of these methods with the contents of its argument registers. */
final class Upcall {
    private final Engine engine;
    private final Callable callable;

    Upcall(Engine engine, Callable callable) {
        this.engine = engine;
        this.callable = callable;
    }

    long ints(long a, long b, long c, long d, long e, long f) {
        Execution execution = engine.execution();
        AbiArguments abi = general(execution, a, b, c, d, e, f);
        Calls.fromC(execution, callable);
        return abi.rax;
    }

    long toLong(
            long a,
            long b,
            long c,
            long d,
            long e,
            long f,
            double s,
            double t,
            double u,
            double v,
            double w,
            double x,
            double y,
            double z,
            long[] stack) {
        Execution execution = engine.execution();
        vector(general(execution, a, b, c, d, e, f), s, t, u, v, w, x, y, z, stack);
        Calls.fromC(execution, callable);
        return execution.abi.rax;
    }

    double toDouble(
            long a,
            long b,
            long c,
            long d,
            long e,
            long f,
            double s,
            double t,
            double u,
            double v,
            double w,
            double x,
            double y,
            double z,
            long[] stack) {
        Execution execution = engine.execution();
        vector(general(execution, a, b, c, d, e, f), s, t, u, v, w, x, y, z, stack);
        Calls.fromC(execution, callable);
        return Double.longBitsToDouble(execution.abi.resultVector[0]);
    }

    MemorySegment toStruct(
            long a,
            long b,
            long c,
            long d,
            long e,
            long f,
            double s,
            double t,
            double u,
            double v,
            double w,
            double x,
            double y,
            double z,
            long[] stack) {
        Execution execution = engine.execution();
        AbiArguments abi = general(execution, a, b, c, d, e, f);
        vector(abi, s, t, u, v, w, x, y, z, stack);
        Calls.fromC(execution, callable);
        Eightbytes parts = callable.abi.passing().result();
        long[] words = {abi.resultRegister(parts, 0), abi.resultRegister(parts, 1)};
        return MemorySegment.ofArray(words);
    }

    private static AbiArguments general(Execution execution, long a, long b, long c, long d, long e, long f) {
        AbiArguments abi = execution.abi;
        abi.clear();
        abi.general[0] = a;
        abi.general[1] = b;
        abi.general[2] = c;
        abi.general[3] = d;
        abi.general[4] = e;
        abi.general[5] = f;
        return abi;
    }

    private static void vector(
            AbiArguments abi,
            double s,
            double t,
            double u,
            double v,
            double w,
            double x,
            double y,
            double z,
            long[] stack) {
        abi.vector[0] = Double.doubleToRawLongBits(s);
        abi.vector[4] = Double.doubleToRawLongBits(t);
        abi.vector[8] = Double.doubleToRawLongBits(u);
        abi.vector[12] = Double.doubleToRawLongBits(v);
        abi.vector[16] = Double.doubleToRawLongBits(w);
        abi.vector[20] = Double.doubleToRawLongBits(x);
        abi.vector[24] = Double.doubleToRawLongBits(y);
        abi.vector[28] = Double.doubleToRawLongBits(z);
        abi.setStack(stack);
    }
}
