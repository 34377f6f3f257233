package dev.kiln.ir.interp;

/**
 * A function written in Java that a program imports. C functions can call it too when the program hands them its address.
 *
 * <p>Arguments and result are the 64-bit cells in which the interpreter keeps values: integers sign-extended, {@code f32} bits
 * zero-extended, {@code f64} bits, addresses; a vector takes two or four cells, its first lane lowest. An aggregate is passed as the
 * address of the caller's copy; one cell is the result of a function that returns nothing, and is ignored.
 */
@FunctionalInterface
public interface HostFunction {
    /**
     * Runs it.
     *
     * @param arguments one cell for each argument of the call (more for vectors)
     * @return the result's bits; those above the type's width are ignored
     * @throws Throwable whatever it likes; the Java code that called the program gets it
     */
    long call(long[] arguments) throws Throwable;
}
