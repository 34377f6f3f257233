package dev.kiln.ir;

import java.util.List;

/**
 * A datum: a named piece of memory with its initial contents.
 *
 * @param name without {@code @}
 * @param linkage who sees it
 * @param thread whether each thread has its own copy
 * @param readonly whether writing to it is undefined
 * @param section the section asked for, or {@code null}
 * @param align its alignment in bytes, a power of two; 0 when not stated: then the largest among the items
 * @param items the contents, one after the other without padding
 * @param textPosition where it stands in the text, as {@link Instruction#textPosition()}
 */
public record Data(
        String name,
        Linkage linkage,
        boolean thread,
        boolean readonly,
        Section section,
        long align,
        List<Item> items,
        int textPosition) {

    public Data {
        items = List.copyOf(items);
    }

    /** The size in bytes. */
    public long size() {
        long size = 0;
        for (Item item : items) {
            size = Math.addExact(size, item.size());
        }
        return size;
    }

    /** The alignment in bytes that holds: the stated one, or the largest that an item asks for. */
    public long alignment() {
        long align = Math.max(1, this.align);
        if (this.align == 0) {
            for (Item item : items) {
                align = Math.max(align, item.align());
            }
        }
        return align;
    }

    /** A piece of the contents. */
    public sealed interface Item {
        /** In bytes. */
        long size();

        /** The natural alignment in bytes. */
        default long align() {
            return 1;
        }
    }

    /** Integers and floats of one type, given by their bits, little-endian in memory. */
    public record Scalars(Type type, long[] bits) implements Item {
        @Override
        public long size() {
            return (long) type.bytes() * bits.length;
        }

        @Override
        public long align() {
            return type.align();
        }
    }

    /** Bytes as they are: {@code "text\0"}. */
    public record Bytes(byte[] bytes) implements Item {
        @Override
        public long size() {
            return bytes.length;
        }
    }

    /** The 64-bit address of a symbol plus an offset: {@code ptr @f+4}. */
    public record Address(String symbol, long offset) implements Item {
        @Override
        public long size() {
            return 8;
        }

        @Override
        public long align() {
            return 8;
        }
    }

    /** Zero bytes: {@code zero 16}. */
    public record Zero(long size) implements Item {}
}
