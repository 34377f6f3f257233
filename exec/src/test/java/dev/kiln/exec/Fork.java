package dev.kiln.exec;

import dev.kiln.testing.OutsideTool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs a main class in a JVM of its own, so that native code that goes wrong is a failed test and not a dead build. */
final class Fork {
    private Fork() {}

    static OutsideTool.Result run(Class<?> main, String... arguments) {
        return OutsideTool.run(command(main, arguments), null, null, Duration.ofMinutes(2));
    }

    /** After a command of the shell that limits what the JVM may do. */
    static OutsideTool.Result runWithLimit(String limit, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", limit + " && exec \"$@\"", "sh"));
        command.addAll(command(main, arguments));
        return OutsideTool.run(command, null, null, Duration.ofMinutes(2));
    }

    private static List<String> command(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-ea");
        // A heap that is all there from the start: growth of the process is growth of native memory.
        command.addAll(List.of("-Xms96m", "-Xmx96m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-XX:-UsePerfData"));
        command.add("--enable-native-access=ALL-UNNAMED");
        // A crash is expected of some: no core, no report in the working folder.
        command.add("-XX:-CreateCoredumpOnCrash");
        command.add("-XX:ErrorFile=/dev/null");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return command;
    }
}
