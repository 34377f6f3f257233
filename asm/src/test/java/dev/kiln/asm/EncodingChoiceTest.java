package dev.kiln.asm;

import static dev.kiln.asm.X86.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Encodings asked for in place of the usual ones, by typed methods, by mnemonic and by form. */
class EncodingChoiceTest {
    private static void check(String bytes, Consumer<Assembler> typed, Consumer<Assembler> dynamic) {
        assertThat(hex(typed)).as("typed").isEqualTo(bytes);
        assertThat(hex(dynamic)).as("by mnemonic").isEqualTo(bytes);
    }

    private static String hex(Consumer<Assembler> emit) {
        Assembler a = new Assembler();
        emit.accept(a);
        return HexFormat.ofDelimiter(" ").withUpperCase().formatHex(a.finish().bytes());
    }

    private static void refuse(String reason, Consumer<Assembler> emit) {
        Assembler a = new Assembler();
        assertThatThrownBy(() -> emit.accept(a))
                .isInstanceOf(AssemblerException.class)
                .hasMessageContaining(reason);
        a.ret();
        assertThat(a.finish().bytes()).as(reason).containsExactly(0xC3);
    }

    @Test
    void directionsBetweenRegisters() {
        check("48 8B C3", a -> then(a::load, () -> a.mov(RAX, RBX)), a -> a.emit("{load} mov", RAX, RBX));
        check("48 89 D8", a -> then(a::store, () -> a.mov(RAX, RBX)), a -> a.emit("{store} mov", RAX, RBX));
        check("44 02 C9", a -> then(a::load, () -> a.add(R9B, CL)), a -> a.emit("{load} add", R9B, CL));
        check("0F 29 D1", a -> then(a::store, () -> a.movaps(XMM1, XMM2)), a -> a.emit("{store} movaps", XMM1, XMM2));
        check(
                "C5 F2 11 D0",
                a -> then(a::store, () -> a.avx().vmovss(XMM0, XMM1, XMM2)),
                a -> a.emit("{store} vmovss", XMM0, XMM1, XMM2));
        check(
                "62 F1 7C 49 11 D1",
                a -> then(a::store, () -> a.avx512().vmovups(ZMM1.masked(K1), ZMM2)),
                a -> a.emit("{store} vmovups", ZMM1.masked(K1), ZMM2));
        check("48 8B C3", a -> then(a::load, () -> a.emit("mov", RAX, RBX)), a -> a.emit("{load} mov", RAX, RBX));
        refuse("has its destination in ModRM.rm", a -> then(a::store, () -> a.imul(RAX, RBX)));
        refuse("asked for", a -> a.emit("{store} imul", RAX, RBX));
        refuse("a direction is chosen between two registers", a -> then(a::load, () -> a.mov(RAX, ptr(RBX))));
        refuse("a direction is chosen between two registers", a -> then(a::store, a::ret));
    }

    @Test
    void prefixesOfThreeBytes() {
        check(
                "C4 E1 70 58 C2",
                a -> then(a::vex3, () -> a.avx().vaddps(XMM0, XMM1, XMM2)),
                a -> a.emit("{vex3} vaddps", XMM0, XMM1, XMM2));
        check(
                "C4 E1 70 58 00 C5 F0 58 00",
                a -> then(
                        () -> then(a::vex3, () -> a.avx().vaddps(XMM0, XMM1, ptr(RAX))),
                        () -> a.avx().vaddps(XMM0, XMM1, ptr(RAX))),
                a -> then(
                        () -> a.emit("{vex3} vaddps", XMM0, XMM1, ptr(RAX)),
                        () -> a.emit("vaddps", XMM0, XMM1, ptr(RAX))));
        refuse("no VEX prefix", a -> then(a::vex3, () -> a.add(RAX, RBX)));
        refuse("no VEX prefix", a -> then(a::vex3, () -> a.avx512().vaddps(XMM0, XMM1, XMM2)));
        refuse("AH, BH, CH", a -> then(a::lock, () -> a.add(byte_(R8), AH)));
    }

    @Test
    void displacements() {
        check("8B 43 00", a -> a.mov(EAX, ptr(RBX).short_()), a -> a.emit("{disp8} mov", EAX, ptr(RBX)));
        check("8B 43 05", a -> a.mov(EAX, ptr(RBX, 5).short_()), a -> a.emit("{disp8} mov", EAX, ptr(RBX, 5)));
        check(
                "8B 44 8B 00",
                a -> a.mov(EAX, ptr(RBX, RCX, 4).short_()),
                a -> a.emit("mov", EAX, ptr(RBX, RCX, 4).short_()));
        check(
                "62 F1 74 48 58 43 00",
                a -> a.avx512().vaddps(ZMM0, ZMM1, ptr(RBX).short_()),
                a -> a.emit("{disp8} vaddps", ZMM0, ZMM1, ptr(RBX)));
        check("8B 83 00 00 00 00", a -> a.mov(EAX, ptr(RBX).long_()), a -> a.emit("{disp32} mov", EAX, ptr(RBX)));
        refuse("does not fit 8 bits", a -> a.mov(EAX, ptr(RBX, 128).short_()));
        refuse(
                "that count 64 bytes",
                a -> a.avx512().vaddps(ZMM0, ZMM1, ptr(RBX, 4).short_()));
        refuse("only an address with a base", a -> a.mov(EAX, ptr(4096).short_()));
        refuse("only an address with a base", a -> a.emit("{disp8} mov", EAX, ptr(symbol("x"))));
    }

    @Test
    void wideMoves() {
        check("48 B8 05 00 00 00 00 00 00 00", a -> a.movabs(RAX, 5), a -> a.emit("movabs", RAX, 5));
        check(
                "A0 08 07 06 05 04 03 02 01",
                a -> a.movabs(AL, absolute(0x0102030405060708L)),
                a -> a.emit("movabs", AL, absolute(0x0102030405060708L)));
        refuse("nearest", a -> a.emit("movabs", EAX, 5));
        refuse("only mov with AL", a -> a.movabs(ECX, absolute(1)));
        Assembler a = new Assembler();
        a.movabs(RCX, symbol("errno"));
        a.mov(EAX, absolute(symbol("errno").plus(4)));
        a.emit("mov", absolute(symbol("errno")), RAX);
        Code code = a.finish();
        assertThat(code.relocationCount()).isEqualTo(3);
        for (int i = 0; i < 3; i++) assertThat(code.relocationKind(i)).isEqualTo(RelocationKind.ABS64);
        assertThat(code.relocationOffset(1)).isEqualTo(11);
        assertThat(code.relocationAddend(1)).isEqualTo(4);
        assertThat(code.relocationOffset(2)).isEqualTo(21);
        assertThatThrownBy(() -> absolute(symbol("x", RelocationKind.GOTPCREL))).isInstanceOf(AssemblerException.class);
    }

    @Test
    void recordedCodeKeepsThem() {
        Assembler a = new Assembler();
        Label place = a.label("place");
        a.bind(place);
        a.vex3();
        a.avx().vaddps(XMM0, XMM1, ptr(place));
        a.vex3();
        a.avx().vaddps(XMM0, XMM1, ptr(symbol("x")));
        a.emit(
                Form.CMP_RM64_IMM32S | Form.EXACT,
                new Operands().memoryAtLabel(place.id(), 0).immediate(1));
        a.load();
        a.mov(RAX, RBX);
        a.jmp(place);
        CodeBuffer again = new CodeBuffer();
        CodeList.of(a).emitTo(again);
        assertThat(again.finish().bytes()).containsExactly(a.finish().bytes());
    }

    private static void then(Runnable first, Runnable second) {
        first.run();
        second.run();
    }
}
