package dev.kiln.jit;

import dev.kiln.base.DiagnosticException;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.Position;
import dev.kiln.compiler.CompiledModule;
import dev.kiln.compiler.Compiler;
import dev.kiln.compiler.CompilerOptions;
import dev.kiln.compiler.Target;
import dev.kiln.exec.Callbacks;
import dev.kiln.exec.CodeMemory;
import dev.kiln.exec.CodeMemoryExhaustedException;
import dev.kiln.exec.HostProcess;
import dev.kiln.exec.Libraries;
import dev.kiln.exec.MappingStrategy;
import dev.kiln.exec.NativeCalls;
import dev.kiln.ir.Module;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Verifier;
import dev.kiln.jit.internal.Program;
import dev.kiln.jit.internal.Shapes;
import dev.kiln.object.Layout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compiles modules of IR in memory and hands out their functions.
 *
 * {@snippet :
 * try (Jit jit = Jit.create()) {
 *     LoadedModule loaded = jit.load(module);
 *     MethodHandle fib = loaded.function("fib");
 *     long result = (long) fib.invokeExact(30);
 * }
 * }
 *
 * <p>Symbols that a module does not define are looked up, in this order, in the modules loaded before it, the Java functions given to
 * the builder, the libraries given to it, and the C and mathematical libraries of the host. Safe for use by several threads.
 */
public final class Jit implements AutoCloseable {
    private final CompilerOptions options;
    private final Target target;
    private final CodeMemory memory;
    private final NativeCalls calls;
    private final Callbacks callbacks;
    private final Arena libraryArena;
    private final List<SymbolLookup> libraries;
    private final Map<String, Long> javaFunctions = new HashMap<>();
    /** In the order of their loading. */
    private final Set<LoadedModule> loaded = new LinkedHashSet<>();

    /** Who exports a symbol, in the order of their loading. */
    private final Map<String, List<LoadedModule>> exporters = new HashMap<>();

    private final boolean verifies;
    private boolean closed;

    private Jit(Builder builder) {
        options = builder.options;
        verifies = builder.verifies;
        target = Target.inMemory(hostPlatform());
        libraryArena = Arena.ofShared();
        libraries = new ArrayList<>();
        try {
            for (String library : builder.libraries) {
                libraries.add(Libraries.open(library, libraryArena));
            }
        } catch (DiagnosticException e) {
            libraryArena.close();
            throw e;
        }
        libraries.add(Linker.nativeLinker().defaultLookup());
        CodeMemory made = null;
        try {
            made = CodeMemory.create(builder.memory, MappingStrategy.AUTOMATIC);
            memory = made;
            calls = new NativeCalls(memory);
            calls.sites(this::positionOf);
            callbacks = new Callbacks(calls);
            for (JavaFunction function : builder.functions) {
                javaFunctions.put(function.name, callbacks.thunk(function.target, function.shape));
            }
        } catch (RuntimeException e) {
            if (made != null) {
                made.close();
            }
            libraryArena.close();
            throw e;
        }
    }

    /** With default options: level 1, no libraries but the host's C and mathematical ones. */
    public static Jit create() {
        return builder().build();
    }

    /** A builder with the usual options, for one that is to differ in some. */
    public static Builder builder() {
        return new Builder();
    }

    private static Target.Platform hostPlatform() {
        String os = System.getProperty("os.name");
        return os.startsWith("Windows")
                ? Target.Platform.WINDOWS
                : os.startsWith("Mac") ? Target.Platform.MACOS : Target.Platform.LINUX;
    }

    /**
     * Compiles a module and places it in memory.
     *
     * @throws DiagnosticException when it cannot be compiled, or needs a symbol that is not to be found
     */
    public LoadedModule load(Module module) {
        return load(List.of(module));
    }

    /**
     * Compiles modules that may refer to each other, as the objects on one linker command line do.
     *
     * @throws DiagnosticException when one cannot be compiled, or needs a symbol that is not to be found
     */
    public LoadedModule load(List<Module> modules) {
        Diagnostics diagnostics = new Diagnostics();
        List<Layout> layouts = new ArrayList<>();
        for (Module module : modules) {
            if (verifies) {
                Verifier.verify(module, diagnostics);
            }
        }
        diagnostics.throwIfErrors();
        for (Module module : modules) {
            CompiledModule compiled = Compiler.compile(module, target, options, diagnostics);
            if (compiled != null) {
                Layout layout = Layout.of(compiled, null, diagnostics);
                for (Layout.PlacedSection section : layout.sections()) {
                    if (section.kind().write() && section.kind().execute()) {
                        diagnostics.add(JitCode.WRITABLE_CODE, Position.NONE, section.name());
                    }
                }
                layouts.add(layout);
            }
        }
        diagnostics.throwIfErrors();
        LoadedModule made;
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("this Jit is closed");
            }
            Program program = new Program(calls, new Earlier());
            try {
                program.link(layouts, diagnostics);
            } catch (CodeMemoryExhaustedException e) {
                diagnostics.add(JitCode.CODE_MEMORY, Position.NONE, e.getMessage());
            }
            diagnostics.throwIfErrors();
            made = new LoadedModule(this, program);
            loaded.add(made);
            for (String symbol : program.exports()) {
                exporters.computeIfAbsent(symbol, key -> new ArrayList<>(1)).add(made);
            }
        }
        return made;
    }

    private synchronized long find(String symbol) {
        for (LoadedModule module : exporters.getOrDefault(symbol, List.of())) {
            long address = module.program().addressOf(symbol);
            if (address != 0) {
                return address;
            }
        }
        Long java = javaFunctions.get(symbol);
        if (java != null) {
            return java;
        }
        for (SymbolLookup library : libraries) {
            Optional<MemorySegment> found = library.find(symbol);
            if (found.isPresent()) {
                return found.get().address();
            }
        }
        // glibc links these two into every program instead of exporting them; what they call takes two more arguments,
        // which are of no
        // use to a function that ignores its own, and to a process that unloads nothing.
        return switch (symbol) {
            case "atexit" -> find("__cxa_atexit");
            case "at_quick_exit" -> find("__cxa_at_quick_exit");
            default -> 0;
        };
    }

    /** What was there before the program that is being linked. */
    private final class Earlier implements Program.Outside {
        @Override
        public long find(String symbol) {
            return Jit.this.find(symbol);
        }

        @Override
        public Program withThreadData(String symbol) {
            for (LoadedModule module : exporters.getOrDefault(symbol, List.of())) {
                if (module.program().hasThreadData(symbol)) {
                    return module.program();
                }
            }
            return null;
        }
    }

    private synchronized Position positionOf(long site) {
        for (LoadedModule module : loaded) {
            Position position = module.program().positionOf(site);
            if (position != null) {
                return position;
            }
        }
        return Position.NONE;
    }

    /** How many bytes loaded modules, and what calls and callbacks need beside them, take at present. */
    public long memoryInUse() {
        return memory.allocated();
    }

    NativeCalls calls() {
        return calls;
    }

    /**
     * Makes the process one for a C program and nothing else: what the JVM changed at its start is undone ({@link
     * HostProcess#restoreDefaults}), and faults end the process with one line on standard error ({@link HostProcess#reportFaults}). Not
     * to be closed afterwards.
     */
    public void takeProcess() {
        HostProcess.restoreDefaults();
        HostProcess.reportFaults(memory);
    }

    /**
     * Ends the process as a C program does: runs the functions registered with {@code atexit}, writes what the C library's streams
     * hold. Does not return.
     */
    public void exit(int status) {
        System.out.flush();
        System.err.flush();
        calls.call(find("exit"), status, 0, 0, 0, 0, 0);
    }

    /** The address of a symbol as modules loaded next would find it; 0 when there is none. */
    long outsideAddress(String symbol) {
        return find(symbol);
    }

    void unload(LoadedModule module) {
        synchronized (this) {
            if (!closed && loaded.remove(module)) {
                for (String symbol : module.program().exports()) {
                    List<LoadedModule> others = exporters.get(symbol);
                    others.remove(module);
                    if (others.isEmpty()) {
                        exporters.remove(symbol);
                    }
                }
                module.program().free();
            }
        }
    }

    /** Frees everything: code, data, stubs. No thread may be running the code, and no handle may be used any more. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (LoadedModule module : loaded) {
            module.program().free();
        }
        callbacks.close();
        memory.close();
        libraryArena.close();
    }

    private record JavaFunction(String name, MethodHandle target, FunctionDescriptor shape) {}

    /** Options of a {@link Jit}. */
    public static final class Builder {
        private final List<String> libraries = new ArrayList<>();
        private final List<JavaFunction> functions = new ArrayList<>();
        private CompilerOptions options = CompilerOptions.DEFAULT;
        private long memory = CodeMemory.DEFAULT_SIZE;
        private boolean verifies = true;

        private Builder() {}

        /**
         * How much address space to reserve for code and data, in bytes; {@link CodeMemory#DEFAULT_SIZE} unless set, at most {@link
         * CodeMemory#MAX_SIZE}. Memory is taken only as it is needed.
         */
        public Builder memory(long bytes) {
            memory = bytes;
            return this;
        }

        /**
         * Whether modules are verified before they are compiled; they are unless told otherwise. Without that, compiling a module with
         * mistakes may do anything: it is for modules that were verified already.
         */
        public Builder verify(boolean verifies) {
            this.verifies = verifies;
            return this;
        }

        /** How to compile. */
        public Builder options(CompilerOptions options) {
            this.options = options;
            return this;
        }

        /** Adds a library, by what {@link Libraries#open} takes. */
        public Builder library(String nameOrPath) {
            libraries.add(nameOrPath);
            return this;
        }

        /**
         * Makes a Java method callable from modules as {@code @name}. Pointers arrive as {@code long}s.
         *
         * @param target what is called; what it throws comes out of the Java call that entered native code
         * @param signature the function's shape as the modules declare it
         * @throws IllegalArgumentException when Java has no such shape
         */
        public Builder function(String name, MethodHandle target, Signature signature) {
            functions.add(new JavaFunction(name, target, Shapes.of(signature)));
            return this;
        }

        /**
         * Makes the Jit.
         *
         * @throws DiagnosticException when a library cannot be loaded, or this host cannot run code in memory
         */
        public Jit build() {
            return new Jit(this);
        }
    }
}
