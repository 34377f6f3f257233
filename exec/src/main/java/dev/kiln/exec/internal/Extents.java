package dev.kiln.exec.internal;

import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Free pieces of an address range: best fit, neighbours joined at once, every operation O(log n) in the number of pieces.
 *
 * <p>Two orders of the same pieces: by address, to join neighbours; by size, to find the smallest that fits. Addresses and sizes are
 * multiples of {@link #unit}. Joined pieces are dirty when one of them is. Not thread-safe: the owner locks.
 */
public final class Extents {
    /**
     * A piece of address space.
     *
     * @param start its first address
     * @param size its length in bytes
     * @param dirty whether it was in use before, so that it must be zeroed before it is handed out
     */
    public record Extent(long start, long size, boolean dirty) implements Comparable<Extent> {
        /** By size, then by address: the first that is not smaller than a probe is the best fit. */
        @Override
        public int compareTo(Extent other) {
            int bySize = Long.compare(size, other.size);
            return bySize != 0 ? bySize : Long.compareUnsigned(start, other.start);
        }
    }

    private final long unit;
    private final TreeMap<Long, Extent> byStart = new TreeMap<>();
    private final TreeSet<Extent> bySize = new TreeSet<>();
    private long free;

    /** @param unit a power of two: what all addresses and sizes are multiples of */
    public Extents(long unit) {
        this.unit = unit;
    }

    /** The granularity in bytes. */
    public long unit() {
        return unit;
    }

    /** How many bytes are free. */
    public long free() {
        return free;
    }

    /** The number of separate pieces. */
    public int count() {
        return bySize.size();
    }

    /** Adds a free piece and joins it with its neighbours. */
    public void add(long start, long size, boolean dirty) {
        long joinedStart = start;
        long joinedSize = size;
        boolean joinedDirty = dirty;
        var before = byStart.lowerEntry(start);
        if (before != null && before.getValue().start + before.getValue().size == start) {
            Extent e = before.getValue();
            remove(e);
            joinedStart = e.start;
            joinedSize += e.size;
            joinedDirty |= e.dirty;
        }
        Extent after = byStart.get(start + size);
        if (after != null) {
            remove(after);
            joinedSize += after.size;
            joinedDirty |= after.dirty;
        }
        insert(joinedStart, joinedSize, joinedDirty);
    }

    /**
     * Takes a piece.
     *
     * @param size in bytes, a multiple of the unit
     * @param align a power of two
     * @return the piece, of exactly that size, or null when none fits
     */
    public Extent take(long size, long align) {
        Extent fit = bySize.ceiling(new Extent(0, size, false));
        if (fit == null) return null;
        if (aligned(fit.start, align) + size > fit.start + fit.size) {
            // Whatever its address, a piece this large holds an aligned one: no search among those that might.
            fit = bySize.ceiling(new Extent(0, size + align - unit, false));
            if (fit == null) return null;
        }
        return cut(fit, aligned(fit.start, align), size);
    }

    /** Takes a piece at an address; all of it must be free. */
    public Extent takeAt(long start, long size) {
        return cut(byStart.floorEntry(start).getValue(), start, size);
    }

    private Extent cut(Extent fit, long start, long size) {
        remove(fit);
        if (start > fit.start) insert(fit.start, start - fit.start, fit.dirty);
        long end = fit.start + fit.size;
        if (end > start + size) insert(start + size, end - start - size, fit.dirty);
        return new Extent(start, size, fit.dirty);
    }

    /** Takes out everything that consists of whole aligned blocks of the given size, and hands each run to the taker. */
    public void takeBlocks(long block, java.util.function.Consumer<Extent> taker) {
        for (Extent e : bySize.toArray(new Extent[0])) {
            long start = aligned(e.start, block);
            long end = (e.start + e.size) & -block;
            if (end <= start) continue;
            remove(e);
            if (start > e.start) insert(e.start, start - e.start, e.dirty);
            if (e.start + e.size > end) insert(end, e.start + e.size - end, e.dirty);
            taker.accept(new Extent(start, end - start, e.dirty));
        }
    }

    private static long aligned(long address, long align) {
        return (address + align - 1) & -align;
    }

    private void insert(long start, long size, boolean dirty) {
        Extent e = new Extent(start, size, dirty);
        byStart.put(start, e);
        bySize.add(e);
        free += size;
    }

    private void remove(Extent e) {
        byStart.remove(e.start);
        bySize.remove(e);
        free -= e.size;
    }
}
