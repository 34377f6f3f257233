package dev.kiln.asm;

import static dev.kiln.asm.X86.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Masks, zeroing, broadcast, rounding and compressed displacements, typed and by mnemonic; and what is refused. */
class Avx512Test {
    private static String bytes(Consumer<Assembler> code) {
        Assembler a = new Assembler();
        code.accept(a);
        return HexFormat.ofDelimiter(" ").formatHex(a.finish().bytes());
    }

    @Test
    void typedMethodsTakeDecorations() {
        assertThat(bytes(a -> a.avx512().vaddps(ZMM1.masked(K2).zeroing(), ZMM3, ptr(RAX).broadcast())))
                .isEqualTo("62 f1 64 da 58 08");
        assertThat(bytes(a -> a.avx512().vaddps(ZMM1, ZMM2, ZMM3, RZ_SAE))).isEqualTo("62 f1 6c 78 58 cb");
        assertThat(bytes(a -> a.avx512().vcmpps(K1.masked(K2), ZMM2, ZMM3, SAE, 1)))
                .isEqualTo("62 f1 6c 1a c2 cb 01");
        assertThat(bytes(a -> a.avx512().vmovups(ptr(RAX).masked(K3), ZMM31))).isEqualTo("62 61 7c 4b 11 38");
        assertThat(bytes(a -> a.avx512().vcvtpd2ps(XMM1, qword(RAX).broadcast(4))))
                .isEqualTo("62 f1 fd 38 5a 08");
        assertThat(bytes(a -> a.avx512().kmovw(K1, EAX))).isEqualTo("c5 f8 92 c8");
    }

    @Test
    void displacementsAreCounted() {
        assertThat(bytes(a -> a.avx512().vmovups(ZMM0, ptr(RAX, 64)))).isEqualTo("62 f1 7c 48 10 40 01");
        assertThat(bytes(a -> a.avx512().vmovups(ZMM0, ptr(RAX, -8192)))).isEqualTo("62 f1 7c 48 10 40 80");
        assertThat(bytes(a -> a.avx512().vmovups(ZMM0, ptr(RAX, 8192)))).isEqualTo("62 f1 7c 48 10 80 00 20 00 00");
        assertThat(bytes(a -> a.avx512().vmovups(ZMM0, ptr(RAX, 1)))).isEqualTo("62 f1 7c 48 10 80 01 00 00 00");
        assertThat(bytes(a -> a.avx512().vaddps(ZMM0, ZMM0, ptr(RAX, 4).broadcast())))
                .isEqualTo("62 f1 7c 58 58 40 01");
    }

    @Test
    void theShortestEncodingIsChosenUnlessToldOtherwise() {
        assertThat(bytes(a -> a.emit("vaddps", XMM1, XMM2, XMM3))).isEqualTo("c5 e8 58 cb");
        assertThat(bytes(a -> a.emit("{evex} vaddps", XMM1, XMM2, XMM3))).isEqualTo("62 f1 6c 08 58 cb");
        assertThat(bytes(a -> a.emit("vaddps", XMM1, XMM2, XMM16))).isEqualTo("62 b1 6c 08 58 c8");
        assertThat(bytes(a -> a.emit("vaddps", XMM1.masked(K1), XMM2, XMM3))).isEqualTo("62 f1 6c 09 58 cb");
        assertThat(bytes(a -> a.emit("vaddps", ZMM1, ZMM2, ZMM3, RU_SAE))).isEqualTo("62 f1 6c 58 58 cb");
        assertThat(bytes(a -> a.emit("vpdpbusd", XMM1, XMM2, XMM3))).isEqualTo("62 f2 6d 08 50 cb");
        assertThat(bytes(a -> a.emit("{vex} vpdpbusd", XMM1, XMM2, XMM3))).isEqualTo("c4 e2 69 50 cb");
    }

    @Test
    void whatCannotBeEncodedIsRefused() {
        refused(a -> a.avx().vaddps(XMM16, XMM1, XMM2), "registers 16 to 31 need an EVEX");
        refused(a -> a.avx().vaddps(XMM1.masked(K1), XMM1, XMM2), "need an EVEX form");
        refused(a -> a.addps(XMM1.masked(K1), XMM2), "need an EVEX form");
        refused(a -> a.avx512().vaddps(ZMM1, ZMM2.masked(K1), ZMM3), "only a destination");
        refused(a -> a.avx512().vaddps(ZMM1.zeroing(), ZMM2, ZMM3), "zeroing needs a write mask");
        refused(a -> a.avx512().vpermw(ZMM1, ZMM2, ptr(RAX).broadcast()), "cannot broadcast");
        refused(a -> a.avx512().vaddps(ZMM1, ZMM2, qword(RAX).broadcast()), "elements of 32 bits, not of 64");
        refused(a -> a.avx512().vaddps(ZMM1, ZMM2, ZMM3, SAE), "takes a rounding mode");
        refused(a -> a.avx512().vmaxps(ZMM1, ZMM2, ZMM3, RN_SAE), "takes {sae}, but no rounding");
        refused(a -> a.avx512().vcomiss(XMM1.masked(K1), XMM2), "takes no write mask");
        refused(a -> ZMM1.masked(K0), "K1 to K7 can");
        refused(a -> a.emit("vaddps", YMM1, YMM2, YMM3, RN_SAE), "no form with such operands takes a rounding mode");
        Operands gather = new Operands().register(Registers.xmm(1)).memory(Registers.RAX, Registers.xmm(2), 1, 0);
        refused(a -> a.emit(Form.VGATHERDPS_ZMM_VM32Z_EVEX, gather), "need a write mask");
        Operands high = new Operands()
                .register(Registers.xmm(17))
                .register(Registers.xmm(2))
                .register(Registers.xmm(3));
        refused(a -> a.emit(Form.VADDPS_XMM_XMM_XMMM128, high), "need an EVEX");
    }

    private static void refused(Consumer<Assembler> code, String reason) {
        assertThatThrownBy(() -> code.accept(new Assembler()))
                .isInstanceOf(AssemblerException.class)
                .hasMessageContaining(reason);
    }
}
