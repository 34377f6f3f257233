package dev.kiln.exec;

/** What a piece of a {@link CodeMemory} is for; decides what running code may do with it. */
public enum MemoryKind {
    /** Instructions: read and executed. Aligned to 16 bytes at least. */
    CODE,
    /** Constants and jump tables: only read by running code. */
    RODATA,
    /** Variables, initialised or not: read and written, by Java at the same address as by running code. */
    DATA,
    /** Addresses of things outside the region: read by running code, written by the linker, also while code runs. */
    GOT
}
