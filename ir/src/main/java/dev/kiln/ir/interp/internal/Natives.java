package dev.kiln.ir.interp.internal;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.kiln.ir.abi.ArgumentAssignment;
import dev.kiln.ir.abi.Eightbytes;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;

/**
 * Calls between the interpreter and C code through {@code java.lang.foreign}.
 *
 * <p>Where values go is decided by {@link AbiArguments}, not by Java: every call passes all six general registers, all eight vector
 * registers when any is needed, and then as many words as lie on the stack. By the System V ABI a callee cannot tell that more
 * registers are set than it has parameters, and arguments beyond the registers are pushed in order, so a few shapes of calls serve for
 * all signatures: variadic ones, unions, opaque and packed aggregates, for which Java has no layouts, and arguments that callee and
 * caller see differently. Only the low half of a vector register can be passed, so 128-bit vectors cannot.
 */
final class Natives {
    /** How a result comes back: the registers that have to be read. */
    static final int GENERAL = 0, VECTOR = 1, TWO_GENERAL = 2, GENERAL_VECTOR = 3, VECTOR_GENERAL = 4, TWO_VECTOR = 5;

    /** Numbers of words on the stack for which there are call shapes: a call takes the next larger one. */
    private static final int[] STACK_SIZES = {0, 2, 4, 8, 16, 32, 64, 96};

    /** Words of the caller's stack that a variadic function of ours can see; more would read beyond what may be there. */
    private static final int VARIADIC_STACK = 64;

    private final Engine engine;
    private final MethodHandle[] general = new MethodHandle[6 * STACK_SIZES.length];

    Natives(Engine engine) {
        this.engine = engine;
    }

    /** The handles for the frequent calls; a holder, so that HotSpot sees constants and nothing is linked before the first call. */
    private static final class Handles {
        static final Linker LINKER = Linker.nativeLinker();
        static final MethodHandle INTS = LINKER.downcallHandle(descriptor(GENERAL, false, 0));
    }

    private static final class FloatHandles {
        static final MethodHandle TO_LONG = withVectors(descriptor(GENERAL, true, 0));
        static final MethodHandle TO_DOUBLE = withVectors(descriptor(VECTOR, true, 0));
    }

    /**
     * A handle that passes vector registers. It must say that the callee is variadic: only then does Java put their number into AL, which
     * a variadic callee reads to know whether it has to save them (AMD64 supplement 3.2.3); others do not mind.
     */
    private static MethodHandle withVectors(FunctionDescriptor descriptor) {
        return Handles.LINKER.downcallHandle(
                descriptor,
                Linker.Option.firstVariadicArg(descriptor.argumentLayouts().size()));
    }

    private static FunctionDescriptor descriptor(int result, boolean vectors, int stackWords) {
        MemoryLayout[] arguments =
                new MemoryLayout[AbiArguments.GENERALS + (vectors ? AbiArguments.VECTORS : 0) + stackWords];
        Arrays.fill(arguments, JAVA_LONG);
        if (vectors) {
            Arrays.fill(arguments, AbiArguments.GENERALS, AbiArguments.GENERALS + AbiArguments.VECTORS, JAVA_DOUBLE);
        }
        MemoryLayout to = switch (result) {
            case GENERAL -> JAVA_LONG;
            case VECTOR -> JAVA_DOUBLE;
            case TWO_GENERAL -> MemoryLayout.structLayout(JAVA_LONG, JAVA_LONG);
            case GENERAL_VECTOR -> MemoryLayout.structLayout(JAVA_LONG, JAVA_DOUBLE);
            case VECTOR_GENERAL -> MemoryLayout.structLayout(JAVA_DOUBLE, JAVA_LONG);
            default -> MemoryLayout.structLayout(JAVA_DOUBLE, JAVA_DOUBLE);
        };
        return FunctionDescriptor.of(to, arguments);
    }

    /** The registers in which a function of this shape returns. */
    private static int resultKind(AbiSignature shape) {
        if (shape.resultAggregate == null) {
            return shape.result.inVectorRegister() ? VECTOR : GENERAL;
        }
        Eightbytes parts = shape.passing().result();
        boolean vectorFirst = parts.registers() > 0 && parts.isVector(0);
        if (parts.registers() < 2) {
            return vectorFirst ? VECTOR : GENERAL;
        }
        if (parts.isVector(1)) {
            return vectorFirst ? TWO_VECTOR : GENERAL_VECTOR;
        }
        return vectorFirst ? VECTOR_GENERAL : TWO_GENERAL;
    }

    /** The largest number of words on the stack that can be passed. */
    static int maxStackWords() {
        return STACK_SIZES[STACK_SIZES.length - 1];
    }

    private static int stackSize(int words) {
        int index = 0;
        while (STACK_SIZES[index] < words) {
            index++;
        }
        return index;
    }

    static long ints(MemorySegment target, long a, long b, long c, long d, long e, long f) throws Throwable {
        return (long) Handles.INTS.invokeExact(target, a, b, c, d, e, f);
    }

    /** Makes a call; the result's registers are in {@code abi} afterwards. At most {@link #maxStackWords} words on the stack. */
    void call(MemorySegment target, AbiArguments abi, AbiSignature shape, long scratch) throws Throwable {
        int result = resultKind(shape);
        long[] g = abi.general;
        int words = abi.stackWords();
        if (words == 0 && result <= VECTOR) {
            if (result == GENERAL && abi.vectors == 0) {
                abi.rax = (long) Handles.INTS.invokeExact(target, g[0], g[1], g[2], g[3], g[4], g[5]);
            } else if (result == GENERAL) {
                abi.rax = (long) FloatHandles.TO_LONG.invokeExact(
                        target, g[0], g[1], g[2], g[3], g[4], g[5], v(abi, 0), v(abi, 1), v(abi, 2), v(abi, 3),
                        v(abi, 4), v(abi, 5), v(abi, 6), v(abi, 7));
            } else {
                double value = (double) FloatHandles.TO_DOUBLE.invokeExact(
                        target, g[0], g[1], g[2], g[3], g[4], g[5], v(abi, 0), v(abi, 1), v(abi, 2), v(abi, 3),
                        v(abi, 4), v(abi, 5), v(abi, 6), v(abi, 7));
                abi.resultVector[0] = Double.doubleToRawLongBits(value);
            }
            return;
        }
        int size = stackSize(words);
        MethodHandle handle = generalHandle(result, size);
        long[] stack = Arrays.copyOf(abi.stack, STACK_SIZES[size]);
        if (result == GENERAL) {
            abi.rax = (long) handle.invokeExact(
                    target, g[0], g[1], g[2], g[3], g[4], g[5], v(abi, 0), v(abi, 1), v(abi, 2), v(abi, 3), v(abi, 4),
                    v(abi, 5), v(abi, 6), v(abi, 7), stack);
        } else if (result == VECTOR) {
            double value = (double) handle.invokeExact(
                    target, g[0], g[1], g[2], g[3], g[4], g[5], v(abi, 0), v(abi, 1), v(abi, 2), v(abi, 3), v(abi, 4),
                    v(abi, 5), v(abi, 6), v(abi, 7), stack);
            abi.resultVector[0] = Double.doubleToRawLongBits(value);
        } else {
            SegmentAllocator allocator = SegmentAllocator.prefixAllocator(
                    MemorySegment.ofAddress(scratch).reinterpret(32));
            MemorySegment unused = (MemorySegment) handle.invokeExact(
                    target, allocator, g[0], g[1], g[2], g[3], g[4], g[5], v(abi, 0), v(abi, 1), v(abi, 2), v(abi, 3),
                    v(abi, 4), v(abi, 5), v(abi, 6), v(abi, 7), stack);
            Eightbytes parts = shape.passing().result();
            abi.setResultRegister(parts, 0, Memory.read(scratch, 8));
            abi.setResultRegister(parts, 1, Memory.read(scratch + 8, 8));
        }
    }

    private static double v(AbiArguments abi, int index) {
        return Double.longBitsToDouble(abi.vector[index * 4]);
    }

    private synchronized MethodHandle generalHandle(int result, int size) {
        int index = result * STACK_SIZES.length + size;
        if (general[index] == null) {
            general[index] = withVectors(descriptor(result, true, STACK_SIZES[size]))
                    .asSpreader(long[].class, STACK_SIZES[size]);
        }
        return general[index];
    }

    // Calls from C.

    private record UpcallShape(FunctionDescriptor descriptor, MethodHandle target) {}

    private final UpcallShape[] upcalls = new UpcallShape[6 * (STACK_SIZES.length + 1)];

    /** Code that C can call, for a function of ours. */
    long upcallStub(Callable callable) {
        AbiSignature shape = callable.abi;
        ArgumentAssignment fixed = shape.passing().arguments();
        int used = (int) Math.min(fixed.stackUsed() >>> 3, Integer.MAX_VALUE);
        int words = shape.variadic ? Math.max(VARIADIC_STACK, used) : used;
        if (words > maxStackWords()) {
            callable.tooLargeForC = true; // its address still serves among interpreted functions
            words = 0;
        }
        boolean vectors = fixed.vectorsUsed() > 0 || shape.variadic || words > 0;
        UpcallShape upcall = upcallShape(resultKind(shape), vectors, stackSize(words));
        MethodHandle bound = upcall.target.bindTo(new Upcall(engine, callable));
        return Handles.LINKER.upcallStub(bound, upcall.descriptor, engine.arena).address();
    }

    private synchronized UpcallShape upcallShape(int result, boolean vectors, int size) {
        boolean plain = !vectors && result == GENERAL;
        int index = plain ? STACK_SIZES.length * 6 : result * STACK_SIZES.length + size;
        if (upcalls[index] == null) {
            FunctionDescriptor descriptor = descriptor(result, !plain, STACK_SIZES[size]);
            Class<?> returns = result == GENERAL ? long.class : result == VECTOR ? double.class : MemorySegment.class;
            try {
                MethodHandle target;
                MethodHandles.Lookup lookup = MethodHandles.lookup();
                if (plain) {
                    target = lookup.findVirtual(
                            Upcall.class,
                            "ints",
                            MethodType.methodType(
                                    long.class,
                                    long.class,
                                    long.class,
                                    long.class,
                                    long.class,
                                    long.class,
                                    long.class));
                } else {
                    Class<?>[] parameters = new Class<?>[15];
                    Arrays.fill(parameters, 0, 6, long.class);
                    Arrays.fill(parameters, 6, 14, double.class);
                    parameters[14] = long[].class;
                    String name = result == GENERAL ? "toLong" : result == VECTOR ? "toDouble" : "toStruct";
                    target = lookup.findVirtual(Upcall.class, name, MethodType.methodType(returns, parameters))
                            .asCollector(long[].class, STACK_SIZES[size]);
                }
                upcalls[index] = new UpcallShape(descriptor, target);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        return upcalls[index];
    }
}
