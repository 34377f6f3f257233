package dev.kiln.exec;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_CHAR;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Arguments and results of random shapes go from Java through an entry stub and a thunk back to Java, unchanged; now and then an
 * exception comes back instead.
 */
class SignatureTest {
    @Test
    void argumentsOfEveryShapePassThroughStubs() {
        var result = Fork.run(Shapes.class, Long.toString(System.nanoTime()), "60");
        assertThat(result.exit()).as(result.outText() + result.errText()).isZero();
        assertThat(result.outText()).endsWith("done\n");
    }

    static final class Shapes {
        private static final ValueLayout[] SCALARS = {
            JAVA_BYTE, JAVA_SHORT, JAVA_CHAR, JAVA_INT, JAVA_LONG, JAVA_FLOAT, JAVA_DOUBLE, JAVA_BOOLEAN, ADDRESS
        };

        private static final class Planned extends RuntimeException {
            private static final long serialVersionUID = 1L;
        }

        private final Random random;
        private final Arena arena = Arena.ofAuto();
        private Object[] expected;
        private MemoryLayout[] layouts;
        private Object result;
        private boolean throwing;

        Shapes(long seed) {
            random = new Random(seed);
        }

        public static void main(String[] arguments) throws Throwable {
            long seed = Long.parseLong(arguments[0]);
            System.out.println("seed " + seed);
            Shapes shapes = new Shapes(seed);
            try (NativeFixture fixture = new NativeFixture();
                    Callbacks callbacks = new Callbacks(fixture.calls)) {
                for (int i = 0; i < Integer.parseInt(arguments[1]); i++) shapes.one(fixture.calls, callbacks);
            }
            System.out.println("done");
        }

        private void one(NativeCalls calls, Callbacks callbacks) throws Throwable {
            layouts = new MemoryLayout[random.nextInt(random.nextInt(4) == 0 ? 30 : 14)];
            for (int i = 0; i < layouts.length; i++) layouts[i] = layout(true);
            MemoryLayout returned = random.nextInt(8) == 0 ? null : layout(true);
            FunctionDescriptor descriptor =
                    returned == null ? FunctionDescriptor.ofVoid(layouts) : FunctionDescriptor.of(returned, layouts);
            MethodType type = descriptor.toMethodType();
            MethodHandle target = MethodHandles.lookup()
                    .findVirtual(Shapes.class, "receive", MethodType.methodType(Object.class, Object[].class))
                    .bindTo(this)
                    .asCollector(Object[].class, layouts.length)
                    .asType(type);
            MethodHandle handle = calls.bind(callbacks.thunk(target, descriptor), descriptor);
            if (returned instanceof java.lang.foreign.GroupLayout) handle = handle.bindTo((SegmentAllocator) arena);
            for (int round = 0; round < 4; round++) {
                expected = new Object[layouts.length];
                for (int i = 0; i < layouts.length; i++) expected[i] = value(layouts[i]);
                result = returned == null ? null : value(returned);
                throwing = round == 2;
                try {
                    Object got = handle.invokeWithArguments(expected);
                    if (throwing) throw new AssertionError("did not throw: " + descriptor);
                    if (returned != null && !same(returned, result, got))
                        throw new AssertionError("result of " + descriptor);
                } catch (Planned e) {
                    if (!throwing) throw e;
                }
            }
        }

        Object receive(Object... actual) {
            if (throwing) throw new Planned();
            for (int i = 0; i < actual.length; i++) {
                if (!same(layouts[i], expected[i], actual[i])) {
                    throw new AssertionError("argument " + i + " of " + List.of(layouts));
                }
            }
            return result;
        }

        private MemoryLayout layout(boolean aggregates) {
            if (!aggregates || random.nextInt(4) != 0) return SCALARS[random.nextInt(SCALARS.length)];
            int count = 1 + random.nextInt(random.nextInt(5) == 0 ? 9 : 3);
            if (random.nextInt(5) == 0) {
                MemoryLayout[] members = new MemoryLayout[count];
                for (int i = 0; i < count; i++) members[i] = layout(false);
                MemoryLayout union = MemoryLayout.unionLayout(members);
                long pad = -union.byteSize() & (union.byteAlignment() - 1);
                // A union's size is a multiple of its alignment as it is: its largest member is also its most aligned.
                if (pad != 0) throw new AssertionError("padding of a union");
                return union;
            }
            List<MemoryLayout> members = new ArrayList<>();
            long offset = 0;
            long align = 1;
            for (int i = 0; i < count; i++) {
                MemoryLayout member = layout(false);
                if (random.nextInt(6) == 0) member = MemoryLayout.sequenceLayout(1 + random.nextInt(3), member);
                long pad = -offset & (member.byteAlignment() - 1);
                if (pad != 0) members.add(MemoryLayout.paddingLayout(pad));
                members.add(member);
                offset += pad + member.byteSize();
                align = Math.max(align, member.byteAlignment());
            }
            long pad = -offset & (align - 1);
            if (pad != 0) members.add(MemoryLayout.paddingLayout(pad));
            return MemoryLayout.structLayout(members.toArray(new MemoryLayout[0]));
        }

        private Object value(MemoryLayout layout) {
            if (layout instanceof ValueLayout scalar) {
                Class<?> type = scalar.carrier();
                if (type == byte.class) return (byte) random.nextInt();
                if (type == short.class) return (short) random.nextInt();
                if (type == char.class) return (char) random.nextInt();
                if (type == int.class) return random.nextInt();
                if (type == long.class) return random.nextLong();
                if (type == float.class) return random.nextFloat();
                if (type == double.class) return random.nextDouble();
                if (type == boolean.class) return random.nextBoolean();
                return MemorySegment.ofAddress(random.nextLong());
            }
            MemorySegment segment = arena.allocate(layout);
            for (long i = 0; i < segment.byteSize(); i++) segment.set(JAVA_BYTE, i, (byte) random.nextInt(2));
            return segment;
        }

        private static boolean same(MemoryLayout layout, Object expected, Object actual) {
            if (layout instanceof ValueLayout) {
                return expected.equals(actual)
                        || expected instanceof MemorySegment e && e.address() == ((MemorySegment) actual).address();
            }
            return sameBytes(layout, (MemorySegment) expected, (MemorySegment) actual, 0);
        }

        /** Padding may hold anything. */
        private static boolean sameBytes(
                MemoryLayout layout, MemorySegment expected, MemorySegment actual, long offset) {
            return switch (layout) {
                case java.lang.foreign.PaddingLayout padding -> true;
                case ValueLayout scalar ->
                    expected.asSlice(offset, scalar.byteSize()).mismatch(actual.asSlice(offset, scalar.byteSize()))
                            == -1;
                case java.lang.foreign.SequenceLayout sequence -> {
                    boolean same = true;
                    for (long i = 0; i < sequence.elementCount(); i++) {
                        same &= sameBytes(
                                sequence.elementLayout(),
                                expected,
                                actual,
                                offset + i * sequence.elementLayout().byteSize());
                    }
                    yield same;
                }
                case java.lang.foreign.UnionLayout union ->
                    expected.asSlice(offset, union.byteSize()).mismatch(actual.asSlice(offset, union.byteSize())) == -1;
                case java.lang.foreign.GroupLayout group -> {
                    boolean same = true;
                    long at = offset;
                    for (MemoryLayout member : group.memberLayouts()) {
                        same &= sameBytes(member, expected, actual, at);
                        at += member.byteSize();
                    }
                    yield same;
                }
            };
        }
    }
}
