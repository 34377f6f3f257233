package dev.kiln.exec.internal;

/**
 * The machine code that stands between Java and native code: entry stubs, thunks for calls back, and the routines they share.
 *
 * <p>An <b>entry stub</b> saves the registers that a function must preserve and its stack pointer in a recovery record on the stack,
 * makes the record the innermost of its thread, calls its function, and makes the previous record the innermost again. Whoever
 * <b>unwinds</b> loads the innermost record and thereby returns from the entry stub into Java, skipping native frames as
 * {@code longjmp} does. Two unwind: the trap routine, and a <b>thunk</b> whose callback threw a Java exception. While a callback runs, the
 * chain is marked, so that native code which Java enters by other ways than an entry stub cannot unwind past the Java frames below it.
 *
 * <p>Conventions inside this class: the chain's value travels in R11, which neither holds arguments nor must be preserved (SysV AMD64
 * ABI 3.2.3); RBP frames stubs, so that profilers walking frame pointers get through. RAX (the count of vector arguments) and R10 (the
 * environment pointer) reach the function untouched.
 *
 * <p>A record, from its address upwards: previous chain, R15, R14, R13, R12, RBX, RBP, return address.
 */
public final class BorderCode {
    /**
     * What must be left of a stack when a thunk is called: HotSpot needs its guard and shadow zones (24 pages) and Java some room to
     * throw in.
     */
    private static final int STACK_RESERVE = 192 << 10;

    private static final int EXIT_STATUS = 120;

    private final ThreadChain chain;
    private final byte[] shared;
    /** Offsets of the shared routines. */
    private int loadChain;

    private int storeChain;
    private int stackEnd;
    private int unwind;
    private int trap;
    private int trapWithoutEntry;
    private int take;
    private int mark;
    private int callbackPending;
    private int stackOverflow;
    private int overflowRecord;

    /** Where the shared routines lie. */
    private long address;

    public BorderCode(ThreadChain chain) {
        this.chain = chain;
        StubWriter out = new StubWriter();
        writeHelpers(out);
        writeUnwind(out);
        writeTrap(out);
        writeJavaSide(out);
        writeCallbackSide(out);
        shared = out.toArray();
    }

    /** The routines that stubs share; they run at any address. */
    public byte[] shared() {
        return shared;
    }

    /** Tells where {@link #shared} was put. */
    public void placedAt(long where) {
        address = where;
    }

    /** The routine that compiled code calls to trap: RDI points to a record of three strings. */
    public long trapRoutine() {
        return address + trap;
    }

    /** {@code long take()}: what the thread has pending, which is forgotten. */
    public long takeRoutine() {
        return address + take;
    }

    /** {@code int mark(long pending)}: leaves something pending; 0 and nothing done when there is no way back to Java. */
    public long markRoutine() {
        return address + mark;
    }

    // Chain access: three bytes of REX and opcode more or less decide nothing here, one memory access instead of a call
    // does.

    private void loadChain(StubWriter out, long at) {
        if (chain.chainOffset != 0) out.hex("64 4C 8B 1C 25").four(chain.chainOffset); // mov r11, fs:[offset]
        else call(out, at, loadChain);
    }

    private void storeChain(StubWriter out, long at) {
        if (chain.chainOffset != 0) out.hex("64 4C 89 1C 25").four(chain.chainOffset); // mov fs:[offset], r11
        else call(out, at, storeChain);
    }

    /** A call of a shared routine, from code that will lie at {@code at}; 0: from among the shared routines. */
    private void call(StubWriter out, long at, int routine) {
        out.hex("E8"); // call routine
        relative(out, at, routine);
    }

    private void relative(StubWriter out, long at, int routine) {
        if (at == 0) out.back(routine);
        else out.four((int) (address + routine - (at + out.position() + 4)));
    }

    private static void callC(StubWriter out, long function) {
        out.hex("48 B8").eight(function); // mov rax, function
        out.hex("FF D0"); // call rax
    }

    private void getSpecific(StubWriter out, int key) {
        out.hex("BF").four(key); // mov edi, key
        callC(out, chain.getSpecific);
    }

    /** With the value in RSI. */
    private void setSpecific(StubWriter out, int key) {
        out.hex("BF").four(key); // mov edi, key
        callC(out, chain.setSpecific);
    }

    private static void countUp(StubWriter out) {
        out.hex("49 BB").eight(ThreadChain.counterAddress()); // mov r11, counter
        out.hex("F0 49 FF 03"); // lock inc qword [r11]
    }

    // ---- helpers: preserve everything but R11 and the flags
    // -------------------------------------------------------------------

    private void writeHelpers(StubWriter out) {
        loadChain = out.position();
        preserveAll(out);
        getSpecific(out, chain.chainKey);
        out.hex("49 89 C3"); // mov r11, rax
        restoreAll(out);

        storeChain = out.position();
        preserveAll(out);
        out.hex("4C 89 DE"); // mov rsi, r11
        setSpecific(out, chain.chainKey);
        restoreAll(out);

        stackEnd = out.position();
        preserveAll(out);
        getSpecific(out, chain.stackKey);
        out.hex("49 89 C3"); // mov r11, rax
        out.hex("48 85 C0"); // test rax, rax
        out.hex("0F 85").four(0); // jnz known
        int computing = out.position();
        computeStackEnd(out);
        out.patchFour(computing - 4, out.position() - computing);
        restoreAll(out);
    }

    /**
     * Asks for the thread's stack and remembers its lower end, moved down on a small stack so that no more than half of it is reserved;
     * 1 when it is not known. The result is in R11.
     */
    private void computeStackEnd(StubWriter out) {
        out.hex("48 83 EC 50"); //            sub rsp, 80           ; address, size, pthread_attr_t of 56 bytes
        callC(out, SystemCalls.symbol("pthread_self"));
        out.hex("48 89 C7"); //               mov rdi, rax
        out.hex("48 8D 74 24 10"); //         lea rsi, [rsp + 16]
        callC(out, SystemCalls.symbol("pthread_getattr_np"));
        out.hex("BE 01 00 00 00"); //         mov esi, 1
        out.hex("85 C0"); //                  test eax, eax
        out.hex("75");
        int unknown = out.ahead(); //         jnz unknown
        out.hex("48 8D 7C 24 10"); //         lea rdi, [rsp + 16]
        out.hex("48 89 E6"); //               mov rsi, rsp
        out.hex("48 8D 54 24 08"); //         lea rdx, [rsp + 8]
        callC(out, SystemCalls.symbol("pthread_attr_getstack"));
        out.hex("48 8D 7C 24 10"); //         lea rdi, [rsp + 16]
        callC(out, SystemCalls.symbol("pthread_attr_destroy"));
        out.hex("48 8B 34 24"); //            mov rsi, [rsp]
        out.hex("48 8B 4C 24 08"); //         mov rcx, [rsp + 8]
        out.hex("48 D1 E9"); //               shr rcx, 1
        out.hex("B8").four(STACK_RESERVE); // mov eax, reserve
        out.hex("48 29 C8"); //               sub rax, rcx
        out.hex("76 03"); //                  jbe +3
        out.hex("48 29 C6"); //               sub rsi, rax
        out.here(unknown);
        out.hex("48 89 34 24"); //            mov [rsp], rsi
        setSpecific(out, chain.stackKey);
        out.hex("4C 8B 1C 24"); //            mov r11, [rsp]
        out.hex("48 83 C4 50"); //            add rsp, 80
    }

    private static void preserveAll(StubWriter out) {
        out.hex("55"); //                   push rbp
        out.hex("48 89 E5"); //             mov rbp, rsp
        out.hex("48 83 E4 F0"); //          and rsp, -16
        out.hex("50 51 52 56 57"); //       push rax; push rcx; push rdx; push rsi; push rdi
        out.hex("41 50 41 51 41 52"); //    push r8; push r9; push r10
        out.hex("48 81 EC 80 00 00 00"); // sub rsp, 128
        for (int i = 0; i < 8; i++) {
            out.hex("0F 11").one(0x44 | i << 3).one(0x24).one(16 * i); // movups [rsp + 16 * i], xmm(i)
        }
    }

    private static void restoreAll(StubWriter out) {
        for (int i = 0; i < 8; i++) {
            out.hex("0F 10").one(0x44 | i << 3).one(0x24).one(16 * i); // movups xmm(i), [rsp + 16 * i]
        }
        out.hex("48 81 C4 80 00 00 00"); // add rsp, 128
        out.hex("41 5A 41 59 41 58"); //    pop r10; pop r9; pop r8
        out.hex("5F 5E 5A 59 58"); //       pop rdi; pop rsi; pop rdx; pop rcx; pop rax
        out.hex("C9 C3"); //                leave; ret
    }

    // ---- unwinding and traps
    // --------------------------------------------------------------------------------------------------

    /** With the record's address in R11: returns from its entry stub with zero results. */
    private void writeUnwind(StubWriter out) {
        unwind = out.position();
        out.hex("4C 89 DC"); //                      mov rsp, r11
        out.hex("41 5B"); //                         pop r11
        storeChain(out, 0);
        out.hex("41 5F 41 5E 41 5D 41 5C 5B 5D"); // pop r15; pop r14; pop r13; pop r12; pop rbx; pop rbp
        out.hex("31 C0 31 D2"); //                   xor eax, eax; xor edx, edx
        out.hex("0F 57 C0 0F 57 C9"); //             xorps xmm0, xmm0; xorps xmm1, xmm1
        // What the skipped frames may have been in the middle of: a backward string operation, an x87 computation.
        out.hex("FC 0F 77"); //                      cld; emms
        out.hex("C3"); //                            ret
    }

    private void writeTrap(StubWriter out) {
        trap = out.position();
        out.hex("FC"); //             cld
        out.hex("48 89 FB"); //       mov rbx, rdi              ; the trap's record
        out.hex("48 8B 2C 24"); //    mov rbp, [rsp]            ; the site
        out.hex("48 83 E4 F0"); //    and rsp, -16
        loadChain(out, 0);
        out.hex("4D 89 DC"); //       mov r12, r11
        out.hex("4D 85 DB 74"); //    test r11, r11; jz none
        int none = out.ahead();
        out.hex("41 F6 C3 01 75"); // test r11b, 1; jnz marked
        int marked = out.ahead();
        out.hex("48 89 DE"); //       mov rsi, rbx
        setSpecific(out, chain.pendingKey);
        out.hex("48 89 EE"); //       mov rsi, rbp
        setSpecific(out, chain.siteKey);
        countUp(out);
        out.hex("4D 89 E3"); //       mov r11, r12
        out.hex("E9").back(unwind); // jmp unwind
        out.here(none);
        out.here(marked);
        writeTrapWithoutEntry(out);
    }

    /**
     * With the record in RBX and an aligned stack, on a thread that has no way back to Java: prints the message and ends the process.
     * An array of seven iovec structures on the stack: text, name, text, function, text, position, text.
     */
    private void writeTrapWithoutEntry(StubWriter out) {
        trapWithoutEntry = out.position();
        out.hex("E9").four(0); //            jmp over the texts
        int over = out.position();
        int start = out.position();
        out.text("kiln: trap ");
        int in = out.position();
        out.text(" in @");
        int at = out.position();
        out.text(" at ");
        int newline = out.position();
        out.text("\n");
        overflowRecord = out.position();
        out.text("stack_overflow").text("").text("");
        int length = out.position();
        out.hex("31 C0"); //                 xor eax, eax
        out.hex("80 3C 07 00"); //           cmp byte [rdi + rax], 0
        out.hex("74 05"); //                 je done
        out.hex("48 FF C0"); //              inc rax
        out.hex("EB F5"); //                 jmp back to cmp
        out.hex("C3"); //                    ret
        out.patchFour(over - 4, out.position() - over);
        out.hex("48 81 EC 80 00 00 00"); //  sub rsp, 128
        out.hex("48 89 DF"); //              mov rdi, rbx
        constantPart(out, 0, start, 11);
        stringPart(out, 16, length);
        out.hex("48 8D 7C 07 01"); //        lea rdi, [rdi + rax + 1]
        stringPart(out, 48, length);
        optionalPart(out, 32, in, 5);
        out.hex("48 8D 7C 07 01"); //        lea rdi, [rdi + rax + 1]
        stringPart(out, 80, length);
        optionalPart(out, 64, at, 4);
        constantPart(out, 96, newline, 1);
        out.hex("BF 02 00 00 00"); //        mov edi, 2
        out.hex("48 89 E6"); //              mov rsi, rsp
        out.hex("BA 07 00 00 00"); //        mov edx, 7
        callC(out, SystemCalls.symbol("writev"));
        out.hex("BF").four(EXIT_STATUS); //  mov edi, 120
        callC(out, SystemCalls.symbol("exit"));
        out.hex("CC"); //                    int3
    }

    private static void constantPart(StubWriter out, int slot, int text, int length) {
        out.hex("48 8D 05").back(text); //                    lea rax, [text]
        out.hex("48 89 44 24").one(slot); //                  mov [rsp + slot], rax
        out.hex("48 C7 44 24").one(slot + 8).four(length); // mov qword [rsp + slot + 8], length
    }

    /** The string at RDI; leaves its length in RAX. */
    private static void stringPart(StubWriter out, int slot, int length) {
        out.hex("E8").back(length); //        call length
        out.hex("48 89 7C 24").one(slot); //  mov [rsp + slot], rdi
        out.hex("48 89 44 24").one(slot + 8); // mov [rsp + slot + 8], rax
    }

    /** Text that is left out when the string after it, of the length in RAX, is empty. */
    private static void optionalPart(StubWriter out, int slot, int text, int length) {
        out.hex("48 8D 0D").back(text); //        lea rcx, [text]
        out.hex("48 89 4C 24").one(slot); //      mov [rsp + slot], rcx
        out.hex("48 89 C1"); //                   mov rcx, rax
        out.hex("48 F7 D9"); //                   neg rcx              ; carry when not zero
        out.hex("19 C9"); //                      sbb ecx, ecx
        out.hex("83 E1").one(length); //          and ecx, length
        out.hex("48 89 4C 24").one(slot + 8); //  mov [rsp + slot + 8], rcx
    }

    /** Two routines that Java calls. */
    private void writeJavaSide(StubWriter out) {
        take = out.position();
        out.hex("53"); //                push rbx
        getSpecific(out, chain.pendingKey);
        out.hex("48 89 C3"); //          mov rbx, rax
        out.hex("48 85 C0 74"); //       test rax, rax; jz nothing
        int nothing = out.ahead();
        out.hex("31 F6"); //             xor esi, esi
        setSpecific(out, chain.pendingKey);
        out.hex("49 BB").eight(ThreadChain.counterAddress()); // mov r11, counter
        out.hex("F0 49 FF 0B"); //       lock dec qword [r11]
        out.here(nothing);
        out.hex("48 89 D8 5B C3"); //    mov rax, rbx; pop rbx; ret

        mark = out.position();
        out.hex("53"); //                push rbx
        out.hex("48 89 FB"); //          mov rbx, rdi
        loadChain(out, 0);
        out.hex("31 C0"); //             xor eax, eax
        out.hex("49 83 E3 FE 74"); //    and r11, -2; jz none
        int none = out.ahead();
        out.hex("48 89 DE"); //          mov rsi, rbx
        setSpecific(out, chain.pendingKey);
        countUp(out);
        out.hex("B8 01 00 00 00"); //    mov eax, 1
        out.here(none);
        out.hex("5B C3"); //             pop rbx; ret
    }

    /** Where thunks continue, by jumps, in their own frame, when not all is as usual. */
    private void writeCallbackSide(StubWriter out) {
        callbackPending = out.position();
        out.hex("50 52"); //                   push rax; push rdx
        out.hex("48 83 EC 20"); //             sub rsp, 32
        out.hex("0F 11 04 24"); //             movups [rsp], xmm0
        out.hex("0F 11 4C 24 10"); //          movups [rsp + 16], xmm1
        getSpecific(out, chain.pendingKey);
        out.hex("48 85 C0 75"); //             test rax, rax; jnz mine
        int mine = out.ahead();
        out.hex("0F 10 04 24"); //             movups xmm0, [rsp]
        out.hex("0F 10 4C 24 10"); //          movups xmm1, [rsp + 16]
        out.hex("48 83 C4 20"); //             add rsp, 32
        out.hex("5A 58 C9 C3"); //             pop rdx; pop rax; leave; ret
        out.here(mine);
        loadChain(out, 0);
        out.hex("E9").back(unwind); //         jmp unwind

        stackOverflow = out.position();
        loadChain(out, 0);
        out.hex("41 F6 C3 01 75"); //          test r11b, 1; jnz marked
        int marked = out.ahead();
        out.hex("4D 85 DB 74"); //             test r11, r11; jz none
        int none = out.ahead();
        out.hex("41 53 41 53"); //             push r11; push r11
        out.hex("BE").four((int) ThreadChain.STACK_OVERFLOW); // mov esi, STACK_OVERFLOW
        setSpecific(out, chain.pendingKey);
        countUp(out);
        out.hex("41 5B 41 5B"); //             pop r11; pop r11
        out.hex("E9").back(unwind); //         jmp unwind
        out.here(marked);
        out.here(none);
        out.hex("48 8D 1D").back(overflowRecord); // lea rbx, [record]
        out.hex("E9").back(trapWithoutEntry); // jmp trapWithoutEntry
    }

    // ---- stubs
    // ----------------------------------------------------------------------------------------------------------------

    /** The most that an {@link #entry} stub takes, in bytes. */
    public static final int ENTRY_SIZE = 96;

    /** The most that a {@link #thunk} takes, in bytes. */
    public static final int THUNK_SIZE = 160;

    /**
     * The stub through which Java enters a function.
     *
     * @param at where the stub will lie, in the same region as the shared routines
     * @param stackBytes how much of its arguments lies on the stack, a multiple of 8
     */
    public byte[] entry(long at, long target, long stackBytes) {
        StubWriter out = new StubWriter();
        out.hex("55"); //                         push rbp
        out.hex("48 89 E5"); //                   mov rbp, rsp
        out.hex("53 41 54 41 55 41 56 41 57"); // push rbx; push r12; push r13; push r14; push r15
        loadChain(out, at);
        out.hex("41 53"); //                      push r11
        out.hex("49 89 E3"); //                   mov r11, rsp
        storeChain(out, at);
        copyStackArguments(out, stackBytes);
        long distance = target - (at + out.position() + 5);
        if (distance == (int) distance) {
            out.hex("E8").four((int) distance); // call target
        } else {
            out.hex("49 BB").eight(target); //    mov r11, target
            out.hex("41 FF D3"); //               call r11
        }
        out.hex("4C 8B 5D D0"); //                mov r11, [rbp - 48]
        storeChain(out, at);
        out.hex("C9 C3"); //                      leave; ret
        return out.toArray();
    }

    /**
     * The function through which native code calls Java.
     *
     * @param at where the thunk will lie, in the same region as the shared routines
     * @param upcall the linker's stub, whose Java side lets no exception out
     * @param stackBytes how much of its arguments lies on the stack, a multiple of 8
     */
    public byte[] thunk(long at, long upcall, long stackBytes) {
        StubWriter out = new StubWriter();
        out.hex("55"); //                             push rbp
        out.hex("48 89 E5"); //                       mov rbp, rsp
        if (chain.stackOffset != 0) {
            out.hex("64 4C 8B 1C 25").four(chain.stackOffset); // mov r11, fs:[offset]
            out.hex("4D 85 DB"); //                   test r11, r11
            out.hex("75 05"); //                      jnz +5
        }
        call(out, at, stackEnd);
        out.hex("49 F7 DB"); //                       neg r11
        out.hex("49 01 E3"); //                       add r11, rsp     ; what is left of the stack; elsewhere: much
        out.hex("49 81 FB").four(STACK_RESERVE); //   cmp r11, reserve
        out.hex("0F 82"); //                          jb stackOverflow
        relative(out, at, stackOverflow);
        loadChain(out, at);
        out.hex("41 53 41 53"); //                    push r11; push r11
        out.hex("41 F6 C3 01"); //                    test r11b, 1
        out.hex("74 03"); //                          jz +3
        out.hex("45 31 DB"); //                       xor r11d, r11d   ; the record lies beyond Java frames
        out.hex("49 83 CB 01"); //                    or r11, 1
        storeChain(out, at);
        copyStackArguments(out, stackBytes);
        out.hex("49 BB").eight(upcall); //            mov r11, upcall
        out.hex("41 FF D3"); //                       call r11
        out.hex("4C 8B 5D F8"); //                    mov r11, [rbp - 8]
        storeChain(out, at);
        out.hex("49 BB").eight(ThreadChain.counterAddress()); // mov r11, counter
        out.hex("49 83 3B 00"); //                    cmp qword [r11], 0
        out.hex("0F 85"); //                          jne callbackPending
        relative(out, at, callbackPending);
        out.hex("C9 C3"); //                          leave; ret
        return out.toArray();
    }

    /** Pushes the caller's stack arguments again, the last first; RBP frames the stub and RSP is aligned, before and after. */
    private static void copyStackArguments(StubWriter out, long bytes) {
        int words = Math.toIntExact(bytes / 8);
        if (words == 0) return;
        if ((words & 1) != 0) out.hex("48 83 EC 08"); // sub rsp, 8
        out.hex("41 BB").four(words); //    mov r11d, words
        out.hex("42 FF 74 DD 08"); //       push qword [rbp + r11 * 8 + 8]
        out.hex("41 FF CB"); //             dec r11d
        out.hex("75 F6"); //                jnz back to push
    }
}
