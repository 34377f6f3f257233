package dev.kiln.ir.abi;

import dev.kiln.ir.AggregateType;
import dev.kiln.ir.MemoryType;
import dev.kiln.ir.Type;
import java.util.Arrays;
import java.util.IdentityHashMap;

/**
 * How an aggregate travels as argument or result: in memory, or each of its eightbytes in a general or a vector register. Immutable.
 *
 * <p>The System V rules (AMD64 supplement 3.2.3) as gcc reads them: an aggregate with a part that is not at its natural alignment goes in
 * memory; an eightbyte of nothing but padding takes no register; one of no bytes takes none at all. Cost: linear in the parts of an
 * aggregate of at most 16 bytes, at whose every offset a member shared by unions counts once.
 */
public final class Eightbytes {
    /** Classes of an eightbyte: padding only; a general register; the low half of a vector register; the half above the one before. */
    private static final byte NONE = 0, GENERAL = 1, VECTOR = 2, UPPER = 3;

    private static final Eightbytes MEMORY = new Eightbytes(0, true, NONE, NONE);

    private final int size;
    private final boolean memory;
    private final byte first;
    private final byte second;

    private Eightbytes(int size, boolean memory, byte first, byte second) {
        this.size = size;
        this.memory = memory;
        this.first = first;
        this.second = second;
    }

    static Eightbytes microsoft(AggregateType type) {
        long size = type.size();
        boolean fits = size == 1 || size == 2 || size == 4 || size == 8;
        return fits ? new Eightbytes((int) size, false, GENERAL, NONE) : MEMORY;
    }

    static Eightbytes systemV(AggregateType type) {
        if (type.size() > 16) {
            return MEMORY;
        }
        Classifier classifier = new Classifier();
        if (!classifier.classify(type)) {
            return MEMORY;
        }
        // SSEUP without SSE before it is SSE (3.2.3, 5d).
        boolean split = classifier.second == UPPER && classifier.first != VECTOR;
        return new Eightbytes((int) type.size(), false, classifier.first, split ? VECTOR : classifier.second);
    }

    /** Whether the aggregate travels in memory. */
    public boolean inMemory() {
        return memory;
    }

    /** Whether all 16 bytes travel in one vector register. */
    public boolean isWholeVector() {
        return second == UPPER;
    }

    /** The number of registers: 0 to 2; 0 in memory and for an aggregate of no bytes. */
    public int registers() {
        return first == NONE ? 0 : second == NONE || second == UPPER ? 1 : 2;
    }

    /** Whether register {@code i} is a vector register. */
    public boolean isVector(int i) {
        return (i == 0 ? first : second) != GENERAL;
    }

    /** How many registers of the same class come before register {@code i}. */
    public int index(int i) {
        return i == 1 && isVector(0) == isVector(1) ? 1 : 0;
    }

    /** Bytes of the aggregate in register {@code i}, which begin at offset {@code 8 * i}: 1 to 8, or 16 for a whole vector. */
    public int size(int i) {
        return isWholeVector() ? 16 : Math.min(8, size - i * 8);
    }

    /** How many of the registers are general ones. */
    public int generalCount() {
        return registers() - vectorCount();
    }

    /** How many of the registers are vector ones. */
    public int vectorCount() {
        int vectors = 0;
        for (int i = 0; i < registers(); i++) {
            vectors += isVector(i) ? 1 : 0;
        }
        return vectors;
    }

    /** Merges the classes of all scalars. Keeps a list of its own of what remains, as types may nest deep. */
    private static final class Classifier {
        private byte first;
        private byte second;

        private MemoryType[] types = new MemoryType[8];
        private int[] offsets = new int[8];
        private int waiting;

        /** By member of a union, a bit per offset where it was merged: unions of unions would else be walked 2ⁿ times. */
        private IdentityHashMap<MemoryType, Integer> merged;

        /** False when it must go in memory: a part lies at an odd place, or nothing is known of it. */
        boolean classify(AggregateType whole) {
            push(whole, 0);
            while (waiting > 0) {
                MemoryType type = types[--waiting];
                int offset = offsets[waiting];
                switch (type) {
                    case Type scalar -> {
                        if (!merge(scalar, offset)) {
                            return false;
                        }
                    }
                    case AggregateType.Struct struct -> {
                        long at = 0;
                        for (MemoryType part : struct.parts()) {
                            at = AggregateType.roundUp(at, struct.packed() ? 1 : part.align());
                            push(part, offset + (int) at);
                            at += part.size();
                        }
                    }
                    case AggregateType.Union union -> {
                        for (MemoryType part : union.parts()) {
                            if (part instanceof Type || isNew(part, offset)) {
                                push(part, offset);
                            }
                        }
                    }
                    case AggregateType.Array array -> {
                        int size = (int) array.element().size();
                        for (int i = 0; size > 0 && i < array.count(); i++) {
                            push(array.element(), offset + i * size);
                        }
                    }
                    case AggregateType.Opaque _ -> {
                        return false;
                    }
                }
            }
            return true;
        }

        private boolean isNew(MemoryType part, int offset) {
            if (merged == null) {
                merged = new IdentityHashMap<>();
            }
            int before = merged.getOrDefault(part, 0);
            merged.put(part, before | 1 << offset);
            return (before >> offset & 1) == 0;
        }

        private void push(MemoryType type, int offset) {
            if (type.size() == 0) {
                return;
            }
            if (waiting == types.length) {
                types = Arrays.copyOf(types, waiting * 2);
                offsets = Arrays.copyOf(offsets, waiting * 2);
            }
            types[waiting] = type;
            offsets[waiting++] = offset;
        }

        private boolean merge(Type type, int offset) {
            if (offset % type.align() != 0) {
                return false;
            }
            if (type.bytes() == 16) {
                first = merge(first, VECTOR);
                second = merge(second, UPPER);
            } else if (offset < 8) {
                first = merge(first, type.inVectorRegister() ? VECTOR : GENERAL);
            } else {
                second = merge(second, type.inVectorRegister() ? VECTOR : GENERAL);
            }
            return true;
        }

        /** The table of 3.2.3, 4: equal classes stay, INTEGER wins, all else is SSE. */
        private static byte merge(byte a, byte b) {
            return a == b || b == NONE ? a : a == NONE ? b : a == GENERAL || b == GENERAL ? GENERAL : VECTOR;
        }
    }
}
