package dev.kiln.bench;

import dev.kiln.asm.Assembler;
import dev.kiln.asm.Code;
import dev.kiln.asm.CodeBuffer;
import dev.kiln.asm.CodeList;
import dev.kiln.asm.Operands;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What one instruction costs: the {@link Mix}, 1,000 times in one buffer that is used again. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(Mix.INSTRUCTIONS * EmissionBenchmark.REPETITIONS)
public class EmissionBenchmark {
    static final int REPETITIONS = 1_000;

    private final Assembler assembler = new Assembler();
    private final CodeBuffer buffer = new CodeBuffer();
    private final CodeList list = new CodeList();
    private final Operands operands = new Operands();

    @Benchmark
    public Code typed() {
        assembler.reset();
        Mix.typed(assembler, REPETITIONS);
        return assembler.finish();
    }

    @Benchmark
    public Code byForm() {
        buffer.reset();
        Mix.byForm(buffer, operands, REPETITIONS);
        return buffer.finish();
    }

    @Benchmark
    public Code byMnemonic() {
        assembler.reset();
        Mix.byMnemonic(assembler, REPETITIONS);
        return assembler.finish();
    }

    /** As nodes that could be edited, which are then emitted. */
    @Benchmark
    public Code recorded() {
        list.clear();
        Mix.byForm(list, operands, REPETITIONS);
        buffer.reset();
        list.emitTo(buffer);
        return buffer.finish();
    }

    /** By typed methods, taken apart into nodes, which are then emitted. */
    @Benchmark
    public Code typedAndRecorded() {
        assembler.reset();
        Mix.typed(assembler, REPETITIONS);
        buffer.reset();
        CodeList.of(assembler).emitTo(buffer);
        return buffer.finish();
    }

    /** Without the final bytes: what is allocated here are the caller's labels and memory operands. */
    @Benchmark
    public Assembler typedUnfinished() {
        assembler.reset();
        Mix.typed(assembler, REPETITIONS);
        return assembler;
    }

    @Benchmark
    public CodeBuffer byFormUnfinished() {
        buffer.reset();
        Mix.byForm(buffer, operands, REPETITIONS);
        return buffer;
    }
}
