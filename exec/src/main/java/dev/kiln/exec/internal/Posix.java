package dev.kiln.exec.internal;

/** Memory calls that Linux and macOS share, and constants they agree on ({@code sys/mman.h}). */
final class Posix {
    static final int PROT_NONE = 0;
    static final int PROT_READ = 1;
    static final int PROT_WRITE = 2;
    static final int PROT_EXEC = 4;
    static final int MAP_SHARED = 0x01;
    static final int MAP_PRIVATE = 0x02;
    static final int MAP_FIXED = 0x10;

    private Posix() {}

    static long map(long address, long size, int protection, int flags, long file, long offset) {
        return SystemCalls.checked("mmap", address, size, protection, flags, file, offset);
    }

    static void protect(long address, long size, int protection) {
        SystemCalls.checked("mprotect", address, size, protection, 0, 0, 0);
    }

    static void unmap(long address, long size) {
        SystemCalls.checked("munmap", address, size, 0, 0, 0, 0);
    }

    /** Maps with room to spare and trims, so that the result is aligned to {@link HostMemory#GRANULE}. */
    static long reserve(long size, int flags) {
        long spare = HostMemory.GRANULE;
        long address = map(0, size + spare, PROT_NONE, flags, -1, 0);
        long base = (address + spare - 1) & -spare;
        if (base > address) unmap(address, base - address);
        long end = address + size + spare;
        if (end > base + size) unmap(base + size, end - base - size);
        return base;
    }
}
