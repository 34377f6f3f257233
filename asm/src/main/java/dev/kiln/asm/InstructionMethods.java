package dev.kiln.asm;

import dev.kiln.asm.internal.Template;

/** What the typed instruction methods are built on: ranges, memory operands, jumps, prefixes, and the dynamic door. */
public abstract sealed class InstructionMethods extends CodeBuffer permits GeneralInstructions {
    InstructionMethods() {}

    /** Makes a label, to be bound once. */
    public final Label label() {
        return new Label(this, newLabel());
    }

    /** Makes a label with a name, which shows in messages and text. */
    public final Label label(String name) {
        Label label = label();
        nameLabel(label.id, name);
        return label;
    }

    /** Makes a label and binds it here. */
    public final Label here() {
        Label label = label();
        bind(label.id);
        return label;
    }

    /** Binds a label here. */
    public final void bind(Label label) {
        bind(own(label));
    }

    /** A label of a constant in the pool behind the code; see {@link #constant(int, long, long)}. */
    public final Label constant(double value) {
        return new Label(this, constant(8, Double.doubleToRawLongBits(value), 0));
    }

    /** A label of a constant in the pool behind the code. */
    public final Label constant(float value) {
        return new Label(this, constant(4, Float.floatToRawIntBits(value), 0));
    }

    /** A label of a constant in the pool behind the code. */
    public final Label constant(long value) {
        return new Label(this, constant(8, value, 0));
    }

    /** Embeds a 32-bit field: the distance of a label from another; an entry of a jump table. */
    public final void distance32(Label label, Label from) {
        distance32(own(label), own(from), 0);
    }

    /** Puts LOCK in front of the next instruction, which fails if it cannot be locked. */
    public final void lock() {
        prefixNext(Form.LOCK);
    }

    /** Puts REP (REPE) in front of the next instruction, which fails if it cannot be repeated. */
    public final void rep() {
        prefixNext(Form.REP);
    }

    /** Puts REPNE in front of the next instruction, which fails if it cannot be repeated so. */
    public final void repne() {
        prefixNext(Form.REPNE);
    }

    /**
     * Emits an instruction by its mnemonic. The form is looked for in the table, so this is slower than the typed methods, and encodes
     * the same.
     *
     * @param operands an {@link Operand}, or an {@link Integer} or {@link Long} for an immediate
     * @throws AssemblerException when no form takes the operands; the message names the nearest
     */
    public final void emit(String mnemonic, Object... operands) {
        DynamicForms.emit(this, mnemonic, operands);
    }

    final int own(Label label) {
        if (label.owner != this) throw new AssemblerException(label + " belongs to other code");
        return label.id;
    }

    final AssemblerException mismatch(String mnemonic, Object... operands) {
        return DynamicForms.mismatch(mnemonic, operands);
    }

    /** An instruction with an operand in memory. */
    final void encodeMemory(long t, int reg, int vvvv, Mem m) {
        if (m.plain) encodeMemory(t, 0, reg, vvvv, m.base, m.index, m.scale, m.displacement);
        else encodeSpecial(t, reg, vvvv, m);
    }

    private void encodeSpecial(long t, int reg, int vvvv, Mem m) {
        int extra = m.segmentPrefix | m.decorations;
        if (m.decorations != 0) checkDecorations(t, m);
        if (m.symbol != null)
            encodeSymbol(t, extra, reg, vvvv, m.symbol.name(), m.symbol.relocation(), m.symbol.addend());
        else if (m.base == Registers.RIP) encodeRelative(t, extra, reg, vvvv, own(m.label), m.displacement);
        else encodeMemory(t, extra, reg, vvvv, m.base, m.index, m.scale, m.displacement);
    }

    private static void checkDecorations(long t, Mem m) {
        if (Template.space(t) != 2) throw Evex.needed(m.decorations);
        if (Template.routine(t) != Template.ROUTINE_MR) plain(m.decorations & MASK);
        // Broadcast widths: 1 is 16 bits, 2 is 32, 3 is 64.
        if (m.element != 0 && m.isBroadcast() && Template.broadcast(t) != 0 && m.element != 8 << Template.broadcast(t))
            throw new AssemblerException("this instruction broadcasts elements of " + (8 << Template.broadcast(t))
                    + " bits, not of " + m.element);
    }

    /** The code of a register that is no destination, so that it has no mask. */
    static int plain(int code) {
        if ((code & DECORATIONS) != 0)
            throw new AssemblerException("only a destination, the first operand, takes a write mask and zeroing");
        return code;
    }

    final void branch(long t, Label target) {
        encodeBranch(t, 0, own(target));
    }

    final void branch(long t, Symbol target) {
        if (target.relocation() != RelocationKind.PC32 && target.relocation() != RelocationKind.PLT32)
            throw new AssemblerException("a jump or call to " + target.name()
                    + " has a relocation of kind PC32 or PLT32, not " + target.relocation());
        encodeOpcode(t, 0, 0);
        addRelocation(position, target.relocation(), target.name(), target.addend() - 4);
        position += 4;
    }

    static boolean fits8(long value) {
        return value >= -0x80 && value <= 0xFF;
    }

    static boolean fitsSigned8(long value) {
        return value == (byte) value;
    }

    static boolean fitsUnsigned8(long value) {
        return value >= 0 && value <= 0xFF;
    }

    static boolean fits16(long value) {
        return value >= -0x8000 && value <= 0xFFFF;
    }

    static boolean fits32(long value) {
        return value >= Integer.MIN_VALUE && value <= 0xFFFF_FFFFL;
    }

    static boolean fitsSigned32(long value) {
        return value == (int) value;
    }

    static boolean fitsUnsigned32(long value) {
        return value >= 0 && value <= 0xFFFF_FFFFL;
    }

    /** The signed value that a 16-bit operation sees in an unsigned one. */
    static long narrow16(long value) {
        return fits16(value) ? (short) value : value;
    }

    /** The signed value that a 32-bit operation sees in an unsigned one. */
    static long narrow32(long value) {
        return fits32(value) ? (int) value : value;
    }
}
