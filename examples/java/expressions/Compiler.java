package expressions;

import static dev.kiln.asm.X86.*;

import dev.kiln.asm.Assembler;
import dev.kiln.asm.Code;
import dev.kiln.asm.Label;
import dev.kiln.asm.Xmm;

/**
 * From a tree to machine code: {@code double f(double, double, …)} in the System V convention, which hands the variables over in XMM0 to XMM7
 * and takes the result from XMM0.
 *
 * <p>The other registers are a stack: a subexpression leaves its value in the first free one. What finds none free waits on the stack in memory.
 */
public final class Compiler {
    /** As many variables as the convention has registers for. */
    public static final int MOST_VARIABLES = 8;

    private static final Xmm[] VARIABLES = {XMM0, XMM1, XMM2, XMM3, XMM4, XMM5, XMM6, XMM7};
    private static final Xmm[] FREE = {XMM8, XMM9, XMM10, XMM11, XMM12, XMM13, XMM14};
    private static final int LAST = FREE.length - 1;
    private static final Xmm SCRATCH = XMM15;

    private final Assembler a = new Assembler();

    private Compiler() {}

    /** @throws IllegalArgumentException when there are more than {@link #MOST_VARIABLES} */
    public static Code compile(Parser.Result parsed) {
        if (parsed.variables().size() > MOST_VARIABLES)
            throw new IllegalArgumentException("more than " + MOST_VARIABLES + " variables");
        Compiler compiler = new Compiler();
        compiler.emit(parsed.expression(), 0);
        compiler.a.movapd(XMM0, FREE[0]);
        compiler.a.ret();
        return compiler.a.finish();
    }

    /** Leaves the value of an expression in a register of {@link #FREE}; those before it are in use. */
    private void emit(Expression expression, int to) {
        switch (expression) {
            // A constant goes to the pool behind the code, once however often it is used.
            case Expression.Number number -> a.movsd(FREE[to], ptr(a.constant(number.value())));
            case Expression.Variable variable -> a.movapd(FREE[to], VARIABLES[variable.index()]);
            case Expression.Unary unary -> {
                emit(unary.operand(), to);
                unary(unary.function(), FREE[to]);
            }
            case Expression.Binary binary -> {
                emit(binary.left(), to);
                switch (binary.right()) {
                    case Expression.Number number -> operate(binary, FREE[to], a.constant(number.value()));
                    case Expression.Variable variable -> operate(binary, FREE[to], VARIABLES[variable.index()]);
                    case Expression right
                    when to < LAST -> {
                        emit(right, to + 1);
                        operate(binary, FREE[to], FREE[to + 1]);
                    }
                    case Expression right -> {
                        a.sub(RSP, 8);
                        a.movsd(ptr(RSP), FREE[to]);
                        emit(right, to);
                        a.movapd(SCRATCH, FREE[to]);
                        a.movsd(FREE[to], ptr(RSP));
                        a.add(RSP, 8);
                        operate(binary, FREE[to], SCRATCH);
                    }
                }
            }
        }
    }

    private void unary(Expression.Function function, Xmm x) {
        switch (function) {
            case NEGATE -> a.xorpd(x, ptr(a.constants(0x8000_0000_0000_0000L, 0)));
            case ABS -> a.andpd(x, ptr(a.constants(0x7FFF_FFFF_FFFF_FFFFL, 0)));
            case SQRT -> a.sqrtsd(x, x);
        }
    }

    private void operate(Expression.Binary binary, Xmm x, Xmm y) {
        switch (binary.operator()) {
            case ADD -> a.addsd(x, y);
            case SUBTRACT -> a.subsd(x, y);
            case MULTIPLY -> a.mulsd(x, y);
            case DIVIDE -> a.divsd(x, y);
        }
    }

    private void operate(Expression.Binary binary, Xmm x, Label constant) {
        switch (binary.operator()) {
            case ADD -> a.addsd(x, ptr(constant));
            case SUBTRACT -> a.subsd(x, ptr(constant));
            case MULTIPLY -> a.mulsd(x, ptr(constant));
            case DIVIDE -> a.divsd(x, ptr(constant));
        }
    }
}
