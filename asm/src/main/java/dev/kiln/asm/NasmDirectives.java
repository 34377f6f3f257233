package dev.kiln.asm;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Reads directives: sections and their attributes, symbols' visibility, defaults. */
final class NasmDirectives {
    private final NasmScanner tokens;
    private final NasmExpressionParser expressions;
    private final NasmAssembly assembly;
    private final NasmScanner.Complaints complaints;
    private final NasmFormat format;

    /** What {@code default rel} says. */
    boolean relative;

    /** What {@code default bnd} says: branches have the prefix BND. */
    boolean bound;

    /** Where {@code absolute} puts what follows, read last; {@code null} when that was no such directive. */
    NasmExpression absolute;

    long origin;
    private boolean originSaid;
    int osAbi;
    /** Whether {@code align} aligns the section too. */
    boolean alignsSections = true;

    /** The section that statements go to. */
    private int present;

    /** The alignment that the mention of a section read last says; 0 when none. */
    private long saidAlign;

    /** The section chosen by the directive read last, or −1. */
    int chosen;

    NasmDirectives(
            NasmScanner tokens,
            NasmExpressionParser expressions,
            NasmAssembly assembly,
            NasmFormat format,
            NasmScanner.Complaints complaints) {
        this.tokens = tokens;
        this.expressions = expressions;
        this.assembly = assembly;
        this.format = format;
        this.complaints = complaints;
    }

    boolean isDirective(String word) {
        return switch (word) {
            case "section", "segment", "global", "static", "extern", "required", "common", "default", "bits", "use16" ->
                true;
            case "use32", "use64", "org", "cpu", "float", "absolute", "warning", "map", "debug", "list" -> true;
            case "pragma", "sectalign" -> true;
            default -> format.isDirective(word);
        };
    }

    /** Reads the directive whose word is the token before {@code expressions.next}. */
    void read(String word, int at) {
        chosen = -1;
        absolute = null;
        switch (word) {
            case "section", "segment" -> section(at);
            case "global", "static", "extern", "required" -> names(word);
            case "common" -> common();
            case "default" -> defaults();
            case "bits" -> {
                NasmExpression bits = expressions.parse();
                if (bits != null && assembly.constant(bits, "the mode") != 64)
                    complaints.complain(at, NasmCode.UNSUPPORTED, "code for 16-bit and 32-bit mode");
            }
            case "use16", "use32" -> complaints.complain(at, NasmCode.UNSUPPORTED, "code for 16-bit and 32-bit mode");
            case "org" -> origin(at);
            case "absolute" -> absolute = expressions.parse();
            case "pragma" -> pragma();
            case "sectalign" -> sectionAlignment(at);
            case "subsections_via_symbols" -> assembly.subsections = true;
            case "no_dead_strip" -> keepSections();
            case "export" -> export();
            case "osabi" -> osAbi(at);
            // Which CPU, how to list, what to warn about: nothing that changes the code.
            default -> {
                int kind = tokens.kind[expressions.next];
                while (kind != NasmScanner.END && kind != ']') kind = tokens.kind[++expressions.next];
            }
        }
    }

    private void origin(int at) {
        NasmExpression e = expressions.parse();
        if (e == null) return;
        if (!format.isFlat()) complaints.complain(at, NasmCode.NOT_IN_FORMAT, "an origin", format.name());
        else if (originSaid) complaints.complain(at, NasmCode.BAD_DIRECTIVE, "the origin is said twice");
        origin = assembly.constant(e, "the origin");
        originSaid = true;
    }

    private void defaults() {
        while (tokens.kind[expressions.next] == NasmScanner.NAME) {
            int token = expressions.next++;
            switch (tokens.text[token].toLowerCase(Locale.ROOT)) {
                case "rel" -> relative = true;
                case "abs" -> relative = false;
                case "bnd" -> bound = true;
                case "nobnd" -> bound = false;
                default ->
                    complaints.complain(
                            tokens.at[token], NasmCode.EXPECTED, "rel, abs, bnd or nobnd", tokens.describe(token));
            }
            if (tokens.kind[expressions.next] == ',') expressions.next++;
        }
    }

    /** A section's name may hold what no other name can, so it is read from the text: up to the next blank. */
    private void section(int at) {
        int token = expressions.next;
        if (tokens.kind[token] == NasmScanner.END) {
            complaints.complain(at, NasmCode.EXPECTED, "a section's name", tokens.describe(token));
            return;
        }
        int from = tokens.at[token];
        int to = from;
        while (to < tokens.source.length
                && tokens.source[to] > ' '
                && tokens.source[to] != ';'
                && tokens.source[to] != ']') to++;
        while (tokens.kind[token] != NasmScanner.END && tokens.at[token] < to) token++;
        expressions.next = token;
        String name = new String(tokens.source, from, to - from, StandardCharsets.UTF_8);
        if (name.isEmpty()) {
            complaints.complain(from, NasmCode.EXPECTED, "a section's name", tokens.describe(expressions.next));
            return;
        }
        String full = format.sectionName(name);
        if (full == null) {
            complaints.complain(from, NasmCode.BAD_SECTION_NAME, name, format.nameRule());
            return;
        }
        chosen = assembly.section(full);
        present = chosen;
        AssembledFile.Section section = assembly.sectionAt(chosen);
        boolean again = section.mentioned && !format.isFlat();
        if (!section.mentioned) assembly.mention(chosen, full.equals(name) && name.indexOf(',') > 0);
        AssembledFile.Section described = again ? section.copy() : section;
        if (!attributes(described) || !again) return;
        section.align = Math.max(section.align, saidAlign);
        section.namedInFull |= full.equals(name) && name.indexOf(',') > 0;
        if (format.mentionAgain(section, described))
            complaints.complain(
                    at,
                    NasmCode.IGNORED,
                    "the section " + name + " keeps the attributes that it was given first; others are left out");
    }

    /** Reads what stands behind a section's name; gives whether it could be read. */
    private boolean attributes(AssembledFile.Section section) {
        saidAlign = 0;
        boolean attributed = false;
        while (tokens.kind[expressions.next] == NasmScanner.NAME) {
            int attribute = expressions.next++;
            if (tokens.kind[expressions.next] == '=') {
                expressions.next++;
                if (!value(section, attribute)) return false;
            } else {
                attribute(section, attribute);
                attributed = true;
            }
        }
        String wrong = format.completeAttributes(section, attributed, saidAlign != 0);
        if (wrong != null) complaints.complain(tokens.at[0], NasmCode.BAD_DIRECTIVE, wrong);
        if (saidAlign != 0) section.align = saidAlign;
        return true;
    }

    private void attribute(AssembledFile.Section section, int token) {
        if (format.attribute(section, tokens.text[token].toLowerCase(Locale.ROOT))) return;
        if (format.ignoresAttributes())
            complaints.complain(
                    tokens.at[token],
                    NasmCode.IGNORED,
                    "sections of " + format.name() + " have no attribute " + tokens.describe(token));
        else complaints.complain(tokens.at[token], NasmCode.BAD_ATTRIBUTE, section.name(), tokens.describe(token));
    }

    private boolean value(AssembledFile.Section section, int token) {
        String attribute = tokens.text[token].toLowerCase(Locale.ROOT);
        if (attribute.equals("follows") || attribute.equals("vfollows")) {
            String name = tokens.text[expressions.next];
            if (name == null) {
                complaints.complain(
                        tokens.at[token], NasmCode.EXPECTED, "a section's name", tokens.describe(expressions.next));
                return false;
            }
            expressions.next++;
            if (attribute.equals("follows")) section.follows = name;
            else section.virtualFollows = name;
            return requireFlat(token);
        }
        NasmExpression e = expressions.parse();
        if (e == null) return false;
        long value = assembly.constant(e, "an attribute");
        switch (attribute) {
            case "align" -> {
                if (value < 0 || Long.bitCount(value) > 1 || value > format.largestAlignment())
                    complaints.complain(
                            tokens.at[token],
                            NasmCode.BAD_COUNT,
                            "a section's alignment",
                            value + ": it is a power of two, at most " + format.largestAlignment());
                else if (value > 0 || !format.ignoresAttributes()) saidAlign = Math.max(value, 1);
            }
            case "comdat" -> comdat(section, token, value);
            case "start" -> section.start = value;
            case "vstart" -> section.virtualStart = value;
            default ->
                complaints.complain(tokens.at[token], NasmCode.BAD_ATTRIBUTE, section.name(), tokens.describe(token));
        }
        return !(attribute.equals("start") || attribute.equals("vstart")) || requireFlat(token);
    }

    /** {@code comdat=2:name}: of the sections for one name, linkers keep any (2), the largest (6), and so on. */
    private void comdat(AssembledFile.Section section, int token, long selection) {
        boolean named = tokens.kind[expressions.next] == ':';
        if (named) expressions.next++;
        NasmSymbols.Entry entry = named ? entry() : null;
        if (!format.hasComdat())
            complaints.complain(tokens.at[token], NasmCode.BAD_ATTRIBUTE, section.name(), tokens.describe(token));
        else if (selection < 1 || selection > 7 || entry == null)
            complaints.complain(
                    tokens.at[token],
                    NasmCode.BAD_DIRECTIVE,
                    "comdat= is followed by a number from 1 to 7, a colon and a symbol");
        else {
            section.comdat = (int) selection;
            section.comdatSymbol = entry.id;
        }
    }

    private boolean requireFlat(int token) {
        if (!format.isFlat())
            complaints.complain(tokens.at[token], NasmCode.NOT_IN_FORMAT, tokens.describe(token), format.name());
        return true;
    }

    /** {@code global a, b:function hidden (size)}. */
    private void names(String word) {
        while (true) {
            NasmSymbols.Entry entry = entry();
            if (entry == null) return;
            switch (word) {
                case "global" -> {
                    if (entry.binding == AssembledFile.Binding.LOCAL) entry.binding = AssembledFile.Binding.GLOBAL;
                }
                case "extern", "required" -> external(entry, word.equals("required"));
                default -> {}
            }
            if (tokens.kind[expressions.next] == ':') {
                expressions.next++;
                if (!properties(entry)) return;
            }
            if (tokens.kind[expressions.next] != ',') return;
            expressions.next++;
        }
    }

    private void external(NasmSymbols.Entry entry, boolean required) {
        if (entry.definedAt >= 0) {
            assembly.symbols.makeGlobal(entry);
            return;
        }
        entry.external = true;
        entry.required |= required;
        assembly.symbols.makeExternal(entry);
    }

    private NasmSymbols.Entry entry() {
        int token = expressions.next;
        if (tokens.kind[token] != NasmScanner.NAME) {
            if (tokens.kind[token] != NasmScanner.BAD)
                complaints.complain(tokens.at[token], NasmCode.EXPECTED, "a symbol's name", tokens.describe(token));
            return null;
        }
        expressions.next++;
        NasmSymbols.Entry entry = assembly.symbols.entry(assembly.symbols.number(tokens.text[token]));
        if (entry.at < 0) entry.at = tokens.at[token];
        return entry;
    }

    /** What stands behind a symbol's name and a colon: words, and for some formats its size. */
    private boolean properties(NasmSymbols.Entry entry) {
        while (true) {
            int token = expressions.next;
            int kind = tokens.kind[token];
            if (kind == NasmScanner.END || kind == ',') return true;
            if (kind == NasmScanner.NAME && format.property(entry, tokens.text[token].toLowerCase(Locale.ROOT))) {
                expressions.next++;
                continue;
            }
            if (!format.hasProperties()) {
                complaints.complain(
                        tokens.at[token],
                        NasmCode.NOT_IN_FORMAT,
                        "the property " + tokens.describe(token) + " of a symbol",
                        format.name());
                return false;
            }
            entry.size = expressions.parse();
            return entry.size != null;
        }
    }

    /** {@code common name size[:alignment]}. */
    private void common() {
        NasmSymbols.Entry entry = entry();
        if (entry == null) return;
        if (entry.definedAt >= 0) {
            complaints.complain(entry.at, NasmCode.DUPLICATE, entry.name, "here, and cannot be common too");
            return;
        }
        entry.size = expressions.parse();
        if (entry.size == null) return;
        entry.common = true;
        entry.external = true;
        entry.binding = AssembledFile.Binding.GLOBAL;
        assembly.symbols.makeExternal(entry);
        if (tokens.kind[expressions.next] != ':') return;
        expressions.next++;
        if (!format.hasProperties()) {
            complaints.complain(
                    tokens.at[expressions.next],
                    NasmCode.NOT_IN_FORMAT,
                    "the alignment of a common symbol",
                    format.name());
            return;
        }
        while (tokens.kind[expressions.next] != NasmScanner.END) {
            int token = expressions.next;
            boolean property = tokens.kind[token] == NasmScanner.NAME
                    && format.property(entry, tokens.text[token].toLowerCase(Locale.ROOT));
            if (property) expressions.next++;
            else if (entry.alignment != null) return;
            else {
                entry.alignment = expressions.parse();
                if (entry.alignment == null) return;
            }
        }
    }

    /** {@code pragma macho subsections_via_symbols}; what other pragmas say is for other programs, as to nasm. */
    private void pragma() {
        String[] words = new String[2];
        for (int i = 0; i < 2; i++)
            if (tokens.kind[expressions.next] == NasmScanner.NAME)
                words[i] = tokens.text[expressions.next++].toLowerCase(Locale.ROOT);
        boolean ours = words[1] != null && (words[0].equals("macho") || words[0].equals(format.name()));
        if (ours && format.format == NasmParser.Format.MACHO64) {
            if (words[1].equals("subsections_via_symbols")) assembly.subsections = true;
            else if (words[1].equals("no_dead_strip")) keepSections();
        }
        while (tokens.kind[expressions.next] != NasmScanner.END && tokens.kind[expressions.next] != ']')
            expressions.next++;
    }

    /** {@code no_dead_strip a, b}: the sections of these symbols are kept by linkers. */
    private void keepSections() {
        while (true) {
            NasmSymbols.Entry entry = entry();
            if (entry == null) return;
            assembly.kept.add(entry);
            if (tokens.kind[expressions.next] != ',') return;
            expressions.next++;
        }
    }

    /** {@code sectalign on}, {@code off}, or a boundary for the present section. */
    private void sectionAlignment(int at) {
        boolean word = tokens.kind[expressions.next] == NasmScanner.NAME;
        String text = word ? tokens.text[expressions.next].toLowerCase(Locale.ROOT) : "";
        if (text.equals("on") || text.equals("off")) {
            expressions.next++;
            alignsSections = text.equals("on");
            return;
        }
        NasmExpression e = expressions.parse();
        if (e == null) return;
        long boundary = assembly.constant(e, "a section's alignment");
        if (boundary <= 0 || Long.bitCount(boundary) != 1 || boundary > format.largestAlignment())
            complaints.complain(
                    at,
                    NasmCode.BAD_COUNT,
                    "a section's alignment",
                    boundary + ": it is a power of two, at most " + format.largestAlignment());
        else {
            AssembledFile.Section section = assembly.sectionAt(present);
            section.align = Math.max(section.align, boundary);
        }
    }

    /** {@code export name}: asks the linker to export a symbol from a library. */
    private void export() {
        NasmSymbols.Entry entry = entry();
        if (entry == null) return;
        assembly.linkerOption("-export:" + entry.name + ' ');
    }

    private void osAbi(int at) {
        for (int i = 0; i < 2; i++) {
            NasmExpression e = expressions.parse();
            if (e == null) return;
            long value = assembly.constant(e, "the ABI");
            if (value < 0 || value > 255) {
                complaints.complain(at, NasmCode.BAD_COUNT, "the ABI's number", value + ": it is at most 255");
                return;
            }
            osAbi = i == 0 ? (int) value : osAbi | (int) value << 8;
            if (tokens.kind[expressions.next] != ',') return;
            expressions.next++;
        }
    }
}
