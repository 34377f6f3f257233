package dev.kiln.exec.internal;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.UnionLayout;
import java.lang.foreign.ValueLayout;

/**
 * How much of a call's arguments lies on the stack: SysV AMD64 ABI 3.2.3. Stubs copy that much. Where the classification leaves doubt
 * (eightbytes of nothing but padding) the answer is rather too large: copying more than the arguments only reads the caller's frame.
 */
public final class StackArguments {
    private static final int GENERAL_REGISTERS = 6;
    private static final int VECTOR_REGISTERS = 8;

    private int general = GENERAL_REGISTERS;
    private int vector = VECTOR_REGISTERS;
    private long stack;

    private StackArguments() {}

    /** The number of bytes of arguments on the stack, a multiple of 8. */
    public static long bytes(FunctionDescriptor descriptor) {
        StackArguments count = new StackArguments();
        var result = descriptor.returnLayout();
        if (result.isPresent() && result.get() instanceof GroupLayout group && new Classes(group).inMemory) {
            count.general--;
        }
        for (MemoryLayout argument : descriptor.argumentLayouts()) count.add(argument);
        return count.stack;
    }

    private void add(MemoryLayout layout) {
        if (layout instanceof GroupLayout group) {
            Classes classes = new Classes(group);
            if (!classes.inMemory && classes.integers <= general && classes.floats <= vector) {
                general -= classes.integers;
                vector -= classes.floats;
                if (!classes.doubtful) return;
            }
            stack += (group.byteSize() + 7) & -8;
        } else if (layout instanceof ValueLayout.OfFloat || layout instanceof ValueLayout.OfDouble) {
            if (vector > 0) vector--;
            else stack += 8;
        } else {
            if (general > 0) general--;
            else stack += 8;
        }
    }

    /** The classes of an aggregate's eightbytes. */
    private static final class Classes {
        private static final int NONE = 0;
        private static final int FLOAT = 1;
        private static final int INTEGER = 2;

        final boolean inMemory;
        final boolean doubtful;
        int integers;
        int floats;

        private final int[] eightbytes = new int[2];
        private boolean unaligned;

        Classes(GroupLayout group) {
            long size = group.byteSize();
            if (size == 0 || size > 16) {
                inMemory = true;
                doubtful = false;
                return;
            }
            classify(group, 0);
            inMemory = unaligned;
            boolean padding = false;
            for (int i = 0; i < (size + 7) / 8; i++) {
                switch (eightbytes[i]) {
                    case INTEGER -> integers++;
                    case FLOAT -> floats++;
                    default -> padding = true;
                }
            }
            doubtful = padding;
        }

        private void classify(MemoryLayout layout, long offset) {
            switch (layout) {
                case PaddingLayout padding -> {
                    // Takes part in nothing.
                }
                case ValueLayout value -> {
                    if (offset % value.byteSize() != 0) unaligned = true;
                    boolean isFloat = value instanceof ValueLayout.OfFloat || value instanceof ValueLayout.OfDouble;
                    int word = (int) (offset / 8);
                    eightbytes[word] = Math.max(eightbytes[word], isFloat ? FLOAT : INTEGER);
                }
                case SequenceLayout sequence -> {
                    long step = sequence.elementLayout().byteSize();
                    // An array of empty elements may be of any length.
                    for (long i = 0; step > 0 && i < sequence.elementCount(); i++) {
                        classify(sequence.elementLayout(), offset + i * step);
                    }
                }
                case GroupLayout group -> {
                    long at = offset;
                    for (MemoryLayout member : group.memberLayouts()) {
                        classify(member, at);
                        if (!(group instanceof UnionLayout)) at += member.byteSize();
                    }
                }
            }
        }
    }
}
