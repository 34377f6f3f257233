package dev.kiln.cli;

import dev.kiln.asm.Listing;
import dev.kiln.base.Diagnostic;
import dev.kiln.base.DiagnosticException;
import dev.kiln.base.Position;
import dev.kiln.object.ObjectReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code kiln dis}: the instructions of an object file or executable, or of raw bytes. */
final class DisCommand {
    private DisCommand() {}

    static int run(Options options) {
        options.allow("-o");
        String file = options.onlyFile();
        byte[] bytes = Input.read(file).bytes();
        StringBuilder out = new StringBuilder();
        if (ObjectReader.isObject(bytes)) {
            listObject(file, bytes, out);
        } else {
            new Listing().append(out, bytes, 0, bytes.length, 0);
        }
        Output.write(options.output, out.toString().getBytes(StandardCharsets.UTF_8));
        return ExitStatus.OK;
    }

    private static void listObject(String file, byte[] bytes, StringBuilder out) {
        List<ObjectReader.CodeSection> sections;
        try {
            sections = ObjectReader.codeSections(bytes);
        } catch (ObjectReader.FormatException e) {
            throw new DiagnosticException(Diagnostic.of(CliCode.NO_CODE, Position.NONE, file, e.getMessage()));
        }
        for (ObjectReader.CodeSection section : sections) {
            out.append("section ").append(section.name()).append('\n');
            Listing listing = new Listing();
            for (ObjectReader.Label label : section.labels()) {
                listing.label(section.address() + label.offset(), label.name());
            }
            for (ObjectReader.Reference reference : section.references()) {
                listing.note(section.address() + reference.offset(), reference.text());
            }
            listing.append(out, section.bytes(), 0, section.bytes().length, section.address());
        }
    }
}
