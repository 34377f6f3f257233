package dev.kiln.jit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kiln.base.DiagnosticException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Handles of compiled functions: shapes, values, and what cannot be called. */
class CallTest {
    private Jit jit;

    @BeforeEach
    void open() {
        jit = Jit.create();
    }

    @AfterEach
    void close() {
        jit.close();
    }

    private MethodHandle function(String name, String text) {
        return jit.load(Text.module(text)).function(name);
    }

    @Test
    void everyScalarTypeGoesInAndOut() throws Throwable {
        StringBuilder text = new StringBuilder();
        for (String type : List.of("i8", "i16", "i32", "i64", "ptr", "f32", "f64")) {
            text.append("func export @")
                    .append(type)
                    .append("(%x: ")
                    .append(type)
                    .append(") -> ")
                    .append(type);
            text.append(" {\nentry:\n ret %x\n}\n");
        }
        LoadedModule m = jit.load(Text.module(text.toString()));
        assertThat((byte) m.function("i8").invokeExact((byte) -128)).isEqualTo((byte) -128);
        assertThat((short) m.function("i16").invokeExact((short) -32768)).isEqualTo((short) -32768);
        assertThat((int) m.function("i32").invokeExact(Integer.MIN_VALUE)).isEqualTo(Integer.MIN_VALUE);
        assertThat((long) m.function("i64").invokeExact(Long.MIN_VALUE)).isEqualTo(Long.MIN_VALUE);
        assertThat((long) m.function("ptr").invokeExact(0x7FFF_1234_5678L)).isEqualTo(0x7FFF_1234_5678L);
        assertThat((float) m.function("f32").invokeExact(-0.0f)).isEqualTo(-0.0f);
        int signalling = 0x7F800001;
        assertThat(Float.floatToRawIntBits((float) m.function("f32").invokeExact(Float.intBitsToFloat(signalling))))
                .isEqualTo(signalling);
        assertThat((double) m.function("f64").invokeExact(Double.MIN_VALUE)).isEqualTo(Double.MIN_VALUE);
    }

    @Test
    void moreArgumentsThanRegisters() throws Throwable {
        MethodHandle f = function("f", """
                func export @f(%a: i64, %b: f64, %c: i64, %d: i64, %e: i64, %f: i64, %g: i64, %h: i64, %i: i8, %j: i16) -> i64 {
                entry:
                    %bi = ftoi.s i64 %b
                    %i64 = sext i64 %i
                    %j64 = sext i64 %j
                    %s1 = mul i64 %a, 2
                    %s2 = add i64 %s1, %bi
                    %s3 = add i64 %s2, %c
                    %s4 = add i64 %s3, %d
                    %s5 = add i64 %s4, %e
                    %s6 = add i64 %s5, %f
                    %s7 = mul i64 %g, 100
                    %s8 = add i64 %s6, %s7
                    %s9 = mul i64 %h, 1000
                    %s10 = add i64 %s8, %s9
                    %s11 = add i64 %s10, %i64
                    %s12 = add i64 %s11, %j64
                    ret %s12
                }
                """);
        long sum = (long) f.invokeExact(1L, 2.0, 3L, 4L, 5L, 6L, 7L, 8L, (byte) -9, (short) -10);
        assertThat(sum).isEqualTo(2 + 2 + 3 + 4 + 5 + 6 + 700 + 8000 - 9 - 10);
    }

    @Test
    void aFunctionWithoutResult() throws Throwable {
        LoadedModule m = jit.load(Text.module("""
                data export @cell = i32 5
                func export @set(%x: i32) {
                entry:
                    store i32 %x, @cell
                    ret
                }
                """));
        m.function("set").invokeExact(77);
        assertThat(MemorySegment.ofAddress(m.address("cell")).reinterpret(4).get(ValueLayout.JAVA_INT, 0))
                .isEqualTo(77);
    }

    @Test
    void structuresInRegistersAndInMemory() throws Throwable {
        LoadedModule m = jit.load(Text.module("""
                type @mixed = struct { f32, i32, f64 }
                type @large = struct { i64, i64, i64 }
                func export @swap(%p: @mixed) -> @mixed {
                entry:
                    %r = alloca @mixed
                    %x = load f32 %p
                    %i = index ptr %p, 0, 1 + 4
                    %n = load i32 %i
                    %d = index ptr %p, 0, 1 + 8
                    %y = load f64 %d
                    %xw = fext f64 %x
                    %yn = ftrunc f32 %y
                    %n2 = neg i32 %n
                    %ri = index ptr %r, 0, 1 + 4
                    %rd = index ptr %r, 0, 1 + 8
                    store f32 %yn, %r
                    store i32 %n2, %ri
                    store f64 %xw, %rd
                    ret %r
                }
                func export @twice(%p: @large) -> @large {
                entry:
                    %a = load i64 %p
                    %a2 = mul i64 %a, 2
                    store i64 %a2, %p
                    ret %p
                }
                """));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment in = arena.allocate(16, 8);
            in.set(ValueLayout.JAVA_FLOAT, 0, 1.5f);
            in.set(ValueLayout.JAVA_INT, 4, 7);
            in.set(ValueLayout.JAVA_DOUBLE, 8, 2.25);
            MemorySegment out = (MemorySegment) m.function("swap").invokeExact((SegmentAllocator) arena, in);
            assertThat(out.get(ValueLayout.JAVA_FLOAT, 0)).isEqualTo(2.25f);
            assertThat(out.get(ValueLayout.JAVA_INT, 4)).isEqualTo(-7);
            assertThat(out.get(ValueLayout.JAVA_DOUBLE, 8)).isEqualTo(1.5);

            MemorySegment large = arena.allocateFrom(ValueLayout.JAVA_LONG, 10, 20, 30);
            MemorySegment doubled = (MemorySegment) m.function("twice").invokeExact((SegmentAllocator) arena, large);
            assertThat(doubled.toArray(ValueLayout.JAVA_LONG)).containsExactly(20, 20, 30);
            assertThat(large.getAtIndex(ValueLayout.JAVA_LONG, 0))
                    .as("the caller's own")
                    .isEqualTo(10);
        }
    }

    @Test
    void aShapeOfTheCallersChoosing() throws Throwable {
        LoadedModule m = jit.load(Text.module("""
                func export @sum(%n: i32, ...) -> i64 {
                entry:
                    %list = alloca 24, 8
                    va_start %list
                    jump test(0, 0)
                test(%i: i32, %s: i64):
                    %more = lt.s i32 %i, %n
                    br %more, take, done
                take:
                    %x = va_arg i64 %list
                    %s2 = add i64 %s, %x
                    %i2 = add i32 %i, 1
                    jump test(%i2, %s2)
                done:
                    ret %s
                }
                """));
        FunctionDescriptor shape = FunctionDescriptor.of(
                ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
        assertThat((long) m.function("sum", shape).invokeExact(2, 30L, 12L)).isEqualTo(42);
    }

    @Test
    void compiledFunctionsAreFunctionPointers() throws Throwable {
        LoadedModule m = jit.load(Text.module("""
                func export @less(%a: ptr, %b: ptr) -> i32 {
                entry:
                    %x = load i32 %a
                    %y = load i32 %b
                    %g = gt.s i32 %x, %y
                    %l = lt.s i32 %x, %y
                    %r = sub i32 %g, %l
                    ret %r
                }
                """));
        Linker linker = Linker.nativeLinker();
        MethodHandle qsort = linker.downcallHandle(
                linker.defaultLookup().find("qsort").orElseThrow(),
                FunctionDescriptor.ofVoid(
                        ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment numbers = arena.allocateFrom(ValueLayout.JAVA_INT, 5, -1, 3);
            qsort.invokeExact(numbers, 3L, 4L, m.address("less"));
            assertThat(numbers.toArray(ValueLayout.JAVA_INT)).containsExactly(-1, 3, 5);
        }
    }

    @Test
    void whatJavaCannotCallIsADiagnostic() {
        LoadedModule m = jit.load(Text.module("""
                func export @vector(%v: v4i32) {
                entry:
                    ret
                }
                func export @opaque(%v: opaque size 24 align 8) {
                entry:
                    ret
                }
                func export @environment(%e: ptr env) {
                entry:
                    ret
                }
                func @local() {
                entry:
                    ret
                }
                data export @datum = i32 1
                """));
        assertThatThrownBy(() -> m.function("vector"))
                .isInstanceOf(DiagnosticException.class)
                .hasMessageContaining("vector");
        assertThatThrownBy(() -> m.function("opaque"))
                .isInstanceOf(DiagnosticException.class)
                .hasMessageContaining("opaque");
        assertThatThrownBy(() -> m.function("environment")).isInstanceOf(DiagnosticException.class);
        assertThatThrownBy(() -> m.function("local"))
                .isInstanceOf(DiagnosticException.class)
                .hasMessageContaining("local");
        assertThatThrownBy(() -> m.function("datum")).isInstanceOf(DiagnosticException.class);
        assertThatThrownBy(() -> m.function("missing"))
                .isInstanceOf(DiagnosticException.class)
                .hasMessageContaining("missing");
        assertThatThrownBy(() -> m.address("missing")).isInstanceOf(DiagnosticException.class);
    }

    @Test
    void mainIsCalledAsAProcessWouldBe() {
        LoadedModule m = jit.load(Text.module("""
                func export @main(%argc: i32, %argv: ptr, %envp: ptr) -> i32 {
                entry:
                    %null_at = index ptr %argv, 3, 8
                    %end = load ptr %null_at
                    %ended = eq ptr %end, null
                    %first_at = index ptr %argv, 1, 8
                    %first = load ptr %first_at
                    %letter = load.u8 i32 %first
                    %hundred = mul i32 %argc, 1000
                    %sum = add i32 %hundred, %letter
                    %one = add i32 %sum, %ended
                    %variable = load ptr %envp
                    %some = ne ptr %variable, null
                    %two = add i32 %one, %some
                    ret %two
                }
                """));
        assertThat(m.runMain("program", List.of("A", "b"))).isEqualTo((3 * 1000 + 'A' + 1 + 1) & 255);
        LoadedModule wrong = jit.load(Text.module("func export @main(%x: f64) {\nentry:\n ret\n}\n"));
        assertThatThrownBy(() -> wrong.runMain("p", List.of()))
                .isInstanceOf(DiagnosticException.class)
                .hasMessageContaining("@main takes");
        LoadedModule none = jit.load(Text.module("func export @other() {\nentry:\n ret\n}\n"));
        assertThatThrownBy(() -> none.runMain("p", List.of())).isInstanceOf(DiagnosticException.class);
    }
}
