package dev.kiln.ir.interp.internal;

import dev.kiln.ir.AggregateType;
import dev.kiln.ir.MemoryType;
import dev.kiln.ir.Type;
import java.util.ArrayDeque;

/** How the System V ABI passes an aggregate: the class of each of its eightbytes (AMD64 supplement 3.2.3). */
final class AggregateClass {
    /** Classes of eightbytes. */
    static final int NONE = 0, INTEGER = 1, SSE = 2;

    final long size;
    final long align;
    /** Whether it is passed in memory. */
    final boolean inMemory;
    /** Whether it is one 16-byte vector, passed in a whole vector register. */
    final boolean isVector;
    /** The classes of the first and second eightbyte; one of nothing but padding takes no register. */
    final int first;

    final int second;

    AggregateClass(AggregateType type) {
        size = type.size();
        align = type.align();
        Classifier classifier = new Classifier();
        boolean memory = size > 16 || !classifier.classify(type);
        inMemory = memory;
        isVector = !memory && classifier.vector;
        int eightbytes = (int) Math.min(2, size + 7 >>> 3);
        first = memory || eightbytes < 1 ? NONE : classifier.classes[0];
        second = memory || eightbytes < 2 || isVector ? NONE : classifier.classes[1];
    }

    /** General registers needed. */
    int generals() {
        return (first == INTEGER ? 1 : 0) + (second == INTEGER ? 1 : 0);
    }

    /** Vector registers needed. */
    int vectors() {
        return (first == SSE ? 1 : 0) + (second == SSE ? 1 : 0);
    }

    /** Whether both have the same size and classes. */
    boolean passedLike(AggregateClass other) {
        return size == other.size
                && inMemory == other.inMemory
                && isVector == other.isVector
                && first == other.first
                && second == other.second;
    }

    private static final class Classifier {
        final int[] classes = new int[2];
        boolean vector;
        private final ArrayDeque<MemoryType> types = new ArrayDeque<>();
        private final ArrayDeque<Long> offsets = new ArrayDeque<>();

        /** False when a part is not at its alignment, or unknown: then all of it goes to memory. Not recursive: types nest deep. */
        boolean classify(AggregateType whole) {
            push(whole, 0);
            while (!types.isEmpty()) {
                MemoryType type = types.pop();
                long offset = offsets.pop();
                switch (type) {
                    case Type scalar -> {
                        if (offset % scalar.align() != 0 || scalar.bytes() > 16) {
                            return false;
                        }
                        if (scalar.isVector()) {
                            vector = true;
                        }
                        int at = (int) (offset >>> 3);
                        classes[at] = scalar.inVectorRegister() && classes[at] != INTEGER ? SSE : INTEGER;
                    }
                    case AggregateType.Struct struct -> {
                        long at = 0;
                        for (MemoryType part : struct.parts()) {
                            at = AggregateType.roundUp(at, struct.packed() ? 1 : part.align());
                            push(part, offset + at);
                            at += part.size();
                        }
                    }
                    case AggregateType.Union union -> {
                        for (MemoryType part : union.parts()) {
                            push(part, offset);
                        }
                    }
                    case AggregateType.Array array -> {
                        for (long i = 0; array.element().size() > 0 && i < array.count(); i++) {
                            push(array.element(), offset + i * array.element().size());
                        }
                    }
                    case AggregateType.Opaque opaque -> {
                        return false;
                    }
                }
            }
            // A vector together with an integer in its eightbytes: classes merge to INTEGER, and SSEUP then is no more
            // (3.2.3, 5).
            vector &= classes[0] == SSE;
            return true;
        }

        private void push(MemoryType type, long offset) {
            if (type.size() > 0) {
                types.push(type);
                offsets.push(offset);
            }
        }
    }
}
