package dev.kiln.tests.programs;

import dev.kiln.tests.support.Toolchain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A whole program of the source tree, with what it is given and what must come of it. The files beside it that say so are told in
 * {@code tests/qbe/README.md}.
 *
 * @param name unique among all
 * @param sources the program; then the files linked with it
 * @param c functions in C that belong to it, or {@code null}
 */
record SampleProgram(
        String name, List<Path> sources, Path c, List<String> arguments, byte[] input, byte[] output, int exit) {

    /** Every program of {@code tests/corpus}, {@code tests/qbe} and {@code examples}. */
    static List<SampleProgram> all() {
        Path root = Toolchain.root();
        Path tests = root.resolve("tests");
        List<SampleProgram> all = new ArrayList<>();
        Path corpus = tests.resolve("corpus");
        add(all, "corpus", corpus.resolve("ssa"), corpus.resolve("expected"));
        add(all, "qbe", tests.resolve("qbe"), tests.resolve("qbe"));
        add(all, "examples", root.resolve("examples"), tests.resolve("examples"));
        return all;
    }

    private static void add(List<SampleProgram> all, String group, Path folder, Path expected) {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if ((name.endsWith(".ssa") || name.endsWith(".kir")) && !name.endsWith(".2.ssa")) {
                    all.add(of(group, file, expected));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SampleProgram of(String group, Path source, Path expected) throws IOException {
        String file = source.getFileName().toString();
        String name = file.substring(0, file.length() - 4);
        Path out = expected.resolve(name + ".out");
        if (!Files.exists(out)) {
            throw new AssertionError(source + " has no expected output: " + out);
        }
        List<Path> sources = new ArrayList<>(List.of(source));
        Path second = source.resolveSibling(name + ".2.ssa");
        if (Files.exists(second)) {
            sources.add(second);
        }
        Path c = group.equals("corpus") ? null : source.resolveSibling(name + ".c");
        String arguments = text(expected.resolve(name + ".args"));
        String exit = text(expected.resolve(name + ".exit"));
        Path input = expected.resolve(name + ".in");
        return new SampleProgram(
                group + "-" + name,
                List.copyOf(sources),
                c != null && Files.exists(c) ? c : null,
                arguments.isEmpty() ? List.of() : List.of(arguments.split("\\s+")),
                Files.exists(input) ? Files.readAllBytes(input) : new byte[0],
                Files.readAllBytes(out),
                exit.isEmpty() ? 0 : Integer.parseInt(exit));
    }

    private static String text(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file).strip() : "";
    }

    @Override
    public String toString() {
        return name;
    }
}
