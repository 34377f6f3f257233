package dev.kiln.ir;

import dev.kiln.ir.internal.FunctionPrinter;
import dev.kiln.ir.internal.ModulePrinter;

/**
 * Writes IR as canonical text: {@link IrParser} reads back the same module, and printing that gives the same text. Names are kept
 * where they are unique in their function; values without a name get numbers. Also prints IR that the verifier would refuse, for
 * debugging.
 */
public final class IrPrinter {
    private IrPrinter() {}

    /** The whole module. */
    public static String print(Module module) {
        return new ModulePrinter(module).print();
    }

    /** One function. */
    public static String print(Function function) {
        StringBuilder out = new StringBuilder();
        new FunctionPrinter(out, function).print();
        return out.toString();
    }

    /** The first line of a function without its brace: name, signature, attributes. */
    public static String head(Function function) {
        StringBuilder out = new StringBuilder();
        new FunctionPrinter(out, function).head();
        return out.toString();
    }

    /** A printer of single instructions, for comments and messages: one line each, with the names that {@link #print(Function)} gives. */
    public static Lines lines(Function function) {
        return new Lines(function);
    }

    /** Prints single instructions of a function; made by {@link #lines}. For a function that does not change in the meantime. */
    public static final class Lines {
        private final StringBuilder out = new StringBuilder();
        private final FunctionPrinter printer;

        private Lines(Function function) {
            printer = new FunctionPrinter(out, function);
        }

        /** An instruction of the function, without its source position. */
        public String of(Instruction instruction) {
            out.setLength(0);
            printer.instruction(instruction);
            return out.toString();
        }
    }
}
