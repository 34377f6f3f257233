package dev.kiln.bench;

import dev.kiln.bench.start.FirstFunction;
import dev.kiln.exec.CodeMemory;
import dev.kiln.exec.NativeCalls;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A function of ten instructions from nothing to its result: assembler made, function emitted, placed, called, freed. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PlacingBenchmark {
    private final CodeMemory memory = CodeMemory.create();
    private final NativeCalls calls = new NativeCalls(memory);

    @Benchmark
    public long emitPlaceCallFree() {
        return FirstFunction.call(memory, calls, FirstFunction.fibonacci().finish(), 10);
    }

    @TearDown
    public void close() {
        memory.close();
    }
}
