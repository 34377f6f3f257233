package dev.kiln.tests.fuzz;

import dev.kiln.ir.Type;
import dev.kiln.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The values that the code being generated may use, by type: those whose definitions dominate the place. */
final class Scope {
    /**
     * A value.
     *
     * @param room for a pointer, how many bytes may be accessed behind it; else 0
     * @param lasting for a pointer, whether what it points to outlives the function
     * @param aligned for a pointer, whether it is a multiple of 16
     */
    record Entry(Value value, int room, boolean lasting, boolean aligned) {}

    private final List<List<Entry>> byType = new ArrayList<>();

    Scope() {
        for (int i = 0; i < Type.values().length; i++) {
            byType.add(new ArrayList<>());
        }
    }

    void add(Value value) {
        of(value.type()).add(new Entry(value, 0, false, false));
    }

    void addPointer(Value value, int room, boolean lasting, boolean aligned) {
        if (value.type() != Type.PTR || room <= 0) {
            throw new IllegalArgumentException(value.type() + ", room " + room);
        }
        of(Type.PTR).add(new Entry(value, room, lasting, aligned));
    }

    List<Entry> of(Type type) {
        return byType.get(type.ordinal());
    }

    /** One of a type, the latest ones more often; {@code null} when there is none. */
    Entry pick(Type type, Random random) {
        List<Entry> entries = of(type);
        int size = entries.size();
        if (size == 0) {
            return null;
        }
        int back = random.nextBoolean() ? random.nextInt(Math.min(size, 6)) : random.nextInt(size);
        return entries.get(size - 1 - back);
    }

    /** What the scope holds now, for {@link #leave}. */
    int[] enter() {
        int[] sizes = new int[byType.size()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = byType.get(i).size();
        }
        return sizes;
    }

    /** Forgets what was added since. */
    void leave(int[] sizes) {
        for (int i = 0; i < sizes.length; i++) {
            List<Entry> entries = byType.get(i);
            while (entries.size() > sizes[i]) {
                entries.removeLast();
            }
        }
    }
}
