package dev.kiln.exec.internal;

import dev.kiln.exec.MemoryKind;

/**
 * The same memory at two places: one view for writing, always writable, and one for running, never writable, data excepted, which
 * stands at the place for running only.
 */
public sealed interface DualMapping extends HostMemory permits LinuxDualMapping, WindowsDualMapping {
    /** Where the view for writing begins. */
    long writable();

    @Override
    default long writableDistance(MemoryKind kind) {
        return kind == MemoryKind.DATA ? 0 : writable() - base();
    }

    @Override
    default long unit(MemoryKind kind) {
        return 16;
    }

    /** Nothing to do: the view for writing is always writable. */
    @Override
    default void open(long address, long length, MemoryKind kind) {}

    /** Nothing to do: the view for running is never writable. */
    @Override
    default void seal(long address, long length, MemoryKind kind) {}
}
