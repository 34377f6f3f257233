package dev.kiln.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kiln.base.TrapException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ThreadStorageTest {
    private static CodeRange image(NativeFixture fixture, byte... bytes) {
        CodeRange range = fixture.memory.allocate(bytes.length, 16, MemoryKind.RODATA);
        fixture.memory.writable(range).copyFrom(MemorySegment.ofArray(bytes));
        fixture.memory.publish(range);
        return range;
    }

    /** {@code int f(void *descriptor, routine)}: increments this thread's int and returns it. */
    private static long counter(NativeFixture fixture) {
        return fixture.code(
                "48 83 EC 08", // sub rsp, 8
                "FF D6", //       call rsi
                "FF 00", //       inc dword [rax]
                "8B 00", //       mov eax, [rax]
                "48 83 C4 08", // add rsp, 8
                "C3"); //         ret
    }

    @Test
    void eachThreadCountsForItself() throws Exception {
        try (NativeFixture fixture = new NativeFixture();
                ThreadStorage storage = new ThreadStorage(
                        fixture.calls, image(fixture, (byte) 1, (byte) 1, (byte) 0, (byte) 0), 5000, 64)) {
            long counter = counter(fixture);
            long first = storage.descriptor(0);
            long second = storage.descriptor(4996);
            CountDownLatch all = new CountDownLatch(5);
            Callable<Long> work = () -> {
                for (int i = 1; i <= 1000; i++) {
                    assertEquals(257 + i, (int) fixture.calls.call(counter, first, storage.routine(), 0, 0, 0, 0));
                    assertEquals(i, (int) fixture.calls.call(counter, second, storage.routine(), 0, 0, 0, 0));
                }
                long address = fixture.calls.call(storage.routine(), first, 0, 0, 0, 0, 0);
                all.countDown();
                // Blocks of ended threads are used again: wait until all have theirs.
                all.await();
                return address;
            };
            try (var pool = Executors.newFixedThreadPool(5)) {
                List<Future<Long>> results = new ArrayList<>();
                for (int i = 0; i < 5; i++) results.add(pool.submit(work));
                var addresses = new HashSet<Long>();
                for (Future<Long> result : results) {
                    assertThat(result.get() % 64).isZero();
                    addresses.add(result.get());
                }
                assertThat(addresses).hasSize(5);
            }
        }
    }

    @Test
    void trapsWhereThereIsNoMemory() {
        try (NativeFixture fixture = new NativeFixture();
                ThreadStorage storage = new ThreadStorage(fixture.calls, image(fixture), 1L << 60, 16)) {
            long descriptor = storage.descriptor(0);
            assertThatThrownBy(() -> fixture.calls.call(storage.routine(), descriptor, 0, 0, 0, 0, 0))
                    .isInstanceOfSatisfying(TrapException.class, e -> assertEquals("out_of_memory", e.name()));
        }
    }

    @Test
    void refusesMisuse() {
        try (NativeFixture fixture = new NativeFixture()) {
            CodeRange image = image(fixture, (byte) 1);
            assertThatThrownBy(() -> new ThreadStorage(fixture.calls, image, 0, 16))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new ThreadStorage(fixture.calls, image, 8, 3))
                    .isInstanceOf(IllegalArgumentException.class);
            ThreadStorage storage = new ThreadStorage(fixture.calls, image, 8, 1);
            assertThatThrownBy(() -> storage.descriptor(9)).isInstanceOf(IllegalArgumentException.class);
            storage.close();
            storage.close();
            assertThatThrownBy(() -> storage.descriptor(0)).isInstanceOf(IllegalStateException.class);
        }
    }
}
