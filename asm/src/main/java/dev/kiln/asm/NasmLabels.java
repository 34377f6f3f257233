package dev.kiln.asm;

import dev.kiln.asm.AsmFile.Section;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The labels of a section of an assembled text, by the symbols that they were and by their places. */
final class NasmLabels {
    private final Section section;
    private final Map<Integer, Integer> bySymbol = new HashMap<>();
    private final TreeMap<Long, Integer> byOffset = new TreeMap<>();
    private final List<Long> offsets = new ArrayList<>();
    private final List<Integer> segments = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    /** Labels that the text does not have, still to be bound. */
    private final TreeMap<Long, Integer> added = new TreeMap<>();

    NasmLabels(Section section) {
        this.section = section;
    }

    Section section() {
        return section;
    }

    void add(int symbol, long offset, int segment, String name) {
        int label = section.code().newLabel();
        section.define(name, label);
        bySymbol.put(symbol, label);
        offsets.add(offset);
        segments.add(segment);
        names.add(name);
    }

    /** To be called when all labels are there. */
    void sort() {
        for (int label = 0; label < offsets.size(); label++) byOffset.putIfAbsent(offsets.get(label), label);
    }

    /** The label that a symbol is. */
    int of(int symbol) {
        return bySymbol.get(symbol);
    }

    long offset(int label) {
        return offsets.get(label);
    }

    String name(int label) {
        return names.get(label);
    }

    /** A label at an offset, or −1. */
    int at(long offset) {
        return byOffset.getOrDefault(offset, -1);
    }

    /** A label at an offset; made when there is none. */
    int need(long offset) {
        int known = at(offset);
        if (known >= 0) return known;
        int label = section.code().newLabel();
        offsets.add(offset);
        segments.add(-1);
        names.add(null);
        byOffset.put(offset, label);
        added.put(offset, label);
        return label;
    }

    /** The last label at an offset or before it, else the first; one with a name. Where there is none, the section's start gets one. */
    int nearest(long offset) {
        for (Map.Entry<Long, Integer> e = byOffset.floorEntry(offset); e != null; e = byOffset.lowerEntry(e.getKey()))
            if (names.get(e.getValue()) != null) return e.getValue();
        for (Map.Entry<Long, Integer> e = byOffset.ceilingEntry(offset);
                e != null;
                e = byOffset.higherEntry(e.getKey())) if (names.get(e.getValue()) != null) return e.getValue();
        int label = need(0);
        added.remove(0L);
        CodeList list = section.code();
        int cursor = list.cursor(CodeList.NONE);
        list.bind(label);
        if (cursor != CodeList.NONE) list.cursor(cursor);
        String base = "start of " + section.name();
        section.define(base, label);
        names.set(label, base);
        return label;
    }

    /** The segment that a label is in. */
    int segment(int label) {
        return segments.get(label);
    }

    /** A label with a name that is not in a segment, at an offset or before it if there is one; −1 when there is none. Looks at all labels. */
    int outside(long offset, int segment) {
        int best = -1;
        for (int label = 0; label < offsets.size(); label++) {
            if (segments.get(label) == segment || names.get(label) == null) continue;
            long at = offsets.get(label);
            boolean better = best < 0
                    || (at <= offset ? offsets.get(best) > offset || at > offsets.get(best) : at < offsets.get(best));
            if (better) best = label;
        }
        return best;
    }

    /** As {@link #nearest(long)}, of a segment where there is such a label. Looks at all labels. */
    int nearest(long offset, int segment) {
        int best = -1;
        for (int label = 0; label < offsets.size(); label++) {
            boolean fits = segments.get(label) == segment && offsets.get(label) <= offset;
            if (fits && (best < 0 || offsets.get(label) > offsets.get(best))) best = label;
        }
        return best >= 0 ? best : nearest(offset);
    }

    /** Binds a label that the text does not have, if there is one at an offset. */
    void bindAdded(long offset) {
        Integer label = added.remove(offset);
        if (label != null) section.code().bind(label);
    }

    /** Where the next label lies that is still to be bound, behind an offset; at most {@code end}. */
    long nextAdded(long offset, long end) {
        Long next = added.higherKey(offset);
        return next == null ? end : Math.min(next, end);
    }
}
