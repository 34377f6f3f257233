package dev.kiln.base;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** Collects the diagnostics of one piece of work, in the order found. Not safe for use by several threads at once. */
public final class Diagnostics {
    /** How many diagnostics are kept; later ones are only counted, so that a hostile input cannot fill memory. */
    public static final int LIMIT = 200;

    private final List<Diagnostic> list = new ArrayList<>();
    private int errors;
    private int dropped;

    /** Nothing yet. */
    public Diagnostics() {}

    /** Adds one. */
    public void add(Diagnostic diagnostic) {
        if (diagnostic.severity().isError()) {
            errors++;
        }
        if (list.size() < LIMIT) {
            list.add(diagnostic);
        } else {
            dropped++;
        }
    }

    /** Adds one of the given kind. */
    public void add(DiagnosticCode code, Position position, String... arguments) {
        add(Diagnostic.of(code, position, arguments));
    }

    /** Adds all that another collection holds. */
    public void addAll(Diagnostics other) {
        for (Diagnostic diagnostic : other.list) {
            add(diagnostic);
        }
        dropped += other.dropped;
        errors += other.errors - other.countKeptErrors();
    }

    /** Adds all that another collection holds, in the order of lines and columns; those at the same place stay as found. */
    public void addSorted(Diagnostics other) {
        List<Diagnostic> sorted = new ArrayList<>(other.list);
        if (sorted.size() > 1) {
            // A class, not lambdas: most programs start without a diagnostic.
            sorted.sort(new ByPlace());
        }
        for (Diagnostic diagnostic : sorted) {
            add(diagnostic);
        }
        dropped += other.dropped;
        errors += other.errors - other.countKeptErrors();
    }

    private static final class ByPlace implements Comparator<Diagnostic> {
        @Override
        public int compare(Diagnostic a, Diagnostic b) {
            int lines = Integer.compare(a.position().line(), b.position().line());
            return lines != 0
                    ? lines
                    : Integer.compare(a.position().column(), b.position().column());
        }
    }

    private int countKeptErrors() {
        int count = 0;
        for (Diagnostic diagnostic : list) {
            count += diagnostic.severity().isError() ? 1 : 0;
        }
        return count;
    }

    /** Whether any error was added. */
    public boolean hasErrors() {
        return errors > 0;
    }

    /** The number of errors added, kept or not. */
    public int errorCount() {
        return errors;
    }

    /** Whether later diagnostics are only counted, so that nothing needs to be spent on what they say. */
    public boolean isFull() {
        return list.size() == LIMIT;
    }

    /** The number of diagnostics beyond {@link #LIMIT}. */
    public int dropped() {
        return dropped;
    }

    /** What was kept, in the order added. */
    public List<Diagnostic> list() {
        return Collections.unmodifiableList(list);
    }

    /**
     * Throws when there are errors.
     *
     * @throws DiagnosticException with all that was collected
     */
    public void throwIfErrors() {
        if (errors > 0) {
            throw new DiagnosticException(list);
        }
    }
}
