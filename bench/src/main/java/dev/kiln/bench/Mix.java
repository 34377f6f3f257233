package dev.kiln.bench;

import static dev.kiln.asm.X86.*;

import dev.kiln.asm.Assembler;
import dev.kiln.asm.Form;
import dev.kiln.asm.InstructionSink;
import dev.kiln.asm.Label;
import dev.kiln.asm.Operands;
import dev.kiln.asm.Registers;

/**
 * The instructions whose emission is measured: 17 of the kinds that compilers emit most, with memory operands, immediates of two sizes, floating point, a
 * label that is jumped to from before and one from behind. The same mix stands in {@code src/main/cpp/emission.cpp} for other assemblers.
 */
final class Mix {
    static final int INSTRUCTIONS = 17;
    static final int LABELS = 2;

    private Mix() {}

    /** By the methods of the assembler, operands made where they are used, as in a program written by hand. */
    static void typed(Assembler a, int repetitions) {
        for (int i = 0; i < repetitions; i++) {
            Label back = a.here();
            Label forward = a.label();
            a.mov(RAX, ptr(RDI, RCX, 8, 16));
            a.add(RAX, RBX);
            a.lea(RDX, ptr(RAX, RCX, 4, 32));
            a.cmp(RDX, 1000);
            a.jl(forward);
            a.addsd(XMM0, XMM1);
            a.mulsd(XMM2, ptr(RSI, 8));
            a.mov(ECX, 12345);
            a.add(ECX, EDX);
            a.movaps(XMM3, XMM4);
            a.sub(RCX, 1);
            a.xor(R8D, R8D);
            a.bind(forward);
            a.mov(ptr(RDI, RCX, 8), RAX);
            a.cvtsi2sd(XMM5, RAX);
            a.cmp(RCX, R9);
            a.jne(back);
            a.nop();
        }
    }

    /** By the numbers of forms, as a compiler does. */
    static void byForm(InstructionSink b, Operands o, int repetitions) {
        int none = Registers.NONE;
        for (int i = 0; i < repetitions; i++) {
            int back = b.newLabel();
            int forward = b.newLabel();
            b.bind(back);
            b.emit(Form.MOV_R64_RM64, o.clear().register(Registers.RAX).memory(Registers.RDI, Registers.RCX, 8, 16));
            b.emit(Form.ADD_RM64_R64, o.clear().register(Registers.RAX).register(Registers.RBX));
            b.emit(Form.LEA_R64_M, o.clear().register(Registers.RDX).memory(Registers.RAX, Registers.RCX, 4, 32));
            b.emit(Form.CMP_RM64_IMM32S, o.clear().register(Registers.RDX).immediate(1000));
            b.emit(Form.JL_REL32, o.clear().label(forward));
            b.emit(Form.ADDSD_XMM_XMMM64, o.clear().register(Registers.xmm(0)).register(Registers.xmm(1)));
            b.emit(Form.MULSD_XMM_XMMM64, o.clear().register(Registers.xmm(2)).memory(Registers.RSI, none, 1, 8));
            b.emit(Form.MOV_R32_IMM32, o.clear().register(Registers.RCX).immediate(12345));
            b.emit(Form.ADD_RM32_R32, o.clear().register(Registers.RCX).register(Registers.RDX));
            b.emit(Form.MOVAPS_XMM_XMMM128, o.clear().register(Registers.xmm(3)).register(Registers.xmm(4)));
            b.emit(Form.SUB_RM64_IMM8S, o.clear().register(Registers.RCX).immediate(1));
            b.emit(Form.XOR_RM32_R32, o.clear().register(Registers.R8).register(Registers.R8));
            b.bind(forward);
            b.emit(
                    Form.MOV_RM64_R64,
                    o.clear().memory(Registers.RDI, Registers.RCX, 8, 0).register(Registers.RAX));
            b.emit(Form.CVTSI2SD_XMM_RM64, o.clear().register(Registers.xmm(5)).register(Registers.RAX));
            b.emit(Form.CMP_RM64_R64, o.clear().register(Registers.RCX).register(Registers.R9));
            b.emit(Form.JNE_REL32, o.clear().label(back));
            b.emit(Form.NOP, o.clear());
        }
    }

    /** By mnemonic, the form looked for among all. */
    static void byMnemonic(Assembler a, int repetitions) {
        for (int i = 0; i < repetitions; i++) {
            Label back = a.here();
            Label forward = a.label();
            a.emit("mov", RAX, ptr(RDI, RCX, 8, 16));
            a.emit("add", RAX, RBX);
            a.emit("lea", RDX, ptr(RAX, RCX, 4, 32));
            a.emit("cmp", RDX, 1000);
            a.emit("jl", forward);
            a.emit("addsd", XMM0, XMM1);
            a.emit("mulsd", XMM2, ptr(RSI, 8));
            a.emit("mov", ECX, 12345);
            a.emit("add", ECX, EDX);
            a.emit("movaps", XMM3, XMM4);
            a.emit("sub", RCX, 1);
            a.emit("xor", R8D, R8D);
            a.bind(forward);
            a.emit("mov", ptr(RDI, RCX, 8), RAX);
            a.emit("cvtsi2sd", XMM5, RAX);
            a.emit("cmp", RCX, R9);
            a.emit("jne", back);
            a.emit("nop");
        }
    }

    /** The same as text. */
    static String text(int repetitions) {
        StringBuilder text = new StringBuilder("bits 64\n");
        for (int i = 0; i < repetitions; i++) {
            text.append("back").append(i).append(":\n");
            text.append("    mov rax, [rdi+rcx*8+16]\n");
            text.append("    add rax, rbx\n");
            text.append("    lea rdx, [rax+rcx*4+32]\n");
            text.append("    cmp rdx, 1000\n");
            text.append("    jl forward").append(i).append('\n');
            text.append("    addsd xmm0, xmm1\n");
            text.append("    mulsd xmm2, [rsi+8]\n");
            text.append("    mov ecx, 12345\n");
            text.append("    add ecx, edx\n");
            text.append("    movaps xmm3, xmm4\n");
            text.append("    sub rcx, 1\n");
            text.append("    xor r8d, r8d\n");
            text.append("forward").append(i).append(":\n");
            text.append("    mov [rdi+rcx*8], rax\n");
            text.append("    cvtsi2sd xmm5, rax\n");
            text.append("    cmp rcx, r9\n");
            text.append("    jne back").append(i).append('\n');
            text.append("    nop\n");
        }
        return text.toString();
    }
}
