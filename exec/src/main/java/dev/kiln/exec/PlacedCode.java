package dev.kiln.exec;

import dev.kiln.asm.Code;
import dev.kiln.asm.PatchKind;
import dev.kiln.asm.PatchSite;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Code that has its place in memory: copied, its symbols filled in, published. Made by {@link CodeMemory#place}; one {@link Code} may be
 * placed any number of times. Closing gives the memory back; no thread may be in the code then.
 */
public final class PlacedCode implements AutoCloseable {
    /** What a patchable NOP is, 66 0F 1F 44 00 00, and the jump that it becomes without its distance: 67 E9. */
    private static final long NOP = 0x0000_441F_0F66L, JUMP = 0xE967;

    private final CodeMemory memory;
    private final Code code;
    private final CodeRange range;
    /** A 64-bit cell with the address of each symbol that is reached through one; {@code null} when there is none. */
    private final CodeRange cells;

    private final PatchMode mode;
    /** For each patch site its target, 0 for a NOP, or its value. Under the memory's lock. */
    private final long[] states;
    /** Where in {@link #cells} those of the patch sites begin. */
    private final int firstSiteCell;
    /** By the number of a patch site: the way to a target that was once out of its reach. Under the memory's lock. */
    private final Map<Integer, FarStub> farStubs = new HashMap<>();

    private record FarStub(CodeRange code, CodeRange cell) {}

    PlacedCode(
            CodeMemory memory,
            Code code,
            CodeRange range,
            CodeRange cells,
            PatchMode mode,
            long[] states,
            int firstSiteCell) {
        this.memory = memory;
        this.code = code;
        this.range = range;
        this.cells = cells;
        this.mode = mode;
        this.states = states;
        this.firstSiteCell = firstSiteCell;
    }

    /** Places code; {@code mode} is {@code null} for what the memory prefers. */
    static PlacedCode of(CodeMemory memory, Code code, ToLongFunction<String> symbols, PatchMode mode) {
        if (code.relocationCount() == 0 && code.patchSites().isEmpty()) {
            CodeRange range = memory.allocate(code.size(), code.alignment(), MemoryKind.CODE);
            copy(code, memory.writable(range));
            memory.publish(range);
            return new PlacedCode(memory, code, range, null, mode, new long[0], 0);
        }
        return new CodeLinker(memory, code, symbols, mode != null ? mode : memory.patchMode()).place();
    }

    static void copy(Code code, MemorySegment to) {
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

    /**
     * The address of a named label of the code.
     *
     * @throws IllegalArgumentException when no bound label, or more than one, has that name
     * @throws IllegalStateException when the code was closed
     */
    public long address(String label) {
        return range.address() + code.labelOffset(label);
    }

    /** The memory that the code is in. */
    public CodeMemory memory() {
        return memory;
    }

    /** Gives the memory back; closing twice does nothing. */
    @Override
    public void close() {
        synchronized (memory) {
            if (memory.isClosed() || range.state == CodeRange.FREED) return;
            memory.free(range);
            if (cells != null) memory.free(cells);
            for (FarStub stub : farStubs.values()) {
                memory.free(stub.code);
                memory.free(stub.cell);
            }
        }
    }

    /**
     * An instruction that can be changed while it runs.
     *
     * @param number as emitting it gave; its place in {@link Code#patchSites}
     * @throws IllegalArgumentException when the code has no such site
     */
    public LiveSite site(int number) {
        if (number < 0 || number >= states.length)
            throw new IllegalArgumentException("there is no patch site " + number + "; the code has " + states.length);
        return new LiveSite(this, number, code.patchSites().get(number));
    }

    /** How the patch sites change. */
    public PatchMode patchMode() {
        return mode != null ? mode : memory.patchMode();
    }

    /** Where a site goes (0 for a NOP) or what it moves. */
    long state(int site) {
        synchronized (memory) {
            range.address();
            return states[site];
        }
    }

    /** What a site's cell holds: for NOPs the address of the next instruction. */
    static long cellValue(PatchSite site, long state, long start) {
        return site.kind() == PatchKind.NOP && state == 0 ? start + site.offset() + site.length() : state;
    }

    /** Makes a stub for a target that the site does not reach. The caller holds the memory's lock. */
    void prepare(LiveSite site, long target) {
        if (mode == PatchMode.THROUGH_CELLS || reaches(site.site, target) || farStubs.containsKey(site.number)) return;
        CodeRange cell = memory.allocate(8, 8, MemoryKind.GOT);
        CodeRange stub;
        try {
            stub = memory.allocate(CodeLinker.STUB, CodeLinker.STUB, MemoryKind.CODE);
        } catch (RuntimeException e) {
            memory.free(cell);
            throw e;
        }
        memory.publish(cell);
        CodeLinker.writeStub(memory.writable(stub), 0, stub.address(), cell.address());
        memory.publish(stub);
        farStubs.put(site.number, new FarStub(stub, cell));
    }

    private boolean reaches(PatchSite site, long target) {
        long distance = target - (range.start + site.field() + 4);
        return distance == (int) distance;
    }

    /**
     * Changes a site by one aligned store, which other processors see whole (SDM vol. 3A, Guaranteed Atomic Operations). The caller holds the
     * memory's lock and has {@linkplain #prepare prepared} the change.
     *
     * @return whether an instruction was changed, so that processors have to forget the old one
     */
    boolean store(LiveSite live, long state) {
        int number = live.number;
        if (states[number] == state) return false;
        states[number] = state;
        PatchSite site = live.site;
        if (mode == PatchMode.THROUGH_CELLS) {
            store64(cells, firstSiteCell + 8L * number, cellValue(site, state, range.start));
            return false;
        }
        switch (site.kind()) {
            case IMMEDIATE32 -> store32(site.field(), (int) state);
            case IMMEDIATE64 -> store64(range, site.field(), state);
            case JUMP, CALL -> store32(site.field(), distance(site, number, state));
            case NOP -> {
                // All of the instruction changes: the upper six of eight aligned bytes.
                long at = site.offset() - 2;
                long before = AlignedField.get64(memory.liveView(range), at) & 0xFFFF;
                long instruction = state == 0 ? NOP : JUMP | (distance(site, number, state) & 0xFFFF_FFFFL) << 16;
                store64(range, at, before | instruction << 16);
            }
        }
        return true;
    }

    /** The distance to a target, or to the stub from where it is reached. */
    private int distance(PatchSite site, int number, long target) {
        long to = target;
        if (!reaches(site, target)) {
            FarStub stub = farStubs.get(number);
            store64(stub.cell, 0, target);
            to = stub.code.start;
        }
        return (int) (to - (range.start + site.field() + 4));
    }

    private void store32(long at, int value) {
        AlignedField.set32(memory.liveView(range), at, value);
    }

    private void store64(CodeRange to, long at, long value) {
        AlignedField.set64(memory.liveView(to), at, value);
    }

    /** Loaded only when something is changed: making variable handles takes milliseconds. */
    private static final class AlignedField {
        private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
        private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

        static void set32(MemorySegment to, long at, int value) {
            INT.setVolatile(to, at, value);
        }

        static void set64(MemorySegment to, long at, long value) {
            LONG.setVolatile(to, at, value);
        }

        static long get64(MemorySegment from, long at) {
            return (long) LONG.get(from, at);
        }
    }
}
