package dev.kiln.compiler.lower;

import dev.kiln.compiler.Target;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.ir.Function;
import dev.kiln.ir.Module;
import dev.kiln.ir.Value;

/**
 * The function being selected, and where its values are. Selection extends it; the lowering of calls, which selection calls, needs
 * no more than this. One per compiling thread, begun anew for each function.
 */
public abstract class LoweringContext {
    private final Target target;
    private Function function;
    private MachineFunction machine;

    protected LoweringContext(Target target) {
        this.target = target;
    }

    /** Begins a function. */
    protected void begin(Function function, MachineFunction machine) {
        this.function = function;
        this.machine = machine;
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

    /** The class of virtual register for values of a type. */
    public static byte vregClass(dev.kiln.ir.Type type) {
        return switch (type) {
            case VOID, I8, I16, I32, I64, PTR, REF -> MachineFunction.GENERAL;
            case F32 -> MachineFunction.VECTOR4;
            case F64 -> MachineFunction.VECTOR8;
            case V16I8, V8I16, V4I32, V2I64, V4F32, V2F64 -> MachineFunction.VECTOR16;
            case V32I8, V16I16, V8I32, V4I64, V8F32, V4F64 -> MachineFunction.VECTOR32;
        };
    }
}
