package dev.kiln.compiler;

import dev.kiln.asm.Code;
import dev.kiln.asm.InstructionSink;
import dev.kiln.compiler.emit.Emitter;
import dev.kiln.compiler.frame.FrameLayout;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.ir.Function;

/** A function's finished code. Positions in it are indices into the locations of its module. */
public final class CompiledFunction {
    private final Function function;
    private final Target target;
    private final Code code;
    private final FrameInfo frame;
    private final MachineFunction machine;

    /** @param machine kept for {@link #emit}, or {@code null} */
    CompiledFunction(Function function, Target target, Code code, FrameInfo frame, MachineFunction machine) {
        this.function = function;
        this.target = target;
        this.code = code;
        this.frame = frame;
        this.machine = machine;
    }

    /** What it was compiled from. */
    public Function function() {
        return function;
    }

    /** Its machine code. */
    public Code code() {
        return code;
    }

    /** How its stack frame lies, for unwinding. */
    public FrameInfo frame() {
        return frame;
    }

    /**
     * Hands its instructions to another sink, with comments that name the IR if the sink wants them. Finishing the sink (which places the
     * constant pool) is left to the caller.
     *
     * @throws IllegalStateException when it was compiled without {@link CompilerOptions#text}
     */
    public void emit(InstructionSink sink) {
        if (machine == null) {
            throw new IllegalStateException("@" + function.name() + " was compiled without text");
        }
        FrameLayout layout = new FrameLayout();
        layout.layOut(machine);
        new Emitter(target).emit(machine, layout, function.module().locations(), sink);
    }
}
