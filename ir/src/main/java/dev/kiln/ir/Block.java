package dev.kiln.ir;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A basic block: parameters, then instructions, the last of which is its only terminator. */
public final class Block {
    private final Function function;
    private final int id;
    private final List<BlockParam> params = new ArrayList<>(0);
    private String name;
    private int textPosition;
    private Instruction first;
    private Instruction last;

    Block(Function function, int id, String name) {
        this.function = function;
        this.id = id;
        this.name = name;
    }

    /** The function it belongs to. */
    public Function function() {
        return function;
    }

    /** The dense number among the blocks ever made in the function ({@link Function#blockCount()} bounds it). */
    public int id() {
        return id;
    }

    /** The name in text. */
    public String name() {
        return name;
    }

    /** Sets {@link #name()}. */
    public void setName(String name) {
        this.name = name;
    }

    /** Where its label stands in the text, as {@link Instruction#textPosition()}. */
    public int textPosition() {
        return textPosition;
    }

    /** Sets {@link #textPosition()}. */
    public void setTextPosition(int textPosition) {
        this.textPosition = textPosition;
    }

    /** Its parameters in order: what a predecessor passes with its jump. */
    public List<BlockParam> params() {
        return Collections.unmodifiableList(params);
    }

    /** Parameter {@code index}, counted from 0. */
    public BlockParam param(int index) {
        return params.get(index);
    }

    /** The number of its parameters. */
    public int paramCount() {
        return params.size();
    }

    /** Adds a parameter at the end. */
    public BlockParam addParam(Type type, String name) {
        BlockParam param = new BlockParam(this, params.size(), function.newValueId(), type, name);
        params.add(param);
        return param;
    }

    /** The first instruction, or {@code null}. */
    public Instruction first() {
        return first;
    }

    /** The last instruction, or {@code null}. */
    public Instruction last() {
        return last;
    }

    /** The terminator, or {@code null} while the block is unfinished. */
    public Instruction terminator() {
        return last != null && last.op().isTerminator() ? last : null;
    }

    /** Makes an instruction and appends it. */
    public Instruction append(Op op, Type type, Value... args) {
        Instruction made = new Instruction(function.newValueId(), op, type, args);
        insertBefore(made, null);
        return made;
    }

    /** Makes an instruction and puts it before another one of this block. */
    public Instruction insert(Instruction before, Op op, Type type, Value... args) {
        Instruction made = new Instruction(function.newValueId(), op, type, args);
        insertBefore(made, before);
        return made;
    }

    /** Puts an instruction that is in no block before another one of this block; at the end when that is {@code null}. */
    public void insertBefore(Instruction instruction, Instruction before) {
        Instruction after = before == null ? last : before.previous;
        instruction.block = this;
        instruction.previous = after;
        instruction.next = before;
        if (after == null) {
            first = instruction;
        } else {
            after.next = instruction;
        }
        if (before == null) {
            last = instruction;
        } else {
            before.previous = instruction;
        }
    }

    /** Takes an instruction out of this block. */
    public void remove(Instruction instruction) {
        if (instruction.previous == null) {
            first = instruction.next;
        } else {
            instruction.previous.next = instruction.next;
        }
        if (instruction.next == null) {
            last = instruction.previous;
        } else {
            instruction.next.previous = instruction.previous;
        }
        instruction.block = null;
        instruction.previous = null;
        instruction.next = null;
    }

    @Override
    public String toString() {
        return name != null ? name : "block" + id;
    }
}
