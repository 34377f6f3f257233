package dev.kiln.tests.fuzz;

import dev.kiln.ir.Block;
import dev.kiln.ir.Function;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.Module;
import dev.kiln.ir.Op;
import dev.kiln.ir.Type;
import dev.kiln.ir.internal.OperandTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts how often each operation occurs with each type that it takes, according to the operation table. */
final class Coverage {
    /** An operation with the type written in text; {@link Type#VOID} where none is written. */
    record Pair(Op op, Type type) {
        @Override
        public String toString() {
            return type == Type.VOID ? op.text() : op.text() + " " + type;
        }
    }

    /** Every pair of the table that {@code -O0} compiles. */
    static final List<Pair> PAIRS = pairs();

    private final Map<String, Integer> counts = new TreeMap<>();

    private static List<Pair> pairs() {
        List<Pair> pairs = new ArrayList<>();
        for (Op op : Op.values()) {
            if (op == Op.GUARD || op == Op.TAIL_CALL) {
                continue;
            }
            for (Type type : Type.values()) {
                boolean takes = OperandTypes.writesType(op) ? OperandTypes.takes(op, type) : type == Type.VOID;
                if (takes && type != Type.REF && type.bytes() <= 16 && isInhabited(op, type)) {
                    pairs.add(new Pair(op, type));
                }
            }
        }
        return List.copyOf(pairs);
    }

    /** Whether there is an instruction of that kind: no {@code sext} gives the narrowest type, for instance. */
    private static boolean isInhabited(Op op, Type type) {
        if (op.shape() != Op.Shape.CONVERT) {
            return true;
        }
        for (Type from : Type.values()) {
            if (from != Type.VOID && from != Type.REF && from.bytes() <= 16 && OperandTypes.converts(op, type, from)) {
                return true;
            }
        }
        return false;
    }

    /** Counts the instructions of a module. */
    void add(Module module) {
        for (Function function : module.functions()) {
            for (Block block : function.blocks()) {
                for (Instruction i = block.first(); i != null; i = i.next()) {
                    add(new Pair(i.op(), OperandTypes.written(i)).toString(), 1);
                }
            }
        }
    }

    void add(String pair, int times) {
        counts.merge(pair, times, Integer::sum);
    }

    Map<String, Integer> counts() {
        return counts;
    }

    int of(Pair pair) {
        return counts.getOrDefault(pair.toString(), 0);
    }

    /** A table for people: one line per operation, the counts by type. */
    String table() {
        StringBuilder out = new StringBuilder();
        Op last = null;
        for (Pair pair : PAIRS) {
            if (pair.op != last) {
                out.append(last == null ? "" : "\n").append(String.format("%-18s", pair.op.text()));
                last = pair.op;
            }
            out.append(' ');
            if (pair.type != Type.VOID) {
                out.append(pair.type).append(' ');
            }
            out.append(of(pair)).append(',');
        }
        return out.append('\n').toString();
    }
}
