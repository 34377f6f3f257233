package dev.kiln.asm;

/**
 * The operands of one instruction, to be filled and handed to {@link InstructionSink#emit}: a reusable buffer, so that emitting by
 * form id allocates nothing. Operands stand in Intel order. At most one of them is in memory, at most one is a symbol, at most two
 * are immediates.
 *
 * <p>Filling fails only where there is no room for what is given: more than {@link #MAX} operands, no symbol or relocation, a mask that is no mask
 * register. All else is checked by the sink.
 */
public final class Operands {
    /** The most operands an instruction form has. */
    public static final int MAX = 5;

    /** Kinds of operands. {@link #LABEL} and {@link #SYMBOL} are jump and call targets. */
    public static final byte REGISTER = 1, MEMORY = 2, IMMEDIATE = 3, LABEL = 4, SYMBOL = 5;

    int count;
    final byte[] kinds = new byte[MAX];
    /** Register number, label, or for immediates 0 or 1: which of the two. */
    final int[] values = new int[MAX];

    long immediate0;
    long immediate1;
    int immediates;

    int base;
    int index;
    int scale;
    int displacement;
    int segment = Registers.NONE;
    int addressBits = 64;
    int memoryLabel;

    /** Mask, zeroing, broadcast and rounding as {@link Encoder} takes them. */
    int decorations;

    String symbol;
    RelocationKind relocation;
    long addend;
    boolean symbolInMemory;

    /** An empty buffer. */
    public Operands() {}

    /** Empties the buffer. */
    public Operands clear() {
        count = 0;
        immediates = 0;
        decorations = 0;
        symbol = null;
        segment = Registers.NONE;
        addressBits = 64;
        return this;
    }

    /** Adds a register by its number in {@link Registers}. */
    public Operands register(int register) {
        if (count == MAX) throw tooMany();
        kinds[count] = REGISTER;
        values[count++] = register;
        return this;
    }

    /** Adds an immediate. */
    public Operands immediate(long value) {
        if (count == MAX) throw tooMany();
        kinds[count] = IMMEDIATE;
        values[count++] = immediates;
        if (immediates++ == 0) {
            immediate0 = value;
        } else {
            immediate1 = value;
        }
        return this;
    }

    /**
     * Adds memory at base + index × scale + displacement.
     *
     * @param base a general register or {@link Registers#NONE}
     * @param index a general register other than RSP, a vector register for VSIB forms, or {@link Registers#NONE}
     * @param scale 1, 2, 4 or 8
     * @param displacement in bytes
     */
    public Operands memory(int base, int index, int scale, int displacement) {
        if (count == MAX) throw tooMany();
        kinds[count++] = MEMORY;
        this.base = base;
        this.index = index;
        this.scale = scale;
        this.displacement = displacement;
        segment = Registers.NONE;
        addressBits = 64;
        memoryLabel = -1;
        return this;
    }

    /** Adds memory at a label of the same code, addressed relative to the instruction pointer. */
    public Operands memoryAtLabel(int label, int displacement) {
        memory(Registers.RIP, Registers.NONE, 1, displacement);
        memoryLabel = label;
        return this;
    }

    /** Adds memory at a symbol (or its GOT cell), addressed relative to the instruction pointer as the relocation says. */
    public Operands memoryAtSymbol(String symbol, RelocationKind relocation, long addend) {
        checkSymbol(symbol, relocation);
        memory(Registers.RIP, Registers.NONE, 1, 0);
        this.symbol = symbol;
        this.relocation = relocation;
        this.addend = addend;
        symbolInMemory = true;
        return this;
    }

    /** Adds a symbol to the address of the memory operand, in place of a displacement. */
    Operands symbolAtMemory(String symbol, RelocationKind relocation, long addend) {
        if (base == Registers.NONE && index == Registers.NONE) base = Registers.RIP;
        displacement = 0;
        this.symbol = symbol;
        this.relocation = relocation;
        this.addend = addend;
        symbolInMemory = true;
        return this;
    }

    /** Puts a segment override on the memory operand or absolute address: {@link Registers#FS} or {@link Registers#GS}. */
    public Operands segment(int segment) {
        this.segment = segment;
        return this;
    }

    /** Has the memory operand's address computed in 32 bits, from the lower halves of base and index (prefix 67). */
    public Operands address32() {
        addressBits = 32;
        return this;
    }

    /** Has the destination written only where a mask register, K1 to K7, has bits; K0 stands for no mask. */
    public Operands mask(int register) {
        if (register < Registers.MASK || register > Registers.MASK + 7)
            throw new AssemblerException("a mask is one of K0 to K7, not " + RegisterNames.name(register, 64));
        decorations = decorations & ~Encoder.MASK | (register - Registers.MASK & 7) << Encoder.MASK_SHIFT;
        return this;
    }

    /** Has the destination's other elements zeroed in place of kept. */
    public Operands zeroing() {
        decorations |= Encoder.ZEROING;
        return this;
    }

    /** Has one element of memory serve as all. */
    public Operands broadcast() {
        decorations |= Encoder.BROADCAST;
        return this;
    }

    /** Says how results are rounded, or with {@link Rounding#SAE} only that exceptions are not raised. */
    public Operands rounding(Rounding rounding) {
        decorations |= rounding.bits();
        return this;
    }

    /** Adds a label of the same code as a jump or call target. */
    public Operands label(int label) {
        if (count == MAX) throw tooMany();
        kinds[count] = LABEL;
        values[count++] = label;
        return this;
    }

    /** Adds a symbol as a jump or call target (relocation PC32 or PLT32), or as an immediate (ABS32, ABS64, TPOFF32, DTPOFF64). */
    public Operands symbol(String symbol, RelocationKind relocation, long addend) {
        if (count == MAX) throw tooMany();
        checkSymbol(symbol, relocation);
        kinds[count++] = SYMBOL;
        this.symbol = symbol;
        this.relocation = relocation;
        this.addend = addend;
        symbolInMemory = false;
        return this;
    }

    private static AssemblerException tooMany() {
        return new AssemblerException("an instruction has at most " + MAX + " operands; clear() before the next one");
    }

    private static void checkSymbol(String symbol, RelocationKind relocation) {
        if (symbol == null || relocation == null)
            throw new AssemblerException("a symbol has a name and a relocation, not " + symbol + " and " + relocation);
    }

    /** Whether one of R16 to R31, which are APX's, is among the operands or in their address. */
    boolean needsApx() {
        for (int i = 0; i < count; i++) {
            if (kinds[i] == REGISTER && isExtended(values[i])) return true;
            if (kinds[i] == MEMORY && (isExtended(base) || isExtended(index))) return true;
        }
        return false;
    }

    /** Whether no VEX prefix can say this: vector registers from 16 on, R16 to R31, masks, broadcast, rounding. */
    boolean needsEvex() {
        if (decorations != 0 || rounding() != null || isBroadcast() || needsApx()) return true;
        for (int i = 0; i < count; i++) {
            if (kinds[i] == REGISTER && isBeyondVex(values[i])) return true;
            if (kinds[i] == MEMORY && isBeyondVex(index)) return true;
        }
        return false;
    }

    private static boolean isBeyondVex(int register) {
        return Registers.isVector(register) && register >= Registers.VECTOR + 16;
    }

    static boolean isExtended(int register) {
        return register >= Registers.GENERAL + 16 && register < Registers.VECTOR;
    }

    /** The number of operands. */
    public int count() {
        return count;
    }

    /** The kind of operand {@code i}: {@link #REGISTER} … {@link #SYMBOL}. */
    public int kind(int i) {
        return kinds[i];
    }

    /** The register number of register operand {@code i}, or the label of label operand {@code i}. */
    public int value(int i) {
        return values[i];
    }

    /** The value of immediate operand {@code i}. */
    public long immediateAt(int i) {
        return values[i] == 0 ? immediate0 : immediate1;
    }

    /** The base register's number, or {@link Registers#NONE}. */
    public int base() {
        return base;
    }

    /** The index register's number, or {@link Registers#NONE}. */
    public int index() {
        return index;
    }

    /** What the index is multiplied by: 1, 2, 4 or 8. */
    public int scale() {
        return scale;
    }

    /** The displacement in bytes. */
    public int displacement() {
        return displacement;
    }

    /** The segment override, or {@link Registers#NONE}. */
    public int segment() {
        return segment;
    }

    /** The width in bits in which the address of memory is computed, 32 or 64. */
    public int addressBits() {
        return addressBits;
    }

    /** The write mask's register, or {@link Registers#NONE}. */
    public int mask() {
        int mask = (decorations & Encoder.MASK) >> Encoder.MASK_SHIFT;
        return mask == 0 ? Registers.NONE : Registers.MASK + mask;
    }

    /** Whether masked-out elements become zero ({@code {z}}). */
    public boolean isZeroing() {
        return (decorations & Encoder.ZEROING) != 0;
    }

    /** Whether one element of memory stands for all ({@code {1toN}}). */
    public boolean isBroadcast() {
        return (decorations & Encoder.BROADCAST) != 0;
    }

    /** The rounding mode asked for, or {@code null}. */
    public Rounding rounding() {
        return Rounding.of(decorations);
    }

    /** The label that the memory operand refers to, or −1. */
    public int memoryLabel() {
        return memoryLabel;
    }

    /** The symbol that the memory operand, target or immediate refers to, or {@code null}. */
    public String symbol() {
        return symbol;
    }

    /** Whether {@link #symbol()} belongs to the memory operand. */
    public boolean symbolInMemory() {
        return symbolInMemory;
    }

    /** How the field depends on the symbol. */
    public RelocationKind relocation() {
        return relocation;
    }

    /** What is added to the symbol's address, as written in the program (not adjusted to the field's place). */
    public long addend() {
        return addend;
    }
}
