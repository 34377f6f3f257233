package dev.kiln.jit;

import java.lang.invoke.MethodHandle;

/** Prints what a call of a compiled function costs through a handle in a {@code static final} field. A main program, not a test. */
final class HandlePrice {
    private static final int CALLS = 20_000_000;
    private static final Jit JIT = Jit.create();
    private static final LoadedModule MODULE = JIT.load(Text.module("""
            func export @harmless(%x: i64) -> i64 {
            entry:
                %r = add i64 %x, 1
                ret %r
            }
            func export @guarded(%x: i64, %y: i64) -> i64 {
            entry:
                %q = div.s i64 %x, %y
                %r = add i64 %q, 1
                ret %r
            }
            """));
    private static final MethodHandle HARMLESS = MODULE.function("harmless");
    private static final MethodHandle GUARDED = MODULE.function("guarded");

    private HandlePrice() {}

    public static void main(String[] args) throws Throwable {
        for (int round = 0; round < 5; round++) {
            long start = System.nanoTime();
            long x = 0;
            for (int i = 0; i < CALLS; i++) {
                x = (long) HARMLESS.invokeExact(x);
            }
            long between = System.nanoTime();
            long y = 0;
            for (int i = 0; i < CALLS; i++) {
                y = (long) GUARDED.invokeExact(y, 1L);
            }
            long end = System.nanoTime();
            System.out.println("cannot trap " + (between - start) * 10 / CALLS / 10.0 + " ns, can trap "
                    + (end - between) * 10 / CALLS / 10.0 + " ns per call (" + (x + y) + ")");
        }
    }
}
