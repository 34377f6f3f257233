package dev.kiln.exec.internal;

import dev.kiln.exec.SystemCallException;

/**
 * {@code membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE)}: every running thread of the process executes a core-serialising
 * instruction before it goes on in user mode, as SDM vol. 3A 11.1.3 asks for before code that another processor modified is executed.
 */
final class LinuxMembarrier {
    private static final long SYS_MEMBARRIER = 324;
    private static final long SYNC_CORE = 1 << 5;
    private static final long REGISTER_SYNC_CORE = 1 << 6;

    /** A process registers once, when code is first replaced: that may wait for all processors, milliseconds. False on kernels before 4.16. */
    private static final boolean REGISTERED = register();

    private LinuxMembarrier() {}

    private static boolean register() {
        try {
            SystemCalls.checked("syscall", SYS_MEMBARRIER, REGISTER_SYNC_CORE, 0, 0, 0, 0);
            return true;
        } catch (SystemCallException e) {
            return false;
        }
    }

    /** Whether the kernel knows the command and lets this process use it. */
    static boolean isAvailable() {
        return REGISTERED;
    }

    /** Returns when no processor holds stale instructions of this process. */
    static void synchronizeCores() {
        SystemCalls.checked("syscall", SYS_MEMBARRIER, SYNC_CORE, 0, 0, 0, 0);
    }
}
