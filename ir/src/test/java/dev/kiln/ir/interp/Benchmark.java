package dev.kiln.ir.interp;

import dev.kiln.ir.Module;

/**
 * How many operations of the IR the interpreter executes per second. Not a test: run it by hand. The operations of a run are counted
 * by giving it less and less fuel.
 */
final class Benchmark {
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

    private Benchmark() {}

    public static void main(String[] args) {
        Module module = Programs.parse(PROGRAMS);
        measure(module, "fib", 32);
        measure(module, "primes", 1_000_000);
        measure(module, "pi", 5_000_000);
        measure(module, "hash", 5_000_000);
    }

    private static void measure(Module module, String function, long argument) {
        long operations = count(module, function, argument);
        double best = Double.MAX_VALUE;
        try (Interpreter in = Interpreter.builder(module).build()) {
            for (int i = 0; i < 20; i++) {
                long start = System.nanoTime();
                in.callBits(function, argument);
                best = Math.min(best, (System.nanoTime() - start) * 1e-9);
            }
        }
        System.out.printf(
                "%-8s %,14d operations, %.3f s, %,.0f million/s%n",
                function, operations, best, operations / best * 1e-6);
    }

    private static long count(Module module, String function, long argument) {
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
