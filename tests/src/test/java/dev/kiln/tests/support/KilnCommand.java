package dev.kiln.tests.support;

import dev.kiln.testing.OutsideTool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs classes of this build in JVMs of their own, among them the {@code kiln} command. */
public final class KilnCommand {
    private KilnCommand() {}

    /** The command line that starts a class with this JVM's class path. */
    public static List<String> java(String mainClass, List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-ea",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xshare:auto",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:+DisplayVMOutputToStderr",
                "--enable-native-access=ALL-UNNAMED"));
        command.addAll(options);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(mainClass);
        return command;
    }

    /** Runs {@code kiln} with these arguments. */
    public static OutsideTool.Result kiln(List<String> arguments, Path folder, byte[] input, Duration limit) {
        // What is interpreted for long is worth the best compiler; everything else is over before that pays.
        boolean quick = !arguments.getFirst().equals("interp");
        List<String> command = java("dev.kiln.cli.Main", quick ? List.of("-XX:TieredStopAtLevel=1") : List.of());
        command.addAll(arguments);
        return OutsideTool.run(command, folder, input, limit);
    }
}
