package dev.kiln.asm;

import static dev.kiln.asm.X86.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A call that fails leaves the code as it was, so that the caller may go on. */
class FailedCallsTest {
    private static final Operands OPERANDS = new Operands();

    /** Each fails, each at another place of the way to the bytes. */
    private static final List<Consumer<Assembler>> CALLS = List.of(
            a -> a.mov(ptr(RBX), 7),
            a -> a.mov(AH, R8B),
            a -> a.mov(BH, byte_(R9)),
            a -> a.add(RAX, 0x1_0000_0000L),
            a -> a.add(EAX, 0x1_0000_0000L),
            a -> a.add(dword(RAX, 5), 0x1_0000_0000L),
            a -> a.mov(byte_(RAX), 256),
            a -> a.shl(RAX, 256),
            a -> a.mov(RAX, dword(RBX)),
            a -> a.mov(RAX, ptr(new Assembler().label())),
            a -> a.jmp(new Assembler().label()),
            a -> a.mov(RAX, ptr(RBX, 4, 0x8000_0000L)),
            a -> a.movss(XMM0, ptr(RBX).broadcast()),
            a -> a.movss(XMM0.masked(K1), XMM1),
            a -> a.avx().vaddps(YMM0.masked(K1), YMM1, YMM2),
            a -> a.avx().vaddps(XMM0, XMM1, XMM16),
            a -> a.avx512().vaddps(ZMM0, ZMM1.masked(K1), ZMM2),
            a -> a.avx512().vaddps(ZMM0, ZMM1, qword(RAX).broadcast()),
            a -> a.avx512().vcmpps(K1.masked(K2).masked(K0), ZMM1, ZMM2, 1),
            a -> a.jmp(symbol("x", RelocationKind.GOTPCREL)),
            a -> a.emit("add", RAX),
            a -> a.emit("add", RAX, EBX),
            a -> a.emit("add", RAX, "rbx"),
            a -> a.emit("add", ptr(RAX), 1),
            a -> a.emit("nosuch"),
            a -> a.emit("mov", AL, symbol("x", RelocationKind.ABS32)),
            a -> a.emit("vaddps", ZMM0, ZMM1, ptr(RAX), RN_SAE),
            a -> a.emit(0, OPERANDS.clear()),
            a -> a.emit(70_000, OPERANDS.clear()),
            a -> a.emit(Form.ADD_R64_RM64, OPERANDS.clear().register(Registers.RAX)),
            a -> a.emit(
                    Form.ADD_R64_RM64,
                    OPERANDS.clear().register(Registers.RAX).memory(Registers.RBX, Registers.RSP, 1, 0)),
            a -> a.emit(
                    Form.ADD_R64_RM64,
                    OPERANDS.clear().register(Registers.RAX).memory(Registers.RBX, Registers.RCX, 3, 0)),
            a -> a.emit(
                    Form.ADD_RM64_IMM8S,
                    OPERANDS.clear().memory(Registers.RBX, Registers.RCX, 1, 0).immediate(128)),
            a -> new Operands()
                    .register(0)
                    .register(1)
                    .register(2)
                    .register(3)
                    .register(4)
                    .register(5),
            a -> new Operands().symbol(null, RelocationKind.PLT32, 0),
            a -> new Operands().mask(Registers.RAX),
            a -> a.emit(null),
            a -> a.emit("add rax, rbx"),
            a -> a.jmp((Label) null),
            a -> a.bind((Label) null),
            a -> a.emit("mov", RAX, a.here()),
            a -> a.bytes(new byte[3], 1, 9),
            a -> a.nops(Integer.MAX_VALUE),
            a -> a.mov(RAX, ptr(RBX, Integer.MAX_VALUE).plus(1)),
            a -> a.mov(RAX, qword(RBX).broadcast(3)),
            a -> a.align(3),
            a -> a.constant(5, 0, 0),
            a -> a.bind(77));

    @Test
    void theCodeIsAsBefore() {
        for (int i = 0; i < CALLS.size(); i++) {
            Consumer<Assembler> call = CALLS.get(i);
            Assembler a = new Assembler();
            a.nop();
            assertThatThrownBy(() -> call.accept(a)).as("call %s", i).isInstanceOf(AssemblerException.class);
            a.ret();
            assertThat(a.finish().bytes()).as("call %s", i).containsExactly(0x90, 0xC3);
        }
    }

    @Test
    void labelsOfForgottenCodeAreRefused() {
        Assembler a = new Assembler();
        Label old = a.label("old");
        a.reset();
        a.bind(a.label("new"));
        assertThatThrownBy(() -> a.jmp(old)).hasMessageContaining("forgotten by reset()");
        assertThatThrownBy(() -> a.emit("jmp", old)).hasMessageContaining("forgotten by reset()");
        assertThatThrownBy(() -> a.mov(RAX, ptr(old))).hasMessageContaining("forgotten by reset()");
    }

    @Test
    void aPrefixThatWasRefusedIsForgotten() {
        Assembler a = new Assembler();
        a.lock();
        assertThatThrownBy(() -> a.add(RAX, ptr(RBX))).isInstanceOf(AssemblerException.class);
        a.lock();
        assertThatThrownBy(() -> a.emit("mov", ptr(RBX), RAX)).isInstanceOf(AssemblerException.class);
        a.ret();
        assertThat(a.finish().bytes()).containsExactly(0xC3);
    }
}
