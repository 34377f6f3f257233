package dev.kiln.bench;

import dev.kiln.bench.start.BareCall;
import dev.kiln.bench.start.FirstFunction;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the first use of the assembler costs: whole processes that make one foreign call of the JDK's, and whole processes that assemble, place
 * and call a function, in turn, with and without an AOT cache made in the same way for each.
 */
final class StartUp {
    private final Path folder;
    private final String classPath;

    StartUp(Path root) {
        folder = root.resolve("bench/target/start");
        Path target = root.resolve("bench/target");
        StringBuilder path = new StringBuilder(target.resolve("kiln-bench.jar").toString());
        // Only what the programs need: a cache holds what its class path has.
        try (var jars = Files.newDirectoryStream(target.resolve("lib"), "kiln-{base,asm,exec}-*.jar")) {
            for (Path jar : jars) path.append(File.pathSeparatorChar).append(jar);
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        classPath = path.toString();
    }

    /** Times of two programs and of their differences, pair by pair, in milliseconds. */
    static final class Pair {
        final Samples bare = new Samples();
        final Samples first = new Samples();
        final Samples difference = new Samples();
    }

    Pair compare(boolean cached, int runs) {
        String bare = cache(cached, BareCall.class);
        String first = cache(cached, FirstFunction.class);
        Pair pair = new Pair();
        for (int i = -2; i < runs; i++) {
            double calibration = Calibration.measure();
            // Neither always comes behind the other.
            double with = i % 2 == 0 ? time(first, FirstFunction.class) : 0;
            double without = time(bare, BareCall.class);
            if (i % 2 != 0) with = time(first, FirstFunction.class);
            // The first ones read the jars and caches from the disk.
            if (i < 0) continue;
            pair.bare.add(without, calibration);
            pair.first.add(with, calibration);
            pair.difference.add(with - without, calibration);
        }
        return pair;
    }

    /** What a program prints in nanoseconds, as milliseconds. */
    Samples printed(Class<?> program, boolean cached, int runs) {
        String cache = cache(cached, program);
        Samples samples = new Samples();
        for (int i = 0; i < runs; i++) {
            double calibration = Calibration.measure();
            samples.add(Long.parseLong(run(cache, program).strip()) / 1e6, calibration);
        }
        return samples;
    }

    private String cache(boolean wanted, Class<?> program) {
        if (!wanted) return null;
        String file = folder.resolve(program.getSimpleName() + ".aot").toString();
        run("-XX:AOTCacheOutput=" + file, program);
        return "-XX:AOTCache=" + file;
    }

    private double time(String option, Class<?> program) {
        long start = System.nanoTime();
        run(option, program);
        return (System.nanoTime() - start) / 1e6;
    }

    private String run(String option, Class<?> program) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xlog:disable");
        if (option != null) command.add(option);
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", classPath, program.getName()));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(folder.resolve("errors.log").toFile())
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            if (process.waitFor() != 0) throw new IllegalStateException(program.getSimpleName() + " failed: " + output);
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }
}
