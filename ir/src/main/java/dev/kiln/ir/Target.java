package dev.kiln.ir;

/** Where a terminator goes: a block and the values for its parameters. */
public final class Target {
    private static final Value[] NONE = {};

    private Block block;
    private Value[] args;

    /** A way to a block with what its parameters get. */
    public Target(Block block, Value... args) {
        this.block = block;
        this.args = args.length == 0 ? NONE : args;
    }

    /** The block to go to. */
    public Block block() {
        return block;
    }

    /** Leads elsewhere; the arguments stay and must fit the new block. */
    public void setBlock(Block block) {
        this.block = block;
    }

    /** The block arguments themselves, not a copy; assigned to the parameters in parallel. */
    public Value[] args() {
        return args;
    }

    /** Replaces what the parameters of the block get. */
    public void setArgs(Value... args) {
        this.args = args;
    }
}
