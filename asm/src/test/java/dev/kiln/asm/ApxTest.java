package dev.kiln.asm;

import static dev.kiln.asm.X86.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** REX2, promoted forms, new destinations, flags left alone and conditional comparisons, typed and by mnemonic; and what is refused. */
class ApxTest {
    private static String bytes(Consumer<Assembler> code) {
        Assembler a = new Assembler();
        code.accept(a);
        return HexFormat.ofDelimiter(" ").formatHex(a.finish().bytes());
    }

    @Test
    void registers16To31NeedNoOtherMethods() {
        assertThat(bytes(a -> a.add(RAX, R16))).isEqualTo("d5 48 01 c0");
        assertThat(bytes(a -> a.mov(R20B, byte_(R21, R31, 2)))).isEqualTo("d5 72 8a 64 7d 00");
        assertThat(bytes(a -> a.movzx(EAX, word(R16)))).isEqualTo("d5 90 b7 00");
        assertThat(bytes(a -> a.addps(XMM1, ptr(R17, 16)))).isEqualTo("d5 90 58 49 10");
        assertThat(bytes(a -> a.push(R31))).isEqualTo("d5 11 57");
        assertThat(bytes(a -> a.avx512().vaddps(XMM1, XMM2, ptr(R16, R17, 4, 64))))
                .isEqualTo("62 f9 68 08 58 4c 88 04");
        assertThat(bytes(a -> a.avx512().vmovd(XMM1, R16D))).isEqualTo("62 f9 7d 08 6e c8");
    }

    @Test
    void whatRex2DoesNotReachIsPromoted() {
        assertThat(bytes(a -> a.andn(EAX, R16D, ECX))).isEqualTo("62 f2 7c 00 f2 c1");
        assertThat(bytes(a -> a.movbe(RAX, ptr(R16)))).isEqualTo("62 fc fc 08 60 00");
        assertThat(bytes(a -> a.crc32(EAX, R16W))).isEqualTo("62 fc 7d 08 f1 c0");
        assertThat(bytes(a -> a.avx512().kmovq(K1, ptr(R16)))).isEqualTo("62 f9 fc 08 90 08");
        assertThat(bytes(a -> a.newer().cmpbxadd(ptr(R16), EAX, ECX))).isEqualTo("62 fa 75 08 e2 00");
        assertThat(bytes(a -> a.emit("adcx", EAX, R16D))).isEqualTo("62 fc 7d 08 66 c0");
    }

    @Test
    void typedMethods() {
        assertThat(bytes(a -> a.apx().add(RAX, RBX, RCX))).isEqualTo("62 f4 fc 18 01 cb");
        assertThat(bytes(a -> a.apx().nf().add(RAX, RBX, RCX))).isEqualTo("62 f4 fc 1c 01 cb");
        assertThat(bytes(a -> a.apx().nf().add(dword(RAX, 8), 5))).isEqualTo("62 f4 7c 0c 83 40 08 05");
        assertThat(bytes(a -> a.apx().ccmpb(DFV_OF | DFV_CF, RCX, RDX))).isEqualTo("62 f4 cc 02 39 d1");
        assertThat(bytes(a -> a.apx().ccmpt(DFV_CF, dword(RAX, R16, 2), 5))).isEqualTo("62 f4 08 0a 83 3c 40 05");
        assertThat(bytes(a -> a.apx().cfcmovb(ptr(RDX), RCX))).isEqualTo("62 f4 fc 0c 42 0a");
        assertThat(bytes(a -> a.apx().cmovb(RAX, RCX, RDX))).isEqualTo("62 f4 fc 18 42 ca");
        assertThat(bytes(a -> a.apx().setzub(AL))).isEqualTo("62 f4 7f 18 42 c0");
        assertThat(bytes(a -> a.apx().push2(RAX, RCX))).isEqualTo("62 f4 7c 18 ff f1");
        assertThat(bytes(a -> a.apx().popp(R16))).isEqualTo("d5 18 58");
        assertThat(bytes(a -> a.apx().jmpabs(0x1122_3344_5566_7788L))).isEqualTo("d5 00 a1 88 77 66 55 44 33 22 11");
    }

    @Test
    void bracesAskForAnEncoding() {
        assertThat(bytes(a -> a.emit("add", RAX, RBX))).isEqualTo("48 01 d8");
        assertThat(bytes(a -> a.emit("{evex} add", RAX, RBX))).isEqualTo("62 f4 fc 08 01 d8");
        assertThat(bytes(a -> a.emit("{nf} add", RAX, RBX))).isEqualTo("62 f4 fc 0c 01 d8");
        assertThat(bytes(a -> a.emit("{nf} add", RAX, RBX, 5))).isEqualTo("62 f4 fc 1c 83 c3 05");
        assertThat(bytes(a -> a.emit("{rex2} add", RAX, RBX))).isEqualTo("d5 08 01 d8");
        assertThat(bytes(a -> a.emit("ccmpb", 9, RCX, RDX))).isEqualTo("62 f4 cc 02 39 d1");
        assertThat(bytes(a -> a.emit("cfcmovz", RAX, ptr(RDX)))).isEqualTo("62 f4 fc 08 44 02");
    }

    @Test
    void needlessRex2ComesBack() {
        for (String hex : new String[] {"d5 08 01 d8", "66 d5 00 01 d8", "d5 80 58 c1", "d5 00 88 e0", "d5 00 87 c0"}) {
            byte[] code = HexFormat.ofDelimiter(" ").parseHex(hex);
            Decoder decoder = new Decoder();
            assertThat(decoder.decode(code, 0, code.length)).isTrue();
            assertThat(bytes(a -> a.emit(decoder.prefixedForm(), decoder.operands())))
                    .isEqualTo(hex);
        }
    }

    @Test
    void whatCannotBeEncodedIsRefused() {
        refused(a -> a.avx().vaddps(XMM1, XMM2, ptr(R16)), "APX has no encoding for it");
        refused(a -> a.pshufb(XMM1, ptr(R16)), "APX has no encoding for it");
        refused(a -> a.privileged().xsave(ptr(R16)), "APX has no encoding for it");
        refused(a -> a.mov(AH, R16B), "need a REX prefix");
        refused(a -> a.apx().add(AH, CL, DL), "AH, BH, CH and DH cannot");
        refused(a -> a.apx().nf().adc(RAX, RBX), "leaves the status flags alone");
        refused(a -> a.apx().nf().pushp(RAX), "leaves the status flags alone");
        refused(a -> a.apx().ccmpb(16, RAX, RBX), "16 does not fit 4 bits (0 to 15)");
        refused(a -> a.apx().push2(RAX, RSP), "any two registers but RSP");
        refused(a -> a.apx().pop2(R16, R16), "two different ones");
        refused(a -> a.emit("{nf} mov", RAX, RBX), "leaves the status flags alone");
        refused(a -> a.emit("{vex} andn", EAX, R16D, ECX), "takes R16 to R31 and has a VEX prefix");
        refused(a -> a.emit("{rex2} mov", AL, AH), "cannot stand in an instruction with a REX2 prefix");
        refused(a -> a.emit("{rex2} rdtsc"), "takes no REX2 prefix");
        refused(a -> a.emit("{rep} add", RAX, RBX), "{vex}, {vex3}, {evex}, {rex2}, {nf}");
        refused(a -> a.apx().add(EAX, dword(RBX, RCX, 2, 1000).in(FS), 100_000), "16 bytes");
    }

    @Test
    void aTargetWithoutApxHasNoRegisters16To31() {
        assertThatThrownBy(() -> new Assembler(CpuFeatures.X86_64_V4).add(RAX, R16))
                .hasMessageContaining("R16 to R31 need");
        assertThatThrownBy(() -> new Assembler(CpuFeatures.X86_64_V4).mov(RAX, ptr(RBX, R16, 1)))
                .hasMessageContaining("R16 to R31 need");
        assertThatThrownBy(() -> new Assembler(CpuFeatures.X86_64_V4).avx512().vmovd(XMM1, R16D))
                .hasMessageContaining("R16 to R31 need");
        assertThatThrownBy(() -> new Assembler(CpuFeatures.X86_64_V4).avx512().vmovups(ZMM1, ptr(R16)))
                .hasMessageContaining("R16 to R31 need");
        assertThatThrownBy(() -> new Assembler(CpuFeatures.X86_64_V4).apx().add(RAX, RBX, RCX))
                .hasMessageContaining("add needs");
        assertThat(InstructionInfo.of("add", RAX, R16).features().contains(CpuFeature.APX_F))
                .isTrue();
        assertThat(InstructionInfo.of("add", RAX, RBX).features().contains(CpuFeature.APX_F))
                .isFalse();
        assertThat(InstructionInfo.of("{nf} add", RAX, RBX).flagsWritten()).isZero();
        Assembler a = new Assembler();
        a.mov(RAX, ptr(R16));
        assertThat(a.finish().features().contains(CpuFeature.APX_F)).isTrue();
    }

    private static void refused(Consumer<Assembler> code, String reason) {
        assertThatThrownBy(() -> code.accept(new Assembler()))
                .isInstanceOf(AssemblerException.class)
                .hasMessageContaining(reason);
    }
}
