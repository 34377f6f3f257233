package dev.kiln.exec;

import dev.kiln.asm.AssemblerException;
import dev.kiln.asm.Code;
import dev.kiln.exec.internal.Extents;
import dev.kiln.exec.internal.Extents.Extent;
import dev.kiln.exec.internal.HostMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * Memory for native code and what belongs to it: one contiguous reserved region of less than 2 GiB, so that code reaches everything in
 * it with a 32-bit displacement, as in a file.
 *
 * <p>A range is allocated, written through {@link #writable}, and {@linkplain #publish published}; then its code may run, at
 * {@link CodeRange#address}. No page of the region is ever writable and executable at once. Memory handed out reads as zero. Freed
 * code is filled with {@code int3} at once, so that a stale call traps instead of running what comes next.
 *
 * <p>Address space is reserved, not memory: what is not allocated costs nothing. Safe for use by several threads. Closing unmaps
 * everything; code that still runs then, and handles still bound to it, end the JVM with a segmentation fault.
 */
public final class CodeMemory implements AutoCloseable {
    /** The size that {@link #create()} reserves: 256 MiB. */
    public static final long DEFAULT_SIZE = 256L << 20;

    /** The most that can be reserved: what 32-bit displacements reach, less a margin for offsets beyond an object's end. */
    public static final long MAX_SIZE = (2L << 30) - (1L << 20);

    private static final MemoryKind[] KINDS = MemoryKind.values();
    private static final byte INT3 = (byte) 0xCC;
    /** A kind of memory grows by at least this much, to save system calls and mappings. */
    private static final long GROWTH = 256 << 10;

    /** For code that is said to need none. A class of its own, not a lambda, which costs more when first used. */
    private static final ToLongFunction<String> NO_SYMBOLS = new ToLongFunction<>() {
        @Override
        public long applyAsLong(String name) {
            throw new AssemblerException("the code refers to " + name + "; place it with the addresses of its symbols");
        }
    };

    private final HostMemory host;
    private final long base;
    private final long size;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment codeView;
    private final MemorySegment dataView;
    /** What no kind has yet. */
    private final Extents unassigned = new Extents(HostMemory.GRANULE);
    /** What is free of each kind, by its ordinal. */
    private final Extents[] free = new Extents[KINDS.length];

    private final TreeMap<Long, CodeRange> live = new TreeMap<>();
    /** Whether memory of some kind was given another use, after which even clean memory may have held code. */
    private boolean withdrew;

    private boolean closed;

    private CodeMemory(long size, MappingStrategy strategy) {
        this.size = size;
        host = HostMemory.reserve(size, strategy);
        base = host.base();
        codeView = view(base + host.writableDistance(MemoryKind.CODE));
        dataView = view(base + host.writableDistance(MemoryKind.DATA));
        for (MemoryKind kind : KINDS) free[kind.ordinal()] = new Extents(host.unit(kind));
        unassigned.add(base, size, false);
    }

    private MemorySegment view(long address) {
        return MemorySegment.ofAddress(address).reinterpret(size, arena, null);
    }

    /**
     * Reserves {@link #DEFAULT_SIZE} bytes.
     *
     * @throws dev.kiln.base.DiagnosticException when native code cannot run on this host
     * @throws SystemCallException when the operating system refuses
     */
    public static CodeMemory create() {
        return create(DEFAULT_SIZE, MappingStrategy.AUTOMATIC);
    }

    /**
     * Reserves address space.
     *
     * @param size in bytes, up to {@link #MAX_SIZE}; rounded up to a multiple of 64 KiB
     * @param strategy how pages are kept from being writable and executable at once; macOS and Windows have one each and ignore it
     * @throws IllegalArgumentException when the size is not between 1 and {@link #MAX_SIZE}
     * @throws dev.kiln.base.DiagnosticException when native code cannot run on this host
     * @throws SystemCallException when the operating system refuses
     */
    public static CodeMemory create(long size, MappingStrategy strategy) {
        if (size < 1 || size > MAX_SIZE) {
            throw new IllegalArgumentException("size " + size + " is not between 1 and " + MAX_SIZE);
        }
        return new CodeMemory(roundUp(size, HostMemory.GRANULE), strategy);
    }

    /** The first address of the region, as running code sees it. */
    public long base() {
        return base;
    }

    /** Where the view for writing code begins; {@link #base} itself when pages are flipped. For tests. */
    long writableBase() {
        return base + host.writableDistance(MemoryKind.CODE);
    }

    /** The size of the region in bytes. */
    public long size() {
        return size;
    }

    /** Whether an address, as running code sees it, lies in the region. */
    public boolean contains(long address) {
        return Long.compareUnsigned(address - base, size) < 0;
    }

    /**
     * Takes a piece of the region. It reads as zero.
     *
     * @param size in bytes; 0 is allowed and still gives a range with an address of its own
     * @param align of its address: a power of two up to 1 GiB; at least 16 is given
     * @throws CodeMemoryExhaustedException when there is no room
     * @throws IllegalArgumentException when size or align is out of range
     * @throws IllegalStateException when this memory is closed
     */
    public synchronized CodeRange allocate(long size, long align, MemoryKind kind) {
        checkOpen();
        if (size < 0) throw new IllegalArgumentException("negative size " + size);
        if (align < 1 || align > 1 << 30 || Long.bitCount(align) != 1) {
            throw new IllegalArgumentException("alignment " + align + " is not a power of two between 1 and 2^30");
        }
        if (size > this.size) throw new CodeMemoryExhaustedException(size, kind, this.size);
        Extents pool = free[kind.ordinal()];
        long bytes = roundUp(Math.max(size, 1), pool.unit());
        long alignment = Math.max(align, pool.unit());
        Extent extent = pool.take(bytes, alignment);
        if (extent == null) extent = grow(kind, bytes, alignment);
        if (extent == null) throw new CodeMemoryExhaustedException(size, kind, this.size);
        CodeRange range = new CodeRange(this, extent.start(), size, bytes, kind);
        range.replacesCode = extent.dirty() || withdrew;
        try {
            host.open(extent.start(), bytes, kind);
            if (extent.dirty()) bytesOf(range).fill((byte) 0);
        } catch (SystemCallException e) {
            pool.add(extent.start(), bytes, true);
            throw e;
        }
        live.put(range.start, range);
        return range;
    }

    /** Gives a kind more of the region; the first bytes of it are the result, null when the region is full. */
    private Extent grow(MemoryKind kind, long bytes, long align) {
        long needed = roundUp(bytes, HostMemory.GRANULE);
        Extent run = unassigned.take(Math.max(needed, GROWTH), align);
        if (run == null) run = unassigned.take(needed, align);
        if (run == null) {
            for (Extents pool : free) pool.takeBlocks(HostMemory.GRANULE, this::withdraw);
            run = unassigned.take(needed, align);
            if (run == null) return null;
        }
        try {
            host.assign(run.start(), run.size(), kind);
        } catch (SystemCallException e) {
            unassigned.add(run.start(), run.size(), true);
            throw e;
        }
        Extents pool = free[kind.ordinal()];
        if (bytes < GROWTH) {
            // What was left before the run may be part of the fit.
            pool.add(run.start(), run.size(), run.dirty());
            Extent fit = pool.take(bytes, align);
            return fit != null ? fit : pool.takeAt(run.start(), bytes);
        }
        // Not joined: a used neighbour would make all of a large run look used, and zeroing touches what may never be
        // needed.
        if (run.size() > bytes) pool.add(run.start() + bytes, run.size() - bytes, run.dirty());
        return new Extent(run.start(), bytes, run.dirty());
    }

    private void withdraw(Extent run) {
        withdrew = true;
        boolean zero = host.withdraw(run.start(), run.size());
        unassigned.add(run.start(), run.size(), !zero);
    }

    /**
     * Where Java writes a range. The view stays usable until this memory is closed; writing to it after the range was freed, or, under
     * {@link MappingStrategy#PAGE_FLIPPING}, after it was published, is an error that nothing catches but the processor.
     *
     * <p>A published range may be asked for again to be changed, and must be published again. Under page flipping its code cannot run
     * in the meantime. Changing code that other threads may be running is the caller's art: bytes change one by one.
     *
     * @throws IllegalStateException when the range was freed or this memory is closed
     */
    public synchronized MemorySegment writable(CodeRange range) {
        check(range);
        if (range.state == CodeRange.PUBLISHED) {
            host.open(range.start, range.extent, range.kind());
            range.state = CodeRange.OPEN;
            range.replacesCode = true;
        }
        return bytesOf(range).asSlice(0, range.size());
    }

    private MemorySegment bytesOf(CodeRange range) {
        MemorySegment view = range.kind() == MemoryKind.DATA ? dataView : codeView;
        return view.asSlice(range.start - base, range.extent);
    }

    /**
     * Makes what was written take effect for running code: the only way code becomes runnable. Where the region reuses memory that held
     * code, every processor is made to forget the old instructions first.
     *
     * @throws IllegalStateException when the range was freed or this memory is closed
     */
    public synchronized void publish(CodeRange range) {
        check(range);
        if (range.state == CodeRange.PUBLISHED) return;
        host.seal(range.start, range.extent, range.kind());
        if (range.kind() == MemoryKind.CODE && range.replacesCode) host.synchronizeCode(range.start, range.extent);
        range.state = CodeRange.PUBLISHED;
    }

    /**
     * Gives a range back. Code is overwritten with {@code int3}; no thread may be running it.
     *
     * @throws IllegalStateException when it was freed before or this memory is closed
     */
    public synchronized void free(CodeRange range) {
        check(range);
        boolean reusable = true;
        if (range.kind() == MemoryKind.CODE) {
            if (range.state == CodeRange.PUBLISHED) host.open(range.start, range.extent, MemoryKind.CODE);
            bytesOf(range).fill(INT3);
            host.seal(range.start, range.extent, MemoryKind.CODE);
            reusable = host.synchronizesCode();
        }
        range.state = CodeRange.FREED;
        live.remove(range.start);
        if (reusable) free[range.kind().ordinal()].add(range.start, range.extent, true);
    }

    /**
     * Places finished code that refers to no symbols, and publishes it.
     *
     * @throws CodeMemoryExhaustedException when there is no room
     * @throws dev.kiln.asm.AssemblerException when it refers to a symbol
     * @throws IllegalStateException when this memory is closed
     */
    public PlacedCode place(Code code) {
        return place(code, NO_SYMBOLS);
    }

    /**
     * Places finished code, fills in the addresses of symbols, and publishes it. Calls and jumps by {@code PLT32} to what lies outside this
     * memory go through a stub behind the code, {@code GOTPCREL} through a cell of the GOT.
     *
     * @param symbols the address of a symbol, such as {@code Libraries} finds; throws what it likes for unknown ones
     * @throws CodeMemoryExhaustedException when there is no room
     * @throws dev.kiln.asm.AssemblerException when a field is too narrow for an address, or a relocation has a meaning in files only
     * @throws IllegalStateException when this memory is closed
     */
    public PlacedCode place(Code code, ToLongFunction<String> symbols) {
        return PlacedCode.of(this, code, symbols, null);
    }

    /**
     * Places finished code as {@link #place(Code, ToLongFunction)} does, and says how its patch sites change. Without that they change as
     * {@link #patchMode} says.
     *
     * @throws IllegalArgumentException when sites are to change in place and this memory cannot do that
     */
    public PlacedCode place(Code code, ToLongFunction<String> symbols, PatchMode mode) {
        if (mode == PatchMode.IN_PLACE && patchMode() != mode)
            throw new IllegalArgumentException(
                    "this memory cannot change code in place, which needs a second mapping and means to synchronise"
                            + " processors; PatchMode.THROUGH_CELLS works everywhere");
        return PlacedCode.of(this, code, symbols, mode);
    }

    /** How patch sites change in this memory: in place where it can do that. */
    public PatchMode patchMode() {
        return host.changesRunningCode() ? PatchMode.IN_PLACE : PatchMode.THROUGH_CELLS;
    }

    /** Where Java writes a range that stays published while it is changed. The caller holds the lock, and the range is live. */
    MemorySegment liveView(CodeRange range) {
        return bytesOf(range);
    }

    /** Makes every processor forget what it may have decoded of code that was changed in place. */
    void synchronizeCode() {
        host.synchronizeCode(base, size);
    }

    /** How many bytes are allocated, their rounding included. */
    public synchronized long allocated() {
        long total = size - unassigned.free();
        for (Extents pool : free) total -= pool.free();
        return total;
    }

    /**
     * The live range that an address, as running code sees it, lies in, or null.
     *
     * @throws IllegalStateException when this memory is closed
     */
    public synchronized CodeRange rangeAt(long address) {
        checkOpen();
        var entry = live.floorEntry(address);
        if (entry == null) return null;
        CodeRange range = entry.getValue();
        return address - range.start < Math.max(range.size(), 1) ? range : null;
    }

    /**
     * Checks an address before it is called: when it lies in this region it must lie in published code.
     *
     * @throws IllegalStateException when it does not
     */
    void checkRunnable(long address) {
        if (!contains(address)) return;
        CodeRange range = rangeAt(address);
        if (range == null || range.kind() != MemoryKind.CODE) {
            throw new IllegalStateException("no code at 0x" + Long.toHexString(address));
        }
        if (range.state != CodeRange.PUBLISHED) throw new IllegalStateException("not yet published: " + range);
    }

    /** Whether {@link #close} was called. */
    public synchronized boolean isClosed() {
        return closed;
    }

    /** Unmaps the region. Closing twice does nothing. */
    @Override
    public synchronized void close() {
        if (closed) return;
        closed = true;
        for (CodeRange range : live.values()) range.state = CodeRange.FREED;
        live.clear();
        arena.close();
        host.release();
    }

    private void check(CodeRange range) {
        checkOpen();
        if (range.owner != this) throw new IllegalStateException(range + " belongs to another memory");
        if (range.state == CodeRange.FREED) throw new IllegalStateException("use after free of " + range);
    }

    private void checkOpen() {
        if (closed) throw new IllegalStateException("this code memory is closed");
    }

    private static long roundUp(long value, long unit) {
        return (value + unit - 1) & -unit;
    }
}
