package dev.kiln.asm;

import java.util.Objects;

/**
 * Something outside of this code, known by name: a call or jump target, an immediate, or (in {@link X86#ptr(Symbol)}) an address in memory.
 *
 * @param relocation how the field depends on the symbol's address
 * @param addend added to the symbol's address, as written in a program; not adjusted to the field's place
 */
public record Symbol(String name, RelocationKind relocation, long addend) implements Operand {
    public Symbol {
        Objects.requireNonNull(name, "the name of a symbol");
        Objects.requireNonNull(relocation, "the relocation of a symbol");
    }

    @Override
    public String kind() {
        return "symbol";
    }

    /** The same symbol, {@code offset} bytes on. */
    public Symbol plus(long offset) {
        long sum = addend + offset;
        if (((addend ^ sum) & (offset ^ sum)) < 0)
            throw new AssemblerException("the addend of " + name + " does not fit 64 bits");
        return new Symbol(name, relocation, sum);
    }

    @Override
    public String toString() {
        return name;
    }
}
