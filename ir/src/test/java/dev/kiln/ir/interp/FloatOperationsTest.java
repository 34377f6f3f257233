package dev.kiln.ir.interp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every operation on floats and every conversion, bit for bit as the processor's own instructions give them. */
class FloatOperationsTest {
    /** The instructions, executed on bits in memory so that nothing on the way touches a NaN. */
    private static final String JUDGE = """
            typedef unsigned long u64; typedef unsigned int u32;
            #define TWO(name, T, type, insn) u64 name(u64 a, u64 b, u64 c) { T x, y; type ia = a, ib = b; \\
                __builtin_memcpy(&x, &ia, sizeof x); __builtin_memcpy(&y, &ib, sizeof y); \\
                __asm__ volatile(insn " %1, %0" : "+x"(x) : "x"(y)); __builtin_memcpy(&ia, &x, sizeof x); return ia; }
            TWO(add_f64, double, u64, "addsd") TWO(sub_f64, double, u64, "subsd") TWO(mul_f64, double, u64, "mulsd")
            TWO(div_f64, double, u64, "divsd") TWO(min_f64, double, u64, "minsd") TWO(max_f64, double, u64, "maxsd")
            TWO(add_f32, float, u32, "addss") TWO(sub_f32, float, u32, "subss") TWO(mul_f32, float, u32, "mulss")
            TWO(div_f32, float, u32, "divss") TWO(min_f32, float, u32, "minss") TWO(max_f32, float, u32, "maxss")
            #define ONE(name, T, type, insn) u64 name(u64 a, u64 b, u64 c) { T x, y; type ia = a; \\
                __builtin_memcpy(&x, &ia, sizeof x); \\
                __asm__ volatile(insn " %1, %0" : "=x"(y) : "x"(x)); __builtin_memcpy(&ia, &y, sizeof y); return ia; }
            ONE(sqrt_f64, double, u64, "sqrtsd") ONE(sqrt_f32, float, u32, "sqrtss")
            ONE(floor_f64, double, u64, "roundsd $9,") ONE(floor_f32, float, u32, "roundss $9,")
            ONE(ceil_f64, double, u64, "roundsd $10,") ONE(ceil_f32, float, u32, "roundss $10,")
            ONE(trunc_f64, double, u64, "roundsd $11,") ONE(trunc_f32, float, u32, "roundss $11,")
            ONE(nearest_f64, double, u64, "roundsd $8,") ONE(nearest_f32, float, u32, "roundss $8,")
            #define BITS(name, e) u64 name(u64 a, u64 b, u64 c) { return e; }
            BITS(neg_f64, a ^ 1ul << 63) BITS(abs_f64, a & ~(1ul << 63)) BITS(neg_f32, (u32)a ^ 1u << 31) BITS(abs_f32, (u32)a & ~(1u << 31))
            BITS(copysign_f64, a & ~(1ul << 63) | b & 1ul << 63) BITS(copysign_f32, (u32)a & ~(1u << 31) | (u32)b & 1u << 31)
            u64 fext(u64 a, u64 b, u64 c) { u32 i = a; float x; double y; __builtin_memcpy(&x, &i, 4);
                __asm__ volatile("cvtss2sd %1, %0" : "=x"(y) : "x"(x)); __builtin_memcpy(&a, &y, 8); return a; }
            u64 ftrunc(u64 a, u64 b, u64 c) { u32 i; float x; double y; __builtin_memcpy(&y, &a, 8);
                __asm__ volatile("cvtsd2ss %1, %0" : "=x"(x) : "x"(y)); __builtin_memcpy(&i, &x, 4); return i; }
            static double d(u64 a) { double x; __builtin_memcpy(&x, &a, 8); return x; }
            static float f(u64 a) { u32 i = a; float x; __builtin_memcpy(&x, &i, 4); return x; }
            static u64 bd(double x) { u64 a; __builtin_memcpy(&a, &x, 8); return a; }
            static u64 bf(float x) { u32 a; __builtin_memcpy(&a, &x, 4); return a; }
            static int i32d(double x) { int r; __asm__ volatile("cvttsd2si %1, %0" : "=r"(r) : "x"(x)); return r; }
            static long i64d(double x) { long r; __asm__ volatile("cvttsd2si %1, %0" : "=r"(r) : "x"(x)); return r; }
            static int i32f(float x) { int r; __asm__ volatile("cvttss2si %1, %0" : "=r"(r) : "x"(x)); return r; }
            static long i64f(float x) { long r; __asm__ volatile("cvttss2si %1, %0" : "=r"(r) : "x"(x)); return r; }
            static long u64d(double x) { return x >= 0x1p63 ? i64d(x - 0x1p63) ^ 1l << 63 : i64d(x); }
            static long u64f(float x) { return x >= 0x1p63f ? i64f(x - 0x1p63f) ^ 1l << 63 : i64f(x); }
            BITS(si8_f64, (signed char)i32d(d(a))) BITS(si16_f64, (short)i32d(d(a))) BITS(si32_f64, i32d(d(a))) BITS(si64_f64, i64d(d(a)))
            BITS(ui8_f64, (signed char)i32d(d(a))) BITS(ui16_f64, (short)i32d(d(a))) BITS(ui32_f64, (int)i64d(d(a))) BITS(ui64_f64, u64d(d(a)))
            BITS(si8_f32, (signed char)i32f(f(a))) BITS(si16_f32, (short)i32f(f(a))) BITS(si32_f32, i32f(f(a))) BITS(si64_f32, i64f(f(a)))
            BITS(ui8_f32, (signed char)i32f(f(a))) BITS(ui16_f32, (short)i32f(f(a))) BITS(ui32_f32, (int)i64f(f(a))) BITS(ui64_f32, u64f(f(a)))
            BITS(f64_si8, bd((signed char)a)) BITS(f64_si16, bd((short)a)) BITS(f64_si32, bd((int)a)) BITS(f64_si64, bd((long)a))
            BITS(f64_ui8, bd((unsigned char)a)) BITS(f64_ui16, bd((unsigned short)a)) BITS(f64_ui32, bd((u32)a)) BITS(f64_ui64, bd(a))
            BITS(f32_si8, bf((signed char)a)) BITS(f32_si16, bf((short)a)) BITS(f32_si32, bf((int)a)) BITS(f32_si64, bf((long)a))
            BITS(f32_ui8, bf((unsigned char)a)) BITS(f32_ui16, bf((unsigned short)a)) BITS(f32_ui32, bf((u32)a)) BITS(f32_ui64, bf(a))
            BITS(eq_f64, d(a) == d(b)) BITS(ne_f64, d(a) != d(b)) BITS(lt_f64, d(a) < d(b)) BITS(le_f64, d(a) <= d(b)) BITS(gt_f64, d(a) > d(b))
            BITS(ge_f64, d(a) >= d(b)) BITS(uno_f64, __builtin_isunordered(d(a), d(b))) BITS(ord_f64, !__builtin_isunordered(d(a), d(b)))
            BITS(eq_f32, f(a) == f(b)) BITS(ne_f32, f(a) != f(b)) BITS(lt_f32, f(a) < f(b)) BITS(le_f32, f(a) <= f(b)) BITS(gt_f32, f(a) > f(b))
            BITS(ge_f32, f(a) >= f(b)) BITS(uno_f32, __builtin_isunordered(f(a), f(b))) BITS(ord_f32, !__builtin_isunordered(f(a), f(b)))
            u64 has_fma(u64 a, u64 b, u64 c) { __builtin_cpu_init(); return __builtin_cpu_supports("fma") != 0; }
            u64 fma_f64(u64 a, u64 b, u64 c) { double x = d(a); __asm__ volatile("vfmadd132sd %1, %2, %0" : "+x"(x) : "x"(d(b)), "x"(d(c))); return bd(x); }
            u64 fma_f32(u64 a, u64 b, u64 c) { float x = f(a); __asm__ volatile("vfmadd132ss %1, %2, %0" : "+x"(x) : "x"(f(b)), "x"(f(c))); return bf(x); }
            """;

    private static final long[] F64 = {
        0,
        1L << 63,
        1,
        0x8000_0000_0000_0001L,
        0x000F_FFFF_FFFF_FFFFL,
        0x0010_0000_0000_0000L,
        bits(1),
        bits(-1),
        bits(0.5),
        bits(-0.5),
        bits(1.5),
        bits(-2.5),
        bits(0.1),
        bits(3),
        bits(-7.75),
        bits(1e300),
        bits(-1e300),
        bits(1e-300),
        bits(127.9),
        bits(-129),
        bits(255.5),
        bits(32767.5),
        bits(65536),
        bits(0x1p31),
        bits(0x1p31 - 0.5),
        bits(-0x1p31),
        bits(-0x1p31 - 0.5),
        bits(-0x1p31 - 1),
        bits(0x1p32),
        bits(0x1p32 - 1),
        bits(0x1p62),
        bits(0x1p63),
        bits(-0x1p63),
        bits(0x1p63 - 1024),
        bits(0x1.8p63),
        bits(0x1p64),
        bits(0x1p64 - 2048),
        bits(0x1p52 + 1),
        bits(0x1p53 - 1),
        bits(Double.MAX_VALUE),
        bits(-Double.MAX_VALUE),
        bits(Float.MAX_VALUE),
        bits(0x1p-149),
        bits(0x1.000001p0),
        bits(0x1.0000011p0),
        0x7FF0_0000_0000_0000L,
        0xFFF0_0000_0000_0000L,
        0x7FF8_0000_0000_0000L,
        0xFFF8_0000_0000_0000L,
        0x7FF0_0000_0000_0001L,
        0xFFF7_FFFF_FFFF_FFFFL,
        0x7FFF_1234_5678_9ABCL,
        0xFFF0_0000_2000_0000L
    };
    private static final long[] F32 = {
        0,
        0x8000_0000L,
        1,
        0x8000_0001L,
        0x007F_FFFF,
        0x0080_0000,
        bits(1f),
        bits(-1f),
        bits(0.5f),
        bits(-0.5f),
        bits(1.5f),
        bits(-2.5f),
        bits(0.1f),
        bits(3f),
        bits(-7.75f),
        bits(1e30f),
        bits(-1e30f),
        bits(1e-30f),
        bits(127.9f),
        bits(-129f),
        bits(255.5f),
        bits(0x1p31f),
        bits(-0x1p31f),
        bits(0x1p31f - 128),
        bits(0x1p32f),
        bits(0x1p62f),
        bits(0x1p63f),
        bits(-0x1p63f),
        bits(0x1.8p63f),
        bits(0x1p64f),
        bits(0x1p23f + 1),
        bits(0x1p24f - 1),
        bits(Float.MAX_VALUE),
        bits(-Float.MAX_VALUE),
        0x7F80_0000,
        0xFF80_0000L,
        0x7FC0_0000,
        0xFFC0_0000L,
        0x7F80_0001,
        0xFFBF_FFFFL,
        0x7FFF_1234
    };
    private static final long[] INTEGERS = {
        0,
        1,
        -1,
        127,
        128,
        -128,
        255,
        32767,
        32768,
        65535,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        0xFFFF_FFFFL,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        -2,
        (1L << 53) + 1,
        (1L << 53) - 1,
        (1L << 24) + 1,
        0x7FFF_FFFF_FFFF_FBFFL,
        0x7FFF_FFFF_FFFF_FC00L,
        0xFFFF_FFFF_FFFF_FBFFL,
        0xFFFF_FFFF_FFFF_FC00L,
        0x8000_0000_0000_0400L,
        0x8000_0000_0000_0401L,
        0x7FFF_FFBF_FFFF_FFFFL,
        0x7FFF_FFC0_0000_0000L,
        0x8000_0080_0000_0000L,
        0x8000_0080_0000_0001L,
        123456789123456789L
    };

    @TempDir
    static Path folder;

    private static SymbolLookup library;

    @BeforeAll
    static void compile() {
        library = Programs.library(JUDGE, folder);
    }

    private static long bits(double value) {
        return Double.doubleToRawLongBits(value);
    }

    private static long bits(float value) {
        return Float.floatToRawIntBits(value) & 0xFFFF_FFFFL;
    }

    private static MethodHandle judge(String name) {
        ValueLayout.OfLong l = ValueLayout.JAVA_LONG;
        MemorySegment address = library.find(name).orElseThrow(() -> new AssertionError(name));
        return Linker.nativeLinker().downcallHandle(address, FunctionDescriptor.of(l, l, l, l));
    }

    @TestFactory
    List<DynamicTest> operations() {
        List<DynamicTest> tests = new ArrayList<>();
        for (String type : new String[] {"f64", "f32"}) {
            long[] values = type.equals("f64") ? F64 : F32;
            for (String op : List.of("add", "sub", "mul", "div", "min", "max", "copysign")) {
                add(tests, op + "_" + type, op + " " + type, type, type, values, 2);
            }
            for (String op : List.of("eq", "ne", "lt", "le", "gt", "ge", "ord", "uno")) {
                add(tests, op + "_" + type, op + " " + type, type, "i32", values, 2);
            }
            for (String op : List.of("neg", "abs", "sqrt", "floor", "ceil", "trunc", "nearest")) {
                add(tests, op + "_" + type, op + " " + type, type, type, values, 1);
            }
            for (String to : List.of("i8", "i16", "i32", "i64")) {
                add(tests, "s" + to + "_" + type, "ftoi.s " + to, type, to, values, 1);
                add(tests, "u" + to + "_" + type, "ftoi.u " + to, type, to, values, 1);
                add(tests, type + "_s" + to, "itof.s " + type, to, type, INTEGERS, 1);
                add(tests, type + "_u" + to, "itof.u " + type, to, type, INTEGERS, 1);
            }
        }
        add(tests, "fext", "fext f64", "f32", "f64", F32, 1);
        add(tests, "ftrunc", "ftrunc f32", "f64", "f32", F64, 1);
        return tests;
    }

    @TestFactory
    List<DynamicTest> fusedMultiplyAdd() throws Throwable {
        List<DynamicTest> tests = new ArrayList<>();
        if ((long) judge("has_fma").invokeExact(0L, 0L, 0L) != 0) {
            add(tests, "fma_f64", "fma f64", "f64", "f64", F64, 3);
            add(tests, "fma_f32", "fma f32", "f32", "f32", F32, 3);
        }
        return tests;
    }

    /** Each pair of values is tried with operands in registers, and in the branch that comparisons are fused into. */
    private static void add(
            List<DynamicTest> tests, String judge, String op, String from, String to, long[] values, int operands) {
        tests.add(DynamicTest.dynamicTest(judge, () -> {
            String args = operands == 1 ? "%a" : operands == 2 ? "%a, %b" : "%a, %b, %c";
            String head = "(%a: F, %b: F, %c: F) -> T {\nentry:\n    %r = OP " + args;
            String text = "module \"m\"\nfunc @f" + head + "\n    ret %r\n}\n";
            boolean compare = to.equals("i32") && operands == 2;
            if (compare) {
                text += "func @g" + head + "\n    br %r, yes, no\nyes:\n    ret 1\nno:\n    ret 0\n}\n";
            }
            MethodHandle handle = judge(judge);
            try (Interpreter in = Programs.interpreter(
                    text.replace("OP", op).replace("F", from).replace("T", to))) {
                for (long a : values) {
                    for (int i = 0; i < (operands > 1 ? values.length : 1); i++) {
                        for (int k = 0; k < (operands > 2 ? values.length : 1); k++) {
                            long expected = (long) handle.invokeExact(a, values[i], values[k]);
                            long actual = in.callBits("f", a, values[i], values[k])[0];
                            if (actual != expected) {
                                assertThat(hex(actual))
                                        .as(op + " " + hex(a) + " " + hex(values[i]) + " " + hex(values[k]))
                                        .isEqualTo(hex(expected));
                            }
                            if (compare) {
                                assertThat(in.callBits("g", a, values[i], 0)[0]).isEqualTo(expected);
                            }
                        }
                    }
                }
            }
        }));
    }

    private static String hex(long value) {
        return Long.toHexString(value);
    }
}
