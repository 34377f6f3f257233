package dev.kiln.compiler.select;

import dev.kiln.asm.Code;
import dev.kiln.base.Diagnostics;
import dev.kiln.compiler.CompiledFunction;
import dev.kiln.compiler.CompiledModule;
import dev.kiln.compiler.Compiler;
import dev.kiln.compiler.CompilerOptions;
import dev.kiln.compiler.Target;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.compiler.machine.MachinePrinter;
import dev.kiln.ir.Module;
import java.util.ArrayList;
import java.util.List;

/** Compiles modules for tests, to code in memory or to the text of what selection made. */
final class Compiled {
    private Compiled() {}

    static NativeModule place(Module module) {
        Diagnostics diagnostics = new Diagnostics();
        CompiledModule compiled = Compiler.compile(
                module,
                Target.inMemory(Target.Platform.LINUX),
                CompilerOptions.DEFAULT.withOptimization(0),
                diagnostics);
        diagnostics.throwIfErrors();
        List<String> names = new ArrayList<>();
        List<Code> codes = new ArrayList<>();
        for (CompiledFunction function : compiled.functions()) {
            names.add(function.function().name());
            codes.add(function.code());
        }
        return new NativeModule(module, names, codes);
    }

    /** The instructions selected for a function, one a line, without notes. */
    static String selected(Module module, String function) {
        MachineFunction machine = new MachineFunction(function);
        new Selector(Target.LINUX).select(module.function(function), machine);
        return MachinePrinter.print(machine);
    }
}
