package dev.kiln.exec;

/** How a {@link CodeMemory} lets Java write what the processor executes, without a page that is writable and executable at once. */
public enum MappingStrategy {
    /** {@link #DUAL_MAPPING} where the host allows it, otherwise {@link #PAGE_FLIPPING}. */
    AUTOMATIC,
    /**
     * The same memory is mapped twice, at one address for writing and at another for running. Code can be added beside running code.
     */
    DUAL_MAPPING,
    /**
     * Pages are made writable, filled, and made executable. Each piece of code has pages of its own, so that writing one never takes
     * execution from another; costs a page and two system calls for each piece.
     */
    PAGE_FLIPPING
}
