package dev.kiln.ir.interp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kiln.base.TrapException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls between interpreted functions, C functions and Java functions, in all directions. */
class NativeCallsTest {
    private static final String C = """
            #include <stdarg.h>
            #include <stdio.h>
            #include <string.h>
            #include <pthread.h>
            #include <errno.h>
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
            typedef struct { int (*f)(int); int n; } job;
            static void *worker(void *p) { job *j = p; j->n = j->f(j->n); return 0; }
            int on_thread(int (*f)(int), int n) { job j = { f, n }; pthread_t t; pthread_create(&t, 0, worker, &j); pthread_join(t, 0); return j.n; }
            int call(int (*f)(int), int n) { int sum = 0; for (int i = 0; i < n; i++) sum += f(i); return sum; }
            float addf(float a, double b, float c, float d, float e, float f, float g, float h, float i, double j) { return a + b + c + d + e + f + g + h + i + j; }
            unsigned char narrow(signed char a, unsigned char b, short c, unsigned short d) { return a + b * 2 + c * 3 + d * 5; }
            long ten(long a, long b, long c, long d, long e, long f, long g, long h, long i, long j) { return a + 2*b + 3*c + 4*d + 5*e + 6*f + 7*g + 8*h + 9*i + 10*j; }
            static __thread int own = 7;
            int bump_own(void) { return ++own; }
            int fails(void) { errno = 77; return -1; }
            """;

    @TempDir
    static Path folder;

    private static SymbolLookup library;

    @BeforeAll
    static void compile() {
        library = Programs.library(C, folder);
    }

    private static Interpreter with(String text) {
        return Interpreter.builder(Programs.parse(text)).lookup(library).build();
    }

    private static String string(long address) {
        return MemorySegment.ofAddress(address).reinterpret(1000).getString(0);
    }

    @Test
    void printsThroughC() {
        String text = """
                module "m"
                import func @sprintf(ptr, ptr, ...) -> i32
                data @fmt = "%d %s %c %ld %g %g %5.2f %x %hhd|%g %g %g %g %g %g %g %ld\\n\\0"
                data @out = zero 400
                data @s = "text\\0"
                func @f(%n: i32) -> ptr {
                entry:
                    %r = call i32 @sprintf(@out, @fmt, ..., i32 %n, ptr @s, i32 65, i64 -5, f64 1.5, f64 -0.0, f64 3.14159, i32 -1, i8 -3, f64 1.0, f64 2.0, f64 3.0, f64 4.0, f64 5.0, f64 6.0, f64 7.0, i64 9)
                    ret @out
                }
                """;
        try (Interpreter in = Programs.interpreter(text)) {
            assertThat(string((long) in.call("f", 42)))
                    .isEqualTo("42 text A -5 1.5 -0  3.14 ffffffff -3|1 2 3 4 5 6 7 9\n");
        }
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

    private static final String TYPES = """
            type @mixed = struct { i64, f64 }
            type @mixed2 = struct { f64, i64 }
            type @floats = struct { f32, f32, f32 }
            type @small = struct { i32, i8 }
            type @large = struct { i64, i64, i64 }
            type @either = union { i64, array 2 of f32, array 12 of i8 }
            type @packed = struct packed { i8, i64 }
            """;

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
            assertThat(string((long) in.call("direct"))).isEqualTo("1 2.5 str 4 5 6 7 8.5 9");
            assertThat(string((long) in.call("through"))).isEqualTo("1 2.5 x 4 5 6 7 8.5 9");
            for (int i = 0; i < 3; i++) {
                assertThat(in.call("sums")).isEqualTo(1110.5);
            }
        }
    }

    @Test
    void scalarsInAllRegistersAndOnTheStack() {
        String text = """
                module "m"
                import func @addf(f32, f64, f32, f32, f32, f32, f32, f32, f32, f64) -> f32
                import func @narrow(i8 signext, i8 zeroext, i16 signext, i16 zeroext) -> i8 zeroext
                import func @ten(i64, i64, i64, i64, i64, i64, i64, i64, i64, i64) -> i64
                func @f() -> f32 {
                entry:
                    %r = call f32 @addf(1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0)
                    ret %r
                }
                func @n(%a: i8, %b: i8, %c: i16, %d: i16) -> i32 {
                entry:
                    %r = call i8 @narrow(%a, %b, %c, %d)
                    %w = zext i32 %r
                    ret %w
                }
                func @t() -> i64 {
                entry:
                    %p = select ptr i32 1, @ten, null
                    %r = call i64 %p(1, 2, 3, 4, 5, 6, 7, 8, 9, 10) sig (i64, i64, i64, i64, i64, i64, i64, i64, i64, i64) -> i64
                    ret %r
                }
                """;
        try (Interpreter in = with(text)) {
            assertThat(in.call("f")).isEqualTo(1023f);
            assertThat(in.call("n", -1, -2, -3, -4)).isEqualTo((-1 + 254 * 2 - 9 + 65532 * 5) & 255);
            assertThat(in.call("t")).isEqualTo(385L);
        }
    }

    @Test
    void callsOfAnotherShapeThanTheDefinition() {
        String text = """
                module "m"
                func @f(%a: i32, %x: f64, %b: i64, %c: i8) -> i64 {
                entry:
                    %aw = sext i64 %a
                    %cw = sext i64 %c
                    %xi = ftoi.s i64 %x
                    %s = add i64 %aw, %b
                    %t = add i64 %s, %cw
                    %u = add i64 %t, %xi
                    ret %u
                }
                func @g(%p: ptr) -> i32 {
                entry:
                    %r = call i32 %p(f64 1000.0, i64 4294967297, ptr 16, i32 511) sig (f64, i64, ptr, i32) -> i32
                    ret %r
                }
                func @main() -> i32 {
                entry:
                    %a = call i32 @g(@f)
                    %b = call i32 @g(@f)
                    %s = add i32 %a, %b
                    ret %s
                }
                """;
        try (Interpreter in = Programs.interpreter(text)) {
            assertThat(in.call("main")).isEqualTo(2 * (1000 + 1 + 16 - 1));
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
        try (Interpreter in = Interpreter.builder(Programs.parse(CALLBACK))
                .lookup(library)
                .function("host", host)
                .build()) {
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
                .function("mix", MethodHandles.lookup().findStatic(NativeCallsTest.class, "mix", type))
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
            assertThatThrownBy(() -> in.call("f", 1))
                    .isInstanceOfSatisfying(
                            InterpreterException.class,
                            e -> assertThat(e.code()).isEqualTo(InterpreterCode.NESTED_CALLS));
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
                import func @bump_own() -> i32
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

    @Test
    void unresolvedFunctionsFailWhenCalled() {
        String text = """
                module "m"
                import func @no_such_function_anywhere(i32) -> i32
                func @f(%c: i32) -> i32 {
                entry:
                    br %c, yes, no
                yes:
                    %r = call i32 @no_such_function_anywhere(1)
                    ret %r
                no:
                    ret 7
                }
                func @g() -> ptr {
                entry:
                    ret @no_such_function_anywhere
                }
                """;
        try (Interpreter in = with(text)) {
            assertThat(in.call("f", 0)).isEqualTo(7);
            for (String name : List.of("f", "g")) {
                assertThatThrownBy(() -> in.call(name, name.equals("f") ? new Object[] {1} : new Object[0]))
                        .isInstanceOfSatisfying(InterpreterException.class, e -> {
                            assertThat(e.code()).isEqualTo(InterpreterCode.UNRESOLVED_SYMBOL);
                            assertThat(e.getMessage()).contains("no_such_function_anywhere");
                        });
            }
        }
        assertThatThrownBy(() ->
                        Programs.interpreter("module \"m\"\nimport @nowhere_at_all\ndata @d = ptr @nowhere_at_all\n"))
                .isInstanceOf(InterpreterException.class)
                .hasMessageContaining("nowhere_at_all")
                .hasMessageStartingWith("test.kir:3:");
        String pointer = "module \"m\"\nfunc @f(%p: ptr) {\nentry:\n    call %p() sig ()\n    ret\n}\n";
        try (Interpreter in = with(pointer)) {
            for (long address : new long[] {0, 4096, -1, 1L << 60}) {
                assertThatThrownBy(() -> in.call("f", address))
                        .isInstanceOfSatisfying(
                                InterpreterException.class,
                                e -> assertThat(e.code()).isEqualTo(InterpreterCode.CALL_OF_NO_FUNCTION));
            }
        }
    }

    @Test
    void functionsThatReturnTwiceAreRefused() {
        String text = """
                module "m"
                import func @_setjmp(ptr) -> i32
                func @f() -> i32 {
                entry:
                    %b = alloca 200, 16
                    %r = call i32 @_setjmp(%b)
                    ret %r
                }
                """;
        try (Interpreter in = with(text)) {
            assertThatThrownBy(() -> in.call("f"))
                    .isInstanceOfSatisfying(
                            InterpreterException.class,
                            e -> assertThat(e.code()).isEqualTo(InterpreterCode.RETURNS_TWICE));
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
                assertThatThrownBy(() -> in.call(name, arguments))
                        .isInstanceOfSatisfying(
                                InterpreterException.class,
                                e -> assertThat(e.code()).isEqualTo(InterpreterCode.ARGUMENTS_TO_C));
            }
            assertThatThrownBy(() -> in.call("at_null", 8)).hasMessageContaining("0x8");
            assertThatThrownBy(() -> in.call("to_c_at_null"))
                    .isInstanceOfSatisfying(
                            InterpreterException.class,
                            e -> assertThat(e.code()).isEqualTo(InterpreterCode.NULL_ACCESS));
        }
    }

    @Test
    void errorNumbersOfCAreSeen() {
        String text = """
                module "m"
                import func @fails() -> i32
                import func @__errno_location() -> ptr
                func @f() -> i32 {
                entry:
                    %r = call i32 @fails()
                    %p = call ptr @__errno_location()
                    %e = load i32 %p
                    ret %e
                }
                """;
        try (Interpreter in = with(text)) {
            for (int i = 0; i < 1000; i++) {
                assertThat(in.call("f")).isEqualTo(77);
            }
        }
    }

    @Test
    void modulesSeeEachOther() {
        dev.kiln.ir.Module one = Programs.parse("""
                module "one"
                import func @twice(i32) -> i32
                import @shared
                data common @c align 8 = zero 8
                func weak @w() -> i32 {
                entry:
                    ret 1
                }
                func @main() -> i32 {
                entry:
                    %x = load i32 @shared
                    %y = call i32 @twice(%x)
                    %w = call i32 @w()
                    %s = add i32 %y, %w
                    ret %s
                }
                """);
        dev.kiln.ir.Module two = Programs.parse("""
                module "two"
                data export @shared = i32 21
                data common @c align 8 = zero 16
                func export @w() -> i32 {
                entry:
                    ret 100
                }
                func export @twice(%x: i32) -> i32 {
                entry:
                    %r = add i32 %x, %x
                    ret %r
                }
                """);
        try (Interpreter in = Interpreter.builder(one, two).build()) {
            assertThat(in.call("main")).isEqualTo(142);
        }
    }
}
