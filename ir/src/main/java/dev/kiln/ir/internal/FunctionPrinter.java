package dev.kiln.ir.internal;

import dev.kiln.base.Position;
import dev.kiln.ir.Block;
import dev.kiln.ir.BlockParam;
import dev.kiln.ir.CallSite;
import dev.kiln.ir.Constant;
import dev.kiln.ir.FrameState;
import dev.kiln.ir.Function;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.MemoryOrder;
import dev.kiln.ir.Module;
import dev.kiln.ir.Op;
import dev.kiln.ir.Signature;
import dev.kiln.ir.SymbolAddress;
import dev.kiln.ir.Target;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;

/** Prints a function. Operands say their type where the place does not. */
public final class FunctionPrinter {
    private final StringBuilder out;
    private final Function function;
    private final Module module;
    private final PrintedNames names;

    public FunctionPrinter(StringBuilder out, Function function) {
        this.out = out;
        this.function = function;
        module = function.module();
        names = new PrintedNames(function);
    }

    public void print() {
        head();
        out.append(" {\n");
        body();
    }

    /** The first line without its brace. */
    public void head() {
        out.append("func ");
        ModulePrinter.linkage(out, function.linkage());
        TextWriter.convention(out, function.signature());
        TextWriter.section(out, function.section());
        out.append(function.isFast() ? "fast " : "")
                .append(function.isNoinline() ? "noinline " : "")
                .append(function.isCold() ? "cold " : "")
                .append(function.isReturnsTwice() ? "returns_twice " : "")
                .append(function.isStackCheck() ? "stackcheck " : "");
        TextWriter.symbol(out, function.name());
        TextWriter.signature(out, function.signature(), names.parameters());
        location(function.location());
    }

    private void body() {
        boolean entry = true;
        for (Block block : function.blocks()) {
            label(block, entry);
            entry = false;
            for (Instruction i = block.first(); i != null; i = i.next()) {
                out.append("    ");
                instruction(i);
                location(i.location());
                out.append('\n');
            }
        }
        out.append("}\n");
    }

    private void label(Block block, boolean entry) {
        TextWriter.word(out, names.of(block));
        if (!entry && block.paramCount() > 0) {
            out.append('(');
            for (int i = 0; i < block.paramCount(); i++) {
                out.append(i > 0 ? ", " : "");
                value(block.param(i));
                out.append(": ").append(block.param(i).type().text());
            }
            out.append(')');
        }
        out.append(":\n");
    }

    private void location(int index) {
        if (index != 0) {
            Position position = module.locations().get(index);
            out.append(" !loc ");
            TextWriter.quoted(out, position.file());
            out.append(' ').append(position.line());
            if (position.column() != 0) {
                out.append(':').append(position.column());
            }
        }
    }

    // Operands.

    private void value(Value value) {
        switch (value) {
            case null -> out.append("%?");
            case Constant c -> TextWriter.constant(out, c);
            case SymbolAddress a -> TextWriter.symbol(out, a.symbol(), a.offset());
            case BlockParam p -> named(p);
            case Instruction i -> named(i);
        }
    }

    private void named(Value value) {
        out.append('%');
        TextWriter.name(out, names.of(value));
    }

    /** An operand at a place where constants have the type given; others say theirs. */
    private void operand(Value value, Type assumed) {
        if (value instanceof Constant c && c.type() != assumed) {
            out.append(c.type().text()).append(' ');
        }
        value(value);
    }

    private void operands(Instruction i, Type written) {
        for (int k = 0; k < i.argCount(); k++) {
            out.append(k > 0 ? ", " : " ");
            Type wanted = OperandTypes.operand(i.op(), written, k);
            if (wanted == null && i.op().shape() != Op.Shape.CONVERT) {
                wanted = i.op() == Op.VAR ? Type.I64 : Type.I32;
            }
            operand(i.arg(k), wanted);
        }
    }

    // Instructions.

    /** One instruction, without indentation, position and line end. */
    public void instruction(Instruction i) {
        if (i.type() != Type.VOID && names.isPrinted(i)) {
            named(i);
            out.append(" = ");
        }
        Op op = i.op();
        out.append(op.text());
        String missing = InstructionVerifier.missing(i);
        if (missing != null) {
            out.append(" ; its ").append(missing).append(" is missing");
            return;
        }
        switch (op.shape()) {
            case CALL -> call(i);
            case JUMP, BR, SWITCH, RET, TRAP, UNREACHABLE, GUARD, VAR -> control(i);
            default -> {
                Type written = OperandTypes.written(i);
                if (written != Type.VOID) {
                    out.append(' ').append(written.text());
                }
                operands(i, written);
                details(i);
            }
        }
    }

    private void details(Instruction i) {
        switch (i.op().shape()) {
            case LOAD, STORE, ATOMIC_RMW, ATOMIC_CAS, FENCE -> {
                if (i.immediate() != 0) {
                    out.append(" align ").append(i.immediate());
                }
                out.append(i.isVolatile() ? " volatile" : "");
                if (i.extra() instanceof MemoryOrder order) {
                    out.append(' ').append(order.text());
                }
            }
            case INDEX -> {
                out.append(", ").append(i.immediate());
                long displacement = i.immediate2();
                if (displacement != 0) {
                    out.append(displacement < 0 ? " - " : " + ").append(Long.toUnsignedString(Math.abs(displacement)));
                }
            }
            case ALLOCA, EXTRACT, INSERT -> out.append(", ").append(i.immediate());
            case SHUFFLE -> {
                out.append(", [");
                int[] lanes = i.lanes();
                for (int k = 0; k < lanes.length; k++) {
                    out.append(k > 0 ? ", " : "").append(lanes[k]);
                }
                out.append(']');
            }
            default -> {}
        }
    }

    private void control(Instruction i) {
        switch (i.op()) {
            case JUMP -> {
                out.append(' ');
                targets(i, 0);
            }
            case BR -> {
                operands(i, Type.VOID);
                out.append(", ");
                targets(i, 0);
            }
            case SWITCH -> switchOperation(i);
            case RET -> {
                for (Value value : i.args()) {
                    out.append(' ');
                    Type result = function.signature().result();
                    operand(value, result == Type.VOID ? Type.I64 : result);
                }
            }
            case TRAP -> {
                out.append(' ');
                TextWriter.word(out, i.text());
            }
            case GUARD -> {
                operands(i, Type.VOID);
                out.append(", ");
                state(i.frameState());
            }
            case VAR -> {
                operands(i, Type.VOID);
                out.append(' ');
                TextWriter.quoted(out, i.text());
            }
            default -> {}
        }
    }

    private void targets(Instruction i, int from) {
        Target[] targets = i.targets();
        for (int k = from; k < targets.length; k++) {
            out.append(k > from ? ", " : "");
            target(targets[k]);
        }
    }

    private void target(Target target) {
        Block block = target.block();
        TextWriter.word(out, names.of(block));
        Value[] args = target.args();
        if (args.length > 0) {
            out.append('(');
            for (int k = 0; k < args.length; k++) {
                out.append(k > 0 ? ", " : "");
                operand(args[k], k < block.paramCount() ? block.param(k).type() : Type.I64);
            }
            out.append(')');
        }
    }

    private void switchOperation(Instruction i) {
        Type type = OperandTypes.written(i);
        out.append(' ').append(type.text());
        operands(i, type);
        out.append(", ");
        target(i.targets()[0]);
        out.append(", [");
        long[] cases = i.cases();
        for (int k = 0; k < cases.length; k++) {
            // Long tables are easier to read one case a line.
            out.append(k > 0 ? "," : "").append(cases.length > 4 ? "\n        " : k > 0 ? " " : "");
            out.append(cases[k]).append(": ");
            target(i.targets()[k + 1]);
        }
        out.append(cases.length > 4 ? "\n    ]" : "]");
    }

    private void call(Instruction i) {
        CallSite site = i.callSite();
        Signature signature = site.signature();
        if (signature.result() != Type.VOID) {
            out.append(' ');
            TextWriter.result(out, signature);
        }
        out.append(' ');
        Value callee = i.arg(0);
        operand(callee, Type.PTR);
        out.append('(');
        int fixed = signature.params().size();
        for (int k = 1; k < i.argCount(); k++) {
            out.append(k > 1 ? ", " : "");
            if (k - 1 == fixed) {
                out.append("..., ");
            }
            Signature.Param param = k - 1 < fixed + site.variadicArguments().size() ? site.argument(k - 1) : null;
            if (param != null && (k > fixed || param.byValue() != null)) {
                TextWriter.param(out, param);
                out.append(' ');
            }
            operand(i.arg(k), param == null ? Type.I64 : param.type());
        }
        out.append(')');
        if (site.signatureName() != null) {
            out.append(" sig ");
            TextWriter.symbol(out, site.signatureName());
        } else if (!isDeclared(callee, signature)) {
            out.append(" sig ");
            TextWriter.convention(out, signature);
            TextWriter.signature(out, signature, null);
        }
        if (site.state() != null) {
            out.append(' ');
            state(site.state());
        }
    }

    /** Whether the callee's own declaration says the same signature, which then need not be written. */
    private boolean isDeclared(Value callee, Signature signature) {
        if (!(callee instanceof SymbolAddress a) || a.offset() != 0) {
            return false;
        }
        Signature declared = module.signatureOf(a.symbol());
        return declared == signature || signature.equals(declared);
    }

    private void state(FrameState innermost) {
        for (FrameState state = innermost; state != null; state = state.parent()) {
            out.append(state == innermost ? "" : " in ");
            if (state.exit() != null) {
                TextWriter.symbol(out, state.exit());
                out.append('(').append(state.exitId()).append("), ");
            }
            out.append("state(");
            Value[] values = state.values();
            for (int k = 0; k < values.length; k++) {
                out.append(k > 0 ? ", " : "");
                operand(values[k], Type.I64);
            }
            out.append(')');
        }
    }
}
