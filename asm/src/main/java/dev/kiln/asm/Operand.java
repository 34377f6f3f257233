package dev.kiln.asm;

/** An operand of the typed and the dynamic instruction methods of {@link Assembler}; see {@link X86} for how to make one. */
public sealed interface Operand permits Register, Mem, Absolute, Immediate, Label, Symbol, Rounding {
    /** What kind of operand this is, as the manuals write it: {@code r64}, {@code m32}, {@code imm}, {@code xmm}. */
    String kind();
}
