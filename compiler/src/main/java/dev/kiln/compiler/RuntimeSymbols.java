package dev.kiln.compiler;

/** The functions that compiled code may call without being told to by the program. Whoever links the code provides them. */
public final class RuntimeSymbols {
    /**
     * {@code void __kiln_trap(const char *record)}: reports a trap and never returns. The record is three NUL-terminated strings
     * one behind the other: the trap's name, the function's name, the stated position {@code file:line:column} or nothing.
     * Called with the platform's C convention and an aligned stack.
     */
    public static final String TRAP = "__kiln_trap";

    /**
     * {@code void *__kiln_thread_address(void *descriptor)}: the calling thread's copy of a thread-local datum. The descriptor is
     * what whoever links the code put into the datum's GOT cell, and its business alone. The platform's C convention.
     */
    public static final String THREAD_ADDRESS = "__kiln_thread_address";

    /** From the C library. */
    public static final String MEMCPY = "memcpy", MEMMOVE = "memmove", MEMSET = "memset";

    /** From the mathematical library, where the CPU has no fused multiply-add. */
    public static final String FMA = "fma", FMAF = "fmaf";

    private RuntimeSymbols() {}

    /** Whether a name is one of these. */
    public static boolean contains(String name) {
        return switch (name) {
            case TRAP, THREAD_ADDRESS, MEMCPY, MEMMOVE, MEMSET, FMA, FMAF -> true;
            default -> false;
        };
    }
}
