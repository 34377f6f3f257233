package dev.kiln.ir.internal;

import dev.kiln.base.Nearest;
import dev.kiln.ir.AggregateType;
import dev.kiln.ir.Block;
import dev.kiln.ir.CallSite;
import dev.kiln.ir.FrameState;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.IrCode;
import dev.kiln.ir.Module;
import dev.kiln.ir.Op;
import dev.kiln.ir.Signature;
import dev.kiln.ir.SymbolAddress;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads calls and frame states. The signature stands behind the arguments, which it types: so the parentheses are stepped over
 * first, and the arguments read when the signature is known.
 */
final class CallParser {
    private final Scanner in;
    private final TypeParser types;
    private final Module module;
    private final BodyParser body;

    CallParser(Scanner in, TypeParser types, Module module, BodyParser body) {
        this.in = in;
        this.types = types;
        this.module = module;
        this.body = body;
    }

    /** {@code call [T] callee(args) [sig …] [cc "…"] [state]}, after the word. */
    void call(Block block, Op op) {
        in.peek();
        long resultMark = in.mark();
        Type result = Type.VOID;
        AggregateType resultAggregate = null;
        if (types.atStructure() || in.peek() == '@' && !atCallee()) {
            resultAggregate = types.aggregate();
            result = Type.PTR;
        } else if (in.keywords.type(in.peekWord()) != null) {
            result = types.type();
        }
        in.peek();
        long calleeMark = in.mark();
        int firstFixup = body.fixupCount();
        body.operand(body.place(0), 0, Type.PTR);
        Value callee = body.place(0)[0];
        boolean direct = callee instanceof SymbolAddress a && a.offset() == 0;

        if (in.peek() != '(') {
            throw in.expected("(");
        }
        int open = in.pos;
        int line = in.line;
        int lineStart = in.lineStart;
        int close = in.closing(open);
        if (close < 0) {
            in.pos = open + 1;
            in.skipToLineEnd();
            throw in.expected(") on this line");
        }
        in.pos = close;
        Signature signature = direct ? module.signatureOf(((SymbolAddress) callee).symbol()) : null;
        String signatureName = null;
        if (in.acceptWord(Keyword.SIG)) {
            if (in.peek() == '@') {
                signatureName = namedSignature();
                signature = module.signature(signatureName);
            } else {
                signature = types.signature();
            }
        }
        if (signature == null) {
            in.error(
                    IrCode.UNKNOWN_SHAPE,
                    calleeMark,
                    "write sig @name, or sig (types) -> type, behind the arguments",
                    List.of());
            throw in.abandon();
        }
        if (in.acceptWord(Keyword.CC)) {
            signature = withConvention(signature, types.convention());
            signatureName = null;
        }
        int afterSignature = in.pos;
        int afterLine = in.line;
        int afterLineStart = in.lineStart;
        in.pos = open + 1;
        in.line = line;
        in.lineStart = lineStart;
        List<Signature.Param> variadic = new ArrayList<>(0);
        int count = arguments(signature, variadic, direct ? "@" + ((SymbolAddress) callee).symbol() : "the callee");
        Value[] operands = body.take(count, firstFixup);
        in.pos = afterSignature;
        in.line = afterLine;
        in.lineStart = afterLineStart;
        FrameState state = null;
        if (op == Op.CALL && (in.peek() == '@' || in.peekWord() == Keyword.STATE)) {
            state = frameState();
        }
        if (result != signature.result()
                || resultAggregate != signature.resultAggregate() && !same(resultAggregate, signature)) {
            in.error(
                    IrCode.WRONG_TYPE,
                    resultMark,
                    "the result of the call",
                    text(signature.result(), signature.resultAggregate()),
                    text(result, resultAggregate));
        }
        Instruction made = block.append(op, op == Op.CALL ? signature.result() : Type.VOID, operands);
        made.setExtra(new CallSite(signature, signatureName, variadic, state));
    }

    private static boolean same(AggregateType written, Signature signature) {
        return written != null && written.equals(signature.resultAggregate());
    }

    private static String text(Type type, AggregateType aggregate) {
        return aggregate == null ? type.text() : aggregate.name() == null ? "an aggregate" : "@" + aggregate.name();
    }

    /** Whether the name at the cursor is the callee: arguments or an offset follow it. */
    private boolean atCallee() {
        int p = in.pos + 1;
        if (in.at(p) == '"') {
            p = in.stringEnd(p);
        } else {
            while (Scanner.isName(in.at(p))) {
                p++;
            }
        }
        // A blank before the sign makes it that of a constant callee behind a result type.
        return in.at(p) == '+' || in.at(p) == '-' || in.at(in.blanks(p)) == '(';
    }

    private String namedSignature() {
        long mark = in.mark();
        String name = in.names.text(in.symbol());
        if (module.signature(name) == null) {
            String suggestion = "";
            if (in.suggests()) {
                Nearest nearest = new Nearest(name);
                module.signatures().keySet().forEach(nearest::offer);
                suggestion = nearest.suggestion("@");
            }
            in.error(IrCode.UNKNOWN_SIGNATURE, mark, suggestion, List.of(name));
            throw in.abandon();
        }
        return name;
    }

    private static Signature withConvention(Signature s, Signature.Convention convention) {
        return new Signature(
                s.params(), s.result(), s.resultAggregate(), s.resultExtension(), s.variadic(), convention);
    }

    /** Reads arguments up to the closing parenthesis behind the callee in the buffer; gives how many operands there are with it. */
    private int arguments(Signature signature, List<Signature.Param> variadic, String callee) {
        int fixed = signature.params().size();
        in.peek();
        long mark = in.mark();
        int count = 0;
        boolean beyond = false;
        if (in.peek() != ')') {
            do {
                if (!beyond && in.acceptDots()) {
                    beyond = true;
                    if (!signature.variadic()) {
                        in.error(IrCode.VARIADIC_ARGUMENTS, mark);
                    }
                    continue;
                }
                Value[] place = body.place(count + 1);
                if (beyond) {
                    variadic.add(variadicArgument(place, count + 1));
                } else if (count < fixed) {
                    fixedArgument(signature.params().get(count), place, count + 1);
                } else {
                    body.operand(place, count + 1, null);
                }
                count++;
            } while (in.accept(','));
        }
        in.expect(')');
        int taken = count - variadic.size();
        if (taken != fixed) {
            String suggestion =
                    taken > fixed && signature.variadic() ? "variadic arguments stand behind ... with their types" : "";
            in.error(
                    IrCode.ARGUMENT_COUNT,
                    mark,
                    suggestion,
                    List.of(callee, Integer.toString(fixed), Integer.toString(taken)));
            throw in.abandon();
        }
        return count + 1;
    }

    private void fixedArgument(Signature.Param param, Value[] into, int at) {
        if (param.byValue() == null) {
            body.operand(into, at, param.type());
            return;
        }
        in.peek();
        long mark = in.mark();
        if (!types.atAggregate()) {
            throw in.expected(text(Type.PTR, param.byValue()) + " before the address of what is passed");
        }
        AggregateType written = types.aggregate();
        if (written != param.byValue() && !written.equals(param.byValue())) {
            in.error(
                    IrCode.WRONG_TYPE, mark, "this argument", text(Type.PTR, written), text(Type.PTR, param.byValue()));
        }
        body.operand(into, at, Type.PTR);
    }

    private Signature.Param variadicArgument(Value[] into, int at) {
        Signature.Param param = types.param();
        body.operand(into, at, param.type());
        return param;
    }

    /** {@code [@exit(id),] state(values) [in …]}. */
    FrameState frameState() {
        List<String> exits = new ArrayList<>(1);
        List<Long> ids = new ArrayList<>(1);
        List<Value[]> values = new ArrayList<>(1);
        do {
            String exit = null;
            long id = 0;
            if (in.peek() == '@') {
                long mark = in.mark();
                exit = in.names.text(in.symbol());
                body.requireSymbol(exit, mark);
                in.expect('(');
                id = in.integer(64, "i64");
                in.expect(')');
                in.expect(',');
            }
            exits.add(exit);
            ids.add(id);
            in.expectWord(Keyword.STATE);
            values.add(stateValues());
        } while (in.acceptWord(Keyword.IN));
        FrameState state = null;
        for (int i = exits.size() - 1; i >= 0; i--) {
            state = new FrameState(exits.get(i), ids.get(i), values.get(i), state);
        }
        return state;
    }

    private Value[] stateValues() {
        in.expect('(');
        int firstFixup = body.fixupCount();
        int count = 0;
        if (in.peek() != ')') {
            do {
                body.operand(body.place(count), count, null);
                count++;
            } while (in.accept(','));
        }
        in.expect(')');
        return body.take(count, firstFixup);
    }
}
