package dev.kiln.asm;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/**
 * Turns statements into sections. Each pass lays out the whole text from the start: a symbol defined above has this pass's value, one
 * defined below the last pass's, one not seen yet counts as near and small; passes are repeated until no symbol moves, then one more
 * writes the bytes. That is nasm's own way, and so sizes come out as nasm's. What does not depend on symbols is encoded once.
 */
final class NasmAssembly implements NasmEvaluator.Places {
    private static final int MOST_PASSES = 300;

    /** The largest section with contents: it has to fit into memory. */
    private static final long LARGEST_CONTENTS = 1L << 28;

    /** The most repetitions of what takes no room or has to be computed each time. */
    private static final long MOST_TIMES = 1 << 26;

    /** The largest file position. */
    private static final long LARGEST_SPACE = 1L << 40;

    /** A section while it grows. */
    private static final class Part {
        final AssembledFile.Section section;
        final int number;
        final int firstSegment;
        /** What addresses are relative to here: the section, or the part of it that began with the last global symbol. */
        int segment;

        /** Its place among the sections that directives name. */
        int mention;

        long offset;
        /** Where it begins, what {@code $$} is: 0 but for ABSOLUTE. */
        long start;

        byte[] bytes = new byte[0];
        boolean full;

        Part(AssembledFile.Section section, int number, int segment) {
            this.section = section;
            this.number = number;
            firstSegment = segment;
        }
    }

    final NasmSymbols symbols;
    private final NasmScanner.Complaints complaints;
    private final NasmEvaluator evaluator = new NasmEvaluator(this, this::complain);
    private final NasmInstructions instructions = new NasmInstructions(evaluator, this::complain);
    private final List<Part> parts = new ArrayList<>();
    private final Map<String, Integer> sectionNumbers = new HashMap<>();

    private NasmRelocations relocations;

    /** The place of each section in the file, −1 for those that are left out; once it is assembled. */
    int[] places;

    /** Told what the last pass writes, or {@code null}. */
    NasmTrace trace;

    private Part current;
    private long here;
    private int pass;
    private boolean moved;
    private boolean writing;
    private int complaintAt = -1;
    private NasmCode complaintCode;

    private final NasmFormat format;

    /** Whether linkers may take sections apart at their symbols, so that distances between them are not known. */
    boolean subsections;

    /** Symbols whose sections linkers keep though nobody refers to them. */
    final List<NasmSymbols.Entry> kept = new ArrayList<>();

    private final StringBuilder linkerOptions = new StringBuilder();
    private int mentions;

    NasmAssembly(NasmSymbols symbols, NasmFormat format, NasmScanner.Complaints complaints) {
        this.symbols = symbols;
        this.format = format;
        this.complaints = complaints;
    }

    /** Makes the section that text goes to before it names any. */
    void makeTextSection() {
        section(format.sectionName(".text"));
        // To nasm, only Mach-O has it whether it is used or not.
        if (format.format == NasmParser.Format.MACHO64) mention(0, false);
    }

    /** Notes that a directive names a section for the first time. */
    void mention(int number, boolean inFull) {
        Part part = parts.get(number);
        part.mention = mentions++;
        part.section.mentioned = true;
        part.section.namedInFull = inFull;
    }

    /** Adds to the options for the linker, which are a section of COFF. */
    void linkerOption(String option) {
        int number = section(".drectve");
        AssembledFile.Section section = parts.get(number).section;
        if (!section.mentioned) {
            mention(number, false);
            format.attribute(section, "info");
        }
        linkerOptions.append(option);
    }

    /** The number of a section, which is made with its usual attributes when new. */
    int section(String name) {
        Integer known = sectionNumbers.get(name);
        if (known != null) return known;
        AssembledFile.Section section = new AssembledFile.Section(name);
        format.usualAttributes(section);
        int number = parts.size();
        parts.add(new Part(section, number, symbols.sectionSegment(number)));
        sectionNumbers.put(name, number);
        return number;
    }

    AssembledFile.Section sectionAt(int number) {
        return parts.get(number).section;
    }

    /** The value of an expression without symbols, as section attributes have; 0 when it is wrong, which is said. */
    long constant(NasmExpression expression, String what) {
        if (!expression.constant()) {
            complaints.complain(expression.start(), NasmCode.NOT_CONSTANT, what);
            return 0;
        }
        writing = true;
        long value = number(expression, what);
        writing = false;
        return value;
    }

    /** Restricts instructions to the features of a target. */
    void restrict(CpuFeatures target) {
        instructions.restrict(target);
    }

    /** Complaints count only when bytes are written: before, values may be provisional. What a repetition says again is said once. */
    private void complain(int at, NasmCode code, String... arguments) {
        if (!writing || at == complaintAt && code == complaintCode) return;
        complaintAt = at;
        complaintCode = code;
        complaints.complain(at, code, arguments);
    }

    /** Lays out and writes all; gives the file, or {@code null} when something was wrong. */
    AssembledFile run(List<NasmStatement> statements, String sourceName, long origin, IntUnaryOperator lineAt) {
        boolean settled = false;
        int unsettled = -1;
        for (pass = 1; pass <= MOST_PASSES && !settled; pass++) {
            moved = false;
            lay(statements);
            settled = !moved;
        }
        if (!settled) unsettled = lastMoved;
        writing = true;
        moved = false;
        relocations = new NasmRelocations(symbols, format, trace, this::complain);
        lay(statements);
        if (unsettled >= 0) {
            NasmSymbols.Entry entry = symbols.entry(unsettled);
            complain(entry.definedAt, NasmCode.UNSETTLED, entry.name, Integer.toString(MOST_PASSES));
        }
        if (!linkerOptions.isEmpty()) {
            byte[] options = linkerOptions.toString().getBytes(StandardCharsets.UTF_8);
            current = parts.get(section(".drectve"));
            long start = current.offset;
            append(new NasmStatement(NasmStatement.DATA, 0), options, options.length);
            note(NasmTrace.Kind.DATA, start, 1, 0);
        }
        AssembledFile file = new AssembledFile(sourceName, format.format, origin);
        file.subsectionsViaSymbols = subsections;
        int[] index = addSections(file);
        places = index;
        for (NasmSymbols.Entry entry : kept) {
            boolean here = entry.known && entry.segment >= 0 && symbols.sectionOf(entry.segment) >= 0;
            if (here) format.attribute(parts.get(symbols.sectionOf(entry.segment)).section, "no_dead_strip");
            else complain(entry.at, NasmCode.UNDEFINED, entry.name);
        }
        relocations.finish(file, index, evaluator, lineAt);
        format.finish(file);
        return file;
    }

    /** Puts the sections into the order of their mention; gives the place of each, −1 for one that is not used. */
    private int[] addSections(AssembledFile file) {
        List<Part> order = new ArrayList<>(parts);
        if (!format.isFlat()) {
            Part text = parts.getFirst();
            if (!text.section.mentioned) {
                text.mention = Integer.MAX_VALUE;
                if (text.offset == 0 && !symbols.hasLabels(text.number)) order.remove(text);
            }
            order.sort((a, b) -> Integer.compare(a.mention, b.mention));
        }
        int[] index = new int[parts.size()];
        Arrays.fill(index, -1);
        for (int i = 0; i < order.size(); i++) {
            Part part = order.get(i);
            part.section.size = part.offset;
            part.section.bytes = part.section.zero ? new byte[0] : Arrays.copyOf(part.bytes, (int) part.offset);
            file.add(part.section);
            index[part.number] = i;
        }
        return index;
    }

    private int lastMoved;

    private void lay(List<NasmStatement> statements) {
        for (Part part : parts) {
            part.offset = 0;
            part.segment = part.firstSegment;
        }
        current = parts.getFirst();
        for (int i = 0; i < statements.size(); i++) place(statements.get(i));
    }

    private void place(NasmStatement s) {
        here = current.offset;
        if (subsections && s.label >= 0 && s.kind != NasmStatement.EQU) beginSubsection(symbols.entry(s.label));
        if (s.label >= 0 && s.kind != NasmStatement.EQU) {
            bind(s.label, current.segment, here);
            note(NasmTrace.Kind.LABEL, here, s.label, 0);
        }
        long count = 1;
        if (s.times != null) {
            count = number(s.times, "the number of repetitions");
            if (count < 0) {
                complain(s.times.start(), NasmCode.BAD_COUNT, "the number of repetitions", Long.toString(count));
                count = 0;
            }
        }
        switch (s.kind) {
            case NasmStatement.EQU -> define(s);
            case NasmStatement.SECTION -> current = parts.get(s.width);
            case NasmStatement.ABSOLUTE -> current = absolute(s);
            case NasmStatement.LABEL -> {}
            case NasmStatement.REMARK -> {
                NasmTrace.Kind kind = s.remark == null ? NasmTrace.Kind.BLANK : NasmTrace.Kind.COMMENT;
                if (writing) trace.add(kind, current.number, here, here, 0, 0, s.remark);
            }
            case NasmStatement.RESERVE -> {
                long elements = number(s.expression, "the space reserved");
                if (elements < 0) complain(s.at, NasmCode.BAD_COUNT, "the space reserved", Long.toString(elements));
                else reserve(s, elements, count);
                note(NasmTrace.Kind.RESERVE, here, 1, 0);
            }
            case NasmStatement.ALIGN -> align(s);
            default -> repeated(s, count);
        }
    }

    private void beginSubsection(NasmSymbols.Entry entry) {
        if (entry.binding == AssembledFile.Binding.LOCAL || current.number < 0) return;
        if (entry.subsection < 0) entry.subsection = symbols.sectionSegment(current.number);
        current.segment = entry.subsection;
    }

    /** A part without contents whose places are numbers, or addresses of another section. */
    private Part absolute(NasmStatement s) {
        AssembledFile.Section section = new AssembledFile.Section("absolute");
        section.zero = true;
        NasmValue value = evaluator.evaluate(s.expression);
        boolean place = value.isNumber() || value.segment() >= 0 && value.wrt == 0;
        if (!place && !value.bad)
            complain(s.expression.start(), NasmCode.NOT_RELOCATABLE, "an address is one symbol plus a number");
        Part part = new Part(section, -1, place ? value.segment() : -1);
        part.offset = value.number;
        part.start = value.number;
        return part;
    }

    private void reserve(NasmStatement s, long elements, long count) {
        long high = Math.multiplyHigh(elements, count);
        long product = elements * count;
        if (high != 0 || product < 0 || product > LARGEST_SPACE / s.width) full(s, LARGEST_SPACE);
        else fill(s, (byte) 0, product * s.width);
    }

    private void repeated(NasmStatement s, long count) {
        if (s.kind == NasmStatement.INSTRUCTION && s.constant && s.encoding != null) {
            for (long i = 0; i < count && !current.full; i++) {
                long start = current.offset;
                append(s, s.encoding, s.encoding.length);
                note(NasmTrace.Kind.INSTRUCTION, start, 0, 0);
            }
            if (count > MOST_TIMES && s.encoding.length == 0) full(s, MOST_TIMES);
            return;
        }
        if (count > MOST_TIMES && !isOneByte(s)) {
            full(s, LARGEST_CONTENTS);
            return;
        }
        if (isOneByte(s)) {
            byte b = s.data.getFirst().bytes()[0];
            if (current.section.zero && count > 0) complain(s.at, NasmCode.ZERO_SECTION, current.section.name());
            if (count > LARGEST_CONTENTS) full(s, LARGEST_CONTENTS);
            else fill(s, b, count);
            note(NasmTrace.Kind.DATA, here, 1, 0);
            return;
        }
        for (long i = 0; i < count && !current.full; i++) {
            // To nasm, $ is where the first repetition stands, in all of them.
            if (s.kind == NasmStatement.INSTRUCTION) instruction(s);
            else for (int j = 0; j < s.data.size(); j++) datum(s, s.data.get(j), 0);
        }
    }

    private static boolean isOneByte(NasmStatement s) {
        return s.kind == NasmStatement.DATA
                && s.data.size() == 1
                && s.data.getFirst().bytes() != null
                && s.data.getFirst().bytes().length == 1;
    }

    /** A number that must not depend on addresses; 0 while it is unknown or wrong. */
    private long number(NasmExpression expression, String what) {
        NasmValue value = evaluator.evaluate(expression);
        if (value.bad) return 0;
        if (!value.isNumber()) {
            complain(expression.start(), NasmCode.NOT_CONSTANT, what);
            return 0;
        }
        return value.isUnknown() ? 0 : value.number;
    }

    private void bind(int symbol, int segment, long value) {
        NasmSymbols.Entry entry = symbols.entry(symbol);
        if (!entry.known || entry.segment != segment || entry.value != value) {
            moved = true;
            lastMoved = symbol;
        }
        entry.known = true;
        entry.segment = segment;
        entry.value = value;
    }

    private void define(NasmStatement s) {
        if (s.label < 0) return;
        NasmValue value = evaluator.evaluate(s.expression);
        if (value.bad) {
            NasmSymbols.Entry entry = symbols.entry(s.label);
            // Whoever uses it need not hear of it again.
            entry.known = true;
            return;
        }
        if (value.isUnknown()) {
            if (writing) {
                NasmSymbols.Entry entry = symbols.entry(s.label);
                complain(s.at, NasmCode.UNSETTLED, entry.name, Integer.toString(pass));
            }
            return;
        }
        int segment = value.segment();
        if (value.wrt != 0 || value.terms != 0 && segment < 0) {
            complain(
                    s.expression.start(),
                    NasmCode.NOT_RELOCATABLE,
                    "a symbol is a number or one address plus a number");
            return;
        }
        bind(s.label, segment, value.number);
    }

    private void align(NasmStatement s) {
        long boundary = number(s.expression, "the boundary");
        if (boundary == 0 && !writing) return;
        if (boundary <= 0 || Long.bitCount(boundary) != 1 || boundary > format.largestAlignment()) {
            complain(
                    s.at,
                    NasmCode.BAD_COUNT,
                    "the boundary of an alignment",
                    boundary + ": it is a power of two, at most " + format.largestAlignment());
            return;
        }
        if (s.alignsSection && current.section.align < boundary) current.section.align = boundary;
        long gap = -current.offset & boundary - 1;
        if (trace != null) trace.paused = true;
        if (s.filler == null || s.filler.kind == NasmStatement.RESERVE || current.section.zero)
            fill(s, s.filler == null && s.fillsWithNops ? (byte) 0x90 : 0, gap);
        else repeated(s.filler, gap);
        if (trace == null) return;
        trace.paused = false;
        if (boundary == 1) return;
        boolean plain = s.filler == null || s.filler.kind == NasmStatement.RESERVE || current.section.zero;
        int filler = !plain
                ? isOneByte(s.filler) ? s.filler.data.getFirst().bytes()[0] & 0xFF : -1
                : s.filler == null && s.fillsWithNops ? 0x90 : 0;
        note(NasmTrace.Kind.ALIGN, here, boundary, filler);
    }

    /** Notes what was written from {@code start} to here. */
    private void note(NasmTrace.Kind kind, long start, long number, int other) {
        if (writing && trace != null) trace.add(kind, current.number, start, current.offset, number, other, null);
    }

    private void full(NasmStatement s, long limit) {
        complain(s.at, NasmCode.SECTION_LIMIT, current.section.name(), Long.toString(limit));
        current.full = true;
    }

    /** Makes room; gives whether there is any. */
    private boolean room(NasmStatement s, long size) {
        long limit = current.section.zero ? LARGEST_SPACE : LARGEST_CONTENTS;
        if (size > limit - (current.offset - current.start)) {
            full(s, limit);
            return false;
        }
        if (writing && !current.section.zero) {
            long end = current.offset + size;
            if (end > current.bytes.length)
                current.bytes = Arrays.copyOf(current.bytes, (int)
                        Math.min(Math.max(end, current.bytes.length * 2L), LARGEST_CONTENTS));
        }
        return true;
    }

    private void fill(NasmStatement s, byte value, long size) {
        if (!room(s, size)) return;
        if (writing && !current.section.zero && value != 0)
            Arrays.fill(current.bytes, (int) current.offset, (int) (current.offset + size), value);
        current.offset += size;
    }

    private void append(NasmStatement s, byte[] bytes, int length) {
        if (!room(s, length)) return;
        if (writing) {
            if (!current.section.zero) System.arraycopy(bytes, 0, current.bytes, (int) current.offset, length);
            else if (length > 0) complain(s.at, NasmCode.ZERO_SECTION, current.section.name());
        }
        current.offset += length;
    }

    private void instruction(NasmStatement s) {
        boolean done = instructions.encode(s, current.segment, current.offset);
        long start = current.offset;
        append(s, instructions.bytes, instructions.length);
        note(NasmTrace.Kind.INSTRUCTION, start, 0, 0);
        if (s.constant && done && instructions.fields == 0)
            s.encoding = Arrays.copyOf(instructions.bytes, instructions.length);
        if (!writing || current.full || current.section.zero) return;
        for (int i = 0; i < instructions.fields; i++) {
            relocations.field(
                    current.section,
                    current.number,
                    current.segment,
                    current.bytes,
                    start + instructions.fieldAt[i],
                    instructions.fieldSize[i],
                    instructions.fieldRelative[i],
                    instructions.fieldSigned[i],
                    current.offset,
                    instructions.fieldValue[i],
                    instructions.fieldSource[i]);
        }
    }

    private void datum(NasmStatement s, NasmStatement.Datum datum, int depth) {
        if (datum.bytes() != null) {
            long start = current.offset;
            append(s, datum.bytes(), datum.bytes().length);
            note(NasmTrace.Kind.DATA, start, datum.width(), 0);
            return;
        }
        if (datum.items() != null) {
            long count = datum.expression() == null ? 1 : number(datum.expression(), "the number of repetitions");
            if (count < 0 || count > MOST_TIMES)
                complain(datum.at(), NasmCode.BAD_COUNT, "the number of repetitions", Long.toString(count));
            for (long i = 0; i < Math.min(count, MOST_TIMES) && !current.full; i++)
                for (int j = 0; j < datum.items().size(); j++)
                    datum(s, datum.items().get(j), depth + 1);
            return;
        }
        if (datum.expression() == null) {
            long start = current.offset;
            fill(s, (byte) 0, datum.width());
            note(NasmTrace.Kind.DATA, start, datum.width(), 0);
            return;
        }
        NasmValue value = writing ? evaluator.evaluate(datum.expression()) : null;
        if (!room(s, datum.width())) return;
        long at = current.offset;
        current.offset += datum.width();
        if (datum.width() == 4 && isDistance(datum.expression())) {
            long[] terms = datum.expression().arguments();
            note(NasmTrace.Kind.DISTANCE, at, terms[0], (int) terms[1]);
        } else note(NasmTrace.Kind.DATA, at, datum.width(), 0);
        if (value == null || value.bad) return;
        if (current.section.zero) {
            complain(s.at, NasmCode.ZERO_SECTION, current.section.name());
            return;
        }
        relocations.field(
                current.section,
                current.number,
                current.segment,
                current.bytes,
                at,
                datum.width(),
                false,
                false,
                at + datum.width(),
                value,
                datum.at());
    }

    /** Whether an expression is one label of this section less another. */
    private boolean isDistance(NasmExpression e) {
        int[] codes = e.codes();
        if (codes.length != 3 || codes[2] != '-') return false;
        return isLabel(codes[0], e.arguments()[0]) && isLabel(codes[1], e.arguments()[1]);
    }

    private boolean isLabel(int code, long symbol) {
        if (code != NasmExpression.SYMBOL) return false;
        NasmSymbols.Entry entry = symbols.entry((int) symbol);
        return !entry.constant && entry.segment >= 0 && symbols.sectionOf(entry.segment) == current.number;
    }

    @Override
    public void symbol(int symbol, int at, NasmValue into) {
        NasmSymbols.Entry entry = symbols.entry(symbol);
        if (!entry.known) {
            into.unknown = 1;
            if (writing) {
                into.bad = true;
                if (entry.definedAt < 0) complain(at, NasmCode.UNDEFINED, entry.name);
                else complain(at, NasmCode.UNSETTLED, entry.name, Integer.toString(pass));
            }
            return;
        }
        entry.referenced = true;
        into.number = entry.value;
        if (entry.segment >= 0) into.addTerm(NasmValue.SEGMENT + entry.segment, 1);
    }

    @Override
    public void here(NasmValue into) {
        into.number = here;
        if (current.segment >= 0) into.addTerm(NasmValue.SEGMENT + current.segment, 1);
    }

    @Override
    public void base(NasmValue into) {
        into.number = current.start;
        if (current.segment >= 0) into.addTerm(NasmValue.SEGMENT + current.segment, 1);
    }
}
