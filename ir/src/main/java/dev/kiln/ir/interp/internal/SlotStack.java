package dev.kiln.ir.interp.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The memory behind a thread's frame slots, growing downward in chunks: each twice as large as the one before, so that a program that
 * needs little costs little. Memory is given back in the opposite order by {@link #release}.
 */
final class SlotStack {
    private static final long FIRST_CHUNK = 256 << 10;

    private final long limit;
    /** The garbage collector frees a chunk when this no longer holds it, be it that the thread has ended. */
    private MemorySegment[] chunk = new MemorySegment[4];

    private long[] low = new long[4];
    private long[] high = new long[4];
    private int chunks;
    private int current = -1;
    private long total;

    /** The lowest address in use. */
    private long pointer;

    SlotStack(long limit) {
        this.limit = limit;
    }

    long pointer() {
        return pointer;
    }

    /** Address of {@code bytes} of memory with arbitrary contents; −1 beyond the limit. */
    long allocate(long bytes, long align) {
        if (current >= 0 && bytes >= 0 && bytes <= pointer - low[current]) {
            long address = pointer - bytes & -align;
            if (address >= low[current]) {
                pointer = address;
                return address;
            }
        }
        if (bytes < 0 || bytes > limit || align > limit) {
            return -1;
        }
        if (!nextChunk(bytes + align)) {
            return -1;
        }
        pointer = pointer - bytes & -align;
        return pointer;
    }

    private boolean nextChunk(long need) {
        int next = current + 1;
        if (next == chunks || high[next] - low[next] < need) {
            dropFrom(next);
            long size = Math.max(need + 15 & -16L, FIRST_CHUNK << Math.min(next, 20));
            if (total + size > limit) {
                size = need + 15 & -16L;
            }
            if (total + size > limit) {
                return false;
            }
            if (next == low.length) {
                low = Arrays.copyOf(low, next * 2);
                high = Arrays.copyOf(high, next * 2);
                chunk = Arrays.copyOf(chunk, next * 2);
            }
            try {
                chunk[next] = Arena.ofAuto().allocate(size, 16);
            } catch (OutOfMemoryError e) {
                return false;
            }
            low[next] = chunk[next].address();
            high[next] = low[next] + size;
            total += size;
            chunks = next + 1;
        }
        current = next;
        pointer = high[next];
        return true;
    }

    private void dropFrom(int first) {
        for (int i = first; i < chunks; i++) {
            total -= high[i] - low[i];
            chunk[i] = null;
        }
        chunks = first;
    }

    /** Gives back what was allocated since {@link #pointer()} was this. */
    void release(long saved) {
        while (current >= 0 && (saved < low[current] || saved > high[current])) {
            current--;
        }
        pointer = saved;
    }
}
