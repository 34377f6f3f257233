package dot;

import static dev.kiln.asm.X86.*;

import dev.kiln.asm.Assembler;
import dev.kiln.asm.Code;
import dev.kiln.asm.CpuFeature;
import dev.kiln.asm.CpuFeatures;
import dev.kiln.asm.Label;
import dev.kiln.asm.Xmm;
import dev.kiln.asm.Ymm;
import dev.kiln.asm.Zmm;
import dev.kiln.exec.CallKind;
import dev.kiln.exec.CodeMemory;
import dev.kiln.exec.HostCpu;
import dev.kiln.exec.NativeCalls;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The dot product of two arrays of floats, written for three generations of processors; the best that runs here is chosen when the program starts.
 * Every variant that runs is held against the loop in Java.
 *
 * <pre>
 * examples/java/run dot/DotProduct
 * </pre>
 */
public final class DotProduct {
    /** The shape of all variants: {@code float dot(float *a, float *b, long n)}. */
    private static final FunctionDescriptor SHAPE = FunctionDescriptor.of(
            ValueLayout.JAVA_FLOAT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);

    /** A way to do it, and what the processor must have for it. */
    public enum Variant {
        SSE2(CpuFeatures.BASELINE),
        AVX2(CpuFeatures.of(CpuFeature.AVX2, CpuFeature.FMA)),
        AVX512(CpuFeatures.of(CpuFeature.AVX512F));

        final CpuFeatures needs;

        Variant(CpuFeatures needs) {
            this.needs = needs;
        }

        public boolean runsOn(HostCpu cpu) {
            return cpu.features().containsAll(needs);
        }

        /** The last that runs: each is faster than those before it. */
        public static Variant best(HostCpu cpu) {
            Variant best = SSE2;
            for (Variant variant : values()) if (variant.runsOn(cpu)) best = variant;
            return best;
        }
    }

    public static void main(String[] args) throws Throwable {
        HostCpu cpu = HostCpu.detect();
        try (CodeMemory memory = CodeMemory.create()) {
            NativeCalls calls = new NativeCalls(memory);
            for (Variant variant : Variant.values()) {
                if (variant.runsOn(cpu)) check(variant, bind(variant, memory, calls));
                else System.out.println(variant + " does not run here, it needs " + variant.needs);
            }
            System.out.println("best here: " + Variant.best(cpu));
        }
    }

    /** Small whole numbers, whose products and sums are exact in any order. */
    private static void check(Variant variant, MethodHandle dot) throws Throwable {
        for (int n = 0; n <= 1_000; n++) {
            float[] a = new float[n];
            float[] b = new float[n];
            for (int i = 0; i < n; i++) {
                a[i] = i % 19 - 9;
                b[i] = i % 23 - 11;
            }
            float expected = inJava(a, b);
            float actual = (float) dot.invokeExact(MemorySegment.ofArray(a), MemorySegment.ofArray(b), (long) n);
            if (actual != expected)
                throw new AssertionError(variant + " of " + n + " elements gives " + actual + ", not " + expected);
        }
        System.out.println(variant + " agrees with Java on all lengths to 1000");
    }

    /** What the variants are compared with. */
    public static float inJava(float[] a, float[] b) {
        float sum = 0;
        for (int i = 0; i < a.length; i++) sum += a[i] * b[i];
        return sum;
    }

    /** A handle {@code (MemorySegment, MemorySegment, long)float} that takes arrays of the heap as they are, without a copy. */
    public static MethodHandle bind(Variant variant, CodeMemory memory, NativeCalls calls) {
        return calls.bind(memory.place(assemble(variant)).address(), SHAPE, CallKind.CRITICAL_WITH_HEAP);
    }

    /** The code of a variant. The assembler knows what it may use, and refuses instructions of others. */
    public static Code assemble(Variant variant) {
        Assembler a = new Assembler(variant.needs);
        switch (variant) {
            case SSE2 -> sse2(a);
            case AVX2 -> avx2(a);
            case AVX512 -> avx512(a);
        }
        a.ret();
        return a.finish();
    }

    /** Four sums of four floats each, so that an addition need not wait for the one before. */
    private static void sse2(Assembler a) {
        Xmm[] sums = {XMM0, XMM1, XMM2, XMM3};
        for (Xmm sum : sums) a.xorps(sum, sum);
        loop(a, 16, () -> {
            for (int i = 0; i < sums.length; i++) {
                a.movups(XMM4, ptr(RDI, 16 * i));
                a.movups(XMM5, ptr(RSI, 16 * i));
                a.mulps(XMM4, XMM5);
                a.addps(sums[i], XMM4);
            }
        });
        a.addps(XMM0, XMM1);
        a.addps(XMM2, XMM3);
        a.addps(XMM0, XMM2);
        across(a);
        tail(a);
    }

    /** Four sums of eight, multiplied and added in one step. */
    private static void avx2(Assembler a) {
        Ymm[] sums = {YMM0, YMM1, YMM2, YMM3};
        for (Ymm sum : sums) a.avx().vxorps(sum, sum, sum);
        loop(a, 32, () -> {
            for (int i = 0; i < sums.length; i++) {
                a.avx().vmovups(YMM4, ptr(RDI, 32 * i));
                a.avx().vfmadd231ps(sums[i], YMM4, ptr(RSI, 32 * i));
            }
        });
        a.avx().vaddps(YMM0, YMM0, YMM1);
        a.avx().vaddps(YMM2, YMM2, YMM3);
        a.avx().vaddps(YMM0, YMM0, YMM2);
        a.avx().vextractf128(XMM1, YMM0, 1);
        // What follows is SSE code, for which the upper halves have to be clear (SDM vol. 1, 14.1.2).
        a.avx().vzeroupper();
        a.addps(XMM0, XMM1);
        across(a);
        tail(a);
    }

    /** Four sums of sixteen; what is left at the end is loaded under a mask, which needs no loop of its own. */
    private static void avx512(Assembler a) {
        Zmm[] sums = {ZMM0, ZMM1, ZMM2, ZMM3};
        for (Zmm sum : sums) a.avx512().vpxord(sum, sum, sum);
        loop(a, 64, () -> {
            for (int i = 0; i < sums.length; i++) {
                a.avx512().vmovups(ZMM4, ptr(RDI, 64 * i));
                a.avx512().vfmadd231ps(sums[i], ZMM4, ptr(RSI, 64 * i));
            }
        });
        Label end = a.label();
        Label rest = a.here();
        a.test(RDX, RDX);
        a.jz(end);
        // The lowest n bits of the mask, all sixteen when more are left.
        a.mov(ECX, 16);
        a.cmp(RDX, RCX);
        a.cmovb(RCX, RDX);
        a.mov(EAX, 1);
        a.shl(EAX, CL);
        a.dec(EAX);
        a.avx512().kmovw(K1, EAX);
        a.avx512().vmovups(ZMM4.masked(K1).zeroing(), ptr(RDI));
        a.avx512().vmovups(ZMM5.masked(K1).zeroing(), ptr(RSI));
        a.avx512().vfmadd231ps(ZMM0, ZMM4, ZMM5);
        a.lea(RDI, ptr(RDI, RCX, 4));
        a.lea(RSI, ptr(RSI, RCX, 4));
        a.sub(RDX, RCX);
        a.jmp(rest);
        a.bind(end);
        a.avx512().vaddps(ZMM0, ZMM0, ZMM1);
        a.avx512().vaddps(ZMM2, ZMM2, ZMM3);
        a.avx512().vaddps(ZMM0, ZMM0, ZMM2);
        a.avx512().vextractf64x4(YMM1, ZMM0, 1);
        a.avx().vaddps(YMM0, YMM0, YMM1);
        a.avx().vextractf128(XMM1, YMM0, 1);
        a.avx().vzeroupper();
        a.addps(XMM0, XMM1);
        across(a);
    }

    /** Runs a body, which takes {@code step} elements at RDI and RSI, as long as RDX has so many. */
    private static void loop(Assembler a, int step, Runnable body) {
        Label end = a.label();
        a.sub(RDX, step);
        a.jb(end);
        a.align(32);
        Label again = a.here();
        body.run();
        a.add(RDI, 4 * step);
        a.add(RSI, 4 * step);
        a.sub(RDX, step);
        a.jae(again);
        a.bind(end);
        a.add(RDX, step);
    }

    /** Adds the four floats of XMM0. */
    private static void across(Assembler a) {
        a.movhlps(XMM1, XMM0);
        a.addps(XMM0, XMM1);
        a.movaps(XMM1, XMM0);
        a.shufps(XMM1, XMM1, 1);
        a.addss(XMM0, XMM1);
    }

    /** Adds the last RDX elements to XMM0, one by one. */
    private static void tail(Assembler a) {
        Label next = a.label();
        Label test = a.label();
        a.jmp(test);
        a.bind(next);
        a.movss(XMM1, ptr(RDI));
        a.mulss(XMM1, ptr(RSI));
        a.addss(XMM0, XMM1);
        a.add(RDI, 4);
        a.add(RSI, 4);
        a.bind(test);
        a.sub(RDX, 1);
        a.jae(next);
    }
}
