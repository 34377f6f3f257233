package dev.kiln.ir.interp.internal;

import dev.kiln.ir.Function;
import dev.kiln.ir.Signature;
import dev.kiln.ir.interp.HostFunction;
import java.util.List;

/** A function that the interpreter can enter: one of the program, translated when it is first called, or one of Java. */
final class Callable {
    /** Its place in {@link Engine#callables}. */
    final int index;

    final String name;
    /** {@code null} for a function of Java. */
    final Function function;
    /** {@code null} for a function of the program. */
    final HostFunction host;

    final AbiSignature abi;

    /** Read without synchronisation: a body is immutable. */
    Body body;

    /** The address that C code can call; 0 as long as nobody asked for it. */
    volatile long address;

    /** Whether it takes more arguments on the stack than a call from C can bring. Written before {@link #address}. */
    boolean tooLargeForC;

    Callable(int index, String name, Signature signature, Function function, HostFunction host) {
        this.index = index;
        this.name = name;
        this.function = function;
        this.host = host;
        this.abi = new AbiSignature(signature, List.of());
    }
}
