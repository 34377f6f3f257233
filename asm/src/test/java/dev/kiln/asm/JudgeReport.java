package dev.kiln.asm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which forms were put before which judge, and how many cases were equal. Each judge's counts are written to {@code target/judges}, and a table of
 * all of them, a line per CPU feature, to {@code target/judges/report.md}.
 */
final class JudgeReport {
    private static final Path FOLDER = Path.of("target", "judges");

    /** What says less than the features beside it. */
    private static final Set<String> GENERAL = Set.of("avx", "avx512f", "avx512vl");

    private final String judge;
    private final int[] cases = new int[Forms.count()];
    private final int[] equal = new int[Forms.count()];

    JudgeReport(String judge) {
        this.judge = judge;
    }

    void add(int form, boolean same) {
        cases[form]++;
        if (same) equal[form]++;
    }

    void write() throws IOException {
        Files.createDirectories(FOLDER);
        StringBuilder text = new StringBuilder();
        for (int form = 1; form < cases.length; form++)
            text.append(form)
                    .append(' ')
                    .append(cases[form])
                    .append(' ')
                    .append(equal[form])
                    .append('\n');
        Files.writeString(FOLDER.resolve(judge + ".txt"), text);
        Files.writeString(FOLDER.resolve("report.md"), table());
    }

    private static String table() throws IOException {
        List<String> judges = new ArrayList<>();
        List<int[][]> counts = new ArrayList<>();
        try (var files = Files.newDirectoryStream(FOLDER, "*.txt")) {
            for (Path file : files) {
                List<String> lines = Files.readAllLines(file);
                // Those of another table say nothing about this one.
                if (lines.size() != Forms.count() - 1) continue;
                int[][] read = new int[Forms.count()][2];
                for (String line : lines) {
                    String[] parts = line.split(" ");
                    read[Integer.parseInt(parts[0])] =
                            new int[] {Integer.parseInt(parts[1]), Integer.parseInt(parts[2])};
                }
                judges.add(file.getFileName().toString().replace(".txt", ""));
                counts.add(read);
            }
        }
        Map<String, List<Integer>> features = new TreeMap<>();
        for (int form = 1; form < Forms.count(); form++)
            features.computeIfAbsent(feature(form), f -> new ArrayList<>()).add(form);
        List<Integer> all = new ArrayList<>();
        features.values().forEach(all::addAll);
        StringBuilder out = new StringBuilder("| feature | forms |");
        for (String judge : judges) out.append(' ').append(judge).append(" |");
        out.append(" without a judge |\n|---|---|")
                .append("---|".repeat(judges.size() + 1))
                .append('\n');
        features.forEach((feature, forms) -> line(out, feature, forms, counts));
        line(out, "**all**", all, counts);
        return out.toString();
    }

    private static void line(StringBuilder out, String name, List<Integer> forms, List<int[][]> counts) {
        out.append("| ").append(name).append(" | ").append(forms.size()).append(" |");
        for (int[][] judged : counts) {
            long cases = forms.stream().mapToLong(form -> judged[form][0]).sum();
            long equal = forms.stream().mapToLong(form -> judged[form][1]).sum();
            out.append(cases == 0 ? " – |" : equal == cases ? " " + cases + " |" : " " + equal + " of " + cases + " |");
        }
        long without = forms.stream()
                .filter(form -> counts.stream().allMatch(judged -> judged[form][0] == 0))
                .count();
        out.append(' ').append(without == 0 ? "" : without).append(" |\n");
    }

    /** The feature that tells most about a form. */
    private static String feature(int form) {
        String[] features = Forms.feature(form).split("\\+");
        if (features[features.length - 1].equals("apx_f")) return "apx_f";
        for (String feature : features) if (!GENERAL.contains(feature)) return feature;
        return features[0];
    }
}
