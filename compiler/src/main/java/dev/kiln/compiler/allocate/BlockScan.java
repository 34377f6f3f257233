package dev.kiln.compiler.allocate;

import dev.kiln.compiler.machine.FormFacts;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.compiler.machine.Operand;
import dev.kiln.compiler.machine.Pseudo;
import java.util.Arrays;

/**
 * Looks through a block backwards before the allocator walks it forwards, and tells it of the future: when each virtual register is used
 * next, and when each physical register is taken by selection. Linear in the block's operands.
 *
 * <p>Time is counted in points, two for each instruction: at 2i instruction i reads, at 2i + 1 it writes.
 */
final class BlockScan {
    /** A point that never comes. */
    static final int NEVER = Integer.MAX_VALUE;

    private final FormFacts facts;
    private final long tracked;

    private MachineFunction function;

    /** For each operand int that is a virtual register: the next instruction that reads what it then holds. */
    int[] nextUse = new int[256];

    // For each virtual register: valid when it occurs in the block.
    private int[] stamps = new int[64];
    private int stamp;

    /** The next instruction that reads the present contents; the allocator keeps it up while it walks. */
    int[] next = new int[64];

    /** The last point at which it occurs in the block. */
    int[] last = new int[64];

    /** The physical register that it is going to be copied to, or −1. */
    byte[] hint = new byte[64];

    // The times when a physical register is taken: a list per register, in order.
    private final int[] rangeHead = new int[64];
    private int[] rangeStart = new int[64];
    private int[] rangeEnd = new int[64];
    private int[] rangeNext = new int[64];
    private int rangeCount;

    /** The point of the use that ends the range being found, −1 when there is none. */
    private final int[] open = new int[64];

    // The calls of the block, last first.
    private int[] callAt = new int[16];
    private long[] callMask = new long[16];
    private int callCount;

    /** What any call of the block clobbers. */
    private long anyCall;

    /** @param tracked the registers that the allocator may use; what happens to others is of no interest */
    BlockScan(FormFacts facts, long tracked) {
        this.facts = facts;
        this.tracked = tracked;
    }

    void begin(MachineFunction newFunction) {
        function = newFunction;
        int vregs = newFunction.vregCount();
        if (stamps.length < vregs) {
            int size = Math.max(vregs, stamps.length * 2);
            stamps = new int[size];
            stamp = 0;
            next = new int[size];
            last = new int[size];
            hint = new byte[size];
        }
        int operands = newFunction.count() == 0 ? 0 : newFunction.operandEnd(newFunction.count() - 1);
        if (nextUse.length < operands) {
            nextUse = new int[Math.max(operands, nextUse.length * 2)];
        }
        if (stamp > Integer.MAX_VALUE - newFunction.layoutCount() - 1) {
            Arrays.fill(stamps, 0);
            stamp = 0;
        }
    }

    /** Whether a virtual register occurs in the block scanned last. */
    boolean occurs(int vreg) {
        return stamps[vreg] == stamp;
    }

    /** Scans the block of the instructions from {@code start} to before {@code end}. */
    void scan(int start, int end) {
        stamp++;
        rangeCount = 0;
        callCount = 0;
        anyCall = 0;
        Arrays.fill(rangeHead, -1);
        Arrays.fill(open, -1);
        for (int i = end - 1; i >= start; i--) {
            scanInstruction(i);
        }
        for (long left = tracked; left != 0; left &= left - 1) {
            int register = Long.numberOfTrailingZeros(left);
            if (open[register] >= 0) {
                addRange(register, 2 * start, open[register]);
            }
        }
    }

    private void scanInstruction(int i) {
        int form = function.form(i);
        int from = function.operandStart(i);
        int to = function.operandEnd(i);
        boolean pseudo = Pseudo.isPseudo(form);
        if (!pseudo) {
            writeAll(facts.writes(form), i);
        } else if (form == Pseudo.CALL) {
            addCall(i, function.callClobbers(Operand.smallValue(function.operandAt(from + 1))));
        }
        // Writes come after reads, so they are met first.
        boolean reads = false;
        int ordinal = 0;
        for (int k = from; k < to; k++, ordinal++) {
            int operand = function.operandAt(k);
            switch (Operand.tag(operand)) {
                case Operand.MEMORY -> {
                    k += Operand.MEMORY_INTS - 1;
                    reads = true;
                }
                case Operand.VREG -> {
                    if (facts.access(function, i, ordinal) == FormFacts.WRITE) {
                        int vreg = Operand.payload(operand);
                        meet(vreg, 2 * i + 1);
                        nextUse[k] = next[vreg];
                        next[vreg] = NEVER;
                    } else {
                        reads = true;
                    }
                }
                case Operand.REG -> {
                    int access = facts.access(function, i, ordinal);
                    if ((access & FormFacts.WRITE) != 0) {
                        write(Operand.payload(operand), i);
                    }
                    reads |= (access & FormFacts.READ) != 0;
                }
                default -> {}
            }
        }
        if (form == Pseudo.COPY) {
            scanHint(from, i);
        }
        if (reads) {
            scanReads(i, from, to);
        }
        if (!pseudo) {
            readAll(facts.reads(form), i);
        }
    }

    private void scanReads(int i, int from, int to) {
        int ordinal = 0;
        for (int k = from; k < to; k++, ordinal++) {
            int operand = function.operandAt(k);
            switch (Operand.tag(operand)) {
                case Operand.MEMORY -> {
                    readAddress(function.operandAt(k + 1), k + 1, i);
                    readAddress(function.operandAt(k + 2), k + 2, i);
                    k += Operand.MEMORY_INTS - 1;
                }
                case Operand.VREG -> {
                    int access = facts.access(function, i, ordinal);
                    if (access != FormFacts.WRITE) {
                        // What is written too still occurs at the point of writing.
                        int vreg = Operand.payload(operand);
                        meet(vreg, 2 * i + (access >> 1));
                        nextUse[k] = next[vreg];
                    }
                }
                case Operand.REG -> {
                    if ((facts.access(function, i, ordinal) & FormFacts.READ) != 0) {
                        read(Operand.payload(operand), i);
                    }
                }
                default -> {}
            }
        }
        // Only now, so that each operand that names the same register was told the same next use.
        ordinal = 0;
        for (int k = from; k < to; k++, ordinal++) {
            int operand = function.operandAt(k);
            if (Operand.tag(operand) == Operand.MEMORY) {
                setNext(function.operandAt(k + 1), i);
                setNext(function.operandAt(k + 2), i);
                k += Operand.MEMORY_INTS - 1;
            } else if (Operand.isVreg(operand) && facts.access(function, i, ordinal) != FormFacts.WRITE) {
                next[Operand.payload(operand)] = i;
            }
        }
    }

    private void readAddress(int operand, int k, int i) {
        if (Operand.isVreg(operand)) {
            meet(Operand.payload(operand), 2 * i);
            nextUse[k] = next[Operand.payload(operand)];
        } else if (Operand.isReg(operand)) {
            read(Operand.payload(operand), i);
        }
    }

    private void setNext(int operand, int i) {
        if (Operand.isVreg(operand)) {
            next[Operand.payload(operand)] = i;
        }
    }

    private void meet(int vreg, int point) {
        if (stamps[vreg] != stamp) {
            stamps[vreg] = stamp;
            next[vreg] = NEVER;
            last[vreg] = point;
            hint[vreg] = -1;
        }
    }

    /** What is copied to a physical register likes to be there before; what ends in a copy likes what the copy likes. */
    private void scanHint(int from, int i) {
        int source = function.operandAt(from + 1);
        if (!Operand.isVreg(source)) {
            return;
        }
        int vreg = Operand.payload(source);
        int destination = function.operandAt(from);
        if (Operand.isReg(destination)) {
            meet(vreg, 2 * i);
            hint[vreg] = (byte) Operand.payload(destination);
        } else if (!occurs(vreg) || next[vreg] == NEVER) {
            meet(vreg, 2 * i);
            hint[vreg] = hint[Operand.payload(destination)];
        }
    }

    private void write(int register, int i) {
        if (register >= 64 || (tracked >> register & 1) == 0) {
            return;
        }
        // An operand may name a register that the form writes anyway.
        if (rangeHead[register] < 0 || rangeStart[rangeHead[register]] != 2 * i + 1) {
            addRange(register, 2 * i + 1, open[register] >= 0 ? open[register] : 2 * i + 1);
        }
        open[register] = -1;
    }

    private void writeAll(long registers, int i) {
        for (long left = registers & tracked; left != 0; left &= left - 1) {
            write(Long.numberOfTrailingZeros(left), i);
        }
    }

    private void read(int register, int i) {
        if (register < 64 && (tracked >> register & 1) != 0 && open[register] < 0) {
            open[register] = 2 * i;
        }
    }

    private void readAll(long registers, int i) {
        for (long left = registers & tracked; left != 0; left &= left - 1) {
            read(Long.numberOfTrailingZeros(left), i);
        }
    }

    private void addRange(int register, int start, int end) {
        if (rangeCount == rangeStart.length) {
            rangeStart = Arrays.copyOf(rangeStart, rangeCount * 2);
            rangeEnd = Arrays.copyOf(rangeEnd, rangeCount * 2);
            rangeNext = Arrays.copyOf(rangeNext, rangeCount * 2);
        }
        rangeStart[rangeCount] = start;
        rangeEnd[rangeCount] = end;
        rangeNext[rangeCount] = rangeHead[register];
        rangeHead[register] = rangeCount++;
    }

    private void addCall(int i, long clobbers) {
        if (callCount == callAt.length) {
            callAt = Arrays.copyOf(callAt, callCount * 2);
            callMask = Arrays.copyOf(callMask, callCount * 2);
        }
        callAt[callCount] = 2 * i + 1;
        callMask[callCount++] = clobbers;
        anyCall |= clobbers;
    }

    /**
     * The first point not before {@code point} at which a register is taken; {@code point} itself when it is taken then. Not to be asked
     * for points before those asked for already.
     */
    int taken(int register, int point) {
        int range = rangeHead[register];
        while (range >= 0 && rangeEnd[range] < point) {
            range = rangeNext[range];
        }
        rangeHead[register] = range;
        int found = range < 0 ? NEVER : Math.max(point, rangeStart[range]);
        if ((anyCall >> register & 1) == 0) {
            return found;
        }
        while (callCount > 0 && callAt[callCount - 1] < point) {
            callCount--;
        }
        for (int c = callCount - 1; c >= 0 && callAt[c] < found; c--) {
            if ((callMask[c] >> register & 1) != 0) {
                return callAt[c];
            }
        }
        return found;
    }
}
