package dev.kiln.compiler;

import dev.kiln.asm.Code;
import dev.kiln.ir.Function;

/** A function's finished code. Positions in it are indices into the locations of its module. */
public final class CompiledFunction {
    private final Function function;
    private final Code code;
    private final FrameInfo frame;

    CompiledFunction(Function function, Code code, FrameInfo frame) {
        this.function = function;
        this.code = code;
        this.frame = frame;
    }

    /** What it was compiled from. */
    public Function function() {
        return function;
    }

    public Code code() {
        return code;
    }

    public FrameInfo frame() {
        return frame;
    }
}
