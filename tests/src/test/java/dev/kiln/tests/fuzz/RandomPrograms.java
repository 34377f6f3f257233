package dev.kiln.tests.fuzz;

import dev.kiln.tests.support.ForkedWorker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs random programs in {@link FuzzWorker} processes and collects what goes wrong. As a program of its own it runs any number of them:
 * {@code RandomPrograms FIRST COUNT FOLDER}.
 */
final class RandomPrograms {
    private static final long SECONDS_PER_PROGRAM = 30;
    private static final int MOST_FAILURES = 20;

    private final Path folder;
    private final Coverage coverage = new Coverage();
    private final List<String> failures = new ArrayList<>();
    private int skipped;

    RandomPrograms(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(Path.of(args[2]));
        RandomPrograms programs = new RandomPrograms(folder);
        programs.run(Long.parseLong(args[0]), Integer.parseInt(args[1]));
        System.out.print(programs.coverage.table());
        programs.failures.forEach(System.out::println);
        System.exit(programs.failures.isEmpty() ? 0 : 1);
    }

    Coverage coverage() {
        return coverage;
    }

    /** What went wrong, each with its seed; shrunk programs stand in the folder. */
    List<String> failures() {
        return failures;
    }

    /** How many programs needed too many operations to be judged. */
    int skipped() {
        return skipped;
    }

    /** Runs programs with consecutive seeds. A process that dies or hangs is a finding, and another one goes on behind that seed. */
    void run(long first, int count) throws IOException, InterruptedException {
        long last = first + count;
        for (long seed = first; seed < last && failures.size() < MOST_FAILURES; ) {
            Path home = Files.createTempDirectory(folder, "worker");
            ForkedWorker.End end = ForkedWorker.run(
                    FuzzWorker.class,
                    List.of("-XX:ErrorFile=" + home.resolve("crash.log")),
                    List.of(Long.toString(seed), Long.toString(last - seed)),
                    home,
                    SECONDS_PER_PROGRAM);
            collect(home);
            if (end.problem() == null) {
                return;
            }
            failures.add("seed " + end.item() + " " + end.problem() + ", log in " + home);
            seed = end.item() + 1;
        }
    }

    private void collect(Path home) throws IOException {
        try (Stream<Path> files = Files.list(home)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".kir")).sorted().toList()) {
                failures.add(Files.readString(file)
                                .lines()
                                .takeWhile(line -> line.startsWith(";"))
                                .reduce((a, b) -> a + "\n" + b)
                                .orElse("")
                        + "\nprogram in " + file);
            }
        }
        Path counts = home.resolve("counts");
        if (Files.exists(counts)) {
            for (String line : Files.readAllLines(counts)) {
                int at = line.lastIndexOf('=');
                int number = Integer.parseInt(line.substring(at + 1));
                if (line.startsWith("skipped=")) {
                    skipped += number;
                } else {
                    coverage.add(line.substring(0, at), number);
                }
            }
        }
    }
}
