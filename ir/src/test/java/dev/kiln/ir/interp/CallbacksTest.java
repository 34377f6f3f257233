package dev.kiln.ir.interp;

import static dev.kiln.ir.interp.Programs.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kiln.base.TrapException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Interpreted functions and Java functions that C functions call, and that call each other. */
class CallbacksTest extends LibraryTest {
    private static final String C = """
            #include <pthread.h>
            typedef struct { int (*f)(int); int n; } job;
            static void *worker(void *p) { job *j = p; j->n = j->f(j->n); return 0; }
            int on_thread(int (*f)(int), int n) { job j = { f, n }; pthread_t t; pthread_create(&t, 0, worker, &j); pthread_join(t, 0); return j.n; }
            int call(int (*f)(int), int n) { int sum = 0; for (int i = 0; i < n; i++) sum += f(i); return sum; }
            """;

    CallbacksTest() {
        super(C);
    }

    @Test
    void sortsThroughCallbacks() {
        String text = """
                module "m"
                import func @qsort(ptr, i64, i64, ptr)
                func @less(%a: ptr, %b: ptr) -> i32 {
                entry:
                    %x = load i64 %a
                    %y = load i64 %b
                    %g = gt.s i64 %x, %y
                    %l = lt.s i64 %x, %y
                    %r = sub i32 %g, %l
                    ret %r
                }
                func @sort(%p: ptr, %n: i64) {
                entry:
                    call @qsort(%p, %n, 8, @less)
                    ret
                }
                """;
        try (Interpreter in = Programs.interpreter(text);
                Arena arena = Arena.ofConfined()) {
            int n = 5000;
            MemorySegment data = arena.allocate(ValueLayout.JAVA_LONG, n);
            for (int i = 0; i < n; i++) {
                data.setAtIndex(ValueLayout.JAVA_LONG, i, i * 0x9E37_79B9_7F4A_7C15L);
            }
            in.call("sort", data, n);
            for (int i = 1; i < n; i++) {
                assertThat(data.getAtIndex(ValueLayout.JAVA_LONG, i - 1))
                        .isLessThan(data.getAtIndex(ValueLayout.JAVA_LONG, i));
            }
        }
    }

    private static final String CALLBACK = """
            module "m"
            import func @call(ptr, i32) -> i32
            import func @on_thread(ptr, i32) -> i32
            import func @host(i32) -> i32
            data @count = i32 0
            func @f(%i: i32) -> i32 {
            entry:
                %n = load i32 @count
                %n2 = add i32 %n, 1
                store i32 %n2, @count
                %r = call i32 @host(%i)
                ret %r
            }
            func @run(%n: i32) -> i32 {
            entry:
                %r = call i32 @call(@f, %n)
                ret %r
            }
            func @thread(%n: i32) -> i32 {
            entry:
                %r = call i32 @on_thread(@f, %n)
                ret %r
            }
            func @direct(%n: i32) -> i32 {
            entry:
                %r = call i32 @call(@host, %n)
                ret %r
            }
            """;

    @Test
    void exceptionsWaitForCToReturn() {
        List<Integer> seen = new ArrayList<>();
        HostFunction host = arguments -> {
            seen.add((int) arguments[0]);
            if (arguments[0] == 3) {
                throw new java.io.IOException("no");
            }
            return arguments[0];
        };
        try (Interpreter in = builder(CALLBACK).function("host", host).build()) {
            assertThat(in.call("run", 3)).isEqualTo(3);
            assertThat(seen).containsExactly(0, 1, 2);
            seen.clear();
            assertThatThrownBy(() -> in.call("run", 10))
                    .isInstanceOf(java.io.IOException.class)
                    .hasMessage("no");
            assertThat(seen).containsExactly(0, 1, 2, 3);
            seen.clear();
            assertThat(in.call("run", 2)).isEqualTo(1);
            seen.clear();
            assertThatThrownBy(() -> in.call("direct", 5)).isInstanceOf(java.io.IOException.class);
            assertThat(seen).containsExactly(0, 1, 2, 3);
            assertThat(in.call("thread", 41)).isEqualTo(41);
            assertThatThrownBy(() -> in.call("thread", 3)).isInstanceOf(java.io.IOException.class);
            assertThat(in.call("thread", 5)).isEqualTo(5);
        }
    }

    @Test
    void javaMethodsOfAllTypes() throws ReflectiveOperationException {
        String text = """
                module "m"
                import func @mix(i8, i16, i32, i64, f32, f64, ptr) -> f64
                func @f() -> f64 {
                entry:
                    %r = call f64 @mix(-1, -2, -3, -4, 0.5, 0.25, ptr 65536)
                    ret %r
                }
                """;
        MethodType type = MethodType.methodType(
                double.class,
                byte.class,
                short.class,
                int.class,
                long.class,
                float.class,
                double.class,
                MemorySegment.class);
        try (Interpreter in = Interpreter.builder(Programs.parse(text))
                .function("mix", MethodHandles.lookup().findStatic(CallbacksTest.class, "mix", type))
                .build()) {
            assertThat(in.call("f")).isEqualTo(-10 + 0.75 + 65536);
        }
    }

    static double mix(byte a, short b, int c, long d, float e, double f, MemorySegment g) {
        return a + b + c + d + e + f + g.address();
    }

    @Test
    void hostCallsBackIntoTheProgram() {
        String text = """
                module "m"
                import func @host(i32) -> i32
                func @f(%n: i32) -> i32 {
                entry:
                    br %n, more, done
                more:
                    %m = sub i32 %n, 1
                    %r = call i32 @host(%m)
                    %s = add i32 %r, %n
                    ret %s
                done:
                    ret 0
                }
                """;
        Interpreter[] self = new Interpreter[1];
        try (Interpreter in = Interpreter.builder(Programs.parse(text))
                .function("host", a -> (int) self[0].call("f", a[0]))
                .build()) {
            self[0] = in;
            assertThat(in.call("f", 20)).isEqualTo(210);
        }
    }

    @Test
    void nestingIsLimited() {
        String text = """
                module "m"
                import func @call(ptr, i32) -> i32
                data @depth = i32 0
                func @f(%i: i32) -> i32 {
                entry:
                    %n = load i32 @depth
                    %n2 = add i32 %n, 1
                    store i32 %n2, @depth
                    %r = call i32 @call(@f, 1)
                    ret %r
                }
                """;
        try (Interpreter in = with(text)) {
            assertRefused(InterpreterCode.NESTED_CALLS, () -> in.call("f", 1));
        }
    }

    @Test
    void trapsInsideCallbacksKeepTheirPlace() {
        String text = """
                module "m"
                import func @call(ptr, i32) -> i32
                func @f(%i: i32) -> i32 {
                entry:
                    %r = div.s i32 10, %i
                    ret %r
                }
                func @run() -> i32 {
                entry:
                    %r = call i32 @call(@f, 4)
                    ret %r
                }
                """;
        try (Interpreter in = with(text)) {
            assertThatThrownBy(() -> in.call("run")).isInstanceOfSatisfying(TrapException.class, e -> {
                assertThat(e.name()).isEqualTo("division_by_zero");
                assertThat(e.function()).isEqualTo("f");
                assertThat(e.position().line()).isEqualTo(5);
            });
        }
    }

    @Test
    void threadLocalDataArePerThread() throws InterruptedException {
        String text = """
                module "m"
                import func @on_thread(ptr, i32) -> i32
                data thread @x = i32 5
                data thread @far align 64 = { ptr @x0, i64 9 }
                data @x0 = i64 0
                func @bump(%by: i32) -> i32 {
                entry:
                    %v = load i32 @x
                    %w = add i32 %v, %by
                    store i32 %w, @x
                    %f = load i64 @far+8
                    %f2 = add i64 %f, 1
                    store i64 %f2, @far+8
                    %t = trunc i32 %f2
                    %r = add i32 %w, %t
                    ret %r
                }
                func @other(%by: i32) -> i32 {
                entry:
                    %r = call i32 @on_thread(@bump, %by)
                    ret %r
                }
                """;
        try (Interpreter in = with(text)) {
            assertThat(in.call("bump", 10)).isEqualTo(25);
            assertThat(in.call("bump", 10)).isEqualTo(36);
            Object[] other = new Object[2];
            Thread thread = new Thread(() -> {
                other[0] = in.call("bump", 100);
                other[1] = in.call("bump", 100);
            });
            thread.start();
            thread.join();
            assertThat(other).containsExactly(115, 216);
            assertThat(in.call("other", 1000)).isEqualTo(1015);
            assertThat(in.call("bump", 0)).isEqualTo(37);
        }
    }
}
