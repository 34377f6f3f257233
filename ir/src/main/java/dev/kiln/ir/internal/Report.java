package dev.kiln.ir.internal;

import dev.kiln.base.Diagnostic;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.Position;
import dev.kiln.ir.Block;
import dev.kiln.ir.BlockParam;
import dev.kiln.ir.Constant;
import dev.kiln.ir.Function;
import dev.kiln.ir.Instruction;
import dev.kiln.ir.IrCode;
import dev.kiln.ir.Module;
import dev.kiln.ir.SymbolAddress;
import dev.kiln.ir.Value;
import java.util.List;

/** Adds the verifier's diagnostics with the best place known: in the text, else the function and operation in words. */
final class Report {
    private final Module module;
    private final Diagnostics out;

    Report(Module module, Diagnostics out) {
        this.module = module;
        this.out = out;
    }

    void at(int textPosition, IrCode code, String... arguments) {
        at(textPosition, "", code, arguments);
    }

    void at(Function f, IrCode code, String... arguments) {
        at(f.textPosition(), f.textPosition() == 0 ? "in @" + f.name() : "", code, arguments);
    }

    void at(Block block, IrCode code, String... arguments) {
        String where = block.textPosition() == 0 ? "in @" + block.function().name() + ", block " + block : "";
        at(block.textPosition(), where, code, arguments);
    }

    void at(Instruction i, IrCode code, String... arguments) {
        String where = "";
        if (i.textPosition() == 0 && i.block() != null) {
            String name = i.name() == null ? "" : "%" + i.name() + " = ";
            where = "in @" + i.block().function().name() + ", block " + i.block() + ": " + name + i.op().text() + " …";
        }
        at(i.textPosition(), where, code, arguments);
    }

    private void at(int textPosition, String where, IrCode code, String... arguments) {
        Position position = new Position(module.sourceFile(), textPosition >>> 10, textPosition & 1023);
        out.add(new Diagnostic(code, List.of(arguments), position, where));
    }

    /** A value in words. */
    static String describe(Value value) {
        return switch (value) {
            case null -> "nothing";
            case Instruction i -> i.name() == null ? "the result of " + i.op().text() : "%" + i.name();
            case BlockParam p -> p.name() == null ? "parameter " + p.index() + " of " + p.block() : "%" + p.name();
            case SymbolAddress a -> "@" + a.symbol();
            case Constant c -> "a constant";
        };
    }
}
