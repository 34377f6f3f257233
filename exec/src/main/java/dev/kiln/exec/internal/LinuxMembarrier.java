package dev.kiln.exec.internal;

/**
 * {@code membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE)}: every running thread of the process executes a core-serialising
 * instruction before it goes on in user mode, as SDM vol. 3A 11.1.3 asks for before code that another processor modified is executed.
 */
final class LinuxMembarrier {
    private static final long SYS_MEMBARRIER = 324;
    private static final long QUERY = 0;
    private static final long SYNC_CORE = 1 << 5;
    private static final long REGISTER_SYNC_CORE = 1 << 6;

    private LinuxMembarrier() {}

    /** Whether the kernel knows the command (since 4.16) and lets this process use it. */
    static boolean isAvailable() {
        long commands = SystemCalls.call(SystemCalls.symbol("syscall"), SYS_MEMBARRIER, QUERY, 0);
        return commands >= 0 && (commands & SYNC_CORE) != 0;
    }

    /** Returns when no processor holds stale instructions of this process. */
    static void synchronizeCores() {
        Registration.makeSure();
        SystemCalls.checked("syscall", SYS_MEMBARRIER, SYNC_CORE, 0, 0, 0, 0);
    }

    /** A process registers once, when code is first replaced: the kernel waits for all processors, which may take milliseconds. */
    private static final class Registration {
        static {
            SystemCalls.checked("syscall", SYS_MEMBARRIER, REGISTER_SYNC_CORE, 0, 0, 0, 0);
        }

        static void makeSure() {}
    }
}
