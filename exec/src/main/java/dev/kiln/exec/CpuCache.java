package dev.kiln.exec;

/**
 * A cache of the processor.
 *
 * @param level 1 is nearest to the core
 * @param kind what it holds
 * @param size in bytes
 * @param ways of associativity; a fully associative cache has as many as lines
 * @param lineSize in bytes
 * @param sharedBy the most logical processors that share it
 */
public record CpuCache(int level, Kind kind, long size, int ways, int lineSize, int sharedBy) {
    /** What a cache holds. */
    public enum Kind {
        /** Data only. */
        DATA,
        /** Instructions only. */
        INSTRUCTION,
        /** Both. */
        UNIFIED
    }
}
