package dev.kiln.ir.interp.internal;

import dev.kiln.base.Diagnostic;
import dev.kiln.ir.AggregateType;
import dev.kiln.ir.Data;
import dev.kiln.ir.Function;
import dev.kiln.ir.Import;
import dev.kiln.ir.Linkage;
import dev.kiln.ir.Module;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import dev.kiln.ir.interp.HostFunction;
import dev.kiln.ir.interp.InterpreterCode;
import dev.kiln.ir.interp.InterpreterException;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The program in memory: its data with their initial contents, and what its symbols stand for.
 *
 * <p>An import is looked for among the functions written in Java, then among what other modules export, then in the libraries.
 * Read-only data lie in ordinary memory: writing to them is undefined, and here it happens.
 */
final class Image {
    private final Engine engine;
    private final List<Module> modules;
    private final List<Callable> all = new ArrayList<>();
    private final Map<Function, Callable> byFunction = new HashMap<>();
    private final Map<String, Callable> hosts = new HashMap<>();
    /** What modules show each other: the module that defines a name. */
    private final Map<String, Module> exporters = new HashMap<>();

    private final Map<Data, Long> placed = new IdentityHashMap<>();
    private final Map<String, Symbol> foreign = new HashMap<>();
    private List<SymbolLookup> lookups;
    private MemorySegment threadTemplate = MemorySegment.NULL;
    private long threadAlign = 16;

    Image(Engine engine, List<Module> modules) {
        this.engine = engine;
        this.modules = modules;
        for (Module module : modules) {
            for (Function function : module.functions()) {
                Callable callable = new Callable(all.size(), function.name(), function.signature(), function, null);
                all.add(callable);
                byFunction.put(function, callable);
                export(function.name(), function.linkage(), module);
            }
            for (Data data : module.data()) {
                export(data.name(), data.linkage(), module);
            }
        }
        for (Map.Entry<String, HostFunction> host : engine.options.functions().entrySet()) {
            Signature signature = importedSignature(host.getKey());
            Callable callable = new Callable(all.size(), host.getKey(), signature, null, host.getValue());
            all.add(callable);
            hosts.put(host.getKey(), callable);
        }
    }

    Callable[] callables() {
        return all.toArray(new Callable[0]);
    }

    private Signature importedSignature(String name) {
        for (Module module : modules) {
            Import found = module.importNamed(name);
            if (found != null && found.signature() != null) {
                return found.signature();
            }
        }
        return Signature.of(Type.I64);
    }

    /** Strong definitions win over weak ones, those over tentative ones, of which the largest counts. */
    private void export(String name, Linkage linkage, Module module) {
        if (linkage == Linkage.LOCAL) {
            return;
        }
        Module other = exporters.get(name);
        if (other == null) {
            exporters.put(name, module);
            return;
        }
        int mine = rank(linkage);
        int theirs = rank(linkage(other, name));
        if (mine == 2 && theirs == 2) {
            throw engine.failure(InterpreterCode.DUPLICATE_SYMBOL, name, other.name(), module.name());
        }
        boolean larger = mine == 0
                && theirs == 0
                && module.dataNamed(name).size() > other.dataNamed(name).size();
        if (mine > theirs || larger) {
            exporters.put(name, module);
        }
    }

    private static Linkage linkage(Module module, String name) {
        Function function = module.function(name);
        return function != null ? function.linkage() : module.dataNamed(name).linkage();
    }

    private static int rank(Linkage linkage) {
        return switch (linkage) {
            case LOCAL, EXPORT -> 2;
            case WEAK -> 1;
            case COMMON -> 0;
        };
    }

    /** Gives all data their places and contents. */
    void layOut() {
        long threadBytes = 0;
        for (Module module : modules) {
            for (Data data : module.data()) {
                if (!isReplaced(module, data)) {
                    if (data.thread()) {
                        threadAlign = Math.max(threadAlign, data.alignment());
                        threadBytes = AggregateType.roundUp(threadBytes, data.alignment());
                        placed.put(data, threadBytes);
                        threadBytes = Math.addExact(threadBytes, Math.max(1, data.size()));
                    } else {
                        placed.put(data, allocate(data).address());
                    }
                }
            }
        }
        if (threadBytes > 0) {
            threadTemplate = engine.arena.allocate(threadBytes, threadAlign);
        }
        for (Module module : modules) {
            for (Data data : module.data()) {
                if (placed.containsKey(data)) {
                    fill(module, data, placed.get(data) + (data.thread() ? threadTemplate.address() : 0));
                }
            }
        }
    }

    /** Whether another module's definition of an exported datum is used. */
    private boolean isReplaced(Module module, Data data) {
        return data.linkage() != Linkage.LOCAL && exporters.get(data.name()) != module;
    }

    private MemorySegment allocate(Data data) {
        try {
            return engine.arena.allocate(Math.max(1, data.size()), data.alignment());
        } catch (OutOfMemoryError | IllegalArgumentException | ArithmeticException e) {
            throw engine.failure(InterpreterCode.DATA_TOO_LARGE, Long.toString(data.size()));
        }
    }

    private void fill(Module module, Data data, long start) {
        long at = start;
        for (Data.Item item : data.items()) {
            switch (item) {
                case Data.Scalars scalars -> {
                    int bytes = scalars.type().bytes();
                    for (int i = 0; i < scalars.bits().length; i++) {
                        Memory.write(at + (long) i * bytes, scalars.bits()[i], bytes);
                    }
                }
                case Data.Bytes bytes ->
                    MemorySegment.copy(MemorySegment.ofArray(bytes.bytes()), 0, Memory.ALL, at, bytes.bytes().length);
                case Data.Address address -> Memory.write(at, relocate(module, data, address), 8);
                case Data.Zero zero -> {}
            }
            at += item.size();
        }
    }

    private long relocate(Module module, Data data, Data.Address address) {
        return switch (resolve(module, address.symbol())) {
            case Symbol.Code found -> engine.addressOf(found.callable()) + address.offset();
            case Symbol.Address found -> found.address() + address.offset();
            case Symbol.ThreadLocal found -> throw unresolved(module, data, address.symbol());
            case Symbol.ForeignThreadLocal found -> throw unresolved(module, data, address.symbol());
            case Symbol.Missing found -> throw unresolved(module, data, address.symbol());
        };
    }

    private static RuntimeException unresolved(Module module, Data data, String name) {
        return new InterpreterException(
                Diagnostic.of(InterpreterCode.UNRESOLVED_SYMBOL, module.positionOf(-data.textPosition()), name)
                        .suggest("name the library that defines it (-l NAME or PATH)"));
    }

    /** What a name stands for in a module. */
    Symbol resolve(Module module, String name) {
        Callable callable = callable(module, name);
        if (callable != null) {
            return new Symbol.Code(callable);
        }
        Module definer = definer(module, name);
        if (definer != null) {
            Data data = definer.dataNamed(name);
            long place = placed.get(data);
            return data.thread() ? new Symbol.ThreadLocal(place) : new Symbol.Address(place);
        }
        Import imported = module.importNamed(name);
        return foreign(name, imported != null && imported.thread());
    }

    /** The module whose definition of a name counts in a module; {@code null} when it is none of ours. */
    private Module definer(Module module, String name) {
        Function function = module.function(name);
        Data data = module.dataNamed(name);
        if (function != null || data != null) {
            Linkage linkage = function != null ? function.linkage() : data.linkage();
            return linkage == Linkage.LOCAL ? module : exporters.get(name);
        }
        return exporters.get(name);
    }

    /** The function of ours, or of Java, that a name stands for in a module; {@code null} when it is neither. */
    Callable callable(Module module, String name) {
        boolean own = module.function(name) != null || module.dataNamed(name) != null;
        if (!own && hosts.containsKey(name)) {
            return hosts.get(name);
        }
        Module definer = definer(module, name);
        Function function = definer == null ? null : definer.function(name);
        return function == null ? null : byFunction.get(function);
    }

    /** Whether a name stands for a datum of the program. */
    boolean isData(Module module, String name) {
        Module definer = definer(module, name);
        return definer != null && definer.dataNamed(name) != null;
    }

    /** A function by name as an embedder calls it: exported ones first, then local ones. */
    Callable exported(String name) {
        Module exporter = exporters.get(name);
        if (exporter != null && exporter.function(name) != null) {
            return byFunction.get(exporter.function(name));
        }
        for (Module module : modules) {
            if (module.function(name) != null) {
                return byFunction.get(module.function(name));
            }
        }
        return null;
    }

    long address(String name, Execution execution) {
        for (Module module : modules) {
            if (module.function(name) != null || module.dataNamed(name) != null) {
                return switch (resolve(module, name)) {
                    case Symbol.Code found -> engine.addressOf(found.callable());
                    case Symbol.Address found -> found.address();
                    case Symbol.ThreadLocal found -> execution.threadData() + found.offset();
                    case Symbol.ForeignThreadLocal found -> 0;
                    case Symbol.Missing found -> 0;
                };
            }
        }
        return 0;
    }

    private synchronized Symbol foreign(String name, boolean thread) {
        Symbol known = foreign.get(name);
        if (known == null) {
            long address = foreignAddress(name);
            known = address == 0
                    ? new Symbol.Missing(name)
                    : thread ? new Symbol.ForeignThreadLocal(name) : new Symbol.Address(address);
            foreign.put(name, known);
        }
        return known;
    }

    /** The address of a library's symbol, for this thread when it is thread-local; 0 when no library has it. */
    synchronized long foreignAddress(String name) {
        if (lookups == null) {
            lookups = new ArrayList<>(engine.options.lookups());
            lookups.add(Linker.nativeLinker().defaultLookup());
        }
        long address = find(lookups, name);
        if (address == 0 && lookups.size() == engine.options.lookups().size() + 1) {
            addLibrary("libc.so.6");
            addLibrary("libm.so.6");
            address = find(lookups, name);
        }
        // glibc links these two into every program instead of exporting them; what they call takes more arguments, here
        // zeros.
        if (address == 0 && name.equals("atexit")) {
            return foreignAddress("__cxa_atexit");
        }
        if (address == 0 && name.equals("at_quick_exit")) {
            return foreignAddress("__cxa_at_quick_exit");
        }
        return address;
    }

    private void addLibrary(String name) {
        try {
            lookups.add(SymbolLookup.libraryLookup(name, engine.arena));
        } catch (IllegalArgumentException e) {
            lookups.add(missing -> Optional.empty()); // another system: the default lookup has to do
        }
    }

    private static long find(List<SymbolLookup> lookups, String name) {
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            return 0;
        }
        for (SymbolLookup lookup : lookups) {
            Optional<MemorySegment> found = lookup.find(name);
            if (found.isPresent()) {
                return found.get().address();
            }
        }
        return 0;
    }

    /** A new copy of the thread-local data, for a thread that needs them for the first time. */
    long newThreadData(Execution execution) {
        long size = Math.max(8, threadTemplate.byteSize());
        long address = engine.allocateForThread(execution, size, threadAlign);
        Memory.copy(address, threadTemplate.address(), threadTemplate.byteSize());
        return address;
    }
}
