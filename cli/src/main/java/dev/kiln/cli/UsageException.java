package dev.kiln.cli;

/** The command line makes no sense; the message says why. Leads to exit status 2. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message, null, false, false);
    }
}
