package dev.kiln.tests.abi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.ir.AggregateType;
import dev.kiln.ir.MemoryType;
import dev.kiln.ir.Type;
import dev.kiln.testing.OutsideTool;
import dev.kiln.tests.support.KilnCommand;
import dev.kiln.tests.support.Toolchain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Arguments and results of random shapes go from gcc's code through a function of ours to gcc's code and back, and every byte that
 * belongs to a member must arrive: compiled, in memory, and interpreted.
 */
class ArgumentsAgainstGccTest {
    private static final int SHAPES = 300;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Type[] SCALARS = {
        Type.I8, Type.I16, Type.I32, Type.I64, Type.F32, Type.F64, Type.PTR, Type.V4F32, Type.V2I64
    };
    /** Shapes whose classes depend on the finer rules: merged halves of a vector, eightbytes of padding, no bytes at all. */
    private static final MemoryType[] CORNERS = {
        struct(0),
        struct(16, Type.I64),
        struct(16, Type.F32),
        struct(0, Type.F32, Type.F32, Type.F32),
        union(Type.V4F32, struct(0, Type.F64, Type.F64)),
        union(Type.V4F32, struct(0, Type.I64, Type.F64)),
        union(Type.V2I64, struct(0, Type.F64, Type.I64)),
        struct(0, Type.V4F32)
    };

    @TempDir
    Path folder;

    private final Random random = new Random(20261121);
    private final StringBuilder c = new StringBuilder();
    private final StringBuilder kir = new StringBuilder();
    private final List<String> names = new ArrayList<>();
    private boolean vectors;

    @Test
    void compiled() throws IOException {
        vectors = true;
        write();
        Path object = folder.resolve("ours.o");
        Files.write(
                object,
                Toolchain.object(Toolchain.read("ours.kir", kir.toString().getBytes(StandardCharsets.UTF_8)), 0));
        Path program = folder.resolve("program");
        gcc("-o", program.toString(), object.toString());
        expectNothing(OutsideTool.run(List.of(program.toString()), folder, null, LIMIT));
    }

    @Test
    void inMemory() throws IOException {
        vectors = true;
        expectNothing(kiln("run"));
    }

    /** Whole vectors cannot be passed between the interpreter and C; it says so. */
    @Test
    void interpreted() throws IOException {
        expectNothing(kiln("interp"));
    }

    private OutsideTool.Result kiln(String command) throws IOException {
        write();
        Path library = folder.resolve("library.so");
        gcc("-shared", "-fPIC", "-o", library.toString());
        Path text = folder.resolve("ours.kir");
        Files.writeString(text, kir);
        return KilnCommand.kiln(List.of(command, "-l" + library, text.toString()), folder, null, LIMIT);
    }

    private void gcc(String... arguments) throws IOException {
        Path source = folder.resolve("theirs.c");
        Files.writeString(source, c);
        List<String> command =
                new ArrayList<>(List.of(OutsideTool.require("gcc").toString(), "-O1"));
        command.add(source.toString());
        command.addAll(Arrays.asList(arguments));
        OutsideTool.run(command, folder, null, LIMIT).succeeded();
    }

    private static void expectNothing(OutsideTool.Result result) {
        assertThat(result.outText() + result.errText()).isEmpty();
        assertThat(result.exit()).isZero();
    }

    private void write() {
        c.append("""
                #include <stdio.h>
                #include <string.h>
                typedef int V __attribute__((vector_size(16)));
                static int failures;
                static void fill(void *p, int n, int seed) {
                    for (int i = 0; i < n; i++) ((unsigned char *) p)[i] = (seed + i) * 37 + 11;
                }
                static void check(void *p, const char *used, int seed, const char *what) {
                    for (int i = 0; used[i]; i++)
                        if (used[i] == '1' && ((unsigned char *) p)[i] != (unsigned char) ((seed + i) * 37 + 11)) {
                            if (failures++ < 20) printf("%s: byte %d\\n", what, i);
                            return;
                        }
                }
                int failed(void) { return failures != 0; }
                """);
        kir.append("module \"ours\"\nimport func @failed() -> i32\n");
        StringBuilder main = new StringBuilder("func export @main() -> i32 {\nentry:\n");
        for (int i = 0; i < SHAPES; i++) {
            function(i);
            main.append("    call @theirs").append(i).append("(@ours").append(i).append(")\n");
        }
        kir.append(main).append("    %r = call i32 @failed()\n    ret %r\n}\n");
    }

    /** {@code theirsN} calls our {@code oursN} with what it expects to see in {@code calledN}, which ours calls. */
    private void function(int n) {
        MemoryType result = random.nextInt(6) == 0 ? null : type(2);
        String resultC = result == null ? "void" : declare(result);
        StringBuilder types = new StringBuilder();
        StringBuilder params = new StringBuilder();
        StringBuilder filled = new StringBuilder();
        StringBuilder checked = new StringBuilder();
        StringBuilder arguments = new StringBuilder();
        StringBuilder kirTypes = new StringBuilder();
        StringBuilder kirParams = new StringBuilder();
        StringBuilder kirArguments = new StringBuilder();
        for (int i = 0, count = random.nextInt(13); i < count; i++) {
            MemoryType type = type(2);
            String name = declare(type);
            String comma = i == 0 ? "" : ", ";
            types.append(comma).append(name);
            params.append(comma).append(name).append(" a").append(i);
            filled.append("%s a%d; fill(&a%d, sizeof a%d, %d); ".formatted(name, i, i, i, n + i));
            checked.append("check(&a%d, \"%s\", %d, \"call %d, argument %d of %s\"); "
                    .formatted(i, used(type), n + i, n, i, kir(type)));
            arguments.append(comma).append("a").append(i);
            kirTypes.append(comma).append(kir(type));
            kirParams.append("%s%%a%d: %s".formatted(comma, i, kir(type)));
            kirArguments
                    .append(comma)
                    .append(type instanceof Type ? "" : kir(type) + " ")
                    .append("%a")
                    .append(i);
        }
        String none = types.isEmpty() ? "void" : "";
        c.append("%s called%d(%s%s) { %s".formatted(resultC, n, params, none, checked));
        c.append(result == null ? "}\n" : "%s r; fill(&r, sizeof r, %d); return r; }\n".formatted(resultC, n));
        c.append("void theirs%d(%s (*ours)(%s%s)) { %s".formatted(n, resultC, types, none, filled));
        c.append(
                result == null
                        ? "ours(%s); }\n".formatted(arguments)
                        : "%s r = ours(%s); check(&r, \"%s\", %d, \"result %d, %s\"); }\n"
                                .formatted(resultC, arguments, used(result), n, n, kir(result)));
        String arrow = result == null ? "" : " -> " + kir(result);
        kir.append("import func @called%d(%s)%s\nimport func @theirs%d(ptr)\n".formatted(n, kirTypes, arrow, n));
        kir.append("func @ours%d(%s)%s {\nentry:\n    ".formatted(n, kirParams, arrow));
        kir.append(result == null ? "call " : "%r = call " + kir(result) + " ");
        kir.append("@called%d(%s)\n    ret%s\n}\n".formatted(n, kirArguments, result == null ? "" : " %r"));
    }

    private static MemoryType struct(int align, MemoryType... parts) {
        return AggregateType.Struct.of(null, List.of(parts), false, align);
    }

    private static MemoryType union(MemoryType... parts) {
        return AggregateType.Union.of(null, List.of(parts), 0);
    }

    private MemoryType type(int depth) {
        if (depth == 2 && random.nextInt(6) == 0) {
            return CORNERS[random.nextInt(vectors ? CORNERS.length : 4)];
        }
        if (random.nextInt(depth == 2 ? 2 : 4) > 0 || depth == 0) {
            return SCALARS[random.nextInt(SCALARS.length - (vectors ? 0 : 2))];
        }
        List<MemoryType> parts = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            parts.add(type(depth - 1));
        }
        return switch (random.nextInt(6)) {
            case 0, 1 -> AggregateType.Union.of(null, parts, 0);
            case 2 -> AggregateType.Struct.of(null, parts, true, 0);
            case 3 -> AggregateType.Struct.of(null, parts, false, 16);
            default -> AggregateType.Struct.of(null, parts, false, 0);
        };
    }

    private static String kir(MemoryType type) {
        return switch (type) {
            case Type scalar -> scalar.text();
            case AggregateType.Struct s ->
                "struct " + (s.packed() ? "packed " : "") + (s.minAlign() > 0 ? "align " + s.minAlign() + " " : "")
                        + kir(s.parts());
            case AggregateType.Union u -> "union " + kir(u.parts());
            case AggregateType.Array _, AggregateType.Opaque _ -> throw new AssertionError("not made here");
        };
    }

    private static String kir(List<MemoryType> parts) {
        StringBuilder text = new StringBuilder("{ ");
        for (int i = 0; i < parts.size(); i++) {
            text.append(i == 0 ? "" : ", ").append(kir(parts.get(i)));
        }
        return text.append(" }").toString();
    }

    /** The name of a type in C; an aggregate is declared under a new one. */
    private String declare(MemoryType type) {
        if (type instanceof Type scalar) {
            return switch (scalar) {
                case I8 -> "signed char";
                case I16 -> "short";
                case I32 -> "int";
                case I64 -> "long";
                case F32 -> "float";
                case F64 -> "double";
                case PTR -> "char *";
                default -> "V";
            };
        }
        boolean struct = type instanceof AggregateType.Struct;
        List<MemoryType> parts = struct ? ((AggregateType.Struct) type).parts() : ((AggregateType.Union) type).parts();
        StringBuilder text = new StringBuilder("typedef ").append(struct ? "struct " : "union ");
        if (type instanceof AggregateType.Struct s) {
            text.append(s.packed() ? "__attribute__((packed)) " : "")
                    .append(s.minAlign() > 0 ? "__attribute__((aligned(16))) " : "");
        }
        text.append("{ ");
        for (int i = 0; i < parts.size(); i++) {
            text.append(declare(parts.get(i))).append(" m").append(i).append("; ");
        }
        String name = "T" + names.size();
        names.add(name);
        c.append(text).append("} ").append(name).append(";\n");
        c.append("_Static_assert(sizeof(%s) == %d && _Alignof(%s) == %d, \"layout\");\n"
                .formatted(name, type.size(), name, type.align()));
        return name;
    }

    /** A '1' for every byte of a type that belongs to a scalar, else '0'. */
    private static String used(MemoryType type) {
        char[] used = new char[(int) type.size()];
        Arrays.fill(used, '0');
        mark(type, 0, used);
        return new String(used);
    }

    private static void mark(MemoryType type, int offset, char[] used) {
        switch (type) {
            case Type scalar -> Arrays.fill(used, offset, offset + scalar.bytes(), '1');
            case AggregateType.Struct s -> {
                for (int i = 0; i < s.parts().size(); i++) {
                    mark(s.parts().get(i), offset + (int) s.offset(i), used);
                }
            }
            case AggregateType.Union u -> u.parts().forEach(part -> mark(part, offset, used));
            case AggregateType.Array _, AggregateType.Opaque _ -> throw new AssertionError("not made here");
        }
    }
}
