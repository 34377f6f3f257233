package dev.kiln.compiler.machine;

/**
 * The operands of machine instructions, each an int: four bits of tag, 28 bits of payload. A memory operand takes four ints: a
 * {@link #MEMORY} head with scale and segment, then base, index and displacement.
 *
 * <pre>
 *   tag        payload
 *   NONE       –                                    no base, no index
 *   VREG       number                               virtual register, see MachineFunction.vregClass
 *   REG        number in dev.kiln.asm.Registers     physical register
 *   SLOT       number                               stack slot; as a memory base only
 *   SMALL      28-bit signed value                  immediate
 *   LARGE      index into MachineFunction.literal   immediate
 *   BLOCK      block number                         jump target
 *   SYMBOL     index into MachineFunction.symbol…   call target, memory base, or immediate, with its relocation and addend
 *   CONSTANT   index into MachineFunction.constant… constant pool entry; as a memory base only
 *   TABLE      index into MachineFunction.table     jump table; as a memory base only
 *   MEMORY     scale (log 2) and segment            head of a memory operand
 * </pre>
 */
public final class Operand {
    public static final int NONE = 0, VREG = 1, REG = 2, SLOT = 3, SMALL = 4, LARGE = 5;
    public static final int BLOCK = 6, SYMBOL = 7, CONSTANT = 8, TABLE = 9, MEMORY = 10;

    /** The ints that a memory operand takes. */
    public static final int MEMORY_INTS = 4;

    /**
     * A memory operand with base {@link #SLOT} has a displacement within the slot or at most so many bytes outside: frames leave that much
     * of the reach of displacements.
     */
    public static final int SLOT_REACH = 1 << 20;

    private static final int TAG_SHIFT = 28;
    private static final int PAYLOAD = (1 << TAG_SHIFT) - 1;

    private Operand() {}

    public static int tag(int operand) {
        return operand >>> TAG_SHIFT;
    }

    /** The unsigned payload. */
    public static int payload(int operand) {
        return operand & PAYLOAD;
    }

    public static int make(int tag, int payload) {
        return tag << TAG_SHIFT | payload & PAYLOAD;
    }

    public static int vreg(int number) {
        return make(VREG, number);
    }

    public static int reg(int register) {
        return make(REG, register);
    }

    public static int slot(int number) {
        return make(SLOT, number);
    }

    public static int block(int number) {
        return make(BLOCK, number);
    }

    /** Whether an immediate fits {@link #SMALL}. */
    public static boolean fitsSmall(long value) {
        return value << 36 >> 36 == value;
    }

    public static int small(int value) {
        return make(SMALL, value);
    }

    /** The value of a {@link #SMALL} operand. */
    public static int smallValue(int operand) {
        return operand << 4 >> 4;
    }

    public static boolean isVreg(int operand) {
        return tag(operand) == VREG;
    }

    public static boolean isReg(int operand) {
        return tag(operand) == REG;
    }

    /**
     * The head of a memory operand.
     *
     * @param scale 1, 2, 4 or 8
     * @param segment {@code Registers.FS}, {@code GS} or {@code NONE}
     */
    public static int memoryHead(int scale, int segment) {
        return make(MEMORY, Integer.numberOfTrailingZeros(scale) | segment + 1 << 4);
    }

    /** The scale told by a head: 1, 2, 4 or 8. */
    public static int scale(int head) {
        return 1 << (head & 3);
    }

    /** The segment told by a head, or {@code Registers.NONE}. */
    public static int segment(int head) {
        return (payload(head) >> 4) - 1;
    }
}
