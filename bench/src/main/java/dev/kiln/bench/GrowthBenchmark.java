package dev.kiln.bench;

import dev.kiln.asm.Assembler;
import dev.kiln.asm.Code;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** How the time for one buffer grows with its size: the {@link Mix} over and over, two labels in 17 instructions. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class GrowthBenchmark {
    @Param({"1", "2", "5", "10"})
    int millions;

    /** Nothing is reused: growing the buffers belongs to the price. */
    @Benchmark
    public Code emitAndFinish() {
        Assembler a = new Assembler();
        Mix.typed(a, millions * 1_000_000 / Mix.INSTRUCTIONS);
        return a.finish();
    }
}
