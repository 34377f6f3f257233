package dev.kiln.tests.fuzz;

import dev.kiln.tests.support.KilnCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
            Process process = start(seed, (int) (last - seed), home);
            boolean ended = watch(process, home);
            collect(home);
            if (ended && process.exitValue() == 0) {
                return;
            }
            long culprit = Long.parseLong(status(home));
            failures.add(
                    "seed " + culprit + (ended ? " killed the JVM (exit status " + process.exitValue() + ")" : " hung")
                            + ", log in " + home);
            seed = culprit + 1;
        }
    }

    private static Process start(long seed, int count, Path home) throws IOException {
        List<String> command =
                KilnCommand.java(FuzzWorker.class.getName(), List.of("-XX:ErrorFile=" + home.resolve("crash.log")));
        command.addAll(List.of(Long.toString(seed), Integer.toString(count), home.toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("output").toFile())
                .start();
    }

    /** Waits for the end; false when the process had to be ended because it stayed with one program for too long. */
    private static boolean watch(Process process, Path home) throws IOException, InterruptedException {
        String seen = "";
        long since = System.nanoTime();
        while (!process.waitFor(200, TimeUnit.MILLISECONDS)) {
            String now = status(home);
            if (!now.equals(seen)) {
                seen = now;
                since = System.nanoTime();
            } else if (System.nanoTime() - since > SECONDS_PER_PROGRAM * 1_000_000_000L) {
                process.destroyForcibly().waitFor();
                return false;
            }
        }
        return true;
    }

    /** The seed that a worker is at. */
    private static String status(Path home) throws IOException {
        Path file = home.resolve("seed");
        return Files.exists(file)
                ? Files.readString(file, StandardCharsets.US_ASCII).split("\\s")[0]
                : "";
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
