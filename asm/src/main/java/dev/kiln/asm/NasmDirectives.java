package dev.kiln.asm;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Reads directives: sections and their attributes, symbols' visibility, defaults. */
final class NasmDirectives {
    private final NasmScanner tokens;
    private final NasmExpressionParser expressions;
    private final NasmAssembly assembly;
    private final NasmScanner.Complaints complaints;
    private final boolean flat;

    /** What {@code default rel} says. */
    boolean relative;

    long origin;
    private boolean originSaid;

    /** The section chosen by the directive read last, or −1. */
    int chosen;

    NasmDirectives(
            NasmScanner tokens,
            NasmExpressionParser expressions,
            NasmAssembly assembly,
            boolean flat,
            NasmScanner.Complaints complaints) {
        this.tokens = tokens;
        this.expressions = expressions;
        this.assembly = assembly;
        this.flat = flat;
        this.complaints = complaints;
    }

    /** The attributes that a section has before any are said: nasm's for ELF, or for flat binaries. */
    static void usualAttributes(AssembledFile.Section section, boolean flat) {
        section.align = flat ? 4 : 1;
        switch (section.name()) {
            case ".text" -> {
                section.execute = true;
                if (!flat) section.align = 16;
            }
            case ".rodata", ".lrodata" -> section.align = 4;
            case ".data", ".ldata" -> {
                section.write = true;
                section.align = 4;
            }
            case ".bss", ".lbss" -> {
                section.write = true;
                section.zero = true;
                section.align = 4;
            }
            case ".tdata" -> {
                section.write = true;
                section.thread = true;
                section.align = 4;
            }
            case ".tbss" -> {
                section.write = true;
                section.thread = true;
                section.zero = true;
                section.align = 4;
            }
            case ".preinit_array", ".init_array", ".fini_array" -> {
                section.write = true;
                section.align = 8;
            }
            case ".comment" -> section.allocate = false;
            case ".note" -> section.align = 4;
            default -> {}
        }
    }

    static boolean isDirective(String word) {
        return switch (word) {
            case "section", "segment", "global", "static", "extern", "required", "common", "default", "bits", "use16" ->
                true;
            case "use32", "use64", "org", "cpu", "float", "absolute", "warning", "map", "debug", "list" -> true;
            default -> false;
        };
    }

    /** Reads the directive whose word is the token before {@code expressions.next}. */
    void read(String word, int at) {
        chosen = -1;
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
            case "absolute" -> complaints.complain(at, NasmCode.UNSUPPORTED, "the directive absolute");
            // Which CPU, how to list, what to warn about: nothing that changes the code.
            default -> expressions.next = tokens.count;
        }
    }

    private void origin(int at) {
        NasmExpression e = expressions.parse();
        if (e == null) return;
        if (!flat) complaints.complain(at, NasmCode.NOT_IN_FORMAT, "an origin", "elf64");
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
                case "nobnd" -> {}
                default ->
                    complaints.complain(tokens.at[token], NasmCode.EXPECTED, "rel or abs", tokens.describe(token));
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
        chosen = assembly.section(name);
        AssembledFile.Section section = assembly.sectionAt(chosen);
        while (tokens.kind[expressions.next] == NasmScanner.NAME) {
            int attribute = expressions.next++;
            if (tokens.kind[expressions.next] == '=') {
                expressions.next++;
                if (!value(section, attribute)) return;
            } else attribute(section, attribute);
        }
    }

    private void attribute(AssembledFile.Section section, int token) {
        switch (tokens.text[token].toLowerCase(Locale.ROOT)) {
            case "progbits" -> section.zero = false;
            case "nobits" -> section.zero = true;
            case "alloc" -> section.allocate = true;
            case "noalloc" -> section.allocate = false;
            case "exec" -> section.execute = true;
            case "noexec" -> section.execute = false;
            case "write" -> section.write = true;
            case "nowrite" -> section.write = false;
            case "tls" -> section.thread = true;
            case "notls" -> section.thread = false;
            // Permissions to the linker that need not be taken; types that follow from the name.
            case "merge", "nomerge", "strings", "nostrings", "note", "pointer", "init_array", "fini_array" -> {}
            case "preinit_array", "byte", "word", "dword", "qword" -> {}
            default ->
                complaints.complain(tokens.at[token], NasmCode.BAD_ATTRIBUTE, section.name(), tokens.describe(token));
        }
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
                if (value <= 0 || Long.bitCount(value) != 1 || value > 1 << 30)
                    complaints.complain(
                            tokens.at[token],
                            NasmCode.BAD_COUNT,
                            "a section's alignment",
                            value + ": it is a power of two");
                else section.align = value;
            }
            case "start" -> section.start = value;
            case "vstart" -> section.virtualStart = value;
            case "entsize", "info" -> {}
            default ->
                complaints.complain(tokens.at[token], NasmCode.BAD_ATTRIBUTE, section.name(), tokens.describe(token));
        }
        return !(attribute.equals("start") || attribute.equals("vstart")) || requireFlat(token);
    }

    private boolean requireFlat(int token) {
        if (!flat) complaints.complain(tokens.at[token], NasmCode.NOT_IN_FORMAT, tokens.describe(token), "elf64");
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
            complaints.complain(entry.at, NasmCode.DUPLICATE, entry.name, "here, and cannot be external too");
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

    private boolean properties(NasmSymbols.Entry entry) {
        while (true) {
            int token = expressions.next;
            int kind = tokens.kind[token];
            if (kind == NasmScanner.END || kind == ',') return true;
            if (kind == NasmScanner.NAME && property(entry, tokens.text[token].toLowerCase(Locale.ROOT))) {
                expressions.next++;
                continue;
            }
            entry.size = expressions.parse();
            return entry.size != null;
        }
    }

    private static boolean property(NasmSymbols.Entry entry, String word) {
        switch (word) {
            case "function" -> entry.kind = AssembledFile.Kind.FUNCTION;
            case "data", "object" -> entry.kind = AssembledFile.Kind.DATA;
            case "tls" -> entry.kind = AssembledFile.Kind.THREAD_DATA;
            case "notype" -> entry.kind = AssembledFile.Kind.UNKNOWN;
            case "weak" -> entry.binding = AssembledFile.Binding.WEAK;
            case "strong" -> entry.binding = AssembledFile.Binding.GLOBAL;
            case "hidden", "internal" -> entry.hidden = true;
            // Protected symbols are visible; only that they cannot be replaced is not said.
            case "protected", "default" -> {}
            default -> {
                return false;
            }
        }
        return true;
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
        if (tokens.kind[expressions.next] == ':') {
            expressions.next++;
            entry.alignment = expressions.parse();
        }
        entry.common = true;
        entry.external = true;
        entry.binding = AssembledFile.Binding.GLOBAL;
        assembly.symbols.makeExternal(entry);
    }
}
