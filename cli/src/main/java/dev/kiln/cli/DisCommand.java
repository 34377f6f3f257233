package dev.kiln.cli;

import dev.kiln.asm.Disassembler;
import dev.kiln.asm.Listing;
import dev.kiln.asm.SourceListing;
import dev.kiln.base.Diagnostic;
import dev.kiln.base.DiagnosticException;
import dev.kiln.base.Position;
import dev.kiln.object.ObjectReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code kiln dis}: the instructions of an object file, an executable or raw bytes, as a listing or as text to be assembled again. */
final class DisCommand {
    private final Options options;
    private final StringBuilder out = new StringBuilder();

    private DisCommand(Options options) {
        this.options = options;
    }

    static int run(Options options) {
        options.allow("-o", "--address", "--hex", "--syntax", "--asm");
        if (options.source && options.intel) {
            throw new UsageException("--asm writes nasm's syntax");
        }
        DisCommand command = new DisCommand(options);
        if (options.bytes == null) {
            String file = options.onlyFile();
            command.list(file, Input.read(file).bytes());
        } else if (options.files.isEmpty()) {
            command.raw(options.bytes);
        } else {
            throw new UsageException("dis takes a file or --hex, not both");
        }
        Output.write(options.output, command.out.toString().getBytes(StandardCharsets.UTF_8));
        return ExitStatus.OK;
    }

    private void list(String file, byte[] bytes) {
        if (!ObjectReader.isObject(bytes)) {
            raw(bytes);
            return;
        }
        List<ObjectReader.CodeSection> sections;
        try {
            sections = ObjectReader.codeSections(bytes);
        } catch (ObjectReader.FormatException e) {
            throw new DiagnosticException(Diagnostic.of(CliCode.NO_CODE, Position.NONE, file, e.getMessage()));
        }
        for (ObjectReader.CodeSection section : sections) {
            out.append("section ").append(section.name()).append('\n');
            if (options.source) {
                source(section);
            } else {
                listing(section);
            }
        }
    }

    private Disassembler.Syntax syntax() {
        return options.intel ? Disassembler.Syntax.INTEL : Disassembler.Syntax.NASM;
    }

    private void raw(byte[] bytes) {
        if (!options.source) {
            new Listing(syntax()).append(out, bytes, 0, bytes.length, options.address);
            return;
        }
        out.append("        bits 64\n");
        if (options.address != 0) {
            out.append("        org 0x")
                    .append(Long.toHexString(options.address))
                    .append('\n');
        }
        SourceListing.append(out, bytes, 0, bytes.length, options.address, address -> null);
    }

    private void listing(ObjectReader.CodeSection section) {
        Listing listing = new Listing(syntax());
        for (ObjectReader.Label label : section.labels()) {
            listing.label(section.address() + label.offset(), label.name());
        }
        for (ObjectReader.Reference reference : section.references()) {
            listing.note(section.address() + reference.offset(), reference.text());
        }
        listing.append(out, section.bytes(), 0, section.bytes().length, section.address());
    }

    private void source(ObjectReader.CodeSection section) {
        if (!section.references().isEmpty()) {
            out.append("; fields that the linker fills in are shown as they stand in the file\n");
        }
        Map<Long, String> names = new HashMap<>();
        for (ObjectReader.Label label : section.labels()) {
            names.putIfAbsent(section.address() + label.offset(), label.name());
        }
        SourceListing.append(out, section.bytes(), 0, section.bytes().length, section.address(), names::get);
    }
}
