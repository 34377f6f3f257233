package dev.kiln.exec.internal;

import dev.kiln.exec.MappingStrategy;
import dev.kiln.exec.MemoryKind;
import dev.kiln.exec.SystemCallException;

/**
 * What {@code CodeMemory} needs of an operating system: one reserved run of addresses whose parts get a use, are written, and are made
 * visible to running code. Implementations keep no books: which part has which use is the caller's knowledge, and the caller locks.
 * Addresses and sizes of {@link #assign} and {@link #withdraw} are multiples of {@link #GRANULE}.
 */
public sealed interface HostMemory permits DualMapping, PageFlipping {
    /** In what portions the region gets its uses: the allocation granularity of Windows, a multiple of every page size. */
    long GRANULE = 64 << 10;

    /**
     * Reserves addresses on this host.
     *
     * @param bytes how many, a multiple of {@link #GRANULE}
     */
    static HostMemory reserve(long bytes, MappingStrategy strategy) {
        Host host = Host.current();
        return switch (host) {
            case LINUX ->
                switch (strategy) {
                    case DUAL_MAPPING -> new LinuxDualMapping(bytes);
                    case PAGE_FLIPPING -> PageFlipping.onLinux(bytes);
                    case AUTOMATIC -> {
                        try {
                            yield new LinuxDualMapping(bytes);
                        } catch (SystemCallException e) {
                            // A kernel without memfd_create, or a policy against executable mappings of files.
                            yield PageFlipping.onLinux(bytes);
                        }
                    }
                };
            case WINDOWS -> new WindowsDualMapping(bytes);
            case MACOS -> PageFlipping.onMacOs(bytes);
        };
    }

    /** The first address as running code sees it, a multiple of {@link #GRANULE}. */
    long base();

    /** How far the address for writing lies from the address for running, for a kind of memory. */
    long writableDistance(MemoryKind kind);

    /** What allocations of a kind are multiples of, in bytes: 16, or a page where protections change. */
    long unit(MemoryKind kind);

    /** Gives a part of the region its use. It reads as zero. */
    void assign(long address, long size, MemoryKind kind);

    /**
     * Takes a part out of use and gives its memory back to the system.
     *
     * @return whether it reads as zero when assigned again
     */
    boolean withdraw(long address, long size);

    /** Makes an allocated part writable at its address for writing. While it is, it may not be runnable. */
    void open(long address, long size, MemoryKind kind);

    /** Ends writing: makes the part what its kind says for running code. */
    void seal(long address, long size, MemoryKind kind);

    /** Whether the host can do {@link #synchronizeCode}; where not, addresses that held code are not used for code again. */
    boolean synchronizesCode();

    /** Whether code can be changed while it runs: it can be written beside it, and {@link #synchronizeCode} is there. */
    boolean changesRunningCode();

    /**
     * Makes every processor forget what it may have decoded of overwritten code. Code at addresses that held none before needs this
     * not: SDM vol. 3A 11.1.3 speaks of modifying code, and a processor comes to new code through an address it was told after.
     *
     * @param address of the code as it runs
     */
    void synchronizeCode(long address, long size);

    /** Gives everything back. */
    void release();
}
