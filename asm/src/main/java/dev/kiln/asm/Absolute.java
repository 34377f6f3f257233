package dev.kiln.asm;

import java.util.Objects;

/**
 * Memory at an absolute address of 64 bits, which stands in the instruction: {@code mov} between there and AL, AX, EAX or RAX, and nothing else (SDM vol. 2,
 * MOV, {@code moffs}). Addresses of 32 bits, sign-extended, are {@link X86#ptr(long)}, for all instructions. Made by {@link X86#absolute(long)} and
 * {@link X86#absolute(Symbol)}.
 *
 * @param address any 64 bits; 0 where a symbol stands
 * @param symbol what is there, with a relocation of kind ABS64; or {@code null}
 */
public record Absolute(long address, Symbol symbol) implements Operand {
    public Absolute {
        if (symbol != null && (address != 0 || symbol.relocation() != RelocationKind.ABS64))
            throw new AssemblerException("the absolute address of " + symbol.name()
                    + " is 0 with a relocation of kind ABS64, not " + address + " with " + symbol.relocation());
    }

    Absolute(long address) {
        this(address, null);
    }

    /** At a symbol; what is called through a stub is read where it is. */
    static Absolute of(Symbol symbol) {
        Objects.requireNonNull(symbol);
        boolean called = symbol.relocation() == RelocationKind.PLT32;
        return new Absolute(0, called ? new Symbol(symbol.name(), RelocationKind.ABS64, symbol.addend()) : symbol);
    }

    @Override
    public String kind() {
        return "moffs";
    }

    /** As NASM writes it. */
    @Override
    public String toString() {
        return "[qword " + (symbol == null ? "0x" + Long.toHexString(address) : symbol.name()) + "]";
    }
}
