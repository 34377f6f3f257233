package dev.kiln.asm;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.base.Nearest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A set of CPU features: what a processor has, what code may use, what an instruction needs. Immutable. A set that has a feature has all
 * that it implies, and every set has {@link CpuFeature#X64}.
 *
 * <p>As text, a level and what is added: {@code x86-64-v3+avx512f}. {@link #parse} reads what {@link #toString} writes.
 *
 * @see <a href="https://gitlab.com/x86-psABIs/x86-64-ABI">System V psABI for AMD64, 3.1.1, for the levels</a>
 */
public final class CpuFeatures {
    private static final CpuFeature[] FEATURES = CpuFeature.values();
    private static final int WORDS = FEATURES.length + 63 >> 6;

    private static final CpuFeatures BASE = new CpuFeatures(new long[WORDS]).plus(CpuFeature.X64);

    /** What every x86-64 processor has: CMOV, x87, MMX, SSE, SSE2, FXSAVE. */
    public static final CpuFeatures X86_64_V1 =
            BASE.plus(CpuFeature.X87, CpuFeature.CMOV, CpuFeature.MMX, CpuFeature.SSE2, CpuFeature.FXSR);

    /** Processors of about 2009 on: to SSE4.2, POPCNT, CMPXCHG16B, LAHF. */
    public static final CpuFeatures X86_64_V2 =
            X86_64_V1.plus(CpuFeature.SSE4_2, CpuFeature.POPCNT, CpuFeature.CMPXCHG16B, CpuFeature.LAHF);

    /** Processors of about 2013 on: AVX2, BMI1, BMI2, F16C, FMA, LZCNT, MOVBE. */
    public static final CpuFeatures X86_64_V3 = X86_64_V2.plus(
            CpuFeature.AVX2,
            CpuFeature.BMI1,
            CpuFeature.BMI2,
            CpuFeature.F16C,
            CpuFeature.FMA,
            CpuFeature.LZCNT,
            CpuFeature.MOVBE,
            CpuFeature.XSAVE);

    /** Processors with AVX-512 F, BW, CD, DQ, VL. */
    public static final CpuFeatures X86_64_V4 =
            X86_64_V3.plus(CpuFeature.AVX512BW, CpuFeature.AVX512CD, CpuFeature.AVX512DQ, CpuFeature.AVX512VL);

    /** What may be used without asking: {@link #X86_64_V1}. */
    public static final CpuFeatures BASELINE = X86_64_V1;

    /** Every feature known here. */
    public static final CpuFeatures ALL = BASE.plus(FEATURES);

    private static final CpuFeatures[] LEVELS = {X86_64_V1, X86_64_V2, X86_64_V3, X86_64_V4};

    /** The sets that the table's feature column names, by their number. */
    private static final class OfTable {
        static final CpuFeatures[] SETS = read();

        private static CpuFeatures[] read() {
            FormTable table = FormTable.get();
            CpuFeatures[] sets = new CpuFeatures[table.featureCount()];
            for (int i = 0; i < sets.length; i++) {
                sets[i] = BASE;
                for (String name : table.featureAt(i).split("\\+")) {
                    CpuFeature feature = CpuFeature.find(name);
                    if (feature == null)
                        throw new IllegalStateException("the instruction table names the feature '" + name
                                + "', which CpuFeature does not know");
                    sets[i] = sets[i].plus(feature);
                }
            }
            return sets;
        }
    }

    private final long[] bits;

    private CpuFeatures(long[] bits) {
        this.bits = bits;
    }

    /** A set of some features, what they imply, and {@link CpuFeature#X64}. */
    public static CpuFeatures of(CpuFeature... features) {
        return BASE.plus(features);
    }

    /**
     * The features that an instruction form needs.
     *
     * @param form a constant of {@link Form}, prefix bits allowed
     */
    public static CpuFeatures ofForm(int form) {
        return ofTable(FormTable.get().featureNumber(form & Form.NUMBER));
    }

    /** The features of an entry of the table's feature column, by its number. */
    static CpuFeatures ofTable(int number) {
        return OfTable.SETS[number];
    }

    /** Whether a feature is in the set. */
    public boolean contains(CpuFeature feature) {
        return has(bits, feature.ordinal());
    }

    /** Whether all features of another set are in this one. */
    public boolean containsAll(CpuFeatures others) {
        for (int i = 0; i < WORDS; i++) if ((others.bits[i] & ~bits[i]) != 0) return false;
        return true;
    }

    /** This set with some features and what they imply. */
    public CpuFeatures plus(CpuFeature... features) {
        long[] sum = bits.clone();
        for (CpuFeature feature : features) add(sum, feature);
        return new CpuFeatures(sum);
    }

    /** The features of both sets. */
    public CpuFeatures plus(CpuFeatures others) {
        long[] sum = bits.clone();
        for (int i = 0; i < WORDS; i++) sum[i] |= others.bits[i];
        return new CpuFeatures(sum);
    }

    /**
     * This set without some features and without all that imply them.
     *
     * @throws IllegalArgumentException when {@link CpuFeature#X64} is to go
     */
    public CpuFeatures minus(CpuFeature... features) {
        long[] rest = bits.clone();
        for (CpuFeature feature : features) {
            if (feature == CpuFeature.X64)
                throw new IllegalArgumentException("x64, the base set, is in every set of features");
            rest[feature.ordinal() >> 6] &= ~(1L << feature.ordinal());
        }
        // What is implied comes first in the order of the constants, so one pass finds everything.
        for (CpuFeature feature : FEATURES) {
            if (!has(rest, feature.ordinal())) continue;
            for (CpuFeature implied : feature.implied())
                if (!has(rest, implied.ordinal())) rest[feature.ordinal() >> 6] &= ~(1L << feature.ordinal());
        }
        return new CpuFeatures(rest);
    }

    /** The features that both sets have. */
    public CpuFeatures and(CpuFeatures others) {
        long[] both = bits.clone();
        for (int i = 0; i < WORDS; i++) both[i] &= others.bits[i];
        return new CpuFeatures(both);
    }

    /** The features, implied ones included, in the order of the constants. */
    public List<CpuFeature> toList() {
        List<CpuFeature> all = new ArrayList<>();
        for (CpuFeature feature : FEATURES) if (contains(feature)) all.add(feature);
        return List.copyOf(all);
    }

    /**
     * What is needed and not here, without what the missing ones imply: {@code avx2+bmi2}; empty when nothing is missing. For messages.
     *
     * @param needed what some code or instruction needs
     */
    public String missing(CpuFeatures needed) {
        StringBuilder text = new StringBuilder();
        append(text, needed.bits, bits);
        return text.toString();
    }

    private static boolean has(long[] bits, int ordinal) {
        return (bits[ordinal >> 6] >>> ordinal & 1) != 0;
    }

    private static void add(long[] bits, CpuFeature feature) {
        if (has(bits, feature.ordinal())) return;
        bits[feature.ordinal() >> 6] |= 1L << feature.ordinal();
        for (CpuFeature implied : feature.implied()) add(bits, implied);
    }

    /** Appends what {@code bits} has beyond {@code known}, leaving out what others of those imply. */
    private static void append(StringBuilder text, long[] bits, long[] known) {
        long[] told = known.clone();
        int[] shown = new int[FEATURES.length];
        int count = 0;
        for (int i = FEATURES.length - 1; i >= 0; i--) {
            if (!has(bits, i) || has(told, i)) continue;
            add(told, FEATURES[i]);
            shown[count++] = i;
        }
        for (int i = count - 1; i >= 0; i--) {
            if (!text.isEmpty()) text.append('+');
            text.append(FEATURES[shown[i]].text());
        }
    }

    /**
     * Reads a set: a level ({@code x86-64-v1} to {@code x86-64-v4}, {@code x86-64} for the first), {@code x64} for nothing but the base
     * set, or {@code all}; behind it features, each with {@code +} in front, or with {@code ,-} when it is taken away with all that
     * imply it: {@code x86-64-v3+avx512f}, {@code x86-64-v4,-avx512cd}. What begins with a feature stands on {@link #BASELINE}.
     *
     * @throws IllegalArgumentException when a name is not known; the message says which and what is near
     */
    public static CpuFeatures parse(String text) {
        CpuFeatures set = null;
        for (int from = 0; from <= text.length(); ) {
            int to = from;
            while (to < text.length() && text.charAt(to) != '+' && text.charAt(to) != ',') to++;
            String word = text.substring(from, to).strip();
            // In "a,+b" the plus is a sign.
            boolean sign = word.isEmpty()
                    && from > 0
                    && text.charAt(from - 1) == ','
                    && to < text.length()
                    && text.charAt(to) == '+';
            if (!sign) set = next(set, word, text);
            from = to + 1;
        }
        return set;
    }

    private static CpuFeatures next(CpuFeatures set, String word, String text) {
        if (word.isEmpty())
            throw new IllegalArgumentException("'" + text + "' lacks a feature; write them as in x86-64-v3+avx512f");
        boolean away = word.charAt(0) == '-';
        String name = away ? word.substring(1) : word;
        CpuFeatures level = away ? null : level(name);
        if (level != null) return set == null ? level : set.plus(level);
        CpuFeature feature = CpuFeature.find(name);
        if (feature == null) throw unknown(name);
        CpuFeatures before = set == null ? BASELINE : set;
        return away ? before.minus(feature) : before.plus(feature);
    }

    private static CpuFeatures level(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "x86-64", "x86-64-v1" -> X86_64_V1;
            case "x86-64-v2" -> X86_64_V2;
            case "x86-64-v3" -> X86_64_V3;
            case "x86-64-v4" -> X86_64_V4;
            case "x64" -> BASE;
            case "all" -> ALL;
            default -> null;
        };
    }

    private static IllegalArgumentException unknown(String name) {
        Nearest nearest = new Nearest(name.toLowerCase(Locale.ROOT));
        for (CpuFeature feature : FEATURES) nearest.offer(feature.text());
        String best = nearest.best();
        return new IllegalArgumentException("there is no CPU feature or level '" + name + "'"
                + (best != null
                        ? "; did you mean '" + best + "'?"
                        : "; levels are x86-64-v1 to x86-64-v4, features are named like avx2 and sse4.1"));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CpuFeatures features && Arrays.equals(bits, features.bits);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bits);
    }

    /** The largest level within, or {@code x64}, and the features beyond that are not implied by others: {@code x86-64-v3+avx512f}. */
    @Override
    public String toString() {
        if (equals(ALL)) return "all";
        StringBuilder text = new StringBuilder("x64");
        CpuFeatures known = BASE;
        for (int i = LEVELS.length - 1; i >= 0; i--) {
            if (!containsAll(LEVELS[i])) continue;
            known = LEVELS[i];
            text = new StringBuilder("x86-64-v").append(i + 1);
            break;
        }
        append(text, bits, known.bits);
        return text.toString();
    }
}
