package dev.kiln.asm;

/**
 * An assembler with a method for every instruction, named as in Intel's manuals (with an underscore behind where that is a word of Java: {@code int_}), and typed
 * operands, so that most mistakes do not compile; the rest are told at the call. Operands are made with {@link X86}.
 *
 * <pre>{@code
 * import static dev.kiln.asm.X86.*;
 *
 * Assembler a = new Assembler();
 * Label loop = a.label();
 * a.xor(EAX, EAX);
 * a.bind(loop);
 * a.add(RAX, ptr(RDI, RSI, 8, -8));
 * a.dec(RSI);
 * a.jnz(loop);
 * a.ret();
 * Code code = a.finish();
 * }</pre>
 *
 * <p>Instructions outside the base set (general and SSE) are behind {@link #avx} and its siblings. Where several encodings exist, the one that NASM would choose is taken; jumps to labels are as short as they can be. Symbols as immediates are
 * for {@link #emit(String, Object...)}.
 */
public final class Assembler extends InstructionFamilies {
    /** Begins with no code, for any processor. */
    public Assembler() {}

    /**
     * Begins with no code, for processors that have some features: an instruction that needs another one fails at the call.
     *
     * @param target for instance {@link CpuFeatures#X86_64_V3}
     */
    public Assembler(CpuFeatures target) {
        restrict(target);
    }
}
