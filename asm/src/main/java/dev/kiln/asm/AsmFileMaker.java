package dev.kiln.asm;

import dev.kiln.asm.AsmFile.Contents;
import dev.kiln.asm.AsmFile.Declaration;
import dev.kiln.asm.AsmFile.Scope;
import dev.kiln.asm.AsmFile.Section;
import dev.kiln.asm.NasmSymbols.Entry;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.Position;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes a file that can be edited of an assembled text: of what was noted while its bytes were written, of the bytes themselves, which are decoded, and of
 * the fields that wait for addresses. Each node is encoded again at once and has to give the bytes that the text gave; what does not is kept as data.
 *
 * <p>Cost: linear, but for sorting the labels.
 */
final class AsmFileMaker {
    private final AssembledFile file;
    private final NasmTrace trace;
    private final NasmSymbols symbols;
    private final NasmFormat format;
    private final int[] places;
    private final AsmFile made;
    private final boolean exactJumps;

    /** The sections and their labels, by the section's number in the text. */
    private final AssembledFile.Section[] sources;

    private final NasmLabels[] labels;

    /**
     * Makes the file, and looks that it assembles to what the text did.
     *
     * @param places the place of each section of the text in the file, −1 for those left out
     * @return {@code null} when {@code diagnostics} was told what cannot be kept
     */
    static AsmFile make(
            AssembledFile file,
            NasmTrace trace,
            NasmSymbols symbols,
            NasmFormat format,
            int[] places,
            Diagnostics diagnostics) {
        String why = "what would be made of it does not give the same bytes";
        try {
            // Jumps that come out of other sizes than the text's are given theirs.
            for (boolean exactJumps : new boolean[] {false, true}) {
                AsmFile made = new AsmFileMaker(file, trace, symbols, format, places, exactJumps).make();
                if (isSame(file, made.assemble(format.format, new Diagnostics()))) return made;
            }
        } catch (AssemblerException e) {
            why = e.getMessage();
        }
        diagnostics.add(NasmCode.NOT_EDITABLE, new Position(file.sourceName(), 0, 0), why);
        return null;
    }

    /** Whether the sections of two files have the same contents and as many relocations. */
    private static boolean isSame(AssembledFile file, AssembledFile other) {
        if (other == null) return false;
        for (AssembledFile.Section s : file.sections()) {
            boolean same = s.size() == 0;
            for (AssembledFile.Section o : other.sections())
                same |= o.name().equals(s.name())
                        && o.size() == s.size()
                        && o.relocations().size() == s.relocations().size()
                        && Arrays.equals(o.bytes(), s.bytes());
            if (!same) return false;
        }
        return true;
    }

    /**
     * @param places the place of each section of the text in the file, −1 for those left out
     * @param exactJumps whether jumps to labels keep the sizes that they have; else the sink chooses
     */
    private AsmFileMaker(
            AssembledFile file,
            NasmTrace trace,
            NasmSymbols symbols,
            NasmFormat format,
            int[] places,
            boolean exactJumps) {
        this.file = file;
        this.trace = trace;
        this.symbols = symbols;
        this.format = format;
        this.places = places;
        this.exactJumps = exactJumps;
        made = new AsmFile(file.sourceName());
        sources = new AssembledFile.Section[places.length];
        labels = new NasmLabels[places.length];
    }

    /** @throws AssemblerException when the text has what no node can hold */
    private AsmFile make() {
        made.isRead = true;
        made.osAbi = file.osAbi();
        made.subsectionsViaSymbols = file.subsectionsViaSymbols();
        made.origin = file.origin();
        Map<Integer, List<NasmTrace.Event>> events = new HashMap<>();
        for (NasmTrace.Event event : trace.events)
            events.computeIfAbsent(event.section(), section -> new ArrayList<>())
                    .add(event);
        Map<Integer, List<NasmTrace.Distance>> distances = new HashMap<>();
        for (NasmTrace.Distance distance : trace.distances)
            distances
                    .computeIfAbsent(distance.section(), section -> new ArrayList<>())
                    .add(distance);
        int[] order = new int[file.sections().size()];
        for (int i = 0; i < places.length; i++) if (places[i] >= 0) order[places[i]] = i;
        for (int number : order) section(number, events.getOrDefault(number, List.of()));
        labels();
        declarations();
        for (int number : order)
            if (labels[number] != null)
                new AsmSectionMaker(this, number, labels[number], exactJumps)
                        .make(events.getOrDefault(number, List.of()), distances.getOrDefault(number, List.of()));
        return made;
    }

    /** Whether places before and behind a global symbol are told apart, though they are the same. */
    boolean hasSubsections() {
        return file.subsectionsViaSymbols();
    }

    AssembledFile.Section source(int number) {
        return sources[number];
    }

    private void section(int number, List<NasmTrace.Event> events) {
        AssembledFile.Section source = file.sections().get(places[number]);
        // Printing makes it anew.
        boolean note = source.name().equals(AsmFilePrinter.STACK_NOTE) && source.size() == 0 && !source.isExecutable();
        if (note && format.format == NasmParser.Format.ELF64) return;
        sources[number] = source;
        boolean code = source.isExecutable();
        for (NasmTrace.Event event : events) code |= event.kind() == NasmTrace.Kind.INSTRUCTION;
        Contents contents = source.isZero()
                ? source.isThreadLocal() ? Contents.THREAD_ZERO : Contents.ZERO
                : code
                        ? Contents.CODE
                        : source.isThreadLocal()
                                ? Contents.THREAD_DATA
                                : source.isWritable() ? Contents.DATA : Contents.READ_ONLY;
        Section section = made.readSection(source.name(), contents);
        section.attributes(format.format, format.attributes(source, file));
        section.exactAlignment(source.align());
        labels[number] = new NasmLabels(section);
    }

    /** Gives all labels their numbers, and what else has a name its value. */
    private void labels() {
        List<Entry> entries = new ArrayList<>(symbols.entries);
        entries.sort((a, b) -> Integer.compare(a.place(), b.place()));
        for (Entry entry : entries) {
            if (!entry.known || entry.external) continue;
            if (entry.segment < 0) {
                if (entry.definedAt >= 0) made.constant(nameOf(entry), entry.value);
                continue;
            }
            int number = symbols.sectionOf(entry.segment);
            if (number >= 0 && labels[number] != null && !entry.constant)
                labels[number].add(entry.id, entry.value, entry.segment, nameOf(entry));
        }
        for (NasmLabels l : labels) if (l != null) l.sort();
        for (Entry entry : entries) {
            boolean place = entry.known && !entry.external && entry.constant && entry.segment >= 0;
            int number = place ? symbols.sectionOf(entry.segment) : -1;
            if (number < 0 || labels[number] == null) continue;
            NasmLabels there = labels[number];
            int label = there.nearest(entry.value);
            made.place(nameOf(entry), there.section(), label, entry.value - there.offset(label));
        }
    }

    /** A symbol's name, which printing gives back; local ones may be called otherwise when they cannot be written. */
    private static String nameOf(Entry entry) {
        String name = entry.name;
        try {
            String plain = NasmNames.unescape(name);
            String printed = NasmNames.escape(plain);
            if (printed.equals(name) || printed.equals("$" + name)) return plain;
        } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
            // It only begins as if it were escaped.
        }
        if (entry.external || entry.binding != AssembledFile.Binding.LOCAL)
            throw new AssemblerException("the name " + name + ", which other files know, cannot be kept");
        return name;
    }

    private void declarations() {
        Map<String, AssembledFile.Symbol> known = new HashMap<>();
        for (AssembledFile.Symbol symbol : file.symbols()) known.put(symbol.name(), symbol);
        List<Entry> entries = new ArrayList<>(symbols.entries);
        entries.sort((a, b) -> Integer.compare(a.at, b.at));
        for (Entry entry : entries) {
            AssembledFile.Symbol symbol = known.get(entry.name);
            boolean global = entry.binding != AssembledFile.Binding.LOCAL;
            if (symbol == null && !entry.external) continue;
            boolean said = entry.kind != AssembledFile.Kind.UNKNOWN
                    || symbol != null && symbol.size() != 0
                    || entry.visibility != AssembledFile.Visibility.DEFAULT;
            if (!entry.external && !global && !said) continue;
            Scope scope = entry.common
                    ? Scope.COMMON
                    : entry.external
                            ? entry.required ? Scope.REQUIRED : Scope.EXTERNAL
                            : global ? Scope.GLOBAL : Scope.LOCAL;
            Declaration d = new Declaration(nameOf(entry), scope);
            if (entry.kind != AssembledFile.Kind.THREAD_DATA) d.kind(entry.kind);
            d.visibility(entry.visibility);
            if (entry.binding == AssembledFile.Binding.WEAK) d.weak();
            if (symbol != null) {
                d.size(symbol.size());
                if (entry.common) d.alignment = symbol.value();
            }
            made.add(d);
            end(entry, d);
        }
    }

    /** Lets a size be the distance to a label when there is one at the end. */
    private void end(Entry entry, Declaration d) {
        int number = entry.external || d.size == 0 || entry.segment < 0 ? -1 : symbols.sectionOf(entry.segment);
        if (number < 0 || labels[number] == null || entry.constant) return;
        int end = labels[number].at(entry.value + d.size);
        if (end >= 0) labels[number].section().end(d.symbol, end);
    }

    /**
     * What a relocation refers to, as a name and the distance from it.
     *
     * @param behind how far behind the field a distance counts from
     * @param segment the segment that the field is in
     */
    SymbolReference reference(AssembledFile.Relocation r, long behind, int segment) {
        // On macOS all branches are of this kind, and text does not say so.
        boolean plain = format.format == NasmParser.Format.MACHO64 && r.kind() == RelocationKind.PLT32;
        RelocationKind kind = plain ? RelocationKind.PC32 : r.kind();
        long place = kind.isRelative() ? r.addend() + behind : r.addend();
        if (r.symbol() >= 0) {
            String name = file.symbols().get(r.symbol()).name();
            Entry entry = symbols.entry(symbols.number(name));
            boolean any = format.refersBySymbol() && !file.subsectionsViaSymbols() && entry.segment >= 0;
            int number = any ? symbols.sectionOf(entry.segment) : -1;
            boolean direct = kind == RelocationKind.PC32 || kind == RelocationKind.ABS64 || kind == RelocationKind.PC64;
            // Of several symbols at a place the assembler took one or another.
            if (direct && number >= 0 && labels[number] != null && !entry.constant) {
                int label = labels[number].at(entry.value);
                return new SymbolReference(kind, labels[number].name(label), place, null);
            }
            // What needs a relocation leads out of the segment, whatever symbol the relocation names.
            if (file.subsectionsViaSymbols() && entry.segment == segment) {
                NasmLabels there = labels[symbols.sectionOf(segment)];
                int label = there.outside(entry.value + place, segment);
                if (label >= 0)
                    return new SymbolReference(
                            kind, there.name(label), entry.value + place - there.offset(label), null);
            }
            return new SymbolReference(kind, nameOf(entry), place, null);
        }
        if (r.section() < 0) {
            // A number's name is as good as the number.
            String name = "address 0x" + Long.toHexString(place);
            made.constant(name, place);
            return new SymbolReference(kind, name, 0, null);
        }
        for (int i = 0; i < places.length; i++) {
            if (places[i] != r.section()) continue;
            int label = labels[i].nearest(place);
            return new SymbolReference(kind, labels[i].name(label), place - labels[i].offset(label), null);
        }
        throw new IllegalStateException("no section has the place " + r.section());
    }
}
