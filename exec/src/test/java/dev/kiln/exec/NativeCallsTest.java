package dev.kiln.exec;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.kiln.base.Position;
import dev.kiln.base.TrapException;
import dev.kiln.exec.internal.SystemCalls;
import dev.kiln.exec.internal.ThreadChain;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NativeCallsTest {
    @Test
    void findsTheThreadsChainWithoutACallHere() {
        // Not a promise to users, but what all measurements rest on.
        assertThat(ThreadChain.instance().isDirect()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(CallKind.class)
    void callsWithArguments(CallKind kind) throws Throwable {
        try (NativeFixture fixture = new NativeFixture()) {
            long add = fixture.code("48 8D 04 37 C3"); // lea rax, [rdi + rsi]; ret
            MethodHandle handle = fixture.calls.bind(add, NativeFixture.LONG_LONG_LONG, kind);
            assertEquals(12L, (long) handle.invokeExact(5L, 7L));
            assertEquals(12L, fixture.calls.call(add, 5, 7, 0, 0, 0, 0));
            long addFloats = fixture.code("F3 0F 58 C1 C3"); // addss xmm0, xmm1; ret
            var floats = FunctionDescriptor.of(JAVA_FLOAT, JAVA_FLOAT, JAVA_FLOAT);
            assertEquals(
                    1.75f, (float) fixture.calls.bind(addFloats, floats, kind).invokeExact(1.5f, 0.25f));
            long nothing = fixture.code("C3"); // ret
            fixture.calls.bind(nothing, FunctionDescriptor.ofVoid(), kind).invokeExact();
        }
    }

    @Test
    void passesArraysOfTheHeapWithoutACopy() throws Throwable {
        try (NativeFixture fixture = new NativeFixture()) {
            long swap = fixture.code("48 8B 07 48 0F C8 48 89 07 C3"); // mov rax, [rdi]; bswap rax; mov [rdi], rax; ret
            var descriptor = FunctionDescriptor.of(JAVA_LONG, ADDRESS);
            MethodHandle handle = fixture.calls.bind(swap, descriptor, CallKind.CRITICAL_WITH_HEAP);
            long[] array = {0x0102030405060708L};
            assertEquals(0x0807060504030201L, (long) handle.invokeExact(MemorySegment.ofArray(array)));
            assertEquals(0x0807060504030201L, array[0]);
        }
    }

    @Test
    void returnsEveryType() throws Throwable {
        try (NativeFixture fixture = new NativeFixture()) {
            long minusTwo = fixture.code("48 C7 C0 FE FF FF FF C3"); // mov rax, -2; ret
            NativeCalls calls = fixture.calls;
            assertEquals((byte) -2, (byte)
                    calls.bind(minusTwo, FunctionDescriptor.of(JAVA_BYTE)).invokeExact());
            assertEquals((short) -2, (short)
                    calls.bind(minusTwo, FunctionDescriptor.of(JAVA_SHORT)).invokeExact());
            assertEquals(-2, (int)
                    calls.bind(minusTwo, FunctionDescriptor.of(JAVA_INT)).invokeExact());
            assertEquals(-2L, (long)
                    calls.bind(minusTwo, FunctionDescriptor.of(JAVA_LONG)).invokeExact());
            var pointer = (MemorySegment)
                    calls.bind(minusTwo, FunctionDescriptor.of(ADDRESS)).invokeExact();
            assertEquals(-2L, pointer.address());
            var character = FunctionDescriptor.of(java.lang.foreign.ValueLayout.JAVA_CHAR);
            assertEquals((char) -2, (char) calls.bind(minusTwo, character).invokeExact());
            long one = fixture.code("B8 01 00 00 00 C3"); // mov eax, 1; ret
            var bool = FunctionDescriptor.of(java.lang.foreign.ValueLayout.JAVA_BOOLEAN);
            assertEquals(true, (boolean) calls.bind(one, bool).invokeExact());
            // cvtsi2sd xmm0, rdi; ret
            long toDouble = fixture.code("F2 48 0F 2A C7 C3");
            var convert = FunctionDescriptor.of(JAVA_DOUBLE, JAVA_LONG);
            assertEquals(-7.0, (double) calls.bind(toDouble, convert).invokeExact(-7L));
        }
    }

    /** The last of more arguments than there are registers must be where the function looks. */
    @Test
    void passesArgumentsOnTheStackThroughStubs() throws Throwable {
        try (NativeFixture fixture = new NativeFixture();
                Callbacks callbacks = new Callbacks(fixture.calls)) {
            for (int count = 1; count <= 40; count++) {
                var layouts = new MemoryLayout[count];
                Object[] values = new Object[count];
                long expected = 0;
                for (int i = 0; i < count; i++) {
                    layouts[i] = JAVA_LONG;
                    values[i] = (long) i * i + 3;
                    expected += (i * (long) i + 3) * (i + 1);
                }
                var descriptor = FunctionDescriptor.of(JAVA_LONG, layouts);
                MethodHandle sum = MethodHandles.lookup()
                        .findStatic(NativeCallsTest.class, "weighted", MethodType.methodType(long.class, long[].class))
                        .asCollector(long[].class, count);
                // Through an entry stub and a thunk: each copies the stack arguments.
                long thunk = callbacks.thunk(sum, descriptor);
                MethodHandle handle = fixture.calls.bind(thunk, descriptor);
                assertEquals(expected, handle.invokeWithArguments(values));
            }
        }
    }

    static long weighted(long... values) {
        long sum = 0;
        for (int i = 0; i < values.length; i++) sum += values[i] * (i + 1);
        return sum;
    }

    @Test
    void passesStructuresThroughStubs() throws Throwable {
        StructLayout small = MemoryLayout.structLayout(JAVA_LONG.withName("a"), JAVA_DOUBLE.withName("b"));
        StructLayout large = MemoryLayout.structLayout(
                JAVA_LONG.withName("a"), JAVA_LONG.withName("b"), MemoryLayout.sequenceLayout(70, JAVA_LONG));
        var descriptor = FunctionDescriptor.of(
                large, JAVA_DOUBLE, small, large, JAVA_LONG, JAVA_LONG, JAVA_LONG, small, small, JAVA_INT);
        try (NativeFixture fixture = new NativeFixture();
                Callbacks callbacks = new Callbacks(fixture.calls);
                Arena arena = Arena.ofConfined()) {
            MethodHandle target =
                    MethodHandles.lookup().findStatic(NativeCallsTest.class, "structures", descriptor.toMethodType());
            MethodHandle handle = fixture.calls.bind(callbacks.thunk(target, descriptor), descriptor);
            MemorySegment s1 = arena.allocate(small);
            s1.set(JAVA_LONG, 0, 11);
            s1.set(JAVA_DOUBLE, 8, 0.5);
            MemorySegment big = arena.allocate(large);
            for (int i = 0; i < 72; i++) big.setAtIndex(JAVA_LONG, i, i);
            var result =
                    (MemorySegment) handle.invokeExact((SegmentAllocator) arena, 2.5, s1, big, 1L, 2L, 3L, s1, s1, 99);
            assertEquals(2.5 + 3 * 11.5 + 6 + 99, Double.longBitsToDouble(result.get(JAVA_LONG, 0)));
            for (int i = 1; i < 72; i++) assertEquals(i, result.getAtIndex(JAVA_LONG, i));
        }
    }

    static MemorySegment structures(
            double d,
            MemorySegment s1,
            MemorySegment big,
            long a,
            long b,
            long c,
            MemorySegment s2,
            MemorySegment s3,
            int last) {
        double sum = d + a + b + c + last;
        for (MemorySegment s : new MemorySegment[] {s1, s2, s3}) sum += s.get(JAVA_LONG, 0) + s.get(JAVA_DOUBLE, 8);
        MemorySegment result = Arena.ofAuto().allocate(big.byteSize(), 8).copyFrom(big);
        result.set(JAVA_LONG, 0, Double.doubleToLongBits(sum));
        return result;
    }

    @Test
    void aTrapIsAnExceptionWithNameFunctionAndPosition() throws Throwable {
        try (NativeFixture fixture = new NativeFixture()) {
            long function = fixture.trapIfZero(fixture.record("division_by_zero", "f", "a:b.kir:3:14"));
            MethodHandle handle = fixture.calls.bind(function, NativeFixture.LONG_LONG);
            assertEquals(6L, (long) handle.invokeExact(5L));
            assertThatThrownBy(() -> {
                        long unused = (long) handle.invokeExact(0L);
                    })
                    .isInstanceOfSatisfying(TrapException.class, e -> {
                        assertEquals("division_by_zero", e.name());
                        assertEquals("f", e.function());
                        assertEquals(new Position("a:b.kir", 3, 14), e.position());
                    });
            assertThatThrownBy(() -> fixture.calls.call(function, 0, 0, 0, 0, 0, 0))
                    .isInstanceOf(TrapException.class);
            assertEquals(6L, (long) handle.invokeExact(5L));
            assertThat(ThreadChain.anyPending()).isFalse();
        }
    }

    @Test
    void theSiteTableIsAskedWhereNoPositionIsStated() throws Throwable {
        try (NativeFixture fixture = new NativeFixture()) {
            long function = fixture.trapIfZero(fixture.record("unreachable", "g", ""));
            long[] asked = new long[1];
            Position there = new Position("g.kir", 1, 2);
            assertThatThrownBy(() -> fixture.calls.call(function, 0, 0, 0, 0, 0, 0))
                    .isInstanceOfSatisfying(TrapException.class, e -> assertEquals(Position.NONE, e.position()));
            fixture.calls.sites(site -> {
                asked[0] = site;
                return there;
            });
            assertThatThrownBy(() -> fixture.calls.call(function, 0, 0, 0, 0, 0, 0))
                    .isInstanceOfSatisfying(TrapException.class, e -> assertEquals(there, e.position()));
            // The call is the function's last instruction.
            CodeRange range = fixture.memory.rangeAt(function);
            assertEquals(function + range.size(), asked[0]);
        }
    }

    @Test
    void aCallbackThrowsThroughNativeCode() throws Throwable {
        try (NativeFixture fixture = new NativeFixture();
                Callbacks callbacks = new Callbacks(fixture.calls)) {
            MethodHandle handle = fixture.calls.bind(fixture.callThrough(), NativeFixture.LONG_LONG_LONG);
            long thunk = callbacks.thunk(find("pickyIncrement"), NativeFixture.LONG_LONG);
            assertEquals(7L, (long) handle.invokeExact(thunk, 5L));
            for (Throwable expected : THROWN) {
                long index = -1 - java.util.List.of(THROWN).indexOf(expected);
                try {
                    long unused = (long) handle.invokeExact(thunk, index);
                    throw new AssertionError("nothing thrown");
                } catch (Throwable thrown) {
                    assertSame(expected, thrown);
                }
            }
            assertThatThrownBy(() -> {
                        long unused = (long) handle.invokeExact(thunk, 1000L);
                    })
                    .isInstanceOf(StackOverflowError.class);
            assertEquals(7L, (long) handle.invokeExact(thunk, 5L));
        }
    }

    private static final Throwable[] THROWN = {
        new IOException("checked"),
        new IllegalStateException("unchecked"),
        new AssertionError("error"),
        new Throwable("t")
    };

    private static MethodHandle find(String name) throws ReflectiveOperationException {
        return MethodHandles.lookup()
                .findStatic(NativeCallsTest.class, name, MethodType.methodType(long.class, long.class));
    }

    static long pickyIncrement(long x) throws Throwable {
        if (x == 1000) return pickyIncrement(x) + 1;
        if (x < 0) throw THROWN[(int) (-1 - x)];
        return x + 1;
    }

    @Test
    void zeroIsReturnedForEveryTypeOfResult() throws Throwable {
        StructLayout pair = MemoryLayout.structLayout(JAVA_LONG, JAVA_LONG, JAVA_LONG);
        MemoryLayout[] results = {JAVA_BYTE, JAVA_SHORT, JAVA_INT, JAVA_LONG, JAVA_FLOAT, JAVA_DOUBLE, ADDRESS, pair};
        try (NativeFixture fixture = new NativeFixture();
                Callbacks callbacks = new Callbacks(fixture.calls)) {
            for (MemoryLayout result : results) {
                var descriptor = FunctionDescriptor.of(result);
                MethodHandle target = MethodHandles.throwException(
                                descriptor.toMethodType().returnType(), RuntimeException.class)
                        .bindTo(THROWN[1]);
                MethodHandle handle = fixture.calls.bind(callbacks.thunk(target, descriptor), descriptor);
                if (result == pair) handle = handle.bindTo(Arena.ofAuto());
                MethodHandle bound = handle;
                assertThatThrownBy(bound::invokeWithArguments).isSameAs(THROWN[1]);
            }
            MethodHandle target = MethodHandles.throwException(void.class, RuntimeException.class)
                    .bindTo(THROWN[1]);
            MethodHandle handle = fixture.calls.bind(
                    callbacks.thunk(target, FunctionDescriptor.ofVoid()), FunctionDescriptor.ofVoid());
            assertThatThrownBy(handle::invokeWithArguments).isSameAs(THROWN[1]);
        }
    }

    @Test
    void refusesWhatIsNoCode() {
        try (NativeFixture fixture = new NativeFixture()) {
            CodeRange open = fixture.memory.allocate(16, 16, MemoryKind.CODE);
            CodeRange data = fixture.memory.allocate(16, 16, MemoryKind.DATA);
            for (long address : new long[] {open.address(), data.address(), data.address() + 4096}) {
                assertThatThrownBy(() -> fixture.calls.bind(address, NativeFixture.LONG_LONG))
                        .isInstanceOf(IllegalStateException.class);
            }
            assertThatThrownBy(() -> fixture.calls.bind(0, NativeFixture.LONG_LONG))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> fixture.calls.call(0, 0, 0, 0, 0, 0, 0))
                    .isInstanceOf(IllegalArgumentException.class);
            Callbacks callbacks = new Callbacks(fixture.calls);
            assertThatThrownBy(() -> callbacks.thunk(find("pickyIncrement"), NativeFixture.LONG_LONG_LONG))
                    .isInstanceOf(IllegalArgumentException.class);
            callbacks.close();
            callbacks.close();
            assertThatThrownBy(() -> callbacks.thunk(find("pickyIncrement"), NativeFixture.LONG_LONG))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void warmingUpDisturbsNobody() throws Throwable {
        NativeCalls.warmUp();
        try (NativeFixture fixture = new NativeFixture()) {
            NativeCalls.warmUp();
            assertEquals(3, fixture.calls.call(fixture.code("48 8D 04 37 C3"), 1, 2, 0, 0, 0, 0));
        }
    }

    @Test
    void stubsAreSharedAndFreed() throws Throwable {
        try (NativeFixture fixture = new NativeFixture()) {
            long function = fixture.code("48 8D 47 01 C3"); // lea rax, [rdi + 1]; ret
            long before = fixture.memory.allocated();
            for (int i = 0; i < 100; i++) fixture.calls.bind(function, NativeFixture.LONG_LONG);
            assertThat(fixture.memory.allocated() - before).isBetween(1L, 128L);
            fixture.calls.unbind(function);
            assertEquals(before, fixture.memory.allocated());
            long far = SystemCalls.symbol("labs");
            assertEquals(
                    9L, (long) fixture.calls.bind(far, NativeFixture.LONG_LONG).invokeExact(-9L));
        }
    }
}
