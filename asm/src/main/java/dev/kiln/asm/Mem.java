package dev.kiln.asm;

/**
 * An operand in memory: an address, and a size when it was given one. Made by {@link X86#ptr(Reg64)} and its siblings; checked there. Immutable, so that it
 * can be kept and used again.
 */
public final class Mem implements Operand {
    /** In bits, 0 when the other operands decide. */
    final int size;

    final int base;
    final int index;
    final int scale;
    final int displacement;
    /** The segment prefix byte, or 0. */
    final int segmentPrefix;

    final int segment;
    final Label label;
    final Symbol symbol;
    /** Broadcast and write mask, as the encoder takes them. */
    final int decorations;
    /** The width in bits of the element that is broadcast, 0 when that is what the instruction says. */
    final int element;
    /** Whether base, index and displacement say all. */
    final boolean plain;

    private Mem(int size, int base, int index, int scale, int displacement, int segment, Label label, Symbol symbol) {
        this(size, base, index, scale, displacement, segment, label, symbol, 0, 0);
    }

    private Mem(
            int size,
            int base,
            int index,
            int scale,
            int displacement,
            int segment,
            Label label,
            Symbol symbol,
            int decorations,
            int element) {
        this.decorations = decorations;
        this.element = element;
        this.size = size;
        this.base = base;
        this.index = index;
        this.scale = scale;
        this.displacement = displacement;
        this.segment = segment;
        this.label = label;
        this.symbol = symbol;
        segmentPrefix = segment == Registers.NONE ? 0 : CodeBuffer.segmentPrefix(segment);
        plain = base != Registers.RIP && symbol == null && segment == Registers.NONE && decorations == 0;
    }

    /** Memory at base + index × scale + displacement. */
    static Mem of(int size, int base, int index, int scale, long displacement) {
        if (displacement != (int) displacement)
            throw new AssemblerException("displacement " + displacement + " does not fit 32 bits, sign-extended");
        CodeBuffer.checkAddress(base, index, scale, false);
        return new Mem(size, base, index, scale, (int) displacement, Registers.NONE, null, null);
    }

    /** Memory at a label, relative to the instruction pointer. */
    static Mem at(int size, Label label, int displacement) {
        return new Mem(size, Registers.RIP, Registers.NONE, 1, displacement, Registers.NONE, label, null);
    }

    /** Memory at a symbol, as its relocation says; what is called through a stub is read where it is. */
    static Mem at(int size, Symbol symbol) {
        Symbol place = symbol.relocation() == RelocationKind.PLT32
                ? new Symbol(symbol.name(), RelocationKind.PC32, symbol.addend())
                : symbol;
        return new Mem(size, Registers.RIP, Registers.NONE, 1, 0, Registers.NONE, null, place);
    }

    /** The same address with a size in bits. */
    Mem sized(int bits) {
        return new Mem(bits, base, index, scale, displacement, segment, label, symbol, decorations, element);
    }

    /** The same address in a segment; in 64-bit mode only FS and GS make a difference. */
    public Mem in(SegmentRegister register) {
        return new Mem(size, base, index, scale, displacement, register.number(), label, symbol, decorations, element);
    }

    /** Memory whose one element serves as all; the instruction, or the size given, says how wide it is. */
    public Mem broadcast() {
        return new Mem(
                0, base, index, scale, displacement, segment, label, symbol, decorations | Encoder.BROADCAST, size);
    }

    /**
     * Memory whose one element, of the size given, serves as {@code count} elements, for instructions whose registers do not say how
     * many: {@code vcvtpd2ps(XMM1, qword(RAX).broadcast(4))}.
     */
    public Mem broadcast(int count) {
        if (size == 0) throw new AssemblerException("the size of the element to broadcast is not known; say qword(…)");
        return new Mem(
                size * count,
                base,
                index,
                scale,
                displacement,
                segment,
                label,
                symbol,
                decorations | Encoder.BROADCAST,
                size);
    }

    /** This memory as a destination that is written only where the mask, K1 to K7, has bits. */
    public Mem masked(Mask mask) {
        return new Mem(
                size,
                base,
                index,
                scale,
                displacement,
                segment,
                label,
                symbol,
                decorations & ~Encoder.MASK | mask.asWriteMask(),
                element);
    }

    boolean isBroadcast() {
        return (decorations & Encoder.BROADCAST) != 0;
    }

    /** The same memory, {@code offset} bytes on. */
    public Mem plus(int offset) {
        if (symbol != null)
            return new Mem(size, base, index, scale, 0, segment, null, symbol.plus(offset), decorations, element);
        return new Mem(
                size,
                base,
                index,
                scale,
                Math.addExact(displacement, offset),
                segment,
                label,
                null,
                decorations,
                element);
    }

    /** The size in bits, 0 when the other operands decide. */
    public int size() {
        return size;
    }

    /** Fills an operand buffer. */
    void addTo(Operands operands) {
        if (symbol != null) operands.memoryAtSymbol(symbol.name(), symbol.relocation(), symbol.addend());
        else if (label != null) operands.memoryAtLabel(label.id, displacement);
        else operands.memory(base, index, scale, displacement);
        operands.segment(segment);
        operands.decorations |= decorations;
    }

    @Override
    public String kind() {
        return isBroadcast() ? "broadcast m" : size == 0 ? "m" : "m" + size;
    }

    @Override
    public String toString() {
        Operands operands = new Operands();
        addTo(operands);
        String text = Mismatch.address(operands);
        if (isBroadcast()) text += element == 0 || size == 0 ? "{broadcast}" : "{1to" + size / element + "}";
        return text + RegisterNames.decorations(decorations);
    }
}
