package dev.kiln.compiler.abi;

import dev.kiln.ir.AggregateType;
import dev.kiln.ir.MemoryType;
import dev.kiln.ir.Type;

/**
 * Classifies an aggregate for the System V convention (AMD64 supplement 3.2.3): each eightbyte travels in a general or a vector
 * register, or the whole in memory. Cost: linear in the scalars of an aggregate of at most 16 bytes.
 */
public final class Eightbytes {
    /** Classes of an eightbyte. {@link #NONE} is padding only. */
    public static final byte NONE = 0, GENERAL = 1, VECTOR = 2;

    private static final Eightbytes MEMORY = new Eightbytes(0, NONE, NONE, false);

    private final int count;
    private byte first;
    private byte second;
    private boolean whole;

    private Eightbytes(int count, byte first, byte second, boolean whole) {
        this.count = count;
        this.first = first;
        this.second = second;
        this.whole = whole;
    }

    /** Classifies. */
    public static Eightbytes of(AggregateType type) {
        long size = type.size();
        if (size == 0 || size > 16 || type instanceof AggregateType.Opaque) {
            return MEMORY;
        }
        Eightbytes classes = new Eightbytes(size > 8 ? 2 : 1, NONE, NONE, false);
        if (!classes.add(type, 0)) {
            return MEMORY;
        }
        if (classes.count == 2 && classes.second == NONE) {
            // Padding alone is not passed.
            return new Eightbytes(1, classes.first, NONE, false);
        }
        return classes;
    }

    /** Whether the aggregate travels in memory. */
    public boolean inMemory() {
        return count == 0;
    }

    /** Whether all 16 bytes travel in one vector register (SSE and SSEUP). */
    public boolean isWholeVector() {
        return whole;
    }

    /** The number of registers: 1 or 2. */
    public int registers() {
        return whole ? 1 : count;
    }

    /** Whether register {@code i} is a vector register. */
    public boolean isVector(int i) {
        return (i == 0 ? first : second) != GENERAL;
    }

    /** How many of the registers are general ones. */
    public int generalCount() {
        int vectors = 0;
        for (int i = 0; i < registers(); i++) {
            vectors += isVector(i) ? 1 : 0;
        }
        return registers() - vectors;
    }

    /** How many of the registers are vector ones. */
    public int vectorCount() {
        return registers() - generalCount();
    }

    /** Adds the scalars of a part at an offset; false when the aggregate must go to memory. Depth is bounded by the 16 bytes. */
    private boolean add(MemoryType type, long offset) {
        return switch (type) {
            case Type scalar -> addScalar(scalar, offset);
            case AggregateType.Struct struct -> {
                long at = 0;
                for (MemoryType part : struct.parts()) {
                    at = AggregateType.roundUp(at, struct.packed() ? 1 : part.align());
                    if (!add(part, offset + at)) {
                        yield false;
                    }
                    at += part.size();
                }
                yield true;
            }
            case AggregateType.Union union -> {
                for (MemoryType part : union.parts()) {
                    if (!add(part, offset)) {
                        yield false;
                    }
                }
                yield true;
            }
            case AggregateType.Array array -> {
                long size = array.element().size();
                for (long i = 0; size > 0 && i < array.count(); i++) {
                    if (!add(array.element(), offset + i * size)) {
                        yield false;
                    }
                }
                yield true;
            }
            case AggregateType.Opaque opaque -> opaque.size() == 0;
        };
    }

    private boolean addScalar(Type type, long offset) {
        if (type.bytes() > 16 || offset % type.align() != 0) {
            return false;
        }
        byte wanted = type.inVectorRegister() ? VECTOR : GENERAL;
        if (type.bytes() == 16) {
            // SSE, SSEUP; another member of a union may still turn it into two separate eightbytes.
            boolean general = first == GENERAL || second == GENERAL;
            first = merge(first, VECTOR);
            second = merge(second, VECTOR);
            whole = !general;
        } else if (offset < 8) {
            first = merge(first, wanted);
        } else {
            second = merge(second, wanted);
        }
        whole &= first == VECTOR && second == VECTOR;
        return true;
    }

    private static byte merge(byte a, byte b) {
        return a == GENERAL || b == GENERAL ? GENERAL : b;
    }
}
