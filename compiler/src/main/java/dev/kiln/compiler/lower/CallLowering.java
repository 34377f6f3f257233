package dev.kiln.compiler.lower;

import dev.kiln.asm.Form;
import dev.kiln.asm.Registers;
import dev.kiln.asm.RelocationKind;
import dev.kiln.base.Diagnostic;
import dev.kiln.base.DiagnosticException;
import dev.kiln.compiler.CallingConvention;
import dev.kiln.compiler.CompilerCode;
import dev.kiln.compiler.RuntimeSymbols;
import dev.kiln.compiler.Target;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.compiler.machine.Operand;
import dev.kiln.compiler.machine.Pseudo;
import dev.kiln.ir.AggregateType;
import dev.kiln.ir.BlockParam;
import dev.kiln.ir.CallSite;
import dev.kiln.ir.Function;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.Signature;
import dev.kiln.ir.SymbolAddress;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;
import dev.kiln.ir.abi.ArgumentAssignment;
import dev.kiln.ir.abi.Eightbytes;
import java.util.Arrays;
import java.util.List;

/**
 * Everything that depends on the calling convention: calls, the entry of a function, its returns, variadic arguments. Values go to
 * and come from their registers by COPYs that stand directly around the call, so that no physical register is live for long.
 *
 * <p>Outgoing stack arguments live in an area that each call makes and takes away around itself; nothing else moves the stack
 * pointer but dynamic allocation, and slots are addressed from the frame pointer.
 */
public final class CallLowering {
    /** The register save area of a variadic function: 6 general and 8 vector registers (AMD64 supplement, figure 3.33). */
    private static final int SAVED_GENERAL = 6 * 8, SAVE_AREA = SAVED_GENERAL + 8 * 16;

    /** What arguments or a result may take on the stack, in bytes, so that offsets with some room to spare are ints. */
    private static final int LARGEST_AREA = Integer.MAX_VALUE - (1 << 16);

    private final LoweringContext c;
    private final CallingConvention convention;
    private final ArgumentAssignment assignment;

    /** For the pieces of the call at hand that travel in registers: the register with the value, and where it must go. */
    private int[] values = new int[16];

    private int[] places = new int[16];
    private int count;

    /** The address where an aggregate result must be stored: hidden argument or {@code sret} parameter. */
    private int resultAddress = Operand.NONE;

    /** The slot of the aggregate whose pieces are being received. */
    private int lastSlot;

    private int saveArea = Operand.NONE;
    private int firstStackVariadic;
    private int generalUsed;
    private int vectorsUsed;

    public CallLowering(LoweringContext c) {
        this.c = c;
        this.convention = c.convention();
        this.assignment = new ArgumentAssignment(convention.rules());
    }

    /** Receives the parameters; to be called at the start of the entry block. */
    public void enter(Function function) {
        MachineFunction m = c.machine();
        Signature signature = function.signature();
        assignment.assign(signature, List.of());
        checkSize(signature, -function.textPosition());
        boolean startsVariadics = signature.variadic();
        m.begin(Pseudo.ENTRY);
        for (int i = 0; i < assignment.pieces(); i++) {
            if (registerOf(i) != Registers.NONE) {
                m.operand(Operand.reg(registerOf(i)));
            }
        }
        if (startsVariadics) {
            for (int n = assignment.generalUsed(); n < convention.generalArgumentCount(); n++) {
                m.operand(Operand.reg(convention.generalArgument(n)));
            }
            for (int n = assignment.vectorsUsed(); n < convention.vectorArgumentCount(); n++) {
                m.operand(Operand.reg(convention.vectorArgument(n)));
            }
            saveVariadicRegisters(m);
        }
        // First everything out of the physical registers, then the memory traffic of aggregates.
        count = 0;
        for (int i = 0; i < assignment.pieces(); i++) {
            add(takeRegister(m, function, i), Operand.NONE);
        }
        for (int i = 0; i < assignment.pieces(); i++) {
            int argument = assignment.argument(i);
            if (argument < 0) {
                resultAddress = values[i];
                continue;
            }
            BlockParam param = function.params().get(argument);
            Signature.Param shape = signature.params().get(argument);
            if (shape.byValue() != null) {
                receiveAggregate(m, param, shape.byValue(), i);
            } else if (registerOf(i) == Registers.NONE) {
                c.loadValue(c.define(param), param.type(), Operand.reg(Registers.RBP), incoming(stackOffset(i)));
            }
            if (shape.role() == Signature.Role.SRET) {
                resultAddress = c.use(param);
            }
        }
        generalUsed = assignment.generalUsed();
        vectorsUsed = assignment.vectorsUsed();
        firstStackVariadic = incoming(Math.toIntExact(assignment.stackUsed()));
    }

    /** The register a piece travels in, or {@link Registers#NONE}: then on the stack. */
    private int registerOf(int piece) {
        int n = assignment.index(piece);
        return switch (assignment.place(piece)) {
            case GENERAL -> convention.generalArgument(n);
            case VECTOR -> convention.vectorArgument(n);
            case ENVIRONMENT -> convention.environmentRegister();
            case STACK -> Registers.NONE;
        };
    }

    private int stackOffset(int piece) {
        return Math.toIntExact(assignment.stackOffset(piece));
    }

    private int sizeOf(int piece) {
        return Math.toIntExact(assignment.size(piece));
    }

    /** The register in which part {@code i} of an aggregate is returned. */
    private int resultRegister(Eightbytes parts, int i) {
        return parts.isVector(i) ? convention.vectorResult(parts.index(i)) : convention.generalResult(parts.index(i));
    }

    /** The displacement from the frame pointer of a place in the incoming argument area: above saved rbp and return address. */
    private static int incoming(int stackOffset) {
        return Math.addExact(16, stackOffset);
    }

    /** Copies a piece out of its physical register; the virtual register it is in then. */
    private int takeRegister(MachineFunction m, Function function, int piece) {
        int register = registerOf(piece);
        if (register == Registers.NONE) {
            return Operand.NONE;
        }
        int argument = assignment.argument(piece);
        int value;
        if (argument >= 0 && function.signature().params().get(argument).byValue() == null) {
            value = c.define(function.params().get(argument));
        } else {
            value = Registers.isVector(register) ? c.newVector(Math.max(8, sizeOf(piece))) : c.newGeneral();
        }
        m.emit(Pseudo.COPY, value, Operand.reg(register));
        return value;
    }

    private void receiveAggregate(MachineFunction m, BlockParam param, AggregateType type, int piece) {
        if (registerOf(piece) == Registers.NONE) {
            m.begin(Form.LEA_R64_M);
            m.operand(c.define(param))
                    .memory(Operand.reg(Registers.RBP), Operand.NONE, 1, incoming(stackOffset(piece)));
            return;
        }
        int part = assignment.partOffset(piece);
        int slot;
        if (part == 0) {
            slot = newSlot(m, type);
            m.begin(Form.LEA_R64_M);
            m.operand(c.define(param)).memory(slot, Operand.NONE, 1, 0);
        } else {
            slot = lastSlot;
        }
        storePiece(m, values[piece], slot, part, sizeOf(piece));
    }

    /** Refuses what 32-bit offsets do not reach. */
    private void checkSize(Signature signature, int position) {
        AggregateType result = signature.resultAggregate();
        long slot = result == null ? 0 : Math.max(result.size(), result.align());
        long largest = Math.max(assignment.stackUsed(), slot);
        if (largest > LARGEST_AREA) {
            throw new DiagnosticException(Diagnostic.of(
                    CompilerCode.ARGUMENTS_TOO_LARGE,
                    c.module().positionOf(position),
                    c.function().name(),
                    Long.toString(largest),
                    Integer.toString(LARGEST_AREA)));
        }
    }

    private int newSlot(MachineFunction m, AggregateType type) {
        int align = Math.toIntExact(Math.max(8, type.align()));
        lastSlot = Operand.slot(m.newSlot(Math.toIntExact(Math.max(1, type.size())), align));
        return lastSlot;
    }

    private void saveVariadicRegisters(MachineFunction m) {
        saveArea = Operand.slot(m.newSlot(SAVE_AREA, 16));
        for (int n = assignment.generalUsed(); n < convention.generalArgumentCount(); n++) {
            m.begin(Form.MOV_RM64_R64);
            m.memory(saveArea, Operand.NONE, 1, n * 8).operand(Operand.reg(convention.generalArgument(n)));
        }
        for (int n = assignment.vectorsUsed(); n < convention.vectorArgumentCount(); n++) {
            m.begin(Form.MOVAPS_XMMM128_XMM);
            m.memory(saveArea, Operand.NONE, 1, SAVED_GENERAL + n * 16)
                    .operand(Operand.reg(convention.vectorArgument(n)));
        }
    }

    /** Returns; the instruction's operand, if any, is the result. */
    public void ret(Instruction instruction) {
        MachineFunction m = c.machine();
        Signature signature = c.function().signature();
        count = 0;
        if (signature.resultAggregate() != null) {
            returnAggregate(m, signature.resultAggregate(), c.use(instruction.arg(0)));
        } else if (instruction.argCount() > 0) {
            Type type = signature.result();
            int value = extended(m, instruction.arg(0), type, signature.resultExtension());
            add(value, type.inVectorRegister() ? convention.vectorResult(0) : convention.generalResult(0));
        } else if (resultAddress != Operand.NONE) {
            add(resultAddress, convention.generalResult(0));
        }
        copyToPlaces(m);
        m.begin(Pseudo.RET);
        for (int i = 0; i < count; i++) {
            m.operand(Operand.reg(places[i]));
        }
    }

    private void returnAggregate(MachineFunction m, AggregateType type, int address) {
        Eightbytes parts = convention.rules().classify(type);
        if (parts.inMemory()) {
            BlockCopy.copy(c, resultAddress, 0, address, 0, type.size());
            add(resultAddress, convention.generalResult(0));
            return;
        }
        for (int i = 0; i < parts.registers(); i++) {
            add(loadPiece(m, parts.isVector(i), address, i * 8, parts.size(i)), resultRegister(parts, i));
        }
    }

    /** Calls. */
    public void call(Instruction instruction) {
        CallSite site = instruction.callSite();
        Signature signature = site.signature();
        MachineFunction m = c.machine();
        assignment.assign(signature, site.variadicArguments());
        checkSize(signature, instruction.positionNumber());
        int resultSlot = signature.resultAggregate() == null ? Operand.NONE : newSlot(m, signature.resultAggregate());
        int target = target(instruction.arg(0));
        int area = Math.toIntExact(AggregateType.roundUp(assignment.stackUsed(), convention.stackAlignment()));
        // Values are made before the stack pointer moves: making one may itself call.
        count = 0;
        for (int i = 0; i < assignment.pieces(); i++) {
            int argument = assignment.argument(i);
            if (argument < 0) {
                add(BlockCopy.address(c, resultSlot, 0), registerOf(i));
            } else if (site.argument(argument).byValue() == null) {
                Signature.Param shape = site.argument(argument);
                add(extended(m, instruction.arg(argument + 1), shape.type(), shape.extension()), registerOf(i));
            } else if (registerOf(i) == Registers.NONE) {
                add(c.use(instruction.arg(argument + 1)), Registers.NONE);
            } else {
                add(
                        loadPiece(
                                m,
                                Registers.isVector(registerOf(i)),
                                c.use(instruction.arg(argument + 1)),
                                assignment.partOffset(i),
                                sizeOf(i)),
                        registerOf(i));
            }
        }
        growStack(m, area);
        for (int i = 0; i < assignment.pieces(); i++) {
            if (registerOf(i) != Registers.NONE) {
                continue;
            }
            Signature.Param shape = site.argument(assignment.argument(i));
            int stack = Operand.reg(Registers.RSP);
            if (shape.byValue() != null) {
                BlockCopy.copy(c, stack, stackOffset(i), values[i], 0, sizeOf(i));
            } else if (shape.type().inVectorRegister()) {
                storePiece(m, values[i], stack, stackOffset(i), sizeOf(i));
            } else {
                BlockCopy.store(c, values[i], stack, stackOffset(i), 8);
            }
        }
        copyToPlaces(m);
        if (signature.variadic() && convention.vectorCountRegister() != Registers.NONE) {
            m.emit(
                    Form.MOV_R32_IMM32,
                    Operand.reg(convention.vectorCountRegister()),
                    Operand.small(assignment.vectorsUsed()));
            add(Operand.NONE, convention.vectorCountRegister());
        }
        emitCall(m, signature, target);
        shrinkStack(m, area);
        receiveResult(m, instruction, signature, resultSlot);
    }

    /**
     * Calls a function of the C library or of the runtime with integer arguments or, by vector registers among them, floats.
     *
     * @param arguments virtual registers, at most as many as travel in registers
     * @param result the virtual register for the result, or {@link Operand#NONE}
     */
    public void callRuntime(String symbol, int[] arguments, int result) {
        MachineFunction m = c.machine();
        for (int i = 0, generals = 0, vectors = 0; i < arguments.length; i++) {
            int place = isVector(m, arguments[i])
                    ? convention.vectorArgument(vectors++)
                    : convention.generalArgument(generals++);
            m.emit(Pseudo.COPY, Operand.reg(place), arguments[i]);
        }
        boolean vectorResult = result != Operand.NONE && isVector(m, result);
        int where = vectorResult ? convention.vectorResult(0) : convention.generalResult(0);
        m.begin(Pseudo.CALL);
        m.operand(Operand.small(result == Operand.NONE ? 0 : 1));
        m.operand(Operand.small(m.clobbers(convention.callerSaved())));
        if (result != Operand.NONE) {
            m.operand(Operand.reg(where));
        }
        m.operand(m.symbol(symbol, RelocationKind.PLT32, 0));
        for (int i = 0, generals = 0, vectors = 0; i < arguments.length; i++) {
            m.operand(Operand.reg(
                    isVector(m, arguments[i])
                            ? convention.vectorArgument(vectors++)
                            : convention.generalArgument(generals++)));
        }
        if (result != Operand.NONE) {
            m.emit(Pseudo.COPY, result, Operand.reg(where));
        }
    }

    /** The address of the calling thread's copy of thread-local data, in a fresh register. */
    public int threadAddress(String symbol, long offset) {
        MachineFunction m = c.machine();
        int result = c.newGeneral();
        int cell = m.symbol(symbol, RelocationKind.GOTTPOFF, 0);
        if (c.target().threadModel() == Target.ThreadModel.EMULATED) {
            // In memory the cell holds what the routine needs to find the symbol in the calling thread's block.
            int descriptor = c.newGeneral();
            m.begin(Form.MOV_R64_RM64);
            m.operand(descriptor).memory(cell, Operand.NONE, 1, 0);
            callRuntime(RuntimeSymbols.THREAD_ADDRESS, new int[] {descriptor}, result);
        } else {
            // Initial-exec: the thread pointer, which fs:0 holds itself, plus the offset that the loader put into the
            // cell.
            m.begin(Form.MOV_R64_RM64);
            m.operand(result)
                    .operand(Operand.memoryHead(1, Registers.FS))
                    .operand(Operand.NONE)
                    .operand(Operand.NONE)
                    .operand(0);
            m.begin(Form.ADD_R64_RM64);
            m.operand(result).memory(cell, Operand.NONE, 1, 0);
        }
        if (offset != 0) {
            return c.addOffset(result, offset);
        }
        return result;
    }

    /** Starts the variadic arguments of this function in the va_list at an address (AMD64 supplement, 3.5.7). */
    public void vaStart(Instruction instruction) {
        MachineFunction m = c.machine();
        int list = c.use(instruction.arg(0));
        m.begin(Form.MOV_RM32_IMM32);
        m.memory(list, Operand.NONE, 1, 0).operand(Operand.small(Math.min(generalUsed, 6) * 8));
        m.begin(Form.MOV_RM32_IMM32);
        m.memory(list, Operand.NONE, 1, 4).operand(Operand.small(SAVED_GENERAL + vectorsUsed * 16));
        int stack = c.newGeneral();
        m.begin(Form.LEA_R64_M);
        m.operand(stack).memory(Operand.reg(Registers.RBP), Operand.NONE, 1, firstStackVariadic);
        BlockCopy.store(c, stack, list, 8, 8);
        BlockCopy.store(c, BlockCopy.address(c, saveArea, 0), list, 16, 8);
    }

    /** Takes the next variadic argument, without branches: both candidates are computed and one is chosen. */
    public void vaArg(Instruction instruction) {
        MachineFunction m = c.machine();
        Type type = instruction.type();
        boolean vector = type.inVectorRegister();
        int list = c.use(instruction.arg(0));
        int field = vector ? 4 : 0;
        int step = vector ? 16 : 8;
        int limit = vector ? SAVE_AREA : SAVED_GENERAL;
        int offset = c.newGeneral();
        BlockCopy.load(c, offset, list, field, 4);
        int overflow = c.newGeneral();
        BlockCopy.load(c, overflow, list, 8, 8);
        int where = c.newGeneral();
        BlockCopy.load(c, where, list, 16, 8);
        m.emit(Form.ADD_RM64_R64, where, offset);
        int nextOverflow = BlockCopy.address(c, overflow, 8);
        int nextOffset = BlockCopy.address(c, offset, step);
        m.emit(Form.CMP_RM32_IMM32, offset, Operand.small(limit));
        m.emit(Form.CMOVAE_R64_RM64, where, overflow);
        m.emit(Form.CMOVAE_R64_RM64, nextOffset, offset);
        m.emit(Form.CMOVB_R64_RM64, nextOverflow, overflow);
        BlockCopy.store(c, nextOffset, list, field, 4);
        BlockCopy.store(c, nextOverflow, list, 8, 8);
        c.loadValue(c.define(instruction), type, where, 0);
    }

    /** Copies a va_list. */
    public void vaCopy(Instruction instruction) {
        BlockCopy.copy(c, c.use(instruction.arg(0)), 0, c.use(instruction.arg(1)), 0, 24);
    }

    private void receiveResult(MachineFunction m, Instruction instruction, Signature signature, int slot) {
        AggregateType aggregate = signature.resultAggregate();
        if (aggregate == null) {
            if (signature.result() != Type.VOID) {
                boolean vector = signature.result().inVectorRegister();
                int from = vector ? convention.vectorResult(0) : convention.generalResult(0);
                m.emit(Pseudo.COPY, c.define(instruction), Operand.reg(from));
            }
            return;
        }
        Eightbytes parts = convention.rules().classify(aggregate);
        count = 0;
        for (int i = 0; i < parts.registers(); i++) {
            int value = parts.isVector(i) ? c.newVector(16) : c.newGeneral();
            int from = resultRegister(parts, i);
            m.emit(Pseudo.COPY, value, Operand.reg(from));
            add(value, from);
        }
        for (int i = 0; i < parts.registers(); i++) {
            storePiece(m, values[i], slot, i * 8, parts.size(i));
        }
        m.begin(Form.LEA_R64_M);
        m.operand(c.define(instruction)).memory(slot, Operand.NONE, 1, 0);
    }

    private void emitCall(MachineFunction m, Signature signature, int target) {
        AggregateType aggregate = signature.resultAggregate();
        m.begin(Pseudo.CALL);
        int clobbers = m.clobbers(convention.callerSaved());
        if (aggregate != null) {
            Eightbytes parts = convention.rules().classify(aggregate);
            m.operand(Operand.small(parts.registers())).operand(Operand.small(clobbers));
            for (int i = 0; i < parts.registers(); i++) {
                m.operand(Operand.reg(resultRegister(parts, i)));
            }
        } else if (signature.result() == Type.VOID) {
            m.operand(Operand.small(0)).operand(Operand.small(clobbers));
        } else {
            boolean vector = signature.result().inVectorRegister();
            m.operand(Operand.small(1)).operand(Operand.small(clobbers));
            m.operand(Operand.reg(vector ? convention.vectorResult(0) : convention.generalResult(0)));
        }
        m.operand(target);
        for (int i = 0; i < count; i++) {
            if (places[i] != Registers.NONE) {
                m.operand(Operand.reg(places[i]));
            }
        }
    }

    /** The target operand of a call: a symbol where the callee is known by name, else a register. */
    private int target(Value callee) {
        if (callee instanceof SymbolAddress address && address.offset() == 0 && !c.isThreadLocal(address.symbol())) {
            boolean here = c.isDefinedHere(address.symbol());
            return c.machine().symbol(address.symbol(), here ? RelocationKind.PC32 : RelocationKind.PLT32, 0);
        }
        return c.use(callee);
    }

    /** The value, widened to 32 bits where the signature asks for it. */
    private int extended(MachineFunction m, Value value, Type type, Signature.Extension extension) {
        int register = c.use(value);
        if (extension == Signature.Extension.NONE || type != Type.I8 && type != Type.I16) {
            return register;
        }
        boolean signed = extension == Signature.Extension.SIGN;
        int form = type == Type.I8
                ? signed ? Form.MOVSX_R32_RM8 : Form.MOVZX_R32_RM8
                : signed ? Form.MOVSX_R32_RM16 : Form.MOVZX_R32_RM16;
        int wide = c.newGeneral();
        m.emit(form, wide, register);
        return wide;
    }

    private int loadPiece(MachineFunction m, boolean vector, int base, int offset, int size) {
        if (!vector) {
            return BlockCopy.loadPart(c, base, offset, size);
        }
        int value = c.newVector(Math.max(8, size));
        if (size != 4 && size != 8 && size != 16) {
            // Padding or an odd tail: bytes are gathered in a general register first.
            int bits = BlockCopy.loadPart(c, base, offset, size);
            m.emit(Form.MOVQ_XMM_RM64, value, bits);
            return value;
        }
        m.begin(size == 4 ? Form.MOVSS_XMM_M32 : size == 8 ? Form.MOVSD_XMM_M64 : Form.MOVUPS_XMM_XMMM128);
        m.operand(value).memory(base, Operand.NONE, 1, offset);
        return value;
    }

    private void storePiece(MachineFunction m, int value, int base, int offset, int size) {
        if (!isVector(m, value)) {
            BlockCopy.storePart(c, value, base, offset, size);
            return;
        }
        if (size != 4 && size != 8 && size != 16) {
            int bits = c.newGeneral();
            m.emit(Form.MOVQ_RM64_XMM, bits, value);
            BlockCopy.storePart(c, bits, base, offset, size);
            return;
        }
        m.begin(size == 4 ? Form.MOVSS_M32_XMM : size == 8 ? Form.MOVSD_M64_XMM : Form.MOVUPS_XMMM128_XMM);
        m.memory(base, Operand.NONE, 1, offset).operand(value);
    }

    private static boolean isVector(MachineFunction m, int vreg) {
        return m.vregClass(Operand.payload(vreg)) != MachineFunction.GENERAL;
    }

    private void growStack(MachineFunction m, int bytes) {
        if (bytes == 0) {
            return;
        }
        if (bytes > Pseudo.UNPROBED) {
            m.emit(Pseudo.GROW_STACK, c.constant(bytes));
            return;
        }
        moveStack(m, Form.SUB_RM64_IMM32S, bytes);
    }

    private void shrinkStack(MachineFunction m, int bytes) {
        if (bytes != 0) {
            moveStack(m, Form.ADD_RM64_IMM32S, bytes);
        }
    }

    private static void moveStack(MachineFunction m, int form, int bytes) {
        boolean small = bytes < 128;
        int shortForm = form == Form.SUB_RM64_IMM32S ? Form.SUB_RM64_IMM8S : Form.ADD_RM64_IMM8S;
        m.emit(small ? shortForm : form, Operand.reg(Registers.RSP), m.literal(bytes));
    }

    private void add(int value, int place) {
        if (count == values.length) {
            values = Arrays.copyOf(values, count * 2);
            places = Arrays.copyOf(places, count * 2);
        }
        values[count] = value;
        places[count++] = place;
    }

    private void copyToPlaces(MachineFunction m) {
        for (int i = 0; i < count; i++) {
            if (places[i] != Registers.NONE) {
                m.emit(Pseudo.COPY, Operand.reg(places[i]), values[i]);
            }
        }
    }
}
