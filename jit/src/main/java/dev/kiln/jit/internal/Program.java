package dev.kiln.jit.internal;

import dev.kiln.base.Diagnostic;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.Position;
import dev.kiln.compiler.RuntimeSymbols;
import dev.kiln.exec.CodeMemory;
import dev.kiln.exec.CodeRange;
import dev.kiln.exec.MemoryKind;
import dev.kiln.exec.NativeCalls;
import dev.kiln.ir.Function;
import dev.kiln.ir.Linkage;
import dev.kiln.jit.JitCode;
import dev.kiln.object.Layout;
import dev.kiln.object.Layout.Placed;
import dev.kiln.object.Layout.PlacedSection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The modules that were loaded together: like the objects on one linker command line they see each other's symbols, strong
 * definitions win over weak ones, and common data of one name are one.
 */
public final class Program implements Unit.Addresses {
    /** Finds symbols that the program does not define. */
    public interface Outside {
        /** The address, or 0. */
        long find(String symbol);

        /** An earlier program that defines a thread-local symbol, or {@code null}. */
        Program withThreadData(String symbol);
    }

    private final CodeMemory memory;
    private final NativeCalls calls;
    private final Outside outside;
    private final List<Unit> units = new ArrayList<>();
    private final Map<String, Unit> owners = new HashMap<>();
    private final Map<String, CodeRange> commons = new HashMap<>();
    private final Set<String> missing = new HashSet<>();
    private volatile boolean freed;

    public Program(NativeCalls calls, Outside outside) {
        this.memory = calls.memory();
        this.calls = calls;
        this.outside = outside;
    }

    /** Places and links modules. When {@code diagnostics} has errors afterwards, or this throws, nothing was kept. */
    public void link(List<Layout> layouts, Diagnostics diagnostics) {
        boolean linked = false;
        try {
            for (Layout layout : layouts) {
                Unit unit = new Unit(layout, memory);
                units.add(unit);
                unit.allocate();
                define(unit, diagnostics);
            }
            placeCommons();
            for (Unit unit : units) {
                unit.prepareThreadData(calls, this, diagnostics);
            }
            for (Unit unit : units) {
                unit.relocate(this, diagnostics);
            }
            if (!diagnostics.hasErrors()) {
                for (Unit unit : units) {
                    unit.publish();
                }
                linked = true;
            }
        } finally {
            if (!linked) {
                free();
            }
        }
    }

    private void define(Unit unit, Diagnostics diagnostics) {
        for (PlacedSection section : unit.layout.sections()) {
            for (Placed placed : section.items()) {
                if (placed.linkage() != Linkage.LOCAL) {
                    define(unit, placed, diagnostics);
                }
            }
        }
        for (Placed common : unit.layout.commons()) {
            owners.putIfAbsent(common.name(), unit);
        }
    }

    private void define(Unit unit, Placed placed, Diagnostics diagnostics) {
        Unit other = owners.put(placed.name(), unit);
        if (other == null) {
            return;
        }
        Placed earlier = other.layout.symbol(placed.name());
        if (earlier.linkage() == Linkage.EXPORT && placed.linkage() == Linkage.EXPORT) {
            diagnostics.add(
                    JitCode.DUPLICATE_SYMBOL,
                    unit.positionOf(placed),
                    placed.name(),
                    other.layout.module().sourceFile(),
                    unit.layout.module().sourceFile());
        }
        boolean earlierWins = earlier.linkage() == Linkage.EXPORT
                || earlier.linkage() == Linkage.WEAK && placed.linkage() == Linkage.WEAK;
        if (earlierWins) {
            owners.put(placed.name(), other);
        }
    }

    private void placeCommons() {
        Map<String, long[]> sizes = new HashMap<>();
        List<String> order = new ArrayList<>();
        for (Unit unit : units) {
            for (Placed common : unit.layout.commons()) {
                Placed winner = owners.get(common.name()).layout.symbol(common.name());
                if (winner.section() != null) {
                    continue;
                }
                long[] size = sizes.get(common.name());
                if (size == null) {
                    sizes.put(common.name(), new long[] {common.size(), common.align()});
                    order.add(common.name());
                } else {
                    size[0] = Math.max(size[0], common.size());
                    size[1] = Math.max(size[1], common.align());
                }
            }
        }
        for (String name : order) {
            long[] size = sizes.get(name);
            commons.put(name, memory.allocate(Math.max(1, size[0]), size[1], MemoryKind.DATA));
        }
    }

    /** The address of an exported symbol; 0 when this program does not define it. */
    public long addressOf(String symbol) {
        CodeRange common = commons.get(symbol);
        if (common != null) {
            return common.address();
        }
        Unit owner = owners.get(symbol);
        return owner == null ? 0 : owner.address(owner.layout.symbol(symbol));
    }

    /** The names of all symbols that other programs may see. */
    public Set<String> exports() {
        return Collections.unmodifiableSet(owners.keySet());
    }

    /** The layout that defines an exported symbol, or {@code null}. */
    public Layout ownerOf(String symbol) {
        Unit owner = owners.get(symbol);
        return owner == null ? null : owner.layout;
    }

    @Override
    public long find(String symbol, Diagnostics diagnostics) {
        long address = addressOf(symbol);
        if (address != 0) {
            return address;
        }
        address = switch (symbol) {
            case RuntimeSymbols.TRAP -> calls.trapRoutine();
            case RuntimeSymbols.THREAD_ADDRESS -> calls.threadAddressRoutine();
            default -> outside.find(symbol);
        };
        if (address == 0 && missing.add(symbol)) {
            diagnostics.add(Diagnostic.of(JitCode.UNDEFINED_SYMBOL, referenceTo(symbol), symbol)
                    .suggest("define and export it, or name the library that defines it (-l NAME or PATH)"));
        }
        return address;
    }

    private Position referenceTo(String symbol) {
        for (Unit unit : units) {
            Position position = unit.referenceTo(symbol);
            if (position != null) {
                return position;
            }
        }
        return Position.NONE;
    }

    /** A function that is defined but not exported, or {@code null}. */
    public Function localFunction(String name) {
        for (Unit unit : units) {
            Function function = unit.layout.module().function(name);
            if (function != null) {
                return function;
            }
        }
        return null;
    }

    @Override
    public Unit ownerOfThreadData(String symbol) {
        Unit owner = owners.get(symbol);
        if (owner != null) {
            return owner.layout.isThreadLocal(symbol) ? owner : null;
        }
        Program earlier = outside.withThreadData(symbol);
        return earlier == null ? null : earlier.owners.get(symbol);
    }

    /** Whether this program exports a thread-local symbol of that name. */
    public boolean hasThreadData(String symbol) {
        Unit owner = owners.get(symbol);
        return owner != null && owner.layout.isThreadLocal(symbol);
    }

    /** The source position of the instruction before an address; {@code null} when the address is not in this program. */
    public Position positionOf(long site) {
        for (Unit unit : units) {
            Position position = unit.positionOf(site);
            if (position != null) {
                return position;
            }
        }
        return null;
    }

    /** @throws IllegalStateException when its memory was given back */
    public void checkOpen() {
        if (freed) {
            throw new IllegalStateException("this module was unloaded");
        }
    }

    /** Gives all memory back; no thread may be running the code, nobody may use its addresses. */
    public void free() {
        if (freed) {
            return;
        }
        freed = true;
        for (Unit unit : units) {
            unit.free();
        }
        for (CodeRange common : commons.values()) {
            memory.free(common);
        }
    }
}
