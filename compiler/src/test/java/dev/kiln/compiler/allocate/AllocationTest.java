package dev.kiln.compiler.allocate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.asm.Registers;
import dev.kiln.compiler.machine.FormFacts;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.compiler.machine.MachinePrinter;
import org.junit.jupiter.api.Test;

/** Random machine functions, allocated, are found right by the checker and behave as before when they are run. */
class AllocationTest {
    static final long FEW = 1L << Registers.RAX
            | 1L << Registers.RCX
            | 1L << Registers.RDX
            | 1L << Registers.RBX
            | 1L << Registers.RSI
            | 0x3FL << Registers.VECTOR;

    private final FormFacts facts = new FormFacts();

    @Test
    void manyRegisters() {
        run(new LocalAllocator(facts), 0, 3000, false);
    }

    @Test
    void fewRegisters() {
        run(new LocalAllocator(facts, FEW), 10_000, 3000, true);
    }

    private void run(LocalAllocator allocator, int firstSeed, int count, boolean few) {
        AllocationChecker checker = new AllocationChecker(facts);
        MachineFunction allocated = new MachineFunction("");
        int compared = 0;
        for (int seed = firstSeed; seed < firstSeed + count; seed++) {
            MachineFunction source = RandomMachine.make(seed, few);
            try {
                allocator.allocate(source, allocated);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + "\n" + MachinePrinter.print(source), e);
            }
            String problem = checker.check(source, allocated, allocator.origins());
            assertThat(problem)
                    .as(() -> MachinePrinter.print(source) + MachinePrinter.print(allocated))
                    .isNull();
            for (int way = 0; way < 5; way++) {
                long expected = MachineRunner.behaviour(facts, source, way);
                if (expected != 0) {
                    compared++;
                    assertThat(MachineRunner.behaviour(facts, source, allocated, allocator.origins(), way))
                            .as(() -> MachinePrinter.print(source) + MachinePrinter.print(allocated))
                            .isEqualTo(expected);
                }
            }
        }
        assertThat(compared).isGreaterThan(count);
    }
}
