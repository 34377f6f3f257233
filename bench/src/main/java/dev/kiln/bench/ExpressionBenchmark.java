package dev.kiln.bench;

import dev.kiln.exec.CodeMemory;
import dev.kiln.exec.NativeCalls;
import dev.kiln.exec.PlacedCode;
import expressions.Calculator;
import expressions.Compiler;
import expressions.Expression;
import expressions.Parser;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * An expression evaluated by walking its tree, by code of the example's compiler, and by bytecode that HotSpot compiles; and what it costs to get from the
 * tree to the first value.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ExpressionBenchmark {
    static final String TEXT = "(x*x + y*y)*0.5 - x*y/3 + sqrt(abs(x*y) + 1)*(x - 2.5*y)";

    private static final Parser.Result PARSED = Parser.parse(TEXT);
    private static final Expression TREE = PARSED.expression();
    private static final CodeMemory MEMORY = CodeMemory.create();
    private static final NativeCalls CALLS = new NativeCalls(MEMORY);
    private static final MethodHandle CODE =
            Calculator.bind(CALLS, MEMORY.place(Compiler.compile(PARSED)).address(), 2);
    private static final MethodHandle BYTECODE = bytecode();

    private double x = 1.25;
    private double y = -3.5;

    private static MethodHandle bytecode() {
        try {
            return ClassCompiler.compile(PARSED);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Benchmark
    public double walkTheTree() {
        return TREE.evaluate(x, y);
    }

    @Benchmark
    public double callTheCode() throws Throwable {
        return (double) CODE.invokeExact(x, y);
    }

    @Benchmark
    public double callTheBytecode() throws Throwable {
        return (double) BYTECODE.invokeExact(x, y);
    }

    /** The handle is thrown away, its shape is known. */
    @Benchmark
    public double compileAndCallOnce() throws Throwable {
        try (PlacedCode placed = MEMORY.place(Compiler.compile(PARSED))) {
            return (double) Calculator.bind(CALLS, placed.address(), 2).invokeExact(x, y);
        }
    }

    /** What is called here is interpreted: HotSpot compiles after thousands of calls. */
    @Benchmark
    public double defineClassAndCallOnce() throws Throwable {
        return (double) ClassCompiler.compile(PARSED).invokeExact(x, y);
    }
}
