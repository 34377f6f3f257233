package dev.kiln.bench;

import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Times a fixed calculation right before and right behind every iteration of a benchmark, in the same process. Processors of shared machines change their
 * speed by the second, often by a factor of two: a time says something only beside this one.
 */
public final class Calibration implements InternalProfiler {
    /** The name of the result: nanoseconds that the calculation took. */
    public static final String NAME = "calibration";

    private static final int STEPS = 100_000;
    private static final int ATTEMPTS = 5;

    private long before;

    @Override
    public String getDescription() {
        return "time of a fixed calculation beside each iteration";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        before = measure();
    }

    @Override
    @SuppressWarnings("rawtypes") // JMH's
    public Collection<? extends Result> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        return List.of(new ScalarResult(NAME, (before + measure()) / 2.0, "ns", AggregationPolicy.AVG));
    }

    /** The time of the calculation in nanoseconds, the least of a few: an interrupt is not the processor's speed. */
    static long measure() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < ATTEMPTS; i++) {
            long start = System.nanoTime();
            long x = calculate();
            long time = System.nanoTime() - start;
            // Depends on the result, so that the calculation is made.
            if (x != 0) least = Math.min(least, time);
        }
        return least;
    }

    /** Marsaglia's xorshift (JSS 2003), each step of which waits for the one before. */
    private static long calculate() {
        long x = 1;
        for (int i = 0; i < STEPS; i++) {
            x ^= x << 13;
            x ^= x >>> 7;
            x ^= x << 17;
        }
        return x;
    }
}
