package dev.kiln.exec;

/**
 * A piece of a {@link CodeMemory} between {@link CodeMemory#allocate} and {@link CodeMemory#free}. Its address is where code runs and
 * data is read; Java writes it through {@link CodeMemory#writable}.
 */
public final class CodeRange {
    /** Allocated, to be written. */
    static final int OPEN = 0;
    /** Published: code may run. */
    static final int PUBLISHED = 1;
    /** Given back. */
    static final int FREED = 2;

    final CodeMemory owner;
    final long start;
    /** How much of the region it takes, at least {@link #size}. */
    final long extent;

    private final long size;
    private final MemoryKind kind;
    /** Changed under the owner's lock. */
    volatile int state;
    /** Whether its memory held other code, so that publishing must make processors forget. Changed under the owner's lock. */
    boolean replacesCode;

    CodeRange(CodeMemory owner, long start, long size, long extent, MemoryKind kind) {
        this.owner = owner;
        this.start = start;
        this.size = size;
        this.extent = extent;
        this.kind = kind;
    }

    /**
     * The address of the first byte as running code sees it.
     *
     * @throws IllegalStateException when the range was freed
     */
    public long address() {
        if (state == FREED) {
            throw new IllegalStateException("use after free of " + this);
        }
        return start;
    }

    /** The size in bytes, as asked for. */
    public long size() {
        return size;
    }

    /** What it is for. */
    public MemoryKind kind() {
        return kind;
    }

    /** {@code CODE range 0x7f0012340000 + 64 bytes}. */
    @Override
    public String toString() {
        return kind + " range 0x" + Long.toHexString(start) + " + " + size + " bytes";
    }
}
