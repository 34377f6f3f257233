package dev.kiln.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kiln.base.TrapException;
import dev.kiln.exec.internal.SystemCalls;
import dev.kiln.exec.internal.ThreadChain;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What would end the JVM if it went wrong, each in a JVM of its own. */
class BorderTest {
    private static void survives(Class<?> main, String... arguments) {
        var result = Fork.run(main, arguments);
        assertThat(result.exit())
                .as(String.join(" ", arguments) + "\n" + result.outText() + result.errText())
                .isZero();
        assertThat(result.outText()).endsWith("done\n");
    }

    /** Java and native code call each other at random, trap, throw, catch and go on; what comes out is known beforehand. */
    @ParameterizedTest
    @ValueSource(strings = {"direct", "none"})
    void nestedCallsTrapAndThrow(String offset) {
        survives(Nested.class, offset, Long.toString(System.nanoTime()));
    }

    static final class Nested {
        private static final MethodHandle CALL_BACK;

        static {
            try {
                CALL_BACK = MethodHandles.lookup()
                        .findVirtual(Nested.class, "callBack", MethodType.methodType(long.class, long.class));
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }

        /** What an intermediate level expects to come out of the native call it makes. */
        private static final class Planned extends Exception {
            private static final long serialVersionUID = 1L;

            Planned(String message) {
                super(message);
            }
        }

        private final Random random;
        private final MethodHandle callThrough;
        private final MethodHandle trapping;
        private final long thunk;

        Nested(NativeFixture fixture, Callbacks callbacks, long callThrough, long trapping, long seed) {
            random = new Random(seed);
            this.callThrough = fixture.calls.bind(callThrough, NativeFixture.LONG_LONG_LONG);
            this.trapping = fixture.calls.bind(trapping, NativeFixture.LONG_LONG);
            thunk = callbacks.thunk(CALL_BACK.bindTo(this), NativeFixture.LONG_LONG);
        }

        /** Called by native code with the depth that is left; the result is the depth again or an exception. */
        long callBack(long depth) throws Throwable {
            return level(depth);
        }

        long level(long depth) throws Throwable {
            int what = random.nextInt(10);
            if (depth == 0 || what == 0) {
                if (what < 4) {
                    long unused = (long) trapping.invokeExact(0L);
                    throw new AssertionError("did not trap");
                }
                if (what < 7) throw new Planned("at " + depth);
                if (what == 7) return endless(depth);
                return depth;
            }
            Throwable expected = what < 6 ? null : what < 8 ? new Planned("over " + depth) : null;
            try {
                // callThrough adds one to what the thunk returns.
                long result = (long) callThrough.invokeExact(thunk, depth - 1) - 1;
                if (result != depth - 1) throw new AssertionError("got " + result + " for " + (depth - 1));
                return depth;
            } catch (TrapException | Planned | StackOverflowError e) {
                if (e instanceof TrapException trap && !trap.name().equals("test_trap")) throw new AssertionError(trap);
                if (what < 4) throw e;
                if (expected != null) throw expected;
                if (what == 5) {
                    long unused = (long) trapping.invokeExact(0L);
                    throw new AssertionError("did not trap");
                }
                return depth;
            }
        }

        private static long endless(long x) {
            return endless(x + 1) + 1;
        }

        public static void main(String[] arguments) throws Exception {
            if (arguments[0].equals("none")) System.setProperty("kiln.exec.threadOffset", "none");
            long seed = Long.parseLong(arguments[1]);
            System.out.println("seed " + seed);
            NativeFixture fixture = new NativeFixture();
            if (ThreadChain.instance().isDirect() == arguments[0].equals("none")) throw new AssertionError("wrong way");
            Callbacks callbacks = new Callbacks(fixture.calls);
            long through = fixture.callThrough();
            long trapping = fixture.trapIfZero(fixture.record("test_trap", "t", "t.kir:1:1"));
            try (ExecutorService platform = Executors.newFixedThreadPool(4);
                    ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<int[]>> work = new ArrayList<>();
                for (int i = 0; i < 24; i++) {
                    long own = seed + i;
                    Callable<int[]> task = () -> {
                        Nested nested = new Nested(fixture, callbacks, through, trapping, own);
                        int[] count = new int[3];
                        for (int run = 0; run < 400; run++) {
                            try {
                                nested.level(nested.random.nextInt(25));
                                count[0]++;
                            } catch (TrapException e) {
                                count[1]++;
                            } catch (Planned | StackOverflowError e) {
                                count[2]++;
                            } catch (Throwable t) {
                                throw new AssertionError(t);
                            }
                        }
                        return count;
                    };
                    work.add((i % 2 == 0 ? platform : virtual).submit(task));
                }
                int[] sum = new int[3];
                for (Future<int[]> done : work) for (int i = 0; i < 3; i++) sum[i] += done.get()[i];
                for (int n : sum) if (n < 100) throw new AssertionError("too few of a kind");
            }
            if (ThreadChain.anyPending()) throw new AssertionError("something is left pending");
            System.out.println("done");
        }
    }

    @Test
    void aHundredThousandTrapsLeaveNothingBehind() {
        survives(Many.class);
    }

    static final class Many {
        public static void main(String[] arguments) throws Throwable {
            NativeFixture fixture = new NativeFixture();
            long trapping = fixture.trapIfZero(fixture.record("test_trap", "t", ""));
            MethodHandle handle = fixture.calls.bind(trapping, NativeFixture.LONG_LONG);
            Callbacks callbacks = new Callbacks(fixture.calls);
            MethodHandle throwing = MethodHandles.dropArguments(
                    MethodHandles.throwException(long.class, RuntimeException.class)
                            .bindTo(new RuntimeException()),
                    0,
                    long.class);
            long thunk = callbacks.thunk(throwing, NativeFixture.LONG_LONG);
            MethodHandle through = fixture.calls.bind(fixture.callThrough(), NativeFixture.LONG_LONG_LONG);
            // Compilers and collectors of the JVM take memory now and then; a leak takes some in every stretch.
            long before = 0;
            long grown = Long.MAX_VALUE;
            for (int i = 0; i < 200_000; i++) {
                if (i % 50_000 == 0) {
                    long now = memory();
                    if (i > 50_000) grown = Math.min(grown, now - before);
                    before = now;
                }
                try {
                    long unused = (long) handle.invokeExact(0L);
                    throw new AssertionError();
                } catch (TrapException e) {
                    if (!e.name().equals("test_trap")) throw e;
                }
                if (i % 10 == 0) {
                    try {
                        long unused = (long) through.invokeExact(thunk, 1L);
                        throw new AssertionError();
                    } catch (RuntimeException e) {
                        if (e instanceof TrapException) throw e;
                    }
                }
            }
            grown = Math.min(grown, memory() - before);
            if (grown > 1 << 20) throw new AssertionError("resident memory grew by " + grown + " in every stretch");
            System.out.println("done");
        }

        private static long memory() throws java.io.IOException {
            String[] pages = java.nio.file.Files.readString(java.nio.file.Path.of("/proc/self/statm"))
                    .split(" ");
            return Long.parseLong(pages[1]) * 4096;
        }
    }

    /** Native recursion through callbacks ends in an error that Java can catch. */
    @ParameterizedTest
    @ValueSource(strings = {"direct", "none"})
    void endlessRecursionThroughCallbacksIsAStackOverflow(String offset) {
        survives(Endless.class, offset);
    }

    static final class Endless {
        static MethodHandle through;
        static long thunk;
        static int deepest;

        static long again(long depth) throws Throwable {
            deepest = Math.max(deepest, (int) depth);
            return (long) through.invokeExact(thunk, depth + 1);
        }

        public static void main(String[] arguments) throws Throwable {
            if (arguments[0].equals("none")) System.setProperty("kiln.exec.threadOffset", "none");
            NativeFixture fixture = new NativeFixture();
            through = fixture.calls.bind(fixture.callThrough(), NativeFixture.LONG_LONG_LONG);
            thunk = new Callbacks(fixture.calls)
                    .thunk(
                            MethodHandles.lookup()
                                    .findStatic(Endless.class, "again", MethodType.methodType(long.class, long.class)),
                            NativeFixture.LONG_LONG);
            for (int i = 0; i < 20; i++) overflow();
            Thread[] threads = new Thread[6];
            int[] overflows = new int[1];
            for (int i = 0; i < threads.length; i++) {
                Runnable work = () -> {
                    for (int k = 0; k < 10; k++) overflow();
                    synchronized (overflows) {
                        overflows[0]++;
                    }
                };
                threads[i] = i < 3
                        ? new Thread(null, work, "small", (1 + i) * (512L << 10))
                        : Thread.ofPlatform().unstarted(work);
                threads[i].start();
            }
            for (Thread thread : threads) thread.join();
            if (overflows[0] != threads.length) throw new AssertionError("only " + overflows[0]);
            if (deepest < 500) throw new AssertionError("only " + deepest + " deep");
            System.out.println("done");
        }

        private static void overflow() {
            try {
                again(0);
                throw new AssertionError("came back");
            } catch (StackOverflowError expected) {
                // What is wanted.
            } catch (Throwable t) {
                throw new AssertionError(t);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"direct", "none"})
    void aTrapOnANativeThreadEndsTheProcess(String offset) {
        var result = Fork.run(NativeThread.class, offset, "trap");
        assertEquals("kiln: trap test_trap in @worker at w.kir:3:4\n", result.errText());
        assertEquals(120, result.exit());
        result = Fork.run(NativeThread.class, offset, "nameless");
        assertEquals("kiln: trap test_trap\n", result.errText());
        assertEquals(120, result.exit());
    }

    @Test
    void anExceptionOnANativeThreadEndsTheProcess() {
        var result = Fork.run(NativeThread.class, "direct", "throw");
        assertThat(result.errText())
                .startsWith("kiln: exception in a callback on a thread without a caller in Java: "
                        + "java.lang.IllegalStateException: thrown here\n\tat ");
        assertEquals(120, result.exit());
    }

    @Test
    void aCallbackOnANativeThreadReturns() {
        survives(NativeThread.class, "direct", "return");
    }

    /** Native code that a callback enters by the JDK's own handle has no way back past the callback's frames. */
    @Test
    void aTrapBehindAForeignCallEndsTheProcess() {
        var result = Fork.run(NativeThread.class, "direct", "foreign");
        assertEquals("kiln: trap test_trap in @worker at w.kir:3:4\n", result.errText());
        assertEquals(120, result.exit());
    }

    static final class NativeThread {
        static long foreign;

        static long onThread(long argument) throws Throwable {
            if (argument == 1) throw new IllegalStateException("thrown here");
            if (argument == 2) {
                MethodHandle plain =
                        Linker.nativeLinker().downcallHandle(MemorySegment.ofAddress(foreign), NativeFixture.LONG_LONG);
                return (long) plain.invokeExact(0L);
            }
            return 0;
        }

        public static void main(String[] arguments) throws Throwable {
            if (arguments[0].equals("none")) System.setProperty("kiln.exec.threadOffset", "none");
            NativeFixture fixture = new NativeFixture();
            long callback = new Callbacks(fixture.calls)
                    .thunk(
                            MethodHandles.lookup()
                                    .findStatic(
                                            NativeThread.class,
                                            "onThread",
                                            MethodType.methodType(long.class, long.class)),
                            NativeFixture.LONG_LONG);
            long trap = fixture.trapIfZero(fixture.record("test_trap", "worker", "w.kir:3:4"));
            switch (arguments[1]) {
                case "trap" -> start(trap, 0);
                case "nameless" -> start(fixture.trapIfZero(fixture.record("test_trap", "", "")), 0);
                case "throw" -> start(callback, 1);
                case "return" -> start(callback, 0);
                case "foreign" -> {
                    foreign = trap;
                    fixture.calls.call(callback, 2, 0, 0, 0, 0, 0);
                }
                default -> throw new IllegalArgumentException(arguments[1]);
            }
            System.out.println("done");
        }

        private static void start(long function, long argument) {
            try (var arena = java.lang.foreign.Arena.ofConfined()) {
                MemorySegment thread = arena.allocate(8);
                SystemCalls.call(SystemCalls.symbol("pthread_create"), thread.address(), 0, function, argument, 0, 0);
                SystemCalls.call(
                        SystemCalls.symbol("pthread_join"),
                        thread.get(java.lang.foreign.ValueLayout.JAVA_LONG, 0),
                        0,
                        0);
            }
        }
    }
}
