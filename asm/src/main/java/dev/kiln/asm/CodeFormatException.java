package dev.kiln.asm;

import java.io.IOException;

/** What was read is no {@link Code}: not one from the start, of another version of the format, cut off, or damaged. The message says which. */
public final class CodeFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    CodeFormatException(String message) {
        super(message);
    }
}
