package dev.kiln.tests.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.ir.AggregateType;
import dev.kiln.ir.FunctionBuilder;
import dev.kiln.ir.Import;
import dev.kiln.ir.Linkage;
import dev.kiln.ir.MemoryType;
import dev.kiln.ir.Module;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;
import dev.kiln.testing.OutsideTool;
import dev.kiln.tests.support.Toolchain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The calling convention is a C compiler's: for random signatures a function of ours stands between two of C. It passes on what it gets,
 * and gives back what it is given, so both sides of a call in both directions are looked at.
 */
@Execution(ExecutionMode.CONCURRENT)
class CallingConventionTest {
    private static final Duration LIMIT = Duration.ofSeconds(240);
    private static final int SIGNATURES = Boolean.getBoolean("kiln.long") ? 3_000 : 250;
    private static final Type[] SCALARS = {
        Type.I8, Type.I16, Type.I32, Type.I64, Type.F32, Type.F64, Type.PTR, Type.V4F32, Type.V2I64
    };
    private static final String HEAD = """
            #include <stdio.h>
            #include <string.h>
            typedef float v4f32 __attribute__((vector_size(16)));
            typedef long long v2i64 __attribute__((vector_size(16)));
            static unsigned long long hash;
            static void mix(const void *p, int size) {
                const unsigned char *bytes = p;
                for (int i = 0; i < size; i++) hash = (hash ^ bytes[i]) * 0x100000001b3ull;
            }
            static unsigned state = 1;
            static void fill(void *p, int size) {
                unsigned char *bytes = p;
                for (int i = 0; i < size; i++) bytes[i] = (state = state * 1103515245 + 12345) >> 16;
            }
            """;

    @TempDir
    Path folder;

    private final StringBuilder c = new StringBuilder(HEAD);
    private final StringBuilder calls = new StringBuilder();
    private final Module module = new Module("between");

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void agreesWithTheCCompiler(boolean fixed) throws IOException {
        long seed = fixed ? 42 : System.currentTimeMillis();
        System.out.println(SIGNATURES + " random signatures against C from seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < SIGNATURES; i++) {
            add(i, random);
        }
        c.append("int main(void) {\n").append(calls).append("    puts(\"done\");\n    return 0;\n}\n");
        Path source = folder.resolve("driver.c"),
                object = folder.resolve("between.o"),
                program = folder.resolve("program");
        Files.writeString(source, c);
        Files.write(object, Toolchain.object(module, 1));
        String gcc = OutsideTool.require("gcc").toString();
        OutsideTool.run(
                        List.of(gcc, "-O1", "-w", source.toString(), object.toString(), "-o", program.toString()),
                        folder,
                        null,
                        LIMIT)
                .succeeded();
        OutsideTool.Result result = OutsideTool.run(List.of(program.toString()), folder, null, LIMIT);
        assertThat(result.outText())
                .as("seed %d, exit status %d", seed, result.exit())
                .isEqualTo("done\n");
        assertThat(result.exit()).isZero();
    }

    private void add(int number, Random random) {
        List<Signature.Param> params = new ArrayList<>();
        List<Aggregates.Aggregate> aggregates = new ArrayList<>();
        List<String> types = new ArrayList<>();
        for (int i = random.nextInt(random.nextInt(4) == 0 ? 20 : 7); i > 0; i--) {
            if (random.nextInt(5) < 2) {
                String name = "t" + number + "_" + i;
                Aggregates.Aggregate aggregate = aggregate(name, random);
                types.add(name);
                aggregates.add(aggregate);
                params.add(new Signature.Param(
                        Type.PTR, aggregate.type(), Signature.Extension.NONE, Signature.Role.PLAIN));
            } else {
                Type type = SCALARS[random.nextInt(SCALARS.length)];
                types.add(inC(type));
                aggregates.add(null);
                params.add(new Signature.Param(type, null, extension(type), Signature.Role.PLAIN));
            }
        }
        Aggregates.Aggregate resultAggregate = random.nextBoolean() ? aggregate("r" + number, random) : null;
        Type scalar = SCALARS[random.nextInt(SCALARS.length)];
        Signature signature = new Signature(
                params,
                resultAggregate != null ? Type.PTR : scalar,
                resultAggregate == null ? null : resultAggregate.type(),
                resultAggregate == null ? extension(scalar) : Signature.Extension.NONE,
                false,
                Signature.Convention.PLATFORM);
        module.addImport(new Import("c" + number, signature, false, 0));
        FunctionBuilder b = new FunctionBuilder(module, "k" + number, signature);
        b.function().setLinkage(Linkage.EXPORT);
        Value[] arguments = new Value[params.size()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = b.param(i);
        }
        b.ret(b.call("c" + number, arguments));
        String result = resultAggregate != null ? "r" + number : inC(scalar);
        List<Aggregates.Leaf> leaves =
                resultAggregate != null ? resultAggregate.leaves() : List.of(new Aggregates.Leaf(0, scalar));
        addC(number, types, aggregates, params, result, leaves);
    }

    private static Signature.Extension extension(Type type) {
        return type == Type.I8 || type == Type.I16 ? Signature.Extension.SIGN : Signature.Extension.NONE;
    }

    /** A type that C can say, declared in both languages. */
    private Aggregates.Aggregate aggregate(String name, Random random) {
        while (true) {
            Module scratch = new Module("scratch");
            Aggregates.Aggregate made = Aggregates.make(scratch, name, random);
            if (isSayable(made.type())) {
                module.addType(made.type());
                // C passes arrays only as parts of something.
                String body = made.type() instanceof AggregateType.Array
                        ? "struct { " + member(made.type(), "m") + " }"
                        : body(made.type());
                c.append("typedef ").append(body).append(' ').append(name).append(";\n");
                return made;
            }
        }
    }

    private static boolean isSayable(MemoryType type) {
        return switch (type) {
            case Type scalar -> true;
            case AggregateType.Struct struct -> struct.parts().stream().allMatch(CallingConventionTest::isSayable);
            case AggregateType.Union union -> union.parts().stream().allMatch(CallingConventionTest::isSayable);
            case AggregateType.Array array -> isSayable(array.element());
            case AggregateType.Opaque opaque -> false;
        };
    }

    private static String body(MemoryType type) {
        return switch (type) {
            case Type scalar -> inC(scalar);
            case AggregateType.Struct struct ->
                "struct " + attributes(struct.packed(), struct.minAlign()) + members(struct.parts());
            case AggregateType.Union union -> "union " + attributes(false, union.minAlign()) + members(union.parts());
            case AggregateType.Array array -> body(array.element());
            case AggregateType.Opaque opaque -> throw new IllegalArgumentException("C has no opaque types");
        };
    }

    private static String attributes(boolean packed, long align) {
        return (packed ? "__attribute__((packed)) " : "")
                + (align > 0 ? "__attribute__((aligned(" + align + "))) " : "");
    }

    private static String members(List<MemoryType> parts) {
        StringBuilder out = new StringBuilder("{ ");
        for (int i = 0; i < parts.size(); i++) {
            out.append(member(parts.get(i), "m" + i)).append(' ');
        }
        return out.append("}").toString();
    }

    private static String member(MemoryType type, String name) {
        StringBuilder bounds = new StringBuilder();
        MemoryType element = type;
        while (element instanceof AggregateType.Array array) {
            bounds.append('[').append(array.count()).append(']');
            element = array.element();
        }
        return body(element) + " " + name + bounds + ";";
    }

    private static String inC(Type type) {
        return switch (type) {
            case I8 -> "signed char";
            case I16 -> "short";
            case I32 -> "int";
            case I64 -> "long long";
            case F32 -> "float";
            case F64 -> "double";
            case PTR -> "char *";
            default -> type.text();
        };
    }

    /** The function in C that looks at its arguments, and the code that calls it directly and through ours. */
    private void addC(
            int number,
            List<String> types,
            List<Aggregates.Aggregate> aggregates,
            List<Signature.Param> params,
            String result,
            List<Aggregates.Leaf> leaves) {
        StringBuilder list = new StringBuilder(), names = new StringBuilder(), looks = new StringBuilder();
        for (int i = 0; i < types.size(); i++) {
            list.append(i == 0 ? "" : ", ").append(types.get(i)).append(" a").append(i);
            names.append(i == 0 ? "" : ", ").append("a").append(i);
            calls.append(i == 0 ? "    {\n" : "");
            calls.append("        ")
                    .append(types.get(i))
                    .append(" a")
                    .append(i)
                    .append("; fill(&a")
                    .append(i)
                    .append(", sizeof a")
                    .append(i)
                    .append(");\n");
            List<Aggregates.Leaf> own = aggregates.get(i) != null
                    ? aggregates.get(i).leaves()
                    : List.of(new Aggregates.Leaf(0, params.get(i).type()));
            for (Aggregates.Leaf leaf : own) {
                looks.append("    mix((char *) &a")
                        .append(i)
                        .append(" + ")
                        .append(leaf.offset())
                        .append(", ")
                        .append(leaf.type().bytes())
                        .append(");\n");
            }
            if (aggregates.get(i) != null && aggregates.get(i).type().align() >= 16) {
                looks.append("    if ((unsigned long) &a").append(i).append(" & 15) hash++;\n");
            }
        }
        String parameters = types.isEmpty() ? "void" : list.toString();
        c.append(result)
                .append(" k")
                .append(number)
                .append('(')
                .append(parameters)
                .append(");\n");
        c.append(result)
                .append(" c")
                .append(number)
                .append('(')
                .append(parameters)
                .append(") {\n")
                .append(looks)
                .append("    ")
                .append(result)
                .append(" r; state = hash; fill(&r, sizeof r); return r;\n}\n");
        calls.append(types.isEmpty() ? "    {\n" : "");
        calls.append("        hash = 1; ")
                .append(result)
                .append(" x = c")
                .append(number)
                .append('(')
                .append(names)
                .append("); unsigned long long h = hash;\n");
        calls.append("        hash = 1; ")
                .append(result)
                .append(" y = k")
                .append(number)
                .append('(')
                .append(names)
                .append(");\n");
        calls.append("        int bad = h != hash;\n");
        for (Aggregates.Leaf leaf : leaves) {
            calls.append("        bad |= memcmp((char *) &x + ")
                    .append(leaf.offset())
                    .append(", (char *) &y + ")
                    .append(leaf.offset())
                    .append(", ")
                    .append(leaf.type().bytes())
                    .append(") ? 2 : 0;\n");
        }
        calls.append("        if (bad) printf(\"%s\\n\", bad & 1 ? \"arguments of k")
                .append(number)
                .append("\" : \"result of k")
                .append(number)
                .append("\");\n    }\n");
    }
}
