package dev.kiln.exec;

import dev.kiln.exec.internal.FaultReport;
import dev.kiln.exec.internal.Host;
import dev.kiln.exec.internal.SystemCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** This process as the C library sees it. */
public final class HostProcess {
    /** {@code LC_ALL} of glibc and musl. */
    private static final int ALL_CATEGORIES = 6;

    private static final int SIGPIPE = 13;

    private HostProcess() {}

    /**
     * Undoes what the JVM did to the process at its start, for a program that is to find it as C programs do: the locale is {@code "C"},
     * so that {@code printf} writes 1.5 and not 1,5; writing to a pipe that nobody reads ends the process. Changes the whole
     * process, so it is for a host that does nothing else.
     */
    public static void restoreDefaults() {
        if (Host.current() != Host.LINUX) {
            return;
        }
        MemorySegment c = Arena.global().allocateFrom("C");
        call("setlocale", ALL_CATEGORIES, c.address());
        call("signal", SIGPIPE, 0);
    }

    /**
     * Lets faults of code in a memory, and of the C library, end the process with one line on standard error and status 128 plus the
     * signal's number, as a shell would tell of a process of its own. Otherwise the JVM ends it with a report about itself. For
     * the rest of the process; the memory must not be closed.
     */
    public static void reportFaults(CodeMemory memory) {
        if (Host.current() == Host.LINUX) {
            FaultReport.install(memory);
        }
    }

    private static void call(String function, long a, long b) {
        long address = SystemCalls.find(function);
        if (address != 0) {
            SystemCalls.call(address, a, b, 0);
        }
    }
}
