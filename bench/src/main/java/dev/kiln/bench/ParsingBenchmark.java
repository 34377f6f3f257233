package dev.kiln.bench;

import dev.kiln.asm.AssembledFile;
import dev.kiln.asm.NasmParser;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a line of text in nasm's syntax costs, read and assembled. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation((Mix.INSTRUCTIONS + Mix.LABELS) * ParsingBenchmark.REPETITIONS)
public class ParsingBenchmark {
    static final int REPETITIONS = 1_000;

    private final String text = Mix.text(REPETITIONS);

    @Benchmark
    public AssembledFile parse() {
        Diagnostics diagnostics = new Diagnostics();
        AssembledFile file = NasmParser.parse(SourceText.of("mix.asm", text), NasmParser.Format.ELF64, diagnostics);
        diagnostics.throwIfErrors();
        return file;
    }
}
