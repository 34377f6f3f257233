package dev.kiln.ir.internal;

import dev.kiln.ir.AggregateType;
import dev.kiln.ir.Data;
import dev.kiln.ir.Function;
import dev.kiln.ir.Import;
import dev.kiln.ir.Linkage;
import dev.kiln.ir.Module;
import dev.kiln.ir.Signature;
import java.util.List;
import java.util.Map;

/** Prints a module: each kind of declaration in the order added. */
public final class ModulePrinter {
    /** Where lists in data go to a new line. */
    private static final int WIDTH = 110;

    private final Module module;
    private final StringBuilder out = new StringBuilder(4096);

    public ModulePrinter(Module module) {
        this.module = module;
    }

    public String print() {
        if (!module.name().isEmpty()) {
            out.append("module ");
            TextWriter.quoted(out, module.name());
            out.append('\n');
        }
        boolean any = false;
        for (AggregateType type : module.types()) {
            any = gap(any);
            out.append("type ");
            TextWriter.symbol(out, type.name());
            out.append(" = ");
            TextWriter.structure(out, type);
            out.append('\n');
        }
        any = false;
        for (Map.Entry<String, Signature> signature : module.signatures().entrySet()) {
            any = gap(any);
            out.append("sig ");
            TextWriter.symbol(out, signature.getKey());
            out.append(" = ");
            TextWriter.convention(out, signature.getValue());
            TextWriter.signature(out, signature.getValue(), null);
            out.append('\n');
        }
        any = false;
        for (Import symbol : module.imports()) {
            any = gap(any);
            imported(symbol);
        }
        any = false;
        for (Data data : module.data()) {
            any = gap(any);
            data(data);
        }
        for (Function function : module.functions()) {
            gap(false);
            new FunctionPrinter(out, function).print();
        }
        return out.toString();
    }

    private boolean gap(boolean any) {
        if (!any && !out.isEmpty()) {
            out.append('\n');
        }
        return true;
    }

    private void imported(Import symbol) {
        out.append("import ");
        if (symbol.signature() != null) {
            out.append("func ");
            TextWriter.convention(out, symbol.signature());
            TextWriter.symbol(out, symbol.name());
            TextWriter.signature(out, symbol.signature(), null);
        } else {
            out.append(symbol.thread() ? "thread " : "");
            TextWriter.symbol(out, symbol.name());
        }
        out.append('\n');
    }

    static void linkage(StringBuilder out, Linkage linkage) {
        switch (linkage) {
            case LOCAL -> {}
            case EXPORT -> out.append("export ");
            case WEAK -> out.append("weak ");
            case COMMON -> out.append("common ");
        }
    }

    private void data(Data data) {
        out.append("data ");
        linkage(out, data.linkage());
        out.append(data.thread() ? "thread " : "").append(data.readonly() ? "readonly " : "");
        TextWriter.section(out, data.section());
        TextWriter.symbol(out, data.name());
        if (data.align() != 0) {
            out.append(" align ").append(data.align());
        }
        out.append(" = ");
        List<Data.Item> items = data.items();
        boolean single = items.size() == 1 && !(items.getFirst() instanceof Data.Scalars s && s.bits().length != 1);
        if (items.isEmpty()) {
            out.append("{}\n");
            return;
        }
        if (!single) {
            out.append("{ ");
        }
        int lineStart = out.length();
        for (int i = 0; i < items.size(); i++) {
            if (i > 0) {
                lineStart = comma(lineStart);
            }
            lineStart = item(items.get(i), lineStart);
        }
        out.append(single ? "\n" : " }\n");
    }

    private int comma(int lineStart) {
        if (out.length() - lineStart < WIDTH) {
            out.append(", ");
            return lineStart;
        }
        out.append(",\n    ");
        return out.length();
    }

    private int item(Data.Item item, int from) {
        int lineStart = from;
        switch (item) {
            case Data.Bytes b -> TextWriter.quoted(out, b.bytes());
            case Data.Zero z -> out.append("zero ").append(z.size());
            case Data.Address a -> {
                out.append("ptr ");
                TextWriter.symbol(out, a.symbol(), a.offset());
            }
            case Data.Scalars s -> {
                if (s.bits().length == 0) {
                    out.append("zero 0");
                    break;
                }
                out.append(s.type().text()).append(' ');
                for (int i = 0; i < s.bits().length; i++) {
                    if (i > 0) {
                        lineStart = comma(lineStart);
                    }
                    TextWriter.constant(out, s.type(), signed(s, i));
                }
            }
        }
        return lineStart;
    }

    private static long signed(Data.Scalars s, int i) {
        long bits = s.bits()[i];
        if (!s.type().isInt()) {
            return bits;
        }
        int shift = 64 - s.type().bits();
        return bits << shift >> shift;
    }
}
