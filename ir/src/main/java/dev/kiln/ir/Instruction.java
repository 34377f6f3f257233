package dev.kiln.ir;

/**
 * One operation in a block. Instructions of a block form a doubly linked list, so inserting and removing cost O(1).
 *
 * <p>What an operation carries beyond its operands stands in {@link #targets()}, in {@link #extra()} (a {@link CallSite} for
 * calls, case values of a switch, a {@link FrameState} for guards, a lane list for shuffles, a {@link MemoryOrder}, a name for
 * {@code trap} and {@code var}) and, for small literals, in {@link #immediate()} and {@link #immediate2()}.
 */
public final class Instruction extends Value {
    private static final Value[] NO_ARGS = {};
    private static final Target[] NO_TARGETS = {};

    private final int id;
    private Op op;
    private Value[] args;
    private Target[] targets = NO_TARGETS;
    private Object extra;
    private long immediate;
    private long immediate2;
    private boolean isVolatile;
    private String name;
    private int textPosition;
    private int location;

    Block block;
    Instruction previous;
    Instruction next;

    Instruction(int id, Op op, Type type, Value[] args) {
        super(type);
        this.id = id;
        this.op = op;
        this.args = args == null ? NO_ARGS : args;
    }

    @Override
    public int id() {
        return id;
    }

    /** What it does. */
    public Op op() {
        return op;
    }

    /** Turns it into another operation of the same result type on the same operands. */
    public void setOp(Op op) {
        this.op = op;
    }

    /** The number of its operands, callee of a call included, targets not. */
    public int argCount() {
        return args.length;
    }

    /** Operand {@code index}, counted from 0. */
    public Value arg(int index) {
        return args[index];
    }

    /** Replaces one operand. */
    public void setArg(int index, Value value) {
        args[index] = value;
    }

    /** The operands themselves, not a copy. For a call: the callee first, then the arguments. */
    public Value[] args() {
        return args;
    }

    /** Replaces all operands. */
    public void setArgs(Value... args) {
        this.args = args;
    }

    /** The jump targets: one for {@code jump}, then and else for {@code br}, default and then the cases for {@code switch}. */
    public Target[] targets() {
        return targets;
    }

    /** Replaces the blocks it may go to, with what it passes them. */
    public void setTargets(Target... targets) {
        this.targets = targets;
    }

    /** The case values of a {@code switch}, sign-extended: {@code cases()[i]} goes to {@code targets()[i + 1]}. */
    public long[] cases() {
        return (long[]) extra;
    }

    /** What a {@code call} or {@code tail call} carries. */
    public CallSite callSite() {
        return (CallSite) extra;
    }

    /** The frame state of a {@code guard} or call; {@code null} when it has none. */
    public FrameState frameState() {
        return op == Op.GUARD ? (FrameState) extra : op == Op.CALL ? callSite().state() : null;
    }

    /** The lanes picked by a {@code shuffle}. */
    public int[] lanes() {
        return (int[]) extra;
    }

    /** The name of a {@code trap}, or of the source variable of a {@code var}. */
    public String text() {
        return (String) extra;
    }

    /** The order of an atomic operation or a fence. */
    public MemoryOrder order() {
        return (MemoryOrder) extra;
    }

    /**
     * What the operation needs besides operands, numbers and targets, or {@code null}: the object that {@link #cases}, {@link #lanes},
     * {@link #callSite}, {@link #frameState}, {@link #text} or {@link #order} gives.
     */
    public Object extra() {
        return extra;
    }

    /** Sets {@link #extra()}; the kind of object must be the operation's. */
    public void setExtra(Object extra) {
        this.extra = extra;
    }

    /**
     * {@code index}: the scale; {@code alloca}: the alignment in bytes; {@code extract}, {@code insert}: the lane; loads and
     * stores: the stated alignment in bytes, 0 when none is stated.
     */
    public long immediate() {
        return immediate;
    }

    /** Sets {@link #immediate()}. */
    public void setImmediate(long immediate) {
        this.immediate = immediate;
    }

    /** {@code index}: the displacement in bytes. */
    public long immediate2() {
        return immediate2;
    }

    /** Sets {@link #immediate2()}. */
    public void setImmediate2(long immediate2) {
        this.immediate2 = immediate2;
    }

    /** Whether the access is kept exactly as written. */
    public boolean isVolatile() {
        return isVolatile;
    }

    /** Sets {@link #isVolatile()}. */
    public void setVolatile(boolean isVolatile) {
        this.isVolatile = isVolatile;
    }

    /** The name of the result in text without {@code %}, or {@code null}. */
    public String name() {
        return name;
    }

    /** Sets {@link #name()}. */
    public void setName(String name) {
        this.name = name;
    }

    /** Where it stands in the text the module was read from: line × 1024 + column (at most 1023); 0 when it was not read. */
    public int textPosition() {
        return textPosition;
    }

    /** Sets {@link #textPosition()}. */
    public void setTextPosition(int textPosition) {
        this.textPosition = textPosition;
    }

    /** Its stated source position ({@code !loc}): an index into {@link Module#locations()}; 0 when none is stated. */
    public int location() {
        return location;
    }

    /** Sets {@link #location()}. */
    public void setLocation(int location) {
        this.location = location;
    }

    /** Its source position as a number for {@link Module#positionOf}: the stated one, or else its place in the text. */
    public int positionNumber() {
        return location != 0 ? location : -textPosition;
    }

    /** The block it is in, or {@code null} when it was removed. */
    public Block block() {
        return block;
    }

    /** The instruction after it in its block, or {@code null}. */
    public Instruction next() {
        return next;
    }

    /** The instruction before it in its block, or {@code null}. */
    public Instruction previous() {
        return previous;
    }

    /** Whether it must be kept even when nobody uses its result. */
    public boolean hasEffect() {
        return isVolatile || op.hasEffect();
    }

    /** Packs a text position. */
    public static int packPosition(int line, int column) {
        return Math.min(line, (1 << 21) - 1) << 10 | Math.min(column, 1023);
    }
}
