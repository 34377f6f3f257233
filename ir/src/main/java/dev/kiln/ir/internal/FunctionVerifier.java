package dev.kiln.ir.internal;

import dev.kiln.base.Diagnostics;
import dev.kiln.ir.Block;
import dev.kiln.ir.BlockParam;
import dev.kiln.ir.CallSite;
import dev.kiln.ir.Dominators;
import dev.kiln.ir.FrameState;
import dev.kiln.ir.Function;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.IrCode;
import dev.kiln.ir.Op;
import dev.kiln.ir.Signature;
import dev.kiln.ir.SymbolAddress;
import dev.kiln.ir.Target;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;
import java.util.List;

/**
 * Checks a function: first its shape, block by block, and each operation by itself; then, when the shape allows, that definitions
 * dominate uses. The rules are listed at {@link dev.kiln.ir.Verifier}.
 */
public final class FunctionVerifier {
    private final Function function;
    private final Report report;
    private final InstructionVerifier instructions;
    private final Value[] definitions;
    private final boolean[] ownBlocks;

    /** By value id: the place in the text order of the function, to order definitions and uses of one block. */
    private final int[] order;

    /** By value id: whether it is a pointer computed from a ref, and how many calls with a state its block had before it. */
    private final boolean[] derived;

    private final int[] statesBefore;
    private boolean broken;

    public FunctionVerifier(Function function, Diagnostics out) {
        this.function = function;
        report = new Report(function.module(), out);
        instructions = new InstructionVerifier(function, report);
        definitions = new Value[function.valueCount()];
        ownBlocks = new boolean[function.blockCount()];
        order = new int[function.valueCount()];
        derived = new boolean[function.valueCount()];
        statesBefore = new int[function.valueCount()];
    }

    public void verify() {
        if (function.blocks().isEmpty()) {
            report.at(function, IrCode.NO_BLOCKS, function.name());
            return;
        }
        entry();
        collect();
        for (Block block : function.blocks()) {
            block(block);
        }
        if (!broken) {
            dominance();
        }
    }

    private void entry() {
        List<BlockParam> params = function.params();
        List<Signature.Param> declared = function.signature().params();
        boolean same = params.size() == declared.size();
        for (int i = 0; same && i < params.size(); i++) {
            same = params.get(i).type() == declared.get(i).type();
        }
        if (!same) {
            report.at(function, IrCode.ENTRY_SIGNATURE, function.name());
        }
    }

    private void collect() {
        int place = 1;
        for (Block block : function.blocks()) {
            ownBlocks[block.id()] = true;
            for (BlockParam param : block.params()) {
                definitions[param.id()] = param;
            }
            for (Instruction i = block.first(); i != null; i = i.next()) {
                definitions[i.id()] = i;
                order[i.id()] = place++;
            }
        }
    }

    private void block(Block block) {
        if (block.terminator() == null) {
            report.at(block, IrCode.NO_TERMINATOR, block.toString());
        }
        int states = 0;
        for (Instruction i = block.first(); i != null; i = i.next()) {
            if (i.op().isTerminator() && i != block.last()) {
                report.at(i, IrCode.EARLY_TERMINATOR, i.op().text(), block.toString());
            }
            boolean sound = values(i, i.args());
            sound &= targets(i);
            FrameState state = instructions.details(i) ? i.frameState() : null;
            for (FrameState s = state; s != null; s = s.parent()) {
                sound &= values(i, s.values());
            }
            broken |= !sound;
            if (sound) {
                instructions.verify(i);
            }
            derivedPointers(i, states, state);
            if (state != null) {
                states++;
            }
        }
    }

    private boolean values(Instruction i, Value[] values) {
        boolean sound = true;
        for (Value value : values) {
            if (value instanceof SymbolAddress a) {
                if (!function.module().defines(a.symbol())) {
                    report.at(i, IrCode.UNDEFINED_REFERENCE, a.symbol());
                }
                continue;
            }
            int id = value == null ? -2 : value.id();
            if (id == -1) {
                continue;
            }
            boolean known = id >= 0 && id < definitions.length && definitions[id] == value;
            if (!known || value.type() == Type.VOID) {
                report.at(i, IrCode.FOREIGN_VALUE, i.op().text(), Report.describe(value));
                sound = false;
            }
        }
        return sound;
    }

    private boolean targets(Instruction i) {
        int wanted = switch (i.op()) {
            case JUMP -> 1;
            case BR -> 2;
            case SWITCH -> Math.max(1, i.targets().length);
            default -> 0;
        };
        Target[] targets = i.targets();
        if (targets.length != wanted) {
            report.at(
                    i, IrCode.TARGET_COUNT, i.op().text(), Integer.toString(targets.length), Integer.toString(wanted));
            return false;
        }
        boolean sound = true;
        for (Target target : targets) {
            Block block = target == null ? null : target.block();
            if (block == null || block.function() != function || !ownBlocks[block.id()]) {
                report.at(i, IrCode.FOREIGN_VALUE, i.op().text(), block == null ? "no block" : "block " + block);
                sound = false;
                continue;
            }
            if (block == function.entry()) {
                report.at(i, IrCode.ENTRY_TARGET);
                continue;
            }
            if (values(i, target.args())) {
                blockArguments(i, block, target.args());
            } else {
                sound = false;
            }
        }
        return sound;
    }

    private void blockArguments(Instruction i, Block block, Value[] args) {
        if (args.length != block.paramCount()) {
            report.at(
                    i,
                    IrCode.BLOCK_ARGUMENTS,
                    block.toString(),
                    Integer.toString(block.paramCount()),
                    Integer.toString(args.length));
            return;
        }
        for (int k = 0; k < args.length; k++) {
            Type type = block.param(k).type();
            if (args[k].type() != type) {
                report.at(
                        i,
                        IrCode.BLOCK_ARGUMENT_TYPE,
                        Integer.toString(k),
                        block.toString(),
                        args[k].type().text(),
                        type.text());
            }
        }
    }

    // Pointers computed from references.

    private void derivedPointers(Instruction i, int states, FrameState state) {
        boolean any = false;
        for (Value arg : i.args()) {
            any |= usesDerived(i, arg, states, false);
        }
        for (Target target : i.targets()) {
            if (target != null) {
                for (Value arg : target.args()) {
                    usesDerived(i, arg, states, true);
                }
            }
        }
        for (FrameState s = state; s != null; s = s.parent()) {
            for (Value value : s.values()) {
                usesDerived(i, value, states, true);
            }
        }
        boolean keeps = switch (i.op()) {
            case INDEX, SELECT, BITCAST, ADD, SUB -> true;
            default -> false;
        };
        if (keeps && (any || i.op() == Op.INDEX && i.argCount() > 0 && isRef(i.arg(0)))) {
            derived[i.id()] = true;
            statesBefore[i.id()] = states;
        }
    }

    private static boolean isRef(Value value) {
        return value != null && value.type() == Type.REF;
    }

    private boolean usesDerived(Instruction user, Value value, int states, boolean leaves) {
        if (!(value instanceof Instruction made) || made.id() >= derived.length || !derived[made.id()]) {
            return false;
        }
        if (leaves || made.block() != user.block() || statesBefore[made.id()] != states) {
            report.at(user, IrCode.DERIVED_POINTER);
        }
        return true;
    }

    // Dominance.

    private void dominance() {
        Dominators tree = Dominators.of(function);
        for (Block block : function.blocks()) {
            if (!tree.flow().isReachable(block)) {
                continue;
            }
            for (Instruction i = block.first(); i != null; i = i.next()) {
                dominated(tree, i, i.args());
                for (Target target : i.targets()) {
                    dominated(tree, i, target.args());
                }
                boolean stated = i.extra() instanceof FrameState || i.extra() instanceof CallSite;
                for (FrameState s = stated ? i.frameState() : null; s != null; s = s.parent()) {
                    dominated(tree, i, s.values());
                }
            }
        }
    }

    private void dominated(Dominators tree, Instruction user, Value[] values) {
        for (Value value : values) {
            int id = value.id();
            if (id < 0) {
                continue;
            }
            Block at = value instanceof Instruction made ? made.block() : ((BlockParam) value).block();
            boolean fine = at == user.block() ? order[id] < order[user.id()] : tree.dominates(at, user.block());
            if (!fine) {
                report.at(user, IrCode.NOT_DOMINATED, Report.describe(value));
            }
        }
    }
}
