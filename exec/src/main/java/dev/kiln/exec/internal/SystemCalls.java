package dev.kiln.exec.internal;

import dev.kiln.base.Diagnostic;
import dev.kiln.base.DiagnosticException;
import dev.kiln.base.Position;
import dev.kiln.exec.ExecCode;
import dev.kiln.exec.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Calls of C functions that take and return integers and addresses, all through one shape, {@code long(long, long, long, long, long,
 * long)}: linking a shape is by far the most expensive step of starting up, calling another function through it is free. Arguments
 * that a function does not have are passed in registers that it does not read, and a result narrower than 64 bits is narrowed by the
 * caller ({@code (int) call(…)}).
 *
 * <p>The shape does not capture {@code errno}: that would need a second one. A call that fails is made again through a capturing
 * handle, linked only then; every call made here either changes nothing when it fails or can be repeated.
 */
public final class SystemCalls {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup C_LIBRARY = LINKER.defaultLookup();
    private static final FunctionDescriptor SHAPE = FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG);
    private static final MethodHandle CALL = LINKER.downcallHandle(SHAPE);

    private SystemCalls() {}

    /** The host's linker. */
    public static Linker linker() {
        return LINKER;
    }

    /** The address of a function or variable of the C library, or 0. */
    public static long find(String name) {
        var found = C_LIBRARY.find(name);
        return found.isPresent() ? found.get().address() : 0;
    }

    /**
     * The address of a function of the C library.
     *
     * @throws DiagnosticException when there is none of that name
     */
    public static long symbol(String name) {
        long address = find(name);
        if (address == 0) throw new DiagnosticException(Diagnostic.of(ExecCode.MISSING_SYMBOL, Position.NONE, name));
        return address;
    }

    /** Calls a function with six integer arguments. */
    public static long call(long function, long a, long b, long c, long d, long e, long f) {
        try {
            return (long) CALL.invokeExact(MemorySegment.ofAddress(function), a, b, c, d, e, f);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Calls a function with three integer arguments. */
    public static long call(long function, long a, long b, long c) {
        return call(function, a, b, c, 0, 0, 0);
    }

    /**
     * Calls a function that returns −1 when it fails.
     *
     * @throws SystemCallException when it fails
     */
    public static long checked(String name, long a, long b, long c, long d, long e, long f) {
        long function = symbol(name);
        long result = call(function, a, b, c, d, e, f);
        return (int) result != -1 ? result : again(name, a, b, c, d, e, f);
    }

    /** Makes a call that failed again, to learn why. */
    private static long again(String name, long a, long b, long c, long d, long e, long f) {
        long function = symbol(name);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
            long result = (long) Capturing.CALL.invokeExact(MemorySegment.ofAddress(function), state, a, b, c, d, e, f);
            if ((int) result != -1) return result;
            int errno = state.get(ValueLayout.JAVA_INT, Capturing.ERROR_OFFSET);
            throw failure(name, errno, a, b, c, d, e, f);
        } catch (SystemCallException e1) {
            throw e1;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static SystemCallException failure(String name, int errno, long... arguments) {
        StringBuilder text = new StringBuilder(name).append('(');
        for (int i = 0; i < arguments.length; i++) {
            long argument = arguments[i];
            if (i > 0) text.append(", ");
            if (argument >>> 32 == 0 || argument >>> 31 == 0x1FFFFFFFFL) text.append(argument);
            else text.append("0x").append(Long.toHexString(argument));
        }
        return new SystemCallException(text.append(')').toString(), errno, errorText(errno));
    }

    /** For functions that return their error number instead of setting {@code errno}. */
    static SystemCallException returned(String name, int error) {
        return new SystemCallException(name, error, errorText(error));
    }

    private static String errorText(int errno) {
        long strerror = find("strerror");
        long text = strerror == 0 ? 0 : call(strerror, errno, 0, 0);
        return text == 0 ? "unknown error" : string(text);
    }

    /** The bytes up to the first NUL at an address, as UTF-8, malformed bytes replaced. */
    public static String string(long address) {
        int length = (int) (afterString(address) - address - 1);
        byte[] bytes = new byte[length];
        buffer(address, length).get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The address after the first NUL at or after an address. */
    public static long afterString(long address) {
        java.nio.ByteBuffer memory = buffer(address, Integer.MAX_VALUE - 8);
        int length = 0;
        while (memory.get(length) != 0) length++;
        return address + length + 1;
    }

    /** A buffer over native memory in the host's byte order; starts faster than segments, whose accesses go through var handles. */
    public static java.nio.ByteBuffer buffer(long address, int size) {
        return MemorySegment.ofAddress(address).reinterpret(size).asByteBuffer().order(ByteOrder.nativeOrder());
    }

    /** A handle for calls throws nothing checked. */
    public static RuntimeException unexpected(Throwable t) {
        if (t instanceof Error e) throw e;
        if (t instanceof RuntimeException e) throw e;
        throw new AssertionError("a native call threw", t);
    }

    /** The second shape, only there when a call failed. */
    private static final class Capturing {
        private static final String ERROR_NAME = Host.isWindows() ? "GetLastError" : "errno";
        static final MethodHandle CALL = LINKER.downcallHandle(SHAPE, Linker.Option.captureCallState(ERROR_NAME));
        static final long ERROR_OFFSET = Linker.Option.captureStateLayout()
                .byteOffset(java.lang.foreign.MemoryLayout.PathElement.groupElement(ERROR_NAME));
    }
}
