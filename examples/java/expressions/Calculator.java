package expressions;

import dev.kiln.asm.Code;
import dev.kiln.asm.Listing;
import dev.kiln.exec.CallKind;
import dev.kiln.exec.CodeMemory;
import dev.kiln.exec.NativeCalls;
import dev.kiln.exec.PlacedCode;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A just-in-time compiler for arithmetic: {@link Parser} makes a tree of the text, {@link Compiler} machine code of the tree, and here it becomes a
 * method handle. Prints the code, then the value by the tree and by the code.
 *
 * <pre>
 * examples/java/run expressions/Calculator "sqrt(x*x + y*y) - 1" x=3 y=4
 * </pre>
 */
public final class Calculator {
    private static final String USAGE = "usage: Calculator EXPRESSION [NAME=NUMBER]...";

    public static void main(String[] args) throws Throwable {
        try {
            if (args.length == 0) throw new IllegalArgumentException(USAGE);
            Parser.Result parsed = Parser.parse(args[0]);
            double[] values = values(parsed.variables(), Arrays.asList(args).subList(1, args.length));
            Code code = Compiler.compile(parsed);
            System.out.print(listing(code));
            System.out.println("tree " + parsed.expression().evaluate(values));
            System.out.println("code " + call(code, values));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private static double[] values(List<String> variables, List<String> assignments) {
        double[] values = new double[variables.size()];
        boolean[] given = new boolean[values.length];
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            if (equals < 0) throw new IllegalArgumentException(USAGE);
            int index = variables.indexOf(assignment.substring(0, equals));
            if (index < 0)
                throw new IllegalArgumentException("the expression has no " + assignment.substring(0, equals));
            try {
                values[index] = Double.parseDouble(assignment.substring(equals + 1));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("no number: " + assignment);
            }
            given[index] = true;
        }
        for (int i = 0; i < given.length; i++)
            if (!given[i]) throw new IllegalArgumentException("give a value: " + variables.get(i) + "=NUMBER");
        return values;
    }

    private static String listing(Code code) {
        StringBuilder text = new StringBuilder();
        new Listing().append(text, code.bytes(), 0, code.codeEnd(), 0);
        return text.toString();
    }

    private static double call(Code code, double[] values) throws Throwable {
        try (CodeMemory memory = CodeMemory.create();
                PlacedCode placed = memory.place(code)) {
            return (double) bind(new NativeCalls(memory), placed.address(), values.length)
                    .invokeWithArguments(Arrays.stream(values).boxed().toList());
        }
    }

    /** A handle {@code (double, double, …)double}. */
    public static MethodHandle bind(NativeCalls calls, long address, int variables) {
        List<MemoryLayout> parameters = new ArrayList<>();
        for (int i = 0; i < variables; i++) parameters.add(ValueLayout.JAVA_DOUBLE);
        FunctionDescriptor shape =
                FunctionDescriptor.of(ValueLayout.JAVA_DOUBLE, parameters.toArray(MemoryLayout[]::new));
        // The code neither blocks nor calls back, so that the JVM need not be told that a thread is away.
        return calls.bind(address, shape, CallKind.CRITICAL);
    }
}
