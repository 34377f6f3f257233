package dev.kiln.exec;

import static dev.kiln.asm.X86.*;

import dev.kiln.asm.Assembler;
import dev.kiln.asm.Code;
import dev.kiln.asm.CpuFeature;
import dev.kiln.asm.Label;
import dev.kiln.asm.Reg64;
import dev.kiln.exec.internal.SystemCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Measures short pieces of code with the processor's time stamp counter.
 *
 * <pre>{@code
 * try (CycleCounter counter = new CycleCounter()) {
 *     CycleCounter.Ticks divide = counter.measure(a -> { a.xor(EDX, EDX); a.mov(EAX, 7); a.mov(ECX, 3); a.div(ECX); }, 1_000);
 *     System.out.println(divide.minimum() + " ticks at least, " + divide.median() + " in the middle");
 * }
 * }</pre>
 *
 * <p>A measurement begins with {@code lfence; rdtsc} and ends with {@code rdtscp; lfence}: what stands before has ended when the counter is
 * first read, and what is measured has ended when it is read again (SDM vol. 2, RDTSC and RDTSCP). What that costs by itself is measured
 * when the counter is made, and subtracted.
 *
 * <p>What to make of the numbers:
 *
 * <ul>
 *   <li>Ticks are not core cycles. The counter runs at one rate ({@link #frequency}) while the core's clock changes with load and heat; only their
 *       ratio to other measurements made close by means something.
 *   <li>The processor overlaps instructions. A single instruction costs less between others than alone between fences; to get at its latency let
 *       each depend on the one before, repeat it some hundred times and divide.
 *   <li>Interrupts, other threads and the hypervisor add to some runs. The minimum is what the code takes when nothing disturbs, the
 *       median what to expect.
 *   <li>The first runs pay for caches, branch prediction and, measuring handles, the JIT; ask for enough runs.
 * </ul>
 *
 * <p>Not for use by several threads at a time.
 */
public final class CycleCounter implements AutoCloseable {
    /** Runs that calibrate, and that precede each measurement. */
    private static final int CALIBRATION = 2_000, WARM_UP = 32;

    private static final Reg64[] SAVED = {RBX, RBP, R12, R13, R14, R15};

    private final CodeMemory memory;
    private final MethodHandle start;
    private final MethodHandle stop;
    private final long snippetOverhead;
    private final long callOverhead;

    /**
     * What a measurement found, in ticks of the time stamp counter, overhead subtracted; never negative.
     *
     * @param minimum of all runs
     * @param median of all runs
     * @param maximum of all runs
     * @param runs how many there were
     */
    public record Ticks(long minimum, long median, long maximum, int runs) {}

    /**
     * Makes a counter, and calibrates it: takes milliseconds.
     *
     * @throws dev.kiln.base.DiagnosticException when native code cannot be called on this host
     * @throws UnsupportedOperationException when the processor has no RDTSCP
     */
    public CycleCounter() {
        HostCpu cpu = HostCpu.detect();
        if (!cpu.features().contains(CpuFeature.RDTSCP))
            throw new UnsupportedOperationException("this processor (" + cpu.brand() + ") has no RDTSCP instruction");
        memory = CodeMemory.create(1 << 20, MappingStrategy.AUTOMATIC);
        NativeCalls calls = new NativeCalls(memory);
        Assembler a = new Assembler();
        emitStart(a);
        a.ret();
        a.align(16);
        Label second = a.here();
        emitStop(a);
        a.ret();
        PlacedCode placed = memory.place(a.finish());
        FunctionDescriptor shape = FunctionDescriptor.of(ValueLayout.JAVA_LONG);
        start = calls.bind(placed.address(), shape, CallKind.CRITICAL);
        stop = calls.bind(placed.address(second.id()), shape, CallKind.CRITICAL);
        snippetOverhead = smallest(samples(nothing -> {}, CALIBRATION));
        callOverhead = smallest(samples(MethodHandles.empty(MethodType.methodType(void.class)), CALIBRATION));
    }

    private static void emitStart(Assembler a) {
        a.lfence();
        a.rdtsc();
        a.shl(RDX, 32);
        a.or(RAX, RDX);
    }

    private static void emitStop(Assembler a) {
        a.rdtscp();
        a.lfence();
        a.shl(RDX, 32);
        a.or(RAX, RDX);
    }

    /** The counter's value when all instructions before have ended. */
    public long start() {
        return read(start);
    }

    /** The counter's value when all instructions before have ended; none after it has begun. */
    public long stop() {
        return read(stop);
    }

    private static long read(MethodHandle handle) {
        try {
            return (long) handle.invokeExact();
        } catch (Throwable e) {
            throw SystemCalls.unexpected(e);
        }
    }

    /** The ticks between {@link #start} and {@link #stop} with nothing between, which a caller of both should subtract. */
    public long overhead() {
        return callOverhead;
    }

    /**
     * Measures a handle, its invocation included: some nanoseconds, since it is no constant here. The overhead subtracted is that of an empty
     * handle.
     *
     * @param target without parameters; its result is dropped
     * @param runs at least 1
     * @throws java.lang.invoke.WrongMethodTypeException when the handle has parameters
     */
    public Ticks measure(MethodHandle target, int runs) throws Throwable {
        checkRuns(runs);
        MethodHandle plain = target.asType(MethodType.methodType(void.class));
        for (int i = 0; i < WARM_UP; i++) plain.invokeExact();
        return ticks(samples(plain, runs), callOverhead);
    }

    /**
     * Measures instructions, emitted between the two readings of the counter.
     *
     * @param snippet emits what is measured. All registers but RSP may be changed; RAX and RDX hold something else at its begin, other general
     *     and vector registers what they held at its last end. It must not return, jump out, or fault.
     * @param runs at least 1
     */
    public Ticks measure(Consumer<Assembler> snippet, int runs) {
        checkRuns(runs);
        return ticks(samples(snippet, runs), snippetOverhead);
    }

    private static void checkRuns(int runs) {
        if (runs < 1 || runs > 1 << 26) throw new IllegalArgumentException("runs are 1 to 2^26, not " + runs);
    }

    private long[] samples(MethodHandle target, int runs) {
        long[] samples = new long[runs];
        try {
            for (int i = 0; i < runs; i++) {
                long before = (long) start.invokeExact();
                target.invokeExact();
                samples[i] = (long) stop.invokeExact() - before;
            }
        } catch (Throwable e) {
            throw SystemCalls.unexpected(e);
        }
        return samples;
    }

    private long[] samples(Consumer<Assembler> snippet, int runs) {
        Code code = loop(snippet);
        try (Arena results = Arena.ofConfined();
                PlacedCode placed = memory.place(code)) {
            MemorySegment samples = results.allocate(ValueLayout.JAVA_LONG, Math.max(runs, WARM_UP));
            SystemCalls.call(placed.address(), samples.address(), WARM_UP, 0);
            SystemCalls.call(placed.address(), samples.address(), runs, 0);
            return samples.asSlice(0, 8L * runs).toArray(ValueLayout.JAVA_LONG);
        }
    }

    /** {@code void f(long *samples, long runs)}; what it needs in the loop lies on the stack, since the snippet may change all registers. */
    private static Code loop(Consumer<Assembler> snippet) {
        Assembler a = new Assembler();
        for (Reg64 saved : SAVED) a.push(saved);
        a.sub(RSP, 40);
        a.mov(ptr(RSP), RDI);
        a.mov(ptr(RSP, 8), RSI);
        a.stmxcsr(ptr(RSP, 24));
        Label next = a.here();
        emitStart(a);
        a.mov(ptr(RSP, 16), RAX);
        snippet.accept(a);
        emitStop(a);
        a.sub(RAX, ptr(RSP, 16));
        a.mov(RDX, ptr(RSP));
        a.mov(ptr(RDX), RAX);
        a.add(qword(RSP), 8);
        a.dec(qword(RSP, 8));
        a.jnz(next);
        a.cld();
        a.ldmxcsr(ptr(RSP, 24));
        a.add(RSP, 40);
        for (int i = SAVED.length - 1; i >= 0; i--) a.pop(SAVED[i]);
        a.ret();
        return a.finish();
    }

    private static long smallest(long[] samples) {
        long least = Long.MAX_VALUE;
        for (long sample : samples) least = Math.min(least, sample);
        return least;
    }

    private static Ticks ticks(long[] samples, long overhead) {
        Arrays.sort(samples);
        return new Ticks(
                Math.max(0, samples[0] - overhead),
                Math.max(0, samples[samples.length / 2] - overhead),
                Math.max(0, samples[samples.length - 1] - overhead),
                samples.length);
    }

    /** The counter's rate in ticks a second, measured against {@link System#nanoTime} for 20 ms: good to about a thousandth. */
    public long frequency() {
        long time = System.nanoTime();
        long ticks = start();
        long end = time + 20_000_000;
        while (System.nanoTime() < end) Thread.onSpinWait();
        long passed = System.nanoTime() - time;
        return Math.round((stop() - ticks) * 1e9 / passed);
    }

    /** Gives the memory back. */
    @Override
    public void close() {
        memory.close();
    }
}
