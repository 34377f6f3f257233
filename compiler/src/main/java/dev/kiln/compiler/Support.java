package dev.kiln.compiler;

import dev.kiln.base.Diagnostics;
import dev.kiln.base.Position;
import dev.kiln.ir.Block;
import dev.kiln.ir.BlockParam;
import dev.kiln.ir.Function;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.Op;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import dev.kiln.ir.Value;

/** Finds what of the IR this version does not compile, before anything is done with a function. */
final class Support {
    private Support() {}

    /** Whether a function can be compiled; what cannot is told, each kind once. */
    static boolean check(Function function, Diagnostics diagnostics) {
        boolean[] told = new boolean[What.values().length];
        Position head = FunctionCompiler.positionOf(function);
        boolean fine = supports(function.signature(), function, head, told, diagnostics)
                && supports(function.signature().result(), function, head, told, diagnostics);
        for (Signature.Param param : function.signature().params()) {
            fine &= supports(param.type(), function, head, told, diagnostics);
        }
        for (Block block : function.blocks()) {
            for (BlockParam param : block.params()) {
                fine &= supports(param.type(), function, head, told, diagnostics);
            }
            for (Instruction i = block.first(); i != null; i = i.next()) {
                fine &= check(i, function, told, diagnostics);
            }
        }
        return fine;
    }

    private enum What {
        REFERENCE("the type ref"),
        WIDE_VECTOR("a 256-bit vector"),
        GUARD("guard"),
        STATE("a call with a state"),
        TAIL_CALL("tail call"),
        CONVENTION("the calling convention win64"),
        PINNED("a pinned parameter");

        private final String text;

        What(String text) {
            this.text = text;
        }
    }

    private static boolean check(Instruction i, Function function, boolean[] told, Diagnostics diagnostics) {
        What what = i.op() == Op.GUARD
                ? What.GUARD
                : i.op() == Op.TAIL_CALL ? What.TAIL_CALL : i.frameState() != null ? What.STATE : of(i.type());
        for (int n = 0; what == null && n < i.argCount(); n++) {
            Value value = i.arg(n);
            what = of(value.type());
        }
        if (what == null) {
            return i.op() != Op.CALL
                    || supports(i.callSite().signature(), function, positionOf(i, function), told, diagnostics);
        }
        tell(what, function, positionOf(i, function), told, diagnostics);
        return false;
    }

    private static boolean supports(
            Signature signature, Function function, Position position, boolean[] told, Diagnostics diagnostics) {
        What what = signature.convention() == Signature.Convention.MICROSOFT_X64 ? What.CONVENTION : null;
        for (Signature.Param param : signature.params()) {
            what = param.role() == Signature.Role.PINNED ? What.PINNED : what;
        }
        if (what != null) {
            tell(what, function, position, told, diagnostics);
        }
        return what == null;
    }

    private static boolean supports(
            Type type, Function function, Position position, boolean[] told, Diagnostics diagnostics) {
        What what = of(type);
        if (what != null) {
            tell(what, function, position, told, diagnostics);
        }
        return what == null;
    }

    private static What of(Type type) {
        return type == Type.REF ? What.REFERENCE : type.bytes() > 16 ? What.WIDE_VECTOR : null;
    }

    private static void tell(What what, Function function, Position position, boolean[] told, Diagnostics diagnostics) {
        if (!told[what.ordinal()]) {
            told[what.ordinal()] = true;
            diagnostics.add(CompilerCode.NOT_YET_COMPILED, position, what.text, function.name());
        }
    }

    private static Position positionOf(Instruction i, Function function) {
        int text = i.textPosition();
        return text == 0
                ? function.module().locations().get(i.location())
                : new Position(function.module().sourceFile(), text >> 10, text & 1023);
    }
}
