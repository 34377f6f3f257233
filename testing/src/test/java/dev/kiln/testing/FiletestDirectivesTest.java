package dev.kiln.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kiln.testing.FiletestDirectives.Literal;
import java.util.List;
import org.junit.jupiter.api.Test;

class FiletestDirectivesTest {
    @Test
    void findsEveryDirective() {
        FiletestDirectives d = FiletestDirectives.parse("""
                ; An ordinary comment.
                ; test: run, asm -O1
                data @x = "; run: @no()" ; error: KILN-E1001 some text & KILN-E1002
                ; run: @f(2, -0.5, null) == -3
                ; run: @g()
                ; traps: @f(0) division_by_zero
                ; check: lea rax
                ; check-not: idiv
                """);
        assertThat(d.tests()).containsExactly("run", "asm -O1");
        assertThat(d.runs().get(0).function()).isEqualTo("f");
        assertThat(d.runs().get(0).arguments())
                .containsExactly(new Literal("2"), new Literal("-0.5"), new Literal("null"));
        assertThat(d.runs().get(0).result().bits("i32")).isEqualTo(-3);
        assertThat(d.runs().get(1).result()).isNull();
        assertThat(d.runs().get(2).trap()).isEqualTo("division_by_zero");
        assertThat(d.checks())
                .containsExactly(
                        new FiletestDirectives.Check(7, "lea rax", true),
                        new FiletestDirectives.Check(8, "idiv", false));
        assertThat(d.diagnostics())
                .isEqualTo(List.of(
                        new FiletestDirectives.ExpectedDiagnostic(3, "KILN-E1001", "some text"),
                        new FiletestDirectives.ExpectedDiagnostic(3, "KILN-E1002", "")));
    }

    @Test
    void readsValuesOfEveryType() {
        assertThat(new Literal("255").bits("i8")).isEqualTo(-1);
        assertThat(new Literal("0xffffffff").bits("i32")).isEqualTo(-1);
        assertThat(new Literal("18446744073709551615").bits("i64")).isEqualTo(-1);
        assertThat(new Literal("-0.0").bits("f64")).isEqualTo(Long.MIN_VALUE);
        assertThat(new Literal("-inf").bits("f32")).isEqualTo(0xFF80_0000L);
        assertThat(new Literal("bits:0x3f800000").matches("f32", 0x3F80_0000L)).isTrue();
        assertThat(new Literal("nan").matches("f64", 0xFFF8_0000_0000_0001L)).isTrue();
        assertThat(new Literal("-nan").matches("f64", 0x7FF8L << 48)).isFalse();
        assertThat(new Literal("nan:0x7fc00001").matches("f32", 0x7FC0_0001L)).isTrue();
        assertThatThrownBy(() -> new Literal("256").bits("i8")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FiletestDirectives.parse("; run: f(2)")).hasMessageContaining("line 1");
        assertThatThrownBy(() -> FiletestDirectives.parse("\n; run: @f(2) = 3")).hasMessageContaining("line 2");
    }
}
