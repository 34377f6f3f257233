package dev.kiln.compiler.select;

import dev.kiln.asm.Form;
import dev.kiln.asm.RelocationKind;
import dev.kiln.base.Diagnostic;
import dev.kiln.base.DiagnosticException;
import dev.kiln.base.Position;
import dev.kiln.compiler.CompilerCode;
import dev.kiln.compiler.Target;
import dev.kiln.compiler.lower.CallLowering;
import dev.kiln.compiler.lower.LoweringContext;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.compiler.machine.Operand;
import dev.kiln.compiler.machine.Pseudo;
import dev.kiln.ir.Block;
import dev.kiln.ir.Constant;
import dev.kiln.ir.Function;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.Op;
import dev.kiln.ir.SymbolAddress;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;
import java.util.Arrays;

/**
 * The function being selected, shared by all that select: where its values are, how constants, symbols and addresses are reached, and
 * the machine function that grows. One per compiling thread; {@link #begin} starts over with the same buffers.
 *
 * <p>A value's location is a virtual register or, for an {@code alloca} of the entry block, a stack slot. Constants and symbol
 * addresses have none: they are made anew at each use. An {@code index} that only serves as an address has none either; {@link
 * #address} folds it into the memory operand. Values whose bits are those of another one ({@code bitcast}, {@code trunc}) share its
 * location: SSA makes that right, as a block parameter is only rewritten where every value computed from it is dead or read by the
 * same parallel copy, which looks at registers, not at values.
 *
 * <p>Flags: all methods that only bring values into registers leave the flags as they are, save {@link #address}, {@link #use} of
 * a symbol address and {@link #addOffset}. So bring operands in first, then compare.
 */
final class SelectionContext extends LoweringContext {
    /** Offsets up to this distance from a symbol stay within reach of a 32-bit displacement in the small code model (psABI 3.5.1). */
    private static final long SYMBOL_REACH = 1 << 24;

    private CallLowering calls;
    private MachineFunction machine;

    /** By value id: {@link Operand#VREG} or {@link Operand#SLOT}; {@link Operand#NONE} before the first use or definition. */
    private int[] locations = new int[64];

    /** By value id: how often it is used, and how many of these uses can take it in without a register. */
    private int[] uses = new int[64];

    private int[] foldedUses = new int[64];

    /** By block id: the machine block, or −1. */
    private int[] machineBlocks = new int[16];

    /** What {@link #address} found. */
    private int base;

    private int index;
    private int scale;
    private int displacement;

    /** How many of the latest trap blocks are looked at for one that serves again. */
    private static final int SHARED_TRAPS = 8;

    /** Blocks for traps, to be placed at the end: block, number of the trap's name, position. */
    private int[] trapBlocks = new int[12];

    private int trapBlockCount;

    SelectionContext(Target target) {
        super(target);
    }

    /** The lowering of calls for the function being selected. */
    CallLowering calls() {
        return calls;
    }

    /** Starts a function. Use counts are to be told by {@link #countUse} and {@link #countFoldedUse} next. */
    @Override
    protected void begin(Function next, MachineFunction into) {
        super.begin(next, into);
        calls = new CallLowering(this);
        machine = into;
        int values = next.valueCount();
        if (locations.length < values) {
            int size = Math.max(values, locations.length * 2);
            locations = new int[size];
            uses = new int[size];
            foldedUses = new int[size];
        } else {
            Arrays.fill(locations, 0, values, Operand.NONE);
            Arrays.fill(uses, 0, values, 0);
            Arrays.fill(foldedUses, 0, values, 0);
        }
        int blocks = next.blockCount();
        if (machineBlocks.length < blocks) {
            machineBlocks = new int[Math.max(blocks, machineBlocks.length * 2)];
        }
        Arrays.fill(machineBlocks, 0, blocks, -1);
        trapBlockCount = 0;
        into.setCalleeSaved(convention().calleeSaved());
    }

    /** Ends with a diagnostic: this compiler has no code for something yet. */
    DiagnosticException notYet(String what, Instruction at) {
        Position position = at == null ? Position.NONE : positionOf(at);
        return new DiagnosticException(Diagnostic.of(
                CompilerCode.NOT_YET_COMPILED, position, what, function().name()));
    }

    /** Where an instruction stands for the user: its stated source position, else its place in the text it was read from. */
    Position positionOf(Instruction i) {
        if (i.location() != 0) {
            return module().locations().get(i.location());
        }
        int text = i.textPosition();
        return text == 0 ? Position.NONE : new Position(module().sourceFile(), text >>> 10, text & 1023);
    }

    // Values.

    void countUse(Value value) {
        int id = value.id();
        if (id >= 0) {
            uses[id]++;
        }
    }

    /** Counts a use that can do without a register, provided that all uses can. */
    void countFoldedUse(Value value) {
        int id = value.id();
        if (id >= 0) {
            uses[id]++;
            foldedUses[id]++;
        }
    }

    int uses(Value value) {
        return uses[value.id()];
    }

    /**
     * Whether an {@code index} or comparison is left to its uses: each can take it in, and it is used once or is but a displacement.
     */
    boolean isFolded(Instruction i) {
        int count = uses[i.id()];
        return count == foldedUses[i.id()]
                && (count == 1 || count > 0 && i.op() == Op.INDEX && i.arg(1) instanceof Constant);
    }

    /** Log 2 of the bytes of an integer, float or pointer type: 0 to 3. */
    static int width(Type type) {
        return Integer.numberOfTrailingZeros(type.bytes());
    }

    int newRegister(Type type) {
        return Operand.vreg(machine.newVreg(vregClass(type)));
    }

    /** The virtual register that holds a value; constants, symbol addresses and slots' addresses are brought into a fresh one here. */
    @Override
    public int use(Value value) {
        int id = value.id();
        if (id >= 0) {
            int location = locations[id];
            if (Operand.isVreg(location)) {
                return location;
            }
            if (location == Operand.NONE) {
                return locations[id] = newRegister(value.type());
            }
            int result = newGeneral();
            machine.begin(Form.LEA_R64_M);
            machine.operand(result).memory(location, Operand.NONE, 1, 0);
            return result;
        }
        if (value instanceof Constant constant) {
            int result = newRegister(value.type());
            setConstant(result, value.type(), constant.bits());
            return result;
        }
        SymbolAddress address = (SymbolAddress) value;
        return symbolAddress(address.symbol(), address.offset());
    }

    /** Where a value with an id lives: {@link Operand#VREG} or {@link Operand#SLOT}. */
    int location(Value value) {
        int location = locations[value.id()];
        return location == Operand.NONE ? use(value) : location;
    }

    /** The virtual register that a result or parameter is to be written to. */
    @Override
    public int define(Value result) {
        int id = result.id();
        int location = locations[id];
        if (location == Operand.NONE) {
            location = newRegister(result.type());
            locations[id] = location;
        }
        return location;
    }

    /** Lets a value live in a stack slot: its address is the value. */
    void defineSlot(Value result, int slot) {
        locations[result.id()] = Operand.slot(slot);
    }

    /** Lets a value of the same bits share the location of another. */
    void defineAs(Value result, Value other) {
        locations[result.id()] = other.id() >= 0 ? location(other) : use(other);
    }

    void copy(int to, int from) {
        machine.emit(Pseudo.COPY, to, from);
    }

    /** Writes a value into a register that is then worked on. */
    void put(int to, Value value) {
        if (value instanceof Constant constant) {
            setConstant(to, value.type(), constant.bits());
        } else {
            machine.emit(Pseudo.COPY, to, use(value));
        }
    }

    /** A fresh virtual register with the same contents, to be overwritten. */
    int copyOf(int from) {
        int result = Operand.vreg(machine.newVreg(machine.vregClass(Operand.payload(from))));
        machine.emit(Pseudo.COPY, result, from);
        return result;
    }

    // Constants.

    /** Writes a constant of a scalar type. Leaves the flags. */
    void setConstant(int to, Type type, long bits) {
        switch (type) {
            case I8, I16, I32 -> machine.emit(Form.MOV_R32_IMM32, to, machine.literal((int) bits));
            case I64, PTR, REF -> setConstant(to, bits);
            case F32, F64 -> {
                if (bits == 0) {
                    machine.emit(Pseudo.DEFINE, to);
                    machine.emit(Form.XORPS_XMM_XMMM128, to, to);
                    return;
                }
                boolean single = type == Type.F32;
                machine.begin(single ? Form.MOVSS_XMM_M32 : Form.MOVSD_XMM_M64);
                machine.operand(to).memory(machine.constant(single ? 4 : 8, bits, 0), Operand.NONE, 1, 0);
            }
            default -> throw new IllegalArgumentException("no constants of type " + type);
        }
    }

    /** Whether a value is an integer constant that is an immediate for operations of its width. */
    static boolean isImmediate(Value value) {
        return value instanceof Constant c && !c.type().isFloat() && (int) c.bits() == c.bits();
    }

    static boolean isByte(long value) {
        return (byte) value == value;
    }

    /** A 16-byte constant in the pool as the memory operand of {@code op to, [constant]}: each 8-byte half as given. */
    void withConstant16(int form, int to, long low, long high) {
        machine.begin(form);
        machine.operand(to).memory(machine.constant(16, low, high), Operand.NONE, 1, 0);
    }

    /** A 4- or 8-byte constant in the pool as the memory operand of {@code op to, [constant]}. */
    void withConstant(int form, int to, int bytes, long bits) {
        machine.begin(form);
        machine.operand(to).memory(machine.constant(bytes, bits, 0), Operand.NONE, 1, 0);
    }

    /**
     * {@code op d, b} for a group of arithmetic forms ({@link FormTables#ADD} …), with the shortest immediate when {@code b} is a constant.
     *
     * @param width log 2 of the bytes, at which the instruction works
     */
    void arithmetic(int[] group, int width, int d, Value b) {
        if (isImmediate(b)) {
            arithmetic(group, width, d, ((Constant) b).bits());
        } else {
            machine.emit(group[FormTables.REGISTERS + width], d, use(b));
        }
    }

    /** {@code op d, immediate}; by way of a register when the immediate does not fit 32 bits sign-extended. */
    void arithmetic(int[] group, int width, int d, long immediate) {
        if ((int) immediate != immediate) {
            machine.emit(group[FormTables.REGISTERS + width], d, constant(immediate));
            return;
        }
        int row = isByte(immediate) ? FormTables.SHORT_IMMEDIATE : FormTables.IMMEDIATE;
        machine.emit(group[row + width], d, machine.literal(immediate));
    }

    // Integers narrower than their register.

    /** A register with an {@code i8} or {@code i16} widened to 32 bits; wider values as they are. */
    int extended(Value value, boolean signed) {
        Type type = value.type();
        if (type != Type.I8 && type != Type.I16) {
            return use(value);
        }
        int result = newGeneral();
        if (value instanceof Constant c) {
            long bits = signed ? c.bits() : c.bits() & (1L << type.bits()) - 1;
            machine.emit(Form.MOV_R32_IMM32, result, machine.literal(bits));
        } else {
            machine.emit(extension(type, signed), result, use(value));
        }
        return result;
    }

    /** The move that widens {@code i8} or {@code i16} to 32 bits. */
    static int extension(Type type, boolean signed) {
        if (type == Type.I8) {
            return signed ? Form.MOVSX_R32_RM8 : Form.MOVZX_R32_RM8;
        }
        return signed ? Form.MOVSX_R32_RM16 : Form.MOVZX_R32_RM16;
    }

    /** A register with an integer widened to 64 bits. */
    int extended64(Value value, boolean signed) {
        Type type = value.type();
        if (type == Type.I64) {
            return use(value);
        }
        int result = newGeneral();
        if (value instanceof Constant c) {
            setConstant(result, signed ? c.bits() : c.bits() & (1L << type.bits()) - 1);
        } else {
            widen(result, Type.I64, use(value), type, signed);
        }
        return result;
    }

    /** Writes an integer widened to a wider type. */
    void widen(int to, Type toType, int from, Type fromType, boolean signed) {
        if (fromType == Type.I32) {
            machine.emit(signed ? Form.MOVSXD_R64_RM32 : Form.MOV_RM32_R32, to, from);
        } else if (signed && toType == Type.I64) {
            machine.emit(fromType == Type.I8 ? Form.MOVSX_R64_RM8 : Form.MOVSX_R64_RM16, to, from);
        } else {
            machine.emit(extension(fromType, signed), to, from);
        }
    }

    // Symbols.

    /** A fresh register with the address of a symbol plus an offset. */
    int symbolAddress(String symbol, long offset) {
        if (isThreadLocal(symbol)) {
            return calls.threadAddress(symbol, offset);
        }
        int result = newGeneral();
        if (!isDefinedHere(symbol)) {
            machine.begin(Form.MOV_R64_RM64);
            machine.operand(result).memory(machine.symbol(symbol, RelocationKind.GOTPCREL, 0), Operand.NONE, 1, 0);
            return offset == 0 ? result : addOffset(result, offset);
        }
        boolean near = isNear(offset);
        machine.begin(Form.LEA_R64_M);
        machine.operand(result)
                .memory(machine.symbol(symbol, RelocationKind.PC32, near ? offset : 0), Operand.NONE, 1, 0);
        return near ? result : addOffset(result, offset);
    }

    private static boolean isNear(long offset) {
        return offset > -SYMBOL_REACH && offset < SYMBOL_REACH;
    }

    // Addresses.

    /**
     * Finds the memory operand for an address, folding {@code index}, slots, symbols and constants into it; emits what cannot be
     * folded. The operand is appended by {@link #memory}.
     */
    void address(Value pointer) {
        address(pointer, null);
    }

    /** Finds the memory operand whose address is what an {@code index} computes. */
    void addressOfIndex(Instruction computed) {
        address(computed, computed);
    }

    private void address(Value pointer, Instruction computed) {
        long distance = 0;
        index = Operand.NONE;
        scale = 1;
        Value from = pointer;
        while (from instanceof Instruction i
                && i.op() == Op.INDEX
                && (i == computed || locations[i.id()] == Operand.NONE)) {
            distance += i.immediate2();
            if (i.arg(1) instanceof Constant constant) {
                distance += constant.bits() * i.immediate();
            } else {
                scaledIndex(use(i.arg(1)), i.immediate());
            }
            from = i.arg(0);
        }
        int id = from.id();
        if (id >= 0) {
            base = locations[id];
            if (base == Operand.NONE) {
                base = use(from);
            }
        } else if (from instanceof Constant constant) {
            base = Operand.NONE;
            distance += constant.bits();
        } else {
            SymbolAddress symbol = (SymbolAddress) from;
            distance += symbol.offset();
            if (index == Operand.NONE && isNear(distance) && isReachable(symbol.symbol())) {
                base = machine.symbol(symbol.symbol(), RelocationKind.PC32, distance);
                distance = 0;
            } else {
                base = symbolAddress(symbol.symbol(), 0);
            }
        }
        displace(distance);
    }

    /** Whether the symbol can be addressed relative to the instruction pointer. */
    private boolean isReachable(String symbol) {
        return isDefinedHere(symbol) && !isThreadLocal(symbol);
    }

    private void scaledIndex(int register, long factor) {
        if (factor == 1 || factor == 2 || factor == 4 || factor == 8) {
            index = register;
            scale = (int) factor;
            return;
        }
        if (factor == 0) {
            return;
        }
        index = newGeneral();
        if ((int) factor == factor) {
            machine.emit(
                    isByte(factor) ? Form.IMUL_R64_RM64_IMM8S : Form.IMUL_R64_RM64_IMM32S,
                    index,
                    register,
                    machine.literal(factor));
        } else {
            setConstant(index, factor);
            machine.emit(Form.IMUL_R64_RM64, index, register);
        }
    }

    private void displace(long distance) {
        displacement = (int) distance;
        if (displacement == distance && isWithinReach(distance)) {
            return;
        }
        int far = constant(distance);
        displacement = 0;
        if (base == Operand.NONE) {
            base = far;
        } else if (index == Operand.NONE) {
            index = far;
            scale = 1;
        } else {
            int sum = newGeneral();
            machine.begin(Form.LEA_R64_M);
            machine.operand(sum).memory(base, far, 1, 0);
            base = sum;
        }
    }

    private boolean isWithinReach(long distance) {
        return Operand.tag(base) != Operand.SLOT
                || distance >= -Operand.SLOT_REACH
                        && distance < (long) machine.slotSize(Operand.payload(base)) + Operand.SLOT_REACH;
    }

    /** Appends the memory operand that {@link #address} found to the instruction begun last. */
    void memory() {
        machine.memory(base, index, scale, displacement);
    }

    /** {@code form to, [address found]}. */
    void load(int form, int to) {
        machine.begin(form);
        machine.operand(to);
        memory();
    }

    /** {@code form [address found], from}. */
    void store(int form, int from) {
        machine.begin(form);
        memory();
        machine.operand(from);
    }

    /** Makes the address found a plain base register and displacement 0 and gives the register. */
    int addressRegister() {
        if (Operand.isVreg(base) && index == Operand.NONE && displacement == 0) {
            return base;
        }
        int result = newGeneral();
        load(Form.LEA_R64_M, result);
        return result;
    }

    /** The move from memory for a value of a type. */
    static int loadForm(Type type) {
        return switch (type) {
            case I8 -> Form.MOVZX_R32_RM8;
            case I16 -> Form.MOVZX_R32_RM16;
            case I32 -> Form.MOV_R32_RM32;
            case I64, PTR, REF -> Form.MOV_R64_RM64;
            case F32 -> Form.MOVSS_XMM_M32;
            case F64 -> Form.MOVSD_XMM_M64;
            case V16I8, V8I16, V4I32, V2I64, V4F32, V2F64 -> Form.MOVUPS_XMM_XMMM128;
            case VOID, V32I8, V16I16, V8I32, V4I64, V8F32, V4F64 ->
                throw new IllegalArgumentException("no load of type " + type);
        };
    }

    /** The move to memory for a value of a type. */
    static int storeForm(Type type) {
        return switch (type) {
            case I8 -> Form.MOV_RM8_R8;
            case I16 -> Form.MOV_RM16_R16;
            case I32 -> Form.MOV_RM32_R32;
            case I64, PTR, REF -> Form.MOV_RM64_R64;
            case F32 -> Form.MOVSS_M32_XMM;
            case F64 -> Form.MOVSD_M64_XMM;
            case V16I8, V8I16, V4I32, V2I64, V4F32, V2F64 -> Form.MOVUPS_XMMM128_XMM;
            case VOID, V32I8, V16I16, V8I32, V4I64, V8F32, V4F64 ->
                throw new IllegalArgumentException("no store of type " + type);
        };
    }

    @Override
    public void callRuntime(String symbol, int[] arguments, int result) {
        calls.callRuntime(symbol, arguments, result);
    }

    /** Writes 1 when the condition code holds, else 0. */
    void setIf(int to, int condition) {
        int flag = newGeneral();
        machine.emit(FormTables.SETCC[condition], flag);
        machine.emit(Form.MOVZX_R32_RM8, to, flag);
    }

    // Blocks.

    /** The machine block of an IR block. */
    int block(Block block) {
        int id = block.id();
        if (machineBlocks[id] < 0) {
            machineBlocks[id] = machine.newBlock();
            if (machine.wantsNotes()) {
                machine.nameBlock(machineBlocks[id], block.toString());
            }
        }
        return machineBlocks[id];
    }

    void jump(int block) {
        machine.emit(Form.JMP_REL32, Operand.block(block));
    }

    /** Jumps to a block under a condition code; otherwise goes on behind it. */
    void jumpIf(int condition, int block) {
        machine.emit(FormTables.JCC[condition], Operand.block(block));
    }

    /**
     * The position to keep for an instruction: in memory its place in the text serves where none is stated; an object holds stated ones
     * only, so that it does not depend on how the text is laid out.
     */
    int position(Instruction i) {
        return target().purpose() == Target.Purpose.MEMORY ? i.positionNumber() : i.location();
    }

    /** A block, placed behind the function, that traps as the instruction being selected. */
    int trapBlock(String name, int position) {
        int number = machine.trap(name);
        for (int n = trapBlockCount - 1, i = 0; n >= 0 && i < SHARED_TRAPS; n--, i++) {
            if (trapBlocks[n * 3 + 1] == number && trapBlocks[n * 3 + 2] == position) {
                return trapBlocks[n * 3];
            }
        }
        int at = trapBlockCount * 3;
        if (at == trapBlocks.length) {
            trapBlocks = Arrays.copyOf(trapBlocks, at * 2);
        }
        int block = machine.newBlock();
        trapBlocks[at] = block;
        trapBlocks[at + 1] = number;
        trapBlocks[at + 2] = position;
        trapBlockCount++;
        return block;
    }

    /** Places the trap blocks. */
    void placeTraps() {
        for (int at = 0; at < trapBlockCount * 3; at += 3) {
            machine.startBlock(trapBlocks[at]);
            machine.setPosition(trapBlocks[at + 2]);
            machine.emit(Pseudo.TRAP, Operand.small(trapBlocks[at + 1]));
        }
    }
}
