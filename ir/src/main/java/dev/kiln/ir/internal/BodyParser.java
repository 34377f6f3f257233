package dev.kiln.ir.internal;

import dev.kiln.base.Nearest;
import dev.kiln.ir.Block;
import dev.kiln.ir.Constant;
import dev.kiln.ir.Function;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.IrCode;
import dev.kiln.ir.MemoryOrder;
import dev.kiln.ir.MemoryType;
import dev.kiln.ir.Module;
import dev.kiln.ir.Op;
import dev.kiln.ir.Target;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the body of a function: first its labels, so that jumps know the types of block parameters further down; then the
 * instructions. Values may be used before the text that defines them: such uses are filled in at the end. Operands are checked
 * against the types written, because a finished instruction no longer tells what was written.
 */
final class BodyParser {
    private static final Constant UNKNOWN = Constant.of(Type.I64, 0);
    private static final MemoryOrder[] ORDERS = MemoryOrder.values();

    private final Scanner in;
    private final TypeParser types;
    private final Module module;
    private final CallParser calls;
    private final Fixups fixups = new Fixups();

    // By name number; an entry counts when its stamp is that of the current function.
    private Value[] values = new Value[256];
    private int[] valueStamp = new int[256];
    private Block[] blocks = new Block[256];
    private int[] blockStamp = new int[256];
    private int stamp;

    private final List<Block> labels = new ArrayList<>();
    private int[] labelStart = new int[16];
    private int[] labelEnd = new int[16];

    private Value[] buffer = new Value[16];
    private Function function;
    private boolean damaged;

    BodyParser(Scanner in, TypeParser types, Module module) {
        this.in = in;
        this.types = types;
        this.module = module;
        calls = new CallParser(in, types, module, this);
    }

    /**
     * Reads the body at the cursor.
     *
     * @param isDamaged whether the head could not be read: then names may be missing that are not the body's fault
     */
    void parse(Function into, boolean isDamaged) {
        function = into;
        damaged = isDamaged;
        stamp++;
        fixups.clear();
        labels.clear();
        for (var param : into.params()) {
            int name = in.names.intern(param.name());
            if (lookup(name) == null) {
                define(name, param);
            }
        }
        findLabels();
        if (labels.isEmpty()) {
            in.error(IrCode.NO_BLOCKS, in.mark(), function.name());
        }
        statements();
        resolve();
    }

    // Labels.

    private void findLabels() {
        int pos = in.pos;
        int line = in.line;
        int lineStart = in.lineStart;
        while (true) {
            in.peek();
            int end = in.labelEnd();
            if (end >= 0) {
                label(end);
                in.nest = 0;
                in.pos = end;
            }
            int c = in.skipStatement();
            if (c != '\n') {
                break;
            }
            in.newline();
            in.peek();
            if (ModuleParser.isDeclaration(in)) {
                break;
            }
        }
        in.pos = pos;
        in.line = line;
        in.lineStart = lineStart;
    }

    private void label(int end) {
        int index = labels.size();
        if (index == labelStart.length) {
            labelStart = Arrays.copyOf(labelStart, index * 2);
            labelEnd = Arrays.copyOf(labelEnd, index * 2);
        }
        labelStart[index] = in.pos;
        labelEnd[index] = end;
        long mark = in.mark();
        Block block = index == 0 ? function.entry() : function.addBlock(null);
        labels.add(block);
        block.setTextPosition(in.textPosition());
        try {
            int name = in.blockName();
            block.setName(in.names.text(name));
            if (name < blockStamp.length && blockStamp[name] == stamp) {
                in.error(IrCode.DUPLICATE_BLOCK, mark, in.names.text(name));
            } else {
                growBlocks(name);
                blocks[name] = block;
                blockStamp[name] = stamp;
            }
            if (in.accept('(')) {
                if (index == 0) {
                    throw in.fail(IrCode.ENTRY_PARAMETERS, mark);
                }
                labelParams(block);
            }
            in.expect(':');
        } catch (SyntaxError e) {
            // The label stands; what was not understood of it is reported.
            return;
        }
    }

    private void labelParams(Block block) {
        if (in.peek() == ')') {
            in.pos++;
            return;
        }
        do {
            in.expect('%');
            long mark = in.mark();
            int name = in.name("a name after %");
            in.expect(':');
            Type type = types.valueType();
            Value param = block.addParam(type, in.names.text(name));
            defineNew(name, param, mark);
        } while (in.accept(','));
        in.expect(')');
    }

    private void growBlocks(int name) {
        if (name >= blocks.length) {
            int size = Math.max(blocks.length * 2, name + 1);
            blocks = Arrays.copyOf(blocks, size);
            blockStamp = Arrays.copyOf(blockStamp, size);
        }
    }

    // Values.

    private void define(int name, Value value) {
        if (name >= values.length) {
            int size = Math.max(values.length * 2, name + 1);
            values = Arrays.copyOf(values, size);
            valueStamp = Arrays.copyOf(valueStamp, size);
        }
        values[name] = value;
        valueStamp[name] = stamp;
    }

    private Value lookup(int name) {
        return name < valueStamp.length && valueStamp[name] == stamp ? values[name] : null;
    }

    private void defineNew(int name, Value value, long mark) {
        if (lookup(name) != null) {
            in.error(IrCode.DUPLICATE_VALUE, mark, in.names.text(name));
        } else {
            define(name, value);
        }
    }

    private void resolve() {
        for (int i = 0; i < fixups.count; i++) {
            Value value = lookup(fixups.name[i]);
            if (value == null) {
                undefined(fixups.name[i], fixups.mark[i]);
            } else if (value != UNKNOWN) {
                fixups.array[i][fixups.index[i]] = value;
                check(value, fixups.mark[i], fixups.op[i], fixups.type[i], fixups.operand[i]);
            }
        }
    }

    private void undefined(int name, long mark) {
        if (damaged) {
            return;
        }
        String text = in.names.text(name);
        String suggestion = "";
        if (in.suggests()) {
            Nearest nearest = new Nearest(text);
            for (int i = 0; i < valueStamp.length; i++) {
                if (valueStamp[i] == stamp) {
                    nearest.offer(in.names.text(i));
                }
            }
            suggestion = nearest.suggestion("%");
        }
        in.error(IrCode.UNDEFINED_VALUE, mark, suggestion, List.of(text));
        define(name, UNKNOWN);
    }

    private void check(Value value, long mark, Op op, Type type, int k) {
        Type actual = value.type();
        boolean fits = op != null ? OperandTypes.accepts(op, type, k, actual) : type == null || type == actual;
        if (!fits && value != UNKNOWN) {
            String wanted = op != null ? OperandTypes.wanted(op, type, k) : type.text();
            in.error(IrCode.WRONG_TYPE, mark, describe(value), actual.text(), wanted);
        }
    }

    private static String describe(Value value) {
        return switch (value) {
            case Instruction i -> "%" + i.name();
            case dev.kiln.ir.BlockParam p -> "%" + p.name();
            case dev.kiln.ir.SymbolAddress a -> "@" + a.symbol();
            case Constant c -> "the constant";
        };
    }

    /** Reads operand {@code k} of an operation written with a type. */
    void operand(Value[] into, int at, Op op, Type written, int k) {
        Type wanted = OperandTypes.operand(op, written, k);
        Type assumed = wanted;
        if (wanted == null && op.shape() != Op.Shape.CONVERT) {
            assumed = op == Op.VAR ? Type.I64 : Type.I32;
        }
        operand(into, at, op, written, k, assumed);
    }

    /** Reads an operand of the type wanted; of any type when that is {@code null}, constants then being i64. */
    void operand(Value[] into, int at, Type wanted) {
        operand(into, at, null, wanted, 0, wanted == null ? Type.I64 : wanted);
    }

    private void operand(Value[] into, int at, Op op, Type type, int k, Type assumed) {
        into[at] = UNKNOWN;
        int c = in.peek();
        long mark = in.mark();
        if (c == '%') {
            in.pos++;
            int name = in.name("a name after %");
            Value value = lookup(name);
            if (value == null) {
                fixups.add(into, at, name, mark, op, type, k);
                return;
            }
            into[at] = value;
            check(value, mark, op, type, k);
            return;
        }
        if (c == '@') {
            String symbol = in.names.text(in.symbol());
            into[at] = new dev.kiln.ir.SymbolAddress(symbol, in.offset());
            requireSymbol(symbol, mark);
            check(into[at], mark, op, type, k);
            return;
        }
        Type explicit = Scanner.isWordStart(c) ? in.keywords.type(in.peekWord()) : null;
        if (explicit != null) {
            in.takeWord();
            if (in.peek() == '%' || in.peek() == '@') {
                // Both the type said and the type wanted must hold.
                operand(into, at, null, explicit, 0, explicit);
                if (into[at] == UNKNOWN) {
                    return;
                }
            } else {
                into[at] = in.constant(explicit);
            }
            check(into[at], mark, op, type, k);
            return;
        }
        if (!in.atConstant()) {
            throw in.expected("an operand");
        }
        if (assumed == null) {
            throw in.expected("a type before the constant");
        }
        into[at] = in.constant(assumed);
    }

    /** Reports a symbol that the module does not have. */
    void requireSymbol(String symbol, long mark) {
        if (module.defines(symbol)) {
            return;
        }
        String suggestion = "";
        if (in.suggests()) {
            Nearest nearest = new Nearest(symbol);
            module.functions().forEach(f -> nearest.offer(f.name()));
            module.data().forEach(d -> nearest.offer(d.name()));
            module.imports().forEach(i -> nearest.offer(i.name()));
            suggestion = nearest.suggestion("@");
        }
        if (suggestion.isEmpty()) {
            suggestion = "declare what is defined elsewhere: import func @name(types) -> type, or import data @name";
        }
        in.error(IrCode.UNDEFINED_SYMBOL, mark, suggestion, List.of(symbol));
    }

    // Statements.

    private void statements() {
        int nextLabel = 0;
        Block block = null;
        while (true) {
            int c = in.peekBeyondLines();
            if (c == '}' || c == Scanner.END || ModuleParser.isDeclaration(in)) {
                return;
            }
            while (nextLabel < labels.size() && labelStart[nextLabel] < in.pos) {
                nextLabel++;
            }
            if (nextLabel < labels.size() && labelStart[nextLabel] == in.pos) {
                in.pos = labelEnd[nextLabel];
                block = labels.get(nextLabel++);
                continue;
            }
            if (block == null) {
                if (!labels.isEmpty()) {
                    in.error(IrCode.OUTSIDE_BLOCK, in.mark());
                }
                block = function.entry();
            }
            try {
                statement(block, c);
            } catch (SyntaxError e) {
                in.recover();
            }
        }
    }

    private void statement(Block block, int c) {
        int position = in.textPosition();
        long mark = in.mark();
        int name = -1;
        if (c == '%') {
            in.pos++;
            name = in.name("a name after %");
            in.expect('=');
        }
        Instruction before = block.last();
        try {
            operation(block, name >= 0);
            int location = location(in, module);
            block.last().setLocation(location);
            in.endLine();
        } finally {
            Instruction made = block.last();
            if (made != before) {
                made.setTextPosition(position);
            } else {
                made = null;
            }
            if (name >= 0) {
                boolean named = made != null && made.type() != Type.VOID;
                if (named) {
                    made.setName(in.names.text(name));
                } else if (made != null) {
                    in.error(IrCode.NO_RESULT, mark, made.op().text());
                }
                defineNew(name, named ? made : UNKNOWN, mark);
            }
        }
    }

    private void operation(Block block, boolean named) {
        int word = in.peekWord();
        if (word < 0) {
            throw in.expected(named ? "an operation" : "an operation, a label or }");
        }
        long mark = in.mark();
        Op op = in.keywords.op(word);
        if (op == null) {
            if (word != Keyword.TAIL) {
                throw unknownOperation(word, mark);
            }
            in.takeWord();
            if (in.keywords.op(in.peekWord()) != Op.CALL) {
                throw in.expected("call");
            }
            op = Op.TAIL_CALL;
        }
        in.takeWord();
        switch (op.shape()) {
            case CALL -> calls.call(block, op);
            case JUMP, BR, SWITCH, RET, TRAP, UNREACHABLE, GUARD, VAR -> control(block, op);
            default -> simple(block, op, mark);
        }
    }

    private SyntaxError unknownOperation(int word, long mark) {
        String suggestion = "";
        if (in.suggests()) {
            Nearest nearest = new Nearest(in.names.text(word));
            for (Op op : Op.values()) {
                nearest.offer(op.text());
            }
            suggestion = nearest.suggestion("");
        }
        in.error(IrCode.UNKNOWN_OPERATION, mark, suggestion, List.of(in.names.text(word)));
        return in.abandon();
    }

    private Type writtenType(Op op, long mark) {
        Type type = types.valueType();
        if (!OperandTypes.takes(op, type)) {
            String suggestion = in.suggests() ? sibling(op, type) : "";
            in.error(IrCode.TYPE_NOT_TAKEN, mark, suggestion, List.of(op.text(), type.text()));
            throw in.abandon();
        }
        return type;
    }

    /** The operations of the same name, but for the sign, that take the type; for addresses, the way to compute with them. */
    private static String sibling(Op op, Type type) {
        String base = op.text().replaceFirst("\\.[su]$", "");
        StringBuilder found = new StringBuilder();
        for (Op other : Op.values()) {
            boolean related = other.text().equals(base)
                    || other.text().equals(base + ".s")
                    || other.text().equals(base + ".u");
            if (related && other != op && OperandTypes.writesType(other) && OperandTypes.takes(other, type)) {
                found.append(found.isEmpty() ? "" : " or ").append(other.text());
            }
        }
        if (!found.isEmpty()) {
            return type + " has " + found;
        }
        if (type == Type.PTR && OperandTypes.takes(op, Type.I64)) {
            return op == Op.ADD
                    ? "index ptr p, i, 1 adds i to an address"
                    : "bitcast i64 makes an address a number, bitcast ptr the reverse";
        }
        return "";
    }

    /** The operations that have a type, operands and at most literals. */
    private void simple(Block block, Op named, long mark) {
        Op op = named;
        Type type = Type.VOID;
        if (OperandTypes.writesType(op)) {
            in.peek();
            if (op == Op.TRUNC) {
                Type ahead = in.keywords.type(in.peekWord());
                op = ahead != null && ahead.isFloat() ? Op.ROUND_TO_ZERO : op;
            }
            type = writtenType(op, mark);
        }
        if (op == Op.ALLOCA && types.atAggregate()) {
            MemoryType layout = types.aggregate();
            made(block, op, Type.VOID, Constant.of(Type.I64, layout.size())).setImmediate(layout.align());
            return;
        }
        Value[] args = new Value[OperandTypes.count(op)];
        for (int i = 0; i < args.length; i++) {
            if (i > 0) {
                in.expect(',');
            }
            operand(args, i, op, type, i);
        }
        Instruction made = made(block, op, type, args);
        switch (op.shape()) {
            case LOAD, STORE, ATOMIC_RMW, ATOMIC_CAS, FENCE -> accessOptions(made);
            case INDEX -> {
                in.expect(',');
                made.setImmediate(in.integer(64, "i64"));
                made.setImmediate2(in.offset());
            }
            case ALLOCA -> {
                in.expect(',');
                made.setImmediate(types.align());
            }
            case EXTRACT, INSERT -> {
                in.expect(',');
                made.setImmediate(in.count(Integer.MAX_VALUE, "a lane number"));
            }
            case SHUFFLE -> {
                made.setExtra(new int[0]);
                in.expect(',');
                made.setExtra(laneList());
            }
            default -> {}
        }
    }

    private static Instruction made(Block block, Op op, Type written, Value... args) {
        return block.append(op, OperandTypes.result(op, written), args);
    }

    private int[] laneList() {
        in.expect('[');
        in.nest++;
        int[] lanes = new int[32];
        int count = 0;
        if (in.peek() != ']') {
            do {
                if (count == lanes.length) {
                    lanes = Arrays.copyOf(lanes, count * 2);
                }
                lanes[count++] = (int) in.count(Integer.MAX_VALUE, "a lane number");
            } while (in.accept(','));
        }
        in.expect(']');
        in.nest--;
        return Arrays.copyOf(lanes, count);
    }

    /** {@code align N}, {@code volatile} and a memory order, in any order. */
    private void accessOptions(Instruction made) {
        boolean atomic = isAtomic(made.op());
        if (atomic) {
            made.setExtra(MemoryOrder.SEQ_CST);
        }
        int word;
        while ((word = in.peekWord()) >= 0) {
            if (word == Keyword.ALIGN && made.op() != Op.FENCE && made.op() != Op.VA_ARG) {
                in.takeWord();
                made.setImmediate(types.align());
            } else if (word == Keyword.VOLATILE && made.op() != Op.FENCE && made.op() != Op.VA_ARG) {
                in.takeWord();
                made.setVolatile(true);
            } else if (atomic) {
                made.setExtra(order(word));
            } else {
                return;
            }
        }
    }

    static boolean isAtomic(Op op) {
        return switch (op.shape()) {
            case ATOMIC_RMW, ATOMIC_CAS, FENCE -> true;
            default -> op == Op.ATOMIC_LOAD || op == Op.ATOMIC_STORE;
        };
    }

    private MemoryOrder order(int word) {
        String text = in.names.text(word);
        for (MemoryOrder order : ORDERS) {
            if (order.text().equals(text)) {
                in.takeWord();
                return order;
            }
        }
        throw in.expected("align, volatile, relaxed, acquire, release, acq_rel or seq_cst");
    }

    private void control(Block block, Op op) {
        switch (op) {
            case JUMP -> {
                Target target = target();
                block.append(op, Type.VOID).setTargets(target);
            }
            case BR -> {
                Value[] condition = new Value[1];
                operand(condition, 0, op, Type.VOID, 0);
                in.expect(',');
                Target then = target();
                in.expect(',');
                Target otherwise = target();
                block.append(op, Type.VOID, condition).setTargets(then, otherwise);
            }
            case SWITCH -> switchOperation(block);
            case RET -> {
                int c = in.peek();
                if (c == '\n' || c == Scanner.END || c == '}' || c == '!') {
                    block.append(op, Type.VOID);
                    return;
                }
                Value[] value = new Value[1];
                Type result = function.signature().result();
                operand(value, 0, damaged || result == Type.VOID ? null : result);
                block.append(op, Type.VOID, value);
            }
            case TRAP -> {
                int name = in.peek() == '"' ? in.string() : in.blockName();
                block.append(op, Type.VOID).setExtra(in.names.text(name));
            }
            case GUARD -> {
                Value[] condition = new Value[1];
                operand(condition, 0, op, Type.VOID, 0);
                in.expect(',');
                if (in.peek() != '@') {
                    throw in.expected("the exit function @name(number)");
                }
                var state = calls.frameState();
                block.append(op, Type.VOID, condition).setExtra(state);
            }
            case VAR -> {
                Value[] value = new Value[1];
                operand(value, 0, op, Type.VOID, 0);
                int name = in.string();
                block.append(op, Type.VOID, value).setExtra(in.names.text(name));
            }
            default -> block.append(op, Type.VOID);
        }
    }

    private void switchOperation(Block block) {
        in.peek();
        Type type = writtenType(Op.SWITCH, in.mark());
        Value[] value = new Value[1];
        operand(value, 0, Op.SWITCH, type, 0);
        in.expect(',');
        List<Target> targets = new ArrayList<>();
        targets.add(target());
        in.expect(',');
        in.expect('[');
        in.nest++;
        long[] cases = new long[8];
        int count = 0;
        if (in.peek() != ']') {
            do {
                if (count == cases.length) {
                    cases = Arrays.copyOf(cases, count * 2);
                }
                cases[count++] = in.integer(type.bits(), type.text());
                in.expect(':');
                targets.add(target());
            } while (in.accept(','));
        }
        in.expect(']');
        in.nest--;
        Instruction made = block.append(Op.SWITCH, Type.VOID, value);
        made.setExtra(Arrays.copyOf(cases, count));
        made.setTargets(targets.toArray(new Target[0]));
    }

    private Target target() {
        in.peek();
        long mark = in.mark();
        int name = in.blockName();
        Block block = name < blockStamp.length && blockStamp[name] == stamp ? blocks[name] : null;
        if (block == null) {
            undefinedBlock(name, mark);
        }
        Value[] args = arguments(block);
        return block == null ? new Target(function.entry()) : new Target(block, args);
    }

    private void undefinedBlock(int name, long mark) {
        String text = in.names.text(name);
        String suggestion = "";
        if (in.suggests()) {
            Nearest nearest = new Nearest(text);
            for (Block label : labels) {
                nearest.offer(label.name());
            }
            suggestion = nearest.suggestion("");
        }
        in.error(IrCode.UNDEFINED_BLOCK, mark, suggestion, List.of(text));
    }

    private Value[] arguments(Block block) {
        if (!in.accept('(') || in.accept(')')) {
            return new Value[0];
        }
        int wanted = block == null ? 0 : block.paramCount();
        int firstFixup = fixups.count;
        int count = 0;
        do {
            operand(place(count), count, count < wanted ? block.param(count).type() : null);
            count++;
        } while (in.accept(','));
        in.expect(')');
        return take(count, firstFixup);
    }

    /** The shared buffer for operands whose number is not known yet, with room for this one. */
    Value[] place(int at) {
        if (at == buffer.length) {
            buffer = Arrays.copyOf(buffer, at * 2);
        }
        return buffer;
    }

    int fixupCount() {
        return fixups.count;
    }

    /** The operands collected in the buffer; fix-ups made since the number given are theirs. */
    Value[] take(int count, int firstFixup) {
        Value[] taken = Arrays.copyOf(buffer, count);
        fixups.move(firstFixup, taken);
        return taken;
    }

    /** {@code !loc "file" line:column}: the index into the module's locations; 0 when there is none. */
    static int location(Scanner in, Module module) {
        if (in.peek() != '!') {
            return 0;
        }
        in.pos++;
        in.expectWord(Keyword.LOC);
        String file = in.names.text(in.string());
        int line = (int) in.count(Integer.MAX_VALUE, "a line");
        int column = 0;
        if (in.at(in.pos) == ':') {
            in.pos++;
            column = (int) in.count(Integer.MAX_VALUE, "a column");
        }
        return module.locations().add(file, line, column);
    }
}
