package dev.kiln.asm.table;

/** A row that cannot be understood; the message says why. */
final class TableException extends Exception {
    private static final long serialVersionUID = 1L;

    TableException(String message) {
        super(message);
    }
}
