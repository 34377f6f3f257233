package dev.kiln.compiler.allocate;

import static dev.kiln.compiler.allocate.BlockScan.NEVER;

import dev.kiln.asm.Registers;
import dev.kiln.compiler.machine.FormFacts;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.compiler.machine.Operand;
import dev.kiln.compiler.machine.Pseudo;
import java.util.Arrays;

/**
 * The register allocator of {@code -O0}: goes forward over one block at a time, told of the future by {@link BlockScan}.
 *
 * <p>A virtual register that occurs in one block only, written before it is read, is <i>local</i>: it lives in registers, and in a
 * slot while there are too few. All others are <i>global</i>: each has a home slot that holds its value wherever control may go to
 * another block; inside a block it is loaded at its first use and kept in a register, and stored once after its last definition.
 * {@link RegisterState} knows what registers and slots hold at the moment.
 *
 * <p>Physical registers that selection uses are taken from the point of writing to the last use. A virtual register is given
 * one that stays free until its own last use if there is such; else it moves or is spilled when the time comes. What is spilled
 * under pressure is what is needed last (Belady). {@link AllocationChecker} knows nothing of all this and checks the outcome.
 *
 * <p>Cost: linear in the instructions; each step looks at no more than the registers there are.
 */
public final class LocalAllocator {
    /** All general registers but RSP and RBP, and XMM0 to XMM15. */
    public static final long ALL = 0xFFFFL & ~(1L << Registers.RSP | 1L << Registers.RBP) | 0xFFFFL << Registers.VECTOR;

    private final FormFacts facts;
    private final Scopes scopes;
    private final BlockScan scan;
    private final RewrittenCode code = new RewrittenCode();
    private final RegisterState registers;

    private MachineFunction source;

    // The instruction at work: its operands, and where among them are virtual registers that are read, and that are
    // only written.
    private int[] operands = new int[16];
    private int operandCount;
    private int[] reads = new int[8];
    private int[] readVregs = new int[8];
    private boolean[] readWrites = new boolean[8];
    private int readCount;
    private int[] definitions = new int[8];
    private int[] definitionVregs = new int[8];
    private int definitionCount;

    /** Whether it may jump to a block where virtual registers are of interest. */
    private boolean jumps;

    public LocalAllocator(FormFacts facts) {
        this(facts, ALL);
    }

    /** With fewer registers, for tests. */
    public LocalAllocator(FormFacts facts, long allocatable) {
        this.facts = facts;
        scopes = new Scopes(facts);
        scan = new BlockScan(facts, allocatable);
        registers = new RegisterState(allocatable, scopes, scan, code);
    }

    /**
     * Rewrites a function to use physical registers and slots only.
     *
     * @param source what selection made; not changed
     * @param into where the outcome goes; shares side tables with the source ({@link MachineFunction#resetToRewrite})
     * @throws IllegalStateException when selection holds so many physical registers that an instruction cannot be served
     */
    public void allocate(MachineFunction source, MachineFunction into) {
        this.source = source;
        code.begin(source, into);
        scan.begin(source);
        registers.begin(source);
        scopes.find(source);
        int note = 0;
        for (int place = 0; place < source.layoutCount(); place++) {
            int start = source.layoutStart(place);
            int end = source.layoutEnd(place);
            scan.scan(start, end);
            boolean fallsThrough = start == end || !FormFacts.endsFlow(source.form(end - 1));
            boolean liveOut = fallsThrough || scopes.jumpsOut(place);
            boolean retains = fallsThrough
                    && place + 1 < source.layoutCount()
                    && !scopes.isJumpedTo(source.blockAtLayout(place + 1));
            code.startBlock(source.blockAtLayout(place));
            registers.enterBlock(start, liveOut, retains);
            for (int i = start; i < end; i++) {
                while (note < source.noteCount() && source.noteInstruction(note) == i) {
                    code.note(source.noteText(note++));
                }
                code.startInstruction(source, i);
                if (source.form(i) == Pseudo.COPY) {
                    copy(i);
                } else {
                    ordinary(i);
                }
            }
            code.setProgress(end);
            if (fallsThrough) {
                registers.storeDirtyGlobals();
            }
        }
        into.setSavedRegisters(registers.saved());
    }

    /**
     * For each instruction of the outcome of the last {@link #allocate}: the number of the source's instruction that it is, or, when it
     * was put in, the complement {@code ~n} of the number of the source's instruction before which it stands (instructions of the source
     * that left none included). Longer than there are instructions; not to be changed.
     */
    public int[] origins() {
        return code.origins();
    }

    /** Any instruction but COPY. */
    private void ordinary(int i) {
        int form = source.form(i);
        long writes = collect(i);
        if (!Pseudo.isPseudo(form)) {
            writes |= facts.writes(form);
        } else if (form == Pseudo.CALL) {
            writes |= source.callClobbers(Operand.smallValue(operands[1]));
        }
        registers.markWritten(writes);
        long pinned = 0;
        for (int n = 0; n < readCount; n++) {
            int register = registers.of(readVregs[n]);
            if (register >= 0) {
                pinned |= 1L << register;
                registers.wake(register);
            }
        }
        if ((writes & registers.occupied()) != 0) {
            pinned = clear(i, writes, pinned);
        }
        for (int n = 0; n < readCount; n++) {
            int vreg = readVregs[n];
            int register = registers.of(vreg);
            if (register < 0) {
                register = registers.choose(vreg, 2 * i, -1, livesOn(vreg) ? pinned | writes : pinned);
                registers.load(vreg, register);
                pinned |= 1L << register;
            }
            operands[reads[n]] = Operand.reg(register);
        }
        retireReads();
        for (long left = writes & registers.idle(); left != 0; left &= left - 1) {
            registers.drop(Long.numberOfTrailingZeros(left));
        }
        pinned &= registers.occupied() & ~registers.idle();
        for (int n = 0; n < definitionCount; n++) {
            int register = define(definitionVregs[n], i, writes, pinned);
            operands[definitions[n]] = Operand.reg(register);
            pinned |= 1L << register;
        }
        if (jumps) {
            registers.storeDirtyGlobals();
        }
        code.append(i, form, operands, operandCount);
        for (int n = 0; n < definitionCount; n++) {
            registers.retireIfDone(definitionVregs[n]);
        }
        for (int n = 0; n < readCount; n++) {
            if (readWrites[n]) {
                registers.retireIfDone(readVregs[n]);
            }
        }
    }

    /**
     * Copies the instruction's operands and notes the virtual registers among them, whose next uses are now those behind it. Gives the
     * physical registers written as operands.
     */
    private long collect(int i) {
        int from = source.operandStart(i);
        operandCount = source.operandEnd(i) - from;
        if (operands.length < operandCount) {
            operands = new int[Math.max(operandCount, operands.length * 2)];
        }
        readCount = 0;
        definitionCount = 0;
        jumps = false;
        long writes = 0;
        int ordinal = 0;
        for (int k = 0; k < operandCount; k++, ordinal++) {
            int operand = operands[k] = source.operandAt(from + k);
            switch (Operand.tag(operand)) {
                case Operand.MEMORY -> {
                    for (int m = 1; m < Operand.MEMORY_INTS; m++) {
                        operands[k + m] = source.operandAt(from + k + m);
                    }
                    for (int m = 1; m <= 2; m++) {
                        if (Operand.isVreg(operands[k + m])) {
                            addRead(k + m, from, false);
                        }
                    }
                    k += Operand.MEMORY_INTS - 1;
                }
                case Operand.VREG -> {
                    int access = facts.access(source, i, ordinal);
                    if (access == FormFacts.WRITE) {
                        addDefinition(k, from);
                    } else {
                        addRead(k, from, (access & FormFacts.WRITE) != 0);
                    }
                }
                case Operand.REG -> {
                    if ((facts.access(source, i, ordinal) & FormFacts.WRITE) != 0 && Operand.payload(operand) < 64) {
                        writes |= 1L << Operand.payload(operand);
                    }
                }
                case Operand.BLOCK -> jumps |= !scopes.isTrap(Operand.payload(operand));
                case Operand.TABLE -> jumps = true;
                default -> {}
            }
        }
        // What is written here has its next use behind that, whatever a read of the same register said.
        for (int n = 0; n < definitionCount; n++) {
            scan.next[definitionVregs[n]] = scan.nextUse[from + definitions[n]];
        }
        return writes;
    }

    private void addRead(int k, int from, boolean alsoWritten) {
        if (readCount == reads.length) {
            reads = Arrays.copyOf(reads, readCount * 2);
            readVregs = Arrays.copyOf(readVregs, readCount * 2);
            readWrites = Arrays.copyOf(readWrites, readCount * 2);
        }
        int vreg = Operand.payload(operands[k]);
        reads[readCount] = k;
        readVregs[readCount] = vreg;
        readWrites[readCount++] = alsoWritten;
        scan.next[vreg] = scan.nextUse[from + k];
    }

    private void addDefinition(int k, int from) {
        if (definitionCount == definitions.length) {
            definitions = Arrays.copyOf(definitions, definitionCount * 2);
            definitionVregs = Arrays.copyOf(definitionVregs, definitionCount * 2);
        }
        definitions[definitionCount] = k;
        definitionVregs[definitionCount++] = Operand.payload(source.operandAt(from + k));
    }

    /** Whether an instruction's operand keeps its value in its register beyond the reading: used later, or changed in place. */
    private boolean livesOn(int vreg) {
        if (scan.next[vreg] != NEVER && !isDefined(vreg)) {
            return true;
        }
        for (int n = 0; n < readCount; n++) {
            if (readVregs[n] == vreg && readWrites[n]) {
                return true;
            }
        }
        return false;
    }

    /** Whether the instruction at work writes a virtual register without reading it by the same operand. */
    private boolean isDefined(int vreg) {
        for (int n = 0; n < definitionCount; n++) {
            if (definitionVregs[n] == vreg) {
                return true;
            }
        }
        return false;
    }

    /** Moves away or stores what is in registers that an instruction writes of itself; gives the operands' registers after that. */
    private long clear(int i, long writes, long pinnedBefore) {
        long pinned = pinnedBefore;
        for (long left = writes & registers.occupied(); left != 0; left &= left - 1) {
            int register = Long.numberOfTrailingZeros(left);
            long bit = 1L << register;
            if (!registers.isOccupied(register)) {
                continue;
            }
            int vreg = registers.holder(register);
            if ((pinned & bit) != 0) {
                if (livesOn(vreg)) {
                    int other = registers.choose(vreg, 2 * i, -1, pinned | writes);
                    registers.move(register, other);
                    pinned = pinned & ~bit | 1L << other;
                }
            } else if (registers.isIdle(register) || isDefined(vreg)) {
                registers.drop(register);
            } else {
                registers.leave(register, 2 * i, writes | pinned);
            }
        }
        return pinned;
    }

    private void retireReads() {
        for (int n = 0; n < readCount; n++) {
            int vreg = readVregs[n];
            if (readWrites[n]) {
                registers.markDirty(registers.of(vreg));
            } else if (scan.next[vreg] == NEVER && !livesOn(vreg) && !isDefined(vreg)) {
                registers.retire(vreg);
            }
        }
    }

    /** The register for a virtual one that an instruction writes without reading. */
    private int define(int vreg, int i, long writes, long pinned) {
        int register = registers.of(vreg);
        if (register >= 0 && (writes >> register & 1) == 0) {
            registers.wake(register);
            registers.markDirty(register);
            return register;
        }
        if (register >= 0) {
            registers.drop(register);
        }
        register = registers.choose(vreg, 2 * i + 1, scan.hint[vreg], pinned | writes);
        registers.bind(vreg, register, true);
        return register;
    }

    // Copies.

    private void copy(int i) {
        int from = source.operandStart(i);
        int destination = source.operandAt(from);
        int origin = source.operandAt(from + 1);
        if (Operand.isVreg(destination)) {
            if (Operand.isVreg(origin)) {
                copyBetween(i, from);
            } else {
                copyOut(i, from);
            }
        } else if (Operand.isVreg(origin)) {
            copyIn(i, from);
        } else {
            int register = Operand.payload(destination);
            if (register != Operand.payload(origin)) {
                vacate(register, i);
                code.append(i, Pseudo.COPY, destination, origin);
            }
        }
    }

    /** {@code COPY register | vreg}. */
    private void copyIn(int i, int from) {
        int register = Operand.payload(source.operandAt(from));
        int vreg = Operand.payload(source.operandAt(from + 1));
        scan.next[vreg] = scan.nextUse[from + 1];
        boolean dies = scan.next[vreg] == NEVER;
        if (registers.of(vreg) == register) {
            if (dies) {
                registers.retire(vreg);
                if (registers.of(vreg) == register) {
                    registers.drop(register);
                }
            } else {
                // The value is where it is wanted, and has to live on elsewhere.
                registers.leave(register, 2 * i, 1L << register);
            }
            registers.markWritten(1L << register);
            return;
        }
        vacate(register, i);
        if (registers.of(vreg) >= 0) {
            registers.wake(registers.of(vreg));
            code.append(i, Pseudo.COPY, Operand.reg(register), Operand.reg(registers.of(vreg)));
        } else {
            code.append(i, Pseudo.LOAD_SLOT, Operand.reg(register), Operand.slot(registers.slotOf(vreg)));
        }
        if (dies) {
            registers.retire(vreg);
        }
    }

    /** Frees a physical register that a copy writes. */
    private void vacate(int register, int i) {
        if (register >= 64) {
            return;
        }
        registers.markWritten(1L << register);
        if (registers.isOccupied(register)) {
            if (registers.isIdle(register)) {
                registers.drop(register);
            } else {
                registers.leave(register, 2 * i, 1L << register);
            }
        }
    }

    /** {@code COPY vreg | register}. */
    private void copyOut(int i, int from) {
        int vreg = Operand.payload(source.operandAt(from));
        int register = Operand.payload(source.operandAt(from + 1));
        scan.next[vreg] = scan.nextUse[from];
        if (registers.of(vreg) >= 0) {
            registers.drop(registers.of(vreg));
        }
        if (registers.isDead(vreg)) {
            registers.retire(vreg);
            return;
        }
        int to = registers.choose(vreg, 2 * i + 1, register, 0);
        if (to != register) {
            code.append(i, Pseudo.COPY, Operand.reg(to), Operand.reg(register));
        }
        code.setProgress(i + 1);
        registers.bind(vreg, to, true);
        registers.retireIfDone(vreg);
    }

    /** {@code COPY vreg | vreg}. */
    private void copyBetween(int i, int from) {
        int destination = Operand.payload(source.operandAt(from));
        int origin = Operand.payload(source.operandAt(from + 1));
        if (destination == origin) {
            scan.next[origin] = scan.nextUse[from];
            registers.retireIfDone(origin);
            return;
        }
        scan.next[origin] = scan.nextUse[from + 1];
        scan.next[destination] = scan.nextUse[from];
        boolean dies = scan.next[origin] == NEVER;
        if (registers.of(destination) >= 0) {
            registers.drop(registers.of(destination));
        }
        int register = registers.of(origin);
        if (registers.isDead(destination)) {
            registers.retire(destination);
        } else if (register < 0) {
            int to = registers.choose(destination, 2 * i + 1, scan.hint[destination], 0);
            code.append(i, Pseudo.LOAD_SLOT, Operand.reg(to), Operand.slot(registers.slotOf(origin)));
            registers.bind(destination, to, true);
        } else {
            registers.wake(register);
            int to = dies
                    ? placeAfter(destination, register, i)
                    : registers.choose(destination, 2 * i + 1, scan.hint[destination], 1L << register);
            if (to == register) {
                handOver(origin, destination, register, i);
                return;
            }
            code.append(i, Pseudo.COPY, Operand.reg(to), Operand.reg(register));
            registers.bind(destination, to, true);
        }
        if (dies) {
            registers.retire(origin);
        }
        if (registers.of(destination) >= 0) {
            registers.retireIfDone(destination);
        }
    }

    /**
     * Where the destination of a copy goes whose origin dies: the origin's register, unless that is going to be taken and another one is
     * not.
     */
    private int placeAfter(int destination, int register, int i) {
        if (scan.taken(register, 2 * i + 1) >= scan.last[destination]) {
            return register;
        }
        return registers.chooseBeside(register, destination, 2 * i + 1);
    }

    /** One virtual register dies in a copy to another, which takes its register. */
    private void handOver(int origin, int destination, int register, int i) {
        registers.retire(origin);
        if (registers.of(origin) >= 0) {
            registers.drop(register);
        }
        code.setProgress(i + 1);
        registers.bind(destination, register, true);
        registers.retireIfDone(destination);
    }
}
