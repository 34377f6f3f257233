package dev.kiln.ir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FunctionBuilderTest {
    private final Module module = new Module("m");
    private final FunctionBuilder b =
            new FunctionBuilder(module, "f", Signature.of(Type.I64, Type.I32, Type.I64, Type.PTR), "a", "b", "p");

    @Test
    void givesResultsTheirTypes() {
        assertThat(b.add(b.param(1), b.i64(1)).type()).isEqualTo(Type.I64);
        assertThat(b.compare(Op.LT_S, b.param(1), b.i64(1)).type()).isEqualTo(Type.I32);
        assertThat(b.convert(Op.SEXT, Type.I64, b.param(0)).type()).isEqualTo(Type.I64);
        Instruction v = b.splat(Type.V4F32, b.f32(1));
        assertThat(b.compare(Op.LT, v, v).type()).isEqualTo(Type.V4I32);
        assertThat(b.extract(v, 3).type()).isEqualTo(Type.F32);
        assertThat(b.dot(v, v).type()).isEqualTo(Type.F32);
        assertThat(b.call("f", b.i32(1), b.i64(2), b.param(2)).type()).isEqualTo(Type.I64);
        assertThat(b.index(b.param(2), b.param(1), 8, -16).immediate2()).isEqualTo(-16);
        assertThat(b.param(2).name()).isEqualTo("p");
    }

    @Test
    void saysPositionsLayoutsAndGuards() {
        b.location("a.src", 3, 7);
        Instruction room = b.alloca(Type.V4I32);
        assertThat(module.positionOf(room.positionNumber()).line()).isEqualTo(3);
        assertThat(room.immediate()).as("the alignment of a vector").isEqualTo(16);
        assertThat(((Constant) room.arg(0)).bits()).as("its size").isEqualTo(16);
        b.noLocation();
        Instruction guard = b.guard(b.i16(1), "exit", 5, b.param(1), b.i8(-1));
        assertThat(guard.location()).isZero();
        assertThat(guard.frameState().exit()).isEqualTo("exit");
        assertThat(guard.frameState().values()).hasSize(2);
    }

    @Test
    void namesWhatIsWrong() {
        fails(() -> b.add(b.param(0), b.param(1)), "add: operand 1 is i64, wanted i32");
        fails(() -> b.binary(Op.DIV, b.param(0), b.param(0)), "div does not take type i32");
        fails(() -> b.convert(Op.SEXT, Type.I32, b.param(1)), "an integer narrower than i32");
        fails(() -> b.load(Type.I32, b.param(1)), "load: operand 0 is i64, wanted ptr or ref");
        fails(() -> b.ret(b.param(0)), "@f returns i64, not i32");
        fails(() -> b.ret(), "@f returns i64");
        fails(() -> b.call("g"), "no function of known shape is called @g");
        fails(() -> b.call("f", b.param(0)), "1 arguments, but the signature takes 3");
        fails(() -> b.call("f", b.param(0), b.param(0), b.param(2)), "argument 1 is i32, the signature says i64");
        fails(() -> b.alloca(b.i64(8), 12), "alignment 12 is not a power of two");
        fails(() -> b.jump(b.block("x", Type.F32), b.f64(1)), "parameter 0 of x is f32, the argument f64");
        fails(() -> b.jump(b.function().entry()), "entry block");
        fails(() -> b.unary(Op.ADD, b.param(0)), "add is not of shape UNARY");
        assertThat(b.current().first()).as("nothing was appended").isNull();
        b.unreachable();
        assertThatThrownBy(() -> b.add(b.param(0), b.param(0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("already ends with unreachable");
    }

    private static void fails(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }
}
