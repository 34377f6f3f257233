package dev.kiln.ir;

import dev.kiln.ir.internal.OperandTypes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Builds a function by hand, with the types checked where the call stands. Can say all that IR text can say.
 *
 * <pre>{@code
 * Module m = new Module("demo");
 * FunctionBuilder b = new FunctionBuilder(m, "max", Signature.of(Type.I32, Type.I32, Type.I32), "a", "b");
 * b.function().setLinkage(Linkage.EXPORT);
 * Block first = b.block("first"), second = b.block("second");
 * b.br(b.compare(Op.GT_S, b.param(0), b.param(1)), first, second);
 * b.at(first).ret(b.param(0));
 * b.at(second).ret(b.param(1));
 * }</pre>
 *
 * Every method that makes an instruction appends it to the current block and throws {@link IllegalArgumentException}, saying what is
 * wrong, when operands do not fit; {@link IllegalStateException} when there is no current block or it is already finished. What
 * needs the whole function (dominance, unfinished blocks) is left to the verifier.
 */
public final class FunctionBuilder {
    private static final Value[] NO_VALUES = {};

    private final Function function;
    private Block current;
    private int location;

    /**
     * Adds a function with its entry block and positions at it.
     *
     * @param parameterNames names for the first parameters; the others have none
     * @throws IllegalArgumentException when the name is taken
     */
    public FunctionBuilder(Module module, String name, Signature signature, String... parameterNames) {
        function = module.addFunction(name, signature);
        if (function == null) {
            throw new IllegalArgumentException("@" + name + " is already defined in module " + module.name());
        }
        if (parameterNames.length > signature.params().size()) {
            throw new IllegalArgumentException("@" + name + " has "
                    + signature.params().size() + " parameters, but " + parameterNames.length + " names");
        }
        current = function.addBlock("entry");
        for (int i = 0; i < signature.params().size(); i++) {
            String parameter = i < parameterNames.length ? parameterNames[i] : null;
            current.addParam(signature.params().get(i).type(), parameter);
        }
    }

    /** Continues a function that exists; there is no current block until {@link #at}. */
    public FunctionBuilder(Function function) {
        this.function = function;
    }

    /** The function being built. */
    public Function function() {
        return function;
    }

    /** The module of that function. */
    public Module module() {
        return function.module();
    }

    /** A parameter of the function. */
    public BlockParam param(int index) {
        return function.entry().param(index);
    }

    // Blocks.

    /** Adds a block with parameters of these types; the current block stays. */
    public Block block(String name, Type... parameterTypes) {
        Block block = function.addBlock(name);
        for (Type type : parameterTypes) {
            param(block, type, null);
        }
        return block;
    }

    /** Adds a parameter to a block other than the entry. */
    public BlockParam param(Block block, Type type, String name) {
        own(block);
        if (block == function.entry()) {
            throw new IllegalArgumentException("the entry block's parameters are those of the signature");
        }
        if (type == Type.VOID) {
            throw new IllegalArgumentException("a parameter cannot have type void");
        }
        return block.addParam(type, name);
    }

    /** Makes {@code block} the current one: instructions go to its end. */
    public FunctionBuilder at(Block block) {
        own(block);
        current = block;
        return this;
    }

    /** The current block. */
    public Block current() {
        return current;
    }

    /** From here on instructions come from this source position ({@code !loc}). */
    public FunctionBuilder location(String file, int line, int column) {
        location = module().locations().add(file, line, column);
        return this;
    }

    /** From here on instructions have no source position. */
    public FunctionBuilder noLocation() {
        location = 0;
        return this;
    }

    /** Gives an instruction's result a name. */
    public Instruction named(String name, Instruction instruction) {
        instruction.setName(name);
        return instruction;
    }

    // Constants and addresses.

    /** An 8-bit integer: the low 8 bits of {@code value}. */
    public Constant i8(int value) {
        return Constant.of(Type.I8, value);
    }

    /** A 16-bit integer: the low 16 bits of {@code value}. */
    public Constant i16(int value) {
        return Constant.of(Type.I16, value);
    }

    /** A 32-bit integer. */
    public Constant i32(int value) {
        return Constant.of(Type.I32, value);
    }

    /** A 64-bit integer. */
    public Constant i64(long value) {
        return Constant.of(Type.I64, value);
    }

    /** A number of single precision, with all its bits: signs of zeros and payloads of NaNs too. */
    public Constant f32(float value) {
        return Constant.f32(value);
    }

    /** A number of double precision, with all its bits: signs of zeros and payloads of NaNs too. */
    public Constant f64(double value) {
        return Constant.f64(value);
    }

    /** The address 0. */
    public Constant nullPtr() {
        return Constant.of(Type.PTR, 0);
    }

    /** The address of a function, datum or import. */
    public SymbolAddress symbol(String name) {
        return new SymbolAddress(name, 0);
    }

    /** That address plus an offset in bytes. */
    public SymbolAddress symbol(String name, long offset) {
        return new SymbolAddress(name, offset);
    }

    // Arithmetic, comparison, conversion.

    /** {@code neg not clz ctz popcnt bswap abs sqrt floor ceil trunc nearest}. */
    public Instruction unary(Op op, Value a) {
        return typed(shape(op, Op.Shape.UNARY), a.type(), a);
    }

    /** Operations on two operands of one type with a result of that type, and shifts and rotations. */
    public Instruction binary(Op op, Value a, Value b) {
        if (op.shape() != Op.Shape.SHIFT) {
            shape(op, Op.Shape.BINARY);
        }
        return typed(op, a.type(), a, b);
    }

    /** The sum of two integers of one width, wrapping around, or of two numbers; on vectors lane by lane. */
    public Instruction add(Value a, Value b) {
        return binary(Op.ADD, a, b);
    }

    /** The difference {@code a − b} of two integers of one width, wrapping around, or of two numbers; on vectors lane by lane. */
    public Instruction sub(Value a, Value b) {
        return binary(Op.SUB, a, b);
    }

    /** The low half of the product of two integers of one width, or the product of two numbers; on vectors lane by lane. */
    public Instruction mul(Value a, Value b) {
        return binary(Op.MUL, a, b);
    }

    /** {@code a × b + c}, rounded once. */
    public Instruction fma(Value a, Value b, Value c) {
        return typed(Op.FMA, a.type(), a, b, c);
    }

    /** Comparisons and {@code overflow.…}: i32 0 or 1, on vectors a lane mask. */
    public Instruction compare(Op op, Value a, Value b) {
        return typed(shape(op, Op.Shape.COMPARE), a.type(), a, b);
    }

    /** A conversion to {@code to}. */
    public Instruction convert(Op op, Type to, Value a) {
        return typed(shape(op, Op.Shape.CONVERT), to, a);
    }

    /** {@code a} if the condition is non-zero, else {@code b}. */
    public Instruction select(Value condition, Value a, Value b) {
        return typed(Op.SELECT, a.type(), condition, a, b);
    }

    // Memory.

    /** Loads a value of the type. */
    public Instruction load(Type type, Value address) {
        return load(Op.LOAD, type, address, 0, false);
    }

    /** {@code load.s8} … {@code load.u32}: loads few bytes and widens them to {@code type}. */
    public Instruction load(Op op, Type type, Value address) {
        return load(op, type, address, 0, false);
    }

    /**
     * A load with everything stated.
     *
     * @param align the alignment in bytes that the address has for certain; 0 for none
     */
    public Instruction load(Op op, Type type, Value address, long align, boolean isVolatile) {
        if (op.shape() != Op.Shape.LOAD || op == Op.ATOMIC_LOAD || op == Op.VA_ARG) {
            throw new IllegalArgumentException(op.text() + " is not a plain load");
        }
        checkAlign(op, align);
        return access(typed(op, type, address), align, isVolatile);
    }

    /** Stores a value with as many bytes as its type has; the address needs no alignment. */
    public Instruction store(Value value, Value address) {
        return store(value, address, 0, false);
    }

    /**
     * A store with everything stated.
     *
     * @param align the alignment in bytes that the address has for certain, a power of two; 0 for none
     * @param isVolatile whether the access is kept exactly as written
     */
    public Instruction store(Value value, Value address, long align, boolean isVolatile) {
        checkAlign(Op.STORE, align);
        return access(typed(Op.STORE, value.type(), value, address), align, isVolatile);
    }

    /**
     * Loads a value in one access.
     *
     * @param type an integer or {@code ptr}; the address must be aligned to its size
     * @param order any but those that release; the verifier refuses the others
     */
    public Instruction atomicLoad(Type type, Value address, MemoryOrder order) {
        Objects.requireNonNull(order);
        return ordered(typed(Op.ATOMIC_LOAD, type, address), order);
    }

    /**
     * Stores a value in one access.
     *
     * @param value an integer or {@code ptr}; the address must be aligned to its size
     * @param order any but those that acquire; the verifier refuses the others
     */
    public Instruction atomicStore(Value value, Value address, MemoryOrder order) {
        Objects.requireNonNull(order);
        return ordered(typed(Op.ATOMIC_STORE, value.type(), value, address), order);
    }

    /** {@code atomic.rmw.…}: gives the old value. */
    public Instruction atomicRmw(Op op, Value value, Value address, MemoryOrder order) {
        Objects.requireNonNull(order);
        return ordered(typed(shape(op, Op.Shape.ATOMIC_RMW), value.type(), value, address), order);
    }

    /** Compare and swap: gives the old value. */
    public Instruction atomicCas(Value address, Value expected, Value replacement, MemoryOrder order) {
        Objects.requireNonNull(order);
        return ordered(typed(Op.ATOMIC_CAS, expected.type(), address, expected, replacement), order);
    }

    /** Orders the memory accesses before it and those behind it, as {@code atomic_thread_fence} of C11 does. */
    public Instruction fence(MemoryOrder order) {
        Objects.requireNonNull(order);
        return ordered(typed(Op.FENCE, Type.VOID), order);
    }

    /** {@code base + i × scale + displacement}; {@code i} is i64. */
    public Instruction index(Value base, Value i, long scale, long displacement) {
        Instruction made = typed(Op.INDEX, Type.PTR, base, i);
        made.setImmediate(scale);
        made.setImmediate2(displacement);
        return made;
    }

    /** {@code base + displacement}. */
    public Instruction offset(Value base, long displacement) {
        return index(base, i64(0), 1, displacement);
    }

    /** Memory on the stack: {@code size} bytes (i64), aligned to {@code align} (a power of two). */
    public Instruction alloca(Value size, long align) {
        if (Long.bitCount(align) != 1 || align < 0) {
            throw new IllegalArgumentException("alloca: alignment " + align + " is not a power of two");
        }
        Instruction made = typed(Op.ALLOCA, Type.VOID, size);
        made.setImmediate(align);
        return made;
    }

    /** Memory on the stack for a value of that layout. */
    public Instruction alloca(MemoryType layout) {
        return alloca(i64(layout.size()), layout.align());
    }

    /** Copies {@code count} (i64) bytes; the two areas must not overlap. */
    public Instruction memcpy(Value to, Value from, Value count) {
        return typed(Op.MEMCPY, Type.VOID, to, from, count);
    }

    /** Copies {@code count} (i64) bytes; the two areas may overlap. */
    public Instruction memmove(Value to, Value from, Value count) {
        return typed(Op.MEMMOVE, Type.VOID, to, from, count);
    }

    /** Sets {@code count} (i64) bytes to {@code value} (i8). */
    public Instruction memset(Value to, Value value, Value count) {
        return typed(Op.MEMSET, Type.VOID, to, value, count);
    }

    // Calls.

    /**
     * Calls a function of this module by name, with the shape it is declared with. Variadic arguments are passed as their types say.
     *
     * @throws IllegalArgumentException also when no function or import of known shape has that name
     */
    public Instruction call(String callee, Value... arguments) {
        return call(
                symbol(callee), declared(callee), null, variadicShapes(declared(callee), arguments), null, arguments);
    }

    /** Calls an address with the shape given, whatever a definition says. */
    public Instruction call(Value callee, Signature signature, Value... arguments) {
        return call(callee, signature, null, variadicShapes(signature, arguments), null, arguments);
    }

    /**
     * A call with everything stated.
     *
     * @param signatureName the module's name for the signature, or {@code null}
     * @param variadic the shapes of the arguments beyond the fixed ones
     * @param state the frame state, or {@code null}
     */
    public Instruction call(
            Value callee,
            Signature signature,
            String signatureName,
            List<Signature.Param> variadic,
            FrameState state,
            Value... arguments) {
        return call(Op.CALL, signature.result(), callee, signature, signatureName, variadic, state, arguments);
    }

    /** Leaves this function for good by calling a function of this module. */
    public Instruction tailCall(String callee, Value... arguments) {
        return tailCall(symbol(callee), declared(callee), arguments);
    }

    /** Leaves this function for good by calling an address with the shape given. */
    public Instruction tailCall(Value callee, Signature signature, Value... arguments) {
        List<Signature.Param> variadic = variadicShapes(signature, arguments);
        return call(Op.TAIL_CALL, Type.VOID, callee, signature, null, variadic, null, arguments);
    }

    /** Makes a list of the variadic arguments of this function. */
    public Instruction vaStart(Value list) {
        return typed(Op.VA_START, Type.VOID, list);
    }

    /** Takes the next argument off a list; {@code type} must be that of the argument. */
    public Instruction vaArg(Type type, Value list) {
        return typed(Op.VA_ARG, type, list);
    }

    /** Makes a list that goes on where another one stands. */
    public Instruction vaCopy(Value to, Value from) {
        return typed(Op.VA_COPY, Type.VOID, to, from);
    }

    // Vectors.

    /** A vector with the same value in each lane. */
    public Instruction splat(Type vector, Value lane) {
        return typed(Op.SPLAT, vector, lane);
    }

    /** The value of a lane, counted from 0. */
    public Instruction extract(Value vector, int lane) {
        checkLane(vector.type(), lane, 1);
        Instruction made = typed(Op.EXTRACT, vector.type(), vector);
        made.setImmediate(lane);
        return made;
    }

    /** A vector with one lane, counted from 0, replaced. */
    public Instruction insert(Value vector, Value value, int lane) {
        checkLane(vector.type(), lane, 1);
        Instruction made = typed(Op.INSERT, vector.type(), vector, value);
        made.setImmediate(lane);
        return made;
    }

    /** Each lane of the result is the lane of that number of {@code a} followed by {@code b}. */
    public Instruction shuffle(Value a, Value b, int... lanes) {
        if (lanes.length != a.type().lanes()) {
            throw new IllegalArgumentException("shuffle: " + lanes.length + " lane numbers for " + a.type()
                    + ", which has " + a.type().lanes());
        }
        for (int lane : lanes) {
            checkLane(a.type(), lane, 2);
        }
        Instruction made = typed(Op.SHUFFLE, a.type(), a, b);
        made.setExtra(lanes.clone());
        return made;
    }

    /** The sum of the lane products. */
    public Instruction dot(Value a, Value b) {
        return typed(Op.DOT, a.type(), a, b);
    }

    // Control.

    /** A target with arguments, checked against the block's parameters. */
    public Target target(Block block, Value... arguments) {
        own(block);
        if (block == function.entry()) {
            throw new IllegalArgumentException("the entry block cannot be jumped to");
        }
        if (arguments.length != block.paramCount()) {
            throw new IllegalArgumentException(
                    block + " has " + block.paramCount() + " parameters, but gets " + arguments.length + " arguments");
        }
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].type() != block.param(i).type()) {
                throw new IllegalArgumentException("parameter " + i + " of " + block + " is "
                        + block.param(i).type() + ", the argument " + arguments[i].type());
            }
        }
        return new Target(block, arguments);
    }

    /** Goes to a block, whose parameters get the arguments. */
    public Instruction jump(Block block, Value... arguments) {
        Target target = target(block, arguments);
        return transfer(typed(Op.JUMP, Type.VOID), target);
    }

    /** Goes to one of two blocks without parameters: to {@code then} when the condition (any integer) is non-zero. */
    public Instruction br(Value condition, Block then, Block otherwise) {
        return br(condition, target(then), target(otherwise));
    }

    /** Goes to {@code then} when the condition (any integer) is non-zero. */
    public Instruction br(Value condition, Target then, Target otherwise) {
        return transfer(typed(Op.BR, Type.VOID, condition), then, otherwise);
    }

    /** Goes to {@code targets[i]} where {@code cases[i]} is the value, else to {@code otherwise}. */
    public Instruction switch_(Value value, Target otherwise, long[] cases, Target... targets) {
        if (cases.length != targets.length) {
            throw new IllegalArgumentException(
                    "switch: " + cases.length + " values for " + targets.length + " targets");
        }
        if (!value.type().isInt()) {
            throw new IllegalArgumentException("switch does not take type " + value.type());
        }
        long[] signed = cases.clone();
        for (int i = 0; i < signed.length; i++) {
            signed[i] = Constant.of(value.type(), signed[i]).bits();
        }
        Instruction made = typed(Op.SWITCH, value.type(), value);
        made.setExtra(signed);
        Target[] all = new Target[targets.length + 1];
        all[0] = otherwise;
        System.arraycopy(targets, 0, all, 1, targets.length);
        return transfer(made, all);
    }

    /** Returns from a function without result. */
    public Instruction ret() {
        if (function.signature().result() != Type.VOID) {
            throw new IllegalArgumentException(
                    function + " returns " + function.signature().result());
        }
        return append(Op.RET, Type.VOID, NO_VALUES);
    }

    /** Returns a value, of the type that the signature says. */
    public Instruction ret(Value value) {
        if (function.signature().result() != value.type()) {
            throw new IllegalArgumentException(
                    function + " returns " + function.signature().result() + ", not " + value.type());
        }
        return append(Op.RET, Type.VOID, value);
    }

    /** Stops the program with a named trap. */
    public Instruction trap(String name) {
        Objects.requireNonNull(name);
        Instruction made = typed(Op.TRAP, Type.VOID);
        made.setExtra(name);
        return made;
    }

    /** Ends a block whose end no run reaches; a run that does has no meaning. */
    public Instruction unreachable() {
        return typed(Op.UNREACHABLE, Type.VOID);
    }

    /** Leaves the function with the result of {@code @exit(exitId, p)} when the condition is zero; {@code p} points to the values. */
    public Instruction guard(Value condition, String exit, long exitId, Value... state) {
        return guard(condition, new FrameState(exit, exitId, state, null));
    }

    /** Leaves the function through a frame state when the condition is zero; see the other {@code guard}. */
    public Instruction guard(Value condition, FrameState state) {
        Objects.requireNonNull(state);
        Instruction made = typed(Op.GUARD, Type.VOID, condition);
        made.setExtra(state);
        return made;
    }

    /** From here on the source variable has this value, for debuggers. */
    public Instruction var(Value value, String name) {
        Objects.requireNonNull(name);
        Instruction made = typed(Op.VAR, Type.VOID, value);
        made.setExtra(name);
        return made;
    }

    // Checks.

    private Instruction call(
            Op op,
            Type result,
            Value callee,
            Signature signature,
            String signatureName,
            List<Signature.Param> variadic,
            FrameState state,
            Value[] arguments) {
        if (callee.type() != Type.PTR) {
            throw new IllegalArgumentException(op.text() + ": the callee is " + callee.type() + ", not ptr");
        }
        if (!variadic.isEmpty() && !signature.variadic()) {
            throw new IllegalArgumentException(op.text() + ": variadic arguments for a signature without ...");
        }
        int wanted = signature.params().size() + variadic.size();
        if (arguments.length != wanted) {
            throw new IllegalArgumentException(
                    op.text() + ": " + arguments.length + " arguments, but the signature takes " + wanted);
        }
        CallSite site = new CallSite(signature, signatureName, variadic, state);
        Value[] all = new Value[arguments.length + 1];
        all[0] = callee;
        for (int i = 0; i < arguments.length; i++) {
            Type type = site.argument(i).type();
            if (arguments[i].type() != type) {
                throw new IllegalArgumentException(
                        op.text() + ": argument " + i + " is " + arguments[i].type() + ", the signature says " + type);
            }
            all[i + 1] = arguments[i];
        }
        Instruction made = append(op, result, all);
        made.setExtra(site);
        return made;
    }

    private Signature declared(String callee) {
        Signature signature = module().signatureOf(callee);
        if (signature == null) {
            throw new IllegalArgumentException("no function of known shape is called @" + callee);
        }
        return signature;
    }

    private static List<Signature.Param> variadicShapes(Signature signature, Value[] arguments) {
        int fixed = signature.params().size();
        if (!signature.variadic() || arguments.length <= fixed) {
            return List.of();
        }
        List<Signature.Param> shapes = new ArrayList<>(arguments.length - fixed);
        for (Value argument : Arrays.asList(arguments).subList(fixed, arguments.length)) {
            shapes.add(Signature.Param.of(argument.type()));
        }
        return shapes;
    }

    private static Op shape(Op op, Op.Shape wanted) {
        if (op.shape() != wanted) {
            throw new IllegalArgumentException(op.text() + " is not of shape " + wanted);
        }
        return op;
    }

    private static void checkLane(Type vector, int lane, int vectors) {
        if (lane < 0 || lane >= vector.lanes() * vectors) {
            throw new IllegalArgumentException("lane " + lane + " is not in 0 … " + (vector.lanes() * vectors - 1));
        }
    }

    private static Instruction ordered(Instruction made, MemoryOrder order) {
        made.setExtra(order);
        return made;
    }

    private static void checkAlign(Op op, long align) {
        if (align < 0 || Long.bitCount(align) > 1) {
            throw new IllegalArgumentException(op.text() + ": alignment " + align + " is not a power of two");
        }
    }

    private static Instruction access(Instruction made, long align, boolean isVolatile) {
        made.setImmediate(align);
        made.setVolatile(isVolatile);
        return made;
    }

    private static Instruction transfer(Instruction made, Target... targets) {
        made.setTargets(targets);
        return made;
    }

    private Instruction typed(Op op, Type written, Value... args) {
        if (OperandTypes.writesType(op) && !OperandTypes.takes(op, written)) {
            throw new IllegalArgumentException(op.text() + " does not take type " + written);
        }
        for (int i = 0; i < args.length; i++) {
            if (!OperandTypes.accepts(op, written, i, args[i].type())) {
                throw new IllegalArgumentException(op.text() + ": operand " + i + " is " + args[i].type() + ", wanted "
                        + OperandTypes.wanted(op, written, i));
            }
        }
        return append(op, OperandTypes.result(op, written), args);
    }

    private Instruction append(Op op, Type result, Value... args) {
        if (current == null) {
            throw new IllegalStateException("no current block: call at(block) first");
        }
        if (current.terminator() != null) {
            throw new IllegalStateException("block " + current + " already ends with "
                    + current.terminator().op().text());
        }
        Instruction made = current.append(op, result, args);
        made.setLocation(location);
        return made;
    }

    private void own(Block block) {
        if (block.function() != function) {
            throw new IllegalArgumentException("block " + block + " belongs to " + block.function());
        }
    }
}
