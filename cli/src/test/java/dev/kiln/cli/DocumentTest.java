package dev.kiln.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The pages for users agree with the command, and lead to what exists. */
class DocumentTest {
    private static final Path ROOT = Path.of(System.getProperty("kiln.root", ".."));
    private static final Pattern OPTION = Pattern.compile("(?<![-\\w])--?[a-zA-Z][-\\w]*");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]*)(?:#([^)]*))?\\)");

    private static Set<String> options(String text) {
        Set<String> options = new TreeSet<>();
        Matcher matcher = OPTION.matcher(text);
        while (matcher.find()) {
            options.add(matcher.group());
        }
        return options;
    }

    @Test
    void everyOptionIsDescribedAndEveryDescribedOneExists() throws IOException {
        StringBuilder help = new StringBuilder();
        for (String command : List.of("run", "interp", "compile", "check", "fmt", "asm", "dis")) {
            help.append(Help.of(command));
        }
        String page = Files.readString(ROOT.resolve("docs/command-line.md"));
        assertThat(options(page)).containsAll(options(help.toString()));
        // Those of other programs, and short forms that the page shows with their values.
        Set<String> described = options(page);
        described.removeAll(Set.of("-jar", "-lm", "--help", "-h", "--version", "-V", "-f", "-felf64"));
        assertThat(options(help.toString())).containsAll(described);
    }

    @Test
    void linksLeadSomewhere() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (String page : List.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "examples/README.md")) {
            pages.add(ROOT.resolve(page));
        }
        try (var files = Files.list(ROOT.resolve("docs"))) {
            files.forEach(pages::add);
        }
        assertThat(pages).hasSizeGreaterThan(15);
        for (Path page : pages) {
            Matcher matcher = LINK.matcher(Files.readString(page));
            while (matcher.find()) {
                if (matcher.group(1).contains("://")) {
                    continue;
                }
                Path target = matcher.group(1).isEmpty() ? page : page.resolveSibling(matcher.group(1));
                assertThat(target).as("%s leads there", page).exists();
                if (matcher.group(2) != null) {
                    assertThat(anchors(target))
                            .as("in %s, to which %s leads", target, page)
                            .contains(matcher.group(2));
                }
            }
        }
    }

    /** What can stand behind {@code #} in a link to a page: its headings, as they are made into anchors. */
    private static Set<String> anchors(Path page) throws IOException {
        Set<String> anchors = new TreeSet<>();
        for (String line : Files.readAllLines(page)) {
            if (line.startsWith("#")) {
                String heading = line.replaceFirst("#+", "").strip().toLowerCase(Locale.ROOT);
                anchors.add(heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'));
            }
        }
        return anchors;
    }

    /** What the page on the compiler names exists. */
    @Test
    void classesThatAreNamedExist() throws IOException {
        Matcher matcher = Pattern.compile("`((?:[a-z]+\\.)*[A-Z]\\w+)`")
                .matcher(Files.readString(ROOT.resolve("docs/compiler.md")));
        Set<String> sources = new TreeSet<>();
        try (var files = Files.walk(ROOT, 9)) {
            files.forEach(file -> sources.add(file.getFileName().toString()));
        }
        int seen = 0;
        while (matcher.find()) {
            String name = matcher.group(1);
            assertThat(sources).contains(name.substring(name.lastIndexOf('.') + 1) + ".java");
            seen++;
        }
        assertThat(seen).isGreaterThan(20);
    }

    @Test
    void everyExampleIsInTheTable() throws IOException {
        String table = Files.readString(ROOT.resolve("examples/README.md"));
        try (var files = Files.list(ROOT.resolve("examples"))) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".kir"))
                    .forEach(name -> assertThat(table).contains("(" + name + ")"));
        }
    }
}
