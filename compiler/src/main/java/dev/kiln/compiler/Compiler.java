package dev.kiln.compiler;

import dev.kiln.base.Diagnostics;
import dev.kiln.base.Position;
import dev.kiln.ir.Function;
import dev.kiln.ir.Module;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The way from a verified module to machine code: for each function select, allocate, lay out the frame, emit. Functions are independent
 * of each other; their code does not depend on the number of threads.
 */
public final class Compiler {
    /** Fewer functions than this are not worth another thread. */
    private static final int FUNCTIONS_PER_THREAD = 16;

    private Compiler() {}

    /**
     * Compiles a module.
     *
     * @param module verified; not changed
     * @param diagnostics is told what cannot be compiled, function by function in the order of the module
     * @return the code, or {@code null} when there were errors
     */
    public static CompiledModule compile(
            Module module, Target target, CompilerOptions options, Diagnostics diagnostics) {
        if (target.platform() != Target.Platform.LINUX) {
            diagnostics.add(CompilerCode.TARGET_NOT_YET, Position.NONE, name(target.platform()));
            return null;
        }
        List<Function> functions = module.functionList();
        int count = functions.size();
        CompiledFunction[] compiled = new CompiledFunction[count];
        Diagnostics[] found = new Diagnostics[count];
        int threads = options.stages() != null ? 1 : Math.min(options.threads(), count / FUNCTIONS_PER_THREAD);
        AtomicInteger next = new AtomicInteger();
        if (threads <= 1) {
            work(functions, target, options, next, compiled, found);
        } else {
            inThreads(threads, functions, target, options, next, compiled, found);
        }
        boolean errors = false;
        List<CompiledFunction> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            if (found[i] != null) {
                diagnostics.addAll(found[i]);
                errors |= found[i].hasErrors();
            }
            if (compiled[i] != null) {
                all.add(compiled[i]);
            }
        }
        return errors ? null : new CompiledModule(module, target, all);
    }

    private static String name(Target.Platform platform) {
        return switch (platform) {
            case LINUX -> "Linux";
            case WINDOWS -> "Windows";
            case MACOS -> "macOS";
        };
    }

    private static void inThreads(
            int count,
            List<Function> functions,
            Target target,
            CompilerOptions options,
            AtomicInteger next,
            CompiledFunction[] compiled,
            Diagnostics[] found) {
        Thread[] threads = new Thread[count - 1];
        for (int t = 0; t < threads.length; t++) {
            threads[t] = Thread.ofPlatform()
                    .name("kiln-compile-" + t)
                    .daemon()
                    .start(() -> work(functions, target, options, next, compiled, found));
        }
        work(functions, target, options, next, compiled, found);
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Compiles one function after the other until none is left. */
    private static void work(
            List<Function> functions,
            Target target,
            CompilerOptions options,
            AtomicInteger next,
            CompiledFunction[] compiled,
            Diagnostics[] found) {
        FunctionCompiler compiler = new FunctionCompiler(target, options);
        for (int i = next.getAndIncrement(); i < functions.size(); i = next.getAndIncrement()) {
            Diagnostics own = new Diagnostics();
            compiled[i] = compiler.compile(functions.get(i), own);
            if (!own.list().isEmpty()) {
                found[i] = own;
            }
        }
    }
}
