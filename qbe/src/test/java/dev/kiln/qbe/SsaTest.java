package dev.kiln.qbe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import dev.kiln.ir.Block;
import dev.kiln.ir.Function;
import dev.kiln.ir.Module;
import dev.kiln.testing.CostGrowth;
import org.junit.jupiter.api.Test;

/** Temporaries become values and block parameters, with no more parameters than needed. */
class SsaTest {
    @Test
    void phisBecomeParameters() {
        assertThat(Parsed.lines("w $f(w %n)", """
                @loop
                    %i =w phi @start 0, @loop %j
                    %s =w phi @start 1, @loop %i
                    %j =w add %i, %s
                    %c =w csltw %j, %n
                    jnz %c, @loop, @end
                @end
                    ret %s""")).isEqualTo("""
                start:
                jump loop(0, 1)
                loop(%i: i32, %s: i32):
                %j = add i32 %i, %s
                %c = lt.s i32 %j, %n
                br %c, loop(%j, %i), end
                end:
                ret %s
                """);
    }

    @Test
    void temporariesAssignedTwice() {
        assertThat(Parsed.lines("w $f()", """
                    %x =w copy 100
                    %s =w copy 0
                @loop
                    %s =w add %s, %x
                    %x =w sub %x, 1
                    jnz %x, @loop, @end
                @end
                    ret %s""")).isEqualTo("""
                start:
                jump loop(100, 0)
                loop(%x: i32, %s: i32):
                %0 = add i32 %s, %x
                %1 = sub i32 %x, 1
                br %1, loop(%1, %0), end
                end:
                ret %0
                """);
    }

    @Test
    void parametersOnlyWhereValuesMeetAndAreUsed() {
        // %x is dead after the diamond, %y is not assigned in it: only %z needs a parameter.
        assertThat(Parsed.lines("w $f(w %c)", """
                    %x =w copy 1
                    %y =w copy 2
                    %z =w copy 3
                    jnz %c, @a, @b
                @a
                    %x =w add %y, 1
                    %z =w copy %x
                    jmp @end
                @b
                    %x =w add %y, 2
                    jmp @end
                @end
                    %r =w add %y, %z
                    ret %r""")).isEqualTo("""
                start:
                br %c, a, b
                a:
                %x = add i32 2, 1
                jump end(%x)
                b:
                add i32 2, 2
                jump end(3)
                end(%z: i32):
                %r = add i32 2, %z
                ret %r
                """);
    }

    @Test
    void whatWasNeverAssignedOnTheWayIsZero() {
        assertThat(Parsed.lines("w $f(w %c)", """
                    jnz %c, @a, @b
                @a
                    %x =w copy 7
                @b
                    ret %x""")).isEqualTo("""
                start:
                br %c, a, b(0)
                a:
                jump b(7)
                b(%x: i32):
                ret %x
                """);
        assertThat(Parsed.lines("d $f()", """
                    %y =d add %x, %x
                    %x =d copy d_1
                    ret %y""")).isEqualTo("start:\n%y = add f64 0.0, 0.0\nret %y\n");
    }

    @Test
    void aValueReadBeforeItsAssignmentComesFromTheLastRound() {
        assertThat(Parsed.lines("w $f(w %n)", """
                @loop
                    %y =w add %x, 1
                    %x =w mul %y, 2
                    %c =w csltw %x, %n
                    jnz %c, @loop, @end
                @end
                    ret %x""")).isEqualTo("""
                start:
                jump loop(0)
                loop(%x: i32):
                %y = add i32 %x, 1
                %0 = mul i32 %y, 2
                %c = lt.s i32 %0, %n
                br %c, loop(%0), end
                end:
                ret %0
                """);
    }

    @Test
    void wordAndLongAssignmentsMakeAWord() {
        assertThat(Parsed.lines("w $f(l %a)", "%x =w copy 1\n%x =l add %a, 1\nret %x"))
                .isEqualTo("""
                start:
                %x = add i64 %a, 1
                %0 = trunc i32 %x
                ret %0
                """);
    }

    @Test
    void aPointerThatMeetsAnotherBecomesAnInteger() {
        assertThat(Parsed.lines("w $f(w %c)", """
                    %a =l alloc4 4
                    %b =l alloc4 4
                    jnz %c, @x, @y
                @x
                @y
                    %p =l phi @start %a, @x %b
                    %r =w loadw %p
                    ret %r""")).isEqualTo("""
                start:
                %a = alloca 4, 4
                %0 = bitcast i64 %a
                %b = alloca 4, 4
                %1 = bitcast i64 %b
                br %c, x, y(%0)
                x:
                jump y(%1)
                y(%p: i64):
                %2 = bitcast ptr %p
                %r = load i32 %2
                ret %r
                """);
    }

    @Test
    void unreachableBlocksGo() {
        assertThat(Parsed.lines("w $f()", """
                    jmp @b
                @a
                    %x =w call $nowhere()
                    jmp @c
                @b
                @c
                    %y =w phi @a 1, @b 2
                    ret %y""")).isEqualTo("""
                start:
                jump b
                b:
                jump c(2)
                c(%y: i32):
                ret %y
                """);
        assertThat(Parsed.module("function $f() {\n@s\nret\n@t\ncall $g()\nret\n}")
                        .imports())
                .isEmpty();
    }

    @Test
    void costGrowsWithTheInput() {
        // A chain of tests that all leave to one block (deep dominator tree, one join) and temporaries assigned
        // everywhere.
        assertThat(CostGrowth.ofFourTimes(10_000, 10, steps -> parse(ladder(steps))))
                .as("the cost of four times the input")
                .isLessThan(10);
    }

    private static String ladder(int steps) {
        StringBuilder text = new StringBuilder("function w $f(w %n) {\n@start\n%x =w copy 0\n%t =w copy 1\n");
        for (int i = 0; i < steps; i++) {
            text.append("@b").append(i).append("\n%t").append(i % 50).append(" =w add %x, %t\n");
            text.append("%x =w add %x, %t")
                    .append(i % 50)
                    .append("\n%c =w ceqw %n, ")
                    .append(i);
            text.append("\njnz %c, @end, @b").append(i + 1).append('\n');
        }
        return text.append("@b").append(steps).append("\n@end\nret %x\n}\n").toString();
    }

    @Test
    void manyBlocksAndManyMergedTemporariesAreFine() {
        // Nested loops, 3,000 deep: recursion over the dominator tree would overflow the stack.
        StringBuilder text = new StringBuilder("function w $f(w %n) {\n@start\n%x =w copy 0\n");
        int depth = 3000;
        for (int i = 0; i < depth; i++) {
            text.append("@h").append(i).append("\n%x =w add %x, 1\n");
        }
        for (int i = depth - 1; i >= 0; i--) {
            text.append("@t")
                    .append(i)
                    .append("\n%c =w csltw %x, %n\njnz %c, @h")
                    .append(i);
            text.append(", @").append(i == 0 ? "end" : "t" + (i - 1)).append('\n');
        }
        Module module = parse(text.append("@end\nret %x\n}\n").toString());
        Function function = module.function("f");
        int params = 0;
        for (Block block : function.blocks()) {
            params += block.paramCount();
        }
        assertThat(params).isEqualTo(1 + depth);
    }

    private static Module parse(String text) {
        Diagnostics diagnostics = new Diagnostics();
        Module module = QbeParser.parse(SourceText.of("t.ssa", text), diagnostics);
        assertThat(diagnostics.list()).isEmpty();
        return module;
    }
}
