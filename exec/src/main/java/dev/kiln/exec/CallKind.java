package dev.kiln.exec;

/** How much stands between a Java call and the native function: what the function may do against what the call costs. */
public enum CallKind {
    /** The function may do anything: trap, call back into Java, block, run for long. It is entered through a stub. */
    GUARDED,
    /**
     * The function is known neither to trap nor to call through a {@linkplain Callbacks thunk}: no stub, nothing is checked after it. If
     * it traps nevertheless, the trap goes to an outer native call, past the Java frames between, or ends the process.
     */
    PLAIN,
    /**
     * Like {@link #PLAIN}, and besides it returns at once, neither blocks nor faults, and never reaches Java again: the thread stays in
     * the JVM's eyes where it was, so that a collection waits for it, and a fault in it kills the JVM without a report of use.
     */
    CRITICAL,
    /** Like {@link #CRITICAL}; segments on the Java heap may be passed as addresses, without a copy. */
    CRITICAL_WITH_HEAP
}
