package dev.kiln.asm;

/** A place in the code of one {@link Assembler}, made by {@link Assembler#label} and bound once by {@link Assembler#bind(Label)}. */
public final class Label implements Operand {
    final CodeBuffer owner;
    final int id;
    private final int resets;

    Label(CodeBuffer owner, int id) {
        this.owner = owner;
        this.id = id;
        resets = owner.resets;
    }

    /** Whether this was made for the code that a buffer holds now. */
    boolean isOf(CodeBuffer code) {
        return owner == code && resets == code.resets;
    }

    /** Why a label, which may be {@code null}, cannot stand in a buffer's code. */
    static AssemblerException foreign(Label label, CodeBuffer code) {
        return new AssemblerException(
                label == null
                        ? "the label is null"
                        : label.owner == code
                                ? "label " + label.id
                                        + " belongs to code that was forgotten by reset(); make it again by label()"
                                : label + " belongs to other code; each assembler makes its own by label()");
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
