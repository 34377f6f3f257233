package dev.kiln.ir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.base.Diagnostics;
import dev.kiln.ir.internal.OperandTypes;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random well-typed modules with every operation: builder, verifier, printer and parser agree about them. */
class GeneratedModulesTest {
    private static final String[] NAMES = {"x", "y", "x", "a b", "7", "é", "\"q\"", "\\", "x.2", "", null, null, "nan"};
    private static final Type[] TYPES = Type.values();

    private final Set<Op> seen = EnumSet.noneOf(Op.class);

    @Test
    void printedModulesReadBackTheSame() {
        for (int seed = 0; seed < 300; seed++) {
            Module module = new Generator(seed).module();
            Diagnostics d = new Diagnostics();
            Verifier.verify(module, d);
            String text = IrPrinter.print(module);
            assertThat(d.list()).as("seed %d\n%s", seed, text).isEmpty();
            Module again = Texts.parse(text);
            Verifier.verify(again, d);
            assertThat(d.list()).as("seed %d\n%s", seed, text).isEmpty();
            assertThat(IrPrinter.print(again)).isEqualTo(text);
            assertThat(structure(again)).isEqualTo(structure(module));
            Texts.parse(IrPrinter.print(again));
        }
        assertThat(seen).as("operations made").isEqualTo(EnumSet.allOf(Op.class));
    }

    /** What does not depend on names: operations, types, literals, and which value each operand is. */
    private static List<String> structure(Module module) {
        List<String> out = new ArrayList<>();
        for (Function f : module.functions()) {
            Map<Value, Integer> places = new java.util.IdentityHashMap<>();
            for (Block block : f.blocks()) {
                block.params().forEach(p -> places.put(p, places.size()));
                for (Instruction i = block.first(); i != null; i = i.next()) {
                    places.put(i, places.size());
                }
            }
            for (Block block : f.blocks()) {
                out.add("block " + block.paramCount());
                for (Instruction i = block.first(); i != null; i = i.next()) {
                    StringBuilder line = new StringBuilder();
                    line.append(i.op())
                            .append(i.type())
                            .append(i.immediate())
                            .append(' ')
                            .append(i.immediate2());
                    line.append(i.isVolatile()).append(module.locations().get(i.location()));
                    operands(line, i.args(), places);
                    for (Target target : i.targets()) {
                        line.append(" to ").append(f.blocks().indexOf(target.block()));
                        operands(line, target.args(), places);
                    }
                    switch (i.extra()) {
                        case null -> {}
                        case long[] cases -> line.append(java.util.Arrays.toString(cases));
                        case int[] lanes -> line.append(java.util.Arrays.toString(lanes));
                        case CallSite site -> line.append(site.signature()).append(site.variadicArguments());
                        case FrameState state -> line.append(state.exit()).append(state.exitId());
                        default -> line.append(i.extra());
                    }
                    out.add(line.toString());
                }
            }
        }
        return out;
    }

    private static void operands(StringBuilder line, Value[] values, Map<Value, Integer> places) {
        for (Value value : values) {
            line.append(' ');
            switch (value) {
                case Constant c -> line.append(c.type()).append(c.bits());
                case SymbolAddress a -> line.append(a.symbol()).append(a.offset());
                default -> line.append('%').append(places.get(value));
            }
        }
    }

    private final class Generator {
        private final Random random;
        private final Module module;
        private FunctionBuilder b;
        private final Map<Type, List<Value>> pool = new EnumMap<>(Type.class);

        Generator(int seed) {
            random = new Random(seed);
            module = new Module("seed " + seed);
        }

        Module module() {
            module.addType(AggregateType.Struct.of("odd name", List.of(Type.I8, Type.F64), random.nextBoolean(), 16));
            AggregateType pair = module.type("odd name");
            module.addImport(new Import("ext", Signature.of(Type.I64, Type.I64, Type.PTR), false, 0));
            module.addImport(new Import("exit", Signature.of(Type.VOID, Type.I64, Type.PTR), false, 0));
            long[] numbers = random.longs(50).toArray();
            module.addData(new Data(
                    "d\n",
                    Linkage.EXPORT,
                    false,
                    true,
                    new Section(".x y", "a"),
                    8,
                    List.of(
                            new Data.Scalars(Type.I64, numbers),
                            new Data.Scalars(Type.F64, numbers),
                            new Data.Scalars(Type.F64, new long[] {5}),
                            new Data.Bytes(new byte[] {0, 34, 92, -1, 10, 65}),
                            new Data.Address("ext", Long.MIN_VALUE),
                            new Data.Zero(3)),
                    0));
            Signature.Param byValue =
                    new Signature.Param(Type.PTR, pair, Signature.Extension.NONE, Signature.Role.PLAIN);
            module.addSignature(
                    "s",
                    new Signature(
                            List.of(byValue, Signature.Param.of(Type.I32)),
                            Type.PTR,
                            pair,
                            Signature.Extension.NONE,
                            true,
                            Signature.Convention.PLATFORM));
            for (int i = 0; i < 3; i++) {
                function("f" + i);
            }
            return module;
        }

        private void function(String name) {
            List<Type> types = new ArrayList<>();
            for (Type type : TYPES) {
                if (type != Type.VOID) {
                    types.add(type);
                }
            }
            Signature plain = Signature.of(Type.VOID, types.toArray(new Type[0]));
            Signature variadic = new Signature(
                    plain.params(), Type.VOID, null, Signature.Extension.NONE, true, Signature.Convention.PLATFORM);
            b = new FunctionBuilder(module, name, variadic);
            b.function().params().forEach(p -> p.setName(pick(NAMES)));
            pool.clear();
            b.function().params().forEach(this::know);
            for (int i = 0; i < 60; i++) {
                if (random.nextInt(4) == 0) {
                    b.location("a\"b.c", random.nextInt(100) + 1, random.nextInt(3));
                }
                any();
            }
            end();
        }

        private void know(Value value) {
            pool.computeIfAbsent(value.type(), t -> new ArrayList<>()).add(value);
        }

        private <T> T pick(T[] from) {
            return from[random.nextInt(from.length)];
        }

        private Value value(Type type) {
            int kind = random.nextInt(4);
            if (kind == 0 && !type.isVector()) {
                return Constant.of(type, random.nextBoolean() ? random.nextLong() : random.nextInt(9) - 4);
            }
            if (kind == 1 && type == Type.PTR) {
                return new SymbolAddress(pick(new String[] {"ext", "d\n"}), random.nextInt(5) - 2);
            }
            List<Value> known = pool.get(type);
            return known.get(random.nextInt(known.size()));
        }

        private void any() {
            Op op = pick(Op.values());
            Type type = Type.VOID;
            if (OperandTypes.writesType(op)) {
                do {
                    type = pick(TYPES);
                } while (!OperandTypes.takes(op, type));
            }
            Instruction made = null;
            switch (op.shape()) {
                case CALL, JUMP, BR, SWITCH, RET, TRAP, UNREACHABLE, GUARD, VAR, ALLOCA -> made = special(op);
                default -> {
                    Value[] args = new Value[OperandTypes.count(op)];
                    for (int k = 0; k < args.length; k++) {
                        Type wanted = OperandTypes.operand(op, type, k);
                        while (wanted == null) {
                            wanted = pick(TYPES);
                            wanted = OperandTypes.accepts(op, type, k, wanted) ? wanted : null;
                        }
                        args[k] = value(wanted);
                    }
                    made = b.current().append(op, OperandTypes.result(op, type), args);
                    literals(made, type);
                }
            }
            if (made != null) {
                seen.add(op);
                if (made.type() != Type.VOID) {
                    made.setName(pick(NAMES));
                    // Pointers computed from references may not be kept.
                    know(made);
                }
            }
        }

        private void literals(Instruction made, Type type) {
            switch (made.op().shape()) {
                case LOAD, STORE, ATOMIC_RMW, ATOMIC_CAS, FENCE -> {
                    boolean atomic = made.op().text().startsWith("atomic") || made.op() == Op.FENCE;
                    made.setExtra(atomic ? MemoryOrder.SEQ_CST : null);
                    if (!atomic && made.op() != Op.VA_ARG) {
                        made.setImmediate(random.nextBoolean() ? 0 : 1L << random.nextInt(6));
                        made.setVolatile(random.nextInt(5) == 0);
                    }
                }
                case INDEX -> {
                    made.setImmediate(random.nextInt());
                    made.setImmediate2(random.nextInt(3) == 0 ? 0 : random.nextInt());
                }
                case EXTRACT, INSERT -> made.setImmediate(random.nextInt(type.lanes()));
                case SHUFFLE ->
                    made.setExtra(random.ints(type.lanes(), 0, 2 * type.lanes()).toArray());
                default -> {}
            }
        }

        private Instruction special(Op op) {
            return switch (op) {
                case CALL -> call();
                case ALLOCA ->
                    b.alloca(
                            random.nextBoolean()
                                    ? b.i64(random.nextInt(99))
                                    : pool.get(Type.I64).getFirst(),
                            8);
                case VAR -> b.var(value(pick(new Type[] {Type.F64, Type.I64, Type.I8})), "v\"\t" + random.nextInt(5));
                case GUARD ->
                    b.guard(
                            value(Type.I32),
                            new FrameState(
                                    "exit",
                                    random.nextLong(),
                                    new Value[] {value(Type.I64), value(Type.F32)},
                                    random.nextBoolean() ? null : new FrameState("exit", 1, new Value[0], null)));
                case JUMP, BR, SWITCH -> next(op);
                default -> null;
            };
        }

        private Instruction call() {
            Signature s = module.signature("s");
            return switch (random.nextInt(4)) {
                case 0 -> b.call("ext", value(Type.I64), value(Type.PTR));
                case 1 ->
                    b.call(
                            value(Type.PTR),
                            s,
                            "s",
                            List.of(Signature.Param.of(Type.F64)),
                            null,
                            value(Type.PTR),
                            value(Type.I32),
                            value(Type.F64));
                case 2 -> b.call(value(Type.PTR), s, value(Type.PTR), value(Type.I32));
                default -> b.call(b.symbol("ext"), Signature.of(Type.VOID, Type.V4F32), value(Type.V4F32));
            };
        }

        /** Goes on in a new block, whose parameters take values of the pool. */
        private Instruction next(Op op) {
            Block block = b.block(pick(NAMES), Type.I32, Type.F32);
            Block other = b.block(pick(NAMES));
            Target to = b.target(block, value(Type.I32), value(Type.F32));
            Instruction made = switch (op) {
                case JUMP -> b.jump(block, to.args());
                case BR -> b.br(value(Type.I64), to, b.target(other));
                default ->
                    b.switch_(
                            value(Type.I16),
                            b.target(other),
                            new long[] {-1, 5, 7, 9, 11},
                            to,
                            b.target(other),
                            to,
                            b.target(other),
                            b.target(other));
            };
            b.at(other);
            end();
            b.at(block);
            block.params().forEach(this::know);
            return made;
        }

        private void end() {
            Op op = pick(new Op[] {Op.RET, Op.TRAP, Op.UNREACHABLE, Op.TAIL_CALL});
            switch (op) {
                case RET -> b.ret();
                case TRAP -> b.trap(pick(new String[] {"plain", "a b", "7"}));
                case TAIL_CALL -> b.tailCall("exit", value(Type.I64), value(Type.PTR));
                default -> b.unreachable();
            }
            seen.add(op);
        }
    }
}
