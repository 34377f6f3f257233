package dev.kiln.bench;

import dev.kiln.asm.Decoder;
import dev.kiln.asm.Disassembler;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What decoding and printing one instruction costs, over the compiled programs of the corpus. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(DecodingBenchmark.INSTRUCTIONS)
public class DecodingBenchmark {
    /** About what the corpus has; the beginning is taken again where it has less. */
    static final int INSTRUCTIONS = 50_000;

    private final byte[] code = Corpus.code();
    private final Decoder decoder = new Decoder();
    private final Disassembler disassembler = new Disassembler();
    private final StringBuilder text = new StringBuilder();

    @Benchmark
    public int decode() {
        int at = 0;
        int sum = 0;
        for (int i = 0; i < INSTRUCTIONS; i++) {
            at = next(at);
            sum += decoder.form();
        }
        return sum;
    }

    @Benchmark
    public int decodeAndPrint() {
        int at = 0;
        int sum = 0;
        for (int i = 0; i < INSTRUCTIONS; i++) {
            at = next(at);
            text.setLength(0);
            disassembler.append(text, decoder, at);
            sum += text.length();
        }
        return sum;
    }

    private int next(int at) {
        if (!decoder.decode(code, at, code.length)) throw new AssertionError("no instruction at " + at);
        int behind = at + decoder.length();
        return behind == code.length ? 0 : behind;
    }
}
