package dev.kiln.compiler.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.asm.CodeBuffer;
import dev.kiln.asm.Registers;
import dev.kiln.compiler.Disassembly;
import dev.kiln.compiler.machine.MachineFunction;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameCodeTest {
    private final CodeBuffer buffer = new CodeBuffer();
    private final FrameCode frame = new FrameCode();
    private final MachineFunction f = new MachineFunction("f");

    private List<String> prologue() {
        FrameLayout layout = layout();
        frame.prologue(layout, false, buffer);
        return Disassembly.lines(buffer.finish());
    }

    private List<String> epilogue(boolean windows) {
        FrameLayout layout = layout();
        frame.epilogue(layout, windows, buffer);
        return Disassembly.lines(buffer.finish());
    }

    private FrameLayout layout() {
        FrameLayout layout = new FrameLayout();
        assertThat(layout.layOut(f)).isTrue();
        buffer.reset();
        return layout;
    }

    @Test
    void withoutSlots() {
        assertThat(prologue()).containsExactly("push rbp", "mov rbp, rsp");
        assertThat(epilogue(false)).containsExactly("pop rbp", "ret");
    }

    @Test
    void withSlotsAndSavedRegisters() {
        f.newSlot(40, 8);
        assertThat(prologue()).containsExactly("push rbp", "mov rbp, rsp", "sub rsp, 0x30");
        assertThat(epilogue(false)).containsExactly("leave", "ret");
        assertThat(epilogue(true)).containsExactly("lea rsp, [rbp]", "pop rbp", "ret");
        f.setSavedRegisters(1L << Registers.RBX | 1L << Registers.R15);
        assertThat(prologue()).containsExactly("push rbp", "mov rbp, rsp", "push rbx", "push r15", "sub rsp, 0x30");
        assertThat(epilogue(false)).containsExactly("lea rsp, [rbp-0x10]", "pop r15", "pop rbx", "pop rbp", "ret");
    }

    @Test
    void savedVectorRegisters() {
        f.setSavedRegisters(1L << Registers.RBX | 3L << Registers.xmm(6));
        assertThat(prologue())
                .containsExactly(
                        "push rbp",
                        "mov rbp, rsp",
                        "push rbx",
                        "sub rsp, 0x28",
                        "movaps oword [rbp-0x30], xmm6",
                        "movaps oword [rbp-0x20], xmm7");
        assertThat(epilogue(true))
                .containsExactly(
                        "movaps xmm6, oword [rbp-0x30]",
                        "movaps xmm7, oword [rbp-0x20]",
                        "lea rsp, [rbp-0x8]",
                        "pop rbx",
                        "pop rbp",
                        "ret");
    }

    @Test
    void everyPageOfALargeFrameIsTouchedInOrder() {
        f.newSlot(2 * 4096 + 1500, 1);
        assertThat(prologue())
                .containsExactly(
                        "push rbp",
                        "mov rbp, rsp",
                        "sub rsp, 0x1000",
                        "test dword [rsp], esp",
                        "sub rsp, 0x1000",
                        "test dword [rsp], esp",
                        "sub rsp, 0x5e0",
                        "test dword [rsp], esp");
    }

    @Test
    void veryLargeFramesAreTouchedByALoop() {
        f.newSlot(100 * 4096 + 16, 1);
        assertThat(prologue())
                .containsExactly(
                        "push rbp",
                        "mov rbp, rsp",
                        "lea r11, [rsp-0x64000]",
                        "sub rsp, 0x1000",
                        "test dword [rsp], esp",
                        "cmp rsp, r11",
                        "jne 0xc",
                        "sub rsp, 0x10");
    }

    @Test
    void anAlignedFrameHasABaseOfItsOwn() {
        f.newSlot(32, 64);
        f.setSavedRegisters(1L << Registers.RBX);
        assertThat(prologue())
                .containsExactly(
                        "push rbp",
                        "mov rbp, rsp",
                        "push rbx",
                        "sub rsp, 0x68",
                        "lea rbx, [rsp+0x30]",
                        "and rbx, -0x40");
        assertThat(epilogue(false)).containsExactly("lea rsp, [rbp-0x8]", "pop rbx", "pop rbp", "ret");
    }

    @Test
    void growingTouchesEveryPage() {
        frame.grow(Registers.RCX, buffer);
        assertThat(Disassembly.lines(buffer.finish()))
                .containsExactly(
                        "cmp rcx, 0x1000",
                        "jb 0x1c",
                        "sub rsp, 0x1000",
                        "test dword [rsp], esp",
                        "sub rcx, 0x1000",
                        "jmp 0x0",
                        "sub rsp, rcx",
                        "test dword [rsp], esp");
    }
}
