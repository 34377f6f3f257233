package dev.kiln.exec.internal;

import dev.kiln.exec.CodeMemory;
import dev.kiln.exec.CodeRange;
import dev.kiln.exec.MemoryKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Ends the process in a civil manner when a program faults: with one line on standard error and the status that a shell gives to a
 * process that the signal ended. Without it the JVM writes a report about itself, as it must think the fault its own.
 *
 * <p>The JVM uses the same signals for its own purposes, so its handlers stay in charge of everything that happens outside our code and
 * the C library.
 */
public final class FaultReport {
    private static final int SIGILL = 4, SIGBUS = 7, SIGFPE = 8, SIGSEGV = 11;

    /** {@code struct sigaction} of glibc: handler, mask of 128 bytes, flags, restorer. */
    private static final long SIGACTION_SIZE = 152;

    private FaultReport() {}

    /** Installs it for code in a memory. */
    public static void install(CodeMemory memory) {
        long sigaction = SystemCalls.find("sigaction");
        if (sigaction == 0) {
            return;
        }
        long[] library = libraryRange();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment action = arena.allocate(SIGACTION_SIZE, 8);
            install(memory, sigaction, action, SIGSEGV, "accessed an address that it must not (SIGSEGV)", library);
            install(memory, sigaction, action, SIGBUS, "accessed memory that is not there (SIGBUS)", library);
            install(memory, sigaction, action, SIGFPE, "raised an arithmetic exception (SIGFPE)", library);
            install(memory, sigaction, action, SIGILL, "reached an instruction that does not exist (SIGILL)", library);
        }
    }

    private static void install(
            CodeMemory memory, long sigaction, MemorySegment action, int signal, String what, long[] library) {
        if (SystemCalls.call(sigaction, signal, 0, action.address()) != 0) {
            return;
        }
        long earlier = action.get(ValueLayout.JAVA_LONG, 0);
        // 0 and 1 are SIG_DFL and SIG_IGN: there is nobody to hand other faults to.
        if (earlier == 0 || earlier == 1) {
            return;
        }
        byte[] code = handler(memory, signal, "kiln: the program " + what + "\n", library, earlier);
        CodeRange range = memory.allocate(code.length, 16, MemoryKind.CODE);
        memory.writable(range).copyFrom(MemorySegment.ofArray(code));
        memory.publish(range);
        action.set(ValueLayout.JAVA_LONG, 0, range.address());
        SystemCalls.call(sigaction, signal, action.address(), 0);
    }

    /** {@code void handler(int signal, siginfo_t *, ucontext_t *)}. */
    private static byte[] handler(CodeMemory memory, int signal, String message, long[] library, long earlier) {
        StubWriter out = new StubWriter();
        out.hex("48 8B 82 A8 00 00 00"); // mov rax, [rdx + 168]: RIP in the context
        out.hex("48 3D").four(0x10000); //  cmp rax, 65536: what is called there is a null pointer
        out.hex("72"); //                   jb ours
        int nowhere = out.ahead();
        out.hex("48 89 C1"); //             mov rcx, rax
        out.hex("49 B8").eight(memory.base()); // mov r8, base
        out.hex("4C 29 C1"); //             sub rcx, r8
        out.hex("49 B8").eight(memory.size()); // mov r8, size
        out.hex("4C 39 C1 72"); //          cmp rcx, r8; jb ours
        int ours = out.ahead();
        out.hex("49 B8").eight(library[0]); // mov r8, start of the C library
        out.hex("4C 29 C0"); //             sub rax, r8
        out.hex("49 B8").eight(library[1] - library[0]); // mov r8, its size
        out.hex("4C 39 C0 72"); //          cmp rax, r8; jb ours
        int libraries = out.ahead();
        out.hex("48 B8").eight(earlier); // mov rax, earlier
        out.hex("FF E0"); //                jmp rax
        out.here(nowhere);
        out.here(ours);
        out.here(libraries);
        out.hex("BF").four(2); //           mov edi, 2
        out.hex("48 8D 35").four(0); //     lea rsi, [rip + message]
        int field = out.position();
        out.hex("BA").four(message.length()); // mov edx, length
        out.hex("B8").four(1); //           mov eax, 1: write
        out.hex("0F 05"); //                syscall
        out.hex("BF").four(128 + signal); // mov edi, status
        out.hex("B8").four(231); //         mov eax, 231: exit_group
        out.hex("0F 05"); //                syscall
        out.hex("0F 0B"); //                ud2
        out.patchFour(field - 4, out.position() - field);
        out.text(message);
        return out.toArray();
    }

    /** Where the C library is loaded; an empty range where it does not tell (before glibc 2.35). */
    private static long[] libraryRange() {
        long find = SystemCalls.find("_dl_find_object");
        if (find == 0) {
            return new long[2];
        }
        try (Arena arena = Arena.ofConfined()) {
            // Flags, start, end, link map, unwind data, seven words in reserve.
            MemorySegment found = arena.allocate(96, 8);
            long status = SystemCalls.call(find, SystemCalls.find("strlen"), found.address(), 0);
            return (int) status != 0
                    ? new long[2]
                    : new long[] {found.get(ValueLayout.JAVA_LONG, 8), found.get(ValueLayout.JAVA_LONG, 16)};
        }
    }
}
