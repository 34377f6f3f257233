package dev.kiln.asm.table;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The whole table: rows in the order of files and lines, aliases, and the complaints about rows that are wrong. */
final class Table {
    final List<Row> rows = new ArrayList<>();
    /** Canonical mnemonic of each alias. */
    final Map<String, String> aliases = new TreeMap<>();

    final List<String> complaints = new ArrayList<>();

    static Table read(Path folder) throws IOException {
        Table table = new Table();
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(f -> f.toString().endsWith(".tab"))
                    .sorted(Comparator.comparing(Table::comesLate).thenComparing(Comparator.naturalOrder()))
                    .toList();
        }
        Map<String, String> aliasPlaces = new HashMap<>();
        for (Path file : files) {
            String name = file.getFileName().toString();
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++)
                table.line(file + ":" + (i + 1), name.substring(0, name.length() - 4), lines.get(i), aliasPlaces);
        }
        table.check(aliasPlaces);
        return table;
    }

    /** APX and AVX10 say again what older encodings say too, which are preferred. */
    private static boolean comesLate(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith("apx") || name.startsWith("avx10");
    }

    private void line(String place, String family, String line, Map<String, String> aliasPlaces) {
        String text = RowParser.withoutComment(line);
        if (text.isBlank()) return;
        try {
            String[] words = text.strip().split("[|\\s]+");
            if (!words[0].equals("alias")) {
                rows.add(RowParser.parse(place, family, text));
                return;
            }
            if (words.length != 3) throw new TableException("an alias is written: alias | NEW | MNEMONIC");
            if (aliases.put(words[1], words[2]) != null)
                throw new TableException("alias " + words[1] + " stands twice");
            aliasPlaces.put(words[1], place);
        } catch (TableException e) {
            complaints.add(place + ": " + e.getMessage());
        }
    }

    private void check(Map<String, String> aliasPlaces) {
        Map<String, String> constants = new HashMap<>();
        Map<String, Boolean> mnemonics = new HashMap<>();
        for (Row row : rows) {
            mnemonics.put(row.mnemonic(), true);
            String before = constants.putIfAbsent(row.constant(), row.place());
            if (before != null)
                complaints.add(row.place() + ": " + row.constant() + " stands at " + before + " already");
        }
        for (var alias : aliases.entrySet()) {
            String place = aliasPlaces.get(alias.getKey());
            if (!mnemonics.containsKey(alias.getValue()))
                complaints.add(place + ": no row has the mnemonic " + alias.getValue());
            if (mnemonics.containsKey(alias.getKey()))
                complaints.add(place + ": " + alias.getKey() + " has rows of its own");
        }
        if (rows.size() >= 1 << 16) complaints.add("more than 65,535 forms");
    }
}
