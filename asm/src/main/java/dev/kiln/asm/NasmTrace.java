package dev.kiln.asm;

import java.util.ArrayList;
import java.util.List;

/** What became of the statements of a text, noted while its bytes are written: from this an {@link AsmFile} is made that can be edited. */
final class NasmTrace {
    enum Kind {
        LABEL,
        INSTRUCTION,
        DATA,
        /** The distance of one symbol from another, both of the section. */
        DISTANCE,
        RESERVE,
        ALIGN,
        COMMENT,
        BLANK
    }

    /**
     * A statement, or one of its items.
     *
     * @param section its number in the text
     * @param start its first byte's offset in the section
     * @param end the offset behind it
     * @param number for a label its symbol, for data the width of an item, for an alignment its boundary, for a distance the first symbol
     * @param other for an alignment the byte that fills it, or −1 for anything else; for a distance the second symbol
     * @param text a comment's
     */
    record Event(Kind kind, int section, long start, long end, long number, int other, String text) {}

    /** A field that holds a distance within a segment of a section, from {@code end} to {@code target}. */
    record Distance(int section, int segment, long at, int size, long end, long target) {}

    final List<Event> events = new ArrayList<>();
    final List<Distance> distances = new ArrayList<>();
    /** Whether nothing is noted for now, because it is part of something that is. */
    boolean paused;

    void add(Kind kind, int section, long start, long end, long number, int other, String text) {
        if (!paused && section >= 0) events.add(new Event(kind, section, start, end, number, other, text));
    }
}
