package dev.kiln.compiler.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.asm.Registers;
import dev.kiln.compiler.machine.MachineFunction;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FrameLayoutTest {
    private final FrameLayout layout = new FrameLayout();

    @Test
    void anEmptyFunctionHasAnEmptyFrame() {
        assertThat(layout.layOut(new MachineFunction("f"))).isTrue();
        assertThat(layout.info().size()).isZero();
        assertThat(layout.base()).isEqualTo(Registers.RBP);
    }

    @Test
    void nothingOverlapsAndAllIsAligned() {
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 2000; round++) {
            MachineFunction f = new MachineFunction("f");
            int largest = random.nextInt(4) == 0 ? 10 : 5;
            for (int n = random.nextInt(12); n > 0; n--) {
                f.newSlot(random.nextInt(random.nextBoolean() ? 20 : 3000), 1 << random.nextInt(largest));
            }
            long saved = random.nextLong() & (0xF008L | 0xFFC0L << Registers.VECTOR);
            f.setSavedRegisters(random.nextInt(3) == 0 ? saved : saved & 0xF008);
            assertThat(layout.layOut(f)).isTrue();
            check(f, random);
        }
    }

    /** Walks through the frame byte by byte as it is when the frame pointer has some address. */
    private void check(MachineFunction f, SplittableRandom random) {
        int size = layout.info().size();
        assertThat(size % 16).isZero();
        int rbp = 1 << 20 | random.nextInt(1 << 12) << 4;
        int rsp = rbp - size;
        boolean[] used = new boolean[size];
        mark(
                used,
                rbp - 8 * Long.bitCount(f.savedRegisters() & 0xFFFF),
                8 * Long.bitCount(f.savedRegisters() & 0xFFFF),
                rsp);
        int vectors = Long.bitCount(f.savedRegisters() >>> Registers.VECTOR);
        if (vectors > 0) {
            assertThat((rbp - layout.info().savedVectors()) % 16).isZero();
            mark(used, rbp - layout.info().savedVectors(), 16 * vectors, rsp);
        }
        // As the prologue computes it.
        int rbx = rsp + layout.alignment() - 16 & -layout.alignment();
        int base = layout.base() == Registers.RBX ? rbx : rbp;
        assertThat(layout.base() == Registers.RBX).isEqualTo(layout.info().aligned());
        for (int s = 0; s < f.slotCount(); s++) {
            int address = base + layout.place(s);
            assertThat(address % f.slotAlign(s)).isZero();
            mark(used, address, f.slotSize(s), rsp);
        }
    }

    private static void mark(boolean[] used, int address, int bytes, int rsp) {
        for (int at = address - rsp; at < address - rsp + bytes; at++) {
            assertThat(used[at]).isFalse();
            used[at] = true;
        }
    }

    @Test
    void aFrameBeyondTheLimitIsRefusedWithItsSize() {
        MachineFunction f = new MachineFunction("f");
        f.newSlot(Integer.MAX_VALUE, 8);
        f.newSlot(Integer.MAX_VALUE, 16);
        assertThat(layout.layOut(f)).isFalse();
        assertThat(layout.size()).isGreaterThan(0xFFFF_FFF0L - 16);
        MachineFunction large = new MachineFunction("f");
        large.newSlot((int) FrameLayout.LIMIT - 100, 8);
        large.newSlot(8, 8);
        assertThat(layout.layOut(large)).isTrue();
        assertThat(layout.place(1)).isEqualTo(-8);
    }

    @Test
    void smallSlotsComeFirst() {
        MachineFunction f = new MachineFunction("f");
        f.newSlot(100_000, 8);
        f.newSlot(8, 8);
        assertThat(layout.layOut(f)).isTrue();
        assertThat(layout.place(1)).isEqualTo(-8);
        assertThat(layout.place(0)).isEqualTo(-100_008);
    }
}
