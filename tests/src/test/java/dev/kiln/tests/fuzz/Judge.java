package dev.kiln.tests.fuzz;

import dev.kiln.base.DiagnosticException;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.TrapException;
import dev.kiln.compiler.CompilerOptions;
import dev.kiln.ir.Module;
import dev.kiln.ir.Verifier;
import dev.kiln.ir.interp.FuelExhaustedException;
import dev.kiln.ir.interp.Interpreter;
import dev.kiln.ir.interp.InterpreterException;
import dev.kiln.jit.Jit;
import dev.kiln.jit.LoadedModule;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/** Runs a program by the interpreter and compiled in memory, and tells what each way gives. */
final class Judge implements AutoCloseable {
    /** Operations a program may execute; those that need more are not judged. */
    private static final long FUEL = 4_000_000;

    private static final int PROGRAMS_PER_JIT = 100;

    private final Jit[] jits = new Jit[3];
    private int programs;

    /** What is run: an entry with its arguments, one call after the other, and what is compared afterwards. */
    record Case(Module module, String entry, long[] arguments, List<ProgramGenerator.Observed> observed) {}

    /**
     * What a program did.
     *
     * @param text results or traps of the calls, and the bytes of its data; {@code null} when it ran out of fuel
     */
    record Outcome(String text) {}

    static void verify(Module module) {
        Diagnostics diagnostics = new Diagnostics();
        Verifier.verify(module, diagnostics);
        if (diagnostics.hasErrors()) {
            throw new AssertionError("the generator made a wrong module: " + diagnostics.list());
        }
    }

    /**
     * @throws InterpreterException when the program does what no program may
     */
    static Outcome interpret(Case one) {
        try (Interpreter interpreter = Interpreter.builder(one.module())
                .stack(16 << 20)
                .slotMemory(64 << 20)
                .fuel(FUEL)
                .build()) {
            StringBuilder out = new StringBuilder();
            for (long argument : one.arguments()) {
                String result;
                try {
                    result = Long.toHexString(interpreter.callBits(one.entry(), argument)[0]);
                } catch (TrapException e) {
                    result = trap(e);
                } catch (FuelExhaustedException e) {
                    return new Outcome(null);
                }
                out.append("result ").append(result).append('\n');
            }
            for (ProgramGenerator.Observed observed : one.observed()) {
                append(out, observed, interpreter.address(observed.name()));
            }
            return new Outcome(out.toString());
        }
    }

    /**
     * @throws DiagnosticException when it is not compiled
     */
    Outcome compile(Case one, int level) {
        if (++programs % PROGRAMS_PER_JIT == 0) {
            close();
        }
        if (jits[level] == null) {
            jits[level] = Jit.builder()
                    .options(CompilerOptions.DEFAULT.withOptimization(level))
                    .build();
        }
        try (LoadedModule loaded = jits[level].load(one.module())) {
            StringBuilder out = new StringBuilder();
            MethodHandle entry = loaded.function(one.entry());
            for (long argument : one.arguments()) {
                String result;
                try {
                    result = Long.toHexString((long) entry.invokeExact(argument));
                } catch (TrapException e) {
                    result = trap(e);
                } catch (RuntimeException | Error e) {
                    throw e;
                } catch (Throwable e) {
                    throw new AssertionError(e);
                }
                out.append("result ").append(result).append('\n');
            }
            for (ProgramGenerator.Observed observed : one.observed()) {
                append(out, observed, loaded.address(observed.name()));
            }
            return new Outcome(out.toString());
        }
    }

    private static String trap(TrapException e) {
        return "trap " + e.name() + " in " + e.function();
    }

    /** Appends bytes as text, leaving out lines of zeros. */
    private static void append(StringBuilder out, ProgramGenerator.Observed observed, long address) {
        MemorySegment memory = MemorySegment.ofAddress(address).reinterpret(observed.size());
        byte[] bytes = memory.toArray(ValueLayout.JAVA_BYTE);
        List<String> lines = new ArrayList<>();
        appendBytes(lines, observed.name(), bytes);
        lines.forEach(line -> out.append(line).append('\n'));
    }

    static void appendBytes(List<String> lines, String name, byte[] bytes) {
        String digits = "0123456789abcdef";
        for (int at = 0; at < bytes.length; at += 16) {
            StringBuilder line = new StringBuilder();
            boolean zero = true;
            for (int i = at; i < Math.min(bytes.length, at + 16); i++) {
                zero &= bytes[i] == 0;
                line.append(digits.charAt(bytes[i] >> 4 & 15)).append(digits.charAt(bytes[i] & 15));
            }
            if (!zero) {
                lines.add(name + "+" + at + " " + line);
            }
        }
    }

    @Override
    public void close() {
        for (int i = 0; i < jits.length; i++) {
            if (jits[i] != null) {
                jits[i].close();
                jits[i] = null;
            }
        }
    }
}
