package dev.kiln.compiler.lower;

import dev.kiln.asm.Form;
import dev.kiln.compiler.CallingConvention;
import dev.kiln.compiler.Target;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.compiler.machine.Operand;
import dev.kiln.ir.Data;
import dev.kiln.ir.Function;
import dev.kiln.ir.Import;
import dev.kiln.ir.Linkage;
import dev.kiln.ir.Module;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;

/**
 * The function being selected, and where its values are. Selection extends it; the lowering of calls, which selection calls, needs
 * no more than this. One per compiling thread, begun anew for each function.
 */
public abstract class LoweringContext {
    private final Target target;
    private CallingConvention convention;
    private Function function;
    private MachineFunction machine;

    protected LoweringContext(Target target) {
        this.target = target;
    }

    /** Begins a function. */
    protected void begin(Function function, MachineFunction machine) {
        this.function = function;
        this.machine = machine;
        this.convention = CallingConvention.of(function.signature().convention(), target);
    }

    public final Target target() {
        return target;
    }

    /** The function being selected. */
    public final Function function() {
        return function;
    }

    public final Module module() {
        return function.module();
    }

    /** What is being made of it; instructions are appended at the end. */
    public final MachineFunction machine() {
        return machine;
    }

    /** The operand (a virtual register) that holds a value; constants and addresses are brought into a fresh one here. */
    public abstract int use(Value value);

    /** The operand (a virtual register) that an instruction's or parameter's value is to be written to. */
    public abstract int define(Value value);

    /** Calls a function of the C library or the runtime: see {@link CallLowering#callRuntime}. */
    public abstract void callRuntime(String symbol, int[] arguments, int result);

    /** The convention of the function being selected. */
    public final CallingConvention convention() {
        return convention;
    }

    /** A fresh general register. */
    public final int newGeneral() {
        return Operand.vreg(machine.newVreg(MachineFunction.GENERAL));
    }

    /** A fresh vector register for 4, 8, 16 or 32 bytes. */
    public final int newVector(int bytes) {
        byte vregClass = switch (bytes) {
            case 4 -> MachineFunction.VECTOR4;
            case 8 -> MachineFunction.VECTOR8;
            case 16 -> MachineFunction.VECTOR16;
            default -> MachineFunction.VECTOR32;
        };
        return Operand.vreg(machine.newVreg(vregClass));
    }

    /** A fresh general register holding a 64-bit constant; the flags stay as they are. */
    public final int constant(long value) {
        int register = newGeneral();
        setConstant(register, value);
        return register;
    }

    /** Brings a 64-bit constant into a general register by the shortest move; the flags stay as they are. */
    public final void setConstant(int register, long value) {
        int form = value >>> 32 == 0
                ? Form.MOV_R32_IMM32
                : value == (int) value ? Form.MOV_RM64_IMM32S : Form.MOV_R64_IMM64;
        machine.emit(form, register, machine.literal(value));
    }

    /** Loads a value of a type that 128-bit registers hold from base + displacement. */
    public final void loadValue(int to, Type type, int base, int displacement) {
        int form = switch (type) {
            case I8 -> Form.MOVZX_R32_RM8;
            case I16 -> Form.MOVZX_R32_RM16;
            case I32 -> Form.MOV_R32_RM32;
            case F32 -> Form.MOVSS_XMM_M32;
            case F64 -> Form.MOVSD_XMM_M64;
            default -> type.isVector() ? Form.MOVUPS_XMM_XMMM128 : Form.MOV_R64_RM64;
        };
        machine.begin(form);
        machine.operand(to).memory(base, Operand.NONE, 1, displacement);
    }

    /** A fresh register holding a register's contents plus any constant. */
    public final int addOffset(int register, long offset) {
        if (offset != (int) offset) {
            int sum = constant(offset);
            machine.emit(Form.ADD_RM64_R64, sum, register);
            return sum;
        }
        int sum = newGeneral();
        machine.begin(Form.LEA_R64_M);
        machine.operand(sum).memory(register, Operand.NONE, 1, (int) offset);
        return sum;
    }

    /** Whether a symbol is surely this module's own definition, so that it can be addressed without GOT and PLT. */
    public final boolean isDefinedHere(String symbol) {
        Function defined = module().function(symbol);
        if (defined != null) {
            return defined.linkage() != Linkage.WEAK || defined == function;
        }
        Data data = module().dataNamed(symbol);
        return data != null && (data.linkage() == Linkage.LOCAL || data.linkage() == Linkage.EXPORT);
    }

    /** Whether a symbol is thread-local data, defined here or elsewhere. */
    public final boolean isThreadLocal(String symbol) {
        Data data = module().dataNamed(symbol);
        if (data != null) {
            return data.thread();
        }
        Import imported = module().importNamed(symbol);
        return imported != null && imported.thread();
    }

    /** The class of virtual register for values of a type. */
    public static byte vregClass(Type type) {
        return switch (type) {
            case VOID, I8, I16, I32, I64, PTR, REF -> MachineFunction.GENERAL;
            case F32 -> MachineFunction.VECTOR4;
            case F64 -> MachineFunction.VECTOR8;
            case V16I8, V8I16, V4I32, V2I64, V4F32, V2F64 -> MachineFunction.VECTOR16;
            case V32I8, V16I16, V8I32, V4I64, V8F32, V4F64 -> MachineFunction.VECTOR32;
        };
    }
}
