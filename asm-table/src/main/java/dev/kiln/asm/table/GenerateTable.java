package dev.kiln.asm.table;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Main class of the generator: {@code GenerateTable TABLE_FOLDER SOURCE_FOLDER RESOURCE_FOLDER}. Reads the instruction table and writes
 * Java sources and binary resources made from it. Ends with status 1 and one line per complaint when a row is wrong.
 */
public final class GenerateTable {
    private GenerateTable() {}

    public static void main(String[] args) throws IOException {
        if (args.length != 3) {
            System.err.println("usage: GenerateTable TABLE_FOLDER SOURCE_FOLDER RESOURCE_FOLDER");
            System.exit(2);
        }
        Path sources = Path.of(args[1], "dev", "kiln", "asm");
        Path resources = Path.of(args[2], "dev", "kiln", "asm", "internal");
        Table table = Table.read(Path.of(args[0]));
        if (!table.complaints.isEmpty()) {
            for (String complaint : table.complaints) System.err.println(complaint);
            System.exit(1);
        }
        try {
            for (var typed : TypedWriter.write(table).entrySet())
                write(sources.resolve(typed.getKey() + ".java"), typed.getValue());
        } catch (TableException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
        write(sources.resolve("Form.java"), SourceWriter.forms(table));
        write(sources.resolve("OperandKind.java"), SourceWriter.operandKinds());
        write(sources.resolve("internal/Template.java"), SourceWriter.template());
        writeIfChanged(resources.resolve("forms.bin"), ResourceWriter.write(table));
    }

    private static void write(Path file, String text) throws IOException {
        writeIfChanged(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Leaves a file alone whose content is the same already, so that an unchanged table causes no recompilation. */
    static void writeIfChanged(Path file, byte[] content) throws IOException {
        if (Files.isRegularFile(file) && Arrays.equals(Files.readAllBytes(file), content)) return;
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }
}
