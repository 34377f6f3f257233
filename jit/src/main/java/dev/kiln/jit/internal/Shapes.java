package dev.kiln.jit.internal;

import dev.kiln.ir.AggregateType;
import dev.kiln.ir.MemoryType;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Signatures of the IR as shapes of Java's foreign function interface. Pointers are {@code long}s. */
public final class Shapes {
    private Shapes() {}

    /**
     * The shape of a function with its fixed parameters.
     *
     * @throws IllegalArgumentException when Java has no such shape; the message says why
     */
    public static FunctionDescriptor of(Signature signature) {
        MemoryLayout[] params = new MemoryLayout[signature.params().size()];
        for (int i = 0; i < params.length; i++) {
            Signature.Param param = signature.params().get(i);
            if (param.role() == Signature.Role.ENV || param.role() == Signature.Role.PINNED) {
                throw new IllegalArgumentException("Java cannot pass a parameter in a register of its own");
            }
            params[i] = param.byValue() != null ? layout(param.byValue()) : scalar(param.type());
        }
        if (signature.convention() == Signature.Convention.MICROSOFT_X64) {
            throw new IllegalArgumentException("Java cannot call with the convention of another platform");
        }
        if (signature.resultAggregate() != null) {
            return FunctionDescriptor.of(layout(signature.resultAggregate()), params);
        }
        return signature.result() == Type.VOID
                ? FunctionDescriptor.ofVoid(params)
                : FunctionDescriptor.of(scalar(signature.result()), params);
    }

    private static ValueLayout scalar(Type type) {
        return switch (type) {
            case I8 -> ValueLayout.JAVA_BYTE;
            case I16 -> ValueLayout.JAVA_SHORT;
            case I32 -> ValueLayout.JAVA_INT;
            case I64, PTR, REF -> ValueLayout.JAVA_LONG;
            case F32 -> ValueLayout.JAVA_FLOAT;
            case F64 -> ValueLayout.JAVA_DOUBLE;
            default -> throw new IllegalArgumentException("Java has no values of type " + type);
        };
    }

    /** The layout of a type in memory, with its padding spelled out. */
    private static MemoryLayout layout(MemoryType type) {
        return switch (type) {
            case Type scalar -> scalar(scalar);
            case AggregateType.Struct struct -> {
                if (struct.packed() || struct.minAlign() > 0) {
                    throw new IllegalArgumentException("Java passes no packed or over-aligned structures");
                }
                List<MemoryLayout> parts = new ArrayList<>();
                long at = 0;
                for (int i = 0; i < struct.parts().size(); i++) {
                    pad(parts, struct.offset(i) - at);
                    parts.add(layout(struct.parts().get(i)));
                    at = struct.offset(i) + struct.parts().get(i).size();
                }
                pad(parts, struct.size() - at);
                yield MemoryLayout.structLayout(parts.toArray(MemoryLayout[]::new));
            }
            case AggregateType.Union union -> {
                MemoryLayout[] parts = new MemoryLayout[union.parts().size()];
                for (int i = 0; i < parts.length; i++) {
                    parts[i] = layout(union.parts().get(i));
                }
                MemoryLayout made = MemoryLayout.unionLayout(parts);
                if (made.byteSize() != union.size()) {
                    throw new IllegalArgumentException("Java passes no unions with padding at their end");
                }
                yield made;
            }
            case AggregateType.Array array -> MemoryLayout.sequenceLayout(array.count(), layout(array.element()));
            case AggregateType.Opaque opaque -> throw new IllegalArgumentException("Java passes no opaque types");
        };
    }

    private static void pad(List<MemoryLayout> parts, long bytes) {
        if (bytes > 0) {
            parts.add(MemoryLayout.paddingLayout(bytes));
        }
    }
}
