package dev.kiln.base;

/**
 * A place in a source text.
 *
 * @param file the file's name as the user gave it; empty when there is none
 * @param line counted from 1; 0 when unknown
 * @param column counted from 1 in bytes of the line; 0 when unknown
 */
public record Position(String file, int line, int column) {
    /** The place of things that come from no text. */
    public static final Position NONE = new Position("", 0, 0);

    /** Whether this names a line. */
    public boolean isKnown() {
        return line > 0;
    }

    /** {@code file:line:column}, leaving out what is unknown; empty for {@link #NONE}. */
    @Override
    public String toString() {
        if (line == 0) {
            return file;
        }
        String place = column == 0 ? Integer.toString(line) : line + ":" + column;
        return file.isEmpty() ? place : file + ":" + place;
    }
}
