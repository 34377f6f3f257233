package dev.kiln.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CostGrowthTest {
    private static volatile long sink;

    private static void spin(long steps) {
        long x = 1;
        for (long i = 0; i < steps; i++) {
            x = x * 6364136223846793005L + i;
        }
        sink = x;
    }

    @Test
    void linearCostIsTakenForLinear() {
        assertThat(CostGrowth.ofFourTimes(2_000_000, 8, CostGrowthTest::spin)).isBetween(1.0, 8.0);
    }

    @Test
    void steeperCostIsNot() {
        assertThat(CostGrowth.ofFourTimes(100, 8, n -> spin((long) n * n * n))).isGreaterThan(8);
    }
}
