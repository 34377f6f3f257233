package dev.kiln.asm;

/** A place in the code of one {@link Assembler}, made by {@link Assembler#label} and bound once by {@link Assembler#bind(Label)}. */
public final class Label implements Operand {
    final CodeBuffer owner;
    final int id;

    Label(CodeBuffer owner, int id) {
        this.owner = owner;
        this.id = id;
    }

    /** The label's number in its code, for {@link Code#labelOffset}. */
    public int id() {
        return id;
    }

    @Override
    public String kind() {
        return "label";
    }

    @Override
    public String toString() {
        return owner.describeLabel(id);
    }
}
