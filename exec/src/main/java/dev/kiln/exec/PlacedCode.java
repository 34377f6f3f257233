package dev.kiln.exec;

import dev.kiln.asm.AssemblerException;
import dev.kiln.asm.Code;
import dev.kiln.asm.RelocationKind;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Code that has its place in memory: copied, its symbols filled in, published. Made by {@link CodeMemory#place}; one {@link Code} may be
 * placed any number of times. Closing gives the memory back; no thread may be in the code then.
 */
public final class PlacedCode implements AutoCloseable {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    /** The bytes of a stub, {@code jmp [rip + cell]} and two of padding. */
    private static final int STUB = 8;

    private final CodeMemory memory;
    private final Code code;
    private final CodeRange range;
    /** A 64-bit cell with the address of each symbol that is reached through one; {@code null} when there is none. */
    private final CodeRange cells;

    private PlacedCode(CodeMemory memory, Code code, CodeRange range, CodeRange cells) {
        this.memory = memory;
        this.code = code;
        this.range = range;
        this.cells = cells;
    }

    static PlacedCode of(CodeMemory memory, Code code, ToLongFunction<String> symbols) {
        int count = code.relocationCount();
        if (count == 0) {
            CodeRange range = memory.allocate(code.size(), code.alignment(), MemoryKind.CODE);
            copy(code, memory.writable(range));
            memory.publish(range);
            return new PlacedCode(memory, code, range, null);
        }
        return new Linking(memory, code, symbols).place();
    }

    private static void copy(Code code, MemorySegment to) {
        // The first bulk copy between segments costs a start milliseconds, through a buffer it does not.
        to.asByteBuffer().put(code.bytes());
    }

    /** The code as it was before it had a place. */
    public Code code() {
        return code;
    }

    /**
     * The address of the first byte, where the code runs.
     *
     * @throws IllegalStateException when it was closed
     */
    public long address() {
        return range.address();
    }

    /**
     * The address of a label of the code.
     *
     * @param label as {@link dev.kiln.asm.InstructionSink#newLabel} gave it
     * @throws IllegalArgumentException when that label is not bound
     * @throws IllegalStateException when the code was closed
     */
    public long address(int label) {
        int offset = code.labelOffset(label);
        if (offset < 0) throw new IllegalArgumentException("label " + label + " is not bound");
        return range.address() + offset;
    }

    /** The memory that the code is in. */
    public CodeMemory memory() {
        return memory;
    }

    /** Gives the memory back; closing twice does nothing. */
    @Override
    public void close() {
        if (memory.isClosed() || range.state == CodeRange.FREED) return;
        memory.free(range);
        if (cells != null) memory.free(cells);
    }

    /** Placing of code that refers to symbols. */
    private static final class Linking {
        private final CodeMemory memory;
        private final Code code;
        private final ToLongFunction<String> symbols;
        /** The number of each symbol's cell. */
        private final Map<String, Integer> cellNumbers = new LinkedHashMap<>();
        /** The number of each symbol's stub. */
        private final Map<String, Integer> stubNumbers = new LinkedHashMap<>();

        Linking(CodeMemory memory, Code code, ToLongFunction<String> symbols) {
            this.memory = memory;
            this.code = code;
            this.symbols = symbols;
        }

        PlacedCode place() {
            // What is outside the region may be too far for 32 bits wherever the code will be.
            for (int i = 0; i < code.relocationCount(); i++) {
                String symbol = code.relocationSymbol(i);
                switch (code.relocationKind(i)) {
                    case GOTPCREL -> cellNumbers.putIfAbsent(symbol, cellNumbers.size());
                    case PLT32 -> {
                        if (memory.contains(symbols.applyAsLong(symbol))) continue;
                        cellNumbers.putIfAbsent(symbol, cellNumbers.size());
                        stubNumbers.putIfAbsent(symbol, stubNumbers.size());
                    }
                    default -> {}
                }
            }
            int stubs = code.size() + STUB - 1 & -STUB;
            CodeRange range = memory.allocate(
                    stubs + (long) STUB * stubNumbers.size(), Math.max(STUB, code.alignment()), MemoryKind.CODE);
            CodeRange cells = null;
            try {
                if (!cellNumbers.isEmpty()) cells = memory.allocate(8L * cellNumbers.size(), 8, MemoryKind.GOT);
                MemorySegment to = memory.writable(range);
                copy(code, to);
                if (cells != null) fillCells(to, range.address(), stubs, cells);
                for (int i = 0; i < code.relocationCount(); i++) apply(i, to, range.address(), stubs, cells);
                memory.publish(range);
                return new PlacedCode(memory, code, range, cells);
            } catch (RuntimeException e) {
                memory.free(range);
                if (cells != null) memory.free(cells);
                throw e;
            }
        }

        private void fillCells(MemorySegment to, long start, int stubs, CodeRange cells) {
            MemorySegment values = memory.writable(cells);
            for (Map.Entry<String, Integer> cell : cellNumbers.entrySet())
                values.set(LONG, 8L * cell.getValue(), symbols.applyAsLong(cell.getKey()));
            memory.publish(cells);
            for (Map.Entry<String, Integer> stub : stubNumbers.entrySet()) {
                long at = stubs + (long) STUB * stub.getValue();
                long cell = cells.address() + 8L * cellNumbers.get(stub.getKey());
                to.set(SHORT, at, (short) 0x25FF);
                to.set(INT, at + 2, (int) (cell - (start + at + 6)));
                to.set(SHORT, at + 6, (short) 0xCCCC);
            }
        }

        private void apply(int i, MemorySegment to, long start, int stubs, CodeRange cells) {
            String symbol = code.relocationSymbol(i);
            RelocationKind kind = code.relocationKind(i);
            int offset = code.relocationOffset(i);
            long addend = code.relocationAddend(i);
            long place = start + offset;
            long value = switch (kind) {
                case ABS64, ABS32, ABS32U, ABS16, ABS8 -> symbols.applyAsLong(symbol) + addend;
                case PC64, PC32, PC16, PC8 -> symbols.applyAsLong(symbol) + addend - place;
                case PLT32 -> {
                    Integer stub = stubNumbers.get(symbol);
                    long target = stub == null ? symbols.applyAsLong(symbol) : start + stubs + (long) STUB * stub;
                    yield target + addend - place;
                }
                case GOTPCREL -> cells.address() + 8L * cellNumbers.get(symbol) + addend - place;
                case GOTTPOFF, TPOFF32, TPOFF64, DTPOFF64, SECREL32, IMAGEREL32 ->
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
    }
}
