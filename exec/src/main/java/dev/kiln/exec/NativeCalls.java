package dev.kiln.exec;

import dev.kiln.base.Diagnostic;
import dev.kiln.base.DiagnosticException;
import dev.kiln.base.Position;
import dev.kiln.exec.internal.BorderCode;
import dev.kiln.exec.internal.Host;
import dev.kiln.exec.internal.Pending;
import dev.kiln.exec.internal.StackArguments;
import dev.kiln.exec.internal.SystemCalls;
import dev.kiln.exec.internal.ThreadChain;
import dev.kiln.exec.internal.ThreadStorageCode;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Calls from Java into native code, and what comes back instead of a result: traps, and exceptions that callbacks threw.
 *
 * <p>{@link #bind} makes a method handle of an address and a shape. Kept in a {@code static final} field it costs what the JDK's own
 * downcall handle costs, and little more when {@linkplain CallKind#GUARDED guarded}. Linking a new shape takes milliseconds, binding
 * another address to a known one microseconds. {@link #call} needs no shape of its own and is the quickest to start.
 *
 * <p>A trap in a guarded call becomes a {@link dev.kiln.base.TrapException} thrown by the handle; native frames between are skipped as by
 * {@code longjmp}, Java frames never are. A trap on a thread that Java never entered native code on is printed, and the process
 * exits with status 120. Safe for use by several threads, virtual ones too: they stay on their carrier while native code is on their
 * stack.
 */
public final class NativeCalls {
    /** How many shapes of each kind are kept; a shape that was dropped is linked again. */
    private static final int SHAPES = 256;

    private final CodeMemory memory;
    private final BorderCode border;
    private final Pending pending;
    private final Map<FunctionDescriptor, MethodHandle> shapes = bounded();
    private final Map<FunctionDescriptor, MethodHandle> criticalShapes = bounded();
    private final Map<FunctionDescriptor, MethodHandle> heapShapes = bounded();
    private final Map<Class<?>, MethodHandle> checks = new HashMap<>();
    private final Map<Long, Entry> entries = new HashMap<>();
    private CodeRange threadAddress;

    /** The entry stubs of one function, one for each size of its stack arguments. */
    private static final class Entry {
        final long stackBytes;
        final CodeRange stub;
        final Entry next;

        Entry(long stackBytes, CodeRange stub, Entry next) {
            this.stackBytes = stackBytes;
            this.stub = stub;
            this.next = next;
        }
    }

    /**
     * Puts the border's code into a memory. One such object serves all code of that memory.
     *
     * @throws DiagnosticException when this host cannot make such calls
     * @throws CodeMemoryExhaustedException when there is no room
     */
    public NativeCalls(CodeMemory memory) {
        Host host = Host.current();
        if (host != Host.LINUX) {
            throw new DiagnosticException(
                    Diagnostic.of(ExecCode.UNSUPPORTED_CALLS, Position.NONE, System.getProperty("os.name"))
                            .suggest("compile to an object file instead"));
        }
        this.memory = memory;
        border = new BorderCode(ThreadChain.instance());
        byte[] shared = border.shared();
        CodeRange range = memory.allocate(shared.length, 16, MemoryKind.CODE);
        publish(range, shared);
        border.placedAt(range.address());
        pending = new Pending(border);
        pending.take();
    }

    /**
     * Begins on another thread what the first code memory and the first call need: the JDK's linker takes tens of milliseconds to
     * start. Worth calling early by a program that has something else to do first; does nothing of consequence otherwise.
     */
    public static void warmUp() {
        Thread thread = new Thread(new WarmUp(), "kiln-warm-up");
        thread.setDaemon(true);
        thread.start();
    }

    private static final class WarmUp implements Runnable {
        @Override
        public void run() {
            try {
                if (Host.current() == Host.LINUX) ThreadChain.instance();
            } catch (RuntimeException | LinkageError e) {
                // Whoever needs it in earnest is told.
            }
        }
    }

    private static Map<FunctionDescriptor, MethodHandle> bounded() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<FunctionDescriptor, MethodHandle> eldest) {
                return size() > SHAPES;
            }
        };
    }

    /** Where the calls' stubs lie. */
    public CodeMemory memory() {
        return memory;
    }

    /**
     * The address of the routine that compiled code calls to trap, known to linkers as {@code __kiln_trap}. RDI holds the address of three
     * consecutive NUL-terminated strings: the trap's name, the function's name without {@code @}, the source position as
     * {@code file:line:column} or empty. It does not return; the address it would return to identifies the site.
     */
    public long trapRoutine() {
        return border.trapRoutine();
    }

    /** Sets who knows the source positions of traps that state none. */
    public void sites(SiteTable table) {
        pending.sites(table);
    }

    /**
     * Makes a handle that calls a native function.
     *
     * @param address of the function: published code of this memory, or any function of the process
     * @param descriptor its shape; when it returns a structure the handle's first parameter is a {@link
     *     java.lang.foreign.SegmentAllocator}, as with {@link Linker#downcallHandle}
     * @param kind what the function may do
     * @return a handle of the descriptor's method type
     * @throws IllegalStateException when the address lies in this memory but in no published code
     * @throws IllegalArgumentException when the linker does not know the shape, or the address is 0
     */
    public MethodHandle bind(long address, FunctionDescriptor descriptor, CallKind kind) {
        checkAddress(address);
        MethodHandle shape = shape(descriptor, kind);
        if (kind != CallKind.GUARDED) return shape.bindTo(MemorySegment.ofAddress(address));
        long entry = entry(address, StackArguments.bytes(descriptor));
        MethodHandle bound = shape.bindTo(MemorySegment.ofAddress(entry));
        return MethodHandles.filterReturnValue(bound, check(bound.type().returnType()));
    }

    /** {@link #bind(long, FunctionDescriptor, CallKind)} of a function that may do anything. */
    public MethodHandle bind(long address, FunctionDescriptor descriptor) {
        return bind(address, descriptor, CallKind.GUARDED);
    }

    private void checkAddress(long address) {
        if (address == 0) throw new IllegalArgumentException("there is no function at address 0");
        memory.checkRunnable(address);
    }

    private synchronized MethodHandle shape(FunctionDescriptor descriptor, CallKind kind) {
        var known = switch (kind) {
            case GUARDED, PLAIN -> shapes;
            case CRITICAL -> criticalShapes;
            case CRITICAL_WITH_HEAP -> heapShapes;
        };
        MethodHandle shape = known.get(descriptor);
        if (shape == null) {
            Linker linker = SystemCalls.linker();
            shape = switch (kind) {
                case GUARDED, PLAIN -> linker.downcallHandle(descriptor);
                case CRITICAL -> linker.downcallHandle(descriptor, Linker.Option.critical(false));
                case CRITICAL_WITH_HEAP -> linker.downcallHandle(descriptor, Linker.Option.critical(true));
            };
            known.put(descriptor, shape);
        }
        return shape;
    }

    /** The entry stub of a function; made once for each size of its stack arguments. */
    private synchronized long entry(long target, long stackBytes) {
        Entry first = entries.get(target);
        for (Entry entry = first; entry != null; entry = entry.next)
            if (entry.stackBytes == stackBytes) return entry.stub.address();
        CodeRange stub = memory.allocate(BorderCode.ENTRY_SIZE, 16, MemoryKind.CODE);
        publish(stub, border.entry(stub.address(), target, stackBytes));
        entries.put(target, new Entry(stackBytes, stub, first));
        return stub.address();
    }

    /** Frees what was made for calls of a function, which is about to be freed itself. Handles bound to it must not be used any more. */
    public synchronized void unbind(long address) {
        for (Entry entry = entries.remove(address); entry != null; entry = entry.next) memory.free(entry.stub);
    }

    /** The routine of {@link ThreadStorage}, made when first asked for. */
    public synchronized long threadAddressRoutine() {
        if (threadAddress == null) {
            byte[] name = "out_of_memory\0\0\0".getBytes(StandardCharsets.US_ASCII);
            CodeRange record = memory.allocate(name.length, 1, MemoryKind.RODATA);
            publish(record, name);
            byte[] code = ThreadStorageCode.threadAddress(trapRoutine(), record.address());
            CodeRange range = memory.allocate(code.length, 16, MemoryKind.CODE);
            publish(range, code);
            threadAddress = range;
        }
        return threadAddress.address();
    }

    void publish(CodeRange range, byte[] code) {
        memory.writable(range).asByteBuffer().put(code);
        memory.publish(range);
    }

    BorderCode border() {
        return border;
    }

    Pending pending() {
        return pending;
    }

    /**
     * Calls a function that may do anything, with up to six integers or addresses: others are passed in registers that the function does
     * not read. A result narrower than 64 bits has undefined upper bits.
     *
     * @throws dev.kiln.base.TrapException when it traps
     * @throws IllegalArgumentException when the address is 0
     * @throws IllegalStateException when the address lies in this memory but in no published code
     */
    public long call(long address, long a, long b, long c, long d, long e, long f) {
        checkAddress(address);
        long result = SystemCalls.call(entry(address, 0), a, b, c, d, e, f);
        if (ThreadChain.anyPending()) raise();
        return result;
    }

    private void raise() {
        Throwable thrown = pending.take();
        if (thrown != null) throw NativeCalls.<RuntimeException>unchecked(thrown);
    }

    /** What a callback threw comes out as it was, checked or not. */
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T unchecked(Throwable thrown) throws T {
        throw (T) thrown;
    }

    // After each call: one load and a branch. One method for each type that values have in Java.

    private synchronized MethodHandle check(Class<?> type) {
        MethodHandle check = checks.get(type);
        if (check == null) {
            MethodType signature = type == void.class
                    ? MethodType.methodType(void.class, NativeCalls.class)
                    : MethodType.methodType(type, NativeCalls.class, type);
            try {
                check = MethodHandles.lookup()
                        .findStatic(NativeCalls.class, "check", signature)
                        .bindTo(this);
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(type.toString(), e);
            }
            checks.put(type, check);
        }
        return check;
    }

    private static void check(NativeCalls calls) {
        if (ThreadChain.anyPending()) calls.raise();
    }

    private static boolean check(NativeCalls calls, boolean result) {
        if (ThreadChain.anyPending()) calls.raise();
        return result;
    }

    private static byte check(NativeCalls calls, byte result) {
        if (ThreadChain.anyPending()) calls.raise();
        return result;
    }

    private static char check(NativeCalls calls, char result) {
        if (ThreadChain.anyPending()) calls.raise();
        return result;
    }

    private static short check(NativeCalls calls, short result) {
        if (ThreadChain.anyPending()) calls.raise();
        return result;
    }

    private static int check(NativeCalls calls, int result) {
        if (ThreadChain.anyPending()) calls.raise();
        return result;
    }

    private static long check(NativeCalls calls, long result) {
        if (ThreadChain.anyPending()) calls.raise();
        return result;
    }

    private static float check(NativeCalls calls, float result) {
        if (ThreadChain.anyPending()) calls.raise();
        return result;
    }

    private static double check(NativeCalls calls, double result) {
        if (ThreadChain.anyPending()) calls.raise();
        return result;
    }

    private static MemorySegment check(NativeCalls calls, MemorySegment result) {
        if (ThreadChain.anyPending()) calls.raise();
        return result;
    }
}
