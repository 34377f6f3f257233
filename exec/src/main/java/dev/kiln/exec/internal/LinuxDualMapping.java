package dev.kiln.exec.internal;

import static dev.kiln.exec.internal.Posix.MAP_FIXED;
import static dev.kiln.exec.internal.Posix.MAP_PRIVATE;
import static dev.kiln.exec.internal.Posix.MAP_SHARED;
import static dev.kiln.exec.internal.Posix.PROT_EXEC;
import static dev.kiln.exec.internal.Posix.PROT_NONE;
import static dev.kiln.exec.internal.Posix.PROT_READ;
import static dev.kiln.exec.internal.Posix.PROT_WRITE;

import dev.kiln.exec.MemoryKind;
import dev.kiln.exec.SystemCallException;

/**
 * An unnamed file in memory, mapped as a whole for writing, and part by part at a second place for running: read and execute for code,
 * read for constants. Data is private memory at the place for running and in no file, so that a program that forks keeps its
 * variables to itself.
 */
final class LinuxDualMapping implements DualMapping {
    private static final long MFD_CLOEXEC = 1;
    private static final long MFD_EXEC = 0x10;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_NORESERVE = 0x4000;
    private static final int EBADF = 9;
    private static final long PUNCH_HOLE_KEEP_SIZE = 0x02 | 0x01;
    private static final int UNUSED = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

    private final long size;
    private final long file;
    private final long writable;
    private final long base;

    LinuxDualMapping(long size) {
        this.size = size;
        file = createFile(size);
        long view = -1;
        long reserved = -1;
        try {
            SystemCalls.checked("ftruncate", file, size, 0, 0, 0, 0);
            view = Posix.map(0, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, file, 0);
            reserved = Posix.reserve(size, UNUSED);
            // Asks now whether the host lets a file be executed, while another strategy can still be chosen.
            Posix.map(reserved, GRANULE, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_FIXED, file, 0);
        } catch (SystemCallException e) {
            if (view != -1) Posix.unmap(view, size);
            if (reserved != -1) Posix.unmap(reserved, size);
            close(file);
            throw e;
        }
        writable = view;
        base = reserved;
    }

    private static long createFile(long size) {
        java.nio.ByteBuffer name = java.nio.ByteBuffer.allocateDirect(16);
        name.put(new byte[] {'k', 'i', 'l', 'n', '-', 'c', 'o', 'd', 'e', 0}).flip();
        long address = java.lang.foreign.MemorySegment.ofBuffer(name).address();
        // Kernels since 6.3 want to be told that the file will be executed, earlier ones do not know the flag.
        long file = (int) SystemCalls.call(SystemCalls.symbol("memfd_create"), address, MFD_CLOEXEC | MFD_EXEC, 0);
        if (file == -1) file = (int) SystemCalls.checked("memfd_create", address, MFD_CLOEXEC, 0, 0, 0, 0);
        java.lang.ref.Reference.reachabilityFence(name);
        return file;
    }

    /** Closes the file, for which nothing needs to be written any more: that it fails can only mean that it was not open. */
    private static void close(long file) {
        int result = (int) SystemCalls.call(SystemCalls.symbol("close"), file, 0, 0);
        if (result != 0) throw SystemCalls.returned("close", EBADF);
    }

    @Override
    public long base() {
        return base;
    }

    @Override
    public long writable() {
        return writable;
    }

    @Override
    public void assign(long address, long length, MemoryKind kind) {
        switch (kind) {
            case CODE ->
                Posix.map(address, length, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_FIXED, file, address - base);
            case RODATA, GOT -> Posix.map(address, length, PROT_READ, MAP_SHARED | MAP_FIXED, file, address - base);
            case DATA -> Posix.map(address, length, PROT_READ | PROT_WRITE, UNUSED | MAP_FIXED, -1, 0);
        }
    }

    @Override
    public boolean withdraw(long address, long length) {
        Posix.map(address, length, PROT_NONE, UNUSED | MAP_FIXED, -1, 0);
        SystemCalls.checked("fallocate", file, PUNCH_HOLE_KEEP_SIZE, address - base, length, 0, 0);
        return true;
    }

    @Override
    public boolean synchronizesCode() {
        return LinuxMembarrier.isAvailable();
    }

    @Override
    public boolean changesRunningCode() {
        return synchronizesCode();
    }

    @Override
    public void synchronizeCode(long address, long length) {
        LinuxMembarrier.synchronizeCores();
    }

    @Override
    public void release() {
        Posix.unmap(base, size);
        Posix.unmap(writable, size);
        close(file);
    }
}
