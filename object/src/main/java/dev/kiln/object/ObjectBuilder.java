package dev.kiln.object;

import dev.kiln.asm.AssembledFile.Binding;
import dev.kiln.asm.AssembledFile.Kind;
import dev.kiln.asm.AssembledFile.Visibility;
import dev.kiln.asm.Code;
import dev.kiln.asm.RelocationKind;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.Position;
import dev.kiln.ir.Data;
import dev.kiln.ir.Linkage;
import dev.kiln.object.Layout.Placed;
import dev.kiln.object.Layout.PlacedSection;
import dev.kiln.object.ObjectFile.Relocation;
import dev.kiln.object.ObjectFile.Section;
import dev.kiln.object.ObjectFile.Symbol;
import java.util.HashMap;
import java.util.Map;

/**
 * Makes an object from a layout, choosing what nasm chooses for our text: a distance within a section is final; a reference to
 * what the module surely defines is relative to its section; all others name the symbol.
 */
public final class ObjectBuilder {
    private final Layout layout;
    private final ObjectFile file;
    private final Diagnostics diagnostics;
    private final Map<PlacedSection, Integer> sectionIndex = new HashMap<>();
    private final Map<String, Integer> symbolIndex = new HashMap<>();

    private ObjectBuilder(Layout layout, Diagnostics diagnostics) {
        this.layout = layout;
        this.file = new ObjectFile(layout.module().sourceFile());
        this.diagnostics = diagnostics;
    }

    /** Makes the object; {@code diagnostics} is told what cannot be expressed. */
    public static ObjectFile build(Layout layout, Diagnostics diagnostics) {
        return new ObjectBuilder(layout, diagnostics).run();
    }

    private ObjectFile run() {
        for (PlacedSection placed : layout.sections()) {
            byte[] bytes = placed.kind().zero() ? null : new byte[Math.toIntExact(placed.size())];
            sectionIndex.put(placed, sectionIndex.size());
            file.add(new Section(placed.name(), placed.kind(), placed.align(), placed.size(), bytes));
        }
        for (PlacedSection placed : layout.sections()) {
            for (Placed item : placed.items()) {
                define(item, sectionIndex.get(placed));
            }
        }
        for (Placed common : layout.commons()) {
            symbolIndex.put(
                    common.name(),
                    file.add(new Symbol(
                            common.name(),
                            -1,
                            common.align(),
                            common.size(),
                            Binding.GLOBAL,
                            Kind.COMMON,
                            Visibility.DEFAULT)));
        }
        for (PlacedSection placed : layout.sections()) {
            Section section = file.sections().get(sectionIndex.get(placed));
            fillGaps(placed, section);
            for (Placed item : placed.items()) {
                if (item.code() != null) {
                    placeCode(item, section);
                } else if (!placed.kind().zero()) {
                    placeData(item, section);
                }
            }
        }
        return file;
    }

    private void define(Placed item, int section) {
        boolean thread = item.data() != null && item.data().thread();
        boolean hidden = thread && item.linkage() == Linkage.LOCAL;
        Binding binding = hidden || item.linkage() == Linkage.EXPORT
                ? Binding.GLOBAL
                : item.linkage() == Linkage.LOCAL ? Binding.LOCAL : Binding.WEAK;
        Kind kind = item.code() != null ? Kind.FUNCTION : thread ? Kind.THREAD_DATA : Kind.DATA;
        Visibility visibility = hidden ? Visibility.HIDDEN : Visibility.DEFAULT;
        String name = SymbolNames.inObject(layout, item.name());
        symbolIndex.put(
                item.name(),
                file.add(new Symbol(name, section, item.offset(), item.size(), binding, kind, visibility)));
    }

    /** Between functions stand NOPs, as the alignment of text asks for; between data zeros. */
    private static void fillGaps(PlacedSection placed, Section section) {
        if (!placed.kind().execute() || section.bytes() == null) {
            return;
        }
        long end = 0;
        for (Placed item : placed.items()) {
            for (long at = end; at < item.offset(); at++) {
                section.bytes()[(int) at] = (byte) 0x90;
            }
            end = item.offset() + item.size();
        }
    }

    private void placeCode(Placed item, Section section) {
        Code code = item.code();
        System.arraycopy(code.bytes(), 0, section.bytes(), (int) item.offset(), code.size());
        for (int i = 0; i < code.relocationCount(); i++) {
            refer(
                    item,
                    section,
                    item.offset() + code.relocationOffset(i),
                    code.relocationKind(i),
                    code.relocationSymbol(i),
                    code.relocationAddend(i));
        }
    }

    private void placeData(Placed item, Section section) {
        long at = item.offset();
        for (Data.Item part : item.data().items()) {
            DataBytes.write(part, section.bytes(), (int) at);
            if (part instanceof Data.Address address) {
                refer(item, section, at, RelocationKind.ABS64, address.symbol(), address.offset());
            }
            at += part.size();
        }
    }

    private void refer(Placed from, Section section, long at, RelocationKind kind, String symbol, long addend) {
        Placed target = layout.symbol(symbol);
        boolean direct = target != null
                && target.section() != null
                && (target.isFinal() || target == from)
                && switch (kind) {
                    case ABS64,
                            ABS32,
                            PC32,
                            PC64,
                            PLT32,
                            SECREL32,
                            IMAGEREL32,
                            SECTION16,
                            ABS32U,
                            ABS16,
                            ABS8,
                            PC16,
                            PC8 -> true;
                    case GOTPCREL, GOTTPOFF, TLVP, TPOFF32, TPOFF64, DTPOFF64 -> false;
                    case DTPOFF32,
                            TLSGD,
                            TLSLD,
                            GOT32,
                            GOT64,
                            GOTOFF64,
                            GOTPC32,
                            GOTPC64,
                            GOTPCREL64,
                            PLTOFF64,
                            GOTPCRELX,
                            REX_GOTPCRELX,
                            SIZE32,
                            SIZE64 -> false;
                };
        if (!direct) {
            section.add(new Relocation(at, kind, symbolIndex(symbol), -1, addend));
            return;
        }
        boolean relative = kind == RelocationKind.PC32 || kind == RelocationKind.PC64 || kind == RelocationKind.PLT32;
        if (relative && target.section() == from.section()) {
            long distance = target.offset() + addend - at;
            if (kind.size() == 4 && distance != (int) distance) {
                diagnostics.add(ObjectCode.OUT_OF_REACH, Position.NONE, from.name(), symbol, Long.toString(distance));
            }
            DataBytes.put(section.bytes(), (int) at, distance, kind.size());
            return;
        }
        RelocationKind written = kind == RelocationKind.PLT32 ? RelocationKind.PC32 : kind;
        section.add(new Relocation(at, written, -1, sectionIndex.get(target.section()), target.offset() + addend));
    }

    private int symbolIndex(String symbol) {
        Integer known = symbolIndex.get(symbol);
        if (known == null) {
            Kind kind = layout.isThreadLocal(symbol) ? Kind.THREAD_DATA : Kind.UNKNOWN;
            known = file.add(new Symbol(symbol, -1, 0, 0, Binding.GLOBAL, kind, Visibility.DEFAULT));
            symbolIndex.put(symbol, known);
        }
        return known;
    }
}
