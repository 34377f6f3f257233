package dev.kiln.tests.fuzz;

import dev.kiln.ir.Block;
import dev.kiln.ir.Constant;
import dev.kiln.ir.FunctionBuilder;
import dev.kiln.ir.Linkage;
import dev.kiln.ir.Op;
import dev.kiln.ir.Target;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes the body of a random function: control and data flow. Single operations are made by {@link OperationGenerator}.
 *
 * <p>Code is made in nested regions with one way in; a region's values are forgotten behind it, but for those that it passes on as
 * block arguments.
 */
final class FunctionGenerator {
    private static final int DEEPEST = 3;
    private static final long DEAREST = 8000;
    private static final int[] NOTHING = new int[Type.values().length];

    final ProgramGenerator program;
    final ProgramGenerator.Callee self;
    final Random random;
    final FunctionBuilder b;
    final Scope scope = new Scope();

    /** How often the place being generated is run per call. */
    long weight = 1;

    /** About how many operations a call executes. */
    long cost;

    private final OperationGenerator operations;
    private int depth;

    FunctionGenerator(ProgramGenerator program, ProgramGenerator.Callee self) {
        this.program = program;
        this.self = self;
        random = program.random;
        b = new FunctionBuilder(program.module, self.name(), self.signature());
        operations = new OperationGenerator(this);
    }

    /** Makes the body; gives about how many operations a call executes. */
    long generate(int statements) {
        Linkage[] linkages = {Linkage.LOCAL, Linkage.LOCAL, Linkage.EXPORT, Linkage.WEAK};
        b.function().setLinkage(linkages[random.nextInt(linkages.length)]);
        b.function().setNoinline(random.nextInt(8) == 0);
        b.function().setCold(random.nextInt(8) == 0);
        begin();
        if (self.recursive()) {
            recurse();
        }
        statements(statements);
        operations.sinkSome(NOTHING);
        finish();
        return cost;
    }

    /** Makes the body of the program's entry. */
    void generateEntry(int statements) {
        b.function().setLinkage(Linkage.EXPORT);
        begin();
        for (ProgramGenerator.Callee callee : program.callees) {
            operations.call(callee);
        }
        statements(statements);
        operations.sinkSome(NOTHING);
        b.ret(b.load(Type.I64, b.symbol(program.name("sum"))));
    }

    private void begin() {
        int slots = random.nextInt(1, 4);
        for (int i = 0; i < slots; i++) {
            operations.slot();
        }
        for (int i = 0; i < self.signature().params().size(); i++) {
            Value param = b.param(i);
            if (self.aggregates().get(i) != null) {
                operations.readLeaves(param, self.aggregates().get(i));
            } else if (param.type() == Type.PTR) {
                scope.addPointer(param, ProgramGenerator.POINTER_ROOM, false, false);
            } else {
                scope.add(param);
            }
        }
        if (self.signature().variadic()) {
            operations.readVariadic(self.variadic());
        }
    }

    /** Calls itself with a smaller depth when the depth, its first parameter, is positive. */
    private void recurse() {
        Block again = b.block("again"), rest = b.block("rest");
        Value count = b.param(0);
        b.br(b.compare(Op.GT_S, count, b.i32(0)), again, rest);
        b.at(again);
        int[] outer = scope.enter();
        // Whoever calls with a large depth gets it cut.
        Value less = b.binary(Op.MIN_S, b.sub(count, b.i32(1)), b.i32(random.nextInt(1, 4)));
        operations.call(self, less);
        scope.leave(outer);
        b.jump(rest);
        b.at(rest);
    }

    private void finish() {
        Type result = self.signature().result();
        if (result == Type.VOID) {
            b.ret();
        } else if (self.result() != null) {
            b.ret(operations.address(Math.max(1, (int) self.result().type().size()), 1, false, false));
        } else if (result == Type.PTR) {
            b.ret(operations.address(ProgramGenerator.POINTER_ROOM, 1, true, true));
        } else {
            b.ret(operations.operand(result));
        }
    }

    void statements(int count) {
        for (int i = 0; i < count; i++) {
            statement();
        }
    }

    private void statement() {
        cost += weight;
        if (random.nextInt(16) == 0) {
            b.location("random.c", random.nextInt(1, 500), random.nextInt(1, 80));
        }
        boolean control = depth < DEEPEST && random.nextInt(9) == 0;
        if (!control) {
            operations.random();
            return;
        }
        depth++;
        switch (random.nextInt(5)) {
            case 0, 1 -> loop();
            case 2 -> switch_();
            default -> branch();
        }
        depth--;
    }

    // Regions.

    /** Types to pass out of a region. */
    private List<Type> passed() {
        List<Type> types = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            types.add(program.visibleType());
        }
        return types;
    }

    private Value[] operands(List<Type> types) {
        Value[] values = new Value[types.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = operations.operand(types.get(i));
        }
        return values;
    }

    private void addParams(Block block) {
        for (int i = 0; i < block.paramCount(); i++) {
            scope.add(block.param(i));
        }
    }

    private Block block(List<Type> types) {
        return b.block(null, types.toArray(new Type[0]));
    }

    private void branch() {
        List<Type> types = passed();
        Value condition = operations.condition();
        Block then = block(List.of()), otherwise = block(List.of()), join = block(types);
        int[] outer = scope.enter();
        Target toElse = random.nextInt(3) == 0 ? b.target(join, operands(types)) : b.target(otherwise);
        if (random.nextBoolean()) {
            b.br(condition, b.target(then), toElse);
        } else {
            b.br(condition, toElse, b.target(then));
        }
        arm(then, join, types, outer, true);
        if (toElse.block() == otherwise) {
            arm(otherwise, join, types, outer, false);
        } else {
            b.function().blocks().remove(otherwise);
        }
        b.at(join);
        addParams(join);
    }

    private void arm(Block block, Block join, List<Type> types, int[] outer, boolean mayLeave) {
        b.at(block);
        statements(random.nextInt(1, 7));
        operations.sinkSome(outer);
        if (mayLeave && random.nextInt(7) == 0 && !self.name().equals(program.entry())) {
            finish();
        } else {
            b.jump(join, operands(types));
        }
        scope.leave(outer);
    }

    /** A loop that counts to a small number and carries values, some of them exchanged in each round. */
    private void loop() {
        List<Type> types = new ArrayList<>();
        types.add(ProgramGenerator.INTS[random.nextInt(4)]);
        Type favourite = program.visibleType();
        for (int i = random.nextInt(6); i > 0; i--) {
            types.add(random.nextInt(3) > 0 ? favourite : program.visibleType());
        }
        int trips = random.nextInt(1, 7);
        if (weight * trips > 150) {
            trips = 1;
        }
        boolean testFirst = random.nextBoolean();
        List<Type> out = passed();
        Block head = block(types), exit = block(out);
        Value[] first = operands(types);
        first[0] = Constant.of(types.getFirst(), 0);
        b.jump(head, first);
        b.at(head);
        int[] outer = scope.enter();
        addParams(head);
        Value limit = Constant.of(types.getFirst(), trips);
        if (testFirst) {
            Block body = block(List.of());
            b.br(b.compare(Op.LT_U, head.param(0), limit), b.target(body), b.target(exit, operands(out)));
            b.at(body);
        }
        long before = weight;
        weight *= trips;
        statements(random.nextInt(1, 8));
        operations.sinkSome(outer);
        weight = before;
        Value next = b.add(head.param(0), Constant.of(types.getFirst(), 1));
        Target back = b.target(head, carried(head, types, next));
        if (testFirst) {
            b.jump(back.block(), back.args());
        } else {
            b.br(b.compare(Op.LT_U, next, limit), back, b.target(exit, operands(out)));
        }
        b.at(exit);
        scope.leave(outer);
        addParams(exit);
    }

    /** The arguments of a back edge: the next count, and parameters in other places or new values. */
    private Value[] carried(Block head, List<Type> types, Value next) {
        Value[] values = operands(types);
        values[0] = next;
        for (int i = 1; i < values.length; i++) {
            for (int step = 1; step < values.length && random.nextInt(4) > 0; step++) {
                int other = 1 + (i - 1 + step) % (values.length - 1);
                if (types.get(other) == types.get(i)) {
                    values[i] = head.param(other);
                    break;
                }
            }
        }
        return values;
    }

    private void switch_() {
        List<Type> types = passed();
        Value value = operations.operand(ProgramGenerator.INTS[random.nextInt(4)]);
        boolean dense = random.nextBoolean();
        if (dense) {
            value = b.binary(Op.AND, value, Constant.of(value.type(), 7));
            if (random.nextInt(3) == 0) {
                value = b.binary(Op.SUB, value, Constant.of(value.type(), 3));
            }
        }
        List<Long> cases = new ArrayList<>();
        for (int i = random.nextInt(1, dense ? 12 : 6); i > 0; i--) {
            long one = dense
                    ? random.nextInt(-3, 9)
                    : EdgeValues.constant(value.type(), random).bits();
            if (!cases.contains(one)) {
                cases.add(one);
            }
        }
        Block join = block(types);
        int[] outer = scope.enter();
        List<Block> arms = new ArrayList<>();
        Target[] targets = new Target[cases.size()];
        for (int i = 0; i < targets.length; i++) {
            int kind = random.nextInt(4);
            if (kind == 0) {
                targets[i] = b.target(join, operands(types));
            } else if (kind == 1 && !arms.isEmpty()) {
                targets[i] = b.target(arms.getLast());
            } else {
                arms.add(block(List.of()));
                targets[i] = b.target(arms.getLast());
            }
        }
        Target otherwise = b.target(join, operands(types));
        b.switch_(value, otherwise, cases.stream().mapToLong(Long::longValue).toArray(), targets);
        for (Block arm : arms) {
            arm(arm, join, types, outer, true);
        }
        b.at(join);
        addParams(join);
    }

    /** Leaves by a trap where a condition holds: never, or in programs that may trap now and then. */
    void trap(boolean named) {
        Block trap = block(List.of()), rest = block(List.of());
        Value value = operations.operand(Type.I32);
        Value low = b.binary(Op.AND, value, b.i32(program.mayTrap ? 15 : 3));
        b.br(b.compare(Op.GT_U, low, b.i32(program.mayTrap ? 14 : 3)), trap, rest);
        b.at(trap);
        if (named) {
            b.trap(random.nextBoolean() ? "out_of_luck" : "index_out_of_bounds");
        } else {
            b.unreachable();
        }
        b.at(rest);
    }

    /** Whether a call of that cost fits here. */
    boolean affords(ProgramGenerator.Callee callee) {
        return weight * callee.cost() + cost < DEAREST;
    }
}
