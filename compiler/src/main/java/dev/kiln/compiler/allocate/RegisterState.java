package dev.kiln.compiler.allocate;

import static dev.kiln.compiler.allocate.BlockScan.NEVER;

import dev.kiln.asm.Registers;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.compiler.machine.Operand;
import dev.kiln.compiler.machine.Pseudo;
import java.util.Arrays;

/**
 * What registers and slots hold while the allocator walks a block, and the choice of a register: one that is free until the last use of
 * what it is wanted for, else the one that is free longest, else that of the value that is needed last, which is spilled.
 *
 * <p>A register is <i>occupied</i> when it holds the value of a virtual one, its <i>holder</i>; <i>dirty</i> when the holder's slot does
 * not have that value; <i>idle</i> when it holds a global's value, clean, which this block does not need any more and which goes when
 * the register is wanted.
 */
final class RegisterState {
    private static final long VECTORS = 0xFFFFFFFFL << Registers.VECTOR;
    private static final int NO_SLOT = -1;

    private final long allocatable;
    private final Scopes scopes;
    private final BlockScan scan;
    private final RewrittenCode code;

    private MachineFunction source;

    private int[] slot = new int[64];
    private int[] inRegister = new int[64];

    /** For each register what it holds, when {@link #occupied} says that it does. */
    private final int[] holder = new int[64];

    private long usable;
    private long occupied;
    private long idle;
    private long dirty;
    private long written;
    private long calleeSaved;

    /** Whether what global virtual registers hold may be needed behind this block. */
    private boolean liveOut;

    /** Whether the next block begins with what the registers hold at the end of this one. */
    private boolean retains;

    private final int[][] freeSlots = new int[5][8];
    private final int[] freeSlotCount = new int[5];

    private int bestRegister;
    private int bestPoint;

    RegisterState(long allocatable, Scopes scopes, BlockScan scan, RewrittenCode code) {
        this.allocatable = allocatable;
        this.scopes = scopes;
        this.scan = scan;
        this.code = code;
    }

    void begin(MachineFunction newSource) {
        source = newSource;
        int vregs = source.vregCount();
        if (slot.length < vregs) {
            int size = Math.max(vregs, slot.length * 2);
            slot = new int[size];
            inRegister = new int[size];
        }
        Arrays.fill(slot, 0, vregs, NO_SLOT);
        Arrays.fill(inRegister, 0, vregs, -1);
        Arrays.fill(freeSlotCount, 0);
        occupied = 0;
        idle = 0;
        dirty = 0;
        written = 0;
        retains = false;
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

    /**
     * Goes to the next block, which has been scanned.
     *
     * @param start its first instruction
     * @param leaves whether what global virtual registers hold may be needed behind it
     * @param keeps whether the block after it is entered from its end only
     */
    void enterBlock(int start, boolean leaves, boolean keeps) {
        for (long left = occupied; left != 0; left &= left - 1) {
            int register = Long.numberOfTrailingZeros(left);
            int vreg = holder[register];
            boolean known = scan.occurs(vreg);
            if (!retains || scan.taken(register, 2 * start) <= 2 * start || known && scan.next[vreg] == NEVER) {
                drop(register);
            } else if (known) {
                idle &= ~(1L << register);
            } else {
                idle |= 1L << register;
            }
        }
        liveOut = leaves;
        retains = keeps;
    }

    /** The register that holds a virtual one, or −1. */
    int of(int vreg) {
        return inRegister[vreg];
    }

    /** What an occupied register holds. */
    int holder(int register) {
        return holder[register];
    }

    long occupied() {
        return occupied;
    }

    long idle() {
        return idle;
    }

    boolean isOccupied(int register) {
        return (occupied >> register & 1) != 0;
    }

    boolean isIdle(int register) {
        return (idle >> register & 1) != 0;
    }

    private boolean isDirty(int register) {
        return (dirty >> register & 1) != 0;
    }

    /** The block needs after all what an idle register holds. */
    void wake(int register) {
        idle &= ~(1L << register);
    }

    /** An instruction changes what a register holds; its holder stays. */
    void markDirty(int register) {
        dirty |= 1L << register;
    }

    void markWritten(long registers) {
        written |= registers;
    }

    /** The registers that have to be saved in the prologue. */
    long saved() {
        return written & calleeSaved;
    }

    /** Whether nobody reads what is being written to a virtual register. */
    boolean isDead(int vreg) {
        return scan.next[vreg] == NEVER && (!scopes.isGlobal(vreg) || !liveOut);
    }

    // Choosing.

    /** A register for a virtual one from a point on: free, or made so. */
    int choose(int vreg, int point, int hint, long exclude) {
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

    /** A register other than the given one that is free for all uses of a virtual one, or the given one if there is none. */
    int chooseBeside(int register, int vreg, int point) {
        int other = find(vreg, point, 1L << register);
        return other < 0 ? register : claim(other);
    }

    /** Makes a register free that is free or idle. */
    private int claim(int register) {
        if (isOccupied(register)) {
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
            if (next > furthest || next == furthest && !isDirty(register)) {
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

    private long ofClass(int vreg) {
        return source.vregClass(vreg) == MachineFunction.GENERAL ? usable & ~VECTORS : usable & VECTORS;
    }

    // Coming and going.

    void bind(int vreg, int register, boolean isDirty) {
        long bit = 1L << register;
        holder[register] = vreg;
        inRegister[vreg] = register;
        occupied |= bit;
        written |= bit;
        idle &= ~bit;
        dirty = isDirty ? dirty | bit : dirty & ~bit;
    }

    void drop(int register) {
        long bit = 1L << register;
        inRegister[holder[register]] = -1;
        occupied &= ~bit;
        idle &= ~bit;
        dirty &= ~bit;
    }

    /** Makes a register free: its value moves to another that is free for as long as it is needed, or to its slot. */
    void leave(int register, int point, long exclude) {
        int vreg = holder[register];
        int other = find(vreg, point, exclude);
        if (other < 0 && bestRegister >= 0 && bestPoint > 2 * scan.next[vreg] && isDirty(register)) {
            other = bestRegister;
        }
        if (other >= 0) {
            move(register, claim(other));
        } else {
            spill(register);
        }
    }

    void move(int from, int to) {
        int vreg = holder[from];
        boolean wasDirty = isDirty(from);
        code.insert(Pseudo.COPY, Operand.reg(to), Operand.reg(from));
        drop(from);
        bind(vreg, to, wasDirty);
    }

    private void spill(int register) {
        int vreg = holder[register];
        if (isDirty(register) && (scan.next[vreg] != NEVER || scopes.isGlobal(vreg) && liveOut)) {
            store(register);
        }
        drop(register);
    }

    void retireIfDone(int vreg) {
        if (scan.next[vreg] == NEVER) {
            retire(vreg);
        }
    }

    /** The block has no more use for what a virtual register holds. */
    void retire(int vreg) {
        int register = inRegister[vreg];
        if (!scopes.isGlobal(vreg)) {
            if (register >= 0) {
                drop(register);
            }
            releaseSlot(vreg);
        } else if (register >= 0) {
            if (liveOut && isDirty(register)) {
                store(register);
            }
            if (retains) {
                idle |= 1L << register;
            } else {
                drop(register);
            }
        }
    }

    // Slots.

    void load(int vreg, int register) {
        code.insert(Pseudo.LOAD_SLOT, Operand.reg(register), Operand.slot(slotOf(vreg)));
        bind(vreg, register, false);
    }

    private void store(int register) {
        code.insert(Pseudo.STORE_SLOT, Operand.reg(register), Operand.slot(slotOf(holder[register])));
        dirty &= ~(1L << register);
    }

    void storeDirtyGlobals() {
        for (long left = dirty; left != 0; left &= left - 1) {
            int register = Long.numberOfTrailingZeros(left);
            if (scopes.isGlobal(holder[register])) {
                store(register);
            }
        }
    }

    /** The slot of a virtual register, made when it has none yet. */
    int slotOf(int vreg) {
        int found = slot[vreg];
        if (found != NO_SLOT) {
            return found;
        }
        byte vregClass = source.vregClass(vreg);
        if (!scopes.isGlobal(vreg) && freeSlotCount[vregClass] > 0) {
            return slot[vreg] = freeSlots[vregClass][--freeSlotCount[vregClass]];
        }
        return slot[vreg] = code.newSlot(MachineFunction.classSize(vregClass));
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
}
