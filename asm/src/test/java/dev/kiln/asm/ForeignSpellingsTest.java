package dev.kiln.asm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the disassemblers of GNU and LLVM print, and how AsmJit's calls read, assembles to the bytes that they printed it for. */
class ForeignSpellingsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "movs byte ptr es:[rdi], byte ptr ds:[rsi] | a4",
                "movsb byte ptr es:[rdi], byte ptr [rsi] | a4",
                "rep movsq qword ptr es:[rdi], qword ptr [rsi] | f348a5",
                "movs word ptr es:[edi], word ptr fs:[esi] | 646667a5",
                "cmps dword ptr ds:[rsi], dword ptr es:[rdi] | a7",
                "repz cmpsb byte ptr [rsi], byte ptr es:[rdi] | f3a6",
                "scas al, byte ptr es:[rdi] | ae",
                "scasq rax, qword ptr es:[rdi] | 48af",
                "lods ax, word ptr gs:[rsi] | 6566ad",
                "lodsd eax, dword ptr [esi] | 67ad",
                "stos qword ptr es:[rdi], rax | 48ab",
                "ins dword ptr es:[rdi], dx | 6d",
                "outs dx, byte ptr ds:[rsi] | 6e",
                "outsw dx, word ptr [rsi] | 666f",
                "xlat byte ptr ds:[rbx] | d7",
                "movsd xmm0, qword ptr [rsi] | f20f1006",
                "cmpsd xmm0, qword ptr [rdi], 1 | f20fc20701",
                "movabs rax, 1 | 48b80100000000000000",
                "movabs al, byte ptr [0x1122334455667788] | a08877665544332211",
                "movabs ds:0x1122334455667788, eax | a38877665544332211",
                "mov rax, qword ptr fs:0x28 | 64488b042528000000",
                "mov eax, dword ptr ds:0xffffffff80000000 | 8b042500000080",
                "shl eax | d1e0",
                "ror byte ptr [rcx] | d009",
                "pushw 0x1234 | 66683412",
                "pushw 0xff84 | 666a84",
                "fcompi st, st(2) | dff2",
                "fucompi st, st(2) | dfea",
                "fstenvw [rax] | 9b66d930",
                "sysretd | 0f07",
                "jmp fword ptr [rdx] | ff2a",
                "lss eax, fword ptr [rdi] | 0fb207",
                "vgatherqps xmm2, qword ptr [rax + 8*xmm5], xmm0 | c4e2799314e8",
                "vgatherdpd ymm3, ymmword ptr [rbx + 8*xmm1], ymm2 | c4e2ed921ccb",
                "bextr eax, ecx, 0x12345 | 8fea7810c145230100",
                "pcmpestrmq xmm0, xmm1, 2 | 66480f3a60c102",
                "encodekey128 eax, ecx | f30f38fac1",
                "aesdecwide256kl [rax] | f30f38d818",
                "mov [rax][4*rbx][16], ecx | 894c9810",
                "mov eax, 4[rsi][2*rax][4] | 8b444608",
                "mov qword ptr fs:20[rbx], rax | 6448894314",
                "and ecx, (not 3 and 7) or 1 shl 1 | 83e106",
                "mov eax, -5 mod 3 | b8feffffff",
                "rol dx, word [rdx] | 62f46d18d102",
                "{nf} sar r9, qword ptr [r8] | 62d4b41cd138",
                "shld dx, bx | 660fa5da",
                "div eax, [rbx] | f733",
                "idiv al, bl | f6fb",
                "inb dx | ec",
                "outw 7 | 66e707",
                "fnstsw | dfe0",
                "fsubp st(0), st(1) | dee9",
                "inc long ptr [rax] | ff00",
                "fld double ptr [rax] | dd00",
                "fstp xword ptr [rax] | db38",
                "xstorerng | 0fa7c0",
                "lcall [rax] | ff18",
                "vgatherpf0dps {k1}, zmmword ptr [r8 + zmm20] | 62d27d41c60c20",
                "mov ebx, DWORD PTR [eiz*1-30] | 678b1c25e2ffffff",
                "tileloaddt1 tmm5, [rcx+riz*1] | c4e2794b2c21",
                "lfs rcx, FWORD PTR [rax] | 480fb408",
                "call WORD PTR [rsi] | 66ff16",
                "jmp di | 66ffe7",
                "pfsqrt mm6, [rdi] | 0f0f3797",
                "fcmovnae st, st(1) | dac1",
                "lret | cb",
                "rex nop | 4090",
                "rex.W call FWORD PTR [rax] | 48ff18",
                "rex.WB | 49",
                "data16 | 66",
                "addr32 mov eax, dword ptr [0x1234] | 67a134120000",
                "rex64 | 48",
                "{load} mov eax, ebx | 8bc3",
                "{store} vmovups zmm19{k1}, zmm20 | 62a17c4911e3",
                "{load} vfmaddps xmm0, xmm1, xmm2, xmm3 | c4e3f168c320",
                "vmovaps.s xmm1, xmm2 | c5f829d1",
                "mov.s eax, ebx | 8bc3",
                "{disp8} mov dword ptr [rax], 1 | c7400001000000",
                "{disp32} mov dword ptr [rax+8], 1 | c7800800000001000000",
                "{disp32} jmp $ | e9fbffffff",
                "movdir64b eax, zmmword ptr [485498096] | 67660f38f80425f01cf01c",
                "lar rax, ax | 480f02c0",
                "cdq edx, eax | 99",
                "cpuid eax, ebx, ecx, edx | 0fa2",
                "rdtscp edx, eax, ecx | 0f01f9",
                "mul ax, cl | f6e1",
                "mul rdx, rax, [rcx] | 48f721",
                "imul ax, byte ptr [rcx] | f629",
                "idiv edx, eax, dword ptr [rcx] | f739",
                "div eax, ecx | f7f1",
                "cmpxchg cl, dh, al | 0fb0f1",
                "cmpxchg16b [rcx], rdx, rax, rcx, rbx | 480fc709",
                "mulx ecx, edx, ebx, edx | c4e26bf6cb",
                "xsave [rcx], edx, eax | 0fae21",
                "umwait ecx, edx, eax | f20faef1",
                "hreset 1, eax | f30f3af0c001",
                "pcmpestri xmm1, xmm2, 1, ecx, eax, edx | 660f3a61ca01",
                "vpcmpistrm xmm1, [rdx], 1, xmm0 | c4e379620a01",
                "maskmovq mm1, mm2, qword ptr fs:[edi] | 64670ff7ca",
                "monitor [eax], ecx, edx | 670f01c8",
                "clzero zmmword ptr [rax] | 0f01fc",
                "vmrun rax | 0f01d8",
                "umonitor [ecx] | 67f30faef1",
                "movdir64b es:[rcx], zmmword ptr [rdx] | 660f38f80a",
                "vp2intersectd k2, k3, xmm4, xmm1 | 62f25f0868d1",
                "v4fmaddps zmm1{k1}, zmm4, zmm5, zmm6, zmm7, [rdx] | 62f25f499a0a",
                "lar ecx, edx | 0f02ca",
                "lsl rcx, rdx | 480f03ca",
                "movsxd cx, word ptr [rdx] | 66630a",
                "movsxd ax, bx | 6663c3",
                "bswap cx | 660fc9",
                "lcall dword ptr [rax] | 66ff18",
                "mov eax, [0x1122334455667788] | a18877665544332211",
                "{load} add ebx, ecx | 03d9",
                "{store} xchg ecx, edx | 87d1",
                "{load} add eax, 5 | 83c005",
                "{load} vfmaddpd xmm1, xmm2, xmm3, xmm4 | c4e3e969cc30",
                "{store} vmovaps xmm1, xmm2 | c5f829d1",
                "ptwrite [rax] | f30fae20",
                "here: mov rax, qword ptr here | 488b042500000000",
                "here: mov eax, dword ptr here[rsi*4] | 8b04b500000000",
                "here: mov eax, offset here+1 | b801000000",
                "tileloadd tmm3, [2*rbp - 32] | c4e27b4b1c6de0ffffff",
                "bndldx bnd0, [rax*2] | 0f1a044500000000",
                "enqcmd r18d, zmmword ptr [r28d + 4*r29d + 291] | 67628c7b08f894ac23010000",
                "{evex} movdir64b ecx, zmmword ptr [ebx] | 6762f47d08f80b",
                "vaddps zmm1, zmm2, DWORD BCST [rcx] | 62f16c585809",
                "vcvtpd2ps xmm1, qword bcst fs:[rcx]{1to4} | 6462f1fd385a09",
                "verw ecx | 0f00e9",
                "mov rax, ptr [rbx] | 488b03",
                "lgs rcx, fword ptr [rdx] | 480fb50a",
                "loop ecx, $ | 67e2fd",
                "jecxz ecx, $ | 67e3fd",
                "jrcxz rcx, $ | e3fe",
                "ltr rcx | 0f00d9",
            })
    void assemble(String text, String bytes) {
        assertThat(HexFormat.of().formatHex(bytes(text))).isEqualTo(bytes);
    }

    /** What nasm leaves open, or takes in other widths; its bytes. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "movmskps rax, xmm1 | 480f50c1",
                "vmovmskps rax, ymm1 | c5fc50c1",
                "pextrb rax, xmm1, 5 | 660f3a14c805",
                "extractps rax, xmm1, 5 | 66480f3a17c805",
                "pinsrb xmm1, cl, 5 | 660f3a20c905",
                "pinsrw xmm1, rcx, 5 | 66480fc4c905",
                "vpinsrw xmm1, si, 0 | c5f1c4ce00",
                "kmovw k1, cx | c5f892c9",
                "vpbroadcastb xmm1, cl | 62f27d087ac9",
                "lar rax, ecx | 480f02c1",
                "lsl eax, rcx | 0f03c1",
                "lldt eax | 0f00d0",
                "rdpid ebx | f30fc7fb",
                "mov es, qword [rsi] | 488e06",
                "movd mm1, rcx | 480f6ec9",
                "movd qword [rax], mm1 | 480f7e08",
                "kmov k1, qword [rax] | c4e1f89008",
                "kadd k1, k2, word k3 | c5ec4acb",
                "kunpck k1, word k2, k3 | c5ec4bcb",
                "hreset 5, eax | f30f3af0c005",
                "tpause ebx, edx, eax | 660faef3",
                "bndstx [rcx*1], bnd2 | 0f1b140d00000000",
                "bndstx [3, 1*r12], bnd2 | 420f1b142503000000",
                "bndcl bnd1, [1*r12+3] | f3410f1a4c2403",
                "v4fmaddps zmm0, zmm4+3, [rax] | 62f25f489a00",
                "vp2intersectd k2+1, zmm1, zmm2 | 62f2774868d2",
                "osp rdfsbase rax | 66f3480faec0",
                "rep xcryptecb | f30fa7c8",
                "movrs r25b, [r26] | 624c7c088a0a",
                "{pn} jz $+3 | 2e7400",
                "add{nf} ecx, [rdx] | 62f47c0c030a",
                "imul{zu} cx, [rdx], 0x202 | 62f47d18690a0202",
                "setc{zu} al | 62f47f1842c0",
                "push rax, rbx | 62f47c18fff3",
                "ccmpl 9, rdx, r30 | 6264cc0c39f2",
                "'ccmpl ({dfv=of}|{dfv=cf}), rdx, r30' | 6264cc0c39f2",
                "mov al, __?float8?__(-__?infinity?__) | b0f8",
            })
    void takesWhatNasmLeavesOpen(String text, String bytes) {
        assertThat(HexFormat.of().formatHex(bytes(text))).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "movs byte ptr es:[rdi], byte ptr [rbx]",
                "movs byte ptr es:[rdi], word ptr [rsi]",
                "movsb byte ptr fs:[rdi], byte ptr [rsi]",
                "stos [rdi+1], al",
                "lods al, [esi+rdi]",
                "movs",
                "shl eax, ecx",
                "div eax, bl",
                "mov eax, long [rax]",
                "mov eax, [rax][rbx][rcx]",
                "div ecx, eax, edx",
                "jecxz rcx, $",
                "movs byte [eax], byte [esi]",
                "vcvtpd2ps xmm1, qword bcst [rcx]",
                "vaddps zmm1, zmm2, qword bcst [rcx]",
                "cpuid eax, ebx, ecx, ecx",
                "mul eax, ecx",
                "cdq rdx, rax",
                "vp2intersectd k3, k4, xmm4, xmm1",
                "movdir64b [rcx+8], [rdx]",
                "pcmpestri xmm1, xmm2, 1, ecx, eax, eax",
            })
    void refuse(String text) {
        Diagnostics diagnostics = new Diagnostics();
        NasmParser.parse(SourceText.of("t.asm", text), NasmParser.Format.FLAT, diagnostics);
        assertThat(diagnostics.list()).hasSize(1);
    }

    @Test
    void registersThatShouldDifferAreWarnedOf() {
        Diagnostics diagnostics = new Diagnostics();
        String text = "vpgatherdd ymm1, [rax+ymm1], ymm2";
        assertThat(NasmParser.parse(SourceText.of("t.asm", text), NasmParser.Format.FLAT, diagnostics))
                .isNotNull();
        assertThat(diagnostics.list())
                .singleElement()
                .satisfies(d -> assertThat(d.message()).contains("vpgatherdd ymm1, [rax+ymm1*1], ymm2"));
    }

    /** LLVM leaves the 1 out; who writes this for nasm has CL in mind. */
    @Test
    void shiftsBetweenRegistersAreWarnedOf() {
        Diagnostics diagnostics = new Diagnostics();
        AssembledFile file =
                NasmParser.parse(SourceText.of("t.asm", "rol dx, dx"), NasmParser.Format.FLAT, diagnostics);
        assertThat(FlatBinary.write(file, diagnostics)).asHexString().isEqualTo("62F46D18D1C2");
        assertThat(diagnostics.list())
                .singleElement()
                .satisfies(d -> assertThat(d.message()).contains("cl for a count"));
    }

    @Test
    void namesWithoutOperandsStayLabels() {
        assertThat(bytes("ins: jmp ins\nfword: jmp fword")).hasSize(4);
    }

    private static byte[] bytes(String text) {
        Diagnostics diagnostics = new Diagnostics();
        AssembledFile file = NasmParser.parse(SourceText.of("t.asm", text), NasmParser.Format.FLAT, diagnostics);
        assertThat(diagnostics.list()).isEmpty();
        return FlatBinary.write(file, diagnostics);
    }
}
