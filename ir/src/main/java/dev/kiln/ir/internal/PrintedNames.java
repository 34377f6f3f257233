package dev.kiln.ir.internal;

import dev.kiln.ir.Block;
import dev.kiln.ir.BlockParam;
import dev.kiln.ir.FrameState;
import dev.kiln.ir.Function;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.Target;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Chooses the names under which a function's values and blocks are printed: their own when it is the first of that name, else one
 * made of it; numbers for values without a name. Results that have no name and no use are printed without one.
 */
final class PrintedNames {
    private final String[] values;
    private final String[] blocks;
    private final boolean[] used;
    private final String[] parameters;

    /** The next number to try behind a name that is taken, so that many equal names cost linear time. */
    private final Map<String, Integer> suffixes = new HashMap<>();

    PrintedNames(Function function) {
        values = new String[function.valueCount()];
        blocks = new String[function.blockCount()];
        used = new boolean[function.valueCount()];
        Set<String> takenBlocks = new HashSet<>();
        Set<String> taken = new HashSet<>();
        for (Block block : function.blocks()) {
            if (own(block.name()) != null && takenBlocks.add(own(block.name()))) {
                blocks[block.id()] = own(block.name());
            }
            for (BlockParam param : block.params()) {
                claim(param, own(param.name()), taken);
                used[param.id()] = true;
            }
            for (Instruction i = block.first(); i != null; i = i.next()) {
                if (i.type() != Type.VOID) {
                    claim(i, own(i.name()), taken);
                }
                markUses(i);
            }
        }
        int number = 0;
        boolean entry = true;
        for (Block block : function.blocks()) {
            if (blocks[block.id()] == null) {
                String base = own(block.name()) != null ? own(block.name()) : entry ? "entry" : "b" + block.id();
                blocks[block.id()] = unique(base, takenBlocks);
            }
            entry = false;
            for (BlockParam param : block.params()) {
                number = complete(param, own(param.name()), taken, number);
            }
            for (Instruction i = block.first(); i != null; i = i.next()) {
                if (i.type() != Type.VOID) {
                    number = complete(i, own(i.name()), taken, number);
                }
            }
        }
        List<BlockParam> params = function.blocks().isEmpty() ? List.of() : function.params();
        parameters = new String[params.size()];
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = values[params.get(i).id()];
        }
    }

    /** A name that text can hold, else {@code null}. */
    private static String own(String name) {
        return name == null || name.isEmpty() || name.indexOf(0) >= 0 ? null : name;
    }

    private void markUses(Instruction i) {
        markUses(i.args());
        for (Target target : i.targets()) {
            markUses(target.args());
        }
        boolean stated = i.extra() instanceof FrameState || i.extra() instanceof dev.kiln.ir.CallSite;
        for (FrameState state = stated ? i.frameState() : null; state != null; state = state.parent()) {
            markUses(state.values());
        }
    }

    private void markUses(Value[] operands) {
        for (Value operand : operands) {
            int id = operand == null ? -1 : operand.id();
            if (id >= 0 && id < used.length) {
                used[id] = true;
            }
        }
    }

    private void claim(Value value, String name, Set<String> taken) {
        if (name != null && taken.add(name)) {
            values[value.id()] = name;
        }
    }

    private int complete(Value value, String name, Set<String> taken, int from) {
        int number = from;
        if (values[value.id()] == null && (name != null || used[value.id()])) {
            if (name != null) {
                values[value.id()] = unique(name, taken);
            } else {
                String text;
                do {
                    text = Integer.toString(number++);
                } while (!taken.add(text));
                values[value.id()] = text;
            }
        }
        return number;
    }

    private String unique(String base, Set<String> taken) {
        if (taken.add(base)) {
            return base;
        }
        int suffix = suffixes.getOrDefault(base, 2);
        String text;
        do {
            text = base + "." + suffix++;
        } while (!taken.add(text));
        suffixes.put(base, suffix);
        return text;
    }

    /** Whether the instruction's result is given a name in print. */
    boolean isPrinted(Instruction i) {
        return values[i.id()] != null;
    }

    String of(Value value) {
        int id = value.id();
        String name = id < values.length ? values[id] : null;
        // A value that is not in the function: only broken IR, printed for debugging, has that.
        return name != null ? name : "?" + id;
    }

    String of(Block block) {
        String name = block.id() < blocks.length ? blocks[block.id()] : null;
        return name != null ? name : "?" + block.id();
    }

    String[] parameters() {
        return parameters;
    }
}
