package dev.kiln.exec;

import static dev.kiln.asm.X86.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kiln.asm.Assembler;
import dev.kiln.asm.Label;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CycleCounterTest {
    /** Additions that wait for each other. */
    private static void chain(Assembler a, int length) {
        a.mov(ECX, length);
        Label next = a.here();
        for (int i = 0; i < 10; i++) a.imul(RBX, RBX, 3);
        a.dec(ECX);
        a.jnz(next);
    }

    @Test
    void more_work_takes_more_ticks_whatever_the_machine_does() {
        try (CycleCounter counter = new CycleCounter()) {
            long little = counter.measure(a -> chain(a, 10), 200).minimum();
            long much = counter.measure(a -> chain(a, 1_000), 200).minimum();
            // A hundred times the work, on a core that may change its pace between.
            assertThat(much).isGreaterThan(3 * little);
        }
    }

    @Test
    void nothing_takes_next_to_nothing() {
        try (CycleCounter counter = new CycleCounter()) {
            CycleCounter.Ticks nothing = counter.measure(a -> {}, 1_000);
            assertThat(nothing.runs()).isEqualTo(1_000);
            assertThat(nothing.minimum()).isBetween(0L, nothing.median());
            assertThat(nothing.median()).isLessThanOrEqualTo(nothing.maximum());
            assertThat(nothing.minimum())
                    .isLessThan(counter.measure(a -> chain(a, 1_000), 10).minimum());
        }
    }

    @Test
    void a_snippet_may_change_every_register_but_the_stack_pointer() {
        try (CycleCounter counter = new CycleCounter()) {
            CycleCounter.Ticks ticks = counter.measure(
                    a -> {
                        for (var register : new dev.kiln.asm.Reg64[] {
                            RAX, RCX, RDX, RBX, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15
                        }) a.xor(register, register);
                        a.std();
                    },
                    50);
            assertThat(ticks.runs()).isEqualTo(50);
        }
    }

    @Test
    void a_handle_is_called_as_often_as_asked() throws Throwable {
        AtomicInteger calls = new AtomicInteger();
        var handle = MethodHandles.lookup()
                .findVirtual(AtomicInteger.class, "incrementAndGet", MethodType.methodType(int.class))
                .bindTo(calls);
        try (CycleCounter counter = new CycleCounter()) {
            assertThat(counter.measure(handle, 100).runs()).isEqualTo(100);
            assertThat(calls.get()).isGreaterThanOrEqualTo(100);
            long start = counter.start();
            assertThat(counter.stop()).isGreaterThan(start);
            assertThat(counter.overhead()).isPositive();
            assertThat(counter.frequency()).isGreaterThan(1_000_000L);
            assertThatThrownBy(() -> counter.measure(handle, 0)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
