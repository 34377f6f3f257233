package dev.kiln.compiler.select;

import dev.kiln.asm.Code;
import dev.kiln.asm.RelocationKind;
import dev.kiln.compiler.RuntimeSymbols;
import dev.kiln.exec.CodeMemory;
import dev.kiln.exec.CodeRange;
import dev.kiln.exec.MemoryKind;
import dev.kiln.exec.NativeCalls;
import dev.kiln.ir.Data;
import dev.kiln.ir.Module;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Functions and data of a module placed in memory for tests: a linker without frills. */
final class NativeModule implements AutoCloseable {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private final CodeMemory memory = CodeMemory.create();
    private final NativeCalls calls = new NativeCalls(memory);
    private final Map<String, Long> addresses = new HashMap<>();
    private final Map<String, Long> cells = new HashMap<>();
    private final Map<String, Long> stubs = new HashMap<>();

    NativeModule(Module module, List<String> names, List<Code> codes) {
        addresses.put(RuntimeSymbols.TRAP, calls.trapRoutine());
        Map<CodeRange, Code> placed = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            Code code = codes.get(i);
            CodeRange range = memory.allocate(code.size(), Math.max(16, code.alignment()), MemoryKind.CODE);
            addresses.put(names.get(i), range.address());
            placed.put(range, code);
        }
        Map<CodeRange, Data> data = new LinkedHashMap<>();
        for (Data datum : module.data()) {
            data.put(place(datum), datum);
        }
        data.forEach(this::fill);
        placed.forEach((range, code) -> {
            MemorySegment bytes = memory.writable(range);
            MemorySegment.copy(code.bytes(), 0, bytes, ValueLayout.JAVA_BYTE, 0, code.size());
            for (int i = 0; i < code.relocationCount(); i++) {
                relocate(bytes, range.address(), code, i);
            }
        });
        placed.keySet().forEach(memory::publish);
    }

    private CodeRange place(Data data) {
        CodeRange range = memory.allocate(Math.max(1, data.size()), data.alignment(), MemoryKind.DATA);
        addresses.put(data.name(), range.address());
        return range;
    }

    private void fill(CodeRange range, Data data) {
        MemorySegment bytes = memory.writable(range);
        long at = 0;
        for (Data.Item item : data.items()) {
            switch (item) {
                case Data.Scalars scalars -> {
                    int width = scalars.type().bytes();
                    for (int i = 0; i < scalars.bits().length * width; i++) {
                        byte part = (byte) (scalars.bits()[i / width] >>> i % width * 8);
                        bytes.set(ValueLayout.JAVA_BYTE, at + i, part);
                    }
                }
                case Data.Bytes text ->
                    MemorySegment.copy(text.bytes(), 0, bytes, ValueLayout.JAVA_BYTE, at, text.bytes().length);
                case Data.Address address -> bytes.set(LONG, at, address(address.symbol()) + address.offset());
                case Data.Zero zero -> {
                    // Fresh memory reads as zero.
                }
            }
            at += item.size();
        }
        memory.publish(range);
    }

    private void relocate(MemorySegment bytes, long base, Code code, int i) {
        int offset = code.relocationOffset(i);
        String symbol = code.relocationSymbol(i);
        RelocationKind kind = code.relocationKind(i);
        long from = base + offset;
        switch (kind) {
            case ABS64 -> bytes.set(LONG, offset, address(symbol) + code.relocationAddend(i));
            case PC32 -> bytes.set(INT, offset, Math.toIntExact(address(symbol) + code.relocationAddend(i) - from));
            case PLT32 -> bytes.set(INT, offset, Math.toIntExact(stub(symbol) + code.relocationAddend(i) - from));
            case GOTPCREL -> bytes.set(INT, offset, Math.toIntExact(cell(symbol) + code.relocationAddend(i) - from));
            default -> throw new IllegalArgumentException(kind + " of " + symbol);
        }
    }

    long address(String symbol) {
        return addresses.computeIfAbsent(
                symbol,
                name -> Linker.nativeLinker()
                        .defaultLookup()
                        .find(name)
                        .orElseThrow(() -> new IllegalArgumentException("no symbol " + name))
                        .address());
    }

    private long cell(String symbol) {
        return cells.computeIfAbsent(symbol, name -> {
            CodeRange range = memory.allocate(8, 8, MemoryKind.GOT);
            memory.writable(range).set(LONG, 0, address(name));
            memory.publish(range);
            return range.address();
        });
    }

    /** What a call can reach: the function itself, or {@code jmp [rip]} with the address behind it. */
    private long stub(String symbol) {
        long target = address(symbol);
        if (memory.contains(target)) {
            return target;
        }
        return stubs.computeIfAbsent(symbol, name -> {
            CodeRange range = memory.allocate(16, 16, MemoryKind.CODE);
            MemorySegment bytes = memory.writable(range);
            bytes.set(INT, 0, 0x25FF);
            bytes.set(LONG, 6, target);
            memory.publish(range);
            return range.address();
        });
    }

    /** Calls a function with integers and addresses; throws {@link dev.kiln.base.TrapException} when it traps. */
    long call(long address, long... arguments) {
        long[] six = java.util.Arrays.copyOf(arguments, 6);
        return calls.call(address, six[0], six[1], six[2], six[3], six[4], six[5]);
    }

    @Override
    public void close() {
        memory.close();
    }
}
