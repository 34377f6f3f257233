package dev.kiln.bench;

import dev.kiln.asm.Assembler;
import dev.kiln.asm.X86;
import dev.kiln.exec.CallKind;
import dev.kiln.exec.CodeMemory;
import dev.kiln.exec.NativeCalls;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a call of a native function costs through a handle in a {@code static final} field, by the kind of call. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CallBenchmark {
    private static final CodeMemory MEMORY = CodeMemory.create();
    private static final NativeCalls CALLS = new NativeCalls(MEMORY);
    private static final long INCREMENT = increment();
    private static final MethodHandle GUARDED = bind(CallKind.GUARDED);
    private static final MethodHandle PLAIN = bind(CallKind.PLAIN);
    private static final MethodHandle CRITICAL = bind(CallKind.CRITICAL);

    private long value;

    private static long increment() {
        Assembler a = new Assembler();
        a.lea(X86.RAX, X86.ptr(X86.RDI, 1));
        a.ret();
        return MEMORY.place(a.finish()).address();
    }

    private static MethodHandle bind(CallKind kind) {
        return CALLS.bind(INCREMENT, FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG), kind);
    }

    @Benchmark
    public void guarded() throws Throwable {
        value = (long) GUARDED.invokeExact(value);
    }

    @Benchmark
    public void plain() throws Throwable {
        value = (long) PLAIN.invokeExact(value);
    }

    @Benchmark
    public void critical() throws Throwable {
        value = (long) CRITICAL.invokeExact(value);
    }
}
