package dev.kiln.cli;

import dev.kiln.testing.OutsideTool;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Command lines, run in this process or, for programs that end theirs, in one of their own. */
final class CommandLine {
    private CommandLine() {}

    /** What came of it. */
    record Result(int status, String out, String err) {}

    /** In this process. */
    static Result here(String... args) {
        return hereWith(new byte[0], args);
    }

    static synchronized Result hereWith(byte[] input, String... args) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        InputStream in = System.in;
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
            System.setIn(new ByteArrayInputStream(input));
            int status = Main.run(args, false);
            System.out.flush();
            System.err.flush();
            return new Result(
                    status, outBytes.toString(StandardCharsets.UTF_8), errBytes.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
            System.setIn(in);
        }
    }

    /** In a process of its own. */
    static Result forked(Path folder, byte[] input, String... args) {
        OutsideTool.Result result = OutsideTool.run(command(args), folder, input, Duration.ofMinutes(1));
        return new Result(result.exit(), result.outText(), result.errText());
    }

    static Result forked(String... args) {
        return forked(null, null, args);
    }

    static List<String> command(String... args) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-ea",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-CreateCoredumpOnCrash",
                "-Dstdout.encoding=UTF-8",
                "-Dstderr.encoding=UTF-8",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.kiln.cli.Main"));
        command.addAll(List.of(args));
        return command;
    }
}
