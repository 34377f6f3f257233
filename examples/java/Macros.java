import static dev.kiln.asm.X86.*;

import dev.kiln.asm.Assembler;
import dev.kiln.asm.Code;
import dev.kiln.asm.Label;
import dev.kiln.asm.Reg64;
import dev.kiln.asm.Xmm;
import dev.kiln.exec.CallKind;
import dev.kiln.exec.CodeMemory;
import dev.kiln.exec.NativeCalls;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.function.IntConsumer;
import java.util.zip.CRC32;

/**
 * Macros in Java: an assembler is an object, so a macro is a method that is given one. What macro assemblers have directives for is plain Java
 * here: loops that unroll, constants computed while assembling, code that depends on both.
 *
 * <pre>
 * examples/java/run Macros
 * </pre>
 */
public final class Macros {
    public static void main(String[] args) throws Throwable {
        try (CodeMemory memory = CodeMemory.create()) {
            NativeCalls calls = new NativeCalls(memory);

            Code exp = polynomial(taylorOfExp(12));
            MethodHandle handle = bind(memory, calls, exp, ValueLayout.JAVA_DOUBLE, ValueLayout.JAVA_DOUBLE);
            double e = (double) handle.invokeExact(1.0);
            System.out.println("exp(1) is about " + (float) e + ", by a polynomial in " + exp.size() + " bytes");

            Code power = power(13);
            handle = bind(memory, calls, power, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
            System.out.println("3^13 = " + (long) handle.invokeExact(3L) + ", in " + power.size() + " bytes");

            byte[] text = "The quick brown fox jumps over the lazy dog".getBytes(StandardCharsets.US_ASCII);
            handle = bind(
                    memory, calls, crc(0xEDB88320), ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
            int crc = (int) handle.invokeExact(MemorySegment.ofArray(text), (long) text.length);
            CRC32 library = new CRC32();
            library.update(text);
            System.out.println(
                    "CRC-32 = " + Integer.toHexString(crc) + ", the JDK says " + Long.toHexString(library.getValue()));
        }
    }

    // ---- Macros

    /** Repeats a body while assembling: the loop is gone from the code, its counter is a constant in it. */
    static void unroll(int times, IntConsumer body) {
        for (int i = 0; i < times; i++) body.accept(i);
    }

    /** Runs a body as long as a register, counted down behind it, is not zero; not at all when it is zero before. */
    static void whileNotZero(Assembler a, Reg64 counter, Runnable body) {
        Label test = a.label();
        a.jmp(test);
        Label again = a.here();
        body.run();
        a.dec(counter);
        a.bind(test);
        a.test(counter, counter);
        a.jnz(again);
    }

    /** Horner's rule: {@code sum = (…(c[n] x + c[n-1]) x + …) x + c[0]}. The coefficients go to the pool behind the code. */
    static void horner(Assembler a, Xmm sum, Xmm x, double... coefficients) {
        a.movsd(sum, ptr(a.constant(coefficients[coefficients.length - 1])));
        for (int i = coefficients.length - 2; i >= 0; i--) {
            a.mulsd(sum, x);
            // No code at all for what adds nothing.
            if (coefficients[i] != 0) a.addsd(sum, ptr(a.constant(coefficients[i])));
        }
    }

    // ---- Functions made with them

    /** {@code double f(double x)} for a polynomial that is known now. */
    static Code polynomial(double... coefficients) {
        Assembler a = new Assembler();
        horner(a, XMM1, XMM0, coefficients);
        a.movapd(XMM0, XMM1);
        a.ret();
        return a.finish();
    }

    /** The coefficients 1/k! are computed by Java, once, while the code is made. */
    static double[] taylorOfExp(int degree) {
        double[] coefficients = new double[degree + 1];
        double factorial = 1;
        for (int k = 0; k <= degree; k++) {
            coefficients[k] = 1 / factorial;
            factorial *= k + 1;
        }
        return coefficients;
    }

    /** {@code long f(long x)}: a power whose exponent is known now, by squaring; its bits decide which instructions there are. */
    static Code power(int exponent) {
        Assembler a = new Assembler();
        a.mov(EAX, 1);
        int highest = 32 - Integer.numberOfLeadingZeros(exponent);
        unroll(highest, i -> {
            int bit = highest - 1 - i;
            if (i > 0) a.imul(RAX, RAX);
            if ((exponent >> bit & 1) != 0) a.imul(RAX, RDI);
        });
        a.ret();
        return a.finish();
    }

    /** {@code int f(byte *bytes, long count)}: a CRC without a table, made for one polynomial (reflected, as in CRC-32). */
    static Code crc(int polynomial) {
        Assembler a = new Assembler();
        a.mov(EAX, -1);
        whileNotZero(a, RSI, () -> {
            a.movzx(ECX, byte_(RDI));
            a.inc(RDI);
            a.xor(EAX, ECX);
            unroll(8, bit -> {
                // The bit that is shifted out decides; as a mask of all ones or zeros it needs no jump.
                a.shr(EAX, 1);
                a.sbb(EDX, EDX);
                a.and(EDX, polynomial);
                a.xor(EAX, EDX);
            });
        });
        a.not(EAX);
        a.ret();
        return a.finish();
    }

    private static MethodHandle bind(
            CodeMemory memory, NativeCalls calls, Code code, ValueLayout result, ValueLayout... parameters) {
        long address = memory.place(code).address();
        return calls.bind(address, FunctionDescriptor.of(result, parameters), CallKind.CRITICAL_WITH_HEAP);
    }
}
