package dev.kiln.tests.fuzz;

import dev.kiln.ir.Block;
import dev.kiln.ir.Data;
import dev.kiln.ir.FunctionBuilder;
import dev.kiln.ir.Import;
import dev.kiln.ir.Linkage;
import dev.kiln.ir.Module;
import dev.kiln.ir.Op;
import dev.kiln.ir.Section;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes a random program out of a seed: data, functions, and {@code PREFIX_entry(i64) -> i64}, which calls them. It is well typed, ends
 * (loops count, recursion is bounded), does nothing undefined, and lets no address get into what it computes, so that each way of
 * running it must give the same bits.
 *
 * <p>What it computes is seen in the result, in the exported data listed by {@link #observed}, and in how it ends.
 */
final class ProgramGenerator {
    /** Bytes that each plain pointer argument and result may be used for. */
    static final int POINTER_ROOM = 16;

    static final int TRACE_BYTES = 8192;
    static final Type[] INTS = {Type.I8, Type.I16, Type.I32, Type.I64};
    private static final Type[] PLAIN = {
        Type.I8, Type.I16, Type.I32, Type.I64, Type.I32, Type.I64, Type.F32, Type.F64, Type.F64, Type.PTR
    };
    private static final Type[] VECTORS = {Type.V16I8, Type.V8I16, Type.V4I32, Type.V2I64, Type.V4F32, Type.V2F64};

    /** A datum that generated code may use. */
    record Global(String name, int size, boolean readonly) {}

    /** Data whose bytes are compared afterwards. */
    record Observed(String name, int size) {}

    /**
     * A function that generated code may call.
     *
     * @param aggregates for each parameter the aggregate passed by value, or {@code null}
     * @param result the aggregate returned, or {@code null}
     * @param variadic the types of the arguments that it takes beyond the fixed ones
     * @param recursive whether its first parameter counts down how often it calls itself
     * @param slot its place in the table of functions; −1 when it is not there
     * @param cost about how many operations a call executes
     */
    record Callee(
            String name,
            Signature signature,
            List<Aggregates.Aggregate> aggregates,
            Aggregates.Aggregate result,
            List<Type> variadic,
            boolean recursive,
            int slot,
            long cost) {}

    final Module module;
    final String prefix;
    final Random random;
    final boolean mayTrap;
    final List<Global> globals = new ArrayList<>();
    final List<Callee> callees = new ArrayList<>();
    private final List<Observed> observed = new ArrayList<>();
    private final List<Data.Item> table = new ArrayList<>();
    private int traced;

    private ProgramGenerator(Module module, String prefix, long seed) {
        this.module = module;
        this.prefix = prefix;
        random = new Random(seed * 0x9E37_79B9_7F4A_7C15L + 0x1234_5678);
        mayTrap = random.nextInt(7) == 0;
    }

    /** Adds the program of a seed to a module; all its symbols begin with the prefix. */
    static ProgramGenerator generate(Module module, String prefix, long seed) {
        ProgramGenerator program = new ProgramGenerator(module, prefix, seed);
        program.addData();
        program.addImports();
        program.addCompare();
        int functions = program.random.nextInt(2, 6);
        for (int i = 0; i < functions; i++) {
            program.addFunction(i);
        }
        program.addEntry();
        program.addTables();
        return program;
    }

    /** The name of the function that runs the program. */
    String entry() {
        return prefix + "_entry";
    }

    List<Observed> observed() {
        return observed;
    }

    String name(String name) {
        return prefix + "_" + name;
    }

    /** Where the next value of a type is stored to be looked at. */
    int traceOffset(Type type) {
        int offset = traced & -type.bytes();
        if (offset + type.bytes() > TRACE_BYTES) {
            offset = 0;
        }
        traced = offset + type.bytes();
        return offset;
    }

    private void addData() {
        add("sum", Linkage.EXPORT, false, false, null, 8, List.of(new Data.Zero(8)));
        observed.add(new Observed(name("sum"), 8));
        add("trace", Linkage.EXPORT, false, false, null, 16, List.of(new Data.Zero(TRACE_BYTES)));
        observed.add(new Observed(name("trace"), TRACE_BYTES));
        add("text", Linkage.EXPORT, false, false, null, 1, List.of(new Data.Zero(200)));
        observed.add(new Observed(name("text"), 200));
        String format = "%d %g %x %.3f %c %e %u %a %d %g %lx\0";
        add(
                "format",
                Linkage.LOCAL,
                false,
                true,
                null,
                1,
                List.of(new Data.Bytes(format.getBytes(StandardCharsets.US_ASCII))));
        int count = random.nextInt(2, 6);
        for (int i = 0; i < count; i++) {
            addRandomData("mem" + i);
        }
    }

    private void addRandomData(String name) {
        int kind = random.nextInt(10);
        Linkage linkage = switch (kind) {
            case 0, 1 -> Linkage.LOCAL;
            case 2 -> Linkage.WEAK;
            case 3 -> Linkage.COMMON;
            default -> Linkage.EXPORT;
        };
        boolean thread = kind >= 4 && random.nextInt(6) == 0;
        boolean readonly = kind >= 4 && !thread && random.nextInt(6) == 0;
        Section section =
                kind == 9 && !thread ? new Section(readonly ? ".kiln.ro" : ".kiln.rw", readonly ? "a" : "aw") : null;
        List<Data.Item> items = linkage == Linkage.COMMON || random.nextInt(5) == 0
                ? List.of(new Data.Zero(8L * random.nextInt(8, 40)))
                : items();
        long size = items.stream().mapToLong(Data.Item::size).sum();
        add(name, linkage, thread, readonly, section, 1L << random.nextInt(4, 7), items);
        globals.add(new Global(name(name), (int) size, readonly));
        if (linkage == Linkage.EXPORT && !thread) {
            observed.add(new Observed(name(name), (int) size));
        }
    }

    private List<Data.Item> items() {
        List<Data.Item> items = new ArrayList<>();
        int pieces = random.nextInt(4, 12);
        for (int i = 0; i < pieces; i++) {
            items.add(
                    switch (random.nextInt(4)) {
                        case 0 -> new Data.Zero(random.nextInt(1, 24));
                        case 1 -> {
                            byte[] bytes = new byte[random.nextInt(1, 20)];
                            random.nextBytes(bytes);
                            yield new Data.Bytes(bytes);
                        }
                        default -> {
                            Type type = PLAIN[random.nextInt(PLAIN.length - 1)];
                            long[] bits = new long[random.nextInt(1, 5)];
                            for (int n = 0; n < bits.length; n++) {
                                bits[n] = EdgeValues.constant(type, random).bits();
                            }
                            yield new Data.Scalars(type, bits);
                        }
                    });
        }
        items.add(new Data.Zero(64));
        return items;
    }

    private void add(
            String name,
            Linkage linkage,
            boolean thread,
            boolean readonly,
            Section section,
            long align,
            List<Data.Item> items) {
        module.addData(new Data(name(name), linkage, thread, readonly, section, align, items, 0));
    }

    private void addImports() {
        importC("abs", Signature.of(Type.I32, Type.I32));
        importC("llabs", Signature.of(Type.I64, Type.I64));
        importC("ldexp", Signature.of(Type.F64, Type.F64, Type.I32));
        importC("fabsf", Signature.of(Type.F32, Type.F32));
        importC("qsort", Signature.of(Type.VOID, Type.PTR, Type.I64, Type.I64, Type.PTR));
        Signature.Param pointer = Signature.Param.of(Type.PTR);
        importC(
                "snprintf",
                new Signature(
                        List.of(pointer, Signature.Param.of(Type.I64), pointer),
                        Type.I32,
                        null,
                        Signature.Extension.NONE,
                        true,
                        Signature.Convention.PLATFORM));
        for (String name : new String[] {"abs", "llabs", "ldexp", "fabsf"}) {
            callees.add(plain(name, module.importNamed(name).signature()));
        }
    }

    private static Callee plain(String name, Signature signature) {
        List<Aggregates.Aggregate> none = new ArrayList<>();
        signature.params().forEach(p -> none.add(null));
        return new Callee(name, signature, none, null, List.of(), false, -1, 10);
    }

    private void importC(String name, Signature signature) {
        if (!module.defines(name)) {
            module.addImport(new Import(name, signature, false, 0));
        }
    }

    /** An order of 32-bit integers for {@code qsort}: by their value after a xor. */
    private void addCompare() {
        FunctionBuilder b =
                new FunctionBuilder(module, name("compare"), Signature.of(Type.I32, Type.PTR, Type.PTR), "a", "b");
        Value key = EdgeValues.constant(Type.I32, random);
        Value x = b.binary(Op.XOR, b.load(Type.I32, b.param(0)), key);
        Value y = b.binary(Op.XOR, b.load(Type.I32, b.param(1)), key);
        if (random.nextBoolean()) {
            b.ret(b.sub(b.compare(Op.GT_S, x, y), b.compare(Op.LT_S, x, y)));
        } else {
            Block less = b.block("less"), rest = b.block("rest");
            b.br(b.compare(Op.LT_U, x, y), less, rest);
            b.at(less).ret(b.i32(-1));
            b.at(rest).ret(b.compare(Op.GT_U, x, y));
        }
    }

    Type anyType() {
        return random.nextInt(5) == 0 ? VECTORS[random.nextInt(VECTORS.length)] : PLAIN[random.nextInt(PLAIN.length)];
    }

    /** A type of values that may be looked at: anything but an address. */
    Type visibleType() {
        Type type = anyType();
        return type == Type.PTR ? Type.I64 : type;
    }

    private void addFunction(int number) {
        boolean variadic = random.nextInt(4) == 0;
        boolean recursive = random.nextInt(5) == 0;
        List<Signature.Param> params = new ArrayList<>();
        List<Aggregates.Aggregate> aggregates = new ArrayList<>();
        if (recursive) {
            params.add(Signature.Param.of(Type.I32));
            aggregates.add(null);
        } else if (random.nextInt(20) == 0) {
            params.add(new Signature.Param(Type.I64, null, Signature.Extension.NONE, Signature.Role.ENV));
            aggregates.add(null);
        }
        // Often more than fit into registers.
        int count = random.nextInt(3) == 0 ? random.nextInt(8, 20) : random.nextInt(0, 6);
        for (int i = 0; i < count; i++) {
            if (random.nextInt(5) == 0) {
                Aggregates.Aggregate aggregate = Aggregates.make(module, name("t" + number + "_" + i), random);
                aggregates.add(aggregate);
                params.add(new Signature.Param(
                        Type.PTR, aggregate.type(), Signature.Extension.NONE, Signature.Role.PLAIN));
            } else {
                Type type = anyType();
                aggregates.add(null);
                params.add(new Signature.Param(type, null, extension(type), Signature.Role.PLAIN));
            }
        }
        Aggregates.Aggregate result =
                random.nextInt(4) == 0 ? Aggregates.make(module, name("r" + number), random) : null;
        Type resultType = result != null ? Type.PTR : random.nextInt(8) == 0 ? Type.VOID : anyType();
        Signature signature = new Signature(
                params,
                resultType,
                result == null ? null : result.type(),
                result == null ? extension(resultType) : Signature.Extension.NONE,
                variadic,
                Signature.Convention.PLATFORM);
        List<Type> more = new ArrayList<>();
        if (variadic) {
            for (int i = random.nextInt(1, 14); i > 0; i--) {
                more.add(PLAIN[random.nextInt(PLAIN.length)]);
            }
        }
        String name = name("f" + number);
        Callee callee = new Callee(name, signature, aggregates, result, more, recursive, table.size(), 0);
        long cost = new FunctionGenerator(this, callee).generate(random.nextInt(10, 45));
        table.add(new Data.Address(name, 0));
        callees.add(new Callee(
                name, signature, aggregates, result, more, recursive, callee.slot(), recursive ? cost * 5 : cost));
    }

    private Signature.Extension extension(Type type) {
        return type == Type.I8 || type == Type.I16
                ? Signature.Extension.values()[random.nextInt(3)]
                : Signature.Extension.NONE;
    }

    private void addEntry() {
        Callee entry = plain(entry(), Signature.of(Type.I64, Type.I64));
        new FunctionGenerator(this, entry).generateEntry(random.nextInt(20, 60));
    }

    /** Data with addresses. They are not compared, and hold pointers to lasting memory only. */
    private void addTables() {
        module.addData(new Data(
                name("functions"),
                random.nextBoolean() ? Linkage.LOCAL : Linkage.EXPORT,
                false,
                random.nextBoolean(),
                null,
                8,
                table,
                0));
        Global target = firstWritable();
        add(
                "cell",
                Linkage.LOCAL,
                false,
                false,
                null,
                8,
                List.of(new Data.Address(
                        target == null ? name("trace") : target.name(), target == null ? 0 : random.nextInt(0, 8))));
    }

    /** A writable datum whose address may stand in other data, or {@code null}. */
    private Global firstWritable() {
        for (Global global : globals) {
            if (!global.readonly() && !module.dataNamed(global.name()).thread()) {
                return global;
            }
        }
        return null;
    }
}
