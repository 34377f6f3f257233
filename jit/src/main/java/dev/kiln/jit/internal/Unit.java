package dev.kiln.jit.internal;

import dev.kiln.asm.RelocationKind;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.Position;
import dev.kiln.compiler.CompiledFunction;
import dev.kiln.exec.CodeMemory;
import dev.kiln.exec.CodeRange;
import dev.kiln.exec.MemoryKind;
import dev.kiln.exec.NativeCalls;
import dev.kiln.exec.ThreadStorage;
import dev.kiln.ir.Data;
import dev.kiln.ir.Function;
import dev.kiln.jit.JitCode;
import dev.kiln.object.DataBytes;
import dev.kiln.object.Layout;
import dev.kiln.object.Layout.Placed;
import dev.kiln.object.Layout.PlacedSection;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One compiled module in memory: its sections at their addresses, GOT cells for what lies elsewhere, stubs for calls that would not
 * reach. Linked in three steps, so that several modules may refer to each other: {@link #allocate}, then {@link #define} by the
 * linker, then {@link #relocate} and {@link #publish}.
 */
final class Unit {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    /** {@code jmp [rip + cell]} and two bytes that are never reached. */
    private static final int STUB = 8;

    final Layout layout;
    private final CodeMemory memory;
    private final Map<PlacedSection, CodeRange> sections = new LinkedHashMap<>();
    private final Map<PlacedSection, Long> threadOffsets = new HashMap<>();
    private final List<CodeRange> ranges = new ArrayList<>();
    private final Map<String, Integer> cells = new LinkedHashMap<>();
    private final Map<String, Integer> stubs = new LinkedHashMap<>();
    private CodeRange got;
    private CodeRange stubRange;
    private CodeRange threadImage;
    private ThreadStorage threadStorage;
    private long threadSize;
    private long threadAlign = 1;

    Unit(Layout layout, CodeMemory memory) {
        this.layout = layout;
        this.memory = memory;
    }

    /** Takes memory for everything. When it fails, {@link #free} gives back what was taken. */
    void allocate() {
        for (PlacedSection section : layout.sections()) {
            if (section.kind().thread()) {
                threadSize = threadSize + section.align() - 1 & -section.align();
                threadOffsets.put(section, threadSize);
                threadSize += section.size();
                threadAlign = Math.max(threadAlign, section.align());
            } else if (section.size() > 0) {
                sections.put(section, take(section.size(), section.align(), kind(section)));
            }
        }
        collectReferences();
        if (!cells.isEmpty()) {
            got = take(8L * cells.size(), 8, MemoryKind.GOT);
        }
        if (!stubs.isEmpty()) {
            stubRange = take((long) STUB * stubs.size(), 16, MemoryKind.CODE);
        }
        if (!threadOffsets.isEmpty()) {
            threadImage = take(threadSize, threadAlign, MemoryKind.RODATA);
        }
    }

    private CodeRange take(long size, long align, MemoryKind kind) {
        CodeRange range = memory.allocate(size, align, kind);
        ranges.add(range);
        return range;
    }

    private static MemoryKind kind(PlacedSection section) {
        if (section.kind().execute()) {
            return MemoryKind.CODE;
        }
        // What is read-only after loading in a file is read-only here too: nobody but the linker writes it.
        boolean constant = !section.kind().write() || section.name().equals(".data.rel.ro");
        return constant ? MemoryKind.RODATA : MemoryKind.DATA;
    }

    private void collectReferences() {
        for (CompiledFunction function : layout.compiled().functions()) {
            for (int i = 0; i < function.code().relocationCount(); i++) {
                String symbol = function.code().relocationSymbol(i);
                switch (function.code().relocationKind(i)) {
                    case GOTPCREL -> cells.putIfAbsent(symbol, cells.size());
                    case GOTTPOFF -> cells.putIfAbsent(threadCell(symbol), cells.size());
                    case PLT32 -> {
                        if (!reaches(symbol)) {
                            cells.putIfAbsent(symbol, cells.size());
                            stubs.putIfAbsent(symbol, stubs.size());
                        }
                    }
                    default -> {}
                }
            }
        }
    }

    /** The cell of a thread-local symbol holds a descriptor's address; it is told apart from a cell with an address. */
    private static String threadCell(String symbol) {
        return "\0" + symbol;
    }

    private boolean reaches(String symbol) {
        Placed placed = layout.symbol(symbol);
        return placed != null && placed.isFinal();
    }

    /** The address of what this module defines under a name; 0 for common and thread-local data. */
    long address(Placed placed) {
        CodeRange range = sections.get(placed.section());
        if (range == null) {
            // Sections of size 0 have no range; an empty datum still has an address unlike all others' contents.
            return placed.section() == null || placed.section().kind().thread() ? 0 : memory.base();
        }
        return range.address() + placed.offset();
    }

    /** Makes the image of this unit's thread-local data and what hands out copies of it; to be done for all units before the rest. */
    void prepareThreadData(NativeCalls calls, Addresses outside, Diagnostics diagnostics) {
        if (threadImage == null) {
            return;
        }
        Addresses addresses = new OwnFirst(outside);
        MemorySegment to = memory.writable(threadImage);
        for (Map.Entry<PlacedSection, Long> entry : threadOffsets.entrySet()) {
            for (Placed item : entry.getKey().items()) {
                fillData(to, item, entry.getValue() + item.offset(), addresses, diagnostics);
            }
        }
        memory.publish(threadImage);
        threadStorage = new ThreadStorage(calls, threadImage, threadSize, threadAlign);
    }

    /** Fills in everything: contents, cells, stubs, and each field that depends on an address. */
    void relocate(Addresses outside, Diagnostics diagnostics) {
        Addresses addresses = new OwnFirst(outside);
        fillSections(addresses, diagnostics);
        fillCells(addresses, diagnostics);
        fillStubs();
    }

    private void fillSections(Addresses addresses, Diagnostics diagnostics) {
        for (Map.Entry<PlacedSection, CodeRange> entry : sections.entrySet()) {
            PlacedSection section = entry.getKey();
            MemorySegment to = memory.writable(entry.getValue());
            if (section.kind().execute()) {
                to.fill((byte) 0xCC);
            }
            for (Placed item : section.items()) {
                long address = entry.getValue().address() + item.offset();
                if (item.code() == null) {
                    fillData(to, item, item.offset(), addresses, diagnostics);
                    continue;
                }
                MemorySegment.copy(
                        item.code().bytes(),
                        0,
                        to,
                        ValueLayout.JAVA_BYTE,
                        item.offset(),
                        item.code().size());
                for (int i = 0; i < item.code().relocationCount(); i++) {
                    int offset = item.code().relocationOffset(i);
                    apply(
                            to.asSlice(item.offset() + offset),
                            address + offset,
                            item,
                            item.code().relocationKind(i),
                            item.code().relocationSymbol(i),
                            item.code().relocationAddend(i),
                            addresses,
                            diagnostics);
                }
            }
        }
    }

    private static void fillData(
            MemorySegment to, Placed item, long offset, Addresses addresses, Diagnostics diagnostics) {
        long at = offset;
        for (Data.Item part : item.data().items()) {
            switch (part) {
                case Data.Zero zero -> {}
                case Data.Address address ->
                    to.set(LONG, at, addresses.find(address.symbol(), diagnostics) + address.offset());
                case Data.Bytes bytes ->
                    MemorySegment.copy(bytes.bytes(), 0, to, ValueLayout.JAVA_BYTE, at, bytes.bytes().length);
                case Data.Scalars scalars -> {
                    byte[] bytes = new byte[Math.toIntExact(scalars.size())];
                    DataBytes.write(scalars, bytes, 0);
                    MemorySegment.copy(bytes, 0, to, ValueLayout.JAVA_BYTE, at, bytes.length);
                }
            }
            at += part.size();
        }
    }

    private void apply(
            MemorySegment field,
            long place,
            Placed from,
            RelocationKind kind,
            String symbol,
            long addend,
            Addresses addresses,
            Diagnostics diagnostics) {
        switch (kind) {
            case ABS64 -> field.set(LONG, 0, addresses.find(symbol, diagnostics) + addend);
            case PC32, PC64 ->
                put(field, kind, addresses.find(symbol, diagnostics) + addend - place, from, symbol, diagnostics);
            case PLT32 -> {
                Integer stub = stubs.get(symbol);
                long target = stub != null ? stubRange.address() + (long) STUB * stub : address(layout.symbol(symbol));
                put(field, kind, target + addend - place, from, symbol, diagnostics);
            }
            case GOTPCREL ->
                put(field, kind, cellAddress(cells.get(symbol)) + addend - place, from, symbol, diagnostics);
            case GOTTPOFF ->
                put(
                        field,
                        kind,
                        cellAddress(cells.get(threadCell(symbol))) + addend - place,
                        from,
                        symbol,
                        diagnostics);
            case ABS32,
                    TPOFF32,
                    TPOFF64,
                    DTPOFF64,
                    DTPOFF32,
                    TLSGD,
                    TLSLD,
                    GOT32,
                    GOT64,
                    GOTOFF64,
                    GOTPC32,
                    GOTPC64,
                    GOTPCREL64,
                    PLTOFF64,
                    GOTPCRELX,
                    REX_GOTPCRELX,
                    SIZE32,
                    SIZE64,
                    SECREL32,
                    IMAGEREL32,
                    SECTION16,
                    TLVP,
                    ABS32U,
                    ABS16,
                    ABS8,
                    PC16,
                    PC8 -> throw new IllegalStateException("code for memory holds a relocation " + kind);
        }
    }

    private static void put(
            MemorySegment field, RelocationKind kind, long value, Placed from, String symbol, Diagnostics diagnostics) {
        if (kind.size() == 8) {
            field.set(LONG, 0, value);
        } else if (value == (int) value) {
            field.set(INT, 0, (int) value);
        } else {
            diagnostics.add(JitCode.OUT_OF_REACH, Position.NONE, from.name(), symbol, Long.toString(value));
        }
    }

    private long cellAddress(int cell) {
        return got.address() + 8L * cell;
    }

    private void fillCells(Addresses addresses, Diagnostics diagnostics) {
        for (Map.Entry<String, Integer> cell : cells.entrySet()) {
            String name = cell.getKey();
            long value = name.startsWith("\0")
                    ? descriptor(name.substring(1), addresses, diagnostics)
                    : addresses.find(name, diagnostics);
            memory.writable(got).set(LONG, 8L * cell.getValue(), value);
        }
    }

    private static long descriptor(String symbol, Addresses addresses, Diagnostics diagnostics) {
        Unit owner = addresses.ownerOfThreadData(symbol);
        if (owner == null) {
            diagnostics.add(JitCode.FOREIGN_THREAD_DATA, Position.NONE, symbol);
            return 0;
        }
        Placed placed = owner.layout.symbol(symbol);
        return owner.threadStorage.descriptor(owner.threadOffsets.get(placed.section()) + placed.offset());
    }

    private void fillStubs() {
        for (Map.Entry<String, Integer> stub : stubs.entrySet()) {
            MemorySegment to = memory.writable(stubRange).asSlice((long) STUB * stub.getValue(), STUB);
            long end = stubRange.address() + (long) STUB * stub.getValue() + 6;
            to.set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, (short) 0x25FF);
            to.set(INT, 2, (int) (cellAddress(cells.get(stub.getKey())) - end));
            to.set(ValueLayout.JAVA_SHORT_UNALIGNED, 6, (short) 0xCCCC);
        }
    }

    /** Makes the code runnable. */
    void publish() {
        for (CodeRange range : ranges) {
            if (range != threadImage) {
                memory.publish(range);
            }
        }
    }

    /** Gives all memory back. */
    void free() {
        if (threadStorage != null) {
            threadStorage.close();
        }
        for (CodeRange range : ranges) {
            memory.free(range);
        }
        ranges.clear();
    }

    /** The source position of the instruction before an address; {@code null} when the address is not in this unit. */
    Position positionOf(long site) {
        for (Map.Entry<PlacedSection, CodeRange> entry : sections.entrySet()) {
            long offset = site - 1 - entry.getValue().address();
            if (offset < 0 || offset >= entry.getValue().size()) {
                continue;
            }
            for (Placed item : entry.getKey().items()) {
                if (item.function() != null && offset >= item.offset() && offset < item.offset() + item.size()) {
                    int position = item.code().positionAt((int) (offset - item.offset()));
                    return layout.module().positionOf(position);
                }
            }
        }
        return null;
    }

    /** Where a symbol that lies outside is first referred to; {@code null} when it is not. */
    Position referenceTo(String symbol) {
        Placed own = layout.symbol(symbol);
        if (own != null && own.isFinal()) {
            return null;
        }
        for (CompiledFunction function : layout.compiled().functions()) {
            for (int i = 0; i < function.code().relocationCount(); i++) {
                if (function.code().relocationSymbol(i).equals(symbol)) {
                    return positionIn(function, function.code().relocationOffset(i));
                }
            }
        }
        for (Data data : layout.module().data()) {
            for (Data.Item item : data.items()) {
                if (item instanceof Data.Address address && address.symbol().equals(symbol)) {
                    return layout.module().positionOf(-data.textPosition());
                }
            }
        }
        return null;
    }

    private Position positionIn(CompiledFunction function, int offset) {
        int position = function.code().positionAt(offset);
        return position != 0 ? layout.module().positionOf(position) : positionOf(function.function());
    }

    private static Position positionOf(Function function) {
        int stated = function.location();
        return function.module().positionOf(stated != 0 ? stated : -function.textPosition());
    }

    /** Where a symbol is defined. */
    Position positionOf(Placed placed) {
        if (placed.function() != null) {
            return positionOf(placed.function().function());
        }
        return placed.data() == null
                ? Position.NONE
                : layout.module().positionOf(-placed.data().textPosition());
    }

    /** What this unit surely defines is its own; all other names are looked up outside. */
    private final class OwnFirst implements Addresses {
        private final Addresses outside;

        OwnFirst(Addresses outside) {
            this.outside = outside;
        }

        @Override
        public long find(String symbol, Diagnostics diagnostics) {
            Placed own = layout.symbol(symbol);
            long address = own != null && own.isFinal() ? address(own) : 0;
            return address != 0 ? address : outside.find(symbol, diagnostics);
        }

        @Override
        public Unit ownerOfThreadData(String symbol) {
            Placed own = layout.symbol(symbol);
            return own != null && own.isFinal() ? Unit.this : outside.ownerOfThreadData(symbol);
        }
    }

    /** Finds what lies outside a unit. */
    interface Addresses {
        /** The address of a symbol; 0 and a diagnostic when there is none. */
        long find(String symbol, Diagnostics diagnostics);

        /** The unit that defines a thread-local symbol, or {@code null}. */
        Unit ownerOfThreadData(String symbol);
    }
}
