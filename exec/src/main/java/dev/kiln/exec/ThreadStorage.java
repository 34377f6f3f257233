package dev.kiln.exec;

import dev.kiln.exec.internal.ThreadStorageCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Thread-local data of native code in memory: each thread has a block of its own, made from an image when the thread first asks for it
 * and freed when the thread ends. Code asks through {@link #routine}, which linkers know as {@code __kiln_thread_address}, with the
 * address of a datum's {@linkplain #descriptor descriptor}. A virtual thread uses the block of the thread that carries it.
 *
 * <p>Safe for use by several threads. Closing frees the descriptors; blocks of threads that still live stay until the process ends.
 */
public final class ThreadStorage implements AutoCloseable {
    private static final long MIN_ALIGNMENT = 16;

    private final NativeCalls calls;
    private final long size;
    private final int key;
    private final CodeRange storage;
    private final List<CodeRange> descriptors = new ArrayList<>();
    private boolean closed;

    /**
     * @param image published constants: how a block begins
     * @param size of a block in bytes; what lies beyond the image begins as zero
     * @param align of a block: a power of two
     * @throws IllegalArgumentException when the block is smaller than its image, or align is no power of two
     * @throws SystemCallException when the process has no room for another kind of thread-specific data
     */
    public ThreadStorage(NativeCalls calls, CodeRange image, long size, long align) {
        if (size < image.size()) throw new IllegalArgumentException("a block of " + size + " bytes for " + image);
        if (align < 1 || Long.bitCount(align) != 1) throw new IllegalArgumentException("alignment " + align);
        this.calls = calls;
        this.size = size;
        long alignment = Math.max(align, MIN_ALIGNMENT);
        // aligned_alloc wants a multiple of the alignment, and an empty block needs an address too.
        long rounded = Math.max((size + alignment - 1) & -alignment, alignment);
        key = ThreadStorageCode.newKey();
        storage = words(key, rounded, alignment, image.address(), image.size());
    }

    private CodeRange words(long... words) {
        ByteBuffer bytes = ByteBuffer.allocate(words.length * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (long word : words) bytes.putLong(word);
        CodeRange range = calls.memory().allocate(bytes.capacity(), 8, MemoryKind.RODATA);
        calls.publish(range, bytes.array());
        return range;
    }

    /** The address of the routine {@code void *(void *descriptor)}; it traps {@code out_of_memory}. */
    public long routine() {
        return calls.threadAddressRoutine();
    }

    /**
     * Makes the descriptor of a datum and returns its address.
     *
     * @param offset of the datum in the block
     * @throws IllegalArgumentException when it lies outside
     * @throws IllegalStateException when this is closed
     */
    public synchronized long descriptor(long offset) {
        if (closed) throw new IllegalStateException("this thread storage is closed");
        if (offset < 0 || offset > size) throw new IllegalArgumentException("offset " + offset + " of " + size);
        CodeRange descriptor = words(storage.address(), offset);
        descriptors.add(descriptor);
        return descriptor.address();
    }

    /** Frees the descriptors; code that uses them must not run any more. Closing twice does nothing. */
    @Override
    public synchronized void close() {
        if (closed) return;
        closed = true;
        ThreadStorageCode.deleteKey(key);
        if (calls.memory().isClosed()) return;
        for (CodeRange descriptor : descriptors) calls.memory().free(descriptor);
        calls.memory().free(storage);
    }
}
