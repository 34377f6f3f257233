package dev.kiln.ir;

import java.util.ArrayList;
import java.util.List;

/** A function: its shape, attributes and blocks, the first of which is the entry. Mutable; used by one thread at a time. */
public final class Function {
    private final Module module;
    private final String name;
    private final Signature signature;
    private final List<Block> blocks = new ArrayList<>();
    private Linkage linkage = Linkage.LOCAL;
    private Section section;
    private boolean fast;
    private boolean noinline;
    private boolean cold;
    private boolean returnsTwice;
    private boolean stackCheck;
    private int textPosition;
    private int location;
    private int values;
    private int blockIds;

    Function(Module module, String name, Signature signature) {
        this.module = module;
        this.name = name;
        this.signature = signature;
    }

    /** The module it belongs to. */
    public Module module() {
        return module;
    }

    /** The name without {@code @}. */
    public String name() {
        return name;
    }

    /** What it takes and gives. */
    public Signature signature() {
        return signature;
    }

    /** The blocks in order; the first is the entry, whose parameters are the function's. Passes may reorder the list. */
    public List<Block> blocks() {
        return blocks;
    }

    /** The first block, whose parameters are those of the function. */
    public Block entry() {
        return blocks.getFirst();
    }

    /** The function's parameters. */
    public List<BlockParam> params() {
        return entry().params();
    }

    /** Makes a block and appends it. The entry block's parameters must be added to match the signature. */
    public Block addBlock(String name) {
        Block block = new Block(this, blockIds++, name);
        blocks.add(block);
        return block;
    }

    /** One more than the largest value id. */
    public int valueCount() {
        return values;
    }

    /** One more than the largest block id. */
    public int blockCount() {
        return blockIds;
    }

    int newValueId() {
        return values++;
    }

    /** Who can refer to it. */
    public Linkage linkage() {
        return linkage;
    }

    /** Sets {@link #linkage()}. */
    public void setLinkage(Linkage linkage) {
        this.linkage = linkage;
    }

    /** The section asked for, or {@code null} for the usual one. */
    public Section section() {
        return section;
    }

    /** Sets {@link #section()}. */
    public void setSection(Section section) {
        this.section = section;
    }

    /** Whether contraction, reassociation and flush-to-zero are allowed in it. */
    public boolean isFast() {
        return fast;
    }

    /** Sets {@link #isFast()}. */
    public void setFast(boolean fast) {
        this.fast = fast;
    }

    /** Whether it is never inlined ({@code noinline} in text). */
    public boolean isNoinline() {
        return noinline;
    }

    /** Sets {@link #isNoinline()}. */
    public void setNoinline(boolean noinline) {
        this.noinline = noinline;
    }

    /** Whether it is seldom run, so that size matters more than speed ({@code cold} in text). */
    public boolean isCold() {
        return cold;
    }

    /** Sets {@link #isCold()}. */
    public void setCold(boolean cold) {
        this.cold = cold;
    }

    /** Whether it calls functions that, like {@code setjmp}, return twice. */
    public boolean isReturnsTwice() {
        return returnsTwice;
    }

    /** Sets {@link #isReturnsTwice()}. */
    public void setReturnsTwice(boolean returnsTwice) {
        this.returnsTwice = returnsTwice;
    }

    /** Whether its entry checks the stack limit. */
    public boolean isStackCheck() {
        return stackCheck;
    }

    /** Sets {@link #isStackCheck()}. */
    public void setStackCheck(boolean stackCheck) {
        this.stackCheck = stackCheck;
    }

    /** Where its head stands in the text, as {@link Instruction#textPosition()}. */
    public int textPosition() {
        return textPosition;
    }

    /** Sets {@link #textPosition()}. */
    public void setTextPosition(int textPosition) {
        this.textPosition = textPosition;
    }

    /** Its stated source position, as {@link Instruction#location()}. */
    public int location() {
        return location;
    }

    /** Sets {@link #location()}. */
    public void setLocation(int location) {
        this.location = location;
    }

    @Override
    public String toString() {
        return "@" + name;
    }
}
