package dev.kiln.asm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The symbols and segments of a text. A segment is what addresses are relative to: a section, or a symbol defined elsewhere. Symbols are
 * numbered as they are met.
 */
final class NasmSymbols {
    /** A symbol: a label, a constant (EQU), or something defined elsewhere. */
    static final class Entry {
        final String name;
        final int id;
        /** Where it is defined, −1 when nowhere. */
        int definedAt = -1;
        /** Where it is first used or declared. */
        int at = -1;

        boolean external;
        boolean common;
        boolean required;
        boolean referenced;
        /** Whether EQU defines it. */
        boolean constant;

        AssembledFile.Binding binding = AssembledFile.Binding.LOCAL;
        AssembledFile.Kind kind = AssembledFile.Kind.UNKNOWN;
        AssembledFile.Visibility visibility = AssembledFile.Visibility.DEFAULT;
        NasmExpression size;
        NasmExpression alignment;

        /** As far as the passes know it: −1 for a number. */
        int segment = -1;

        /** The segment that begins here when linkers may take sections apart at their symbols; −1 before it is made. */
        int subsection = -1;

        long value;
        boolean known;

        /** Where in the text it enters the symbol table: where it is defined or, when that is elsewhere, declared. */
        int place() {
            return external ? at : definedAt;
        }

        private Entry(String name, int id) {
            this.name = name;
            this.id = id;
        }
    }

    final List<Entry> entries = new ArrayList<>();
    private final Map<String, Integer> byName = new HashMap<>();

    /** For each segment: the section's number, or −1 − the symbol's. */
    private int[] segments = new int[16];

    int segmentCount;

    int number(String name) {
        Integer known = byName.get(name);
        if (known != null) return known;
        Entry entry = new Entry(name, entries.size());
        entries.add(entry);
        byName.put(name, entry.id);
        return entry.id;
    }

    Entry entry(int id) {
        return entries.get(id);
    }

    int sectionSegment(int section) {
        return segment(section);
    }

    /** Makes a symbol one that is defined elsewhere. */
    void makeExternal(Entry entry) {
        if (entry.segment < 0) entry.segment = segment(-1 - entry.id);
        entry.known = true;
        entry.value = 0;
    }

    /** Takes back that a symbol is external: it is defined here, for others too. */
    void makeGlobal(Entry entry) {
        entry.external = false;
        entry.known = false;
        entry.segment = -1;
        if (entry.binding == AssembledFile.Binding.LOCAL) entry.binding = AssembledFile.Binding.GLOBAL;
    }

    private int segment(int target) {
        if (segmentCount == segments.length) segments = java.util.Arrays.copyOf(segments, segmentCount * 2);
        segments[segmentCount] = target;
        return segmentCount++;
    }

    /** Whether there are symbols in a section. */
    boolean hasLabels(int section) {
        for (Entry entry : entries)
            if (entry.known && entry.segment >= 0 && sectionOf(entry.segment) == section) return true;
        return false;
    }

    /** The number of the section that a segment is, negative when it is a symbol. */
    int sectionOf(int segment) {
        return segments[segment];
    }

    /** The symbol that a segment is. */
    Entry symbolOf(int segment) {
        return entries.get(-1 - segments[segment]);
    }
}
