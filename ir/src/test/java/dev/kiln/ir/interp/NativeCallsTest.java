package dev.kiln.ir.interp;

import static dev.kiln.ir.interp.Programs.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Calls of C functions by interpreted functions, data of C libraries, and what is refused there. */
class NativeCallsTest extends LibraryTest {
    private static final String C = """
            #include <errno.h>
            float addf(float a, double b, float c, float d, float e, float f, float g, float h, float i, double j) { return a + b + c + d + e + f + g + h + i + j; }
            unsigned char narrow(signed char a, unsigned char b, short c, unsigned short d) { return a + b * 2 + c * 3 + d * 5; }
            long ten(long a, long b, long c, long d, long e, long f, long g, long h, long i, long j) { return a + 2*b + 3*c + 4*d + 5*e + 6*f + 7*g + 8*h + 9*i + 10*j; }
            int fails(void) { errno = 77; return -1; }
            """;

    NativeCallsTest() {
        super(C);
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
            assertThat(Programs.string((long) in.call("f", 42)))
                    .isEqualTo("42 text A -5 1.5 -0  3.14 ffffffff -3|1 2 3 4 5 6 7 9\n");
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
                assertRefused(InterpreterCode.CALL_OF_NO_FUNCTION, () -> in.call("f", address));
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
            assertRefused(InterpreterCode.RETURNS_TWICE, () -> in.call("f"));
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
