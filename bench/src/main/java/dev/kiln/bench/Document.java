package dev.kiln.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page with places for results: between {@code <!-- bench NAME -->} and the next {@code <!-- end -->}. */
final class Document {
    private static final String END = "<!-- end -->";

    private final Path file;

    Document(Path file) {
        this.file = file;
    }

    /** Puts a result in the place of the one before. */
    void replace(String name, String text) {
        String start = "<!-- bench " + name + " -->\n";
        try {
            String page = Files.readString(file);
            int from = page.indexOf(start);
            int to = page.indexOf(END, from);
            if (from < 0 || to < 0) throw new IllegalStateException(file + " has no place for " + name);
            Files.writeString(file, page.substring(0, from) + start + text + page.substring(to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
