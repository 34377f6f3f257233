package dev.kiln.bench;

import dev.kiln.exec.CodeMemory;
import dev.kiln.exec.HostCpu;
import dev.kiln.exec.NativeCalls;
import dot.DotProduct;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The example's dot product beside the loop in Java, which adds in the order written, as the language wants, and so one by one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DotProductBenchmark {
    private static final HostCpu CPU = HostCpu.detect();
    private static final CodeMemory MEMORY = CodeMemory.create();
    private static final NativeCalls CALLS = new NativeCalls(MEMORY);
    private static final MethodHandle SSE2 = bind(DotProduct.Variant.SSE2);
    private static final MethodHandle AVX2 = bind(DotProduct.Variant.AVX2);
    private static final MethodHandle AVX512 = bind(DotProduct.Variant.AVX512);

    @Param({"100", "10000"})
    int length;

    private float[] a;
    private float[] b;

    private static MethodHandle bind(DotProduct.Variant variant) {
        // What does not run here measures the best that does.
        return DotProduct.bind(variant.runsOn(CPU) ? variant : DotProduct.Variant.best(CPU), MEMORY, CALLS);
    }

    @Setup
    public void fill() {
        a = new float[length];
        b = new float[length];
        for (int i = 0; i < length; i++) {
            a[i] = i % 19 - 9;
            b[i] = i % 23 - 11;
        }
    }

    @Benchmark
    public float java() {
        return DotProduct.inJava(a, b);
    }

    @Benchmark
    public float sse2() throws Throwable {
        return (float) SSE2.invokeExact(MemorySegment.ofArray(a), MemorySegment.ofArray(b), (long) length);
    }

    @Benchmark
    public float avx2() throws Throwable {
        return (float) AVX2.invokeExact(MemorySegment.ofArray(a), MemorySegment.ofArray(b), (long) length);
    }

    @Benchmark
    public float avx512() throws Throwable {
        return (float) AVX512.invokeExact(MemorySegment.ofArray(a), MemorySegment.ofArray(b), (long) length);
    }
}
