package dev.kiln.ir.internal;

/** Finds the known name that is closest to a misspelled one, for suggestions. */
final class Nearest {
    private final String wanted;
    private final int limit;
    private String best;
    private int bestDistance;

    Nearest(String wanted) {
        this.wanted = wanted;
        limit = Math.max(1, (wanted.length() + 1) / 3);
        bestDistance = limit + 1;
    }

    /** Offers a candidate. */
    void offer(String candidate) {
        if (candidate == null
                || wanted.length() > 64
                || Math.abs(candidate.length() - wanted.length()) >= bestDistance) {
            return;
        }
        int distance = distance(wanted, candidate);
        if (distance < bestDistance && distance > 0) {
            bestDistance = distance;
            best = candidate;
        }
    }

    /** {@code did you mean …?}, or an empty string. */
    String suggestion(String prefix) {
        return best == null ? "" : "did you mean " + prefix + best + "?";
    }

    /** Levenshtein distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int above = row[j];
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
