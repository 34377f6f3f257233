package dev.kiln.object;

import dev.kiln.asm.AssembledFile.Binding;
import dev.kiln.asm.AssembledFile.Kind;
import dev.kiln.asm.AssembledFile.Visibility;
import dev.kiln.asm.Code;
import dev.kiln.asm.RelocationKind;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.Position;
import dev.kiln.object.ObjectFile.Relocation;
import dev.kiln.object.ObjectFile.Section;
import dev.kiln.object.ObjectFile.Symbol;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes an object of finished code: what an assembler has emitted for memory becomes a file for a linker. Each piece is a global function in the
 * section of code, its constants behind it; named labels become local symbols. References keep their relocations, whether their symbol is defined
 * in the same object or elsewhere; the linker fills them in.
 *
 * <p>Names are written as they are: for macOS, C functions are called {@code _puts}.
 */
public final class CodeObject {
    /** What fills the room between functions: INT3. */
    private static final byte GAP = (byte) 0xCC;

    private final ObjectFile object;
    private final ObjectFormat format;
    private final Diagnostics diagnostics;
    private final Map<String, Integer> symbols = new HashMap<>();

    private CodeObject(String sourceName, ObjectFormat format, Diagnostics diagnostics) {
        object = new ObjectFile(sourceName);
        this.format = format;
        this.diagnostics = diagnostics;
    }

    /**
     * Makes an object for {@link ObjectFormat#write}.
     *
     * @param sourceName the name of the source, for the symbol table
     * @param functions finished code by the names of functions, in the order they are to have
     * @param diagnostics told of relocations that the format lacks, and of code that is too large for it
     * @return {@code null} when {@code diagnostics} was told something
     */
    public static ObjectFile build(
            String sourceName, Map<String, Code> functions, ObjectFormat format, Diagnostics diagnostics) {
        int errors = diagnostics.errorCount();
        ObjectFile object = new CodeObject(sourceName, format, diagnostics).run(new LinkedHashMap<>(functions));
        if (object != null) format.check(object, diagnostics);
        return diagnostics.errorCount() > errors ? null : object;
    }

    private ObjectFile run(Map<String, Code> functions) {
        Map<String, Integer> offsets = new LinkedHashMap<>();
        long size = 0;
        int align = 16;
        for (Map.Entry<String, Code> function : functions.entrySet()) {
            Code code = function.getValue();
            size = size + code.alignment() - 1 & -code.alignment();
            if (size + code.size() > Integer.MAX_VALUE) {
                diagnostics.add(
                        ObjectCode.SECTION_TOO_LARGE,
                        Position.NONE,
                        ".text",
                        Long.toString(size + code.size()),
                        Integer.toString(Integer.MAX_VALUE));
                return null;
            }
            offsets.put(function.getKey(), (int) size);
            size += code.size();
            align = Math.max(align, code.alignment());
        }
        byte[] bytes = new byte[(int) size];
        Arrays.fill(bytes, GAP);
        String name = format == ObjectFormat.MACHO64 ? "__TEXT,__text" : ".text";
        Section section = new Section(name, SectionKind.TEXT, align, size, bytes);
        object.add(section);
        for (Map.Entry<String, Code> function : functions.entrySet())
            define(function.getKey(), function.getValue(), offsets.get(function.getKey()));
        for (Map.Entry<String, Code> function : functions.entrySet()) {
            Code code = function.getValue();
            int offset = offsets.get(function.getKey());
            System.arraycopy(code.bytes(), 0, bytes, offset, code.size());
            for (int i = 0; i < code.relocationCount(); i++) refer(function.getKey(), code, i, offset, section);
        }
        return object;
    }

    private void define(String name, Code code, int offset) {
        symbols.put(
                name,
                object.add(
                        new Symbol(name, 0, offset, code.size(), Binding.GLOBAL, Kind.FUNCTION, Visibility.DEFAULT)));
        for (Code.NamedLabel label : code.labels())
            object.add(new Symbol(
                    label.name(), 0, offset + label.offset(), 0, Binding.LOCAL, Kind.UNKNOWN, Visibility.DEFAULT));
    }

    private void refer(String function, Code code, int i, int offset, Section section) {
        RelocationKind kind = code.relocationKind(i);
        String name = code.relocationSymbol(i);
        int at = code.relocationOffset(i);
        if (!format.expresses(kind)) {
            diagnostics.add(
                    ObjectCode.NOT_IN_FORMAT,
                    Position.NONE,
                    format.name(),
                    kind.name(),
                    name,
                    function,
                    Integer.toString(at));
            return;
        }
        long addend = code.relocationAddend(i);
        boolean own = name.equals(Code.SELF);
        section.add(
                own
                        ? new Relocation(offset + (long) at, kind, -1, 0, addend + offset)
                        : new Relocation(offset + (long) at, kind, symbol(name, kind), -1, addend));
    }

    /** The symbol of a name; one that is defined elsewhere when no function has it. */
    private int symbol(String name, RelocationKind kind) {
        Integer known = symbols.get(name);
        if (known != null) return known;
        Kind what = switch (kind) {
            case GOTTPOFF, TPOFF32, TPOFF64, DTPOFF64, DTPOFF32, TLSGD, TLVP -> Kind.THREAD_DATA;
            case ABS64,
                    ABS32,
                    ABS32U,
                    ABS16,
                    ABS8,
                    PC64,
                    PC32,
                    PC16,
                    PC8,
                    PLT32,
                    GOTPCREL,
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
                    SIZE64,
                    SECREL32,
                    IMAGEREL32,
                    SECTION16 -> Kind.UNKNOWN;
        };
        int number = object.add(new Symbol(name, -1, 0, 0, Binding.GLOBAL, what, Visibility.DEFAULT));
        symbols.put(name, number);
        return number;
    }
}
