package dev.kiln.ir.interp;

import static dev.kiln.ir.interp.Programs.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kiln.base.TrapException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Control flow, frames, traps, guards, and the limits of a run. */
class ControlTest {
    @Test
    void blockArgumentsMoveInParallel() {
        String text = """
                module "m"
                func @f(%n: i32) -> i64 {
                entry:
                    jump loop(%n, 1, 2, 3, 4, 5)
                loop(%i: i32, %a: i64, %b: i64, %c: i64, %d: i64, %e: i64):
                    %more = gt.s i32 %i, 0
                    %i2 = sub i32 %i, 1
                    br %more, loop(%i2, %b, %a, %e, %c, %c), done
                done:
                    %x1 = mul i64 %a, 10000
                    %x2 = mul i64 %b, 1000
                    %x3 = mul i64 %c, 100
                    %x4 = mul i64 %d, 10
                    %s1 = add i64 %x1, %x2
                    %s2 = add i64 %s1, %x3
                    %s3 = add i64 %s2, %x4
                    %s4 = add i64 %s3, %e
                    ret %s4
                }
                """;
        try (Interpreter in = Programs.interpreter(text)) {
            int a = 1, b = 2, c = 3, d = 4, e = 5;
            for (int n = 0; n < 6; n++) {
                assertThat(in.call("f", n)).isEqualTo(a * 10000L + b * 1000 + c * 100 + d * 10 + e);
                int oldA = a, oldC = c;
                a = b;
                b = oldA;
                c = e;
                d = oldC;
                e = oldC;
            }
        }
    }

    @Test
    void switches() {
        String text = """
                module "m"
                func @dense(%v: i32) -> i32 {
                entry:
                    switch i32 %v, other(-1), [-2: other(10), -1: other(11), 0: other(12), 3: other(13)]
                other(%r: i32):
                    ret %r
                }
                func @sparse(%v: i64) -> i32 {
                entry:
                    switch i64 %v, other(-1), [-9223372036854775808: other(10), -1: other(11), 1000000: other(12), 9223372036854775807: other(13)]
                other(%r: i32):
                    ret %r
                }
                func @narrow(%v: i8) -> i32 {
                entry:
                    switch i8 %v, other(-1), [-1: other(1), 127: other(2)]
                other(%r: i32):
                    ret %r
                }
                """;
        try (Interpreter in = Programs.interpreter(text)) {
            int[] dense = {-1, 10, 11, 12, -1, -1, 13, -1};
            for (int v = -3; v <= 4; v++) {
                assertThat(in.call("dense", v)).isEqualTo(dense[v + 3]);
            }
            assertThat(in.call("dense", Integer.MIN_VALUE)).isEqualTo(-1);
            assertThat(in.call("sparse", Long.MIN_VALUE)).isEqualTo(10);
            assertThat(in.call("sparse", -1)).isEqualTo(11);
            assertThat(in.call("sparse", 1000000)).isEqualTo(12);
            assertThat(in.call("sparse", Long.MAX_VALUE)).isEqualTo(13);
            assertThat(in.call("sparse", 5)).isEqualTo(-1);
            assertThat(in.call("narrow", 255)).isEqualTo(1);
            assertThat(in.call("narrow", 127)).isEqualTo(2);
        }
    }

    private static final String DEEP = """
            module "m"
            func @depth(%n: i32, %x: i64) -> i64 {
            entry:
                %slot = alloca 16, 16
                store i64 %x, %slot
                br %n, more, done
            more:
                %m = sub i32 %n, 1
                %y = add i64 %x, 3
                %r = call i64 @depth(%m, %y)
                %v = load i64 %slot
                %s = add i64 %r, %v
                ret %s
            done:
                ret 0
            }
            func @forever(%n: i32) -> i32 {
            entry:
                %r = call i32 @forever(%n)
                %s = add i32 %r, 1
                ret %s
            }
            func @spin(%n: i64) -> i64 {
            entry:
                %z = alloca 64, 16
                br %n, more, done
            more:
                %m = sub i64 %n, 1
                tail call i64 @spin2(%m, 7)
            done:
                ret 42
            }
            func @spin2(%n: i64, %k: i64) -> i64 {
            entry:
                %z = alloca 64, 16
                store i64 %k, %z
                br %n, more, done
            more:
                %m = sub i64 %n, 1
                %p = select ptr %k, @spin, @spin
                tail call i64 %p(%m) sig (i64) -> i64
            done:
                ret 43
            }
            """;

    @Test
    void recursionIsDeep() {
        try (Interpreter in = Programs.interpreter(DEEP)) {
            long n = 300_000;
            assertThat(in.call("depth", n, 0)).isEqualTo(3 * n * (n - 1) / 2);
            assertThat(in.call("depth", 10, 0)).isEqualTo(135L);
        }
    }

    @Test
    void recursionHasALimit() {
        try (Interpreter in =
                Interpreter.builder(Programs.parse(DEEP)).stack(1 << 20).build()) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> in.call("forever", 1))
                        .isInstanceOfSatisfying(InterpreterException.class, e -> {
                            assertThat(e.code()).isEqualTo(InterpreterCode.STACK_OVERFLOW);
                            assertThat(e.diagnostic().position().line()).isEqualTo(19);
                        });
            }
            assertThat(in.call("depth", 10, 0)).isEqualTo(135L);
        }
        try (Interpreter in =
                Interpreter.builder(Programs.parse(DEEP)).slotMemory(1 << 20).build()) {
            assertRefused(InterpreterCode.SLOT_MEMORY, () -> in.call("depth", 100_000, 0));
        }
    }

    @Test
    void tailCallsDoNotGrow() {
        try (Interpreter in = Interpreter.builder(Programs.parse(DEEP))
                .stack(1 << 14)
                .slotMemory(1 << 20)
                .build()) {
            assertThat(in.call("spin", 1_000_000)).isEqualTo(42L);
            assertThat(in.call("spin", 1_000_001)).isEqualTo(43L);
        }
    }

    @Test
    void tailCallsPassAggregates() {
        String text = """
                module "m"
                type @large = struct { i64, i64, i64 }
                func @f(%n: i64, %l: @large) -> @large {
                entry:
                    %own = alloca 24, 8
                    br %n, more, done
                more:
                    %a = load i64 %l
                    %b = add i64 %a, %n
                    store i64 %b, %own
                    %m = sub i64 %n, 1
                    tail call @large @f(%m, @large %own)
                done:
                    ret %l
                }
                func @run(%n: i64) -> i64 {
                entry:
                    %z = alloca 24, 8
                    %r = call @large @f(%n, @large %z)
                    %v = load i64 %r
                    ret %v
                }
                """;
        try (Interpreter in =
                Interpreter.builder(Programs.parse(text)).slotMemory(1 << 20).build()) {
            assertThat(in.call("run", 100_000)).isEqualTo(100_000L * 100_001 / 2);
        }
    }

    @Test
    void guardsLeaveThroughTheirExit() {
        String text = """
                module "m"
                func @exit(%id: i32, %p: ptr) -> i64 {
                entry:
                    %a = load i64 %p
                    %q = index ptr %p, 1, 8
                    %b = load f64 %q
                    %q2 = index ptr %p, 2, 8
                    %c = load i64 %q2
                    %bi = ftoi.s i64 %b
                    %i = sext i64 %id
                    %s = add i64 %a, %bi
                    %t = add i64 %s, %c
                    %u = mul i64 %i, 1000
                    %v = add i64 %t, %u
                    ret %v
                }
                func @f(%c: i32, %x: i8) -> i64 {
                entry:
                    %z = alloca 8, 8
                    guard %c, @exit(5), state(%x, f64 2.5) in @exit(6), state(i64 100)
                    ret 1
                }
                """;
        try (Interpreter in = Programs.interpreter(text)) {
            assertThat(in.call("f", 1, 3)).isEqualTo(1L);
            assertThat(in.call("f", 0, 253)).isEqualTo(5000L - 3 + 2 + 100);
        }
    }

    @Test
    void trapsTellTheirPlace() {
        String text = """
                module "m"
                func @f(%a: i32, %b: i32) -> i32 {
                entry:
                    switch i32 %b, div, [100: bad, 101: never]
                div:
                    %r = rem.u i32 %a, %b !loc "x.c" 12:3
                    ret %r
                bad:
                    trap my_trap
                never:
                    unreachable
                }
                func @g(%a: i32, %b: i32) -> i32 {
                entry:
                    %r = call i32 @f(%a, %b)
                    ret %r
                }
                """;
        try (Interpreter in = Programs.interpreter(text)) {
            assertThatThrownBy(() -> in.call("g", 1, 0)).isInstanceOfSatisfying(TrapException.class, e -> {
                assertThat(e.name()).isEqualTo("division_by_zero");
                assertThat(e.function()).isEqualTo("f");
                assertThat(e.position().toString()).isEqualTo("x.c:12:3");
            });
            assertThatThrownBy(() -> in.call("g", 1, 100)).isInstanceOfSatisfying(TrapException.class, e -> {
                assertThat(e.name()).isEqualTo("my_trap");
                assertThat(e.position().toString()).startsWith("test.kir:9:");
            });
            assertThatThrownBy(() -> in.call("g", 1, 101))
                    .isInstanceOfSatisfying(
                            TrapException.class, e -> assertThat(e.name()).isEqualTo("unreachable"));
            assertThat(in.call("g", 7, 4)).isEqualTo(3);
        }
    }

    private static final String LOOP = """
            module "m"
            func @f(%n: i64) -> i64 {
            entry:
                jump loop(0)
            loop(%i: i64):
                %i2 = add i64 %i, 1
                %more = lt.s i64 %i2, %n
                br %more, loop(%i2), done
            done:
                ret %i2
            }
            func @recurse(%n: i64) -> i64 {
            entry:
                tail call i64 @recurse(%n)
            }
            """;

    @Test
    void fuelLimitsARun() {
        try (Interpreter in =
                Interpreter.builder(Programs.parse(LOOP)).fuel(100_000).build()) {
            assertThat(in.call("f", 30_000)).isEqualTo(30_000L);
            assertThat(in.call("f", 30_000)).isEqualTo(30_000L);
            assertThatThrownBy(() -> in.call("f", 34_000)).isInstanceOf(FuelExhaustedException.class);
            assertThatThrownBy(() -> in.call("recurse", 1)).isInstanceOf(FuelExhaustedException.class);
        }
    }

    @Test
    void runsCanBeCancelled() throws InterruptedException {
        for (String function : List.of("f", "recurse")) {
            try (Interpreter in = Programs.interpreter(LOOP)) {
                Thread other = new Thread(() -> {
                    try {
                        Thread.sleep(100);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    in.cancel();
                });
                other.start();
                assertThatThrownBy(() -> in.call(function, Long.MAX_VALUE)).isInstanceOf(CancelledException.class);
                other.join();
            }
        }
    }

    @Test
    void mainGetsItsArguments() {
        String text = """
                module "m"
                import func @strlen(ptr) -> i64
                func export @main(%argc: i32, %argv: ptr, %envp: ptr) -> i32 {
                entry:
                    %p = index ptr %argv, 2, 8
                    %s = load ptr %p
                    %n = call i64 @strlen(%s)
                    %m = trunc i32 %n
                    %q = index ptr %argv, 3, 8
                    %end = load i64 %q
                    br %end, bad, good
                bad:
                    ret 1
                good:
                    %e = load ptr %envp
                    %en = call i64 @strlen(%e)
                    %t = mul i32 %argc, 100
                    %r = add i32 %t, %m
                    ret %r
                }
                """;
        try (Interpreter in = Programs.interpreter(text)) {
            assertThat(in.runMain(List.of("a", "schön"))).isEqualTo(306 & 255);
        }
        try (Interpreter in =
                Programs.interpreter("module \"m\"\nfunc export @main(%a: f64) {\nentry:\n    ret\n}\n")) {
            assertRefused(InterpreterCode.BAD_MAIN, () -> in.runMain(List.of()));
        }
    }

    @Test
    void aMainThatIsNotExportedIsNoProgram() {
        try (Interpreter in = Programs.interpreter("func @main() -> i32 {\nentry:\n    ret 0\n}\n")) {
            assertRefused(InterpreterCode.NOT_EXPORTED, () -> in.runMain(List.of()));
        }
    }
}
