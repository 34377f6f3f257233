package dev.kiln.ir;

/** A parameter of a block; those of the entry block are the function's parameters. */
public final class BlockParam extends Value {
    private final int id;
    private final Block block;
    private final int index;
    private String name;

    BlockParam(Block block, int index, int id, Type type, String name) {
        super(type);
        this.block = block;
        this.index = index;
        this.id = id;
        this.name = name;
    }

    @Override
    public int id() {
        return id;
    }

    /** The block it is a parameter of. */
    public Block block() {
        return block;
    }

    /** The position among the block's parameters. */
    public int index() {
        return index;
    }

    /** The name in text without {@code %}, or {@code null}. */
    public String name() {
        return name;
    }

    /** Sets {@link #name()}. */
    public void setName(String name) {
        this.name = name;
    }
}
