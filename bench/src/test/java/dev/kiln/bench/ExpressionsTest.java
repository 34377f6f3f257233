package dev.kiln.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kiln.exec.CodeMemory;
import dev.kiln.exec.NativeCalls;
import expressions.Calculator;
import expressions.Compiler;
import expressions.Parser;
import java.lang.invoke.MethodHandle;
import org.junit.jupiter.api.Test;

/** The example's compiler, and the class files that it is measured against, give what walking the tree gives. */
class ExpressionsTest {
    /** More levels than registers, all operations, signs of zeros, infinities and NaNs. */
    private static final String[] TEXTS = {
        "x",
        "1",
        "1+(2-(3*(4/(5-(6+(7-(8/(9+(x-(11+(12*-abs(13-x))))))))))))-(y/(1+(2-(3+(4*(5-(6-(7+(8*y)))))))))",
        "-(x-x)/y",
        "abs(-x/(y-y))",
        "-sqrt(-x) + --y",
        ExpressionBenchmark.TEXT
    };

    private static final double[][] VALUES = {{2, -0.75}, {1, 3}, {-4, 0}, {0.0, -0.0}, {Double.NaN, 1e300}};

    @Test
    void allWaysGiveTheSame() throws Throwable {
        try (CodeMemory memory = CodeMemory.create()) {
            NativeCalls calls = new NativeCalls(memory);
            for (String text : TEXTS) {
                Parser.Result parsed = Parser.parse(text);
                int count = parsed.variables().size();
                MethodHandle code = Calculator.bind(
                        calls, memory.place(Compiler.compile(parsed)).address(), count);
                MethodHandle bytecode = ClassCompiler.compile(parsed);
                for (double[] values : VALUES) {
                    Object[] arguments = new Object[count];
                    for (int i = 0; i < count; i++) arguments[i] = values[i];
                    // Zeros have a sign; a NaN is a NaN.
                    long expected = Double.doubleToLongBits(parsed.expression().evaluate(values));
                    assertThat(Double.doubleToLongBits((double) code.invokeWithArguments(arguments)))
                            .as(text)
                            .isEqualTo(expected);
                    assertThat(Double.doubleToLongBits((double) bytecode.invokeWithArguments(arguments)))
                            .as(text)
                            .isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void whatIsNoExpressionIsTold() {
        assertThatThrownBy(() -> Parser.parse("1 + * 2"))
                .hasMessage("expected a number, a name or '(', found '*' at column 5");
        assertThatThrownBy(() -> Parser.parse("(1 + 2")).hasMessage("expected ')', found the end at column 7");
        assertThatThrownBy(() -> Parser.parse("1 2")).hasMessage("expected an operator, found '2' at column 3");
        assertThatThrownBy(() -> Parser.parse("cbrt(2)")).hasMessage("unknown function cbrt; sqrt and abs are known");
        assertThatThrownBy(() -> Parser.parse("1.2.3")).hasMessage("no number: 1.2.3");
        assertThatThrownBy(() -> Parser.parse("(".repeat(2000))).hasMessage("longer than 1000 characters");
        assertThatThrownBy(() -> Compiler.compile(Parser.parse("a+b+c+d+e+f+g+h+i")))
                .hasMessage("more than 8 variables");
    }

    @Test
    void theDeepestNestingCompiles() {
        String deep = "1-(".repeat(249) + "x" + ")".repeat(249);
        assertThat(Compiler.compile(Parser.parse(deep)).size()).isPositive();
    }
}
