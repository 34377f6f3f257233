package dev.kiln.compiler.allocate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.asm.Registers;
import dev.kiln.compiler.machine.FormFacts;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.compiler.machine.MachinePrinter;
import dev.kiln.compiler.machine.Operand;
import dev.kiln.compiler.machine.Pseudo;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Faults are put into right allocations; each that changes what the function does must be found by the checker. */
class CheckerFaultTest {
    private enum Fault {
        OTHER_REGISTER,
        EXCHANGED_REGISTERS,
        DROPPED_LOAD,
        DROPPED_STORE,
        DROPPED_COPY,
        OTHER_SLOT,
        MOVED
    }

    private final FormFacts facts = new FormFacts();
    private int[] mutatedOrigins;

    @Test
    void everyFaultThatChangesBehaviourIsFound() {
        AllocationChecker checker = new AllocationChecker(facts);
        MachineFunction allocated = new MachineFunction("");
        Map<Fault, Integer> found = new EnumMap<>(Fault.class);
        for (int seed = 0; seed < 600; seed++) {
            boolean few = seed % 2 == 1;
            MachineFunction source = RandomMachine.make(seed, few);
            LocalAllocator allocator = few ? new LocalAllocator(facts, AllocationTest.FEW) : new LocalAllocator(facts);
            allocator.allocate(source, allocated);
            int[] origins = Arrays.copyOf(allocator.origins(), allocated.count());
            SplittableRandom random = new SplittableRandom(seed);
            for (int n = 0; n < 20; n++) {
                Fault fault = Fault.values()[n % Fault.values().length];
                MachineFunction mutated = mutate(allocated, origins, fault, random);
                if (mutated == null || !behavesOtherwise(source, mutated)) {
                    continue;
                }
                String problem = checker.check(source, mutated, mutatedOrigins);
                assertThat(problem)
                        .as(() -> "seed " + source.name() + ", fault " + fault + "\n" + MachinePrinter.print(source)
                                + MachinePrinter.print(allocated) + MachinePrinter.print(mutated))
                        .isNotNull();
                found.merge(fault, 1, Integer::sum);
            }
        }
        assertThat(found).containsOnlyKeys(Fault.values());
        for (int count : found.values()) {
            assertThat(count).as("%s", found).isGreaterThan(100);
        }
    }

    @Test
    void aSavedRegisterMustBeReported() {
        AllocationChecker checker = new AllocationChecker(facts);
        LocalAllocator allocator = new LocalAllocator(facts);
        MachineFunction allocated = new MachineFunction("");
        int found = 0;
        for (int seed = 0; seed < 1000; seed++) {
            MachineFunction source = RandomMachine.make(seed, false);
            if (source.layoutCount() > 2) {
                // What cannot be reached needs no saving.
                continue;
            }
            allocator.allocate(source, allocated);
            for (long left = allocated.savedRegisters(); left != 0; left &= left - 1) {
                long saved = allocated.savedRegisters();
                allocated.setSavedRegisters(saved & ~Long.lowestOneBit(left));
                assertThat(checker.check(source, allocated, allocator.origins()))
                        .contains("not reported for saving");
                allocated.setSavedRegisters(saved);
                found++;
            }
        }
        assertThat(found).isGreaterThan(50);
    }

    private boolean behavesOtherwise(MachineFunction source, MachineFunction mutated) {
        for (int way = 0; way < 12; way++) {
            long expected = MachineRunner.behaviour(facts, source, way);
            if (expected != 0 && expected != MachineRunner.behaviour(facts, source, mutated, mutatedOrigins, way)) {
                return true;
            }
        }
        return false;
    }

    /** A copy with a fault, {@code null} when the place drawn does not allow it. */
    private MachineFunction mutate(MachineFunction f, int[] origins, Fault fault, SplittableRandom random) {
        int count = f.count();
        int at = random.nextInt(count);
        int tries = 0;
        while (!suits(f, origins, at, fault) && tries++ < count) {
            at = (at + 1) % count;
        }
        if (tries > count) {
            return null;
        }
        MachineFunction made = new MachineFunction("");
        made.resetToRewrite(f);
        made.setSavedRegisters(-1);
        mutatedOrigins = new int[count];
        for (int place = 0; place < f.layoutCount(); place++) {
            made.startBlock(f.blockAtLayout(place));
            int end = f.layoutEnd(place);
            for (int i = f.layoutStart(place); i < end; i++) {
                if (fault == Fault.MOVED && i == at) {
                    if (i + 1 == end) {
                        return null;
                    }
                    copy(f, i + 1, made, origins[i + 1]);
                    copy(f, i, made, ~(origins[i + 1] < 0 ? ~origins[i + 1] : origins[i + 1] + 1));
                    i++;
                } else if (i != at || fault.ordinal() < Fault.DROPPED_LOAD.ordinal() || fault == Fault.OTHER_SLOT) {
                    copy(f, i, made, origins[i]);
                }
            }
        }
        return switch (fault) {
            case OTHER_REGISTER -> changeRegister(made, at, random) ? made : null;
            case EXCHANGED_REGISTERS -> exchangeRegisters(made, at) ? made : null;
            case OTHER_SLOT -> {
                int k = made.operandStart(at) + 1;
                made.setOperandAt(k, Operand.slot(random.nextInt(made.slotCount())));
                yield made;
            }
            case DROPPED_LOAD, DROPPED_STORE, DROPPED_COPY, MOVED -> made;
        };
    }

    private boolean suits(MachineFunction f, int[] origins, int i, Fault fault) {
        int form = f.form(i);
        return switch (fault) {
            case OTHER_REGISTER, EXCHANGED_REGISTERS -> true;
            case DROPPED_LOAD -> form == Pseudo.LOAD_SLOT;
            case DROPPED_STORE -> form == Pseudo.STORE_SLOT;
            case DROPPED_COPY -> form == Pseudo.COPY;
            case OTHER_SLOT -> form == Pseudo.LOAD_SLOT || form == Pseudo.STORE_SLOT;
            case MOVED -> origins[i] < 0;
        };
    }

    private void copy(MachineFunction f, int i, MachineFunction to, int origin) {
        mutatedOrigins[to.count()] = origin;
        to.begin(f.form(i));
        for (int k = f.operandStart(i); k < f.operandEnd(i); k++) {
            to.operand(f.operandAt(k));
        }
    }

    private static boolean changeRegister(MachineFunction f, int i, SplittableRandom random) {
        int from = f.operandStart(i);
        int size = f.operandEnd(i) - from;
        for (int n = 0, k = size == 0 ? 0 : random.nextInt(size); n < size; n++, k = (k + 1) % size) {
            int operand = f.operandAt(from + k);
            if (Operand.isReg(operand)) {
                int register = Operand.payload(operand);
                int other = Registers.isVector(register) ? Registers.xmm(random.nextInt(16)) : general(random);
                f.setOperandAt(from + k, Operand.reg(other));
                return other != register;
            }
        }
        return false;
    }

    private static int general(SplittableRandom random) {
        int register = random.nextInt(14);
        return register < 4 ? register : register + 2;
    }

    private static boolean exchangeRegisters(MachineFunction f, int i) {
        int first = -1;
        for (int k = f.operandStart(i); k < f.operandEnd(i); k++) {
            if (Operand.isReg(f.operandAt(k))) {
                if (first >= 0 && f.operandAt(first) != f.operandAt(k)) {
                    int operand = f.operandAt(first);
                    f.setOperandAt(first, f.operandAt(k));
                    f.setOperandAt(k, operand);
                    return true;
                }
                first = k;
            }
        }
        return false;
    }
}
