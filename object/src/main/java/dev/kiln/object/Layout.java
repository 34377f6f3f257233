package dev.kiln.object;

import dev.kiln.asm.Code;
import dev.kiln.asm.NasmNames;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.Position;
import dev.kiln.compiler.CompiledFunction;
import dev.kiln.compiler.CompiledModule;
import dev.kiln.compiler.RuntimeSymbols;
import dev.kiln.ir.Data;
import dev.kiln.ir.Function;
import dev.kiln.ir.Import;
import dev.kiln.ir.Linkage;
import dev.kiln.ir.Module;
import dev.kiln.ir.Section;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the functions and data of a compiled module stand: in which section, at which offset. Object files, assembly text and code
 * in memory all follow the same layout.
 *
 * <p>Weak functions, and the trap routine that modules share, get sections of their own: a call to them must go through the symbol,
 * which assemblers do not offer within a section.
 */
public final class Layout {
    /** The largest section that can be built in memory. */
    public static final long LARGEST_SECTION = Integer.MAX_VALUE - 64;

    private static final String[] STANDARD = {".text", ".data", ".rodata", ".data.rel.ro", ".bss", ".tdata", ".tbss"};

    private final CompiledModule compiled;
    private final Map<String, PlacedSection> sections = new LinkedHashMap<>();
    private final Map<String, Placed> symbols = new HashMap<>();
    private final List<Placed> commons = new ArrayList<>();

    private String threadLocalSuffix;

    private Layout(CompiledModule compiled) {
        this.compiled = compiled;
    }

    /**
     * Lays out a module.
     *
     * @param trapRoutine code for {@link RuntimeSymbols#TRAP}, used when the module refers to it; {@code null} when whoever places
     *     the code provides it
     */
    public static Layout of(CompiledModule compiled, Code trapRoutine, Diagnostics diagnostics) {
        Layout layout = new Layout(compiled);
        for (String name : STANDARD) {
            layout.sections.put(name, new PlacedSection(name, standardKind(name)));
        }
        for (CompiledFunction function : compiled.functions()) {
            layout.place(function, diagnostics);
        }
        if (trapRoutine != null && compiled.runtimeSymbols().contains(RuntimeSymbols.TRAP)) {
            String name = ".text." + RuntimeSymbols.TRAP;
            PlacedSection section = layout.section(name, SectionKind.TEXT, diagnostics);
            section.add(
                    new Placed(RuntimeSymbols.TRAP, section, Linkage.WEAK, trapRoutine, null, null),
                    trapRoutine.alignment(),
                    trapRoutine.size());
            layout.symbols.put(RuntimeSymbols.TRAP, section.items.getLast());
        }
        for (Data data : compiled.module().data()) {
            layout.place(data, diagnostics);
        }
        for (PlacedSection section : layout.sections.values()) {
            if (!section.kind.zero() && section.size > LARGEST_SECTION) {
                diagnostics.add(
                        ObjectCode.SECTION_TOO_LARGE,
                        Position.NONE,
                        section.name,
                        Long.toString(section.size),
                        Long.toString(LARGEST_SECTION));
            }
        }
        layout.sections.values().removeIf(section -> section.items.isEmpty() && !section.name.equals(".text"));
        return layout;
    }

    /** See {@link SymbolNames}. */
    String threadLocalSuffix() {
        if (threadLocalSuffix == null) {
            threadLocalSuffix = SymbolNames.suffix(module());
        }
        return threadLocalSuffix;
    }

    private static SectionKind standardKind(String name) {
        return switch (name) {
            case ".text" -> SectionKind.TEXT;
            case ".rodata" -> SectionKind.READ_ONLY;
            case ".bss" -> SectionKind.ZERO;
            case ".tdata" -> SectionKind.THREAD_DATA;
            case ".tbss" -> SectionKind.THREAD_ZERO;
            default -> SectionKind.DATA;
        };
    }

    private void place(CompiledFunction compiledFunction, Diagnostics diagnostics) {
        Function function = compiledFunction.function();
        Code code = compiledFunction.code();
        String name = ".text";
        SectionKind kind = SectionKind.TEXT;
        if (function.section() != null) {
            name = function.section().name();
            kind = kindOf(function.section(), SectionKind.TEXT, diagnostics);
        } else if (function.linkage() == Linkage.WEAK) {
            name = ".text." + NasmNames.inObject(function.name());
        }
        PlacedSection section = section(name, kind, diagnostics);
        Placed placed = new Placed(function.name(), section, function.linkage(), code, compiledFunction, null);
        section.add(placed, code.alignment(), code.size());
        symbols.put(function.name(), placed);
    }

    private void place(Data data, Diagnostics diagnostics) {
        if (data.linkage() == Linkage.COMMON && !data.thread()) {
            Placed placed = new Placed(data.name(), null, Linkage.COMMON, null, null, data);
            commons.add(placed);
            symbols.put(data.name(), placed);
            return;
        }
        SectionKind kind;
        String name;
        if (data.section() != null) {
            name = data.section().name();
            SectionKind usual = data.thread()
                    ? SectionKind.THREAD_DATA
                    : data.readonly() ? SectionKind.READ_ONLY : SectionKind.DATA;
            kind = kindOf(data.section(), usual, diagnostics);
            if (isZero(data) && isZeroSection(name)) {
                kind = new SectionKind(kind.write(), kind.execute(), kind.allocate(), true, kind.thread());
            }
        } else {
            name = sectionFor(data);
            kind = standardKind(name);
        }
        PlacedSection section = section(name, kind, diagnostics);
        Placed placed = new Placed(data.name(), section, data.linkage(), null, null, data);
        section.add(placed, data.alignment(), data.size());
        symbols.put(data.name(), placed);
    }

    private static boolean isZeroSection(String name) {
        return name.equals(".bss") || name.startsWith(".bss.") || name.equals(".tbss") || name.startsWith(".tbss.");
    }

    private static String sectionFor(Data data) {
        boolean zero = isZero(data);
        if (data.thread()) {
            return zero ? ".tbss" : ".tdata";
        }
        if (data.readonly()) {
            // Addresses are filled in when the program is loaded, so their section is read-only only after that.
            return hasAddresses(data) ? ".data.rel.ro" : ".rodata";
        }
        return zero ? ".bss" : ".data";
    }

    private static boolean isZero(Data data) {
        for (Data.Item item : data.items()) {
            switch (item) {
                case Data.Zero zero -> {}
                case Data.Address address -> {
                    return false;
                }
                case Data.Scalars scalars -> {
                    for (long bits : scalars.bits()) {
                        if (bits != 0) {
                            return false;
                        }
                    }
                }
                case Data.Bytes bytes -> {
                    for (byte b : bytes.bytes()) {
                        if (b != 0) {
                            return false;
                        }
                    }
                }
            }
        }
        return true;
    }

    private static boolean hasAddresses(Data data) {
        for (Data.Item item : data.items()) {
            if (item instanceof Data.Address) {
                return true;
            }
        }
        return false;
    }

    private static SectionKind kindOf(Section section, SectionKind usual, Diagnostics diagnostics) {
        if (section.flags() == null) {
            return usual;
        }
        SectionKind kind = SectionKind.parse(section.flags());
        if (kind == null) {
            diagnostics.add(ObjectCode.UNKNOWN_FLAG, Position.NONE, section.name(), section.flags());
            return usual;
        }
        return kind;
    }

    private PlacedSection section(String name, SectionKind kind, Diagnostics diagnostics) {
        PlacedSection section = sections.get(name);
        if (section == null) {
            section = new PlacedSection(name, kind);
            sections.put(name, section);
        } else if (section.kind.allocate() != kind.allocate() || section.kind.thread() != kind.thread()) {
            diagnostics.add(ObjectCode.SECTION_FLAGS, Position.NONE, name, section.kind.toString(), kind.toString());
        } else if (!section.kind.equals(kind)) {
            section.widen(kind);
        }
        return section;
    }

    /** The code that is laid out. */
    public CompiledModule compiled() {
        return compiled;
    }

    /** The module whose data are laid out. */
    public Module module() {
        return compiled.module();
    }

    /** The sections that hold something, and {@code .text}, in a fixed order. */
    public Collection<PlacedSection> sections() {
        return Collections.unmodifiableCollection(sections.values());
    }

    /** Data that the linker merges by name, in the order of the module. */
    public List<Placed> commons() {
        return Collections.unmodifiableList(commons);
    }

    /** What the module defines under a name, or {@code null}. */
    public Placed symbol(String name) {
        return symbols.get(name);
    }

    /** Whether a symbol is thread-local, defined here or elsewhere. */
    public boolean isThreadLocal(String name) {
        Placed placed = symbols.get(name);
        if (placed != null) {
            return placed.data != null && placed.data.thread();
        }
        Import imported = module().importNamed(name);
        return imported != null && imported.thread();
    }

    /** A section and what stands in it. */
    public static final class PlacedSection {
        private final String name;
        private SectionKind kind;
        private final List<Placed> items = new ArrayList<>();
        private long align = 1;
        private long size;

        PlacedSection(String name, SectionKind kind) {
            this.name = name;
            this.kind = kind;
            this.align = kind.execute() ? 16 : 1;
        }

        /** Lets the section serve another user too: who comes later may write, or brings contents that are not zero. */
        private void widen(SectionKind other) {
            kind = new SectionKind(
                    kind.write() || other.write(),
                    kind.execute() || other.execute(),
                    kind.allocate(),
                    kind.zero() && other.zero(),
                    kind.thread());
            align = Math.max(align, kind.execute() ? 16 : 1);
        }

        void add(Placed placed, long itemAlign, long itemSize) {
            long offset = Math.addExact(size, itemAlign - 1) & -itemAlign;
            placed.offset = offset;
            placed.align = itemAlign;
            placed.size = itemSize;
            size = Math.addExact(offset, itemSize);
            align = Math.max(align, itemAlign);
            items.add(placed);
        }

        /** Its name. */
        public String name() {
            return name;
        }

        /** What it holds. */
        public SectionKind kind() {
            return kind;
        }

        /** What stands in it, by ascending offset. */
        public List<Placed> items() {
            return Collections.unmodifiableList(items);
        }

        /** In bytes, a power of two. */
        public long align() {
            return align;
        }

        /** In bytes. */
        public long size() {
            return size;
        }
    }

    /** A function, datum or routine of Kiln's own with its place. */
    public static final class Placed {
        private final String name;
        private final PlacedSection section;
        private final Linkage linkage;
        private final Code code;
        private final CompiledFunction function;
        private final Data data;
        private long offset;
        private long align;
        private long size;

        Placed(String name, PlacedSection section, Linkage linkage, Code code, CompiledFunction function, Data data) {
            this.name = name;
            this.section = section;
            this.linkage = linkage;
            this.code = code;
            this.function = function;
            this.data = data;
            if (section == null) {
                this.align = data.alignment();
                this.size = data.size();
            }
        }

        /** The symbol it is known by, without decoration of any object format. */
        public String name() {
            return name;
        }

        /** {@code null} for common data. */
        public PlacedSection section() {
            return section;
        }

        /** Who can refer to it. */
        public Linkage linkage() {
            return linkage;
        }

        /** The code of a function or routine; {@code null} for data. */
        public Code code() {
            return code;
        }

        /** {@code null} for data and for routines of Kiln's own. */
        public CompiledFunction function() {
            return function;
        }

        /** {@code null} for code. */
        public Data data() {
            return data;
        }

        /** In the section, in bytes. */
        public long offset() {
            return offset;
        }

        /** In bytes. */
        public long align() {
            return align;
        }

        /** In bytes. */
        public long size() {
            return size;
        }

        /** Whether references from this module are sure to mean this very definition. */
        public boolean isFinal() {
            return linkage == Linkage.LOCAL || linkage == Linkage.EXPORT;
        }
    }
}
