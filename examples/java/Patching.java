import static dev.kiln.asm.X86.*;

import dev.kiln.asm.Assembler;
import dev.kiln.asm.Code;
import dev.kiln.asm.CodeCache;
import dev.kiln.asm.CpuFeatures;
import dev.kiln.asm.Label;
import dev.kiln.exec.CodeMemory;
import dev.kiln.exec.LiveSite;
import dev.kiln.exec.NativeCalls;
import dev.kiln.exec.PatchBatch;
import dev.kiln.exec.PlacedCode;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Machine code that is changed while it runs, and kept in a folder for the next run.
 *
 * <pre>
 * examples/java/run Patching [FOLDER]
 * </pre>
 */
public final class Patching {
    /** The patch sites of the code below, in the order in which they are emitted. */
    private static final int PROBE = 0, STEP = 1;

    /** {@code long next(long x, long *calls)}: x and a step; a probe that counts calls can be switched on. */
    static Code assemble() {
        Assembler a = new Assembler();
        Label probe = a.label("probe");
        Label body = a.label("body");
        a.patchableNop();
        a.bind(body);
        a.patchableMov(RAX, 1);
        a.add(RAX, RDI);
        a.ret();
        a.bind(probe);
        a.lock();
        a.inc(qword(RSI));
        a.jmp(body);
        return a.finish();
    }

    public static void main(String[] args) throws Throwable {
        Path folder = args.length > 0 ? Path.of(args[0]) : Files.createTempDirectory("kiln-example");
        CodeCache cache = CodeCache.open(folder, CpuFeatures.BASELINE, "sysv", 16 << 20);
        Code code = cache.get("next, version 1", Patching::assemble);
        System.out.println(cache.hits() == 1 ? "from the cache" : "assembled");

        try (CodeMemory memory = CodeMemory.create();
                PlacedCode placed = memory.place(code);
                Arena arena = Arena.ofConfined()) {
            var shape = FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS);
            MethodHandle next = new NativeCalls(memory).bind(placed.address(), shape);
            MemorySegment calls = arena.allocate(ValueLayout.JAVA_LONG);
            System.out.println("41 and the step: " + (long) next.invokeExact(41L, calls));

            LiveSite step = placed.site(STEP);
            step.set(100);
            System.out.println("41 and the new step: " + (long) next.invokeExact(41L, calls));

            LiveSite probe = placed.site(PROBE);
            probe.retarget(placed.address("probe"));
            for (long i = 0; i < 3; i++) next.invoke(i, calls);
            new PatchBatch(memory).disable(probe).set(step, 1).apply();
            System.out.println("41 and the old step: " + (long) next.invokeExact(41L, calls));
            System.out.println("calls counted: " + calls.get(ValueLayout.JAVA_LONG, 0));
        }
    }
}
