package dev.kiln.asm;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.asm.internal.Template;
import java.util.Arrays;
import java.util.Objects;

/**
 * What one instruction with its operands reads, writes and needs: for register allocators, schedulers, peephole rules, tracers.
 *
 * <pre>{@code
 * InstructionInfo add = InstructionInfo.of("add", RAX, ptr(RBX));
 * add.reads(Registers.RBX);        // true: the address
 * add.writtenBits(Registers.RAX);  // 64
 * add.flagsWritten();              // carry, zero, …
 * add.memoryReadBytes();           // 8
 * }</pre>
 *
 * <p>Registers are those of {@link Registers}, whatever width the operand names. The promise is: the bits below {@link #writtenBits} of
 * each written register, the flags written, and the memory written depend on nothing but the registers read, the flags read and the memory
 * read; all other bits stay as they were. What cannot be told exactly is told too large, never too small.
 *
 * <p>Resources outside these sets (MXCSR, model-specific and system registers, the shadow stack, the time) are not described. The x87
 * registers are a stack and count as one: an x87 instruction, EMMS and FEMMS read and write all eight. MMX registers are told apart, but lie in the x87
 * registers, which an MMX instruction therefore ruins.
 *
 * <p>{@link #inspect} fills an object again, so that walking over code allocates nothing. Not for use by several threads at a time.
 */
public final class InstructionInfo {
    /** Bits of {@link #access}; a conditional write is also a read. */
    public static final int READ = 1, WRITE = 2, CONDITIONAL = 4;

    /** In place of a number of bytes: it depends on registers, on the processor's state, or on which elements a mask chooses. */
    public static final int VARIES = -1;

    private static final int NONE = Registers.NONE;

    /** The bit ND of APX's EVEX prefix, as the table keeps it. */
    private static final int NEW_DATA = 0x10;

    private final FormTable table = FormTable.get();
    /** By register: the bits that the instruction decides, divided by 8. */
    private final short[] written = new short[Registers.COUNT];

    private final int[] writtenRegisters = new int[Registers.COUNT];
    private final byte[] access = new byte[Operands.MAX];
    private final long[] read = new long[(Registers.COUNT + 63) / 64];
    private int writtenCount;
    private int form;
    private int prefixes;
    private int operandCount;
    private int memoryRead;
    private int memoryWritten;
    private boolean memoryConditional;
    private boolean extended;
    private int flagsRead;
    private int idiom;

    /** About no instruction yet; see {@link #inspect}. */
    public InstructionInfo() {}

    /**
     * About an instruction by its mnemonic, with the form that {@link Assembler#emit(String, Object...)} would choose.
     *
     * @param operands an {@link Operand}, or an {@link Integer} or {@link Long} for an immediate
     * @throws AssemblerException when no form takes the operands
     */
    public static InstructionInfo of(String mnemonic, Object... operands) {
        Operands buffer = new Operands();
        int form = DynamicForms.choose(null, mnemonic, operands, buffer);
        return new InstructionInfo().inspect(form, buffer);
    }

    /** About an instruction by its form; see {@link #inspect}. */
    public static InstructionInfo of(int form, Operands operands) {
        return new InstructionInfo().inspect(form, operands);
    }

    /** About the instruction that was decoded last, with its prefixes. */
    public static InstructionInfo of(Decoder decoder) {
        return new InstructionInfo().inspect(decoder.prefixedForm(), decoder.operands());
    }

    /**
     * Fills this object.
     *
     * @param form a constant of {@link Form}, prefix bits included
     * @param operands its explicit operands, as {@link InstructionSink#emit} takes them
     * @return this
     * @throws AssemblerException when there is no such form, or it has another number of operands
     */
    public InstructionInfo inspect(int form, Operands operands) {
        int number = form & Form.NUMBER;
        if (number == 0 || number >= table.limit) throw new AssemblerException("there is no instruction form " + form);
        number = CodeBuffer.preferred(table, number, operands);
        this.form = number;
        prefixes = form & ~Form.NUMBER;
        for (int i = 0; i < writtenCount; i++) written[writtenRegisters[i]] = 0;
        writtenCount = 0;
        Arrays.fill(read, 0);
        memoryRead = 0;
        memoryWritten = 0;
        memoryConditional = false;
        // What can leave the flags alone reads none, but for those that it may keep.
        flagsRead = leavesFlags() ? 0 : table.flagsRead(number);
        extended = operands.needsApx() || (prefixes & Form.REX2) != 0;
        idiom = idiom(operands);
        implicit();
        explicit(operands);
        decorations(operands);
        if ((prefixes & (Form.REP | Form.REPNE)) != 0) repeated();
        if (usesX87()) x87();
        state();
        return this;
    }

    // What the instruction does.

    /** Which idiom the registers make, 0 for none. */
    private int idiom(Operands o) {
        int traits = InstructionTraits.of(form);
        int idioms = traits & (InstructionTraits.ZERO_IDIOM | InstructionTraits.ONES_IDIOM);
        int last = o.count - 1;
        if (idioms == 0 || last < 1 || o.decorations != 0) return 0;
        for (int i = 0; i <= last; i++) if (o.kinds[i] != Operands.REGISTER) return 0;
        return o.values[last] == o.values[last - 1] ? idioms : 0;
    }

    private void implicit() {
        int effects = table.effects(form);
        read[0] |= table.implicitReads(form);
        boolean legacy = Template.space(table.template(form)) == 0;
        for (long rest = table.implicitWrites(form); rest != 0; rest &= rest - 1) {
            int register = Long.numberOfTrailingZeros(rest);
            if (register >= Registers.VECTOR) write(register, legacy ? 128 : 512);
            else {
                int width = register < 8 ? effects >> 2 * register & 3 : 0;
                if (width == 3) markRead(register);
                write(register, width == 0 ? 64 : width == 2 ? 8 : 16);
            }
        }
        memoryRead = implicitMemory(effects >> 16 & 15);
        memoryWritten = implicitMemory(effects >> 20 & 15);
        memoryConditional = (effects >> 24 & 1) != 0;
    }

    private static int implicitMemory(int code) {
        return code < 2 ? -code : 1 << code - 2;
    }

    private void explicit(Operands o) {
        int count = table.operandCount(form);
        boolean withoutFixed = o.count != count;
        int effects = table.effects(form);
        int j = 0;
        for (int i = 0; i < count; i++) {
            int kind = table.operandKind(form, i);
            if (withoutFixed && (KindInfo.of(kind) & KindInfo.FIXED) != 0) continue;
            if (j == o.count) throw Mismatch.of(form, o);
            int how = table.access(form, i);
            if ((effects >> 25 + i & 1) != 0) how |= CONDITIONAL;
            access[j] = (byte) how;
            if (o.kinds[j] == Operands.REGISTER) register(o.values[j], Forms.operandKind(form, i), how);
            else if (o.kinds[j] == Operands.MEMORY || (KindInfo.of(kind) & KindInfo.OFFSET) != 0)
                access[j] = (byte) memory(o, Forms.operandKind(form, i), how);
            j++;
        }
        if (j != o.count) throw Mismatch.of(form, o);
        operandCount = j;
        if ((InstructionTraits.of(form) & InstructionTraits.FOUR_SOURCES) != 0 && Registers.isVector(o.values[1]))
            for (int i = 0; i < 4; i++) markRead((o.values[1] - Registers.VECTOR & ~3) + Registers.VECTOR + i);
    }

    private void register(int register, OperandKind kind, int how) {
        boolean high = register >= Registers.HIGH_BYTE && register < Registers.HIGH_BYTE + 4;
        int whole = high ? register - Registers.HIGH_BYTE : register;
        boolean writes = (how & WRITE) != 0;
        // What a high byte leaves below itself is kept, and so counts as read.
        if ((how & READ) != 0 && idiom == 0 || high && writes) markRead(whole);
        if (!writes) return;
        write(whole, high ? 16 : width(whole, kind));
        if ((InstructionTraits.of(form) & InstructionTraits.MASK_PAIR) != 0) write(whole ^ 1, 64);
    }

    private int width(int register, OperandKind kind) {
        if (Registers.isVector(register)) return Template.space(table.template(form)) == 0 ? 128 : 512;
        int bits = kind.registerBits();
        if (Registers.isGeneral(register) && clearsRest()) return 64;
        return Registers.isGeneral(register) && bits >= 32 || bits == 0 ? 64 : bits;
    }

    /** Whether narrow results clear the rest of the register too: APX's new data destinations and zero-upper forms. */
    private boolean clearsRest() {
        long t = table.template(form);
        return Template.apx(t) && (Template.second(t) & NEW_DATA) != 0;
    }

    /** Gives the access of the operand. */
    private int memory(Operands o, OperandKind kind, int how) {
        if (!kind.isOffset()) {
            if (o.base >= 0) markRead(o.base);
            if (o.index >= 0) markRead(o.index);
        }
        if ((InstructionTraits.of(form) & InstructionTraits.ADDRESS_ONLY) != 0) return 0;
        int bits = kind.memoryBits();
        int bytes = bits <= 0 || kind.hasVectorIndex() ? VARIES : bits / 8;
        if (o.isBroadcast()) bytes = 1 << Template.broadcast(table.template(form));
        if ((how & READ) != 0 && ((how & CONDITIONAL) == 0 || bytes == VARIES)) memoryRead = bytes;
        if ((how & WRITE) != 0) {
            memoryWritten = bytes;
            memoryConditional |= (how & CONDITIONAL) != 0;
        }
        return how;
    }

    private void decorations(Operands o) {
        int mask = o.mask();
        if (mask == NONE || operandCount == 0) return;
        markRead(mask);
        // Gathers and scatters clear the mask as they go.
        if (Template.vsib(table.template(form))) write(mask, 64);
        if (o.kinds[0] == Operands.MEMORY) {
            access[0] |= CONDITIONAL;
            memoryConditional = (access[0] & WRITE) != 0;
        } else if (!o.isZeroing() && Registers.isVector(o.values[0]) && (access[0] & WRITE) != 0) {
            access[0] |= READ | CONDITIONAL;
            markRead(o.values[0]);
        }
    }

    /** With a repeat prefix nothing may happen, or much. */
    private void repeated() {
        markRead(Registers.RCX);
        write(Registers.RCX, 64);
        for (int i = 0; i < writtenCount; i++) markRead(writtenRegisters[i]);
        flagsRead |= table.flagsWritten(form);
        if (memoryRead != 0) memoryRead = VARIES;
        if (memoryWritten != 0) memoryWritten = VARIES;
        memoryConditional = memoryWritten != 0;
    }

    private boolean usesX87() {
        // EMMS and FEMMS empty the stack that MMX registers lie in.
        return table.feature(form).startsWith("x87") || form == Form.EMMS || form == Form.FEMMS;
    }

    private void x87() {
        for (int i = 0; i < 8; i++) {
            markRead(Registers.X87 + i);
            write(Registers.X87 + i, 80);
        }
    }

    /**
     * Registers that the table has no operands for: segments of far pointers, tiles, and what FXSAVE, XSAVE and their kin move at once.
     * There masks and control registers choose, so that any of it may also stay as it was.
     */
    private void state() {
        int traits = InstructionTraits.of(form);
        if ((traits & InstructionTraits.TILES) != 0) for (int i = 0; i < 8; i++) write(Registers.TILE + i, 8192);
        if ((traits & InstructionTraits.LOADS_SEGMENT) != 0) {
            int segment = "ecsdfg".indexOf(table.mnemonic(form).charAt(1));
            write(Registers.SEGMENT + segment, 16);
        }
        boolean all = (traits & InstructionTraits.X_STATE) != 0;
        if (!all && (traits & InstructionTraits.FX_STATE) == 0) return;
        boolean restores = (traits & InstructionTraits.RESTORES) != 0;
        move(Registers.VECTOR, all ? 32 : 16, all ? 512 : 128, restores);
        move(Registers.X87, 8, 80, restores);
        if (!all) return;
        move(Registers.GENERAL + 16, 16, 64, restores);
        move(Registers.MASK, 8, 64, restores);
        move(Registers.TILE, 8, 8192, restores);
        move(Registers.BOUND, 4, 128, restores);
    }

    private void move(int first, int count, int bits, boolean restores) {
        for (int register = first; register < first + count; register++) {
            markRead(register);
            if (restores) write(register, bits);
        }
    }

    private void markRead(int register) {
        read[register >> 6] |= 1L << register;
    }

    private void write(int register, int bits) {
        if (written[register] == 0) writtenRegisters[writtenCount++] = register;
        written[register] = (short) Math.max(written[register], bits / 8);
    }

    // Answers.

    /** The form that is encoded, a constant of {@link Form}. */
    public int form() {
        return form;
    }

    /** The mnemonic in lower case. */
    public String mnemonic() {
        return table.mnemonic(form);
    }

    /** The CPU features that it needs. */
    public CpuFeatures features() {
        CpuFeatures features = CpuFeatures.ofForm(form);
        return extended ? features.plus(CpuFeature.APX_F) : features;
    }

    /** The number of explicit operands given. */
    public int operandCount() {
        return operandCount;
    }

    /**
     * What happens to explicit operand {@code i}: {@link #READ}, {@link #WRITE}, {@link #CONDITIONAL} when it may stay unwritten. 0 for
     * memory that only serves as an address (LEA, prefetches). A merging mask makes a destination conditional and read.
     */
    public int access(int i) {
        Objects.checkIndex(i, operandCount);
        return access[i];
    }

    /** Whether a register's old value matters: as an operand, in an address, as a mask, implicitly, or because parts of it are kept. */
    public boolean reads(int register) {
        return (read[register >> 6] >>> register & 1) != 0;
    }

    /** Whether a register may change. */
    public boolean writes(int register) {
        return written[register] != 0;
    }

    /**
     * How many low bits of a register the instruction decides; those above keep their value. 0 when it is not written, 8 or 16 for narrow
     * general operands, 64 for wider ones (32 bits clear the upper half), 128 for SSE, 512 for VEX and EVEX, which clear what is above, 8192 for tiles.
     */
    public int writtenBits(int register) {
        return written[register] * 8;
    }

    /** The general and vector registers read, as a set of register numbers 0 to 63. */
    public long registersRead() {
        return read[0];
    }

    /** The general and vector registers written, as a set of register numbers 0 to 63. */
    public long registersWritten() {
        long set = 0;
        for (int i = 0; i < writtenCount; i++) if (writtenRegisters[i] < 64) set |= 1L << writtenRegisters[i];
        return set;
    }

    /** Whether it reads memory through an operand or implicitly. */
    public boolean readsMemory() {
        return memoryRead != 0;
    }

    /** Whether memory may be written. */
    public boolean writesMemory() {
        return memoryWritten != 0;
    }

    /** How many bytes of memory are read, at most where a mask chooses; {@link #VARIES} when the operands do not tell. */
    public int memoryReadBytes() {
        return memoryRead;
    }

    /** How many bytes of memory are written, at most where a mask chooses; {@link #VARIES} when the operands do not tell. */
    public int memoryWrittenBytes() {
        return memoryWritten;
    }

    /** Whether memory that is written may also stay as it was. */
    public boolean isMemoryWriteConditional() {
        return memoryConditional;
    }

    /** The flags whose old value matters, as bits of RFLAGS. */
    public int flagsRead() {
        return flagsRead;
    }

    /** The flags written with a defined value; they are read too where they may be left alone. */
    public int flagsWritten() {
        return leavesFlags() ? 0 : table.flagsWritten(form);
    }

    /** The flags that hold anything afterwards. */
    public int flagsUndefined() {
        return leavesFlags() ? 0 : table.flagsUndefined(form);
    }

    /** Whether the status flags are left alone (NF of APX). */
    private boolean leavesFlags() {
        return (prefixes & Form.NF) != 0;
    }

    /** Whether the result is zero because the sources are one register ({@code xor eax, eax}): that register then does not count as read. */
    public boolean isZeroIdiom() {
        return (idiom & InstructionTraits.ZERO_IDIOM) != 0;
    }

    /** Whether the result is all ones because the sources are one register ({@code pcmpeqd xmm0, xmm0}). */
    public boolean isOnesIdiom() {
        return (idiom & InstructionTraits.ONES_IDIOM) != 0;
    }

    /** Whether LOCK may stand in front. */
    public boolean allowsLock() {
        return (table.prefixes(form) & FormTable.LOCK) != 0;
    }

    /** Whether REP (REPE) may stand in front. */
    public boolean allowsRep() {
        return (table.prefixes(form) & FormTable.REP) != 0;
    }

    /** Whether REPNE may stand in front. */
    public boolean allowsRepne() {
        return (table.prefixes(form) & FormTable.REPNE) != 0;
    }

    /** Whether it may continue elsewhere and not come back: jumps, loops, XBEGIN. */
    public boolean isBranch() {
        return has(InstructionTraits.BRANCH);
    }

    /** Whether it is a branch that may also continue behind itself. */
    public boolean isConditionalBranch() {
        return has(InstructionTraits.CONDITIONAL);
    }

    /** Whether it is a call. */
    public boolean isCall() {
        return has(InstructionTraits.CALL);
    }

    /** Whether it returns from a procedure, an interrupt or a system call. */
    public boolean isReturn() {
        return has(InstructionTraits.RETURN);
    }

    /** Whether it enters a handler: INT n, INT3, UD2, SYSCALL, VMCALL. */
    public boolean isTrap() {
        return has(InstructionTraits.TRAP);
    }

    /** Whether a program cannot run it: it faults outside the kernel, or unless the kernel grants ports and interrupts. */
    public boolean isPrivileged() {
        return has(InstructionTraits.PRIVILEGED)
                || table.mnemonic(form).equals("mov") && operandCount == 2 && movesSystemRegister();
    }

    private boolean movesSystemRegister() {
        for (int i = 0; i < 2; i++) {
            RegisterClass registers = Forms.operandKind(form, i).registerClass();
            if (registers == RegisterClass.CONTROL || registers == RegisterClass.DEBUG) return true;
        }
        return false;
    }

    /** Whether what follows is reached only by jumps: unconditional jumps, returns, UD2. */
    public boolean endsFlow() {
        return has(InstructionTraits.ENDS_FLOW);
    }

    private boolean has(int trait) {
        return (InstructionTraits.of(form) & trait) != 0;
    }

    /**
     * The length in bytes that an instruction would have as the first of its code; a jump to a label counts with its near form.
     *
     * @param operands as given to {@link #inspect}
     * @throws AssemblerException when the operands do not fit the form
     */
    public static int length(int form, Operands operands) {
        CodeBuffer buffer = new CodeBuffer();
        int labels = 0;
        for (int i = 0; i < operands.count; i++)
            if (operands.kinds[i] == Operands.LABEL) labels = Math.max(labels, operands.values[i] + 1);
            else if (operands.kinds[i] == Operands.MEMORY) labels = Math.max(labels, operands.memoryLabel + 1);
        buffer.reserveLabels(labels);
        buffer.emit(form, operands);
        long t = FormTable.get().template(form & Form.NUMBER);
        boolean near = operands.count == 1 && operands.kinds[0] == Operands.LABEL && CodeLayout.isRelaxed(t);
        // The buffer holds it in its short form: JMP rel8 takes 3 bytes less than rel32, Jcc 4.
        return buffer.position + (near ? Template.map(t) == 0 ? 3 : 4 : 0);
    }
}
