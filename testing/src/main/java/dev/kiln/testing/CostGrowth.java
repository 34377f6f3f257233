package dev.kiln.testing;

import java.util.function.IntConsumer;

/**
 * How the cost of some work grows with its size, so that a test can tell linear cost from quadratic one.
 *
 * <p>Made to give the same verdict on a busy machine: small and large runs alternate, so that a change of the machine's pace meets both;
 * the quickest run of each size counts; and there are more rounds for as long as the growth looks too steep.
 */
public final class CostGrowth {
    private static final int LEAST_ROUNDS = 3;
    private static final int MOST_ROUNDS = 15;

    private CostGrowth() {}

    /**
     * How many times as much work costs at four times the size: 4 for linear cost, 16 for quadratic one.
     *
     * @param work takes its size and does it
     * @param size the smaller size; it should cost some milliseconds at least
     * @param enough no more rounds are needed once the growth is below this
     */
    public static double ofFourTimes(int size, double enough, IntConsumer work) {
        work.accept(size);
        long small = Long.MAX_VALUE;
        long large = Long.MAX_VALUE;
        for (int round = 0; round < LEAST_ROUNDS || round < MOST_ROUNDS && large >= enough * small; round++) {
            small = Math.min(small, cost(work, size));
            large = Math.min(large, cost(work, 4 * size));
        }
        return (double) large / small;
    }

    /** In nanoseconds. */
    private static long cost(IntConsumer work, int size) {
        long start = System.nanoTime();
        work.accept(size);
        return System.nanoTime() - start;
    }
}
