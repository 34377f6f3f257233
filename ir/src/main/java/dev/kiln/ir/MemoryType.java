package dev.kiln.ir;

/**
 * The layout of something in memory: a register type, or an aggregate. Used for slots, data, by-value parameters and results.
 * Sizes and alignments are in bytes and follow the natural rules of the System V ABI (AMD64 supplement 3.1.2).
 */
public sealed interface MemoryType permits Type, AggregateType {
    /** Size in bytes, padding at the end included. */
    long size();

    /** Alignment in bytes, a power of two. */
    long align();
}
