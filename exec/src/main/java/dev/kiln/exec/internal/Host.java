package dev.kiln.exec.internal;

import dev.kiln.base.Diagnostic;
import dev.kiln.base.DiagnosticException;
import dev.kiln.base.Position;
import dev.kiln.exec.ExecCode;

/** Which operating system and processor this JVM runs on, as far as running native code depends on it. */
public enum Host {
    LINUX,
    WINDOWS,
    MACOS;

    /**
     * The host of this JVM.
     *
     * @throws DiagnosticException when native code of ours cannot run on it
     */
    public static Host current() {
        return of(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
    }

    /** The host with these names, as the system properties {@code os.name} and {@code os.arch} give them. */
    public static Host of(String system, String processor) {
        if (processor.equals("amd64") || processor.equals("x86_64")) {
            if (system.equals("Linux")) return LINUX;
            if (system.startsWith("Windows")) return WINDOWS;
            if (system.equals("Mac OS X")) return MACOS;
        }
        throw new DiagnosticException(Diagnostic.of(ExecCode.UNSUPPORTED_HOST, Position.NONE, processor, system)
                .suggest("compile to an object file instead"));
    }

    static boolean isWindows() {
        return System.getProperty("os.name", "").startsWith("Windows");
    }
}
