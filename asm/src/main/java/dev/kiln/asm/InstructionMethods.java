package dev.kiln.asm;

import dev.kiln.asm.internal.ConstantPool;
import dev.kiln.asm.internal.Nops;
import dev.kiln.asm.internal.Template;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What the typed instruction methods are built on (ranges, memory operands, jumps, prefixes), the dynamic door, and what is more or less than an
 * instruction: labels, data, constants, jump tables, patch sites.
 */
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

    /**
     * A label of numbers in the pool, one after the other; aligned to what they take together up to 64 bytes, so that they can be
     * loaded as a vector.
     */
    public final Label constants(double... values) {
        ByteBuffer bytes = little(8 * values.length);
        for (double value : values) bytes.putDouble(value);
        return vector(bytes);
    }

    /** A label of numbers in the pool; see {@link #constants(double...)}. */
    public final Label constants(float... values) {
        ByteBuffer bytes = little(4 * values.length);
        for (float value : values) bytes.putFloat(value);
        return vector(bytes);
    }

    /** A label of numbers in the pool; see {@link #constants(double...)}. */
    public final Label constants(long... values) {
        ByteBuffer bytes = little(8 * values.length);
        for (long value : values) bytes.putLong(value);
        return vector(bytes);
    }

    /** A label of numbers in the pool; see {@link #constants(double...)}. */
    public final Label constants(int... values) {
        ByteBuffer bytes = little(4 * values.length);
        for (int value : values) bytes.putInt(value);
        return vector(bytes);
    }

    /** A label of numbers in the pool; see {@link #constants(double...)}. */
    public final Label constants(byte... values) {
        return vector(little(values.length).put(values));
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private Label vector(ByteBuffer bytes) {
        int size = Math.max(1, bytes.capacity());
        int boundary = Math.min(Integer.highestOneBit(2 * size - 1), ConstantPool.WIDEST);
        return new Label(this, constantBytes(bytes.array(), boundary));
    }

    /** A label of text in the pool, in UTF-8 with a NUL behind it. */
    public final Label string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Label(this, constantBytes(Arrays.copyOf(bytes, bytes.length + 1), 1));
    }

    /** A label of a table in the pool, to be used by {@link #jumpIndexed}: for each target 32 bits, its distance from the table. */
    public final Label jumpTable(Label... targets) {
        int[] labels = new int[targets.length];
        for (int i = 0; i < labels.length; i++) labels[i] = own(targets[i]);
        return new Label(this, jumpTable(labels));
    }

    /**
     * Jumps to a target of a table made by {@link #jumpTable(Label...)}: {@code lea scratch, [table]}, {@code movsxd index, [scratch+index*4]},
     * {@code add index, scratch}, {@code jmp index}.
     *
     * @param index the number of the target; the code must have made sure that the table has it; is lost
     * @param scratch is lost
     */
    public final void jumpIndexed(Label table, Reg64 index, Reg64 scratch) {
        if (scratch.number() == Registers.RSP)
            throw new AssemblerException("RSP cannot be the scratch register of a jump");
        if (index.number() == scratch.number())
            throw new AssemblerException("the index and the scratch register of a jump are both " + index);
        Operands o = new Operands();
        emit(Form.LEA_R64_M, o.register(scratch.number()).memoryAtLabel(own(table), 0));
        o.clear().register(index.number()).memory(scratch.number(), index.number(), 4, 0);
        emit(Form.MOVSXD_R64_RM32, o);
        emit(Form.ADD_RM64_R64, o.clear().register(index.number()).register(scratch.number()));
        emit(Form.JMP_RM64, o.clear().register(index.number()));
    }

    /** Embeds bytes. */
    public final void db(int... values) {
        embed(1, values);
    }

    /** Embeds text in UTF-8, without a NUL. */
    public final void db(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        bytes(bytes, 0, bytes.length);
    }

    /** Embeds numbers of 16 bits. */
    public final void dw(int... values) {
        embed(2, values);
    }

    /** Embeds numbers of 32 bits. */
    public final void dd(int... values) {
        embed(4, values);
    }

    /** Embeds numbers of 64 bits. */
    public final void dq(long... values) {
        ByteBuffer bytes = little(8 * values.length);
        for (long value : values) bytes.putLong(value);
        data(bytes.array(), 0, bytes.capacity(), 8);
    }

    private void embed(int unit, int[] values) {
        int width = 8 * unit;
        byte[] bytes = new byte[unit * values.length];
        int at = 0;
        for (int value : values) {
            if (unit < 4 && value >> width != 0 && value >> width - 1 != -1)
                throw new AssemblerException("the number " + value + " does not fit " + width + " bits");
            for (int shift = 0; shift < width; shift += 8) bytes[at++] = (byte) (value >> shift);
        }
        data(bytes, 0, bytes.length, unit);
    }

    /** Embeds 64 bits: the address of a label once this code has a place. */
    public final void dq(Label label) {
        address64(own(label), 0);
    }

    /** Embeds a field as wide as the symbol's relocation says, such as {@code symbol("f", RelocationKind.ABS64)} for 64 bits of address. */
    public final void field(Symbol symbol) {
        field(symbol.relocation(), symbol.name(), symbol.addend());
    }

    /** Embeds a 32-bit field: the distance of a label from another; an entry of a jump table. */
    public final void distance32(Label label, Label from) {
        distance32(own(label), own(from), 0);
    }

    /**
     * Emits a jump whose target can be changed while other threads run it.
     *
     * @return its number in {@link Code#patchSites}
     */
    public final int patchableJump(Label target) {
        return patchableBranch(PatchKind.JUMP, own(target));
    }

    /** Emits a jump whose target can be changed; see {@link #patchableJump(Label)}. */
    public final int patchableJump(Symbol target) {
        return patchableBranch(PatchKind.JUMP, target.relocation(), target.name(), target.addend());
    }

    /** Emits a call whose target can be changed; see {@link #patchableJump(Label)}. */
    public final int patchableCall(Label target) {
        return patchableBranch(PatchKind.CALL, own(target));
    }

    /** Emits a call whose target can be changed; see {@link #patchableJump(Label)}. */
    public final int patchableCall(Symbol target) {
        return patchableBranch(PatchKind.CALL, target.relocation(), target.name(), target.addend());
    }

    /** Emits a NOP of 6 bytes that can be made a jump and a NOP again while other threads run it; see {@link #patchableJump(Label)}. */
    public final int patchableNop() {
        return patchable(PatchKind.NOP, new Operands());
    }

    /** Moves 64 bits, which can be changed while other threads run this, into a register; see {@link #patchableJump(Label)}. */
    public final int patchableMov(Reg64 register, long value) {
        return patchableImmediate(PatchKind.IMMEDIATE64, register.number(), value);
    }

    /** Moves 32 bits, which can be changed while other threads run this, into a register; see {@link #patchableJump(Label)}. */
    public final int patchableMov(Reg32 register, int value) {
        return patchableImmediate(PatchKind.IMMEDIATE32, register.number(), value);
    }

    /**
     * Embeds NOPs that do nothing for a number of bytes: as few as can be, of 9 bytes at most. Longer ones exist, but more than
     * one prefix is slow to decode on some processors.
     */
    public final void nops(int bytes) {
        if (bytes < 0) throw new AssemblerException("a negative number of bytes, " + bytes + ", cannot be filled");
        ensure(bytes);
        byte[] padding = new byte[bytes];
        Nops.fill(padding, 0, bytes);
        bytes(padding, 0, bytes);
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

    /** Puts XACQUIRE in front of the next instruction, which has LOCK as well or is XCHG on memory: elision of its lock begins. */
    public final void xacquire() {
        prefixNext(Form.XACQUIRE);
    }

    /** Puts XRELEASE in front of the next instruction, which has LOCK as well, or is XCHG or MOV to memory: elision of its lock ends. */
    public final void xrelease() {
        prefixNext(Form.XRELEASE);
    }

    /** Puts BND in front of the next instruction, a near jump, call or return: MPX keeps the bounds. */
    public final void bnd() {
        prefixNext(Form.BND);
    }

    /** Puts NOTRACK in front of the next instruction, a jump or call through a register or memory: CET does not check its target. */
    public final void notrack() {
        prefixNext(Form.NOTRACK);
    }

    /** Has the next instruction, a string instruction or loop, take its implicit addresses and counters from the lower halves of their registers. */
    public final void address32() {
        prefixNext(Form.ADDRESS32);
    }

    /**
     * Has the next instruction take its long form where a shorter one would do: the widest immediate, a displacement of 32 bits, the near
     * jump; room for patching it later.
     */
    public final void long_() {
        prefixNext(Form.LONG);
    }

    /** Has the next instruction, which has a VEX prefix, take that of three bytes also where two would do ({@code {vex3}} in text). */
    public final void vex3() {
        prefixNext(Form.VEX3);
    }

    /**
     * Has the next instruction, between registers, take the form that could also load: its destination stands in ModRM.reg. Without this the
     * usual one of the two is taken ({@code {load}} in text).
     */
    public final void load() {
        takeDirection();
        prefixNext(LOAD);
    }

    /** Has the next instruction, between registers, take the form that could also store: its destination stands in ModRM.rm; see {@link #load}. */
    public final void store() {
        takeDirection();
        prefixNext(STORE);
    }

    /**
     * Emits an instruction by its mnemonic. In front of it may stand, in braces, what is asked of the encoding: {@code {vex}}, {@code {vex3}},
     * {@code {evex}}, {@code {rex2}}, {@code {nf}}, {@code {load}}, {@code {store}}, {@code {disp8}}, {@code {disp32}}. The form is looked for in the table, so this is slower than the typed methods, and encodes
     * the same.
     *
     * @param operands an {@link Operand}, or an {@link Integer} or {@link Long} for an immediate
     * @throws AssemblerException when no form takes the operands; the message names the nearest
     */
    public final void emit(String mnemonic, Object... operands) {
        DynamicForms.emit(this, mnemonic, operands);
    }

    final int own(Label label) {
        if (label == null || !label.isOf(this)) throw Label.foreign(label, this);
        return label.id;
    }

    /** An instruction with an operand in memory. */
    final void encodeMemory(long t, int reg, int vvvv, Mem m) {
        encodeMemory(t, 0, reg, vvvv, m);
    }

    /** An instruction with an operand in memory, and bits of {@link Form}. */
    final void encodeMemory(long t, int extra, int reg, int vvvv, Mem m) {
        if (m.plain && !isLong()) encodeMemory(t, extra, reg, vvvv, m.base, m.index, m.scale, m.displacement);
        else encodeSpecial(t, extra, reg, vvvv, m);
    }

    private void encodeSpecial(long t, int bits, int reg, int vvvv, Mem m) {
        int extra = bits | m.extra;
        if (m.decorations() != 0) checkDecorations(t, m);
        if (m.indexBits != 0 && !Template.vsib(t))
            throw Mismatch.refused(t, m + ": only gathers and scatters have a vector register as index");
        if (!Prefixes.takesAddress(t, m.addressBits()))
            throw Mismatch.refused(t, m + ": both addresses have 64 bits, or both have 32");
        boolean wide = (extra & Form.LONG) != 0 || isLong();
        if ((extra & Form.DISP8) != 0)
            encodeMemoryNarrow(t, extra, reg, vvvv, m.base, m.index, m.scale, m.displacement);
        else if (m.symbol != null)
            encodeSymbol(t, extra, reg, vvvv, m.symbol.name(), m.symbol.relocation(), m.symbol.addend());
        else if (m.base == Registers.RIP) encodeRelative(t, extra, reg, vvvv, own(m.label), m.displacement);
        else if (wide) encodeMemoryWide(t, extra, reg, vvvv, m.base, m.index, m.scale, m.displacement);
        else encodeMemory(t, extra, reg, vvvv, m.base, m.index, m.scale, m.displacement);
    }

    private static void checkDecorations(long t, Mem m) {
        if (Template.space(t) != 2) throw Mismatch.needsEvex(t, m.decorations());
        if (Template.routine(t) != Template.ROUTINE_MR) plain(m.decorations() & MASK);
        // Broadcast widths: 1 is 16 bits, 2 is 32, 3 is 64.
        if (m.element != 0 && m.isBroadcast() && Template.broadcast(t) != 0 && m.element != 8 << Template.broadcast(t))
            throw Mismatch.refused(
                    t,
                    "this instruction broadcasts elements of " + (8 << Template.broadcast(t)) + " bits, not of "
                            + m.element);
    }

    /** An instruction with an absolute address of 64 bits. */
    final void encodeOffset(long t, Absolute place) {
        long address = place.address();
        encodeOpcode(t, 0, 0);
        put64(buffer, position, address);
        if (place.symbol() != null)
            addRelocation(
                    position,
                    RelocationKind.ABS64,
                    place.symbol().name(),
                    place.symbol().addend());
        position += 8;
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

    /** Complains when two registers, given by their codes, are the same one where they have to differ. */
    static void distinct(int a, int b) {
        if (((a ^ b) & 31) == 0) throw new AssemblerException(SAME_REGISTERS);
    }

    static boolean fitsUnsigned4(long value) {
        return value >= 0 && value <= 15;
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
