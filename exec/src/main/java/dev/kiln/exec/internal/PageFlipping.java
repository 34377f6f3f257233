package dev.kiln.exec.internal;

import static dev.kiln.exec.internal.Posix.MAP_FIXED;
import static dev.kiln.exec.internal.Posix.MAP_PRIVATE;
import static dev.kiln.exec.internal.Posix.PROT_EXEC;
import static dev.kiln.exec.internal.Posix.PROT_NONE;
import static dev.kiln.exec.internal.Posix.PROT_READ;
import static dev.kiln.exec.internal.Posix.PROT_WRITE;

import dev.kiln.exec.MemoryKind;

/**
 * Pages that are writable first and executable afterwards. Code and constants are allocated in whole pages, so that a page being
 * written holds nothing that runs.
 *
 * <p>Under macOS the region is mapped with {@code MAP_JIT}, which the hardened runtime of a JDK allows; on Intel processors such
 * pages change protection by {@code mprotect} like others ({@code pthread_jit_write_protect_np} does nothing there), and
 * {@code sys_icache_invalidate} is asked to make new code visible. Written to Apple's documentation and untried.
 */
final class PageFlipping implements HostMemory {
    private static final long PAGE = 4096;
    private static final int LINUX_ANONYMOUS_NORESERVE = 0x20 | 0x4000;
    private static final int MACOS_ANONYMOUS_NORESERVE_JIT = 0x1000 | 0x40 | 0x800;

    private final boolean macOs;
    private final long size;
    private final long base;

    private PageFlipping(long size, boolean macOs) {
        this.size = size;
        this.macOs = macOs;
        base = Posix.reserve(size, MAP_PRIVATE | (macOs ? MACOS_ANONYMOUS_NORESERVE_JIT : LINUX_ANONYMOUS_NORESERVE));
    }

    static PageFlipping onLinux(long size) {
        return new PageFlipping(size, false);
    }

    static PageFlipping onMacOs(long size) {
        return new PageFlipping(size, true);
    }

    @Override
    public long base() {
        return base;
    }

    @Override
    public long writableDistance(MemoryKind kind) {
        return 0;
    }

    @Override
    public long unit(MemoryKind kind) {
        return switch (kind) {
            case CODE, RODATA -> PAGE;
            case DATA, GOT -> 16;
        };
    }

    @Override
    public void assign(long address, long length, MemoryKind kind) {
        switch (kind) {
            case CODE, RODATA -> {
                // Each allocation opens its pages.
            }
            case DATA, GOT -> Posix.protect(address, length, PROT_READ | PROT_WRITE);
        }
    }

    @Override
    public boolean withdraw(long address, long length) {
        if (macOs) {
            // MAP_JIT and MAP_FIXED exclude each other: the memory stays and is zeroed when it is used again.
            Posix.protect(address, length, PROT_NONE);
            return false;
        }
        Posix.map(address, length, PROT_NONE, MAP_PRIVATE | MAP_FIXED | LINUX_ANONYMOUS_NORESERVE, -1, 0);
        return true;
    }

    @Override
    public void open(long address, long length, MemoryKind kind) {
        switch (kind) {
            case CODE, RODATA -> Posix.protect(address, length, PROT_READ | PROT_WRITE);
            case DATA, GOT -> {
                // Always writable, never executable.
            }
        }
    }

    @Override
    public void seal(long address, long length, MemoryKind kind) {
        switch (kind) {
            case CODE -> Posix.protect(address, length, PROT_READ | PROT_EXEC);
            case RODATA -> Posix.protect(address, length, PROT_READ);
            case DATA, GOT -> {
                // Stays writable.
            }
        }
    }

    @Override
    public boolean synchronizesCode() {
        return macOs || LinuxMembarrier.isAvailable();
    }

    @Override
    public boolean changesRunningCode() {
        return false;
    }

    @Override
    public void synchronizeCode(long address, long length) {
        if (macOs) SystemCalls.call(SystemCalls.symbol("sys_icache_invalidate"), address, length, 0);
        else LinuxMembarrier.synchronizeCores();
    }

    @Override
    public void release() {
        Posix.unmap(base, size);
    }
}
