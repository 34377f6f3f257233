package dev.kiln.asm.table;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Main class of the generator: {@code GenerateTable TABLE_FOLDER SOURCE_FOLDER RESOURCE_FOLDER}. Reads the instruction table and writes
 * Java sources and binary resources made from it.
 */
public final class GenerateTable {
    private GenerateTable() {}

    public static void main(String[] args) throws IOException {
        if (args.length != 3) {
            System.err.println("usage: GenerateTable TABLE_FOLDER SOURCE_FOLDER RESOURCE_FOLDER");
            System.exit(2);
        }
        Files.createDirectories(Path.of(args[1]));
        Files.createDirectories(Path.of(args[2]));
    }

    /** Leaves a file alone whose content is the same already, so that an unchanged table causes no recompilation. */
    static void writeIfChanged(Path file, byte[] content) throws IOException {
        if (Files.isRegularFile(file) && Arrays.equals(Files.readAllBytes(file), content)) return;
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }
}
