package dev.kiln.asm;

import static dev.kiln.asm.X86.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** AVX10.2, for which no assembler at hand can be asked: encodings of the specification, one of each opcode. */
class Avx10Test {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            62 05 15 40 58 f4                | vaddbf16 zmm30, zmm29, zmm28
            62 65 15 d7 5e 72 80             | vdivbf16 zmm30{k7}{z}, zmm29, word [rdx-0x100]{1to32}
            62 06 14 40 2c f4                | vscalefbf16 zmm30, zmm29, zmm28
            62 66 14 40 b8 71 7f             | vfmadd231bf16 zmm30, zmm29, zword [rcx+0x1fc0]
            62 06 14 40 ae f4                | vfnmsub213bf16 zmm30, zmm29, zmm28
            62 06 7c 48 42 f5                | vgetexpbf16 zmm30, zmm29
            62 05 7d 48 51 f5                | vsqrtbf16 zmm30, zmm29
            62 03 7f 48 26 f5 7b             | vgetmantbf16 zmm30, zmm29, 0x7b
            62 03 7f 48 56 f5 7b             | vreducebf16 zmm30, zmm29, 0x7b
            62 f3 17 57 c2 6a 80 7b          | vcmpbf16 k5{k7}, zmm29, word [rdx-0x100]{1to32}, 0x7b
            62 93 7f 48 66 ed 7b             | vfpclassbf16 k5, zmm29, 0x7b
            62 02 15 10 67 f4                | vcvt2ps2phx zmm30, zmm29, zmm28, {rn-sae}
            62 02 14 00 74 f4                | vcvtbiasph2bf8 xmm30, xmm29, xmm28
            62 62 14 d7 74 72 80             | vcvtbiasph2bf8 ymm30{k7}{z}, zmm29, word [rdx-0x100]{1to32}
            62 05 17 40 74 f4                | vcvt2ph2bf8s zmm30, zmm29, zmm28
            62 05 7e 48 18 f5                | vcvtph2hf8 ymm30, zmm29
            62 05 14 40 1b f4                | vcvtbiasph2hf8s ymm30, zmm29, zmm28
            62 65 7f 48 1e 71 7f             | vcvthf82ph zmm30, yword [rcx+0xfe0]
            62 65 7d bf 6a 72 80             | vcvttps2iubs ymm30{k7}{z}, dword [rdx-0x200]{1to8}
            62 05 fc 18 6c f5                | vcvttpd2udqs ymm30, zmm29, {sae}
            62 65 fd 9f 6c 72 80             | vcvttpd2uqqs xmm30{k7}{z}, qword [rdx-0x400]{1to2}
            62 03 17 00 52 f4 7b             | vminmaxbf16 xmm30, xmm29, xmm28, 0x7b
            62 63 95 b7 52 72 80 7b          | vminmaxpd ymm30{k7}{z}, ymm29, qword [rdx-0x400]{1to4}, 0x7b
            62 03 14 10 53 f4 7b             | vminmaxsh xmm30, xmm29, xmm28, {sae}, 0x7b
            62 63 15 87 53 72 80 7b          | vminmaxss xmm30{k7}{z}, xmm29, dword [rdx-0x200], 0x7b
            62 01 7e 08 7e f5                | vmovd xmm30, xmm29
            62 01 7d 08 d6 ee                | vmovd xmm30, xmm29
            62 05 7e 08 6e f5                | vmovw xmm30, xmm29
            62 05 7e 08 7e ee                | vmovw xmm30, xmm29
            62 01 ff 18 2f f5                | vcomxsd xmm30, xmm29, {sae}
            62 65 7e 08 2e 72 80             | vucomxsh xmm30, word [rdx-0x100]
            62 61 7e 08 2f 71 7f             | vcomxss xmm30, dword [rcx+0x1fc]
            """)
    void readsWhatTheSpecificationWrites(String hex, String text) {
        byte[] code = HexFormat.ofDelimiter(" ").parseHex(hex);
        Decoder decoder = new Decoder();
        assertThat(decoder.decode(code, 0, code.length)).isTrue();
        assertThat(decoder.length()).isEqualTo(code.length);
        assertThat(new Disassembler().text(decoder, 0)).isEqualTo(text);
        CodeBuffer buffer = new CodeBuffer();
        buffer.emit(decoder.prefixedForm(), decoder.operands());
        assertThat(buffer.finish().bytes()).isEqualTo(code);
    }

    @Test
    void typedMethodsAndWhatIsPreferred() {
        assertThat(bytes(a -> a.avx10().vaddbf16(ZMM30, ZMM29, ZMM28))).isEqualTo("62 05 15 40 58 f4");
        assertThat(bytes(a -> a.avx10().vcomxsd(XMM30, XMM29, SAE))).isEqualTo("62 01 ff 18 2f f5");
        assertThat(bytes(a -> a.avx10().vcvt2ps2phx(ZMM30, ZMM29, ZMM28, RN_SAE)))
                .isEqualTo("62 02 15 10 67 f4");
        assertThat(bytes(a -> a.emit("vmovd", XMM30, XMM29))).isEqualTo("62 01 7e 08 7e f5");
        // What has an older encoding keeps it.
        assertThat(bytes(a -> a.emit("vmovd", XMM1, ptr(RAX)))).isEqualTo("c5 f9 6e 08");
        assertThat(bytes(a -> a.emit("vmpsadbw", YMM1, YMM2, YMM3, 1))).isEqualTo("c4 e3 6d 42 cb 01");
        assertThat(bytes(a -> a.emit("vmpsadbw", YMM1, YMM2, YMM19, 1))).isEqualTo("62 b3 6e 28 42 cb 01");
        assertThat(bytes(a -> a.emit("vpdpbssd", XMM1, XMM2, XMM3))).isEqualTo("c4 e2 6b 50 cb");
        assertThat(bytes(a -> a.emit("{evex} vpdpbssd", XMM1, XMM2, XMM3))).isEqualTo("62 f2 6f 08 50 cb");
    }

    private static String bytes(Consumer<Assembler> code) {
        Assembler a = new Assembler();
        code.accept(a);
        return HexFormat.ofDelimiter(" ").formatHex(a.finish().bytes());
    }
}
