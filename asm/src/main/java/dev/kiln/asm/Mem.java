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
    /** The width of the vector register that is the index, else 0. */
    final int indexBits;
    /** What goes in front of the instruction or into its EVEX prefix: segment prefix, decorations, {@link Form#ADDRESS32}, {@link Form#LONG} and {@link Form#DISP8}. */
    final int extra;

    final int segment;
    final Label label;
    final Symbol symbol;
    /** The width in bits of the element that is broadcast, 0 when that is what the instruction says. */
    final int element;
    /** Whether base, index and displacement say all. */
    final boolean plain;

    private Mem(
            int size,
            int base,
            int index,
            int scale,
            int displacement,
            int indexBits,
            int extra,
            int segment,
            Label label,
            Symbol symbol,
            int element) {
        this.size = size;
        this.base = base;
        this.index = index;
        this.scale = scale;
        this.displacement = displacement;
        this.indexBits = indexBits;
        this.extra = extra;
        this.segment = segment;
        this.label = label;
        this.symbol = symbol;
        this.element = element;
        plain = base != Registers.RIP && symbol == null && extra == 0 && indexBits == 0;
    }

    /** Memory at base + index × scale + displacement. */
    static Mem of(int size, int base, int index, int scale, long displacement) {
        CodeBuffer.checkAddress(base, index, scale, false);
        return of(size, base, index, scale, displacement, 0, 0);
    }

    /** Memory whose address is computed in 32 bits. */
    static Mem of32(int size, int base, int index, int scale, long displacement) {
        CodeBuffer.checkAddress(base, index, scale, false);
        long signed = displacement == (displacement & 0xFFFF_FFFFL) ? (int) displacement : displacement;
        return of(size, base, index, scale, signed, 0, Form.ADDRESS32);
    }

    /** Memory at base + each element of a vector × scale + displacement. */
    static Mem ofVector(int base, int index, int bits, int decorations, int scale, long displacement) {
        if (decorations != 0)
            throw new AssemblerException(
                    "the index " + RegisterNames.name(index, bits) + " takes no mask; the destination does");
        CodeBuffer.checkAddress(base, index, scale, true);
        return of(0, base, index, scale, displacement, bits, 0);
    }

    private static Mem of(int size, int base, int index, int scale, long displacement, int indexBits, int extra) {
        if (displacement != (int) displacement)
            throw new AssemblerException("displacement " + displacement + " does not fit 32 bits, sign-extended");
        int offset = (int) displacement;
        return new Mem(size, base, index, scale, offset, indexBits, extra, Registers.NONE, null, null, 0);
    }

    /** Memory at a label, relative to the instruction pointer. */
    static Mem at(int size, Label label, int displacement) {
        return new Mem(size, Registers.RIP, Registers.NONE, 1, displacement, 0, 0, Registers.NONE, label, null, 0);
    }

    /** Memory at a symbol, as its relocation says; what is called through a stub is read where it is. */
    static Mem at(int size, Symbol symbol) {
        Symbol place = symbol.relocation() == RelocationKind.PLT32
                ? new Symbol(symbol.name(), RelocationKind.PC32, symbol.addend())
                : symbol;
        return new Mem(size, Registers.RIP, Registers.NONE, 1, 0, 0, 0, Registers.NONE, null, place, 0);
    }

    private Mem with(int size, int extra, int segment, int element) {
        return new Mem(size, base, index, scale, displacement, indexBits, extra, segment, label, symbol, element);
    }

    /** The same address with a size in bits. */
    Mem sized(int bits) {
        return with(bits, extra, segment, element);
    }

    /** The same address in a segment; in 64-bit mode only FS and GS make a difference. */
    public Mem in(SegmentRegister register) {
        int prefix = CodeBuffer.segmentPrefix(register.number());
        return with(size, extra & ~0xFF | prefix, register.number(), element);
    }

    /** The same address with a displacement of 32 bits, also where 8 bits or none would do: room for patching it. */
    public Mem long_() {
        return with(size, extra & ~Form.DISP8 | Form.LONG, segment, element);
    }

    /**
     * The same address with a displacement of 8 bits, also where none would do: room for patching it. An instruction whose 8 bits do not hold it
     * fails.
     */
    public Mem short_() {
        return with(size, extra & ~Form.LONG | Form.DISP8, segment, element);
    }

    /** Memory whose one element serves as all; the instruction, or the size given, says how wide it is. */
    public Mem broadcast() {
        return with(0, extra | Encoder.BROADCAST, segment, size);
    }

    /**
     * Memory whose one element, of the size given, serves as {@code count} elements, for instructions whose registers do not say how
     * many: {@code vcvtpd2ps(XMM1, qword(RAX).broadcast(4))}.
     */
    public Mem broadcast(int count) {
        if (size == 0) throw new AssemblerException("the size of the element to broadcast is not known; say qword(…)");
        if (count < 2 || count > 32 || Integer.bitCount(count) != 1)
            throw new AssemblerException("an element is broadcast to 2, 4, 8, 16 or 32, not to " + count);
        return with(size * count, extra | Encoder.BROADCAST, segment, size);
    }

    /** This memory as a destination that is written only where the mask, K1 to K7, has bits. */
    public Mem masked(Mask mask) {
        return with(size, extra & ~Encoder.MASK | mask.asWriteMask(), segment, element);
    }

    /**
     * Refuses memory that is said to have another width than a form takes. In here, so that the typed methods have no branch for it: what has
     * none is smaller, and quick to verify when it is loaded. One for each shape of operands, so that numbers are not boxed.
     *
     * @param bits the width that is taken
     * @throws AssemblerException of a mismatch, with the operands given
     */
    void check(int bits, String mnemonic, Object a) {
        if (size != bits && size != 0) throw DynamicForms.mismatch(mnemonic, a);
    }

    void check(int bits, String mnemonic, Object a, Object b) {
        if (size != bits && size != 0) throw DynamicForms.mismatch(mnemonic, a, b);
    }

    void check(int bits, String mnemonic, Object a, Object b, Object c) {
        if (size != bits && size != 0) throw DynamicForms.mismatch(mnemonic, a, b, c);
    }

    void check(int bits, String mnemonic, Object a, Object b, long c) {
        if (size != bits && size != 0) throw DynamicForms.mismatch(mnemonic, a, b, c);
    }

    void check(int bits, String mnemonic, long a, Object b, Object c) {
        if (size != bits && size != 0) throw DynamicForms.mismatch(mnemonic, a, b, c);
    }

    void check(int bits, String mnemonic, Object a, Object b, Object c, Object d) {
        if (size != bits && size != 0) throw DynamicForms.mismatch(mnemonic, a, b, c, d);
    }

    void check(int bits, String mnemonic, Object a, Object b, Object c, long d) {
        if (size != bits && size != 0) throw DynamicForms.mismatch(mnemonic, a, b, c, d);
    }

    void check(int bits, String mnemonic, Object a, Object b, Object c, Object d, long e) {
        if (size != bits && size != 0) throw DynamicForms.mismatch(mnemonic, a, b, c, d, e);
    }

    void check(int bits, String mnemonic, Object a, long b) {
        if (size != bits && size != 0) throw DynamicForms.mismatch(mnemonic, a, b);
    }

    boolean isBroadcast() {
        return (extra & Encoder.BROADCAST) != 0;
    }

    /** Broadcast and write mask, as the encoder takes them. */
    int decorations() {
        return extra & Encoder.DECORATIONS;
    }

    /** The width in bits in which the address is computed. */
    int addressBits() {
        return (extra & Form.ADDRESS32) != 0 ? 32 : 64;
    }

    /** The same memory, {@code offset} bytes on. */
    public Mem plus(int offset) {
        Symbol place = symbol == null ? null : symbol.plus(offset);
        long sum = symbol == null ? (long) displacement + offset : displacement;
        if (sum != (int) sum)
            throw new AssemblerException("displacement " + sum + " does not fit 32 bits, sign-extended");
        return new Mem(size, base, index, scale, (int) sum, indexBits, extra, segment, label, place, element);
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
        operands.addressBits = addressBits();
        operands.decorations |= decorations();
    }

    @Override
    public String kind() {
        String kind = isBroadcast() ? "broadcast m" : size == 0 ? "m" : "m" + size;
        return indexBits == 0 ? kind : kind + " by " + (indexBits == 128 ? "xmm" : indexBits == 256 ? "ymm" : "zmm");
    }

    @Override
    public String toString() {
        Operands operands = new Operands();
        addTo(operands);
        String text = Mismatch.address(operands, indexBits);
        if (isBroadcast()) text += element == 0 || size == 0 ? "{broadcast}" : "{1to" + size / element + "}";
        return text + RegisterNames.decorations(decorations());
    }
}
