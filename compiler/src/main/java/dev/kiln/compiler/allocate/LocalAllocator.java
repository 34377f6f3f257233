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
 * A register is <i>dirty</i> when it holds what the slot does not.
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

    private static final long VECTORS = 0xFFFFFFFFL << Registers.VECTOR;
    private static final int NO_SLOT = -1;

    private final FormFacts facts;
    private final long allocatable;
    private final Scopes scopes;
    private final BlockScan scan;

    private MachineFunction source;
    private MachineFunction out;
    private int[] origins = new int[256];

    private int[] slot = new int[64];
    private int[] inRegister = new int[64];

    /** For each register what it holds, when {@link #occupied} says that it does. */
    private final int[] holder = new int[64];

    private long usable;
    private long occupied;
    /** Occupied ones that hold a global's value, clean, which this block does not need any more. */
    private long idle;

    private long dirty;
    private long written;
    private long calleeSaved;

    /** Whether what global virtual registers hold may be needed behind this block. */
    private boolean liveOut;

    private boolean retainNext;

    private final int[][] freeSlots = new int[5][8];
    private final int[] freeSlotCount = new int[5];

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

    private int bestRegister;
    private int bestPoint;

    /** The source's instructions before this one are done. */
    private int progress;

    public LocalAllocator(FormFacts facts) {
        this(facts, ALL);
    }

    /** With fewer registers, for tests. */
    public LocalAllocator(FormFacts facts, long allocatable) {
        this.facts = facts;
        this.allocatable = allocatable;
        scopes = new Scopes(facts);
        scan = new BlockScan(facts, allocatable);
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
        out = into;
        into.resetToRewrite(source);
        begin();
        scopes.find(source);
        int note = 0;
        for (int place = 0; place < source.layoutCount(); place++) {
            int start = source.layoutStart(place);
            int end = source.layoutEnd(place);
            scan.scan(start, end);
            boolean fallsThrough = start == end || !FormFacts.endsFlow(source.form(end - 1));
            liveOut = fallsThrough || scopes.jumpsOut(place);
            out.startBlock(source.blockAtLayout(place));
            enterBlock(start);
            retainNext = fallsThrough
                    && place + 1 < source.layoutCount()
                    && !scopes.isJumpedTo(source.blockAtLayout(place + 1));
            for (int i = start; i < end; i++) {
                while (note < source.noteCount() && source.noteInstruction(note) == i) {
                    out.note(source.noteText(note++));
                }
                out.setPosition(source.positionOf(i));
                progress = i;
                if (source.form(i) == Pseudo.COPY) {
                    copy(i);
                } else {
                    ordinary(i);
                }
            }
            progress = end;
            if (fallsThrough) {
                storeDirtyGlobals();
            }
        }
        into.setSavedRegisters(written & calleeSaved);
    }

    /**
     * For each instruction of the outcome of the last {@link #allocate}: the number of the source's instruction that it is, or, when it
     * was put in, the complement {@code ~n} of the number of the source's instruction before which it stands (instructions of the source
     * that left none included). Longer than there are instructions; not to be changed.
     */
    public int[] origins() {
        return origins;
    }

    private void begin() {
        int vregs = source.vregCount();
        if (slot.length < vregs) {
            int size = Math.max(vregs, slot.length * 2);
            slot = new int[size];
            inRegister = new int[size];
        }
        Arrays.fill(slot, 0, vregs, NO_SLOT);
        Arrays.fill(inRegister, 0, vregs, -1);
        Arrays.fill(freeSlotCount, 0);
        scan.begin(source);
        occupied = 0;
        idle = 0;
        dirty = 0;
        written = 0;
        calleeSaved = source.calleeSaved();
        usable = allocatable;
        for (int s = 0; s < source.slotCount(); s++) {
            if (source.slotAlign(s) > 16) {
                // The frame is aligned then, and RBX its base.
                usable &= ~(1L << Registers.RBX);
                written |= 1L << Registers.RBX;
                break;
            }
        }
    }

    // Walking a block.

    private void enterBlock(int start) {
        boolean retained = retainNext;
        for (long left = occupied; left != 0; left &= left - 1) {
            int register = Long.numberOfTrailingZeros(left);
            int vreg = holder[register];
            boolean known = scan.occurs(vreg);
            if (!retained || scan.taken(register, 2 * start) <= 2 * start || known && scan.next[vreg] == NEVER) {
                drop(register);
            } else if (known) {
                idle &= ~(1L << register);
            } else {
                idle |= 1L << register;
            }
        }
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
        written |= writes;
        long pinned = 0;
        for (int n = 0; n < readCount; n++) {
            int register = inRegister[readVregs[n]];
            if (register >= 0) {
                pinned |= 1L << register;
                idle &= ~(1L << register);
            }
        }
        if ((writes & occupied) != 0) {
            pinned = clear(i, writes, pinned);
        }
        for (int n = 0; n < readCount; n++) {
            int vreg = readVregs[n];
            int register = inRegister[vreg];
            if (register < 0) {
                register = choose(vreg, 2 * i, -1, livesOn(vreg) ? pinned | writes : pinned);
                load(vreg, register);
                pinned |= 1L << register;
            }
            operands[reads[n]] = Operand.reg(register);
        }
        retireReads();
        for (long left = writes & idle; left != 0; left &= left - 1) {
            drop(Long.numberOfTrailingZeros(left));
        }
        pinned &= occupied & ~idle;
        for (int n = 0; n < definitionCount; n++) {
            int register = define(definitionVregs[n], i, writes, pinned);
            operands[definitions[n]] = Operand.reg(register);
            pinned |= 1L << register;
        }
        if (jumps) {
            storeDirtyGlobals();
        }
        append(i, form);
        for (int n = 0; n < definitionCount; n++) {
            retireIfDone(definitionVregs[n]);
        }
        for (int n = 0; n < readCount; n++) {
            if (readWrites[n]) {
                retireIfDone(readVregs[n]);
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
        for (long left = writes & occupied; left != 0; left &= left - 1) {
            int register = Long.numberOfTrailingZeros(left);
            long bit = 1L << register;
            if ((occupied & bit) == 0) {
                continue;
            }
            int vreg = holder[register];
            if ((pinned & bit) != 0) {
                if (livesOn(vreg)) {
                    int other = choose(vreg, 2 * i, -1, pinned | writes);
                    move(register, other);
                    pinned = pinned & ~bit | 1L << other;
                }
            } else if ((idle & bit) != 0 || isDefined(vreg)) {
                drop(register);
            } else {
                leave(register, 2 * i, writes | pinned);
            }
        }
        return pinned;
    }

    /** Makes a register free: its value moves to another that is free for as long as it is needed, or to its slot. */
    private void leave(int register, int point, long exclude) {
        int vreg = holder[register];
        int other = find(vreg, point, exclude);
        if (other < 0 && bestRegister >= 0 && bestPoint > 2 * scan.next[vreg] && (dirty >> register & 1) != 0) {
            other = bestRegister;
        }
        if (other >= 0) {
            move(register, claim(other));
        } else {
            spill(register);
        }
    }

    private void move(int from, int to) {
        int vreg = holder[from];
        boolean wasDirty = (dirty >> from & 1) != 0;
        insert(Pseudo.COPY, Operand.reg(to), Operand.reg(from));
        drop(from);
        bind(vreg, to, wasDirty);
    }

    private void retireReads() {
        for (int n = 0; n < readCount; n++) {
            int vreg = readVregs[n];
            if (readWrites[n]) {
                dirty |= 1L << inRegister[vreg];
            } else if (scan.next[vreg] == NEVER && !livesOn(vreg) && !isDefined(vreg)) {
                retire(vreg);
            }
        }
    }

    /** The register for a virtual one that an instruction writes without reading. */
    private int define(int vreg, int i, long writes, long pinned) {
        int register = inRegister[vreg];
        if (register >= 0 && (writes >> register & 1) == 0) {
            idle &= ~(1L << register);
            dirty |= 1L << register;
            return register;
        }
        if (register >= 0) {
            drop(register);
        }
        register = choose(vreg, 2 * i + 1, scan.hint[vreg], pinned | writes);
        bind(vreg, register, true);
        return register;
    }

    private void retireIfDone(int vreg) {
        if (scan.next[vreg] == NEVER) {
            retire(vreg);
        }
    }

    /** The block has no more use for what a virtual register holds. */
    private void retire(int vreg) {
        int register = inRegister[vreg];
        if (!scopes.isGlobal(vreg)) {
            if (register >= 0) {
                drop(register);
            }
            releaseSlot(vreg);
        } else if (register >= 0) {
            if (liveOut && (dirty >> register & 1) != 0) {
                store(register);
            }
            if (retainNext) {
                idle |= 1L << register;
            } else {
                drop(register);
            }
        }
    }

    private void storeDirtyGlobals() {
        for (long left = dirty; left != 0; left &= left - 1) {
            int register = Long.numberOfTrailingZeros(left);
            if (scopes.isGlobal(holder[register])) {
                store(register);
            }
        }
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
                appendCopy(i, destination, origin);
            }
        }
    }

    /** {@code COPY register | vreg}. */
    private void copyIn(int i, int from) {
        int register = Operand.payload(source.operandAt(from));
        int vreg = Operand.payload(source.operandAt(from + 1));
        scan.next[vreg] = scan.nextUse[from + 1];
        boolean dies = scan.next[vreg] == NEVER;
        if (inRegister[vreg] == register) {
            if (dies) {
                retire(vreg);
                if (inRegister[vreg] == register) {
                    drop(register);
                }
            } else {
                // The value is where it is wanted, and has to live on elsewhere.
                leave(register, 2 * i, 1L << register);
            }
            written |= 1L << register;
            return;
        }
        vacate(register, i);
        if (inRegister[vreg] >= 0) {
            idle &= ~(1L << inRegister[vreg]);
            appendCopy(i, Operand.reg(register), Operand.reg(inRegister[vreg]));
        } else {
            append(i, Pseudo.LOAD_SLOT, Operand.reg(register), Operand.slot(slotOf(vreg)));
        }
        if (dies) {
            retire(vreg);
        }
    }

    /** Frees a physical register that a copy writes. */
    private void vacate(int register, int i) {
        if (register >= 64) {
            return;
        }
        written |= 1L << register;
        if ((occupied >> register & 1) != 0) {
            if ((idle >> register & 1) != 0) {
                drop(register);
            } else {
                leave(register, 2 * i, 1L << register);
            }
        }
    }

    /** {@code COPY vreg | register}. */
    private void copyOut(int i, int from) {
        int vreg = Operand.payload(source.operandAt(from));
        int register = Operand.payload(source.operandAt(from + 1));
        scan.next[vreg] = scan.nextUse[from];
        if (inRegister[vreg] >= 0) {
            drop(inRegister[vreg]);
        }
        if (isDead(vreg)) {
            retire(vreg);
            return;
        }
        int to = choose(vreg, 2 * i + 1, register, 0);
        if (to != register) {
            appendCopy(i, Operand.reg(to), Operand.reg(register));
        }
        progress = i + 1;
        bind(vreg, to, true);
        retireIfDone(vreg);
    }

    /** {@code COPY vreg | vreg}. */
    private void copyBetween(int i, int from) {
        int destination = Operand.payload(source.operandAt(from));
        int origin = Operand.payload(source.operandAt(from + 1));
        if (destination == origin) {
            scan.next[origin] = scan.nextUse[from];
            retireIfDone(origin);
            return;
        }
        scan.next[origin] = scan.nextUse[from + 1];
        scan.next[destination] = scan.nextUse[from];
        boolean dies = scan.next[origin] == NEVER;
        if (inRegister[destination] >= 0) {
            drop(inRegister[destination]);
        }
        int register = inRegister[origin];
        if (isDead(destination)) {
            retire(destination);
        } else if (register < 0) {
            int to = choose(destination, 2 * i + 1, scan.hint[destination], 0);
            append(i, Pseudo.LOAD_SLOT, Operand.reg(to), Operand.slot(slotOf(origin)));
            bind(destination, to, true);
        } else {
            idle &= ~(1L << register);
            int to = dies
                    ? placeAfter(destination, register, i)
                    : choose(destination, 2 * i + 1, scan.hint[destination], 1L << register);
            if (to == register) {
                handOver(origin, destination, register, i);
                return;
            }
            appendCopy(i, Operand.reg(to), Operand.reg(register));
            bind(destination, to, true);
        }
        if (dies) {
            retire(origin);
        }
        if (inRegister[destination] >= 0) {
            retireIfDone(destination);
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
        int other = find(destination, 2 * i + 1, 1L << register);
        return other < 0 ? register : claim(other);
    }

    /** One virtual register dies in a copy to another, which takes its register. */
    private void handOver(int origin, int destination, int register, int i) {
        retire(origin);
        if (inRegister[origin] >= 0) {
            drop(register);
        }
        progress = i + 1;
        bind(destination, register, true);
        retireIfDone(destination);
    }

    /** Whether nobody reads what is being written to a virtual register. */
    private boolean isDead(int vreg) {
        return scan.next[vreg] == NEVER && (!scopes.isGlobal(vreg) || !liveOut);
    }

    // Registers.

    /** A register for a virtual one from a point on: free, or made so. */
    private int choose(int vreg, int point, int hint, long exclude) {
        long candidates = ofClass(vreg) & ~exclude;
        if (hint >= 0 && hint < 64 && ((candidates & (~occupied | idle)) >> hint & 1) != 0) {
            int taken = scan.taken(hint, point);
            if (taken > point && taken >= scan.last[vreg]) {
                return claim(hint);
            }
        }
        int found = find(vreg, point, exclude);
        if (found < 0) {
            found = bestRegister;
        }
        return found >= 0 ? claim(found) : evict(candidates, point);
    }

    /**
     * A free register that stays so until the virtual one's last use, or −1; then {@link #bestRegister} is the one that stays free longest,
     * if any is free. Those that the function need not save come first.
     */
    private int find(int vreg, int point, long exclude) {
        long candidates = ofClass(vreg) & ~exclude;
        long free = candidates & ~occupied;
        bestRegister = -1;
        bestPoint = point;
        int last = scan.last[vreg];
        int found = search(free & ~(calleeSaved & ~written), point, last);
        // Home slots are written anyway: for globals, saving a register would not pay.
        if (found < 0 && (!scopes.isGlobal(vreg) || bestRegister < 0)) {
            found = search(free & calleeSaved & ~written, point, last);
        }
        return found < 0 ? search(candidates & idle, point, last) : found;
    }

    private int search(long registers, int point, int last) {
        for (long left = registers; left != 0; left &= left - 1) {
            int register = Long.numberOfTrailingZeros(left);
            int taken = scan.taken(register, point);
            if (taken > bestPoint) {
                bestPoint = taken;
                bestRegister = register;
            }
            if (taken >= last && taken > point) {
                return register;
            }
        }
        return -1;
    }

    /** Makes a register free that is free or idle. */
    private int claim(int register) {
        if ((occupied >> register & 1) != 0) {
            drop(register);
        }
        return register;
    }

    /** Spills what is needed last. */
    private int evict(long candidates, int point) {
        int victim = -1;
        int furthest = -1;
        for (long left = candidates & occupied; left != 0; left &= left - 1) {
            int register = Long.numberOfTrailingZeros(left);
            if (scan.taken(register, point) <= point) {
                continue;
            }
            int next = scan.next[holder[register]];
            if (next > furthest || next == furthest && (dirty >> register & 1) == 0) {
                furthest = next;
                victim = register;
            }
        }
        if (victim < 0) {
            throw new IllegalStateException("no register left at instruction " + (point >> 1) + " of machine code");
        }
        spill(victim);
        return victim;
    }

    private void spill(int register) {
        int vreg = holder[register];
        if ((dirty >> register & 1) != 0 && (scan.next[vreg] != NEVER || scopes.isGlobal(vreg) && liveOut)) {
            store(register);
        }
        drop(register);
    }

    private long ofClass(int vreg) {
        return source.vregClass(vreg) == MachineFunction.GENERAL ? usable & ~VECTORS : usable & VECTORS;
    }

    private void bind(int vreg, int register, boolean isDirty) {
        long bit = 1L << register;
        holder[register] = vreg;
        inRegister[vreg] = register;
        occupied |= bit;
        written |= bit;
        idle &= ~bit;
        dirty = isDirty ? dirty | bit : dirty & ~bit;
    }

    private void drop(int register) {
        long bit = 1L << register;
        inRegister[holder[register]] = -1;
        occupied &= ~bit;
        idle &= ~bit;
        dirty &= ~bit;
    }

    // Slots.

    private void load(int vreg, int register) {
        insert(Pseudo.LOAD_SLOT, Operand.reg(register), Operand.slot(slotOf(vreg)));
        bind(vreg, register, false);
    }

    private void store(int register) {
        insert(Pseudo.STORE_SLOT, Operand.reg(register), Operand.slot(slotOf(holder[register])));
        dirty &= ~(1L << register);
    }

    private int slotOf(int vreg) {
        int found = slot[vreg];
        if (found != NO_SLOT) {
            return found;
        }
        byte vregClass = source.vregClass(vreg);
        if (!scopes.isGlobal(vreg) && freeSlotCount[vregClass] > 0) {
            return slot[vreg] = freeSlots[vregClass][--freeSlotCount[vregClass]];
        }
        int size = MachineFunction.classSize(vregClass);
        return slot[vreg] = out.newSlot(size, size);
    }

    private void releaseSlot(int vreg) {
        if (slot[vreg] == NO_SLOT || source.returnsTwice()) {
            return;
        }
        byte vregClass = source.vregClass(vreg);
        if (freeSlotCount[vregClass] == freeSlots[vregClass].length) {
            freeSlots[vregClass] = Arrays.copyOf(freeSlots[vregClass], freeSlotCount[vregClass] * 2);
        }
        freeSlots[vregClass][freeSlotCount[vregClass]++] = slot[vreg];
        slot[vreg] = NO_SLOT;
    }

    // The outcome.

    private void insert(int form, int a, int b) {
        origin(~progress);
        out.emit(form, a, b);
    }

    private void append(int i, int form, int a, int b) {
        origin(i);
        out.emit(form, a, b);
    }

    private void appendCopy(int i, int destination, int from) {
        append(i, Pseudo.COPY, destination, from);
    }

    private void append(int i, int form) {
        origin(i);
        out.begin(form);
        for (int k = 0; k < operandCount; k++) {
            out.operand(operands[k]);
        }
    }

    private void origin(int i) {
        if (out.count() == origins.length) {
            origins = Arrays.copyOf(origins, origins.length * 2);
        }
        origins[out.count()] = i;
        if (i >= 0) {
            progress = i + 1;
        }
    }
}
