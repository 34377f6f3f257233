package dev.kiln.exec.internal;

/**
 * The routine that finds, and on a thread's first use makes, the calling thread's block of thread-local data.
 *
 * <p>It gets the address of a datum's descriptor: address of the storage, offset in the block. A storage is five words: key,
 * size, alignment, address of the image, size of the image; what of the block has no image is zero.
 */
public final class ThreadStorageCode {
    /** The size of a descriptor in bytes. */
    public static final int DESCRIPTOR_SIZE = 16;
    /** The size of a storage in bytes. */
    public static final int STORAGE_SIZE = 40;

    private ThreadStorageCode() {}

    /**
     * The code of {@code void *thread_address(void *descriptor)}, for any address.
     *
     * @param trap the trap routine, which is called when there is no memory
     * @param record the record of that trap
     */
    public static byte[] threadAddress(long trap, long record) {
        StubWriter out = new StubWriter();
        out.hex("53 41 54 41 55"); // push rbx; push r12; push r13
        out.hex("48 8B 1F"); //       mov rbx, [rdi]
        out.hex("4C 8B 6F 08"); //    mov r13, [rdi + 8]
        out.hex("8B 3B"); //          mov edi, [rbx]
        call(out, "pthread_getspecific");
        out.hex("48 85 C0"); //       test rax, rax
        out.hex("0F 85").four(0); //  jnz have
        int have = out.position();
        out.hex("48 8B 7B 10"); //    mov rdi, [rbx + 16]
        out.hex("48 8B 73 08"); //    mov rsi, [rbx + 8]
        call(out, "aligned_alloc");
        out.hex("49 89 C4"); //       mov r12, rax
        out.hex("48 85 C0 74"); //    test rax, rax; jz fail
        int noMemory = out.ahead();
        out.hex("48 89 C7"); //       mov rdi, rax
        out.hex("31 F6"); //          xor esi, esi
        out.hex("48 8B 53 08"); //    mov rdx, [rbx + 8]
        call(out, "memset");
        out.hex("4C 89 E7"); //       mov rdi, r12
        out.hex("48 8B 73 18"); //    mov rsi, [rbx + 24]
        out.hex("48 8B 53 20"); //    mov rdx, [rbx + 32]
        call(out, "memcpy");
        out.hex("8B 3B"); //          mov edi, [rbx]
        out.hex("4C 89 E6"); //       mov rsi, r12
        call(out, "pthread_setspecific");
        out.hex("85 C0 75"); //       test eax, eax; jnz fail
        int noSlot = out.ahead();
        out.hex("4C 89 E0"); //       mov rax, r12
        out.patchFour(have - 4, out.position() - have);
        out.hex("4C 01 E8"); //       add rax, r13
        out.hex("41 5D 41 5C 5B C3"); // pop r13; pop r12; pop rbx; ret
        out.here(noMemory);
        out.here(noSlot);
        out.hex("48 BF").eight(record); // mov rdi, record
        out.hex("48 B8").eight(trap); // mov rax, trap
        out.hex("FF D0"); //          call rax
        return out.toArray();
    }

    private static void call(StubWriter out, String function) {
        out.hex("48 B8").eight(SystemCalls.symbol(function)); // mov rax, function
        out.hex("FF D0"); // call rax
    }

    /** A new key whose values are freed when their thread ends. */
    public static int newKey() {
        return ThreadChain.newKey(SystemCalls.symbol("free"));
    }

    /** Gives a key back. */
    public static void deleteKey(int key) {
        int error = (int) SystemCalls.call(SystemCalls.symbol("pthread_key_delete"), key, 0, 0);
        if (error != 0) throw SystemCalls.returned("pthread_key_delete(" + key + ")", error);
    }
}
