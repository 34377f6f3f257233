package dev.kiln.tests.fuzz;

import dev.kiln.ir.IrPrinter;
import dev.kiln.ir.Module;
import dev.kiln.tests.support.ForkedWorker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;

/**
 * Runs random programs in a JVM of its own, which may die of them: {@code FuzzWorker FIRST COUNT FOLDER}. What
 * differs from the interpreter goes to {@code FOLDER/SEED.kir} with what was
 * found in comments; at the end it writes counts to {@code FOLDER/counts}.
 */
final class FuzzWorker {
    private FuzzWorker() {}

    public static void main(String[] args) throws IOException {
        long first = Long.parseLong(args[0]);
        int count = Integer.parseInt(args[1]);
        Path folder = Path.of(args[2]);
        Coverage coverage = new Coverage();
        int skipped = 0;
        try (ForkedWorker.Progress progress = new ForkedWorker.Progress(folder);
                Judge judge = new Judge()) {
            for (int i = 0; i < count; i++) {
                long seed = first + i;
                progress.at(seed);
                try {
                    skipped += run(seed, judge, coverage, folder) ? 0 : 1;
                } catch (RuntimeException | Error e) {
                    report(folder, seed, "threw " + trace(e));
                }
            }
        }
        StringBuilder counts = new StringBuilder("skipped=" + skipped + "\n");
        for (Map.Entry<String, Integer> entry : coverage.counts().entrySet()) {
            counts.append(entry.getKey()).append('=').append(entry.getValue()).append('\n');
        }
        Files.writeString(folder.resolve("counts"), counts);
        System.exit(0);
    }

    /** The program of a seed, ready to be judged. */
    static Judge.Case program(long seed) {
        Module module = new Module("seed" + seed);
        ProgramGenerator program = ProgramGenerator.generate(module, "p", seed);
        return new Judge.Case(module, program.entry(), arguments(seed), program.observed());
    }

    /** What the entry of a program is called with. */
    static long[] arguments(long seed) {
        Random random = new Random(seed);
        return new long[] {random.nextInt(100), random.nextLong()};
    }

    private static boolean run(long seed, Judge judge, Coverage coverage, Path folder) throws IOException {
        Judge.Case program = program(seed);
        coverage.add(program.module());
        Judge.verify(program.module());
        Judge.Outcome expected = Judge.interpret(program);
        if (expected.text() == null) {
            return false;
        }
        int level = (int) (seed % 3);
        Judge.Outcome actual = judge.compile(program, level);
        if (!expected.equals(actual)) {
            report(
                    folder,
                    seed,
                    "-O" + level + " differs from the interpreter\n" + difference(expected.text(), actual.text()));
        }
        return true;
    }

    static String difference(String expected, String actual) {
        StringBuilder out = new StringBuilder();
        String[] a = expected.split("\n"), b = actual.split("\n");
        for (int i = 0; i < Math.max(a.length, b.length) && out.length() < 600; i++) {
            String x = i < a.length ? a[i] : "", y = i < b.length ? b[i] : "";
            if (!x.equals(y)) {
                out.append("interpreter ")
                        .append(x)
                        .append("\ncompiled    ")
                        .append(y)
                        .append('\n');
            }
        }
        return out.toString();
    }

    private static String trace(Throwable e) {
        StringBuilder out = new StringBuilder(e.toString());
        StackTraceElement[] trace = e.getStackTrace();
        for (int i = 0; i < Math.min(12, trace.length); i++) {
            out.append("\n  at ").append(trace[i]);
        }
        return out.toString();
    }

    static void report(Path folder, long seed, String what) throws IOException {
        String text;
        try {
            text = IrPrinter.print(program(seed).module());
        } catch (RuntimeException | Error e) {
            text = "; no program: " + e;
        }
        Files.writeString(
                folder.resolve(seed + ".kir"),
                "; seed " + seed + ": " + what.strip().replace("\n", "\n; ") + "\n" + text);
    }
}
