package dev.kiln.compiler.allocate;

import dev.kiln.asm.Registers;
import dev.kiln.compiler.machine.FormFacts;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.compiler.machine.Operand;
import dev.kiln.compiler.machine.Pseudo;
import java.util.SplittableRandom;

/**
 * Runs a machine function, before or after allocation, with made-up meanings: what an instruction writes is a hash of its form and of what
 * it reads. The ways through the function are drawn from a seed. Two functions that behave alike read alike: the hash of all reads, in
 * order, is the outcome. It is the oracle for faults put into allocations, and shares nothing with the checker.
 */
final class MachineRunner {
    private static final int REGISTERS = 64;

    private final FormFacts facts;
    private final MachineFunction f;
    private final int[] origins;
    private final long[] registers = new long[REGISTERS];
    private final long[] vregs;
    private final boolean[] vregKnown;
    private final long[] slots;
    private long trace;
    private boolean undefined;

    /** @param origins {@code null} for a function before allocation */
    private MachineRunner(FormFacts facts, MachineFunction source, MachineFunction f, int[] origins) {
        this.facts = facts;
        this.f = f;
        this.origins = origins;
        vregs = new long[source.vregCount()];
        vregKnown = new boolean[vregs.length];
        slots = new long[f.slotCount()];
        for (int r = 0; r < REGISTERS; r++) {
            registers[r] = mix(r, 0xABCDL);
        }
        for (int s = 0; s < slots.length; s++) {
            slots[s] = mix(s, 0x5107L);
        }
    }

    /** The behaviour of a function before allocation; 0 when the way depends on a virtual register that was never written. */
    static long behaviour(FormFacts facts, MachineFunction source, long seed) {
        MachineRunner runner = new MachineRunner(facts, source, source, null);
        runner.run(seed);
        return runner.undefined ? 0 : runner.trace | 1;
    }

    /** The behaviour of its allocation. */
    static long behaviour(
            FormFacts facts, MachineFunction source, MachineFunction allocated, int[] origins, long seed) {
        MachineRunner runner = new MachineRunner(facts, source, allocated, origins);
        runner.run(seed);
        return runner.trace | 1;
    }

    private void run(long seed) {
        SplittableRandom way = new SplittableRandom(seed);
        int[] placeOf = new int[f.blockCount()];
        for (int place = 0; place < f.layoutCount(); place++) {
            placeOf[f.blockAtLayout(place)] = place;
        }
        int place = 0;
        for (int steps = 0; steps < 40 && place < f.layoutCount(); steps++) {
            int next = place + 1;
            for (int i = f.layoutStart(place); i < f.layoutEnd(place); i++) {
                execute(i);
                int form = f.form(i);
                if (form == Pseudo.RET || form == Pseudo.TRAP) {
                    return;
                }
                int target = target(i, way);
                if (target >= 0) {
                    next = placeOf[target];
                    break;
                }
            }
            place = next;
        }
    }

    /** The block that an instruction jumps to this time, or −1. */
    private int target(int i, SplittableRandom way) {
        for (int k = f.operandStart(i); k < f.operandEnd(i); k++) {
            int operand = f.operandAt(k);
            if (Operand.tag(operand) == Operand.MEMORY) {
                k += Operand.MEMORY_INTS - 1;
            } else if (Operand.tag(operand) == Operand.BLOCK) {
                return FormFacts.endsFlow(f.form(i)) || way.nextInt(3) == 0 ? Operand.payload(operand) : -1;
            } else if (Operand.tag(operand) == Operand.TABLE) {
                int[] blocks = f.tableBlocks(Operand.payload(operand));
                return blocks[way.nextInt(blocks.length)];
            }
        }
        return -1;
    }

    private void execute(int i) {
        int form = f.form(i);
        int from = f.operandStart(i);
        switch (form) {
            case Pseudo.COPY -> set(f.operandAt(from), get(f.operandAt(from + 1)));
            case Pseudo.LOAD_SLOT -> set(f.operandAt(from), slots[Operand.payload(f.operandAt(from + 1))]);
            case Pseudo.STORE_SLOT -> slots[Operand.payload(f.operandAt(from + 1))] = get(f.operandAt(from));
            case Pseudo.DEFINE -> set(f.operandAt(from), 1);
            default -> ordinary(i, form, from);
        }
    }

    private void ordinary(int i, int form, int from) {
        long seen = mix(form, origins == null ? i : origins[i]);
        int to = f.operandEnd(i);
        int ordinal = 0;
        for (int k = from; k < to; k++, ordinal++) {
            int operand = f.operandAt(k);
            if (Operand.tag(operand) == Operand.MEMORY) {
                seen = mix(seen, address(f.operandAt(k + 1)));
                seen = mix(seen, address(f.operandAt(k + 2)));
                k += Operand.MEMORY_INTS - 1;
            } else if (Operand.isVreg(operand) || Operand.isReg(operand)) {
                if ((facts.access(f, i, ordinal) & FormFacts.READ) != 0) {
                    seen = mix(seen, get(operand));
                }
            } else {
                seen = mix(seen, operand);
            }
        }
        if (!Pseudo.isPseudo(form)) {
            for (long left = facts.reads(form); left != 0; left &= left - 1) {
                int register = Long.numberOfTrailingZeros(left);
                seen = mix(seen, register == Registers.RSP ? 0 : registers[register]);
            }
        }
        trace = mix(trace, seen);
        long clobbers = Pseudo.isPseudo(form) ? 0 : facts.writes(form);
        if (form == Pseudo.CALL) {
            clobbers = f.callClobbers(Operand.smallValue(f.operandAt(from + 1)));
        }
        for (long left = clobbers; left != 0; left &= left - 1) {
            int register = Long.numberOfTrailingZeros(left);
            registers[register] = mix(seen, register);
        }
        ordinal = 0;
        for (int k = from; k < to; k++, ordinal++) {
            int operand = f.operandAt(k);
            if (Operand.tag(operand) == Operand.MEMORY) {
                k += Operand.MEMORY_INTS - 1;
            } else if ((Operand.isVreg(operand) || Operand.isReg(operand))
                    && (facts.access(f, i, ordinal) & FormFacts.WRITE) != 0) {
                // By its place among the operands, so that the outcome does not depend on the register.
                set(
                        operand,
                        mix(
                                seen,
                                Operand.isReg(operand) && Pseudo.isPseudo(form)
                                        ? Operand.payload(operand)
                                        : 1000 + ordinal));
            }
        }
    }

    private long address(int operand) {
        return Operand.isVreg(operand) || Operand.isReg(operand) ? get(operand) : operand;
    }

    private long get(int operand) {
        if (Operand.isReg(operand)) {
            return registers[Operand.payload(operand)];
        }
        undefined |= !vregKnown[Operand.payload(operand)];
        return vregs[Operand.payload(operand)];
    }

    private void set(int operand, long value) {
        if (Operand.isReg(operand)) {
            registers[Operand.payload(operand)] = value;
        } else {
            vregs[Operand.payload(operand)] = value;
            vregKnown[Operand.payload(operand)] = true;
        }
    }

    private static long mix(long a, long b) {
        long z = (a ^ Long.rotateLeft(b, 23)) * 0x9E3779B97F4A7C15L + b + 0x2545F4914F6CDD1DL;
        z = (z ^ z >>> 31) * 0xBF58476D1CE4E5B9L;
        return z ^ z >>> 29;
    }
}
