package dev.kiln.exec;

import dev.kiln.base.Diagnostic;
import dev.kiln.base.Position;

/** The operating system refused something that is needed to run native code. */
public final class SystemCallException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;
    private final transient Diagnostic diagnostic;

    /**
     * @param call the call with its arguments, such as {@code mprotect(0x7f0000000000, 4096, 5)}
     * @param errno the error number ({@code GetLastError} on Windows)
     * @param text what that number means, as the C library words it
     */
    public SystemCallException(String call, int errno, String text) {
        super(call + ": " + text + " (error " + errno + ") [" + ExecCode.SYSTEM_CALL_FAILED.id() + "]");
        this.call = call;
        this.errno = errno;
        this.diagnostic =
                Diagnostic.of(ExecCode.SYSTEM_CALL_FAILED, Position.NONE, call, text + " (error " + errno + ")");
    }

    /** The call with its arguments. */
    public String call() {
        return call;
    }

    /** The error number. */
    public int errno() {
        return errno;
    }

    /** The same for a user. */
    public Diagnostic diagnostic() {
        return diagnostic;
    }
}
