package dev.kiln.compiler;

import dev.kiln.ir.Module;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A module's finished code. Its data are laid out from the IR by whoever places or writes the code. */
public final class CompiledModule {
    private final Module module;
    private final Target target;
    private final List<CompiledFunction> functions;
    private final Set<String> externals = new LinkedHashSet<>();
    private final Set<String> runtime = new LinkedHashSet<>();

    CompiledModule(Module module, Target target, List<CompiledFunction> functions) {
        this.module = module;
        this.target = target;
        this.functions = List.copyOf(functions);
        for (CompiledFunction function : this.functions) {
            for (int i = 0; i < function.code().relocationCount(); i++) {
                addSymbol(function.code().relocationSymbol(i));
            }
        }
    }

    private void addSymbol(String symbol) {
        if (module.function(symbol) == null && module.dataNamed(symbol) == null && externals.add(symbol)) {
            if (RuntimeSymbols.contains(symbol)) {
                runtime.add(symbol);
            }
        }
    }

    /** What it was compiled from. */
    public Module module() {
        return module;
    }

    /** What it was compiled for. */
    public Target target() {
        return target;
    }

    /** In the order of the module. */
    public List<CompiledFunction> functions() {
        return functions;
    }

    /** The symbols that the code refers to and the module does not define, in the order of their first use. */
    public Set<String> externalSymbols() {
        return java.util.Collections.unmodifiableSet(externals);
    }

    /** Those of them that are {@link RuntimeSymbols}. */
    public Set<String> runtimeSymbols() {
        return java.util.Collections.unmodifiableSet(runtime);
    }
}
