package dev.kiln.compiler.select;

import dev.kiln.compiler.Target;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.ir.Function;

/**
 * Turns a function of the IR into machine instructions on virtual registers, keeping to the rules told in {@code
 * dev.kiln.compiler.machine}. One per compiling thread; keeps its buffers from one function to the next.
 */
public final class Selector {
    private final Target target;

    public Selector(Target target) {
        this.target = target;
    }

    /**
     * Selects a function. It was verified, and holds nothing that {@code dev.kiln.compiler} rejects as not yet compiled.
     *
     * @param into an empty machine function of the same name; when it {@linkplain MachineFunction#wantsNotes wants notes}, blocks
     *     are named and instructions get notes telling the IR they came from
     * @throws dev.kiln.base.DiagnosticException when a limit is reached
     */
    public void select(Function function, MachineFunction into) {
        throw new UnsupportedOperationException("no instruction selection for " + target + " yet: " + function);
    }
}
