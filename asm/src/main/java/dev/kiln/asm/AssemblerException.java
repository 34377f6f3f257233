package dev.kiln.asm;

/** An instruction, label or directive that cannot be assembled; thrown where it is emitted. The message names the nearest legal forms. */
public final class AssemblerException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** Carries the message. */
    public AssemblerException(String message) {
        super(message);
    }
}
