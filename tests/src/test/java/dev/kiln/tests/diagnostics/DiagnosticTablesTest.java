package dev.kiln.tests.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.base.DiagnosticCode;
import dev.kiln.base.Severity;
import dev.kiln.tests.support.Toolchain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of diagnostics of all modules, held against what {@link DiagnosticCode} says of them. */
class DiagnosticTablesTest {
    /** The ranges of identifiers as {@link DiagnosticCode} documents them: by table, how the four digits begin. */
    private static final Map<String, String> RANGES = Map.of(
            "CliCode", "00",
            "NasmCode", "01",
            "ExecCode", "05",
            "IrCode", "1[01]",
            "InterpreterCode", "12",
            "QbeCode", "20",
            "CompilerCode", "3[09]",
            "ObjectCode", "40",
            "JitCode", "50");

    private static final Pattern ID = Pattern.compile("KILN-([EW])(\\d{4})");
    private static final Pattern ARGUMENT = Pattern.compile("\\{(\\d+)}");

    /** Finds the tables by their class files, so that a new one cannot be forgotten. */
    private static List<DiagnosticCode> rows() throws Exception {
        List<DiagnosticCode> rows = new ArrayList<>();
        try (Stream<Path> modules = Files.list(Toolchain.root())) {
            for (Path module : modules.sorted().toList()) {
                Path classes = module.resolve("target/classes");
                if (Files.isDirectory(classes)) {
                    collect(classes, rows);
                }
            }
        }
        return rows;
    }

    private static void collect(Path classes, List<DiagnosticCode> rows) throws IOException, ClassNotFoundException {
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith("Code.class")).toList()) {
                String name = classes.relativize(file)
                        .toString()
                        .replace(".class", "")
                        .replace('/', '.');
                Class<?> type = Class.forName(name, true, DiagnosticTablesTest.class.getClassLoader());
                if (type.isEnum() && DiagnosticCode.class.isAssignableFrom(type)) {
                    assertThat(RANGES).containsKey(type.getSimpleName());
                    for (Object row : type.getEnumConstants()) {
                        rows.add((DiagnosticCode) row);
                    }
                }
            }
        }
    }

    @Test
    void everyTableIsFound() throws Exception {
        assertThat(rows().stream().map(row -> row.getClass().getSimpleName()).distinct())
                .containsExactlyInAnyOrderElementsOf(RANGES.keySet());
    }

    @Test
    void identifiersAreUniqueAndInTheirRange() throws Exception {
        Map<String, DiagnosticCode> seen = new HashMap<>();
        for (DiagnosticCode row : rows()) {
            Matcher id = ID.matcher(row.id());
            assertThat(id.matches()).as(row.id()).isTrue();
            assertThat(id.group(2))
                    .as("%s", row)
                    .matches(RANGES.get(row.getClass().getSimpleName()) + "..");
            assertThat(seen.put(row.id(), row)).as("%s and %s", row, row.id()).isNull();
            boolean warning = row.severity() == Severity.MEDIUM || row.severity() == Severity.LOW;
            assertThat(id.group(1)).as(row.id()).isEqualTo(warning ? "W" : "E");
        }
    }

    /** A gap would be an argument that nobody sees; only one digit is filled in. */
    @Test
    void argumentsAreNumberedWithoutGaps() throws Exception {
        for (DiagnosticCode row : rows()) {
            TreeSet<Integer> numbers = new TreeSet<>();
            ARGUMENT.matcher(row.template()).results().forEach(found -> numbers.add(Integer.parseInt(found.group(1))));
            if (!numbers.isEmpty()) {
                assertThat(numbers.first()).as(row.id()).isZero();
                assertThat(numbers.last())
                        .as(row.id())
                        .isEqualTo(numbers.size() - 1)
                        .isLessThan(10);
            }
            assertThat(row.template()).as(row.id()).isNotBlank();
            assertThat(row.type()).as(row.id()).isNotBlank();
        }
    }
}
