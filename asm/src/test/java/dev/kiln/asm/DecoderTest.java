package dev.kiln.asm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecoderTest {
    private final Decoder decoder = new Decoder();

    private Decoder decode(String hex) {
        byte[] code = HexFormat.of().parseHex(hex.replace(" ", ""));
        decoder.decode(code, 0, code.length);
        return decoder;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            48 89 e5                       | mov rbp, rsp
            88 e0                          | mov al, ah
            40 88 e0                       | mov al, spl
            41 90                          | xchg eax, r8d
            90                             | nop
            f3 90                          | pause
            f3 c3                          | ret
            66 0f 58 c1                    | addpd xmm0, xmm1
            66 f3 0f 58 c1                 | addss xmm0, xmm1
            f2 66 0f 58 c1                 | addsd xmm0, xmm1
            f2 f3 0f 58 c1                 | addss xmm0, xmm1
            66 48 01 c8                    | add rax, rcx
            48 66 01 c8                    | add ax, cx
            66 48 68 78 56 34 12           | push 0x12345678
            66 68 34 12                    | push word 0x1234
            f0 48 0f b1 0f                 | lock cmpxchg qword [rdi], rcx
            f3 48 a5                       | rep movsq
            f2 ae                          | repne scasb
            f3 a6                          | repe cmpsb
            64 48 8b 04 25 28 00 00 00     | mov rax, qword [fs:0x28]
            2e 8b 00                       | mov eax, dword [cs:rax]
            64 2e 8b 00                    | mov eax, dword [fs:rax]
            3e ff e0                       | notrack jmp rax
            65 ac                          | gs lodsb
            67 f3 a4                       | a32 rep movsb
            64 67 d7                       | a32 fs xlatb
            67 e2 00                       | a32 loop 0x1003
            67 c3                          | ret
            3e ff 10                       | notrack call qword [rax]
            f2 f0 01 08                    | xacquire lock add dword [rax], ecx
            f3 86 08                       | xrelease xchg cl, byte [rax]
            f3 89 08                       | xrelease mov dword [rax], ecx
            f2 89 08                       | mov dword [rax], ecx
            67 8b 05 f9 0f 00 00           | mov eax, dword [a32 rel 0x2000]
            67 8b 04 88                    | mov eax, dword [eax+ecx*4]
            48 8b 05 f9 0f 00 00           | mov rax, qword [rel 0x2000]
            74 fe                          | je 0x1000
            c8 10 00 02                    | enter 0x10, 2
            48 b8 88 77 66 55 44 33 22 11  | mov rax, 0x1122334455667788
            a1 88 77 66 55 44 33 22 11     | mov eax, [qword 0x1122334455667788]
            67 e3 00                       | jecxz 0x1003
            0f 20 c0                       | mov rax, cr0
            f3 0f 11 c1                    | movss xmm1, xmm0
            c5 e2 11 c1                    | vmovss xmm1, xmm3, xmm0
            c4 e2 f0 f2 c2                 | andn rax, rcx, rdx
            c4 e2 78 f7 02                 | bextr eax, dword [rdx], eax
            0f ae e9                       | lfence
            0f ae f7                       | mfence
            66 63 c1                       | movsxd ax, ecx
            66 48 63 c1                    | movsxd rax, ecx
            66 0f c8                       | bswap ax
            66 48 0f c8                    | bswap rax
            f3 0f c8                       | bswap eax
            66 0f a1                       | popw fs
            66 48 0f a1                    | pop fs
            f2 0f 01 d9                    | vmgexit
            d5 00 a1 11 22 33 44 55 66 77 88 | jmpabs 0x8877665544332211
            """)
    void readsInstructions(String hex, String text) {
        assertThat(decode(hex).status()).isEqualTo(Decoder.Status.VALID);
        assertThat(decoder.length()).isEqualTo(HexFormat.of().parseHex(hex.replace(" ", "")).length);
        assertThat(new Disassembler().text(decoder, 0x1000).replace("abs 0x28", "0x28"))
                .isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            06                                              | not in 64-bit mode
            0f 04                                           | no such opcode
            f0 01 c8                                        | LOCK without memory
            f0 8b 00                                        | LOCK on an instruction that does not write memory
            8c f8                                           | no segment register 7
            66 0f 77                                        | EMMS takes no prefix
            48 c4 e2 f0 f2 c2                               | REX in front of VEX
            c4 e2 f4 f2 c2                                  | ANDN has a length of 0
            c4 e2 70 f3 00                                  | no BLSR /0
            66 0f ae e8                                     | LFENCE takes no prefix
            66 f3 0f 1b cb                                  | F3 chooses BNDMK, which wants memory, before 66 BNDMOV
            66 48 0f 38 8b 00                               | MOVRS of 64 bits takes no 66
            f2 0f 38 f6 00                                  | nothing is there with F2
            d5 08 a1 11 22 33 44 55 66 77 88                | JMPABS without W
            67 d5 00 a1 11 22 33 44 55 66 77 88             | JMPABS without 67
            c4 e2 7d 90 1c 47                               | index and mask of a gather are one register
            66 66 66 66 66 66 66 66 66 66 66 66 66 66 01 c8 | 16 bytes
            """)
    void saysWhatIsNoInstruction(String hex, String why) {
        assertThat(decode(hex).status()).as(why).isEqualTo(Decoder.Status.BAD);
        assertThat(decoder.length()).isEqualTo(1);
        assertThat(decoder.form()).isEqualTo(-1);
        assertThat(decoder.operands().count()).isZero();
    }

    @Test
    void fifteenBytesAreAllowed() {
        assertThat(decode("66 66 66 66 66 66 66 66 66 66 66 66 66 01 c8").status())
                .isEqualTo(Decoder.Status.VALID);
        assertThat(decoder.length()).isEqualTo(15);
    }

    @ParameterizedTest
    @CsvSource({"48", "0f", "66", "8b", "8b04", "8b80785634", "48b811223344", "c4e2", "c5", "e8000000"})
    void saysWhereBytesAreMissing(String hex) {
        assertThat(decode(hex).status()).isEqualTo(Decoder.Status.TRUNCATED);
        assertThat(decoder.length()).isEqualTo(hex.length() / 2);
    }

    @Test
    void operandsGoBackToTheEncoder() {
        decode("f0 65 4a 0f c1 54 1d 80");
        Operands operands = decoder.operands();
        assertThat(decoder.prefixedForm()).isEqualTo(Form.XADD_RM64_R64 | Form.LOCK);
        assertThat(operands.base()).isEqualTo(Registers.RBP);
        assertThat(operands.index()).isEqualTo(Registers.RBX + 8);
        assertThat(operands.displacement()).isEqualTo(-128);
        assertThat(operands.segment()).isEqualTo(Registers.GS);
        assertThat(operands.value(1)).isEqualTo(Registers.RDX);
    }

    @Test
    void readsWithinItsBounds() {
        byte[] code = HexFormat.of().parseHex("cc4889e5cc");
        assertThat(decoder.decode(code, 1, 4)).isTrue();
        assertThat(decoder.length()).isEqualTo(3);
        assertThat(decoder.decode(code, 1, 3)).isFalse();
        assertThat(decoder.status()).isEqualTo(Decoder.Status.TRUNCATED);
        assertThat(decoder.decode(code, 3, 3)).isFalse();
        assertThat(decoder.length()).isZero();
    }
}
