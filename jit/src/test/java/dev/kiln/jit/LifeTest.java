package dev.kiln.jit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kiln.base.DiagnosticException;
import dev.kiln.ir.Module;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Loading, unloading and closing, again and again and by several threads. */
class LifeTest {
    /** Code, a call through a stub, an address in the GOT, data of every kind. */
    private static Module module(int number) {
        return Text.module("m" + number, """
                import func @abs(i32) -> i32
                import data @stdout
                data @written = i32 1
                data readonly @constant = "text\\0"
                data readonly @table = ptr @written
                data thread @mine = i64 5
                data common @common = zero 16
                func export @f(%x: i32) -> i32 {
                entry:
                    %s = load ptr @stdout
                    %m = load i64 @mine
                    %a = call i32 @abs(%x)
                    %b = add i32 %a, NUMBER
                    ret %b
                }
                """.replace("NUMBER", Integer.toString(number)));
    }

    @Test
    void memoryIsGivenBack() throws Throwable {
        try (Jit jit = Jit.builder().memory(4 << 20).build()) {
            Module module = module(3);
            LoadedModule first = jit.load(module);
            assertThat((int) first.function("f").invokeExact(-4)).isEqualTo(7);
            first.close();
            long used = jit.memoryInUse();
            for (int i = 0; i < 10_000; i++) {
                LoadedModule m = jit.load(module);
                if (i % 1000 == 0) {
                    assertThat((int) m.function("f").invokeExact(-4)).isEqualTo(7);
                }
                m.close();
            }
            // What entered functions of C needs is kept for the next module that calls them; it does not grow.
            assertThat(jit.memoryInUse()).isLessThanOrEqualTo(used + 64 * 1024);
        }
    }

    @Test
    void closedThingsSaySo() {
        Jit jit = Jit.create();
        LoadedModule m = jit.load(module(1));
        m.close();
        m.close();
        assertThatThrownBy(() -> m.function("f")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> m.address("f")).isInstanceOf(IllegalStateException.class);
        LoadedModule other = jit.load(module(2));
        jit.close();
        jit.close();
        other.close();
        assertThatThrownBy(() -> other.function("f")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> jit.load(module(1))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aFullMemoryIsADiagnosticAndLeavesTheRestWorking() throws Throwable {
        try (Jit jit = Jit.builder().memory(4 << 20).build()) {
            LoadedModule small = jit.load(module(1));
            long used = jit.memoryInUse();
            Module large = Text.module("data export @large = zero 100000000\n");
            assertThatThrownBy(() -> jit.load(large))
                    .isInstanceOf(DiagnosticException.class)
                    .hasMessageContaining("no room");
            assertThat(jit.memoryInUse()).isEqualTo(used);
            assertThat((int) small.function("f").invokeExact(1)).isEqualTo(2);
        }
    }

    @Test
    void severalThreadsCompileAtOnce() throws Exception {
        try (Jit jit = Jit.create();
                ExecutorService pool = Executors.newFixedThreadPool(4)) {
            List<Future<Integer>> results = new ArrayList<>();
            for (int t = 0; t < 64; t++) {
                int number = t;
                Callable<Integer> task = () -> {
                    try (LoadedModule m = jit.load(module(number))) {
                        MethodHandle f = m.function("f");
                        return (int) f.invokeExact(-1000);
                    } catch (Exception e) {
                        throw e;
                    } catch (Throwable e) {
                        throw new AssertionError(e);
                    }
                };
                results.add(pool.submit(task));
            }
            for (int t = 0; t < results.size(); t++) {
                assertThat(results.get(t).get()).isEqualTo(1000 + t);
            }
        }
    }

    @Test
    void manyModulesStayLoaded() throws Throwable {
        try (Jit jit = Jit.create()) {
            List<LoadedModule> all = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                all.add(jit.load(module(i)));
            }
            for (int i = 0; i < all.size(); i++) {
                assertThat((int) all.get(i).function("f").invokeExact(-7)).isEqualTo(7 + i);
            }
        }
    }
}
