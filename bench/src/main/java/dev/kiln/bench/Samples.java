package dev.kiln.bench;

import java.util.Arrays;

/** The times measured of one thing, each with the time of the {@link Calibration} right beside it. */
final class Samples {
    private double[] times = new double[16];
    private double[] calibrations = new double[16];
    private int count;

    void add(double time, double calibration) {
        if (count == times.length) {
            times = Arrays.copyOf(times, count * 2);
            calibrations = Arrays.copyOf(calibrations, count * 2);
        }
        times[count] = time;
        calibrations[count++] = calibration;
    }

    double median() {
        return median(Arrays.copyOf(times, count));
    }

    double least() {
        return Arrays.stream(times, 0, count).min().orElseThrow();
    }

    double medianCalibration() {
        return median(Arrays.copyOf(calibrations, count));
    }

    double leastCalibration() {
        return Arrays.stream(calibrations, 0, count).min().orElseThrow();
    }

    /** The median of what the times would have been, had the calibration always taken as long as given. */
    double medianAt(double calibration) {
        double[] scaled = new double[count];
        for (int i = 0; i < count; i++) scaled[i] = times[i] * calibration / calibrations[i];
        return median(scaled);
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
