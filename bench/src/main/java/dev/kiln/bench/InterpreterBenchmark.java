package dev.kiln.bench;

import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import dev.kiln.ir.IrParser;
import dev.kiln.ir.Module;
import dev.kiln.ir.interp.FuelExhaustedException;
import dev.kiln.ir.interp.Interpreter;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** How many operations of the IR the reference interpreter executes per second, in four kinds of program. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class InterpreterBenchmark {
    private static final String PROGRAMS = """
            module "benchmark"
            data @sieve = zero 1000000
            func @fib(%n: i64) -> i64 {
            entry:
                %small = lt.s i64 %n, 2
                br %small, base, rec
            base:
                ret %n
            rec:
                %a = sub i64 %n, 1
                %x = call i64 @fib(%a)
                %b = sub i64 %n, 2
                %y = call i64 @fib(%b)
                %s = add i64 %x, %y
                ret %s
            }
            func @primes(%n: i64) -> i64 {
            entry:
                memset @sieve, 0, 1000000
                jump outer(2, 0)
            outer(%i: i64, %found: i64):
                %more = lt.s i64 %i, %n
                br %more, look, done
            look:
                %p = index ptr @sieve, %i, 1
                %v = load.u8 i32 %p
                %i2 = add i64 %i, 1
                br %v, outer(%i2, %found), prime
            prime:
                %found2 = add i64 %found, 1
                %start = mul i64 %i, %i
                jump inner(%start)
            inner(%k: i64):
                %in = lt.s i64 %k, %n
                br %in, mark, outer(%i2, %found2)
            mark:
                %q = index ptr @sieve, %k, 1
                store i8 1, %q
                %k2 = add i64 %k, %i
                jump inner(%k2)
            done:
                ret %found
            }
            func @pi(%n: i64) -> i64 {
            entry:
                jump loop(0, 1.0, 0.0)
            loop(%i: i64, %sign: f64, %sum: f64):
                %f = itof.s f64 %i
                %d = mul f64 %f, 2.0
                %e = add f64 %d, 1.0
                %t = div f64 %sign, %e
                %sum2 = add f64 %sum, %t
                %sign2 = neg f64 %sign
                %i2 = add i64 %i, 1
                %more = lt.s i64 %i2, %n
                br %more, loop(%i2, %sign2, %sum2), done
            done:
                %scaled = mul f64 %sum2, 4000000.0
                %r = ftoi.s i64 %scaled
                ret %r
            }
            func @hash(%n: i64) -> i64 {
            entry:
                jump loop(0, 1469598103)
            loop(%i: i64, %h: i32):
                %b = trunc i32 %i
                %m = and i32 %b, 255
                %x = xor i32 %h, %m
                %y = mul i32 %x, 16777619
                %s = shr.u i32 %y, 13
                %z = xor i32 %y, %s
                %i2 = add i64 %i, 1
                %more = lt.u i64 %i2, %n
                br %more, loop(%i2, %z), done
            done:
                %r = zext i64 %z
                ret %r
            }
            """;

    @Param({"fib 30", "primes 1000000", "pi 1000000", "hash 1000000"})
    String program;

    private Interpreter interpreter;
    private String function;
    private long argument;
    private long operations;

    /** JMH reports this per second, beside whole runs. */
    @AuxCounters
    @State(Scope.Thread)
    public static class Counter {
        public long operations;
    }

    @Setup
    public void prepare() {
        int blank = program.indexOf(' ');
        function = program.substring(0, blank);
        argument = Long.parseLong(program.substring(blank + 1));
        Diagnostics diagnostics = new Diagnostics();
        Module module = IrParser.parse(SourceText.of("benchmark.kir", PROGRAMS), diagnostics);
        diagnostics.throwIfErrors();
        operations = count(module);
        interpreter = Interpreter.builder(module).build();
    }

    @TearDown
    public void close() {
        interpreter.close();
    }

    @Benchmark
    public long[] run(Counter counter) {
        long[] result = interpreter.callBits(function, argument);
        counter.operations += operations;
        return result;
    }

    /** How many operations a run has, to a thousandth: how much fuel is enough for it. */
    private long count(Module module) {
        long low = 0;
        long high = 1L << 32;
        while (high - low > high / 1000) {
            long middle = (low + high) >>> 1;
            try (Interpreter in = Interpreter.builder(module).fuel(middle).build()) {
                in.callBits(function, argument);
                high = middle;
            } catch (FuelExhaustedException e) {
                low = middle;
            }
        }
        return high;
    }
}
