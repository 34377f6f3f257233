package dev.kiln.tests.fuzz;

import dev.kiln.ir.AggregateType;
import dev.kiln.ir.MemoryType;
import dev.kiln.ir.Module;
import dev.kiln.ir.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes random aggregate types for parameters and results by value. */
final class Aggregates {
    private static final Type[] SCALARS = {Type.I8, Type.I16, Type.I32, Type.I64, Type.F32, Type.F64, Type.PTR};

    /** A scalar in an aggregate; only these bytes are certain to be passed on, those between them are padding. */
    record Leaf(long offset, Type type) {}

    /** A type with all scalars in it. */
    record Aggregate(AggregateType type, List<Leaf> leaves) {}

    private Aggregates() {}

    /** Makes a type and declares it in the module. */
    static Aggregate make(Module module, String name, Random random) {
        AggregateType type = aggregate(name, random, 0);
        module.addType(type);
        List<Leaf> leaves = new ArrayList<>();
        collect(type, 0, leaves);
        return new Aggregate(type, List.copyOf(leaves));
    }

    private static AggregateType aggregate(String name, Random random, int depth) {
        return switch (random.nextInt(8)) {
            case 0 -> AggregateType.Union.of(name, parts(random, random.nextInt(1, 4), depth), align(random));
            case 1 -> AggregateType.Array.of(name, random.nextInt(1, 6), part(random, depth));
            case 2 ->
                depth == 0
                        ? new AggregateType.Opaque(name, 8L * random.nextInt(1, 6), 1L << random.nextInt(4))
                        : AggregateType.Array.of(name, random.nextInt(1, 4), part(random, depth));
            default -> {
                boolean packed = random.nextInt(6) == 0;
                yield AggregateType.Struct.of(
                        name, parts(random, random.nextInt(1, 5), depth), packed, packed ? 0 : align(random));
            }
        };
    }

    private static long align(Random random) {
        return random.nextInt(10) == 0 ? 16 : 0;
    }

    private static List<MemoryType> parts(Random random, int count, int depth) {
        List<MemoryType> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parts.add(part(random, depth));
        }
        return parts;
    }

    private static MemoryType part(Random random, int depth) {
        return depth < 2 && random.nextInt(4) == 0
                ? aggregate(null, random, depth + 1)
                : SCALARS[random.nextInt(SCALARS.length)];
    }

    private static void collect(MemoryType type, long offset, List<Leaf> leaves) {
        switch (type) {
            // What lies where a pointer is may be anything, so it is read as a number.
            case Type scalar -> leaves.add(new Leaf(offset, scalar == Type.PTR ? Type.I64 : scalar));
            case AggregateType.Struct struct -> {
                for (int i = 0; i < struct.parts().size(); i++) {
                    collect(struct.parts().get(i), offset + struct.offset(i), leaves);
                }
            }
            case AggregateType.Union union -> {
                for (MemoryType part : union.parts()) {
                    collect(part, offset, leaves);
                }
            }
            case AggregateType.Array array -> {
                for (long i = 0; i < array.count(); i++) {
                    collect(array.element(), offset + i * array.element().size(), leaves);
                }
            }
            case AggregateType.Opaque opaque -> {
                for (long i = 0; i + 8 <= opaque.size(); i += 8) {
                    leaves.add(new Leaf(offset + i, Type.I64));
                }
            }
        }
    }
}
