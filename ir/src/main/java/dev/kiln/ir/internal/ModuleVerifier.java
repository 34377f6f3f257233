package dev.kiln.ir.internal;

import dev.kiln.base.Diagnostics;
import dev.kiln.ir.AggregateType;
import dev.kiln.ir.Data;
import dev.kiln.ir.Function;
import dev.kiln.ir.Import;
import dev.kiln.ir.IrCode;
import dev.kiln.ir.Linkage;
import dev.kiln.ir.MemoryType;
import dev.kiln.ir.Module;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Checks what stands outside of function bodies, then each function. */
public final class ModuleVerifier {
    private final Module module;
    private final Diagnostics out;
    private final Report report;
    private final Map<AggregateType, Integer> depths = new IdentityHashMap<>();

    public ModuleVerifier(Module module, Diagnostics out) {
        this.module = module;
        this.out = out;
        report = new Report(module, out);
    }

    public void verify() {
        for (AggregateType type : module.types()) {
            name(type.name(), 0);
            if (depth(type, 1) > Limits.TYPE_DEPTH) {
                report.at(0, IrCode.TYPE_DEPTH, type.name(), Integer.toString(Limits.TYPE_DEPTH));
            }
            if (type.size() < 0 || type.size() > Limits.SIZE) {
                report.at(0, IrCode.DATA_SIZE, "type @" + type.name(), Long.toString(Limits.SIZE));
            }
        }
        for (Map.Entry<String, Signature> entry : module.signatures().entrySet()) {
            name(entry.getKey(), 0);
            SignatureVerifier.verify(entry.getValue(), report, 0);
        }
        for (Import symbol : module.imports()) {
            name(symbol.name(), symbol.textPosition());
            if (symbol.signature() != null) {
                SignatureVerifier.verify(symbol.signature(), report, symbol.textPosition());
            }
        }
        for (Data data : module.data()) {
            name(data.name(), data.textPosition());
            data(data);
        }
        for (Function function : module.functions()) {
            name(function.name(), function.textPosition());
            if (function.linkage() == Linkage.COMMON) {
                report.at(function, IrCode.COMMON_FUNCTION);
            }
            if (function.name().equals("main") && !startsProcess(function.signature())) {
                report.at(function, IrCode.MAIN_SHAPE);
            }
            SignatureVerifier.verify(function.signature(), report, function.textPosition());
            new FunctionVerifier(function, out).verify();
        }
    }

    private void name(String name, int position) {
        if (name == null || name.isEmpty() || name.indexOf(0) >= 0) {
            report.at(position, IrCode.SYMBOL_NAME, "\"" + name + "\"");
        }
    }

    /** i64 may stand for ptr: QBE IL knows no other type for addresses. */
    private static boolean startsProcess(Signature s) {
        List<Signature.Param> params = s.params();
        boolean fits = params.size() <= 3
                && !s.variadic()
                && s.resultAggregate() == null
                && (s.result() == Type.VOID || s.result().isInt());
        for (int i = 0; fits && i < params.size(); i++) {
            Type type = params.get(i).type();
            boolean address = type == Type.PTR || type == Type.I64;
            fits = params.get(i).byValue() == null && (i == 0 ? type == Type.I32 : address);
        }
        return fits;
    }

    /** The nesting depth, no deeper than just beyond the limit. */
    private int depth(AggregateType type, int level) {
        Integer known = depths.get(type);
        if (known != null) {
            return known;
        }
        int deepest = 0;
        if (level <= Limits.TYPE_DEPTH) {
            List<MemoryType> parts = List.of();
            // Chains of instanceof, not pattern switches, whose first use costs milliseconds of every start.
            if (type instanceof AggregateType.Struct s) {
                parts = s.parts();
            } else if (type instanceof AggregateType.Union u) {
                parts = u.parts();
            } else if (type instanceof AggregateType.Array a) {
                parts = List.of(a.element());
            }
            for (MemoryType part : parts) {
                if (part instanceof AggregateType inner) {
                    deepest = Math.max(deepest, depth(inner, level + 1));
                }
            }
        }
        depths.put(type, deepest + 1);
        return deepest + 1;
    }

    private void data(Data data) {
        int position = data.textPosition();
        long size = 0;
        boolean zero = true;
        for (Data.Item item : data.items()) {
            zero &= item instanceof Data.Zero;
            if (item.size() < 0 || item.size() > Limits.SIZE) {
                size = Limits.SIZE + 1;
            }
            size = Math.min(size + Math.max(0, item.size()), Limits.SIZE + 1);
            if (item instanceof Data.Scalars s) {
                if (s.type() == Type.REF || s.type() == Type.VOID || s.type().isVector()) {
                    report.at(position, IrCode.REF_DATA, s.type().text());
                }
            } else if (item instanceof Data.Address a) {
                address(a, position);
            }
        }
        if (size > Limits.SIZE) {
            report.at(position, IrCode.DATA_SIZE, "@" + data.name(), Long.toString(Limits.SIZE));
        }
        if (data.align() < 0 || Long.bitCount(data.align()) > 1 || data.align() > Limits.ALIGN) {
            report.at(position, IrCode.ALIGNMENT, Long.toString(data.align()), Long.toString(Limits.ALIGN));
        }
        if (data.linkage() == Linkage.COMMON && (!zero || data.thread() || data.readonly() || data.section() != null)) {
            report.at(position, IrCode.COMMON_DATA);
        }
    }

    private void address(Data.Address address, int position) {
        String symbol = address.symbol();
        if (!module.defines(symbol)) {
            report.at(position, IrCode.UNDEFINED_REFERENCE, symbol);
            return;
        }
        Data data = module.dataNamed(symbol);
        Import imported = module.importNamed(symbol);
        if (data != null && data.thread() || imported != null && imported.thread()) {
            report.at(position, IrCode.THREAD_ADDRESS, symbol);
        }
    }
}
