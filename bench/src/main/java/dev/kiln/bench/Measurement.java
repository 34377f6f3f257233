package dev.kiln.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs benchmarks in rounds, each in a process of its own, and collects what they print. */
final class Measurement {
    /** What is known of one benchmark with its parameters. */
    static final class Row {
        final Samples samples = new Samples();
        /** Bytes allocated per operation. */
        double allocated;
    }

    private final Map<String, Row> rows = new LinkedHashMap<>();

    /** Runs all benchmarks of a class once. */
    void round(Class<?> benchmarks) {
        round(benchmarks, 3, 5);
    }

    void round(Class<?> benchmarks, int warmups, int iterations) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + benchmarks.getName().replace(".", "\\.") + "\\.")
                .forks(1)
                .warmupIterations(warmups)
                .warmupTime(TimeValue.milliseconds(500))
                .measurementIterations(iterations)
                .measurementTime(TimeValue.milliseconds(500))
                .addProfiler(GCProfiler.class)
                .addProfiler(Calibration.class)
                .jvmArgsAppend(
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Dkiln.root=" + System.getProperty("kiln.root", "."))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        try {
            for (RunResult result : new Runner(options.build()).run()) add(result);
        } catch (RunnerException e) {
            throw new IllegalStateException(benchmarks.getSimpleName() + ": " + e.getMessage(), e);
        }
    }

    @SuppressWarnings("rawtypes") // JMH's
    private void add(RunResult result) {
        BenchmarkParams params = result.getParams();
        StringBuilder name = new StringBuilder(
                params.getBenchmark().substring(params.getBenchmark().lastIndexOf('.') + 1));
        for (String key : params.getParamsKeys()) name.append(' ').append(params.getParam(key));
        Row row = rows.computeIfAbsent(name.toString(), key -> new Row());
        for (BenchmarkResult fork : result.getBenchmarkResults()) {
            for (IterationResult iteration : fork.getIterationResults()) {
                Map<String, Result> others = iteration.getSecondaryResults();
                Result<?> counted = others.get("operations");
                // A rate becomes a time, so that all rows read alike.
                double time = counted != null
                        ? 1e9 / counted.getScore()
                        : iteration.getPrimaryResult().getScore();
                row.samples.add(time, others.get(Calibration.NAME).getScore());
                row.allocated = others.get("gc.alloc.rate.norm").getScore();
            }
        }
    }

    /** By the benchmark's name, with its parameters behind it. */
    Map<String, Row> rows() {
        return rows;
    }

    Row row(String name) {
        Row row = rows.get(name);
        if (row == null) throw new IllegalStateException("no benchmark " + name + " among " + rows.keySet());
        return row;
    }
}
