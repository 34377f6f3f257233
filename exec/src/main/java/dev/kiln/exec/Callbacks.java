package dev.kiln.exec;

import dev.kiln.exec.internal.BorderCode;
import dev.kiln.exec.internal.Pending;
import dev.kiln.exec.internal.StackArguments;
import dev.kiln.exec.internal.SystemCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;

/**
 * Java methods that native code calls through ordinary function pointers.
 *
 * <p>What such a method throws, of whatever kind, leaves the native code below it as {@code longjmp} would and comes out of the guarded
 * {@linkplain NativeCalls native call} that had entered it: the same object. On a thread where Java had not entered native code by a
 * guarded call, there is nobody to catch it: it is printed, and the process exits with status 120. A call on a nearly used-up stack
 * does not reach Java and throws {@link StackOverflowError} instead.
 *
 * <p>Function pointers are valid until this is closed. Safe for use by several threads.
 */
public final class Callbacks implements AutoCloseable {
    private static final MethodHandle KEEP = keep();

    private final NativeCalls calls;
    private final Arena arena = Arena.ofShared();
    private final List<CodeRange> thunks = new ArrayList<>();
    private boolean closed;

    /** Callbacks into which native code of the given calls' memory, and any other, may call. */
    public Callbacks(NativeCalls calls) {
        this.calls = calls;
    }

    private static MethodHandle keep() {
        try {
            return MethodHandles.lookup()
                    .findVirtual(Pending.class, "keep", MethodType.methodType(void.class, Throwable.class));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("Pending.keep", e);
        }
    }

    /**
     * Makes a function pointer.
     *
     * @param target what is called
     * @param descriptor the shape native code calls it with; its method type is the target's
     * @return the address of a native function
     * @throws IllegalArgumentException when the target's type is not the descriptor's, or the linker does not know the shape
     * @throws CodeMemoryExhaustedException when there is no room
     * @throws IllegalStateException when this is closed
     */
    public synchronized long thunk(MethodHandle target, FunctionDescriptor descriptor) {
        if (closed) throw new IllegalStateException("these callbacks are closed");
        MethodType type = descriptor.toMethodType();
        if (!target.type().equals(type)) {
            throw new IllegalArgumentException("a method of type " + target.type() + " cannot be called as " + type);
        }
        MethodHandle caught = KEEP.bindTo(calls.pending());
        if (type.returnType() != void.class) caught = MethodHandles.filterReturnValue(caught, zero(descriptor));
        MethodHandle safe = MethodHandles.catchException(target, Throwable.class, caught);
        long upcall = SystemCalls.linker().upcallStub(safe, descriptor, arena).address();
        long stackBytes = StackArguments.bytes(descriptor);
        CodeRange range = calls.memory().allocate(BorderCode.THUNK_SIZE, 16, MemoryKind.CODE);
        calls.publish(range, calls.border().thunk(range.address(), upcall, stackBytes));
        thunks.add(range);
        return range.address();
    }

    /** What a failed callback returns to the linker's stub; nobody sees it. */
    private static MethodHandle zero(FunctionDescriptor descriptor) {
        MemoryLayout layout = descriptor.returnLayout().orElseThrow();
        Class<?> type = descriptor.toMethodType().returnType();
        if (type != MemorySegment.class) return MethodHandles.zero(type);
        MemorySegment value = layout instanceof GroupLayout ? Arena.ofAuto().allocate(layout) : MemorySegment.NULL;
        return MethodHandles.constant(MemorySegment.class, value);
    }

    /** Frees all function pointers; none may be in use or be used again. Closing twice does nothing. */
    @Override
    public synchronized void close() {
        if (closed) return;
        closed = true;
        for (CodeRange thunk : thunks) {
            if (!calls.memory().isClosed()) calls.memory().free(thunk);
        }
        arena.close();
    }
}
