package dev.kiln.ir.interp.internal;

/** What a symbol's name stands for in a module. */
sealed interface Symbol {
    /** A function of the program or of Java. */
    record Code(Callable callable) implements Symbol {}

    /** A datum of the program, or something of a library. */
    record Address(long address) implements Symbol {}

    /** A thread-local datum of the program, by its offset in each thread's block. */
    record ThreadLocal(long offset) implements Symbol {}

    /** A thread-local datum of a library: each thread asks for its address. */
    record ForeignThreadLocal(String name) implements Symbol {}

    /** Found nowhere; an error only when the program gets there. */
    record Missing(String name) implements Symbol {}
}
