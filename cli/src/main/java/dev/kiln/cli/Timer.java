package dev.kiln.cli;

import java.util.ArrayList;
import java.util.List;

/** Measures the stages of a command for {@code --time-passes}. */
final class Timer {
    private final boolean wanted;
    private final List<String> lines = new ArrayList<>();
    private long last = System.nanoTime();

    Timer(boolean wanted) {
        this.wanted = wanted;
    }

    /** Ends a stage that began with the last one's end. */
    void lap(String stage) {
        if (!wanted) {
            return;
        }
        long now = System.nanoTime();
        long tenths = (now - last) / 100_000;
        last = now;
        lines.add(tenths / 10 + "." + tenths % 10 + " ms  " + stage);
    }

    void print() {
        for (String line : lines) {
            System.err.println("kiln: " + " ".repeat(Math.max(0, 20 - line.indexOf(' '))) + line);
        }
    }
}
