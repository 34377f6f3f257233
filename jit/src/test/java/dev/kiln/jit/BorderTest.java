package dev.kiln.jit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kiln.base.TrapException;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.junit.jupiter.api.Test;

/** Java functions called by compiled code, and traps and exceptions on their way through native frames. */
class BorderTest {
    private static final String MODULE = """
            import func @java(i32) -> i32
            import func @qsort(ptr, i64, i64, ptr)

            func export @twice(%x: i32) -> i32 {
            entry:
                %a = call i32 @java(%x)
                %b = call i32 @java(%a)
                ret %b
            }
            func @compare(%a: ptr, %b: ptr) -> i32 {
            entry:
                %x = load i32 %a
                %y = call i32 @java(%x)
                ret %y
            }
            ; Calls Java through the C library.
            func export @sort() {
            entry:
                %numbers = alloca 12, 4
                call @qsort(%numbers, 3, 4, @compare)
                ret
            }
            func export @divide(%a: i32, %b: i32) -> i32 {
            entry:
                %q = div.s i32 %a, %b
                ret %q
            }
            func @inner(%x: i64) {
            entry:
                trap out_of_bricks !loc "yard.c" 12:3
            }
            func export @outer(%x: i64) {
            entry:
                call @inner(%x)
                ret
            }
            func export @nowhere() {
            entry:
                unreachable
            }
            """;

    private static int next(int x) {
        return x + 1;
    }

    private static int refuse(int x) throws IOException {
        throw new IOException("no " + x);
    }

    private static MethodHandle java(String name) throws ReflectiveOperationException {
        return MethodHandles.lookup().findStatic(BorderTest.class, name, MethodType.methodType(int.class, int.class));
    }

    private static Jit jit(MethodHandle java) {
        return Jit.builder()
                .function("java", java, Signature.of(Type.I32, Type.I32))
                .build();
    }

    @Test
    void javaFunctionsAreCalled() throws Throwable {
        try (Jit jit = jit(java("next"))) {
            LoadedModule m = jit.load(Text.module("border", MODULE));
            assertThat((int) m.function("twice").invokeExact(40)).isEqualTo(42);
            m.function("sort").invokeExact();
        }
    }

    @Test
    void whatAJavaFunctionThrowsComesOut() throws Throwable {
        try (Jit jit = jit(java("refuse"))) {
            LoadedModule m = jit.load(Text.module("border", MODULE));
            MethodHandle twice = m.function("twice");
            MethodHandle sort = m.function("sort");
            for (int i = 0; i < 1000; i++) {
                assertThatThrownBy(() -> {
                            int r = (int) twice.invokeExact(5);
                        })
                        .isInstanceOf(IOException.class)
                        .hasMessage("no 5");
                assertThatThrownBy(() -> {
                            sort.invokeExact();
                        })
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void aTrapTellsNameFunctionAndPosition() throws Throwable {
        try (Jit jit = jit(java("next"))) {
            LoadedModule m = jit.load(Text.module("border", MODULE));
            MethodHandle divide = m.function("divide");
            assertThat((int) divide.invokeExact(-7, 2)).isEqualTo(-3);

            TrapException zero = trap(() -> {
                int r = (int) divide.invokeExact(1, 0);
            });
            assertThat(zero.name()).isEqualTo("division_by_zero");
            assertThat(zero.function()).isEqualTo("divide");
            assertThat(zero.position().file()).isEqualTo("border.kir");
            assertThat(zero.position().line())
                    .as("the line of the text, as none is stated")
                    .isEqualTo(lineOf("div.s"));

            TrapException overflow = trap(() -> {
                int r = (int) divide.invokeExact(Integer.MIN_VALUE, -1);
            });
            assertThat(overflow.name()).isEqualTo("integer_overflow");

            MethodHandle outer = m.function("outer");
            TrapException stated = trap(() -> {
                outer.invokeExact(1L);
            });
            assertThat(stated.name()).isEqualTo("out_of_bricks");
            assertThat(stated.function()).isEqualTo("inner");
            assertThat(stated.position().toString()).isEqualTo("yard.c:12:3");

            MethodHandle nowhere = m.function("nowhere");
            assertThat(trap(() -> {
                                nowhere.invokeExact();
                            })
                            .name())
                    .isEqualTo("unreachable");
            assertThat((int) divide.invokeExact(9, 3)).as("life goes on").isEqualTo(3);
        }
    }

    private interface Body {
        void run() throws Throwable;
    }

    private static TrapException trap(Body body) {
        return catchThrowableOfType(TrapException.class, body::run);
    }

    private static int lineOf(String text) {
        String before = MODULE.substring(0, MODULE.indexOf(text));
        // The first line is the module's name.
        return 2 + (int) before.chars().filter(c -> c == '\n').count();
    }

    @Test
    void aTrapInsideACallbackReachesTheOutermostJava() throws Throwable {
        MethodHandle[] inside = new MethodHandle[1];
        MethodHandle again = MethodHandles.lookup()
                .findStatic(
                        BorderTest.class,
                        "callAgain",
                        MethodType.methodType(int.class, MethodHandle[].class, int.class))
                .bindTo(inside);
        try (Jit jit = jit(again)) {
            LoadedModule m = jit.load(Text.module("border", MODULE));
            inside[0] = m.function("divide");
            MethodHandle twice = m.function("twice");
            assertThat((int) twice.invokeExact(10)).isEqualTo(100 / (100 / 10));
            TrapException trap = trap(() -> {
                int r = (int) twice.invokeExact(0);
            });
            assertThat(trap.name()).isEqualTo("division_by_zero");
            assertThat(trap.getSuppressed()).isEmpty();
        }
    }

    static int callAgain(MethodHandle[] inside, int x) throws Throwable {
        return (int) inside[0].invokeExact(100, x);
    }

    @Test
    void trapsOfManyThreads() throws Throwable {
        try (Jit jit = jit(java("next"))) {
            MethodHandle divide = jit.load(Text.module("border", MODULE)).function("divide");
            Thread[] threads = new Thread[4];
            int[] caught = new int[threads.length];
            for (int t = 0; t < threads.length; t++) {
                int me = t;
                threads[t] = new Thread(() -> {
                    for (int i = 0; i < 500; i++) {
                        try {
                            int r = (int) divide.invokeExact(me, 0);
                        } catch (TrapException e) {
                            caught[me]++;
                        } catch (Throwable e) {
                            return;
                        }
                    }
                });
                threads[t].start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(caught).containsOnly(500);
        }
    }
}
