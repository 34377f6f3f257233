package dev.kiln.bench.start;

import static dev.kiln.asm.X86.*;

import dev.kiln.asm.Assembler;
import dev.kiln.asm.Code;
import dev.kiln.asm.Label;
import dev.kiln.exec.CodeMemory;
import dev.kiln.exec.NativeCalls;
import dev.kiln.exec.PlacedCode;

/** A process that assembles a function of ten instructions, places it and calls it, once. */
public final class FirstFunction {
    private FirstFunction() {}

    public static void main(String[] args) {
        try (CodeMemory memory = CodeMemory.create()) {
            NativeCalls calls = new NativeCalls(memory);
            long sum = call(memory, calls, fibonacci().finish(), 10);
            if (sum != 55) throw new AssertionError("fibonacci(10) = " + sum);
        }
    }

    /** Ten instructions: the n-th Fibonacci number. */
    public static Assembler fibonacci() {
        Assembler a = new Assembler();
        Label done = a.label();
        a.xor(EAX, EAX);
        a.mov(EDX, 1);
        a.test(RDI, RDI);
        a.jz(done);
        Label loop = a.here();
        a.mov(RCX, RDX);
        a.add(RDX, RAX);
        a.mov(RAX, RCX);
        a.sub(RDI, 1);
        a.jnz(loop);
        a.bind(done);
        a.ret();
        return a;
    }

    /** Places code, calls it and frees it. */
    public static long call(CodeMemory memory, NativeCalls calls, Code code, long argument) {
        try (PlacedCode placed = memory.place(code)) {
            long result = calls.call(placed.address(), argument, 0, 0, 0, 0, 0);
            calls.unbind(placed.address());
            return result;
        }
    }
}
