package dev.kiln.asm;

import static dev.kiln.asm.X86.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Absolute addresses of 64 bits, which MOV takes with the accumulator (SDM vol. 2, MOV: A0 to A3). */
class AbsoluteTest {
    private static final Absolute FAR = absolute(0x1122_3344_5566_7788L);

    @Test
    void isMovedFromAndToTheAccumulator() {
        Assembler typed = new Assembler();
        typed.mov(AL, FAR);
        typed.mov(FAR, AX);
        typed.mov(EAX, FAR);
        typed.mov(FAR, RAX);
        String bytes = "a08877665544332211" + "66a38877665544332211" + "a18877665544332211" + "48a38877665544332211";
        assertThat(HexFormat.of().formatHex(typed.finish().bytes())).isEqualTo(bytes);
        Assembler dynamic = new Assembler();
        dynamic.emit("mov", AL, FAR);
        dynamic.emit("mov", FAR, AX);
        dynamic.emit("mov", EAX, FAR);
        dynamic.emit("mov", FAR, RAX);
        assertThat(HexFormat.of().formatHex(dynamic.finish().bytes())).isEqualTo(bytes);
    }

    @Test
    void isRefusedElsewhere() {
        Assembler a = new Assembler();
        String only = "only mov with AL, AX, EAX or RAX takes an absolute address of 64 bits";
        assertThatThrownBy(() -> a.mov(RCX, FAR))
                .isInstanceOf(AssemblerException.class)
                .hasMessageStartingWith("mov rcx, [qword 0x1122334455667788]: no form takes (r64, moffs)")
                .hasMessageContaining(only);
        assertThatThrownBy(() -> a.mov(AH, FAR)).hasMessageContaining(only);
        assertThatThrownBy(() -> a.emit("add", RAX, FAR)).hasMessageContaining(only);
        assertThat(a.finish().bytes()).isEmpty();
    }
}
