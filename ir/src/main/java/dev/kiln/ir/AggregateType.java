package dev.kiln.ir;

import java.util.List;

/**
 * A type in memory that is made of parts. Immutable. {@code packed} drops padding (every part aligned to 1); {@code minAlign}
 * raises the alignment ({@code align N} in text); 0 when not stated.
 */
public sealed interface AggregateType extends MemoryType {
    /** The name under which the module declares it, without {@code @}; {@code null} for a type written in place. */
    String name();

    /** Parts one after the other, each at its alignment. */
    record Struct(String name, List<MemoryType> parts, boolean packed, long minAlign, long size, long align)
            implements AggregateType {
        /**
         * Lays parts out one after the other.
         *
         * @param name as declared, or {@code null}
         * @param minAlign at least this alignment in bytes, or 0
         * @throws ArithmeticException when the size does not fit in a {@code long}
         */
        public static Struct of(String name, List<MemoryType> parts, boolean packed, long minAlign) {
            long offset = 0;
            long align = Math.max(1, minAlign);
            for (MemoryType part : parts) {
                long partAlign = packed ? 1 : part.align();
                align = Math.max(align, partAlign);
                offset = Math.addExact(roundUp(offset, partAlign), part.size());
            }
            return new Struct(name, List.copyOf(parts), packed, minAlign, roundUp(offset, align), align);
        }

        /** The offset in bytes of part {@code index}. */
        public long offset(int index) {
            long offset = 0;
            for (int i = 0; ; i++) {
                offset = roundUp(offset, packed ? 1 : parts.get(i).align());
                if (i == index) {
                    return offset;
                }
                offset += parts.get(i).size();
            }
        }
    }

    /** Parts on top of each other. */
    record Union(String name, List<MemoryType> parts, long minAlign, long size, long align) implements AggregateType {
        /**
         * Lays parts on top of each other.
         *
         * @param name as declared, or {@code null}
         * @param minAlign at least this alignment in bytes, or 0
         * @throws ArithmeticException when the size does not fit in a {@code long}
         */
        public static Union of(String name, List<MemoryType> parts, long minAlign) {
            long size = 0;
            long align = Math.max(1, minAlign);
            for (MemoryType part : parts) {
                size = Math.max(size, part.size());
                align = Math.max(align, part.align());
            }
            return new Union(name, List.copyOf(parts), minAlign, roundUp(size, align), align);
        }
    }

    /** {@code count} elements of one type. */
    record Array(String name, long count, MemoryType element, long size, long align) implements AggregateType {
        /**
         * Lays {@code count} elements out one after the other.
         *
         * @param name as declared, or {@code null}
         * @throws ArithmeticException when the size does not fit in a {@code long}
         */
        public static Array of(String name, long count, MemoryType element) {
            return new Array(name, count, element, Math.multiplyExact(count, element.size()), element.align());
        }
    }

    /** Bytes without known structure; always passed in memory. */
    record Opaque(String name, long size, long align) implements AggregateType {}

    /**
     * Rounds up to a multiple of a power of two.
     *
     * @throws ArithmeticException beyond the range of {@code long}
     */
    static long roundUp(long value, long align) {
        return Math.addExact(value, align - 1) & -align;
    }
}
