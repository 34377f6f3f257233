package dev.kiln.base;

/**
 * Finds the known name that is closest to a misspelled one, for suggestions. Near is what a third of its letters away can be reached from: letters
 * put in, taken out, changed, or swapped with their neighbour. Of equally near names the first offered wins.
 */
public final class Nearest {
    /** Longer names are not looked for; they would be cheaper to read than to compare. */
    private static final int LONGEST = 64;

    private final String wanted;
    private String best;
    private int bestDistance;

    /** Three rows of the table of distances between beginnings of two names. */
    private int[][] rows;

    /** Looks for names near a misspelled one. */
    public Nearest(String wanted) {
        this.wanted = wanted;
        bestDistance = Math.max(1, (wanted.length() + 1) / 3) + 1;
    }

    /** Offers a candidate; {@code null} is none. */
    public void offer(String candidate) {
        if (candidate == null
                || wanted.isEmpty()
                || wanted.length() > LONGEST
                || Math.abs(candidate.length() - wanted.length()) >= bestDistance) return;
        int distance = distance(candidate);
        if (distance < bestDistance && distance > 0) {
            bestDistance = distance;
            best = candidate;
        }
    }

    /** The nearest candidate so far, or {@code null}. */
    public String best() {
        return best;
    }

    /** {@code did you mean …?}, or an empty string. */
    public String suggestion(String prefix) {
        return best == null ? "" : "did you mean " + prefix + best + "?";
    }

    /** Optimal string alignment: Levenshtein's distance, with swapped neighbours counted once. */
    private int distance(String candidate) {
        int width = candidate.length() + 1;
        if (rows == null || rows[0].length < width) rows = new int[3][Math.max(width, LONGEST)];
        int[] before = rows[0];
        int[] above = rows[1];
        int[] row = rows[2];
        for (int j = 0; j < width; j++) above[j] = j;
        for (int i = 1; i <= wanted.length(); i++) {
            char letter = wanted.charAt(i - 1);
            row[0] = i;
            for (int j = 1; j < width; j++) {
                char other = candidate.charAt(j - 1);
                int least = Math.min(above[j - 1] + (letter == other ? 0 : 1), Math.min(above[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && letter == candidate.charAt(j - 2) && other == wanted.charAt(i - 2))
                    least = Math.min(least, before[j - 2] + 1);
                row[j] = least;
            }
            int[] free = before;
            before = above;
            above = row;
            row = free;
        }
        return above[width - 1];
    }
}
