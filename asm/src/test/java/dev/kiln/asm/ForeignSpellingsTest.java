package dev.kiln.asm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the disassemblers of GNU and LLVM print assembles to the bytes that they printed it for. */
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
            })
    void assemble(String text, String bytes) {
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
            })
    void refuse(String text) {
        Diagnostics diagnostics = new Diagnostics();
        NasmParser.parse(SourceText.of("t.asm", text), NasmParser.Format.FLAT, diagnostics);
        assertThat(diagnostics.list()).hasSize(1);
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
