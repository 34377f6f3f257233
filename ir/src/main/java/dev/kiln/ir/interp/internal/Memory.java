package dev.kiln.ir.interp.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The whole memory of the process, seen as one segment: an address is an offset. */
final class Memory {
    static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    static final ValueLayout.OfByte I8 = ValueLayout.JAVA_BYTE;
    static final ValueLayout.OfShort I16 = ValueLayout.JAVA_SHORT_UNALIGNED;
    static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED;
    static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED;

    /** Addresses below are never valid: they come from null pointers. */
    static final long LOWEST = 0x10000;

    /** Up to this many bytes a loop is quicker than setting up a fill or copy. */
    private static final long SMALL = 64;

    private Memory() {}

    /** Whether a program cannot own this address: too low, or not in the lower half of the canonical 48-bit addresses. */
    static boolean isBad(long address) {
        return (address - LOWEST) >>> 47 != 0;
    }

    /** Writes zeros; {@code bytes} is a multiple of 8. */
    static void zero(long address, long bytes) {
        if (bytes <= SMALL) {
            for (long i = 0; i < bytes; i += 8) {
                ALL.set(I64, address + i, 0L);
            }
        } else {
            ALL.asSlice(address, bytes).fill((byte) 0);
        }
    }

    /** Copies as {@code memmove} does. */
    static void copy(long to, long from, long bytes) {
        MemorySegment.copy(ALL, from, ALL, to, bytes);
    }

    /** Reads up to 8 bytes, little-endian, zero-extended, and no byte beyond. */
    static long read(long address, long bytes) {
        if (bytes >= 8) {
            return ALL.get(I64, address);
        }
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (ALL.get(I8, address + i) & 0xFFL) << 8 * i;
        }
        return value;
    }

    /** Writes the low bytes of a value, at most 8. */
    static void write(long address, long value, long bytes) {
        if (bytes >= 8) {
            ALL.set(I64, address, value);
            return;
        }
        for (int i = 0; i < bytes; i++) {
            ALL.set(I8, address + i, (byte) (value >>> 8 * i));
        }
    }
}
