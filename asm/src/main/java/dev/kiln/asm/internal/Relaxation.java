package dev.kiln.asm.internal;

/**
 * Chooses the size of each jump: short where its target is within reach, near otherwise.
 *
 * <p>Code is seen as a sequence of items between which everything has a fixed size: jumps (2 bytes when short, 5 or 6 when near) and
 * alignments (0 to boundary − 1 bytes of padding). All jumps start short and only grow. A jump that is still short spans at most 127
 * bytes, so at most 64 other items; when an item grows, only jumps that near can be affected. Growth is spread by a worklist among
 * these neighbours, so that the cost is linear in the number of jumps even when each growth causes the next. Without alignments the
 * result is the least fixpoint, which is unique (Szymanski, CACM 1978).
 *
 * <p>Padding shrinks when code before it grows, so it is computed anew between rounds, and growth is not spread across it within a
 * round. Should that not settle in {@link #ROUNDS} rounds, every padding counts as the largest it can be, which settles at once.
 */
public final class Relaxation {
    private static final int ROUNDS = 64;

    /** Alignments are kept as one negative number: the boundary in the lower bits, what is aligned in the upper ones. */
    private static final int BOUNDARY_BITS = 17;

    private final int count;
    /** Offset of each item when all items before it are empty of growth: short jumps, no padding. */
    private final int[] raw;
    /** For jumps the bytes that the near form takes more (3 or 4), for alignments what {@link #alignment} gives. */
    private final int[] what;
    /** For jumps: offset of the target, in the same measure as raw. */
    private final int[] targetRaw;
    /** For jumps: the number of items before the target. */
    private final int[] targetItem;
    /** For jumps growth taken (0, 3 or 4), for alignments the padding. */
    private final int[] extra;
    /** For jumps that are short: what the distance is at present. */
    private final int[] distance;

    private int[] worklist;
    private int worklistLength;
    private long examined;

    /**
     * @param raw for each item its offset when jumps are short and padding is empty; ascending
     * @param what for jumps 3 or 4, for alignments what {@link #alignment} gives
     * @param targetRaw for jumps: the target's offset, measured as {@code raw}
     * @param targetItem for jumps: how many items stand before the target
     */
    public Relaxation(int count, int[] raw, int[] what, int[] targetRaw, int[] targetItem) {
        this.count = count;
        this.raw = raw;
        this.what = what;
        this.targetRaw = targetRaw;
        this.targetItem = targetItem;
        extra = new int[count];
        distance = new int[count];
        worklist = new int[16];
    }

    /**
     * The item that aligns not what follows it but the byte {@code ahead} bytes on.
     *
     * @param boundary a power of two up to 2<sup>16</sup>
     * @param ahead 0 to 15
     */
    public static int alignment(int boundary, int ahead) {
        return -(ahead << BOUNDARY_BITS | boundary);
    }

    /** The boundary that {@link #alignment} was given. */
    public static int boundary(int alignment) {
        return -alignment & (1 << BOUNDARY_BITS) - 1;
    }

    /**
     * Settles all sizes and gives, for each number of items, the sum of growth and padding of the items before.
     *
     * @throws ArithmeticException when that sum leaves 31 bits
     */
    public int[] run() {
        int[] shift = new int[count + 1];
        int round = 0;
        do {
            place(shift, round > ROUNDS);
            measure(shift);
            boolean last = round > ROUNDS;
            for (int i = 0; i < count; i++) if (isShort(i) && !reaches(i)) grow(i);
            if (worklistLength == 0) break;
            while (worklistLength > 0) spread(worklist[--worklistLength], last);
            if (last) break;
            round++;
        } while (true);
        place(shift, false);
        return shift;
    }

    /** How many items {@link #run} has looked at: the measure of what it cost. */
    public long examined() {
        return examined;
    }

    /** Whether a jump is near after {@link #run}. */
    public boolean isNear(int item) {
        return what[item] > 0 && extra[item] != 0;
    }

    private boolean isShort(int item) {
        return what[item] > 0 && extra[item] == 0;
    }

    private boolean reaches(int item) {
        return distance[item] == (byte) distance[item];
    }

    /** Computes padding and the shift of everything by what stands before it. */
    private void place(int[] shift, boolean largestPadding) {
        examined += count;
        int sum = 0;
        for (int i = 0; i < count; i++) {
            shift[i] = sum;
            if (what[i] < 0) {
                int last = (-what[i] & (1 << BOUNDARY_BITS) - 1) - 1;
                int ahead = -what[i] >>> BOUNDARY_BITS;
                extra[i] = largestPadding ? last : -(raw[i] + sum + ahead) & last;
            }
            sum = Math.addExact(sum, extra[i]);
        }
        shift[count] = sum;
    }

    private void measure(int[] shift) {
        examined += count;
        for (int i = 0; i < count; i++)
            if (isShort(i)) distance[i] = targetRaw[i] + shift[targetItem[i]] - (raw[i] + 2 + shift[i]);
    }

    private void grow(int item) {
        extra[item] = what[item];
        if (worklistLength == worklist.length) worklist = java.util.Arrays.copyOf(worklist, worklistLength * 2);
        worklist[worklistLength++] = item;
    }

    /** Tells the short jumps across a grown item; stops at alignments unless their padding is settled. */
    private void spread(int grown, boolean acrossAlignments) {
        int growth = what[grown];
        int i = grown - 1;
        for (; i >= 0 && raw[grown] - raw[i] <= 130; i--) {
            if (what[i] < 0) {
                if (acrossAlignments) continue;
                break;
            }
            if (extra[i] == 0 && targetItem[i] > grown) {
                if (!acrossAlignments && alignmentBetween(grown, targetItem[i])) continue;
                distance[i] += growth;
                if (!reaches(i)) grow(i);
            }
        }
        examined += grown - i;
        for (i = grown + 1; i < count && raw[i] - raw[grown] <= 130; i++) {
            if (what[i] < 0) {
                if (acrossAlignments) continue;
                break;
            }
            if (extra[i] == 0 && targetItem[i] <= grown) {
                if (!acrossAlignments && alignmentBetween(targetItem[i], grown)) continue;
                distance[i] -= growth;
                if (!reaches(i)) grow(i);
            }
        }
        examined += i - grown;
    }

    private boolean alignmentBetween(int from, int to) {
        examined += to - from;
        for (int i = from; i < to; i++) if (what[i] < 0) return true;
        return false;
    }
}
