package dev.kiln.ir.interp.internal;

import java.util.Arrays;

/** The cases of a switch with gaps, found by binary search. */
final class SwitchTable {
    private final long[] cases;
    private final int[] targets;

    /** @param cases ascending, each with the label it goes to */
    SwitchTable(long[] cases, int[] labels) {
        this.cases = cases;
        this.targets = labels;
    }

    void finish(int[] labelPositions) {
        for (int i = 0; i < targets.length; i++) {
            targets[i] = labelPositions[targets[i]];
        }
    }

    /** The index of code for a value, or {@code otherwise}. */
    int target(long value, int otherwise) {
        int at = Arrays.binarySearch(cases, value);
        return at < 0 ? otherwise : targets[at];
    }
}
