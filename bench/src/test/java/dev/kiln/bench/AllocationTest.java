package dev.kiln.bench;

import static dev.kiln.asm.X86.*;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.kiln.asm.Assembler;
import dev.kiln.asm.CodeBuffer;
import dev.kiln.asm.Label;
import dev.kiln.asm.Mem;
import dev.kiln.asm.Operands;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Emitting allocates nothing beyond the operands that the caller makes, compiled by HotSpot or not. */
class AllocationTest {
    /** For thousands of instructions: what a JVM does by the way. The smallest object has 16 bytes. */
    private static final long SLACK = 8_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void byForm() {
        CodeBuffer buffer = new CodeBuffer();
        Operands operands = new Operands();
        assertThat(allocatedBy(() -> {
                    buffer.reset();
                    Mix.byForm(buffer, operands, 1_000);
                }))
                .isLessThan(SLACK);
    }

    @Test
    void typedWithOperandsThatAreKept() {
        Assembler a = new Assembler();
        Mem element = ptr(RDI, RCX, 8, 16);
        Label[] labels = new Label[2_000];
        assertThat(allocatedBy(
                        () -> {
                            a.reset();
                            for (int i = 0; i < labels.length; i++) labels[i] = a.label();
                        },
                        () -> {
                            for (int i = 0; i < labels.length; i += 2) {
                                a.bind(labels[i]);
                                a.mov(RAX, element);
                                a.add(element, RAX);
                                a.add(RDX, 1000);
                                a.jl(labels[i + 1]);
                                a.mulsd(XMM2, element);
                                a.avx().vaddpd(XMM1, XMM2, element);
                                a.jne(labels[i]);
                                a.bind(labels[i + 1]);
                            }
                        }))
                .isLessThan(SLACK);
    }

    private static long allocatedBy(Runnable work) {
        return allocatedBy(() -> {}, work);
    }

    /** Bytes that the third run of some work allocates; the first ones load classes and make buffers grow. */
    private static long allocatedBy(Runnable before, Runnable work) {
        long allocated = 0;
        for (int i = 0; i < 3; i++) {
            before.run();
            long start = THREADS.getCurrentThreadAllocatedBytes();
            work.run();
            allocated = THREADS.getCurrentThreadAllocatedBytes() - start;
        }
        return allocated;
    }
}
