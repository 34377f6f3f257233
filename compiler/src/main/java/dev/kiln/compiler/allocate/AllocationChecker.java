package dev.kiln.compiler.allocate;

import dev.kiln.asm.Registers;
import dev.kiln.compiler.machine.FormFacts;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.compiler.machine.Operand;
import dev.kiln.compiler.machine.Pseudo;
import java.util.Arrays;

/**
 * Replays an allocated function symbolically and proves that each operand reads what it reads in the function before allocation. It
 * knows the two functions and which instruction came from which, and nothing about how the allocator worked.
 *
 * <p>The problem's variables are the virtual registers and, as selection uses them, the physical ones. A location is a register
 * or one of the allocator's slots; the state says for each location which variables' values it holds, several when they are copies of
 * one another. A write to a variable takes it out of all locations but the one written. A variable that was not written may be read from
 * anywhere, as it holds anything. Where control joins, a location holds what it holds on all ways, or on some and is not written on the
 * others.
 * The states at the blocks' starts are the greatest fixpoint; then every block is gone through once more and judged.
 *
 * <p>The method is that of regalloc2's checker (Chris Fallin, 2021). Cost: instructions × a small constant, plus for each jump the
 * locations; functions for which the states would take too much memory are not examined.
 */
public final class AllocationChecker {
    /** Blocks × locations beyond which a function is not examined. */
    public static final int LIMIT = 20_000_000;

    private static final int REGISTERS = 64;

    private static final int[] NOTHING = {};

    private final FormFacts facts;
    private MachineFunction source;
    private MachineFunction allocated;
    private int[] origins;
    private int vregs;
    private int locations;

    /** The states at the starts of blocks, by block: for each location pairs of a variable and its version there, 0. */
    private int[][][] entry;

    private long[][] entryWritten;

    /** The state where the replay stands. */
    private int[][] holds;

    /** The variables written on some way to here. */
    private long[] written;

    /** The version of each variable, as of the block visit that its stamp names; else 0. */
    private int[] version;

    private int[] stamp;
    private int visit;

    private boolean[] trapOnly;
    private boolean[] waiting;
    private boolean judging;
    private long writtenRegisters;

    /** The registers selection has written in this block. */
    private long fixed;

    private String problem;
    private int at;

    public AllocationChecker(FormFacts facts) {
        this.facts = facts;
    }

    /**
     * Examines an allocation.
     *
     * @param origins for each allocated instruction the one of the source that it is, or {@code ~n} when it was put in before n
     * @return {@code null} when it is right, else what is wrong
     */
    public String check(MachineFunction source, MachineFunction allocated, int[] origins) {
        this.source = source;
        this.allocated = allocated;
        this.origins = origins;
        vregs = source.vregCount();
        locations = REGISTERS + allocated.slotCount();
        problem = null;
        at = 0;
        if (allocated.layoutCount() != source.layoutCount()) {
            return "blocks are missing";
        }
        if ((long) source.blockCount() * locations > LIMIT) {
            return null;
        }
        begin();
        findStates();
        judging = true;
        writtenRegisters = 0;
        for (int place = 0; place < source.layoutCount() && problem == null; place++) {
            if (entry[source.blockAtLayout(place)] != null) {
                replay(place);
            }
        }
        if (isAligned()) {
            if (problem == null && (writtenRegisters >> Registers.RBX & 1) != 0) {
                fail("RBX is changed, from which the slots are addressed");
            }
            writtenRegisters |= 1L << Registers.RBX;
        }
        long unsaved = writtenRegisters & source.calleeSaved() & ~allocated.savedRegisters();
        if (problem == null && unsaved != 0) {
            fail("register " + Long.numberOfTrailingZeros(unsaved) + " is changed and not reported for saving");
        }
        return problem;
    }

    /** Whether a slot asks for more alignment than the frame pointer has; see the frame's layout. */
    private boolean isAligned() {
        for (int s = 0; s < source.slotCount(); s++) {
            if (source.slotAlign(s) > 16) {
                return true;
            }
        }
        return false;
    }

    private void begin() {
        int variables = vregs + REGISTERS;
        entry = new int[source.blockCount()][][];
        entryWritten = new long[source.blockCount()][];
        version = new int[variables];
        stamp = new int[variables];
        visit = 0;
        waiting = new boolean[source.layoutCount()];
        trapOnly = new boolean[source.blockCount()];
        for (int place = 0; place < source.layoutCount(); place++) {
            int block = source.blockAtLayout(place);
            if (allocated.blockAtLayout(place) != block) {
                fail("block " + block + " is not in its place");
                return;
            }
            trapOnly[block] = source.layoutEnd(place) == source.layoutStart(place) + 1
                    && source.form(source.layoutStart(place)) == Pseudo.TRAP;
        }
        if (source.layoutCount() > 0) {
            int first = source.blockAtLayout(0);
            entry[first] = new int[locations][];
            Arrays.fill(entry[first], NOTHING);
            entryWritten[first] = new long[variables + 63 >> 6];
        }
    }

    private void findStates() {
        judging = false;
        int[] placeOf = new int[source.blockCount()];
        for (int place = 0; place < source.layoutCount(); place++) {
            placeOf[source.blockAtLayout(place)] = place;
        }
        this.placeOf = placeOf;
        if (source.layoutCount() > 0) {
            waiting[0] = true;
        }
        for (boolean again = true; again && problem == null; ) {
            again = false;
            for (int place = 0; place < source.layoutCount() && problem == null; place++) {
                if (waiting[place]) {
                    waiting[place] = false;
                    replay(place);
                    again = true;
                }
            }
        }
    }

    private int[] placeOf;

    // One block.

    private void replay(int place) {
        int block = source.blockAtLayout(place);
        holds = entry[block].clone();
        written = entryWritten[block].clone();
        visit++;
        fixed = 0;
        int next = source.layoutStart(place);
        int end = source.layoutEnd(place);
        int allocatedEnd = allocated.layoutEnd(place);
        for (int i = allocated.layoutStart(place); i < allocatedEnd && problem == null; i++) {
            at = i;
            int origin = origins[i] < 0 ? ~origins[i] : origins[i];
            if (origin < next || origin > end || origin == end && origins[i] >= 0) {
                fail("instruction " + origin + " of the source is out of order");
                return;
            }
            for (; next < origin; next++) {
                elided(next);
            }
            if (origins[i] < 0) {
                inserted(i);
            } else {
                instruction(next++, i);
            }
        }
        for (; next < end && problem == null; next++) {
            elided(next);
        }
        if (problem == null
                && place + 1 < source.layoutCount()
                && (allocatedEnd == allocated.layoutStart(place)
                        || !FormFacts.endsFlow(allocated.form(allocatedEnd - 1)))) {
            flowTo(source.blockAtLayout(place + 1));
        }
    }

    /** A move that the allocator put in. */
    private void inserted(int i) {
        int from = allocated.operandStart(i);
        int first = allocated.operandAt(from);
        int second = allocated.operandAt(from + 1);
        switch (allocated.form(i)) {
            case Pseudo.COPY -> {
                if (isAllocatable(first) && isAllocatable(second) && sameKind(first, second)) {
                    change(Operand.payload(first), holds[Operand.payload(second)]);
                } else {
                    fail("a copy is put in that is none between registers");
                }
            }
            case Pseudo.LOAD_SLOT -> {
                if (isAllocatable(first) && isOwnSlot(second)) {
                    change(Operand.payload(first), holds[slotLocation(second)]);
                }
            }
            case Pseudo.STORE_SLOT -> {
                if (isAllocatable(first) && isOwnSlot(second)) {
                    int slot = Operand.payload(second);
                    holds[slotLocation(second)] = fitting(holds[Operand.payload(first)], allocated.slotSize(slot));
                }
            }
            default -> fail("something other than a move is put in");
        }
    }

    /** A copy of the source that left no instruction: registers that hold the one now hold the other, too. */
    private void elided(int i) {
        if (source.form(i) != Pseudo.COPY) {
            fail("instruction " + i + " of the source is missing");
            return;
        }
        int destination = source.operandAt(source.operandStart(i));
        int origin = variable(source.operandAt(source.operandStart(i) + 1));
        int to = variable(destination);
        if (to < 0 || origin < 0) {
            fail("a copy of a register that is not allocated is missing");
            return;
        }
        if (to == origin) {
            return;
        }
        if (Operand.isReg(destination)) {
            int register = Operand.payload(destination);
            if (!contains(register, origin)) {
                fail("the copy at " + i + " is missing, and register " + register + " holds another value");
            }
            fixed |= 1L << register;
        }
        if (!isWritten(origin)) {
            renew(to);
            forget(to);
            return;
        }
        long found = 0;
        for (int register = 0; register < REGISTERS; register++) {
            if (contains(register, origin)) {
                found |= 1L << register;
            }
        }
        renew(to);
        for (; found != 0; found &= found - 1) {
            int register = Long.numberOfTrailingZeros(found);
            holds[register] = plus(holds[register], to);
        }
    }

    private void instruction(int i, int j) {
        int form = source.form(i);
        if (form == Pseudo.COPY) {
            copy(i, j);
            return;
        }
        int from = source.operandStart(i);
        int count = source.operandEnd(i) - from;
        int allocatedFrom = allocated.operandStart(j);
        if (allocated.form(j) != form || allocated.operandEnd(j) - allocatedFrom != count) {
            fail("instruction " + i + " of the source became another one");
            return;
        }
        long implicitReads = Pseudo.isPseudo(form) ? 0 : facts.reads(form);
        for (long left = implicitReads & fixed; left != 0; left &= left - 1) {
            readFixed(Long.numberOfTrailingZeros(left), i);
        }
        operands(i, from, count, allocatedFrom, false);
        if (problem != null) {
            return;
        }
        flowAlong(from, count);
        long implicitWrites = Pseudo.isPseudo(form) ? 0 : facts.writes(form);
        if (form == Pseudo.CALL) {
            long clobbers = source.callClobbers(Operand.smallValue(source.operandAt(from + 1)));
            writtenRegisters |= clobbers;
            fixed &= ~clobbers;
            for (long left = clobbers; left != 0; left &= left - 1) {
                holds[Long.numberOfTrailingZeros(left)] = NOTHING;
            }
        }
        for (long left = implicitWrites; left != 0; left &= left - 1) {
            writeFixed(Long.numberOfTrailingZeros(left));
        }
        operandWrites = implicitWrites;
        operands(i, from, count, allocatedFrom, true);
    }

    private long operandWrites;

    /** Compares the operands of an instruction and its outcome, and takes either the reads or the writes into account. */
    private void operands(int i, int from, int count, int allocatedFrom, boolean writes) {
        int ordinal = 0;
        for (int k = 0; k < count; k++, ordinal++) {
            int operand = source.operandAt(from + k);
            int now = allocated.operandAt(allocatedFrom + k);
            if (Operand.tag(operand) == Operand.MEMORY) {
                if (!writes) {
                    same(operand, now, i);
                    for (int m = 1; m < Operand.MEMORY_INTS; m++) {
                        int part = source.operandAt(from + k + m);
                        if (m < Operand.MEMORY_INTS - 1 && (Operand.isVreg(part) || Operand.isReg(part))) {
                            read(part, allocated.operandAt(allocatedFrom + k + m), i);
                        } else {
                            same(part, allocated.operandAt(allocatedFrom + k + m), i);
                        }
                    }
                }
                k += Operand.MEMORY_INTS - 1;
            } else if (Operand.isVreg(operand) || Operand.isReg(operand)) {
                int access = facts.access(source, i, ordinal);
                if (writes) {
                    if ((access & FormFacts.WRITE) != 0) {
                        write(operand, now, i);
                    }
                } else if ((access & FormFacts.READ) != 0) {
                    read(operand, now, i);
                } else if (Operand.isReg(operand)) {
                    same(operand, now, i);
                }
            } else if (!writes) {
                same(operand, now, i);
            }
        }
    }

    private void same(int operand, int now, int i) {
        if (operand != now) {
            fail("an operand of instruction " + i + " was changed");
        }
    }

    private void read(int operand, int now, int i) {
        if (Operand.isReg(operand)) {
            same(operand, now, i);
            if (isAllocatable(operand) && (fixed >> Operand.payload(operand) & 1) != 0) {
                readFixed(Operand.payload(operand), i);
            }
        } else if (fits(operand, now, i) && !contains(Operand.payload(now), Operand.payload(operand))) {
            fail("instruction " + i + " reads register " + Operand.payload(now)
                    + ", which does not hold virtual register " + Operand.payload(operand));
        }
    }

    private void write(int operand, int now, int i) {
        if (Operand.isReg(operand)) {
            same(operand, now, i);
            if (isAllocatable(operand)) {
                writeFixed(Operand.payload(operand));
                operandWrites |= 1L << Operand.payload(operand);
            }
        } else if (fits(operand, now, i)) {
            int register = Operand.payload(now);
            if ((operandWrites >> register & 1) != 0) {
                fail("instruction " + i + " writes register " + register + " twice");
            }
            operandWrites |= 1L << register;
            renew(Operand.payload(operand));
            change(register, plus(NOTHING, Operand.payload(operand)));
        }
    }

    private void readFixed(int register, int i) {
        if (!contains(register, vregs + register)) {
            fail("instruction " + i + " reads register " + register + ", which selection's value has left");
        }
    }

    private void writeFixed(int register) {
        fixed |= 1L << register;
        renew(vregs + register);
        change(register, plus(NOTHING, vregs + register));
    }

    /** A copy of the source that is still there, or became a load. */
    private void copy(int i, int j) {
        int destination = source.operandAt(source.operandStart(i));
        int from = source.operandAt(source.operandStart(i) + 1);
        int to = allocated.operandAt(allocated.operandStart(j));
        int now = allocated.operandAt(allocated.operandStart(j) + 1);
        int origin = variable(from);
        int[] value = NOTHING;
        if (allocated.form(j) == Pseudo.LOAD_SLOT && isOwnSlot(now)) {
            value = holds[slotLocation(now)];
        } else if (allocated.form(j) == Pseudo.COPY && isAllocatable(now)) {
            value = holds[Operand.payload(now)];
        } else if (allocated.form(j) != Pseudo.COPY || now != from) {
            fail("the copy at " + i + " became something else");
            return;
        }
        if (Operand.isReg(from) && (!isAllocatable(from) || (fixed >> Operand.payload(from) & 1) == 0)) {
            // From a register outside allocation, or one that selection never wrote: only its name can be judged.
            same(from, now, i);
        } else if (!contains(value, origin)) {
            fail("the copy at " + i + " reads another value");
        }
        if (Operand.isReg(destination)) {
            same(destination, to, i);
            if (!isAllocatable(destination)) {
                return;
            }
            fixed |= 1L << Operand.payload(destination);
        } else if (!fits(destination, to, i)) {
            return;
        }
        renew(variable(destination));
        if (origin >= 0 && !isWritten(origin)) {
            forget(variable(destination));
        }
        change(Operand.payload(to), plus(value, variable(destination)));
    }

    // Variables and locations.

    /** The variable that an operand names, or −1 for a register outside allocation. */
    private int variable(int operand) {
        if (Operand.isVreg(operand)) {
            return Operand.payload(operand);
        }
        return isAllocatable(operand) ? vregs + Operand.payload(operand) : -1;
    }

    private static boolean isAllocatable(int operand) {
        int register = Operand.payload(operand);
        return Operand.isReg(operand) && register < REGISTERS && register != Registers.RSP && register != Registers.RBP;
    }

    private static boolean sameKind(int a, int b) {
        return Registers.isGeneral(Operand.payload(a)) == Registers.isGeneral(Operand.payload(b));
    }

    private boolean fits(int vreg, int now, int i) {
        boolean general = source.vregClass(Operand.payload(vreg)) == MachineFunction.GENERAL;
        if (isAllocatable(now) && Registers.isGeneral(Operand.payload(now)) == general) {
            return true;
        }
        fail("instruction " + i + " got no register that fits for virtual register " + Operand.payload(vreg));
        return false;
    }

    private boolean isOwnSlot(int operand) {
        int slot = Operand.payload(operand);
        if (Operand.tag(operand) == Operand.SLOT && slot >= source.slotCount() && slot < allocated.slotCount()) {
            return true;
        }
        fail("a slot that is not the allocator's is used");
        return false;
    }

    private static int slotLocation(int operand) {
        return REGISTERS + Operand.payload(operand);
    }

    private int versionOf(int variable) {
        return stamp[variable] == visit ? version[variable] : 0;
    }

    private void renew(int variable) {
        version[variable] = versionOf(variable) + 1;
        stamp[variable] = visit;
        written[variable >> 6] |= 1L << variable;
    }

    /** For a copy of what was not written: the copy holds anything, too. */
    private void forget(int variable) {
        written[variable >> 6] &= ~(1L << variable);
    }

    private boolean isWritten(int variable) {
        return (written[variable >> 6] >> variable & 1) != 0;
    }

    private boolean contains(int location, int variable) {
        return contains(holds[location], variable);
    }

    private boolean contains(int[] value, int variable) {
        return !isWritten(variable) || lists(value, variable);
    }

    private boolean lists(int[] value, int variable) {
        for (int k = 0; k < value.length; k += 2) {
            if (value[k] == variable) {
                return value[k + 1] == versionOf(variable);
            }
        }
        return false;
    }

    private void change(int register, int[] value) {
        holds[register] = value;
        writtenRegisters |= 1L << register;
    }

    /** A value that is one variable's more; those variables that were written since drop out. */
    private int[] plus(int[] value, int variable) {
        int[] made = new int[value.length + 2];
        int n = 0;
        for (int k = 0; k < value.length; k += 2) {
            if (value[k] != variable && value[k + 1] == versionOf(value[k])) {
                made[n++] = value[k];
                made[n++] = value[k + 1];
            }
        }
        made[n++] = variable;
        made[n++] = versionOf(variable);
        return n == made.length ? made : Arrays.copyOf(made, n);
    }

    /** What of a register's value survives in a slot of a size. */
    private int[] fitting(int[] value, int size) {
        int n = 0;
        int[] made = new int[value.length];
        for (int k = 0; k < value.length; k += 2) {
            if (value[k] < vregs && MachineFunction.classSize(source.vregClass(value[k])) <= size) {
                made[n++] = value[k];
                made[n++] = value[k + 1];
            }
        }
        return n == made.length ? made : Arrays.copyOf(made, n);
    }

    // Control flow.

    private void flowAlong(int from, int count) {
        for (int k = 0; k < count; k++) {
            int operand = source.operandAt(from + k);
            switch (Operand.tag(operand)) {
                case Operand.MEMORY -> k += Operand.MEMORY_INTS - 1;
                case Operand.BLOCK -> flowTo(Operand.payload(operand));
                case Operand.TABLE -> {
                    for (int block : source.tableBlocks(Operand.payload(operand))) {
                        flowTo(block);
                    }
                }
                default -> {}
            }
        }
    }

    private void flowTo(int block) {
        if (judging || trapOnly[block]) {
            return;
        }
        boolean changed = false;
        if (entry[block] == null) {
            entry[block] = new int[locations][];
            for (int location = 0; location < locations; location++) {
                entry[block][location] = settled(holds[location]);
            }
            entryWritten[block] = written.clone();
            changed = true;
        } else {
            for (int location = 0; location < locations; location++) {
                changed |= meet(block, location);
            }
            for (int w = 0; w < written.length; w++) {
                long joined = entryWritten[block][w] | written[w];
                changed |= joined != entryWritten[block][w];
                entryWritten[block][w] = joined;
            }
        }
        if (changed) {
            waiting[placeOf[block]] = true;
        }
    }

    /** A value as of a block's start, where every version is 0. */
    private int[] settled(int[] value) {
        if (value.length == 0) {
            return value;
        }
        int n = 0;
        int[] made = new int[value.length];
        for (int k = 0; k < value.length; k += 2) {
            if (value[k + 1] == versionOf(value[k]) && isWritten(value[k])) {
                made[n] = value[k];
                n += 2;
            }
        }
        return n == 0 ? NOTHING : n == made.length ? made : Arrays.copyOf(made, n);
    }

    /** Keeps at a block's start what a location holds here, too. */
    private boolean meet(int block, int location) {
        int[] there = entry[block][location];
        int[] here = holds[location];
        if (there.length == 0 && here.length == 0) {
            return false;
        }
        int n = 0;
        int[] made = new int[there.length + here.length];
        for (int k = 0; k < there.length; k += 2) {
            if (contains(here, there[k])) {
                made[n] = there[k];
                n += 2;
            }
        }
        boolean changed = n < there.length;
        for (int k = 0; k < here.length; k += 2) {
            int variable = here[k];
            if ((entryWritten[block][variable >> 6] >> variable & 1) == 0
                    && isWritten(variable)
                    && lists(here, variable)) {
                made[n] = variable;
                n += 2;
                changed = true;
            }
        }
        if (!changed) {
            return false;
        }
        entry[block][location] = n == 0 ? NOTHING : Arrays.copyOf(made, n);
        return true;
    }

    private void fail(String what) {
        if (problem == null) {
            problem = what + " (allocated instruction " + at + " of @" + source.name() + ")";
        }
    }
}
