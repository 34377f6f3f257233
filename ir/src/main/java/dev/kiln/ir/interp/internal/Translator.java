package dev.kiln.ir.interp.internal;

import dev.kiln.base.Diagnostic;
import dev.kiln.ir.AggregateType;
import dev.kiln.ir.Block;
import dev.kiln.ir.BlockParam;
import dev.kiln.ir.Constant;
import dev.kiln.ir.FrameState;
import dev.kiln.ir.Function;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.SymbolAddress;
import dev.kiln.ir.Target;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;
import dev.kiln.ir.interp.InterpreterCode;
import dev.kiln.ir.interp.InterpreterException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Turns a function into the code that {@link Execution} runs: chooses operations by type, resolves block arguments into moves on the
 * edges, lays out the frame. Linear in the size of the function; nothing recurses.
 */
final class Translator {
    final Engine engine;
    final Callable owner;
    final Function function;
    final CodeBuffer code;
    final RegisterAssignment values;
    /** The register of the address where a returned aggregate goes; always the first. */
    static final int RESULT_AREA = 0;

    /** The register of the slots' base; −1 when there are none. */
    private int slotBase = -1;

    private int savedPointer = -1;
    int variadicRegister = -1;
    private int enterAt;
    private long slotBytes;
    private long slotAlign = 16;
    private int temporary = -1;
    private final ParallelMoves moves = new ParallelMoves();
    private final ScalarTranslator scalars;
    private final CallTranslator calls;
    private final List<Instruction> failedGuards = new ArrayList<>(0);
    private final List<Integer> failedGuardLabels = new ArrayList<>(0);

    private Translator(Engine engine, Callable owner) {
        this.engine = engine;
        this.owner = owner;
        this.function = owner.function;
        this.code = new CodeBuffer(function.blockCount());
        this.values = new RegisterAssignment(function, owner.abi.resultAggregate == null ? 0 : 1);
        this.scalars = new ScalarTranslator(this);
        this.calls = new CallTranslator(this);
    }

    static Body translate(Engine engine, Callable owner) {
        return new Translator(engine, owner).translate();
    }

    private Body translate() {
        if (function.isReturnsTwice()) {
            throw new InterpreterException(Diagnostic.of(
                    InterpreterCode.RETURNS_TWICE_MARK, Body.functionPosition(function), function.name()));
        }
        enterFunction();
        for (int i = 0; i < values.order.length; i++) {
            Block block = values.order[i];
            code.place(block.id());
            if (engine.options.fuel() != Long.MAX_VALUE) {
                if (block.first() != null) {
                    code.at(block.first());
                }
                emitFuel(block);
            }
            for (Instruction at = block.first(); at != null; at = at.next()) {
                if (!values.fused[at.id()] && values.root(at) == at) {
                    code.at(at);
                    translate(at, i);
                }
            }
            if (block.terminator() == null) {
                trap("unreachable"); // only code that was never verified has such blocks
            }
        }
        for (int i = 0; i < failedGuards.size(); i++) {
            code.place(failedGuardLabels.get(i));
            leaveThroughGuard(failedGuards.get(i));
        }
        if (slotBase >= 0) {
            code.code[enterAt + 3] = literal(slotBytes + 15 & -16L, "slots");
            code.code[enterAt + 4] = literal(slotAlign, "alignment");
        }
        int constantBase = values.count();
        long[] constants = code.constants();
        return new Body(
                owner,
                code.finish(constantBase),
                constantBase + constants.length,
                constantBase,
                constants,
                code.pool.toArray(),
                savedPointer,
                variadicRegister,
                code.positionCode,
                code.positionInstruction,
                code.positions);
    }

    private void enterFunction() {
        boolean byValue = owner.abi.hasAggregates;
        if (!values.hasSlots && !byValue && !owner.abi.variadic) {
            return;
        }
        savedPointer = values.allocate(1);
        slotBase = values.allocate(1);
        enterAt = code.size;
        code.op2(Opcode.ENTER, savedPointer, slotBase);
        code.word(0);
        code.word(0);
        if (owner.abi.variadic) {
            variadicRegister = values.allocate(1);
        }
        for (int i = 0; byValue && i < owner.abi.arguments.length; i++) {
            AggregateType aggregate = owner.abi.arguments[i].byValue();
            if (aggregate != null) {
                int offset = slot(aggregate.size(), aggregate.align());
                code.op2(
                        Opcode.COPY_IN, values.register[function.params().get(i).id()], slotBase);
                code.word(offset);
                code.word(literal(aggregate.size(), "parameters"));
            }
        }
    }

    private void emitFuel(Block block) {
        int count = 0;
        for (Instruction at = block.first(); at != null; at = at.next()) {
            count++;
        }
        code.word(Opcode.FUEL);
        code.word(count);
    }

    /** Reserves memory in the frame's slots and returns its offset from their base. */
    int slot(long bytes, long align) {
        slotAlign = Math.max(slotAlign, align);
        long at = slotBytes + align - 1 & -align;
        slotBytes = at + bytes;
        if (bytes < 0 || slotBytes < 0 || slotBytes > Integer.MAX_VALUE - 32) {
            throw tooLarge("slots");
        }
        return (int) at;
    }

    /** Emits the computation of a slot's address. */
    void slotAddress(int register, int offset) {
        code.op2i(Opcode.ADD64_I, register, slotBase, offset);
    }

    int literal(long value, String what) {
        if (value != (int) value) {
            throw tooLarge(what);
        }
        return (int) value;
    }

    private InterpreterException tooLarge(String what) {
        return new InterpreterException(Diagnostic.of(
                InterpreterCode.FUNCTION_TOO_LARGE, Body.functionPosition(function), function.name(), what));
    }

    /** The register of an operand; negative for a constant. May emit code that computes it, so call it before emitting the user. */
    int use(Value operand) {
        Value value = values.root(operand);
        if (value instanceof Constant constant) {
            return code.constant(constant.bits());
        }
        if (value instanceof SymbolAddress symbol) {
            return symbol(symbol);
        }
        int register = values.register[value.id()];
        return register >= 0 ? register : code.constant(0); // only code that was never verified has such
    }

    private int symbol(SymbolAddress address) {
        Symbol symbol = engine.image.resolve(function.module(), address.symbol());
        return switch (symbol) {
            case Symbol.Code found -> code.constant(engine.addressOf(found.callable()) + address.offset());
            case Symbol.Address found -> code.constant(found.address() + address.offset());
            case Symbol.ThreadLocal t -> symbolAtRun(symbol, address);
            case Symbol.ForeignThreadLocal t -> symbolAtRun(symbol, address);
            case Symbol.Missing m -> symbolAtRun(symbol, address);
        };
    }

    private int symbolAtRun(Symbol symbol, SymbolAddress address) {
        int register = values.allocate(1);
        code.word(Opcode.SYMBOL);
        code.register(register);
        code.word(code.addToPool(symbol));
        if (address.offset() != 0) {
            code.op3(Opcode.ADD64, register, register, code.constant(address.offset()));
        }
        return register;
    }

    /** The register of a result. */
    int def(Instruction i) {
        return values.register[i.id()];
    }

    int temporary() {
        if (temporary < 0) {
            temporary = values.allocate(1);
        }
        return temporary;
    }

    private void translate(Instruction i, int place) {
        switch (i.op()) {
            case JUMP -> edge(i.targets()[0], place + 1);
            case BR -> branch(i, place);
            case SWITCH -> switchTo(i, place);
            case RET -> ret(i);
            case CALL, TAIL_CALL -> calls.call(i);
            case TRAP -> trap(i.text());
            case UNREACHABLE -> trap("unreachable");
            case GUARD -> guard(i);
            case ALLOCA -> alloca(i);
            case VAR -> {}
            default -> scalars.translate(i);
        }
    }

    private void trap(String name) {
        code.word(Opcode.TRAP);
        code.word(code.addToPool(name));
    }

    private void alloca(Instruction i) {
        if (i.block() == function.entry() && i.arg(0) instanceof Constant size) {
            int offset = slot(size.bits(), Math.max(1, i.immediate()));
            slotAddress(def(i), offset);
        } else {
            int size = use(i.arg(0));
            code.op2i(Opcode.ALLOCA, def(i), size, literal(Math.max(16, i.immediate()), "alignment"));
        }
    }

    private void ret(Instruction i) {
        returnValue(i.argCount() == 0 ? 0 : use(i.arg(0)));
    }

    /** Emits the way back to the caller with the value of this register. */
    void returnValue(int register) {
        AggregateType aggregate = owner.abi.resultAggregate;
        int value = register;
        if (aggregate != null) {
            code.op2i(Opcode.COPY_OUT, value, RESULT_AREA, literal(aggregate.size(), "result"));
            value = RESULT_AREA;
        }
        if (savedPointer >= 0) {
            code.op1(Opcode.LEAVE, savedPointer);
        }
        int words = AbiSignature.words(owner.abi.result);
        if (owner.abi.result == Type.VOID) {
            code.word(Opcode.RET_VOID);
        } else if (words == 1) {
            code.op1(Opcode.RET, value);
        } else {
            code.word(Opcode.RET_WORDS);
            code.word(words);
            code.register(value);
        }
    }

    /** Emits LEAVE when the function has slots. */
    void leave() {
        if (savedPointer >= 0) {
            code.op1(Opcode.LEAVE, savedPointer);
        }
    }

    private void guard(Instruction i) {
        int condition = use(i.arg(0));
        int goOn = code.newLabel();
        int fail = code.newLabel();
        failedGuards.add(i);
        failedGuardLabels.add(fail);
        code.op1(Opcode.BR, condition);
        code.target(goOn);
        code.target(fail);
        code.place(goOn);
    }

    /** The state goes to a slot, as 64-bit cells: integers sign-extended, f32 as zero-extended bits, vectors in several cells. */
    private void leaveThroughGuard(Instruction i) {
        code.at(i);
        List<Integer> words = new ArrayList<>();
        FrameState own = i.frameState();
        for (FrameState state = own; state != null; state = state.parent()) {
            for (Value value : state.values()) {
                int register = use(value);
                words.add(register);
                for (int k = 1; k < AbiSignature.words(value.type()); k++) {
                    words.add(register + k);
                }
            }
        }
        int area = values.allocate(1);
        slotAddress(area, slot(Math.max(1, words.size()) * 8L, 8));
        code.word(Opcode.STATE);
        code.word(words.size());
        code.register(area);
        for (int register : words) {
            code.register(register);
        }
        calls.exit(own, area);
    }

    /** Emits the moves of an edge and the jump, unless the target comes next ({@code nextPlace} in the order). */
    private void edge(Target target, int nextPlace) {
        prepareMoves(target);
        if (!moves.isEmpty()) {
            int through = temporary();
            moves.emit(code, values.count(), through);
        }
        int label = target.block().id();
        if (code.isPlaced(label)) {
            code.word(Opcode.LOOP);
            code.target(label);
        } else if (values.place[label] != nextPlace) {
            code.word(Opcode.JUMP);
            code.target(label);
        }
    }

    private void prepareMoves(Target target) {
        moves.clear();
        Value[] args = target.args();
        Block to = target.block();
        for (int i = 0; i < args.length; i++) {
            BlockParam param = to.param(i);
            int destination = values.register[param.id()];
            int source = use(args[i]);
            int words = AbiSignature.words(param.type());
            moves.add(destination, source);
            for (int k = 1; k < words; k++) {
                moves.add(destination + k, source + k);
            }
        }
    }

    /** The label for a branch that takes this edge: the block's own when there is nothing to do on the way. */
    private int edgeLabel(Target target) {
        boolean direct =
                target.args().length == 0 && !code.isPlaced(target.block().id());
        return direct ? target.block().id() : code.newLabel();
    }

    /** Emits what stands behind {@link #edgeLabel}. */
    private void emitEdge(Target target, int label, int nextPlace) {
        if (label != target.block().id()) {
            code.place(label);
            edge(target, nextPlace);
        }
    }

    private void branch(Instruction i, int place) {
        Target taken = i.targets()[0];
        Target other = i.targets()[1];
        int yes = edgeLabel(taken);
        int no = edgeLabel(other);
        if (i.arg(0) instanceof Instruction c && values.fused[c.id()]) {
            scalars.fusedBranch(c, yes, no);
        } else {
            code.op1(Opcode.BR, use(i.arg(0)));
            code.target(yes);
            code.target(no);
        }
        boolean otherFollows = no != other.block().id();
        emitEdge(taken, yes, otherFollows ? -1 : place + 1);
        emitEdge(other, no, place + 1);
    }

    private void switchTo(Instruction i, int place) {
        long[] cases = i.cases();
        Target[] targets = i.targets();
        int[] labels = new int[targets.length];
        for (int k = 0; k < targets.length; k++) {
            labels[k] = edgeLabel(targets[k]);
        }
        int value = use(i.arg(0));
        Integer[] sorted = new Integer[cases.length];
        for (int k = 0; k < cases.length; k++) {
            sorted[k] = k;
        }
        Arrays.sort(sorted, (a, b) -> Long.compare(cases[a], cases[b]));
        int n = cases.length;
        long low = n == 0 ? 0 : cases[sorted[0]];
        long span = n == 0 ? 0 : cases[sorted[n - 1]] - low + 1;
        if (low == (int) low && span > 0 && span <= 8L + 4L * n) {
            code.op1(Opcode.SWITCH, value);
            code.word((int) low);
            code.word((int) span);
            code.target(labels[0]);
            int k = 0;
            for (long v = low; v < low + span; v++) {
                if (cases[sorted[k]] == v) {
                    code.target(labels[sorted[k] + 1]);
                    k++;
                } else {
                    code.target(labels[0]);
                }
            }
        } else {
            long[] keys = new long[n];
            int[] to = new int[n];
            for (int k = 0; k < n; k++) {
                keys[k] = cases[sorted[k]];
                to[k] = labels[sorted[k] + 1];
            }
            code.word(Opcode.SWITCH_SPARSE);
            code.word(code.addToPool(new SwitchTable(keys, to)));
            code.register(value);
            code.target(labels[0]);
        }
        for (int k = 0; k < targets.length; k++) {
            emitEdge(targets[k], labels[k], -1);
        }
    }
}
