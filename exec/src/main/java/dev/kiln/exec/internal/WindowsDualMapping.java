package dev.kiln.exec.internal;

import dev.kiln.exec.MemoryKind;
import dev.kiln.exec.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;

/**
 * A section of the paging file, mapped twice: one view for writing, one for running. The section is only reserved; a part is
 * committed when it gets its use, with the protection of that use in either view, so that no page is ever writable and executable.
 * Written to Microsoft's documentation of {@code CreateFileMappingW}, {@code MapViewOfFileEx}, {@code VirtualAlloc} and
 * {@code FlushInstructionCache}, and untried.
 */
final class WindowsDualMapping implements DualMapping {
    private static final long INVALID_HANDLE = -1;
    private static final long CURRENT_PROCESS = -1;
    private static final long PAGE_NOACCESS = 0x01;
    private static final long PAGE_READONLY = 0x02;
    private static final long PAGE_READWRITE = 0x04;
    private static final long PAGE_EXECUTE_READ = 0x20;
    private static final long PAGE_EXECUTE_READWRITE = 0x40;
    private static final long SEC_RESERVE = 0x0400_0000;
    private static final long FILE_MAP_WRITE = 0x02;
    private static final long FILE_MAP_READ = 0x04;
    private static final long FILE_MAP_EXECUTE = 0x20;
    private static final long MEM_COMMIT = 0x1000;

    private final SymbolLookup kernel = SymbolLookup.libraryLookup("kernel32.dll", Arena.global());
    private final long section;
    private final long writable;
    private final long base;

    WindowsDualMapping(long size) {
        section = checked(
                "CreateFileMappingW",
                INVALID_HANDLE,
                0,
                PAGE_EXECUTE_READWRITE | SEC_RESERVE,
                size >>> 32,
                size & 0xFFFF_FFFFL,
                0);
        writable = checked("MapViewOfFileEx", section, FILE_MAP_READ | FILE_MAP_WRITE, 0, 0, size, 0);
        // The most a page of this view may become; nothing of it is committed, so nothing of it is accessible.
        base = checked("MapViewOfFileEx", section, FILE_MAP_READ | FILE_MAP_WRITE | FILE_MAP_EXECUTE, 0, 0, size, 0);
    }

    /** Calls a function that returns an address or a handle, null when it fails. */
    private long checked(String name, long a, long b, long c, long d, long e, long f) {
        long result = SystemCalls.call(kernel.findOrThrow(name).address(), a, b, c, d, e, f);
        if (result == 0) throw failure(name, a, b, c, d, e, f);
        return result;
    }

    /** Calls a function that returns a {@code BOOL}: 32 bits, zero when it fails. */
    private void checkedFlag(String name, long a, long b, long c, long d) {
        int result = (int) SystemCalls.call(kernel.findOrThrow(name).address(), a, b, c, d, 0, 0);
        if (result == 0) throw failure(name, a, b, c, d, 0, 0);
    }

    private SystemCallException failure(String name, long a, long b, long c, long d, long e, long f) {
        int error = (int) SystemCalls.call(kernel.findOrThrow("GetLastError").address(), 0, 0, 0);
        String call = name + "(" + a + ", " + b + ", " + c + ", " + d + ", " + e + ", " + f + ")";
        return new SystemCallException(call, error, "Windows error");
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
    public void assign(long address, long size, MemoryKind kind) {
        long protection = switch (kind) {
            case CODE -> PAGE_EXECUTE_READ;
            case RODATA, GOT -> PAGE_READONLY;
            case DATA -> PAGE_READWRITE;
        };
        checked("VirtualAlloc", address, size, MEM_COMMIT, protection, 0, 0);
        protect(address, size, protection);
        if (kind != MemoryKind.DATA) {
            checked("VirtualAlloc", address - base + writable, size, MEM_COMMIT, PAGE_READWRITE, 0, 0);
        }
    }

    @Override
    public boolean withdraw(long address, long size) {
        // Pages of a section stay committed until its last view is gone.
        protect(address, size, PAGE_NOACCESS);
        return false;
    }

    private void protect(long address, long size, long protection) {
        try (Arena arena = Arena.ofConfined()) {
            checkedFlag(
                    "VirtualProtect",
                    address,
                    size,
                    protection,
                    arena.allocate(8).address());
        }
    }

    @Override
    public boolean synchronizesCode() {
        return true;
    }

    @Override
    public boolean changesRunningCode() {
        return true;
    }

    @Override
    public void synchronizeCode(long address, long size) {
        checkedFlag("FlushInstructionCache", CURRENT_PROCESS, address, size, 0);
        // Interrupts every processor that runs a thread of this process, and returning from an interrupt serialises.
        SystemCalls.call(kernel.findOrThrow("FlushProcessWriteBuffers").address(), 0, 0, 0);
    }

    @Override
    public void release() {
        checkedFlag("UnmapViewOfFile", base, 0, 0, 0);
        checkedFlag("UnmapViewOfFile", writable, 0, 0, 0);
        checkedFlag("CloseHandle", section, 0, 0, 0);
    }
}
