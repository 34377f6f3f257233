package dev.kiln.exec;

import dev.kiln.asm.AssemblerException;
import dev.kiln.asm.Code;
import dev.kiln.asm.PatchSite;
import dev.kiln.asm.RelocationKind;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** Placing of one piece of code that refers to symbols or has patch sites. */
final class CodeLinker {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    /** The bytes of a stub, {@code jmp [rip + cell]} and two of padding. */
    static final int STUB = 8;

    private final CodeMemory memory;
    private final Code code;
    private final ToLongFunction<String> symbols;
    private final PatchMode mode;
    private final List<PatchSite> sites;
    /** The number of each symbol's cell. The cells of patch sites follow. */
    private final Map<String, Integer> cellNumbers = new LinkedHashMap<>();
    /** The number of each symbol's stub. */
    private final Map<String, Integer> stubNumbers = new LinkedHashMap<>();
    /** For each relocation whether a patch site's cell stands for its field. */
    private final boolean[] inCell;

    /** For each patch site its target or value. */
    private final long[] states;

    CodeLinker(CodeMemory memory, Code code, ToLongFunction<String> symbols, PatchMode mode) {
        this.memory = memory;
        this.code = code;
        this.symbols = symbols;
        this.mode = mode;
        sites = code.patchSites();
        inCell = new boolean[code.relocationCount()];
        states = new long[sites.size()];
    }

    /** Writes a jump through a cell. */
    static void writeStub(MemorySegment to, long at, long address, long cell) {
        to.set(SHORT, at, (short) 0x25FF);
        to.set(INT, at + 2, (int) (cell - (address + 6)));
        to.set(SHORT, at + 6, (short) 0xCCCC);
    }

    PlacedCode place() {
        boolean throughCells = mode == PatchMode.THROUGH_CELLS;
        int[] siteRelocations = new int[sites.size()];
        for (int i = 0, r = 0; i < siteRelocations.length; i++) {
            while (r < inCell.length && code.relocationOffset(r) < sites.get(i).field()) r++;
            boolean symbolic = r < inCell.length
                    && code.relocationOffset(r) == sites.get(i).field();
            siteRelocations[i] = symbolic ? r : -1;
            if (symbolic && throughCells) inCell[r] = true;
        }
        // What is outside the region may be too far for 32 bits wherever the code will be.
        for (int i = 0; i < code.relocationCount(); i++) {
            if (inCell[i]) continue;
            String symbol = code.relocationSymbol(i);
            switch (code.relocationKind(i)) {
                case GOTPCREL -> cellNumbers.putIfAbsent(symbol, cellNumbers.size());
                case PLT32 -> {
                    if (symbol.equals(Code.SELF) || memory.contains(symbols.applyAsLong(symbol))) continue;
                    cellNumbers.putIfAbsent(symbol, cellNumbers.size());
                    stubNumbers.putIfAbsent(symbol, stubNumbers.size());
                }
                default -> {}
            }
        }
        int stubs = code.size() + STUB - 1 & -STUB;
        long cellCount = cellNumbers.size() + (throughCells ? sites.size() : 0);
        CodeRange range = memory.allocate(
                stubs + (long) STUB * stubNumbers.size(), Math.max(STUB, code.alignment()), MemoryKind.CODE);
        CodeRange cells = null;
        try {
            if (cellCount > 0) cells = memory.allocate(8L * cellCount, 8, MemoryKind.GOT);
            MemorySegment to = memory.writable(range);
            long start = range.address();
            PlacedCode.copy(code, to);
            if (!cellNumbers.isEmpty()) fillCells(to, start, stubs, cells);
            for (int i = 0; i < code.relocationCount(); i++) if (!inCell[i]) apply(i, to, start, stubs, cells);
            for (int i = 0; i < states.length; i++) states[i] = state(sites.get(i), siteRelocations[i], start);
            if (throughCells) for (int i = 0; i < states.length; i++) useCell(i, to, start, cells);
            if (cells != null) memory.publish(cells);
            memory.publish(range);
            return new PlacedCode(memory, code, range, cells, mode, states, 8 * cellNumbers.size());
        } catch (RuntimeException e) {
            memory.free(range);
            if (cells != null) memory.free(cells);
            throw e;
        }
    }

    private void fillCells(MemorySegment to, long start, int stubs, CodeRange cells) {
        MemorySegment values = memory.writable(cells);
        for (Map.Entry<String, Integer> cell : cellNumbers.entrySet())
            values.set(LONG, 8L * cell.getValue(), address(cell.getKey(), start));
        for (Map.Entry<String, Integer> stub : stubNumbers.entrySet()) {
            long at = stubs + (long) STUB * stub.getValue();
            writeStub(to, at, start + at, cells.address() + 8L * cellNumbers.get(stub.getKey()));
        }
    }

    private long address(String symbol, long start) {
        return symbol.equals(Code.SELF) ? start : symbols.applyAsLong(symbol);
    }

    private void apply(int i, MemorySegment to, long start, int stubs, CodeRange cells) {
        String symbol = code.relocationSymbol(i);
        RelocationKind kind = code.relocationKind(i);
        int offset = code.relocationOffset(i);
        long addend = code.relocationAddend(i);
        long place = start + offset;
        long value = switch (kind) {
            case ABS64, ABS32, ABS32U, ABS16, ABS8 -> address(symbol, start) + addend;
            case PC64, PC32, PC16, PC8 -> address(symbol, start) + addend - place;
            case PLT32 -> {
                Integer stub = stubNumbers.get(symbol);
                long target = stub == null ? address(symbol, start) : start + stubs + (long) STUB * stub;
                yield target + addend - place;
            }
            case GOTPCREL -> cells.address() + 8L * cellNumbers.get(symbol) + addend - place;
            case GOTTPOFF,
                    TPOFF32,
                    TPOFF64,
                    DTPOFF64,
                    SECREL32,
                    IMAGEREL32,
                    SECTION16,
                    TLVP,
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
                    SIZE64 ->
                throw new AssemblerException("the relocation " + kind + " of " + symbol + " at offset "
                        + offset + " has a meaning in files only; code in memory takes ABS, PC, PLT32 and"
                        + " GOTPCREL");
        };
        switch (kind.size()) {
            case 8 -> to.set(LONG, offset, value);
            case 4 -> to.set(INT, offset, (int) checked(value, kind, symbol, offset));
            case 2 -> to.set(SHORT, offset, (short) checked(value, kind, symbol, offset));
            default -> to.set(ValueLayout.JAVA_BYTE, offset, (byte) checked(value, kind, symbol, offset));
        }
    }

    private static long checked(long value, RelocationKind kind, String symbol, int offset) {
        int bits = 8 * kind.size();
        boolean fits = switch (kind) {
            case ABS32U -> value >>> bits == 0;
            // Fields that are as wide as what is computed with them take both views.
            case ABS16, ABS8 -> value >> bits == 0 || value >> bits - 1 == -1;
            default -> value >> bits - 1 == value >> 63;
        };
        if (!fits)
            throw new AssemblerException("the field of " + bits + " bits at offset " + offset + " does not reach "
                    + symbol + " (" + kind + "); take GOTPCREL or ABS64");
        return value;
    }

    /** Where a site goes or what it moves, as the code says. */
    private long state(PatchSite site, int relocation, long start) {
        if (relocation >= 0)
            return address(code.relocationSymbol(relocation), start) + code.relocationAddend(relocation) + 4;
        ByteBuffer bytes = ByteBuffer.wrap(code.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        return switch (site.kind()) {
            case JUMP, CALL -> start + site.field() + 4 + bytes.getInt(site.field());
            case NOP -> 0;
            case IMMEDIATE32 -> bytes.getInt(site.field()) & 0xFFFF_FFFFL;
            case IMMEDIATE64 -> bytes.getLong(site.field());
        };
    }

    /** Exchanges a site's instruction for the one of the same length that takes its operand from the site's cell. */
    private void useCell(int number, MemorySegment to, long start, CodeRange cells) {
        PatchSite site = sites.get(number);
        int at = site.offset();
        int register = code.bytes()[site.field() - 1] & 7;
        boolean high = (code.bytes()[at] & 0xF1) == 0x41;
        long cell = 8L * (cellNumbers.size() + number);
        int field = at + 2;
        switch (site.kind()) {
            case JUMP, NOP -> to.set(SHORT, at, (short) 0x25FF); // jmp [rip+cell]
            case CALL -> to.set(SHORT, at, (short) 0x15FF); // call [rip+cell]
            case IMMEDIATE32 -> {
                // mov r32, [rip+cell]; the register's upper bit is REX.R here, REX.B there.
                if (high) to.set(ValueLayout.JAVA_BYTE, at++, (byte) 0x44);
                to.set(SHORT, at, (short) (0x058B | register << 11));
                field = at + 2;
            }
            case IMMEDIATE64 -> {
                to.set(ValueLayout.JAVA_BYTE, at, (byte) (high ? 0x4C : 0x48));
                to.set(SHORT, at + 1, (short) (0x058B | register << 11));
                field = at + 3;
                // A NOP of three bytes fills up what the immediate was longer: 0F 1F 00.
                to.set(SHORT, at + 7, (short) 0x1F0F);
                to.set(ValueLayout.JAVA_BYTE, at + 9, (byte) 0);
            }
        }
        to.set(INT, field, (int) (cells.address() + cell - (start + field + 4)));
        memory.writable(cells).set(LONG, cell, PlacedCode.cellValue(site, states[number], start));
    }
}
