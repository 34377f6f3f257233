package dev.kiln.asm;

/** A number in the instruction. Typed methods take a {@code long} in its place, the dynamic ones either. */
public record Immediate(long value) implements Operand {
    @Override
    public String kind() {
        return "imm";
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
