package dev.kiln.bench.start;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** A process that makes one call of a C function through the JDK, without Kiln: what {@link FirstFunction} is compared with. */
public final class BareCall {
    private BareCall() {}

    public static void main(String[] args) throws Throwable {
        call();
    }

    static void call() throws Throwable {
        Linker linker = Linker.nativeLinker();
        MethodHandle abs = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("labs"),
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
        if ((long) abs.invokeExact(-55L) != 55) throw new AssertionError("labs");
    }
}
