package dev.kiln.exec.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the border between Java and native code keeps for each thread of this process, in thread-specific values of the C library
 * ({@code pthread_key_create}); the values of all keys are zero in a new thread.
 *
 * <ul>
 *   <li><b>chain</b>: the innermost recovery record, the stack address where an entry stub saved what it takes to return to its Java
 *       caller; bit 0 is set while a callback runs in Java, with nothing above bit 0 when there is no way back past its frames. Zero:
 *       Java never entered native code on this thread.
 *   <li><b>pending</b>: what Java must throw when the native call returns: the address of a trap's record, {@link #EXCEPTION} or {@link
 *       #STACK_OVERFLOW}; zero: nothing.
 *   <li><b>site</b>: the address where the pending trap happened.
 *   <li><b>stack</b>: the lowest address of the stack, computed when first needed.
 * </ul>
 *
 * <p>One plain counter tells how many threads have something pending, so that the usual return costs one load and no call.
 *
 * <p>Entry stubs read and write the chain on every call. In glibc the values of a process's first 32 keys lie in the block that the
 * thread register points to; their offset is found at start-up by leaving a mark through {@code pthread_setspecific} and looking for
 * it. When that fails in any way (another C library, too many keys), stubs call {@code pthread_getspecific} instead.
 *
 * <p>This belongs to the process, as its threads do: records of one code memory must be found by stubs of another when their
 * functions call each other. Nothing here changes after start-up but the counter and what threads say of themselves.
 */
public final class ThreadChain {
    /** Pending: a Java exception that a callback threw. */
    public static final long EXCEPTION = 1;
    /** Pending: a callback was refused because its thread's stack is nearly used up. */
    public static final long STACK_OVERFLOW = 2;

    private static final String OFFSET_PROPERTY = "kiln.exec.threadOffset";
    private static final int COUNTER_SIZE = 64;

    private static final long COUNTER_ADDRESS =
            Arena.global().allocate(COUNTER_SIZE, COUNTER_SIZE).address();
    /** A buffer, because the first access through one costs a fraction of a segment's. */
    private static final ByteBuffer COUNTER = SystemCalls.buffer(COUNTER_ADDRESS, COUNTER_SIZE);

    private static final ThreadLocal<Throwable> THROWN = new ThreadLocal<>();

    private static final ThreadChain INSTANCE = new ThreadChain();

    final long getSpecific = SystemCalls.symbol("pthread_getspecific");
    final long setSpecific = SystemCalls.symbol("pthread_setspecific");
    final int chainKey;
    final int pendingKey;
    final int siteKey;
    final int stackKey;
    /** Offset of the chain from the thread register (FS), or 0 when it has to be asked for. */
    final int chainOffset;
    /** Offset of the stack's end, or 0. */
    final int stackOffset;

    private ThreadChain() {
        chainKey = newKey(0);
        pendingKey = newKey(0);
        siteKey = newKey(0);
        stackKey = newKey(0);
        Probe probe = new Probe(this);
        if (!"none".equals(System.getProperty(OFFSET_PROPERTY))) probe.search();
        chainOffset = probe.chainOffset;
        stackOffset = probe.stackOffset;
    }

    /** A new key; values that are not zero when their thread ends are given to the destructor, a C function or 0. */
    static int newKey(long destructor) {
        ByteBuffer key = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        long address = MemorySegment.ofBuffer(key).address();
        int error = (int) SystemCalls.call(SystemCalls.symbol("pthread_key_create"), address, destructor, 0);
        Reference.reachabilityFence(key);
        if (error != 0) throw SystemCalls.returned("pthread_key_create", error);
        return key.getInt(0);
    }

    /** The process's own. */
    public static ThreadChain instance() {
        return INSTANCE;
    }

    /** Where the number of threads with something pending is kept: 64 bits. */
    static long counterAddress() {
        return COUNTER_ADDRESS;
    }

    /** Whether any thread has something pending: false nearly always. */
    public static boolean anyPending() {
        return COUNTER.getLong(0) != 0;
    }

    /** Whether stubs reach the chain without a call. */
    public boolean isDirect() {
        return chainOffset != 0;
    }

    /** The address where the calling thread's pending trap happened. */
    long site() {
        return SystemCalls.call(getSpecific, siteKey, 0, 0);
    }

    static void keep(Throwable thrown) {
        THROWN.set(thrown);
    }

    static Throwable thrown() {
        Throwable thrown = THROWN.get();
        THROWN.remove();
        return thrown;
    }

    /** Finds where the values of two keys lie relative to the thread register. */
    private static final class Probe implements Runnable {
        private static final long MARK = 0x6B69_6C6E_5EED_0A5CL;

        private final ThreadChain keys;
        private final long self = SystemCalls.find("pthread_self");
        private int blockSize;
        int chainOffset;
        int stackOffset;
        private boolean verified;

        Probe(ThreadChain keys) {
            this.keys = keys;
        }

        void search() {
            // What thread debuggers are told of a thread's block. Not in every C library: then nothing is read.
            long sizeAt = SystemCalls.find("_thread_db_sizeof_pthread");
            if (sizeAt == 0 || self == 0) return;
            blockSize = SystemCalls.buffer(sizeAt, 4).getInt(0);
            if (blockSize < 64 || blockSize > 1 << 16) return;
            // A virtual thread may change its carrier between two calls.
            if (Thread.currentThread().isVirtual()) onNewThread(this);
            else run();
            if (chainOffset == 0) return;
            onNewThread(this);
            if (!verified) chainOffset = stackOffset = 0;
        }

        private static void onNewThread(Runnable work) {
            Thread thread = Thread.ofPlatform().daemon().unstarted(work);
            thread.start();
            boolean interrupted = false;
            while (true) {
                try {
                    thread.join();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) Thread.currentThread().interrupt();
        }

        private void find() {
            ByteBuffer block = block();
            set(keys.chainKey, MARK);
            for (int at = 0; at + 8 <= blockSize; at += 8) {
                if (block.getLong(at) != MARK) continue;
                set(keys.chainKey, ~MARK);
                if (block.getLong(at) == ~MARK) {
                    chainOffset = at;
                    break;
                }
                set(keys.chainKey, MARK);
            }
            set(keys.chainKey, 0);
            // Values of neighbouring keys are a pair of words apart: glibc keeps a sequence number beside each.
            stackOffset = chainOffset + 16 * (keys.stackKey - keys.chainKey);
        }

        /** Finds on the first thread, verifies on the second. */
        @Override
        public void run() {
            if (chainOffset == 0) find();
            else verify();
        }

        private void verify() {
            ByteBuffer block = block();
            verified = chainOffset > 0
                    && stackOffset > 0
                    && stackOffset + 8 <= blockSize
                    && block.getLong(chainOffset) == 0
                    && shows(block, keys.chainKey, chainOffset)
                    && shows(block, keys.stackKey, stackOffset);
        }

        private boolean shows(ByteBuffer block, int key, int offset) {
            set(key, MARK + 1);
            boolean shown = block.getLong(offset) == MARK + 1;
            set(key, 0);
            return shown && block.getLong(offset) == 0;
        }

        private ByteBuffer block() {
            // On x86-64 glibc's thread handle is the address in the thread register.
            return SystemCalls.buffer(SystemCalls.call(self, 0, 0, 0), blockSize);
        }

        private void set(int key, long value) {
            SystemCalls.call(keys.setSpecific, key, value, 0);
        }
    }
}
