package dev.kiln.exec;

import dev.kiln.base.Diagnostic;
import dev.kiln.base.Position;

/** A {@link CodeMemory} has no room left: a limit, not an error of the code. Freeing ranges or reserving a larger region helps. */
public final class CodeMemoryExhaustedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Diagnostic diagnostic;

    CodeMemoryExhaustedException(long size, MemoryKind kind, long reserved) {
        this(Diagnostic.of(
                        ExecCode.CODE_MEMORY_EXHAUSTED,
                        Position.NONE,
                        Long.toString(size),
                        kind.name(),
                        Long.toString(reserved))
                .suggest("reserve a larger region or free code that is no longer used"));
    }

    private CodeMemoryExhaustedException(Diagnostic diagnostic) {
        super(diagnostic.toString());
        this.diagnostic = diagnostic;
    }

    /** The same for a user. */
    public Diagnostic diagnostic() {
        return diagnostic;
    }
}
