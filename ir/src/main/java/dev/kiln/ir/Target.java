package dev.kiln.ir;

/** Where a terminator goes: a block and the values for its parameters. */
public final class Target {
    private static final Value[] NONE = {};

    private Block block;
    private Value[] args;

    public Target(Block block, Value... args) {
        this.block = block;
        this.args = args.length == 0 ? NONE : args;
    }

    public Block block() {
        return block;
    }

    public void setBlock(Block block) {
        this.block = block;
    }

    /** The block arguments themselves, not a copy; assigned to the parameters in parallel. */
    public Value[] args() {
        return args;
    }

    public void setArgs(Value... args) {
        this.args = args;
    }
}
