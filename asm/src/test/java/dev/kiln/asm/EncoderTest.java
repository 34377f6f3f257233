package dev.kiln.asm;

import static dev.kiln.asm.X86.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Bytes of single instructions, as the manual's chapter 2 says; and what is refused. */
class EncoderTest {
    private static void check(String bytes, Consumer<Assembler> emit) {
        Assembler a = new Assembler();
        emit.accept(a);
        assertThat(HexFormat.ofDelimiter(" ")
                        .withUpperCase()
                        .formatHex(a.finish().bytes()))
                .isEqualTo(bytes);
    }

    private static void refuse(String message, Consumer<Assembler> emit) {
        assertThatThrownBy(() -> emit.accept(new Assembler()))
                .isInstanceOf(AssemblerException.class)
                .hasMessageEndingWith(message);
    }

    @Test
    void addresses() {
        check("48 8B 00", a -> a.mov(RAX, ptr(RAX)));
        check("48 8B 45 00", a -> a.mov(RAX, ptr(RBP)));
        check("49 8B 45 00", a -> a.mov(RAX, ptr(R13)));
        check("48 8B 04 24", a -> a.mov(RAX, ptr(RSP)));
        check("49 8B 04 24", a -> a.mov(RAX, ptr(R12)));
        check("48 8B 44 24 7F", a -> a.mov(RAX, ptr(RSP, 127)));
        check("48 8B 84 24 80 00 00 00", a -> a.mov(RAX, ptr(RSP, 128)));
        check("48 8B 40 80", a -> a.mov(RAX, ptr(RAX, -128)));
        check("48 8B 80 7F FF FF FF", a -> a.mov(RAX, ptr(RAX, -129)));
        check("4A 8B 44 A5 00", a -> a.mov(RAX, ptr(RBP, R12, 4)));
        check("4B 8B 04 CC", a -> a.mov(RAX, ptr(R12, R9, 8)));
        check("48 8B 04 CD 10 00 00 00", a -> a.mov(RAX, ptr(RCX, 8, 16)));
        check("48 8B 41 10", a -> a.mov(RAX, ptr(RCX, 1, 16)));
        check("48 8B 04 25 00 10 00 00", a -> a.mov(RAX, ptr(0x1000)));
        check("64 48 8B 04 25 28 00 00 00", a -> a.mov(RAX, ptr(0x28).in(FS)));
        check("48 8D 54 37 10", a -> a.lea(RDX, ptr(RDI, RSI, 1, 16)));
    }

    @Test
    void addressesOf32Bits() {
        check("67 8B 44 88 08", a -> a.mov(EAX, ptr(EAX, ECX, 4, 8)));
        check("66 67 41 89 00", a -> a.mov(ptr(R8D), AX));
        check("67 66 0F 6F 03", a -> a.movdqa(XMM0, ptr(EBX)));
        check("64 67 FF 40 80", a -> a.inc(dword(ptr(EAX, -128).in(FS))));
        check("67 8B 40 F0", a -> a.mov(EAX, ptr(EAX, 0xFFFF_FFF0L)));
        check("67 66 0F 38 F8 01", a -> a.newer().movdir64b(EAX, ptr(ECX)));
        check("67 A4", a -> {
            a.address32();
            a.movsb();
        });
        check("67 8B 00", a -> a.emit("mov", EAX, ptr(EAX)));
        assertThatThrownBy(() -> new Assembler().newer().movdir64b(RAX, ptr(ECX)))
                .isInstanceOf(AssemblerException.class);
        refuse("this instruction has no address that could have 32 bits", a -> {
            a.address32();
            a.add(EAX, ECX);
        });
    }

    @Test
    void vectorIndexes() {
        check("C4 E2 69 92 4C 98 10", a -> a.avx().vgatherdps(XMM1, ptr(RAX, XMM3, 4, 16), XMM2));
        check("C4 E2 69 92 4C 98 10", a -> a.emit("vgatherdps", XMM1, ptr(RAX, XMM3, 4, 16), XMM2));
        check("62 F2 7D 41 92 0C A5 00 00 00 00", a -> a.avx512().vgatherdps(ZMM1.masked(K1), ptr(ZMM20, 4, 0)));
        String same =
                "this instruction does not take one register in several places (destination, sources, index, mask)";
        refuse(same, a -> a.avx().vgatherdps(XMM1, ptr(RAX, XMM1, 4, 16), XMM2));
        refuse(same, a -> a.avx().vgatherdps(XMM1, ptr(RAX, XMM3, 4, 16), XMM1));
        refuse(
                "vgatherdps xmm1, [rax+xmm3*4], xmm1: " + same,
                a -> a.emit("vgatherdps", XMM1, ptr(RAX, XMM3, 4, 0), XMM1));
        refuse(same, a -> a.avx512().vfmulcph(ZMM1, ZMM1, ZMM2));
        refuse(same, a -> a.amx().tdpbssd(TMM1, TMM2, TMM2));
        refuse(
                "[rax+xmm3*4]: only gathers and scatters have a vector register as index",
                a -> a.mov(RAX, ptr(RAX, XMM3, 4, 0)));
    }

    @Test
    void longFormsOnRequest() {
        check("48 05 05 00 00 00", a -> {
            a.long_();
            a.add(RAX, 5);
        });
        check("48 81 C1 05 00 00 00", a -> {
            a.long_();
            a.emit("add", RCX, 5);
        });
        check("48 B8 05 00 00 00 00 00 00 00", a -> {
            a.long_();
            a.mov(RAX, 5);
        });
        check("C1 E0 01", a -> {
            a.long_();
            a.shl(EAX, 1);
        });
        check("48 8B 80 08 00 00 00", a -> a.mov(RAX, ptr(RAX, 8).long_()));
        check("48 8B 80 08 00 00 00", a -> {
            a.long_();
            a.mov(RAX, ptr(RAX, 8));
        });
        check("E9 00 00 00 00", a -> {
            Label next = a.label();
            a.long_();
            a.jmp(next);
            a.bind(next);
        });
        CodeBuffer buffer = new CodeBuffer();
        Operands o = new Operands();
        o.clear().register(Registers.RAX).register(Registers.RCX);
        buffer.emit(Form.ADD_R64_RM64 | Form.EXACT, o);
        buffer.emit(
                Form.ADD_RM64_IMM32S | Form.EXACT,
                o.clear().register(Registers.RAX).immediate(5));
        buffer.emit(Form.JMP_REL32, o.clear().immediate(-5));
        buffer.emit(Form.JE_REL8, o.clear().immediate(127));
        assertThat(HexFormat.of().formatHex(buffer.finish().bytes()))
                .isEqualTo("4803c1" + "4881c005000000" + "e9fbffffff" + "747f");
        assertThatThrownBy(() -> buffer.emit(Form.JE_REL8, o.clear().immediate(128)))
                .hasMessage("je rel8 does not reach 128 bytes from its end, only 8 bits");
    }

    @Test
    void prefixesThatHint() {
        check("F2 F0 01 08", a -> {
            a.xacquire();
            a.lock();
            a.add(ptr(RAX), ECX);
        });
        check("F3 89 08", a -> {
            a.xrelease();
            a.mov(ptr(RAX), ECX);
        });
        check("3E FF E0", a -> {
            a.notrack();
            a.jmp(RAX);
        });
        check("F2 C3", a -> {
            a.bnd();
            a.ret();
        });
        check("66 FF 28", a -> a.ljmp(dword(RAX)));
        check("FF 18", a -> a.lcall(fword(ptr(RAX))));
        check("48 0F B2 08", a -> a.lss(RCX, ptr(RAX)));
        check("C4 E2 7B 4B 0C 20", a -> a.amx().tileloadd(TMM1, ptr(RAX)));
        check("0F 1A 04 0D 00 00 00 00", a -> a.mpx().bndldx(BND0, ptr(RCX, 1, 0)));
        String elision = "XACQUIRE and XRELEASE stand with LOCK in front of what it can lock, or with XCHG on memory; "
                + "XRELEASE also with MOV to memory";
        refuse(elision, a -> {
            a.xacquire();
            a.add(ptr(RAX), ECX);
        });
        refuse("this instruction takes no BND; near jumps, calls and returns do", a -> {
            a.bnd();
            a.nop();
        });
    }

    @Test
    void relativeAddressesCountFromTheInstructionsEnd() {
        check("48 8B 05 F9 FF FF FF", a -> a.mov(RAX, ptr(a.here())));
        check("C7 05 F6 FF FF FF 05 00 00 00", a -> a.mov(dword(a.here()), 5));
        check("66 0F 70 05 F7 FF FF FF 1B", a -> a.pshufd(XMM0, ptr(a.here()), 0x1B));
    }

    @Test
    void byteRegisters() {
        check("00 E0", a -> a.add(AL, AH));
        check("40 00 E0", a -> a.add(AL, SPL));
        check("44 88 C1", a -> a.mov(CL, R8B));
        check("40 B7 05", a -> a.mov(DIL, 5));
        check("B7 05", a -> a.mov(BH, 5));
        check("40 0F B6 C6", a -> a.movzx(EAX, SIL));
        check("40 0F 94 C5", a -> a.sete(BPL));
        String message =
                "AH, BH, CH and DH cannot stand in one instruction with R8 to R31, SPL, BPL, SIL, DIL or a 64-bit operand, "
                        + "which need a REX prefix";
        refuse(message, a -> a.add(AH, R8B));
        refuse(message, a -> a.mov(SIL, CH));
        refuse(message, a -> a.movzx(RAX, BH));
        refuse(message, a -> a.mov(AH, ptr(R9)));
    }

    @Test
    void immediatesTakeTheShortestForm() {
        check("48 83 C0 7F", a -> a.add(RAX, 127));
        check("48 05 80 00 00 00", a -> a.add(RAX, 128));
        check("48 81 C1 80 00 00 00", a -> a.add(RCX, 128));
        check("83 C1 FF", a -> a.add(ECX, 0xFFFF_FFFFL));
        check("B9 FF FF FF FF", a -> a.mov(RCX, 0xFFFF_FFFFL));
        check("48 C7 C1 FF FF FF FF", a -> a.mov(RCX, -1));
        check("48 B9 00 00 00 00 01 00 00 00", a -> a.mov(RCX, 1L << 32));
        check("6A FF", a -> a.push(-1));
        check("68 00 10 00 00", a -> a.push(0x1000));
        check("D1 E0", a -> a.shl(EAX, 1));
        check("C1 E0 02", a -> a.shl(EAX, 2));
        check("48 D3 F8", a -> a.sar(RAX, CL));
    }

    @Test
    void prefixes() {
        check("F0 48 0F B1 0F", a -> {
            a.lock();
            a.cmpxchg(ptr(RDI), RCX);
        });
        check("F3 48 A5", a -> {
            a.rep();
            a.movsq();
        });
        check("F2 0F 58 C1", a -> a.addsd(XMM0, XMM1));
        check("66 45 0F EF C9", a -> a.pxor(XMM9, XMM9));
        check("C5 F4 58 C2", a -> a.avx().vaddps(YMM0, YMM1, YMM2));
        check("C4 C1 74 58 C2", a -> a.avx().vaddps(YMM0, YMM1, YMM10));
        refuse("this instruction cannot be locked; those that can read and write memory", a -> {
            a.lock();
            a.add(RAX, RCX);
        });
        refuse("this instruction takes no such repeat prefix; string instructions do", a -> {
            a.rep();
            a.add(RAX, RCX);
        });
        refuse("a prefix is not followed by an instruction", a -> {
            a.lock();
            a.finish();
        });
    }

    @Test
    void whatDoesNotFitIsRefusedAndTheNearestNamed() {
        refuse(
                "movsx rax, eax: no form takes (r64, r32); nearest: movsxd r64, r/m32 · movsx r64, r/m8 · movsx r64, r/m16",
                a -> a.emit("movsx", RAX, EAX));
        refuse(
                "add rax, 4294967296: 4294967296 does not fit 32 bits, sign-extended (-2147483648 to 2147483647); nearest: add r/m64, imm8s · add rax, imm32s · add r/m64, imm32s",
                a -> a.add(RAX, 1L << 32));
        refuse(
                "mov al, 256: 256 does not fit 8 bits (-128 to 255); nearest: mov r8, imm8 · mov r/m8, imm8 · mov r16, imm16",
                a -> a.mov(AL, 256));
        refuse(
                "vaddps xmm1, eax, 5: no form takes (xmm, r32, imm);"
                        + " nearest: vaddps xmm, xmm, xmm/m128 · vaddps ymm, ymm, ymm/m256 · vaddps zmm, zmm, zmm/m512",
                a -> a.emit("vaddps", XMM1, EAX, 5));
        refuse("there is no instruction 'mvo'; did you mean 'mov'?", a -> a.emit("mvo", RAX, RCX));
        refuse("RSP cannot be the index of an address", a -> a.mov(RAX, ptr(RAX, RSP, 2)));
        refuse("the scale of an index is 1, 2, 4 or 8, not 3", a -> a.mov(RAX, ptr(RAX, RCX, 3)));
        refuse("displacement 2147483648 does not fit 32 bits, sign-extended", a -> a.mov(RAX, ptr(RAX, 1L << 31)));
        refuse(
                "inc [rax]: the size of memory is not known; say byte_, word, dword or qword",
                a -> a.emit("inc", ptr(RAX)));
        assertThatThrownBy(() -> new Assembler().inc(ptr(RAX))).isInstanceOf(AssemblerException.class);
        assertThatThrownBy(() -> new Assembler().mov(EAX, qword(RAX))).isInstanceOf(AssemblerException.class);
        assertThatThrownBy(() -> new Assembler().shl(EAX, DL)).isInstanceOf(AssemblerException.class);
    }

    @Test
    void byFormTheSameIsRefused() {
        CodeBuffer buffer = new CodeBuffer();
        Operands o = new Operands();
        assertThatThrownBy(() -> buffer.emit(
                        Form.ADD_RM64_IMM8S, o.clear().register(Registers.RAX).immediate(128)))
                .hasMessageStartingWith(
                        "add rax, 128: form 'add r/m64, imm8s' does not take 128, which does not fit 8 bits, sign-extended (-128 to 127); nearest: ");
        assertThatThrownBy(() -> buffer.emit(
                        Form.VADDPS_XMM_XMM_XMMM128,
                        o.clear()
                                .register(Registers.xmm(1))
                                .register(Registers.RAX)
                                .immediate(5)))
                .hasMessage(
                        "vaddps xmm1, eax, 5: form 'vaddps xmm, xmm, xmm/m128' does not take (vector register,"
                                + " general register, immediate 5); nearest: vaddps ymm, ymm, ymm/m256 · vaddps zmm, zmm, zmm/m512");
        assertThatThrownBy(() -> buffer.emit(Form.ADD_RM64_R64, o.clear().register(Registers.RAX)))
                .hasMessageContaining("does not take");
        assertThatThrownBy(() -> buffer.emit(
                        Form.ADD_RM64_R64, o.clear().register(Registers.RAX).register(Registers.xmm(1))))
                .hasMessageContaining("vector register");
        assertThatThrownBy(() -> buffer.emit(0, o.clear())).hasMessage("there is no instruction form 0");
        assertThatThrownBy(() -> buffer.emit(
                        Form.ADD_RM64_R64 | Form.LOCK,
                        o.clear().register(Registers.RAX).register(Registers.RAX)))
                .hasMessageContaining("cannot be locked");
        assertThat(buffer.finish().size()).isZero();
    }

    @Test
    void formsThatSayTheSameEncodeAsOthersChoose() {
        CodeBuffer buffer = new CodeBuffer();
        Operands o = new Operands();
        buffer.emit(Form.ADD_R64_RM64, o.clear().register(Registers.RAX).register(Registers.RCX));
        buffer.emit(Form.ADD_RM64_IMM32S, o.clear().register(Registers.RAX).immediate(5));
        buffer.emit(
                Form.MOVQ_XMM_RM64, o.clear().register(Registers.xmm(0)).memory(Registers.RAX, Registers.NONE, 1, 0));
        assertThat(HexFormat.of().formatHex(buffer.finish().bytes())).isEqualTo("4801c8" + "480505000000" + "f30f7e00");
    }
}
