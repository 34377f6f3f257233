package dev.kiln.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program in {@code examples/java}, run on what the test at work sees of Kiln. */
public final class JavaExample {
    private static final Path ROOT = Path.of(System.getProperty("kiln.root", ".."));

    /** A word of a command line, in quotes or not. */
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

    private final String name;
    private final String source;

    /**
     * Reads an example.
     *
     * @param name its file below {@code examples/java}, without {@code .java}
     * @throws UncheckedIOException when there is none of that name
     */
    public JavaExample(String name) {
        this.name = name;
        source = read(file());
    }

    private Path file() {
        return ROOT.resolve("examples/java").resolve(name + ".java");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs it with arguments. */
    public OutsideTool.Result run(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                file().toString()));
        command.addAll(List.of(arguments));
        return OutsideTool.run(command, null, null, Duration.ofMinutes(2));
    }

    /**
     * What it prints with the arguments in its comment.
     *
     * @throws AssertionError when its comment names no command, it fails, or prints to standard error
     */
    public String output() {
        String command = " * examples/java/run " + name;
        String stated = source.lines()
                .filter(line -> line.equals(command) || line.startsWith(command + " "))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the comment of " + name + " names no command"));
        List<String> arguments = new ArrayList<>();
        Matcher words = WORD.matcher(stated.substring(command.length()));
        while (words.find()) arguments.add(words.group(1) != null ? words.group(1) : words.group(2));
        return output(arguments.toArray(String[]::new));
    }

    /**
     * What it prints with other arguments.
     *
     * @throws AssertionError when it fails or prints to standard error
     */
    public String output(String... arguments) {
        OutsideTool.Result result = run(arguments);
        if (!result.errText().isEmpty()) throw new AssertionError(name + " complains:\n" + result.errText());
        return result.succeeded().outText();
    }

    /**
     * Checks that all Java that a page shows is in this example, so that what is read there has run.
     *
     * @param page such as {@code docs/embedding.md}
     * @param sections the headings of the sections that show this example; none for all of the page
     * @return the number of lines that the page shows
     * @throws AssertionError when a line is not in the example
     */
    public int linesShownIn(String page, String... sections) {
        Set<String> wanted = Set.of(sections);
        boolean section = wanted.isEmpty();
        boolean inside = false;
        int seen = 0;
        for (String line : read(ROOT.resolve(page)).lines().toList()) {
            if (line.startsWith("## ") && !wanted.isEmpty()) section = wanted.contains(line.substring(3));
            if (line.startsWith("```")) {
                inside = line.equals("```java");
            } else if (section && inside && !line.isBlank()) {
                if (!source.contains(line.strip()))
                    throw new AssertionError(page + " shows what is not in " + name + ": " + line);
                seen++;
            }
        }
        return seen;
    }
}
