package dev.kiln.tests.support;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM that works through numbered items, any of which may kill or hang it. It writes down the number before each item, so that the one
 * that did it is known, and another JVM can go on behind it.
 */
public final class ForkedWorker {
    private static final String ITEM = "item", OUTPUT = "output";

    private ForkedWorker() {}

    /**
     * How a worker ended.
     *
     * @param problem what it came to grief with; {@code null} when it did all its work
     * @param item the item it was at
     */
    public record End(String problem, long item) {}

    /** For the worker: keeps the number of the item it is at. */
    public static final class Progress implements AutoCloseable {
        private final RandomAccessFile file;

        public Progress(Path home) throws IOException {
            file = new RandomAccessFile(home.resolve(ITEM).toFile(), "rw");
        }

        public void at(long item) {
            try {
                file.seek(0);
                file.write(String.format("%-20d\n", item).getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /**
     * Runs a worker to its end.
     *
     * @param main its main class; its arguments are {@code arguments}, then {@code home}
     * @param home a folder of its own
     * @param seconds how long it may stay with one item
     */
    public static End run(Class<?> main, List<String> options, List<String> arguments, Path home, long seconds)
            throws IOException, InterruptedException {
        List<String> command = KilnCommand.java(main.getName(), options);
        command.addAll(arguments);
        command.add(home.toString());
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(home.resolve(OUTPUT).toFile())
                .start();
        boolean ended = watch(process, home, seconds);
        String item = item(home);
        if (ended && process.exitValue() == 0) {
            return new End(null, item.isEmpty() ? 0 : Long.parseLong(item));
        }
        String problem = (ended ? "killed the JVM (exit status " + process.exitValue() + ")" : "hung") + "; "
                + Files.readString(home.resolve(OUTPUT)).lines().limit(20).toList();
        if (item.isEmpty()) {
            throw new AssertionError("the worker did not come to its first item: " + problem);
        }
        return new End(problem, Long.parseLong(item));
    }

    /** Waits for the end; false when the process had to be ended because it stayed with one item for too long. */
    private static boolean watch(Process process, Path home, long seconds) throws IOException, InterruptedException {
        String seen = "";
        long since = System.nanoTime();
        try {
            while (!process.waitFor(100, TimeUnit.MILLISECONDS)) {
                String now = item(home);
                if (!now.equals(seen)) {
                    seen = now;
                    since = System.nanoTime();
                } else if (System.nanoTime() - since > seconds * 1_000_000_000L) {
                    return false;
                }
            }
            return true;
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static String item(Path home) throws IOException {
        Path file = home.resolve(ITEM);
        return Files.exists(file)
                ? Files.readString(file, StandardCharsets.US_ASCII).strip()
                : "";
    }
}
