package dev.kiln.tests.malformed;

import dev.kiln.cli.Main;
import dev.kiln.tests.support.ForkedWorker;
import dev.kiln.tests.support.Toolchain;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Gives spoilt inputs to the {@code kiln} command, in a JVM of its own: {@code MalformedWorker FIRST COUNT FOLDER}. What goes
 * wrong is written to {@code FOLDER/failures}, one line each; how many inputs were still valid, to {@code FOLDER/valid}.
 */
final class MalformedWorker {
    private static final Pattern POSITION = Pattern.compile("input[^:\n]*\\.(kir|ssa):\\d+:\\d+");
    private static final Pattern STACK_TRACE = Pattern.compile("Exception|\\.java:\\d+|internal error");

    private final Path folder;
    private final Method run;
    private final List<Path> samples = samples();
    private final StringBuilder failures = new StringBuilder();

    private MalformedWorker(Path folder) throws IOException, ReflectiveOperationException {
        this.folder = folder;
        // What the command does without ending the JVM.
        run = Main.class.getDeclaredMethod("run", String[].class, boolean.class);
        run.setAccessible(true);
    }

    public static void main(String[] args) throws IOException, ReflectiveOperationException {
        int first = Integer.parseInt(args[0]);
        int count = Integer.parseInt(args[1]);
        MalformedWorker worker = new MalformedWorker(Path.of(args[2]));
        PrintStream out = System.out, err = System.err;
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> e.printStackTrace(err));
        int valid = 0;
        try (ForkedWorker.Progress progress = new ForkedWorker.Progress(worker.folder)) {
            for (int i = first; i < first + count; i++) {
                progress.at(i);
                valid += worker.input(i) == 0 ? 1 : 0;
            }
        }
        System.setOut(out);
        System.setErr(err);
        Files.writeString(worker.folder.resolve("failures"), worker.failures);
        Files.writeString(worker.folder.resolve("valid"), valid + "\n");
        System.exit(0);
    }

    private static List<Path> samples() throws IOException {
        List<Path> all = new ArrayList<>();
        Path root = Toolchain.root();
        for (String place : new String[] {"tests/corpus/ssa", "tests/qbe", "examples", "tests/filetests"}) {
            try (Stream<Path> files = Files.walk(root.resolve(place))) {
                files.filter(f -> f.toString().endsWith(".ssa") || f.toString().endsWith(".kir"))
                        .sorted()
                        .forEach(all::add);
            }
        }
        return all;
    }

    /** The input of a number. */
    private byte[] bytes(int number, Path sample) throws IOException {
        Random random = new Random(number);
        if (number % 20 == 0) {
            byte[] noise = new byte[random.nextInt(1, 2000)];
            random.nextBytes(noise);
            return noise;
        }
        return new Mutator(number).spoil(Files.readAllBytes(sample));
    }

    private int input(int number) throws IOException, ReflectiveOperationException {
        Path sample = samples.get(new Random(number * 31L).nextInt(samples.size()));
        String ending = sample.toString().substring(sample.toString().length() - 4);
        Path file = folder.resolve("input" + ending);
        byte[] bytes = bytes(number, sample);
        Files.write(file, bytes);
        if (number % 20 == 0) {
            Files.write(folder.resolve("noise.bin"), elfLike(bytes, number));
            judge(number, "dis", folder.resolve("noise.bin").toString());
        }
        if (number % 4 == 0) {
            judge(number, "fmt", file.toString());
        }
        return judge(
                number,
                "compile",
                file.toString(),
                "-o",
                folder.resolve("output.o").toString());
    }

    /** Now and then something that begins like an object file: our own, spoilt, when there is one. */
    private byte[] elfLike(byte[] noise, int number) throws IOException {
        Path object = folder.resolve("output.o");
        if (number % 40 != 0 || !Files.exists(object)) {
            return noise;
        }
        byte[] bytes = Files.readAllBytes(object);
        Random random = new Random(number);
        for (int i = random.nextInt(1, 10); i > 0; i--) {
            bytes[random.nextInt(4, random.nextBoolean() ? Math.min(64, bytes.length) : bytes.length)] =
                    (byte) random.nextInt();
        }
        return bytes;
    }

    private int judge(int number, String... arguments) throws ReflectiveOperationException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(), err = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        int status = (int) run.invoke(null, arguments, false);
        System.out.flush();
        System.err.flush();
        String said = err.toString(StandardCharsets.UTF_8);
        boolean disassembles = arguments[0].equals("dis");
        String wrong = null;
        if (status != 0 && status != 1) {
            wrong = "exit status " + status;
        } else if (STACK_TRACE.matcher(said).find()) {
            wrong = "a stack trace";
        } else if (status == 1 && !disassembles && !POSITION.matcher(said).find()) {
            wrong = "no position";
        } else if (status == 1 && said.isBlank()) {
            wrong = "no diagnostic";
        }
        if (wrong != null) {
            failures.append("input ")
                    .append(number)
                    .append(' ')
                    .append(Arrays.toString(arguments))
                    .append(": ")
                    .append(wrong)
                    .append(": ")
                    .append(said.substring(0, Math.min(1200, said.length())).replace('\n', '|'))
                    .append('\n');
        }
        return status;
    }
}
