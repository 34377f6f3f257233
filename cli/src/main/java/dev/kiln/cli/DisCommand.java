package dev.kiln.cli;

import dev.kiln.asm.Disassembler;
import dev.kiln.asm.Listing;
import dev.kiln.asm.NasmNames;
import dev.kiln.asm.SourceListing;
import dev.kiln.asm.SymbolReference;
import dev.kiln.base.Diagnostic;
import dev.kiln.base.DiagnosticException;
import dev.kiln.base.Position;
import dev.kiln.object.ObjectReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code kiln dis}: the instructions of an object file, an executable or raw bytes, as a listing or as text to be assembled again. */
final class DisCommand {
    private final Options options;
    private final StringBuilder out = new StringBuilder();
    private List<ObjectReader.Section> sections;
    /** The names in each section, once they are asked for. */
    private Disassembler.Labels[] names;

    /** Of a text to be assembled: the symbols that stand in it, those of them that other files see, and those that it refers to. */
    private final Set<String> defined = new HashSet<>();

    private final Set<String> globals = new LinkedHashSet<>();
    private final Set<String> referred = new LinkedHashSet<>();

    /** Whether there was what the options ask for. */
    private boolean found;

    private DisCommand(Options options) {
        this.options = options;
    }

    static int run(Options options) {
        options.allow("-o", "--address", "--hex", "--syntax", "--asm", "--section", "--symbol");
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
            if (options.section != null || options.symbol != null) {
                throw noCode(file, "it is no object file, so it has neither sections nor symbols");
            }
            raw(bytes);
            return;
        }
        try {
            for (ObjectReader.Member member : ObjectReader.members(bytes)) {
                if (member.name() == null) {
                    object(member.bytes());
                } else {
                    member(member);
                }
            }
        } catch (ObjectReader.FormatException e) {
            throw noCode(file, e.getMessage());
        }
        if (!found && options.symbol != null) {
            throw noCode(file, "it has no symbol " + options.symbol);
        }
        if (!found && options.section != null) {
            throw noCode(file, "it has no section " + options.section);
        }
    }

    private static DiagnosticException noCode(String file, String why) {
        return new DiagnosticException(Diagnostic.of(CliCode.NO_CODE, Position.NONE, file, why));
    }

    /** A file of an archive; one that cannot be read does not keep the others from being listed. */
    private void member(ObjectReader.Member member) {
        int start = out.length();
        comment("file " + member.name());
        int contents = out.length();
        try {
            object(member.bytes());
        } catch (ObjectReader.FormatException e) {
            comment(e.getMessage());
        }
        boolean filtered = options.section != null || options.symbol != null;
        if (filtered && out.length() == contents) {
            out.setLength(start);
        }
    }

    /** A line that is no instruction. */
    private void comment(String text) {
        out.append(options.source ? "; " : "").append(text).append('\n');
    }

    private void object(byte[] bytes) throws ObjectReader.FormatException {
        sections = ObjectReader.sections(bytes);
        int start = out.length();
        names = new Disassembler.Labels[sections.size()];
        for (ObjectReader.Section section : sections) {
            boolean wanted = options.section == null ? section.code() : options.section.equals(section.name());
            if (!wanted) {
                continue;
            }
            if (options.symbol == null) {
                found = true;
                part(section, 0, section.bytes().length);
                continue;
            }
            for (int i = 0; i < section.labels().size(); i++) {
                ObjectReader.Label label = section.labels().get(i);
                if (label.name().equals(options.symbol)) {
                    found = true;
                    part(section, (int) Math.min(label.offset(), section.bytes().length), end(section, i));
                    break;
                }
            }
        }
        if (options.source && out.length() > start) {
            declare(start);
        }
    }

    private void declare(int start) {
        StringBuilder head = new StringBuilder("        bits 64\n");
        for (String name : globals) {
            head.append("        global ").append(NasmNames.escape(name)).append('\n');
        }
        for (String name : referred) {
            if (!defined.contains(name)) {
                head.append("        extern ").append(NasmNames.escape(name)).append('\n');
            }
        }
        out.insert(start, head);
        defined.clear();
        globals.clear();
        referred.clear();
    }

    /** Where the symbol ends that a label begins: by its size, or where the next one is. */
    private static int end(ObjectReader.Section section, int number) {
        ObjectReader.Label label = section.labels().get(number);
        long rest = section.bytes().length - label.offset();
        if (label.size() > 0) {
            return (int) (label.offset() + Math.max(0, Math.min(label.size(), rest)));
        }
        for (int i = number + 1; i < section.labels().size(); i++) {
            if (section.labels().get(i).offset() > label.offset()) {
                return (int) Math.min(section.labels().get(i).offset(), section.bytes().length);
            }
        }
        return section.bytes().length;
    }

    private void part(ObjectReader.Section section, int from, int to) {
        if (options.source && !section.code()) {
            throw new UsageException("--asm writes code, and " + section.name() + " holds data");
        }
        out.append(options.source ? "        section " : "section ")
                .append(section.name())
                .append('\n');
        if (options.source) {
            source(section, from, to);
        } else {
            listing(section, from, to);
        }
    }

    private SymbolReference operand(ObjectReader.Reference reference) {
        int section = reference.section();
        if (section < 0) {
            return reference.operand(null);
        }
        if (names[section] == null) {
            names[section] = sections.get(section).names();
        }
        return reference.operand(names[section]);
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

    private void listing(ObjectReader.Section section, int from, int to) {
        Listing listing = new Listing(syntax());
        for (ObjectReader.Label label : section.labels()) {
            listing.label(section.address() + label.offset(), label.name());
        }
        for (ObjectReader.Reference reference : section.references()) {
            long field = section.address() + reference.offset();
            listing.note(field, reference.text());
            SymbolReference operand = operand(reference);
            if (operand != null) {
                listing.reference(field, operand);
            }
        }
        if (section.code()) {
            listing.append(out, section.bytes(), from, to, section.address() + from);
        } else {
            listing.appendData(out, section.bytes(), from, to, section.address() + from);
        }
    }

    private void source(ObjectReader.Section section, int from, int to) {
        Map<Long, String> labels = new HashMap<>();
        for (ObjectReader.Label label : section.labels()) {
            String known = labels.putIfAbsent(section.address() + label.offset(), label.name());
            boolean written = label.offset() >= from && label.offset() < to;
            if (known == null && written && label.global() && NasmNames.isPossible(label.name())) {
                globals.add(label.name());
            }
            if (known == null && written) {
                defined.add(label.name());
            }
        }
        Map<Long, SymbolReference> references = new HashMap<>();
        for (ObjectReader.Reference reference : section.references()) {
            SymbolReference operand = operand(reference);
            if (operand != null) {
                references.putIfAbsent(section.address() + reference.offset(), operand);
            }
        }
        long address = section.address() + from;
        referred.addAll(SourceListing.append(out, section.bytes(), from, to, address, labels::get, references::get));
    }
}
