package dev.kiln.qbe.internal;

import dev.kiln.ir.Block;
import dev.kiln.ir.BlockParam;
import dev.kiln.ir.CallSite;
import dev.kiln.ir.Constant;
import dev.kiln.ir.ControlFlow;
import dev.kiln.ir.Function;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.Linkage;
import dev.kiln.ir.Module;
import dev.kiln.ir.Op;
import dev.kiln.ir.Section;
import dev.kiln.ir.Signature;
import dev.kiln.ir.SymbolAddress;
import dev.kiln.ir.Target;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;
import dev.kiln.qbe.QbeCode;
import java.util.Arrays;

/**
 * Makes IR of a {@link Body} that was found right. Blocks and terminators come first, so that {@link Variables} can see the control
 * flow; then the blocks are filled in an order in which every block comes after its dominators, so that each temporary's value is at hand
 * where it is read.
 *
 * <p>A temporary of class {@code l} may be held by a {@code ptr} or by an {@code i64}. The first use in the other form adds a
 * {@code bitcast} right after the definition, where it dominates all uses, and the value's {@link #twin} remembers it. A temporary
 * read where nothing was assigned is 0.
 */
final class Lowering {
    /** Addresses below this are not mapped by any system that Kiln serves. */
    private static final long FIRST_MAPPED = 1 << 16;

    private static final int STACK_ALIGNMENT = 4;

    private final Body body;
    private final Module module;
    private final Symbols symbols;
    private final Shapes shapes;
    private final Reporter reporter;
    private final Variables variables;

    private Value[] current = new Value[64];
    private boolean[] named = new boolean[64];
    private Value[] twin = new Value[64];

    // What merged temporaries held before each assignment, and how many there were when a block of each depth was
    // begun.
    private int[] undoTemp = new int[64];
    private Value[] undoValue = new Value[64];
    private int undoCount;
    private int[] marks = new int[64];
    private int lastDepth;

    /** By label number; {@code null} for blocks that cannot be reached. */
    private Block[] blockOf = new Block[32];

    /** By block id. */
    private int[] labelOf = new int[32];

    private Block block;
    private Instruction terminator;
    private int position;
    private int location;

    Lowering(Body body, Module module, Symbols symbols, Shapes shapes, Reporter reporter) {
        this.body = body;
        this.module = module;
        this.symbols = symbols;
        this.shapes = shapes;
        this.reporter = reporter;
        this.variables = new Variables(body);
    }

    /** Adds the function to the module; false when its name is taken. */
    boolean lower(Linkage linkage, Section section) {
        Signature signature = shapes.signature(body.result, body.paramKind, 0, body.params, body.variadic);
        Function function = module.addFunction(body.name, signature);
        if (function == null) {
            return false;
        }
        function.setLinkage(linkage);
        function.setSection(section);
        function.setTextPosition(body.namePosition);
        ControlFlow flow = makeBlocks(function);
        prepare();
        for (int n = 0; n < flow.reachableCount(); n++) {
            int label = variables.inOrder(n);
            takeBack(variables.depth(label));
            fill(blockOf[label], label, n == 0);
        }
        Arrays.fill(twin, 0, Math.min(twin.length, function.valueCount()), null);
        return true;
    }

    /** Makes blocks with their terminators, drops those that cannot be reached, and analyses the temporaries. */
    private ControlFlow makeBlocks(Function function) {
        int labels = body.labels.count();
        if (blockOf.length < labels) {
            blockOf = new Block[labels * 2];
            labelOf = new int[labels * 2];
        }
        Arrays.fill(blockOf, 0, labels, null);
        for (int n = 0; n < body.blocks; n++) {
            int label = body.order[n];
            Block made = function.addBlock(body.labels.name(label));
            made.setTextPosition(body.blockPosition[label]);
            blockOf[label] = made;
            labelOf[made.id()] = label;
            if (function.location() == 0 && body.jumpLocation[label] != 0) {
                function.setLocation(firstLocation(label));
            }
        }
        for (int n = 0; n < body.blocks; n++) {
            makeTerminator(body.order[n]);
        }
        ControlFlow flow = ControlFlow.of(function);
        if (flow.reachableCount() < body.blocks) {
            function.blocks().removeIf(b -> !flow.isReachable(b));
            for (int label = 0; label < labels; label++) {
                if (blockOf[label] != null && !flow.isReachable(blockOf[label])) {
                    blockOf[label] = null;
                }
            }
        }
        variables.analyse(function, flow, blockOf, labelOf);
        return flow;
    }

    private int firstLocation(int label) {
        for (int i = body.first[label]; i < body.last[label]; i++) {
            if (body.location[i] != 0) {
                return body.location[i];
            }
        }
        return body.jumpLocation[label];
    }

    private void makeTerminator(int label) {
        Op op = switch (body.jump[label]) {
            case Body.JMP -> Op.JUMP;
            case Body.JNZ -> Op.BR;
            case Body.RET -> Op.RET;
            default -> Op.TRAP;
        };
        Instruction made = blockOf[label].append(op, Type.VOID);
        made.setTextPosition(body.jumpPosition[label]);
        made.setLocation(body.jumpLocation[label]);
        if (op == Op.JUMP) {
            made.setTargets(new Target(blockOf[body.next1[label]]));
        } else if (op == Op.BR) {
            made.setTargets(new Target(blockOf[body.next1[label]]), new Target(blockOf[body.next2[label]]));
        } else if (op == Op.TRAP) {
            made.setExtra("halt");
        }
    }

    private void prepare() {
        int temps = body.temps.count();
        if (current.length < temps) {
            current = new Value[Math.max(temps, current.length * 2)];
            named = new boolean[current.length];
        }
        Arrays.fill(current, 0, temps, null);
        Arrays.fill(named, 0, temps, false);
        Arrays.fill(undoValue, 0, undoCount, null);
        undoCount = 0;
        lastDepth = -1;
    }

    private void fill(Block next, int label, boolean entry) {
        block = next;
        terminator = next.last();
        position = body.blockPosition[label];
        location = 0;
        if (entry) {
            params();
        }
        for (int p = body.firstPhi[label]; p < body.lastPhi[label]; p++) {
            addParam(body.phiTo[p]);
        }
        for (int p = variables.firstParam(label); p != Variables.NONE; p = variables.nextParam(p)) {
            addParam(variables.paramTemp(p));
        }
        for (int i = body.first[label]; i < body.last[label]; i++) {
            position = body.position[i];
            location = body.location[i];
            instruction(i);
        }
        position = body.jumpPosition[label];
        location = body.jumpLocation[label];
        terminate(label);
    }

    /** Takes back the assignments of merged temporaries made since a block of this depth in the dominator tree was begun. */
    private void takeBack(int depth) {
        if (depth >= marks.length) {
            marks = Arrays.copyOf(marks, depth * 2);
        }
        if (depth <= lastDepth) {
            for (int to = marks[depth]; undoCount > to; ) {
                undoCount--;
                current[undoTemp[undoCount]] = undoValue[undoCount];
                undoValue[undoCount] = null;
            }
        }
        marks[depth] = undoCount;
        lastDepth = depth;
    }

    private void assign(int temp, Value value) {
        if (variables.isMerged(temp)) {
            if (undoCount == undoTemp.length) {
                undoTemp = Arrays.copyOf(undoTemp, undoCount * 2);
                undoValue = Arrays.copyOf(undoValue, undoCount * 2);
            }
            undoTemp[undoCount] = temp;
            undoValue[undoCount++] = current[temp];
        }
        current[temp] = value;
    }

    private void params() {
        for (int p = 0; p < body.params; p++) {
            int temp = body.paramTemp[p];
            int kind = body.paramKind[p];
            BlockParam param = block.addParam(Shapes.resultType(kind), nameOf(temp));
            if (Classes.isSubWord(kind)) {
                // The bits above are not defined; the type says how to widen, so they are made what C expects.
                define(temp, emit(Classes.isSigned(kind) ? Op.SEXT : Op.ZEXT, Type.I32, param), false);
            } else {
                define(temp, param, false);
            }
        }
    }

    private void addParam(int temp) {
        assign(temp, block.addParam(Classes.type(body.tempClass[temp]), nameOf(temp)));
    }

    /** The temporary's name for its first value; later values of the same temporary have none. */
    private String nameOf(int temp) {
        if (named[temp]) {
            return null;
        }
        named[temp] = true;
        return body.temps.name(temp);
    }

    private Instruction emit(Op op, Type type, Value... args) {
        Instruction made = block.insert(terminator, op, type, args);
        made.setTextPosition(position);
        made.setLocation(location);
        return made;
    }

    /** Assigns a temporary; {@code fresh} when the value was made for it and can bear its name. */
    private void define(int temp, Value value, boolean fresh) {
        if (temp == Body.NONE) {
            return;
        }
        if (fresh && !named[temp]) {
            ((Instruction) value).setName(nameOf(temp));
        }
        boolean narrower = body.tempClass[temp] == Classes.W && value.type().bytes() == 8;
        assign(temp, narrower ? convert(value, Type.I32) : value);
    }

    /** The operand as a value of type {@code want}. */
    private Value use(int ref, Type want) {
        if (ref >= 0) {
            Value value = current[ref];
            if (value == null) {
                return Constant.of(want, 0);
            }
            return value.type() == want ? value : convert(value, want);
        }
        int n = -1 - ref;
        int symbol = body.constantSymbol[n];
        if (symbol < 0) {
            return Constant.of(want, body.constantBits[n]);
        }
        symbols.use(symbol, body.constantThread[n], (int) body.constantBits[n], position);
        SymbolAddress address = symbols.address(symbol);
        return want == Type.PTR ? address : convert(address, want);
    }

    /** The same bits in another type, the low ones when that is narrower. */
    private Value convert(Value value, Type want) {
        if (value instanceof Constant constant) {
            return Constant.of(want, constant.bits());
        }
        Type type = value.type();
        if (type == want) {
            return value;
        }
        if (want == Type.PTR || type == Type.PTR) {
            Value other = value instanceof SymbolAddress ? emit(Op.BITCAST, Type.I64, value) : twin(value);
            return other.type() == want ? other : convert(other, want);
        }
        if (want.isFloat()) {
            // Only the address of a symbol comes here: constants fit every class.
            return emit(Op.BITCAST, want, want == Type.F32 ? emit(Op.TRUNC, Type.I32, value) : value);
        }
        return emit(Op.TRUNC, want, value);
    }

    /** The {@code i64} of a {@code ptr} or the other way round, placed right after the definition. */
    private Value twin(Value value) {
        int id = value.id();
        if (id < twin.length && twin[id] != null) {
            return twin[id];
        }
        Type type = value.type() == Type.PTR ? Type.I64 : Type.PTR;
        Instruction made;
        if (value instanceof Instruction definition) {
            made = definition.block().insert(definition.next(), Op.BITCAST, type, value);
            made.setTextPosition(definition.textPosition());
            made.setLocation(definition.location());
        } else {
            Block home = ((BlockParam) value).block();
            made = home.insert(home.first(), Op.BITCAST, type, value);
            made.setTextPosition(home.textPosition());
        }
        remember(id, made);
        remember(made.id(), value);
        return made;
    }

    private void remember(int id, Value value) {
        if (id >= twin.length) {
            twin = Arrays.copyOf(twin, Math.max(id + 1, twin.length * 2));
        }
        twin[id] = value;
    }

    /** The operand as an address that is read or written. */
    private Value address(int ref, int at) {
        if (body.isNumber(ref)) {
            long number = body.number(ref);
            if (number >= 0 && number < FIRST_MAPPED) {
                reporter.report(QbeCode.NULL_ADDRESS, at, Long.toString(number));
            }
        }
        return use(ref, Type.PTR);
    }

    private void instruction(int i) {
        QbeOp op = QbeOp.of(body.op[i]);
        int to = body.to[i];
        Type result = Classes.type(body.cls[i]);
        switch (op.form) {
            case ARITHMETIC -> {
                Op plain = result.isFloat() ? op.floatOp : op.op;
                define(to, emit(plain, result, use(body.a[i], result), use(body.b[i], result)), true);
            }
            case NEGATE -> define(to, emit(Op.NEG, result, use(body.a[i], result)), true);
            case SHIFT -> define(to, emit(op.op, result, use(body.a[i], result), count(body.b[i], result)), true);
            case COMPARE -> {
                Value truth = emit(op.op, Type.I32, use(body.a[i], op.type), use(body.b[i], op.type));
                define(to, result == Type.I64 ? emit(Op.ZEXT, Type.I64, truth) : truth, true);
            }
            case STORE -> emit(Op.STORE, Type.VOID, use(body.a[i], op.type), address(body.b[i], body.bAt[i]));
            case LOAD -> {
                Op load = op.type == result ? Op.LOAD : op.op;
                define(to, emit(load, result, address(body.a[i], body.aAt[i])), true);
            }
            case LOAD_WHOLE -> define(to, emit(Op.LOAD, result, address(body.a[i], body.aAt[i])), true);
            case EXTEND -> define(to, emit(op.op, result, use(body.a[i], op.type)), true);
            case CONVERT -> define(to, emit(op.op, result, use(body.a[i], op.type)), true);
            case CAST -> cast(i, to, result);
            case COPY -> copy(i, to, result);
            case BLIT, ALLOC, VASTART, VAARG -> memory(op, i, to, result);
            case CALL -> call(i);
            case PHI -> throw new IllegalStateException("phis are no instructions of a block");
        }
    }

    private void memory(QbeOp op, int i, int to, Type result) {
        switch (op) {
            case BLIT -> {
                if (body.extra[i] > 0) {
                    Value from = address(body.a[i], body.aAt[i]);
                    Value target = address(body.b[i], body.bAt[i]);
                    emit(Op.MEMCPY, Type.VOID, target, from, Constant.of(Type.I64, body.extra[i]));
                }
            }
            case ALLOC8 -> alloc(i, to, 8);
            case ALLOC16 -> alloc(i, to, 16);
            case VASTART -> emit(Op.VA_START, Type.VOID, address(body.a[i], body.aAt[i]));
            case VAARG -> define(to, emit(Op.VA_ARG, result, address(body.a[i], body.aAt[i])), true);
            default -> alloc(i, to, STACK_ALIGNMENT);
        }
    }

    private void alloc(int i, int to, int align) {
        Instruction made = emit(Op.ALLOCA, Type.PTR, use(body.a[i], Type.I64));
        made.setImmediate(align);
        define(to, made, true);
    }

    /** A shift's count: a word in QBE, of the shifted type in the IR; the bits above are not looked at by either. */
    private Value count(int ref, Type type) {
        if (type == Type.I32) {
            return use(ref, Type.I32);
        }
        if (ref >= 0 && body.tempClass[ref] == Classes.W) {
            return emit(Op.ZEXT, Type.I64, use(ref, Type.I32));
        }
        return use(ref, Type.I64);
    }

    private void cast(int i, int to, Type result) {
        Type from = switch (result) {
            case I32 -> Type.F32;
            case I64 -> Type.F64;
            case F32 -> Type.I32;
            default -> Type.I64;
        };
        Value value = use(body.a[i], from);
        if (value instanceof Constant constant) {
            define(to, Constant.of(result, constant.bits()), false);
        } else {
            define(to, emit(Op.BITCAST, result, value), true);
        }
    }

    /** A copy costs nothing: the temporary stands for the same value. An {@code l} keeps the form it has. */
    private void copy(int i, int to, Type result) {
        int ref = body.a[i];
        if (ref >= 0 && result == Type.I64 && current[ref] != null) {
            define(to, current[ref], false);
        } else if (Body.isConstant(ref) && !body.isNumber(ref) && result == Type.I64) {
            define(to, use(ref, Type.PTR), false);
        } else {
            define(to, use(ref, result), false);
        }
    }

    private void call(int i) {
        int call = body.extra[i];
        int start = body.callStart[call];
        int size = body.callSize[call];
        int result = body.callResult[call];
        CallSite site = shapes.site(result, body.argKind, start, size, body.callFixed[call]);
        Value[] args = new Value[size + 1];
        args[0] = address(body.a[i], body.aAt[i]);
        for (int k = 0; k < size; k++) {
            Type want = site.argument(k).type();
            int kind = body.argKind[start + k];
            if (Classes.isSubWord(kind) && want == Type.I32) {
                Value narrow = use(body.argRef[start + k], Classes.subWord(kind));
                args[k + 1] = emit(Classes.isSigned(kind) ? Op.SEXT : Op.ZEXT, Type.I32, narrow);
            } else {
                args[k + 1] = use(body.argRef[start + k], want);
            }
        }
        Instruction made = emit(Op.CALL, site.signature().result(), args);
        made.setExtra(site);
        if (Classes.isSubWord(result)) {
            define(body.to[i], emit(Classes.isSigned(result) ? Op.SEXT : Op.ZEXT, Type.I32, made), true);
        } else if (result != Classes.NONE) {
            define(body.to[i], made, true);
        }
    }

    private void terminate(int label) {
        switch (body.jump[label]) {
            case Body.JMP -> edge(label, body.next1[label], terminator.targets()[0]);
            case Body.JNZ -> {
                terminator.setArgs(use(body.jumpRef[label], Type.I32));
                edge(label, body.next1[label], terminator.targets()[0]);
                edge(label, body.next2[label], terminator.targets()[1]);
            }
            case Body.RET -> {
                if (body.result != Classes.NONE) {
                    terminator.setArgs(returned(label));
                }
            }
            default -> {
                // A trap takes nothing.
            }
        }
    }

    private Value returned(int label) {
        int ref = body.jumpRef[label];
        Type type = Shapes.resultType(body.result);
        if (ref == Body.NONE && body.result >= Classes.AGGREGATE) {
            // Whoever returns no aggregate although one is due returns memory that nobody set.
            long size = Math.max(
                    1, module.function(body.name).signature().resultAggregate().size());
            Instruction memory = emit(Op.ALLOCA, Type.PTR, Constant.of(Type.I64, size));
            memory.setImmediate(16);
            return memory;
        }
        return ref == Body.NONE ? Constant.of(type, 0) : use(ref, type);
    }

    /** Hands the successor the values of its parameters: those of its phis, then those that {@link Variables} asked for. */
    private void edge(int from, int to, Target target) {
        int phis = body.lastPhi[to] - body.firstPhi[to];
        int count = phis;
        for (int p = variables.firstParam(to); p != Variables.NONE; p = variables.nextParam(p)) {
            count++;
        }
        if (count == 0) {
            return;
        }
        Value[] args = new Value[count];
        int n = 0;
        for (int p = body.firstPhi[to]; p < body.lastPhi[to]; p++) {
            for (int k = body.phiStart[p]; k < body.phiStart[p + 1]; k++) {
                if (body.phiArgBlock[k] == from) {
                    Value value = use(body.phiArgRef[k], Classes.type(body.phiClass[p]));
                    args[n++] = convert(value, Classes.type(body.tempClass[body.phiTo[p]]));
                    break;
                }
            }
        }
        for (int p = variables.firstParam(to); p != Variables.NONE; p = variables.nextParam(p)) {
            int temp = variables.paramTemp(p);
            args[n++] = use(temp, Classes.type(body.tempClass[temp]));
        }
        target.setArgs(args);
    }
}
