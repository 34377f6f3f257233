package dev.kiln.asm;

import dev.kiln.asm.internal.FormTable;

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
 * <p>Instructions outside the base set (general and SSE) are behind {@link #avx} and its siblings. Where several encodings exist, the one that NASM would choose is taken; jumps to labels are as short as they can be; {@link #long_}, {@link #vex3}, {@link #load} and {@link #store} in front of an
 * instruction, and {@link Mem#long_} and {@link Mem#short_} on its memory, ask for another. Symbols as immediates are
 * for {@link #movabs(Reg64, Symbol)} and {@link #emit(String, Object...)}.
 *
 * <p>A call that fails leaves the code as it was. What an instruction does not take is an {@link AssemblerException}; an operand that is
 * {@code null} is a {@link NullPointerException}, as everywhere in Java, of the typed methods, and an {@link AssemblerException} of {@link #emit(String, Object...)}.
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

    /** {@code mov r64, imm64} in ten bytes, also where a shorter form would do: room for patching it. */
    public void movabs(Reg64 a, long b) {
        long t = FormTable.get().template(Form.MOV_R64_IMM64);
        encodeOpcode(t, 0, a.code);
        encodeImmediate(t, b, 0);
    }

    /** {@code mov r64, imm64} of a symbol's absolute address (relocation ABS64), or what else of 64 bits its relocation says. */
    public void movabs(Reg64 a, Symbol b) {
        Symbol place = b.relocation() == RelocationKind.PLT32 ? Absolute.of(b).symbol() : b;
        emit(
                Form.MOV_R64_IMM64,
                new Operands().register(a.number()).symbol(place.name(), place.relocation(), place.addend()));
    }

    /** {@code mov} from an absolute address of 64 bits to the accumulator. */
    public void movabs(Reg8 a, Absolute b) {
        mov(a, b);
    }

    /** {@code mov} from the accumulator to an absolute address of 64 bits. */
    public void movabs(Absolute a, Reg8 b) {
        mov(a, b);
    }

    /** {@code mov} from an absolute address of 64 bits to the accumulator. */
    public void movabs(Reg16 a, Absolute b) {
        mov(a, b);
    }

    /** {@code mov} from the accumulator to an absolute address of 64 bits. */
    public void movabs(Absolute a, Reg16 b) {
        mov(a, b);
    }

    /** {@code mov} from an absolute address of 64 bits to the accumulator. */
    public void movabs(Reg32 a, Absolute b) {
        mov(a, b);
    }

    /** {@code mov} from the accumulator to an absolute address of 64 bits. */
    public void movabs(Absolute a, Reg32 b) {
        mov(a, b);
    }

    /** {@code mov} from an absolute address of 64 bits to the accumulator. */
    public void movabs(Reg64 a, Absolute b) {
        mov(a, b);
    }

    /** {@code mov} from the accumulator to an absolute address of 64 bits. */
    public void movabs(Absolute a, Reg64 b) {
        mov(a, b);
    }
}
