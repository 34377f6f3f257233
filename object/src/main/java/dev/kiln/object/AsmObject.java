package dev.kiln.object;

import dev.kiln.asm.AssembledFile;
import dev.kiln.asm.NasmCode;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.Position;
import dev.kiln.object.ObjectFile.Header;
import dev.kiln.object.ObjectFile.Relocation;
import dev.kiln.object.ObjectFile.Section;
import dev.kiln.object.ObjectFile.Symbol;

/** Makes an object from an assembled text. */
public final class AsmObject {
    private static final String STACK_NOTE = ".note.GNU-stack";

    private final AssembledFile file;
    private final ObjectFormat format;
    private final Diagnostics diagnostics;

    private AsmObject(AssembledFile file, ObjectFormat format, Diagnostics diagnostics) {
        this.file = file;
        this.format = format;
        this.diagnostics = diagnostics;
    }

    /**
     * The same sections, symbols and relocations, for the object format that the text was assembled for; ELF's note on the stack is left to
     * the writer, which makes its own.
     *
     * @return {@code null} when something cannot be expressed, which {@code diagnostics} is told with its line
     */
    public static ObjectFile build(AssembledFile file, Diagnostics diagnostics) {
        int errors = diagnostics.errorCount();
        ObjectFormat format = ObjectFormat.of(file.format());
        AsmObject builder = new AsmObject(file, format, diagnostics);
        builder.checkRelocations();
        ObjectFile object = builder.build();
        format.check(object, diagnostics);
        return diagnostics.errorCount() > errors ? null : object;
    }

    private void checkRelocations() {
        for (AssembledFile.Section s : file.sections()) {
            for (AssembledFile.Relocation r : s.relocations()) {
                boolean number = r.symbol() < 0 && r.section() == AssembledFile.ABSOLUTE;
                if (number && !format.expressesNumbers()) {
                    complain(r, "a jump to a number");
                } else if (!format.expresses(r.kind())) {
                    complain(r, "a relocation of kind " + r.kind());
                }
            }
        }
    }

    private void complain(AssembledFile.Relocation relocation, String what) {
        Position position = new Position(file.sourceName(), relocation.line(), 0);
        diagnostics.add(NasmCode.NOT_IN_FORMAT, position, what, file.format().optionName());
    }

    private ObjectFile build() {
        ObjectFile object = new ObjectFile(file.sourceName());
        object.osAbi(file.osAbi());
        object.subsectionsViaSymbols(file.subsectionsViaSymbols());
        int[] index = new int[file.sections().size()];
        int count = 0;
        for (int i = 0; i < index.length; i++) {
            AssembledFile.Section s = file.sections().get(i);
            boolean note =
                    format == ObjectFormat.ELF64 && s.name().equals(STACK_NOTE) && s.size() == 0 && !s.isExecutable();
            index[i] = note ? -1 : count++;
            if (note) continue;
            SectionKind kind =
                    new SectionKind(s.isWritable(), s.isExecutable(), s.isAllocated(), s.isZero(), s.isThreadLocal());
            Header header = new Header(s.type(), s.flags(), s.entrySize(), s.comdat(), s.comdatSymbol());
            object.add(new Section(s.name(), kind, s.align(), s.size(), s.isZero() ? null : s.bytes(), header));
        }
        // A symbol in the note, which has no contents, goes with it.
        int[] symbols = new int[file.symbols().size()];
        for (int i = 0; i < symbols.length; i++) {
            AssembledFile.Symbol s = file.symbols().get(i);
            int section = s.section() >= 0
                    ? index[s.section()]
                    : s.section() == AssembledFile.ABSOLUTE ? ObjectFile.ABSOLUTE : -1;
            symbols[i] = object.add(
                    new Symbol(s.name(), section, s.value(), s.size(), s.binding(), s.kind(), s.visibility()));
        }
        for (int i = 0; i < index.length; i++) {
            if (index[i] < 0) continue;
            Section section = object.sections().get(index[i]);
            for (AssembledFile.Relocation r : file.sections().get(i).relocations()) {
                int symbol = r.symbol() < 0 ? -1 : symbols[r.symbol()];
                int target = r.section() >= 0 && symbol < 0 ? index[r.section()] : r.section();
                section.add(new Relocation(r.offset(), r.kind(), symbol, target, r.addend()));
            }
        }
        return object;
    }
}
