package dev.kiln.ir.internal;

import dev.kiln.ir.AggregateType;
import dev.kiln.ir.MemoryType;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import java.util.List;

/**
 * How many bytes of stack the arguments of a call take (System V ABI, AMD64 supplement 3.2.3; Microsoft x64 calling convention): what
 * a tail call must find in its caller's own area. Code generation has its own lowering; this answers the verifier's one question.
 */
public final class ArgumentArea {
    private static final int INTEGER_REGISTERS = 6, VECTOR_REGISTERS = 8;

    private int integers;
    private int vectors;
    private long bytes;

    private ArgumentArea() {}

    /** In bytes, a multiple of 8. */
    public static long bytes(Signature signature, List<Signature.Param> variadic) {
        ArgumentArea area = new ArgumentArea();
        if (signature.convention() == Signature.Convention.MICROSOFT_X64) {
            int slots = signature.resultAggregate() != null && !inRegister(signature.resultAggregate()) ? 1 : 0;
            for (Signature.Param param : signature.params()) {
                slots += param.role() == Signature.Role.ENV ? 0 : 1;
            }
            slots += variadic.size();
            return 8L * Math.max(4, slots);
        }
        AggregateType result = signature.resultAggregate();
        if (result != null && classes(result) < 0) {
            area.integers++;
        }
        for (Signature.Param param : signature.params()) {
            area.add(param);
        }
        for (Signature.Param param : variadic) {
            area.add(param);
        }
        return AggregateType.roundUp(area.bytes, 8);
    }

    /** Whether Microsoft x64 returns it in RAX. */
    private static boolean inRegister(AggregateType type) {
        return type.size() <= 8 && Long.bitCount(type.size()) == 1;
    }

    private void add(Signature.Param param) {
        if (param.role() == Signature.Role.ENV) {
            return;
        }
        if (param.byValue() != null) {
            aggregate(param.byValue());
        } else if (param.type().inVectorRegister()) {
            if (vectors < VECTOR_REGISTERS) {
                vectors++;
            } else {
                push(Math.max(8, param.type().bytes()), param.type().bytes());
            }
        } else if (integers < INTEGER_REGISTERS) {
            integers++;
        } else {
            push(8, 8);
        }
    }

    private void aggregate(AggregateType type) {
        int classes = classes(type);
        if (classes >= 0) {
            int wantIntegers = classes & 15;
            int wantVectors = classes >> 4;
            if (integers + wantIntegers <= INTEGER_REGISTERS && vectors + wantVectors <= VECTOR_REGISTERS) {
                integers += wantIntegers;
                vectors += wantVectors;
                return;
            }
        }
        push(type.size(), type.align());
    }

    private void push(long size, long align) {
        bytes = AggregateType.roundUp(bytes, Math.max(8, align)) + AggregateType.roundUp(size, 8);
    }

    /** The integer registers (low four bits) and vector registers (above) for an aggregate; −1 when it goes in memory. */
    private static int classes(AggregateType type) {
        if (type.size() > 16) {
            return -1;
        }
        int[] eightbytes = new int[2];
        if (!classify(type, 0, eightbytes)) {
            return -1;
        }
        int count = (int) ((type.size() + 7) / 8);
        int classes = 0;
        for (int i = 0; i < count; i++) {
            // An eightbyte that is all padding, or the upper half of a vector, takes no register.
            classes += eightbytes[i] == VECTOR ? 16 : eightbytes[i] == INTEGER ? 1 : 0;
        }
        return classes;
    }

    private static final int VECTOR = 1, INTEGER = 2;

    /** False when a part is not where its alignment wants it, or nothing is known of the parts. */
    private static boolean classify(MemoryType type, long offset, int[] eightbytes) {
        switch (type) {
            case Type t -> {
                if (offset % t.align() != 0) {
                    return false;
                }
                int at = (int) (offset / 8);
                eightbytes[at] = Math.max(eightbytes[at], t.inVectorRegister() ? VECTOR : INTEGER);
                return true;
            }
            case AggregateType.Struct s -> {
                for (int i = 0; i < s.parts().size(); i++) {
                    MemoryType part = s.parts().get(i);
                    if (part.size() > 0 && !classify(part, offset + s.offset(i), eightbytes)) {
                        return false;
                    }
                }
                return true;
            }
            case AggregateType.Union u -> {
                for (MemoryType part : u.parts()) {
                    if (part.size() > 0 && !classify(part, offset, eightbytes)) {
                        return false;
                    }
                }
                return true;
            }
            case AggregateType.Array a -> {
                for (long i = 0; i < a.count(); i++) {
                    if (a.element().size() > 0
                            && !classify(a.element(), offset + i * a.element().size(), eightbytes)) {
                        return false;
                    }
                    if (a.element().size() == 0) {
                        break;
                    }
                }
                return true;
            }
            case AggregateType.Opaque o -> {
                return false;
            }
        }
    }
}
