package dev.kiln.ir.interp;

import static dev.kiln.ir.interp.Programs.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Structures and unions by value, and variable arguments, between interpreted functions and C functions in both directions. */
class NativeAggregatesTest extends LibraryTest {
    private static final String C = """
            #include <stdarg.h>
            #include <stdio.h>
            typedef struct { long a; double b; } mixed;
            typedef struct { double b; long a; } mixed2;
            typedef struct { float x, y, z; } floats;
            typedef struct { int a; char b; } small;
            typedef struct { long a, b, c; } large;
            typedef union { long a; float f[2]; char c[12]; } either;
            typedef struct __attribute__((packed)) { char c; long l; } packed;
            mixed swap1(mixed2 m) { mixed r = { m.a * 2, m.b * 3 }; return r; }
            mixed2 swap2(mixed m) { mixed2 r = { m.b * 3, m.a * 2 }; return r; }
            floats scale(floats f, float by) { floats r = { f.x * by, f.y * by, f.z * by }; return r; }
            small bump(small s, int by) { small r = { s.a + by, s.b + by }; return r; }
            large shift(large l, int by) { large r = { l.a + by, l.b + by, l.c + by }; return r; }
            either flip(either e) { for (int i = 0; i < 12; i++) e.c[i] ^= 0x55; return e; }
            packed pack(packed p) { packed r = { p.c + 1, p.l + 2 }; return r; }
            long many(mixed a, mixed b, mixed c, mixed d, mixed e, mixed f, mixed g, large l, small s) {
                return a.a + 2*b.a + 3*c.a + 4*d.a + 5*e.a + 6*f.a + 7*g.a + (long)(a.b + b.b + c.b + d.b + e.b + f.b + g.b) + l.c + s.b; }
            long back(large (*f)(mixed, large, float, signed char), mixed (*g)(double, small), int n) {
                mixed m = { n, n * 0.5 }; large l = { 1, 2, n }; large r = f(m, l, 1.25f, -3); small s = { n, 7 };
                mixed q = g(2.5, s); return r.a * 10000 + r.b * 100 + r.c + q.a + (long)q.b; }
            int format(char *out, const char *fmt, va_list ap) { return vsprintf(out, fmt, ap); }
            int indirect(int (*f)(char *, const char *, ...), char *out) { return f(out, "%d %g %s|", 1, 2.5, "x", 4L, 5L, 6L, 7L, 8.5, 9L); }
            int call(int (*f)(int), int n) { int sum = 0; for (int i = 0; i < n; i++) sum += f(i); return sum; }
            """;

    private static final String TYPES = """
            type @mixed = struct { i64, f64 }
            type @mixed2 = struct { f64, i64 }
            type @floats = struct { f32, f32, f32 }
            type @small = struct { i32, i8 }
            type @large = struct { i64, i64, i64 }
            type @either = union { i64, array 2 of f32, array 12 of i8 }
            type @packed = struct packed { i8, i64 }
            """;

    NativeAggregatesTest() {
        super(C);
    }

    @Test
    void passesAggregatesToC() {
        String text = "module \"m\"\n" + TYPES + """
                import func @swap1(@mixed2) -> @mixed
                import func @swap2(@mixed) -> @mixed2
                import func @scale(@floats, f32) -> @floats
                import func @bump(@small, i32) -> @small
                import func @shift(@large, i32) -> @large
                import func @flip(@either) -> @either
                import func @pack(@packed) -> @packed
                import func @many(@mixed, @mixed, @mixed, @mixed, @mixed, @mixed, @mixed, @large, @small) -> i64
                data @m2 = { f64 1.5, i64 7 }
                data @fl = { f32 1.0, 2.0, 3.0 }
                data @sm = { i32 5, i8 6, zero 3 }
                data @la = { i64 100, 200, 300 }
                data @ei align 8 = { "abcdefghijkl", zero 4 }
                data @pa = { i8 1, i64 5 }
                func @mixing() -> i64 {
                entry:
                    %a = call @mixed @swap1(@mixed2 @m2)
                    %b = call @mixed2 @swap2(@mixed %a)
                    %p = index ptr %b, 1, 8
                    %i = load i64 %p
                    %d = load f64 %b
                    %e = ftoi.s i64 %d
                    %x = mul i64 %i, 1000
                    %r = add i64 %x, %e
                    ret %r
                }
                func @floating() -> f32 {
                entry:
                    %a = call @floats @scale(@floats @fl, 10.0)
                    %p = index ptr %a, 2, 4
                    %r = load f32 %p
                    ret %r
                }
                func @rest() -> i64 {
                entry:
                    %a = call @small @bump(@small @sm, 3)
                    %b = call @small @bump(@small %a, 30)
                    %a0 = load.s32 i64 %a
                    %b0 = load.s32 i64 %b
                    %bp = index ptr %b, 4, 1
                    %b1 = load.s8 i64 %bp
                    %c = call @large @shift(@large @la, 5)
                    %cp = index ptr %c, 2, 8
                    %c2 = load i64 %cp
                    %d = call @either @flip(@either @ei)
                    %d2 = call @either @flip(@either %d)
                    %dp = index ptr %d2, 11, 1
                    %d3 = load.u8 i64 %dp
                    %e = call @packed @pack(@packed @pa)
                    %ep = index ptr %e, 1, 1
                    %e1 = load i64 %ep
                    %s1 = mul i64 %a0, 1000000
                    %s2 = mul i64 %b0, 10000
                    %s3 = add i64 %s1, %s2
                    %s4 = add i64 %s3, %c2
                    %s5 = add i64 %s4, %d3
                    %s6 = add i64 %s5, %e1
                    %s7 = add i64 %s6, %b1
                    ret %s7
                }
                func @all(%n: i64) -> i64 {
                entry:
                    %m = alloca 16, 8
                    store i64 %n, %m
                    %p = index ptr %m, 1, 8
                    store f64 0.5, %p
                    %r = call i64 @many(@mixed %m, @mixed %m, @mixed %m, @mixed %m, @mixed %m, @mixed %m, @mixed %m, @large @la, @small @sm)
                    ret %r
                }
                """;
        try (Interpreter in = with(text)) {
            assertThat(in.call("mixing")).isEqualTo(28L * 1000 + 13);
            assertThat(in.call("floating")).isEqualTo(30f);
            assertThat(in.call("rest")).isEqualTo(8_000_000L + 380_000 + 305 + 'l' + 7 + 39);
            assertThat(in.call("all", 10)).isEqualTo(280L + 3 + 300 + 6);
        }
    }

    @Test
    void takesAggregatesFromC() {
        String text = "module \"m\"\n" + TYPES + """
                import func @back(ptr, ptr, i32) -> i64
                func @f(%m: @mixed, %l: @large, %x: f32, %b: i8) -> @large {
                entry:
                    %r = alloca 24, 8
                    %a = load i64 %m
                    %mp = index ptr %m, 1, 8
                    %d = load f64 %mp
                    %x2 = fext f64 %x
                    %s = add f64 %d, %x2
                    %si = ftoi.s i64 %s
                    %bw = sext i64 %b
                    store i64 %a, %r
                    %r1 = index ptr %r, 1, 8
                    store i64 %si, %r1
                    %lp = index ptr %l, 2, 8
                    %l2 = load i64 %lp
                    %t = add i64 %l2, %bw
                    %r2 = index ptr %r, 2, 8
                    store i64 %t, %r2
                    store i64 -1, %l
                    ret %r
                }
                func @g(%d: f64, %s: @small) -> @mixed {
                entry:
                    %r = alloca 16, 8
                    %a = load.s32 i64 %s
                    store i64 %a, %r
                    %p = index ptr %r, 1, 8
                    %two = mul f64 %d, 4.0
                    store f64 %two, %p
                    ret %r
                }
                func @run(%n: i32) -> i64 {
                entry:
                    %r = call i64 @back(@f, @g, %n)
                    ret %r
                }
                """;
        try (Interpreter in = with(text)) {
            assertThat(in.call("run", 6)).isEqualTo(60000L + 400 + 3 + 6 + 10);
        }
    }

    @Test
    void passesAggregatesBetweenInterpretedFunctions() {
        String text = "module \"m\"\n" + TYPES + """
                func @twice(%l: @large, %n: i64) -> @large {
                entry:
                    %zero = eq i64 %n, 0
                    br %zero, done, more
                done:
                    ret %l
                more:
                    %a = load i64 %l
                    %b = mul i64 %a, 2
                    store i64 %b, %l
                    %m = sub i64 %n, 1
                    %r = call @large @twice(@large %l, %m)
                    ret %r
                }
                func @run(%f: i64) -> i64 {
                entry:
                    %l = alloca 24, 8
                    store i64 3, %l
                    %fp = select ptr %f, @twice, @twice
                    %a = call @large @twice(@large %l, 5)
                    %b = call @large %fp(@large %a, 1) sig (@large, i64) -> @large
                    %own = load i64 %l
                    %x = load i64 %a
                    %y = load i64 %b
                    %x2 = mul i64 %x, 1000
                    %s = add i64 %x2, %y
                    %o2 = mul i64 %own, 1000000
                    %t = add i64 %s, %o2
                    ret %t
                }
                """;
        try (Interpreter in = with(text)) {
            assertThat(in.call("run", 1)).isEqualTo(3_000_000L + 96_000 + 192);
        }
    }

    @Test
    void aggregatesOfAnySizeAndAtNoAddress() {
        String text = """
                module "m"
                import func @call(ptr, i32) -> i32
                import func @printf(ptr, ...) -> i32
                type @huge = array 500 of i64
                func @f(%h: @huge, %i: i64) -> i64 {
                entry:
                    %p = index ptr %h, %i, 8
                    %v = load i64 %p
                    ret %v
                }
                func @indirect(%i: i64) -> i64 {
                entry:
                    %h = alloca 4000, 8
                    %p = index ptr %h, %i, 8
                    store i64 99, %p
                    %fp = select ptr %i, @f, null
                    %v = call i64 %fp(@huge %h, %i) sig (@huge, i64) -> i64
                    ret %v
                }
                func @from_c() -> i32 {
                entry:
                    %r = call i32 @call(@f, 1)
                    ret %r
                }
                func @to_c(%h: ptr) -> i32 {
                entry:
                    %r = call i32 @printf(%h, ..., @huge %h)
                    ret %r
                }
                func @at_null(%h: ptr) -> i64 {
                entry:
                    %r = call i64 @f(@huge %h, 0)
                    ret %r
                }
                func @to_c_at_null() -> i32 {
                entry:
                    %r = call i32 @printf(ptr 65536, ..., struct { i64, i64 } null)
                    ret %r
                }
                """;
        try (Interpreter in = with(text);
                Arena arena = Arena.ofConfined()) {
            assertThat(in.call("indirect", 499)).isEqualTo(99L);
            for (String name : List.of("from_c", "to_c")) {
                Object[] arguments = name.equals("to_c") ? new Object[] {arena.allocate(4000)} : new Object[0];
                assertRefused(InterpreterCode.ARGUMENTS_TO_C, () -> in.call(name, arguments));
            }
            assertThatThrownBy(() -> in.call("at_null", 8)).hasMessageContaining("0x8");
            assertRefused(InterpreterCode.NULL_ACCESS, () -> in.call("to_c_at_null"));
        }
    }

    @Test
    void variadicFunctionsBothWays() {
        String text = "module \"m\"\n" + TYPES + """
                import func @format(ptr, ptr, ptr) -> i32
                import func @indirect(ptr, ptr) -> i32
                data @out = zero 400
                data @fmt = "%d %g %s %ld %ld %ld %ld %g %ld\\0"
                data @s = "str\\0"
                func @print(%out: ptr, %fmt: ptr, ...) -> i32 {
                entry:
                    %list = alloca 24, 8
                    va_start %list
                    %r = call i32 @format(%out, %fmt, %list)
                    ret %r
                }
                func @direct() -> ptr {
                entry:
                    %r = call i32 @print(@out, @fmt, ..., i32 1, f64 2.5, ptr @s, i64 4, i64 5, i64 6, i64 7, f64 8.5, i64 9)
                    ret @out
                }
                func @through() -> ptr {
                entry:
                    %r = call i32 @indirect(@print2, @out)
                    ret @out
                }
                func @print2(%out: ptr, %fmt: ptr, ...) -> i32 {
                entry:
                    %list = alloca 24, 8
                    va_start %list
                    %i = va_arg i32 %list
                    %d = va_arg f64 %list
                    %s = va_arg ptr %list
                    %a = va_arg i64 %list
                    %copy = alloca 24, 8
                    va_copy %copy, %list
                    %b = va_arg i64 %list
                    %c = va_arg i64 %list
                    %e = va_arg i64 %list
                    %f = va_arg f64 %list
                    %g = va_arg i64 %list
                    %b2 = va_arg i64 %copy
                    %r = call i32 @print(%out, @fmt, ..., i32 %i, f64 %d, ptr %s, i64 %a, i64 %b2, i64 %c, i64 %e, f64 %f, i64 %g)
                    ret %r
                }
                func @sum(%n: i32, %skip: @large, %x: f64, ...) -> f64 {
                entry:
                    %list = alloca 24, 8
                    va_start %list
                    jump loop(0, %x)
                loop(%i: i32, %acc: f64):
                    %more = lt.s i32 %i, %n
                    br %more, body, done
                body:
                    %v = va_arg f64 %list
                    %w = va_arg i64 %list
                    %wf = itof.s f64 %w
                    %a1 = add f64 %acc, %v
                    %a2 = add f64 %a1, %wf
                    %i2 = add i32 %i, 1
                    jump loop(%i2, %a2)
                done:
                    %s = load i64 %skip
                    %sf = itof.s f64 %s
                    %r = add f64 %acc, %sf
                    ret %r
                }
                data @la = { i64 1000, 200, 300 }
                func @sums() -> f64 {
                entry:
                    %r = call f64 @sum(10, @large @la, 0.5, ..., f64 1.0, i64 1, f64 2.0, i64 2, f64 3.0, i64 3, f64 4.0, i64 4, f64 5.0, i64 5, f64 6.0, i64 6, f64 7.0, i64 7, f64 8.0, i64 8, f64 9.0, i64 9, f64 10.0, i64 10)
                    ret %r
                }
                """;
        try (Interpreter in = with(text)) {
            assertThat(Programs.string((long) in.call("direct"))).isEqualTo("1 2.5 str 4 5 6 7 8.5 9");
            assertThat(Programs.string((long) in.call("through"))).isEqualTo("1 2.5 x 4 5 6 7 8.5 9");
            for (int i = 0; i < 3; i++) {
                assertThat(in.call("sums")).isEqualTo(1110.5);
            }
        }
    }
}
