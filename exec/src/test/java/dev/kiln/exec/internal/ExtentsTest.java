package dev.kiln.exec.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kiln.exec.internal.Extents.Extent;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExtentsTest {
    /** Against a bitmap that knows what is free. */
    @Test
    void agreesWithABitmap() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int units = 4096;
        long base = 0x7000_0000L;
        Extents extents = new Extents(16);
        BitSet free = new BitSet(units);
        extents.add(base, units * 16L, false);
        free.set(0, units);
        List<Extent> taken = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            if (random.nextInt(100) < 55) {
                int size = 1 + random.nextInt(random.nextInt(20) == 0 ? 400 : 12);
                long align = 16L << random.nextInt(6);
                Extent e = extents.take(size * 16L, align);
                if (e == null) {
                    int certain = size + (int) (align / 16) - 1;
                    assertTrue(longestRun(free, units) < certain, "seed " + seed + ": fits but was refused");
                    continue;
                }
                assertEquals(0, e.start() % align, "seed " + seed);
                assertEquals(size * 16L, e.size(), "seed " + seed);
                int at = (int) ((e.start() - base) / 16);
                assertTrue(free.nextClearBit(at) >= at + size, "seed " + seed + ": handed out twice");
                free.clear(at, at + size);
                taken.add(e);
            } else if (!taken.isEmpty()) {
                Extent e = taken.remove(random.nextInt(taken.size()));
                int at = (int) ((e.start() - base) / 16);
                free.set(at, at + (int) (e.size() / 16));
                extents.add(e.start(), e.size(), true);
            }
            assertEquals(free.cardinality() * 16L, extents.free(), "seed " + seed);
        }
        assertEquals(runs(free), extents.count(), "seed " + seed + ": neighbours not joined");
        for (Extent e : taken) extents.add(e.start(), e.size(), true);
        assertEquals(1, extents.count());
        assertEquals(new Extent(base, units * 16L, true), extents.take(units * 16L, 16));
    }

    private static int longestRun(BitSet free, int units) {
        int longest = 0;
        for (int i = free.nextSetBit(0); i >= 0; ) {
            int end = Math.min(free.nextClearBit(i), units);
            longest = Math.max(longest, end - i);
            i = free.nextSetBit(end);
        }
        return longest;
    }

    private static int runs(BitSet free) {
        int runs = 0;
        for (int i = free.nextSetBit(0); i >= 0; i = free.nextSetBit(free.nextClearBit(i))) runs++;
        return runs;
    }

    @Test
    void takesTheSmallestThatFits() {
        Extents extents = new Extents(16);
        extents.add(0x1000, 256, false);
        extents.add(0x2000, 64, false);
        extents.add(0x3000, 128, true);
        assertEquals(new Extent(0x2000, 48, false), extents.take(48, 16));
        assertEquals(new Extent(0x3000, 80, true), extents.take(80, 16));
        assertEquals(new Extent(0x2030, 16, false), extents.take(16, 16));
        assertEquals(new Extent(0x1000, 256, false), extents.take(256, 16));
    }
}
