package dev.kiln.compiler.machine;

import dev.kiln.asm.RelocationKind;
import java.util.Arrays;

/**
 * A function as machine instructions: int arrays, shared by all optimisation levels, from selection to emission. An instruction is
 * a form id of the assembler ({@code dev.kiln.asm.Form}) or a {@link Pseudo}, a run of {@link Operand} ints in Intel order, and
 * the source position it came from. Which operands a form reads and writes, and which registers it touches besides, is asked of
 * the assembler's table; nothing is repeated here.
 *
 * <p>Virtual registers may be written more than once. Instructions are appended block by block in layout order; a block ends with
 * a jump, {@link Pseudo#RET}, {@link Pseudo#TRAP}, or falls through to the next block in layout.
 */
public final class MachineFunction {
    /** Classes of virtual registers: general ones spill 8 bytes, the vector ones as many bytes as their name says. */
    public static final byte GENERAL = 0, VECTOR4 = 1, VECTOR8 = 2, VECTOR16 = 3, VECTOR32 = 4;

    /** The bytes that a virtual register of a class takes in memory. */
    public static int classSize(byte vregClass) {
        return vregClass == GENERAL ? 8 : 2 << vregClass;
    }

    private String name;

    private int[] forms = new int[64];
    private int[] operandStarts = new int[65];
    private int[] positions = new int[64];
    private int[] operands = new int[256];
    private int count;

    private int[] blockStarts = new int[16];
    private int[] blockAtLayout = new int[16];
    private int layoutCount;
    private int blockCount;

    private byte[] vregClasses = new byte[32];
    private int vregCount;

    private int[] slotSizes = new int[8];
    private int[] slotAligns = new int[8];
    private int slotCount;

    private long[] literals = new long[8];
    private int literalCount;

    private String[] symbols = new String[8];
    private RelocationKind[] relocations = new RelocationKind[8];
    private long[] addends = new long[8];
    private int symbolCount;

    private byte[] constantSizes = new byte[4];
    private long[] constantBits = new long[8];
    private int constantCount;

    private int[][] tables = new int[2][];
    private int tableCount;

    private String[] trapNames = new String[4];
    private int trapCount;

    private long[] callClobbers = new long[2];
    private int clobberCount;

    private int position;

    private boolean returnsTwice;
    private long calleeSaved;
    private long savedRegisters;

    /** Notes: instruction numbers ascending, and texts; {@code null} when none are wanted. */
    private int[] noteAt;

    private String[] noteTexts;
    private int noteCount;
    private String[] blockNames;

    public MachineFunction(String name) {
        this.name = name;
    }

    /** Empties it for another function, keeping its buffers. Notes are no longer wanted. */
    public void reset(String newName) {
        name = newName;
        count = 0;
        operandStarts[0] = 0;
        layoutCount = 0;
        blockCount = 0;
        vregCount = 0;
        slotCount = 0;
        literalCount = 0;
        symbolCount = 0;
        constantCount = 0;
        tableCount = 0;
        trapCount = 0;
        clobberCount = 0;
        position = 0;
        returnsTwice = false;
        calleeSaved = 0;
        savedRegisters = 0;
        noteAt = null;
        noteTexts = null;
        noteCount = 0;
        blockNames = null;
    }

    /**
     * Empties it for the rewriting of another function: takes over all but the instructions and blocks' places. The side tables are
     * shared, so the other one must not be added to afterwards; slots may be added here.
     */
    public void resetToRewrite(MachineFunction other) {
        reset(other.name);
        blockCount = other.blockCount;
        if (blockStarts.length < blockCount) {
            blockStarts = new int[other.blockStarts.length];
        }
        Arrays.fill(blockStarts, 0, blockCount, -1);
        vregClasses = other.vregClasses;
        vregCount = other.vregCount;
        if (slotSizes.length < other.slotCount) {
            slotSizes = new int[other.slotSizes.length];
            slotAligns = new int[other.slotSizes.length];
        }
        slotCount = other.slotCount;
        System.arraycopy(other.slotSizes, 0, slotSizes, 0, slotCount);
        System.arraycopy(other.slotAligns, 0, slotAligns, 0, slotCount);
        literals = other.literals;
        literalCount = other.literalCount;
        symbols = other.symbols;
        relocations = other.relocations;
        addends = other.addends;
        symbolCount = other.symbolCount;
        constantSizes = other.constantSizes;
        constantBits = other.constantBits;
        constantCount = other.constantCount;
        tables = other.tables;
        tableCount = other.tableCount;
        trapNames = other.trapNames;
        trapCount = other.trapCount;
        callClobbers = other.callClobbers;
        clobberCount = other.clobberCount;
        returnsTwice = other.returnsTwice;
        calleeSaved = other.calleeSaved;
        blockNames = other.blockNames;
        if (other.noteAt != null) {
            wantNotes();
        }
    }

    /** The function's symbol. */
    public String name() {
        return name;
    }

    // Instructions.

    /** The number of instructions. */
    public int count() {
        return count;
    }

    public int form(int instruction) {
        return forms[instruction];
    }

    /** The index in {@link #operandAt} of an instruction's first operand int. */
    public int operandStart(int instruction) {
        return operandStarts[instruction];
    }

    /** One more than the index of its last operand int. */
    public int operandEnd(int instruction) {
        return operandStarts[instruction + 1];
    }

    public int operandAt(int index) {
        return operands[index];
    }

    public void setOperandAt(int index, int operand) {
        operands[index] = operand;
    }

    /** The position given by {@link #setPosition} when the instruction was appended. */
    public int positionOf(int instruction) {
        return positions[instruction];
    }

    /** The source position of the instructions appended from now on. */
    public void setPosition(int position) {
        this.position = position;
    }

    /** Begins an instruction; its operands follow by {@link #operand}. Gives its number. */
    public int begin(int form) {
        if (count + 1 == operandStarts.length) {
            forms = Arrays.copyOf(forms, count * 2);
            positions = Arrays.copyOf(positions, count * 2);
            operandStarts = Arrays.copyOf(operandStarts, count * 2 + 1);
        }
        forms[count] = form;
        positions[count] = position;
        operandStarts[count + 1] = operandStarts[count];
        return count++;
    }

    /** Appends an operand int to the instruction begun last. */
    public MachineFunction operand(int operand) {
        int end = operandStarts[count];
        if (end == operands.length) {
            operands = Arrays.copyOf(operands, end * 2);
        }
        operands[end] = operand;
        operandStarts[count] = end + 1;
        return this;
    }

    /** Appends a memory operand to the instruction begun last. */
    public MachineFunction memory(int base, int index, int scale, int displacement) {
        return operand(Operand.memoryHead(scale, dev.kiln.asm.Registers.NONE))
                .operand(base)
                .operand(index)
                .operand(displacement);
    }

    public void emit(int form) {
        begin(form);
    }

    public void emit(int form, int a) {
        begin(form);
        operand(a);
    }

    public void emit(int form, int a, int b) {
        begin(form);
        operand(a);
        operand(b);
    }

    public void emit(int form, int a, int b, int c) {
        begin(form);
        operand(a);
        operand(b);
        operand(c);
    }

    // Blocks.

    /** Makes a block; it gets its place by {@link #startBlock}. */
    public int newBlock() {
        int block = blockCount++;
        if (block >= blockStarts.length) {
            blockStarts = Arrays.copyOf(blockStarts, block * 2);
        }
        blockStarts[block] = -1;
        return block;
    }

    public int blockCount() {
        return blockCount;
    }

    /** Puts a block here: the instructions appended from now on are its own. */
    public void startBlock(int block) {
        if (layoutCount == blockAtLayout.length) {
            blockAtLayout = Arrays.copyOf(blockAtLayout, layoutCount * 2);
        }
        blockStarts[block] = count;
        blockAtLayout[layoutCount++] = block;
    }

    /** The number of blocks that have their place. */
    public int layoutCount() {
        return layoutCount;
    }

    /** The block at a place of the layout. */
    public int blockAtLayout(int place) {
        return blockAtLayout[place];
    }

    /** The first instruction of the block at a place of the layout. */
    public int layoutStart(int place) {
        return blockStarts[blockAtLayout[place]];
    }

    /** One more than the last instruction of the block at a place of the layout. */
    public int layoutEnd(int place) {
        return place + 1 < layoutCount ? blockStarts[blockAtLayout[place + 1]] : count;
    }

    // Virtual registers, slots, literals and other things that operands name.

    /** Makes a virtual register of a class and gives its number. */
    public int newVreg(byte vregClass) {
        if (vregCount == vregClasses.length) {
            vregClasses = Arrays.copyOf(vregClasses, vregCount * 2);
        }
        vregClasses[vregCount] = vregClass;
        return vregCount++;
    }

    public int vregCount() {
        return vregCount;
    }

    public byte vregClass(int vreg) {
        return vregClasses[vreg];
    }

    /** Makes a stack slot of a size and alignment in bytes and gives its number. */
    public int newSlot(int size, int align) {
        if (slotCount == slotSizes.length) {
            slotSizes = Arrays.copyOf(slotSizes, slotCount * 2);
            slotAligns = Arrays.copyOf(slotAligns, slotCount * 2);
        }
        slotSizes[slotCount] = size;
        slotAligns[slotCount] = align;
        return slotCount++;
    }

    public int slotCount() {
        return slotCount;
    }

    public int slotSize(int slot) {
        return slotSizes[slot];
    }

    public int slotAlign(int slot) {
        return slotAligns[slot];
    }

    /** An operand for an immediate of any size. */
    public int literal(long value) {
        if (Operand.fitsSmall(value)) {
            return Operand.small((int) value);
        }
        if (literalCount == literals.length) {
            literals = Arrays.copyOf(literals, literalCount * 2);
        }
        literals[literalCount] = value;
        return Operand.make(Operand.LARGE, literalCount++);
    }

    /** The value of a {@link Operand#SMALL} or {@link Operand#LARGE} operand. */
    public long literalValue(int operand) {
        return Operand.tag(operand) == Operand.SMALL ? Operand.smallValue(operand) : literals[Operand.payload(operand)];
    }

    /** An operand for a symbol with the way it is referred to. */
    public int symbol(String symbol, RelocationKind relocation, long addend) {
        if (symbolCount == symbols.length) {
            symbols = Arrays.copyOf(symbols, symbolCount * 2);
            relocations = Arrays.copyOf(relocations, symbolCount * 2);
            addends = Arrays.copyOf(addends, symbolCount * 2);
        }
        symbols[symbolCount] = symbol;
        relocations[symbolCount] = relocation;
        addends[symbolCount] = addend;
        return Operand.make(Operand.SYMBOL, symbolCount++);
    }

    public String symbolName(int operand) {
        return symbols[Operand.payload(operand)];
    }

    public RelocationKind symbolRelocation(int operand) {
        return relocations[Operand.payload(operand)];
    }

    public long symbolAddend(int operand) {
        return addends[Operand.payload(operand)];
    }

    /** An operand (memory base) for a constant of 4, 8, 16 or 32 bytes in the pool; see {@code InstructionSink.constant}. */
    public int constant(int size, long low, long high) {
        if (constantCount == constantSizes.length) {
            constantSizes = Arrays.copyOf(constantSizes, constantCount * 2);
            constantBits = Arrays.copyOf(constantBits, constantCount * 4);
        }
        constantSizes[constantCount] = (byte) size;
        constantBits[constantCount * 2] = low;
        constantBits[constantCount * 2 + 1] = high;
        return Operand.make(Operand.CONSTANT, constantCount++);
    }

    public int constantSize(int operand) {
        return constantSizes[Operand.payload(operand)];
    }

    public long constantLow(int operand) {
        return constantBits[Operand.payload(operand) * 2];
    }

    public long constantHigh(int operand) {
        return constantBits[Operand.payload(operand) * 2 + 1];
    }

    /** An operand (memory base) for a jump table: for each index a block; entries are 32-bit distances from the table's start. */
    public int table(int[] blocks) {
        if (tableCount == tables.length) {
            tables = Arrays.copyOf(tables, tableCount * 2);
        }
        tables[tableCount] = blocks;
        return Operand.make(Operand.TABLE, tableCount++);
    }

    public int tableCount() {
        return tableCount;
    }

    /** The blocks of jump table {@code number}; a block that ends in an indirect jump names its table as last operand. */
    public int[] tableBlocks(int number) {
        return tables[number];
    }

    /** The number of a trap's name, for {@link Pseudo#TRAP}. */
    public int trap(String trapName) {
        for (int i = 0; i < trapCount; i++) {
            if (trapNames[i].equals(trapName)) {
                return i;
            }
        }
        if (trapCount == trapNames.length) {
            trapNames = Arrays.copyOf(trapNames, trapCount * 2);
        }
        trapNames[trapCount] = trapName;
        return trapCount++;
    }

    public String trapName(int number) {
        return trapNames[number];
    }

    /** The number of a set of registers (bits are register numbers) that a call may change. */
    public int clobbers(long registers) {
        for (int i = 0; i < clobberCount; i++) {
            if (callClobbers[i] == registers) {
                return i;
            }
        }
        if (clobberCount == callClobbers.length) {
            callClobbers = Arrays.copyOf(callClobbers, clobberCount * 2);
        }
        callClobbers[clobberCount] = registers;
        return clobberCount++;
    }

    /** The registers that a call may change, by the number that its second operand gives. */
    public long callClobbers(int number) {
        return callClobbers[number];
    }

    /** Whether the function calls one that returns twice: then slots are never shared, so that the second return finds them intact. */
    public boolean returnsTwice() {
        return returnsTwice;
    }

    public void setReturnsTwice() {
        returnsTwice = true;
    }

    /** The registers that this function has to hand back as it found them, bits by register number, besides RSP and RBP. */
    public long calleeSaved() {
        return calleeSaved;
    }

    /** Set by selection from the function's own calling convention. */
    public void setCalleeSaved(long registers) {
        calleeSaved = registers;
    }

    /** Of a function whose registers are allocated: the callee-saved registers that it changes, which the frame has to save. */
    public long savedRegisters() {
        return savedRegisters;
    }

    public void setSavedRegisters(long registers) {
        savedRegisters = registers;
    }

    // Notes for text.

    /** Whether {@link #note} and {@link #nameBlock} are of use. */
    public boolean wantsNotes() {
        return noteAt != null;
    }

    public void wantNotes() {
        noteAt = new int[16];
        noteTexts = new String[16];
        noteCount = 0;
    }

    /** Attaches a comment to the instruction that comes next. */
    public void note(String text) {
        if (noteAt == null) {
            return;
        }
        if (noteCount == noteAt.length) {
            noteAt = Arrays.copyOf(noteAt, noteCount * 2);
            noteTexts = Arrays.copyOf(noteTexts, noteCount * 2);
        }
        noteAt[noteCount] = count;
        noteTexts[noteCount++] = text;
    }

    public int noteCount() {
        return noteCount;
    }

    /** The instruction that note {@code n} stands before; ascending. */
    public int noteInstruction(int n) {
        return noteAt[n];
    }

    public String noteText(int n) {
        return noteTexts[n];
    }

    /** Gives a block its name for text. */
    public void nameBlock(int block, String blockName) {
        if (blockNames == null) {
            blockNames = new String[Math.max(16, block + 1)];
        } else if (block >= blockNames.length) {
            blockNames = Arrays.copyOf(blockNames, Math.max(block + 1, blockNames.length * 2));
        }
        blockNames[block] = blockName;
    }

    /** The name of a block in text, or {@code null}. */
    public String blockName(int block) {
        return blockNames == null || block >= blockNames.length ? null : blockNames[block];
    }
}
