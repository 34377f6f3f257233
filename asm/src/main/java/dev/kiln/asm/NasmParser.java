package dev.kiln.asm;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.base.Diagnostic;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.Position;
import dev.kiln.base.SourceText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Assembles text in NASM's syntax: everything that Kiln prints, and files written by hand without macros. Where the text leaves a size
 * open, the choice is nasm's (2.16): the shortest immediate, jumps as short as they come out of repeated passes, the shortest displacement. Of
 * the preprocessor only {@code %line} is understood. {@code docs/nasm-syntax.md} tells what is taken.
 *
 * <p>All errors of a text are collected; no text makes it throw.
 */
public final class NasmParser {
    /** What the text is assembled for. */
    public enum Format {
        /** Bytes without a header; see {@link FlatBinary}. */
        FLAT("bin"),
        /** A relocatable object for ELF systems. */
        ELF64("elf64"),
        /** A COFF object for Windows. */
        WIN64("win64"),
        /** A Mach-O object for macOS. */
        MACHO64("macho64");

        private final String optionName;

        Format(String optionName) {
            this.optionName = optionName;
        }

        /** The format's name to nasm and to {@code kiln asm -f}. */
        public String optionName() {
            return optionName;
        }
    }

    /** The longest directive is {@code subsections_via_symbols}. */
    private static final int LONGEST_WORD = 23;

    private final SourceText source;
    private final Files files;
    private final Diagnostics diagnostics;
    private final NasmScanner tokens;
    private final NasmSymbols symbols = new NasmSymbols();
    private final NasmOperandParser operands;
    private final NasmExpressionParser expressions;
    private final NasmAssembly assembly;
    private final NasmDirectives directives;
    private final NasmSpellings spellings = new NasmSpellings();
    private final NasmDataParser data;
    private final List<NasmStatement> statements = new ArrayList<>();

    private int[] lineStarts = new int[64];
    private int lines;
    /** From which line on {@code %line} counts otherwise: line, number, increment; and the file's name. */
    private final List<int[]> renumbered = new ArrayList<>();

    private final List<String> renumberedFiles = new ArrayList<>();

    /** The label that names beginning with a period belong to. */
    private String base = "";

    /** Reads the files that {@code incbin} names. */
    @FunctionalInterface
    public interface Files {
        /**
         * The contents of a file.
         *
         * @param name as written in the text
         * @throws IOException when it cannot be read; the message says why
         */
        byte[] read(String name) throws IOException;
    }

    private NasmParser(SourceText source, Format format, Files files, Diagnostics diagnostics) {
        this.source = source;
        this.files = files;
        this.diagnostics = diagnostics;
        NasmFormat rules = NasmFormat.of(format);
        tokens = new NasmScanner(source.bytes(), this::complain);
        operands = new NasmOperandParser(tokens, this::complain);
        expressions = new NasmExpressionParser(
                tokens,
                new NasmExpressionParser.Names() {
                    @Override
                    public int symbol(String name) {
                        return symbols.number(qualified(name));
                    }

                    @Override
                    public int register(String name) {
                        return operands.register(name);
                    }
                },
                this::complain);
        operands.use(expressions);
        data = new NasmDataParser(tokens, expressions, this::complain);
        assembly = new NasmAssembly(symbols, rules, this::complain);
        directives = new NasmDirectives(tokens, expressions, assembly, rules, this::complain);
    }

    /**
     * Assembles a text that includes no files.
     *
     * @param diagnostics is told what is wrong
     * @return {@code null} when there were errors
     */
    public static AssembledFile parse(SourceText source, Format format, Diagnostics diagnostics) {
        Files none = name -> {
            throw new IOException("this text cannot include files");
        };
        return parse(source, format, none, diagnostics);
    }

    /**
     * Assembles a text.
     *
     * @param files reads what the text includes
     * @param diagnostics is told what is wrong
     * @return {@code null} when there were errors
     */
    public static AssembledFile parse(SourceText source, Format format, Files files, Diagnostics diagnostics) {
        return parse(source, format, files, null, diagnostics);
    }

    /**
     * Assembles a text for processors that have some features; instructions that need others are errors.
     *
     * @param files reads what the text includes
     * @param target for instance {@link CpuFeatures#X86_64_V3}; {@code null} for any processor
     * @param diagnostics is told what is wrong
     * @return {@code null} when there were errors
     */
    public static AssembledFile parse(
            SourceText source, Format format, Files files, CpuFeatures target, Diagnostics diagnostics) {
        Diagnostics found = new Diagnostics();
        NasmParser parser = new NasmParser(source, format, files, found);
        if (target != null) parser.assembly.restrict(target);
        AssembledFile file = parser.run();
        diagnostics.addSorted(found);
        return found.hasErrors() ? null : file;
    }

    /** Assembles a text that is to be edited afterwards; {@code null} when there were errors. */
    static AsmFile parseFile(SourceText source, Format format, Files files, Diagnostics diagnostics) {
        Diagnostics found = new Diagnostics();
        NasmParser parser = new NasmParser(source, format, files, found);
        NasmTrace trace = new NasmTrace();
        parser.assembly.trace = trace;
        AssembledFile file = parser.run();
        diagnostics.addSorted(found);
        if (found.hasErrors()) return null;
        int[] places = parser.assembly.places;
        return AsmFileMaker.make(file, trace, parser.symbols, NasmFormat.of(format), places, diagnostics);
    }

    private AssembledFile run() {
        findLines();
        assembly.makeTextSection();
        int at = 0;
        int end = source.bytes().length;
        while (at < end) at = line(at);
        AssembledFile file = assembly.run(statements, source.name(), directives.origin, place -> lineOf(place) + 1);
        file.osAbi = directives.osAbi;
        return file;
    }

    private void findLines() {
        byte[] bytes = source.bytes();
        lineStarts[lines++] = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '\n') continue;
            if (lines == lineStarts.length) lineStarts = Arrays.copyOf(lineStarts, lines * 2);
            lineStarts[lines++] = i + 1;
        }
    }

    private int lineOf(int at) {
        int line = Arrays.binarySearch(lineStarts, 0, lines, at);
        return line >= 0 ? line : -line - 2;
    }

    private Position position(int at) {
        if (at < 0) return new Position(source.name(), 0, 0);
        int line = lineOf(at);
        int column = at - lineStarts[line] + 1;
        for (int i = renumbered.size() - 1; i >= 0; i--) {
            int[] from = renumbered.get(i);
            if (from[0] > line) continue;
            return new Position(renumberedFiles.get(i), from[1] + (line - from[0]) * from[2], column);
        }
        return new Position(source.name(), line + 1, column);
    }

    private void complain(int at, NasmCode code, String... arguments) {
        Diagnostic diagnostic = Diagnostic.of(code, position(at), arguments);
        if (code == NasmCode.SIZE_UNKNOWN)
            diagnostic = diagnostic.suggest("say byte, word, dword or qword in front of it");
        if (code == NasmCode.PREPROCESSOR) diagnostic = diagnostic.suggest("expand the macros first: nasm -E");
        // The file that %line names is not the one that this text stands in.
        if (diagnostic.suggestion() == null && isRenumbered(at))
            diagnostic = diagnostic.suggest("look at line " + (lineOf(at) + 1) + " of " + source.name());
        diagnostics.add(diagnostic);
    }

    private boolean isRenumbered(int at) {
        return at >= 0 && !renumbered.isEmpty() && renumbered.getFirst()[0] <= lineOf(at);
    }

    private void expected(String what) {
        int token = expressions.next;
        // What is no token has been complained about.
        if (tokens.kind[token] != NasmScanner.BAD)
            complain(tokens.at[token], NasmCode.EXPECTED, what, tokens.describe(token));
    }

    private String qualified(String name) {
        return name.startsWith(".") && !name.startsWith("..") ? base + name : name;
    }

    private int line(int at) {
        byte[] bytes = source.bytes();
        int first = at;
        while (first < bytes.length && (bytes[first] == ' ' || bytes[first] == '\t')) first++;
        if (first < bytes.length && bytes[first] == '%') return preprocessor(first);
        int next = tokens.line(at);
        expressions.next = 0;
        if (assembly.trace != null) remark(next);
        if (tokens.count > 0) statement();
        return next;
    }

    /** Keeps the line's comment, or that it is blank, for who wants to edit the text. */
    private void remark(int next) {
        if (tokens.commentAt < 0 && tokens.count > 0) return;
        NasmStatement s = new NasmStatement(NasmStatement.REMARK, lineStarts[0]);
        int from = tokens.commentAt + 1;
        if (tokens.commentAt >= 0)
            s.remark = new String(source.bytes(), from, next - from, StandardCharsets.UTF_8).strip();
        statements.add(s);
    }

    /** {@code %line 12+1 file.c}: the following lines are told as those of another file. */
    private int preprocessor(int at) {
        int next = tokens.skipLine(at);
        String line = new String(source.bytes(), at, next - at, StandardCharsets.UTF_8).strip();
        String[] words = line.split("[ \t]+", 3);
        if (words[0].equals("%pragma")) {
            // A line of its own, which is read as the directive in brackets is.
            tokens.line(at + 1);
            expressions.next = 1;
            directives.read("pragma", at);
            return next;
        }
        if (!words[0].equals("%line")) {
            complain(at, NasmCode.PREPROCESSOR, words[0]);
            return next;
        }
        try {
            String[] numbers = words[1].split("\\+", 2);
            int number = Integer.parseInt(numbers[0]);
            int step = numbers.length > 1 ? Integer.parseInt(numbers[1]) : 1;
            String file = words.length > 2 ? unquoted(words[2]) : position(at).file();
            renumbered.add(new int[] {lineOf(at) + 1, number, step});
            renumberedFiles.add(file);
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            complain(
                    at,
                    NasmCode.BAD_DIRECTIVE,
                    "%line is followed by a line's number, perhaps +increment, and a file's name");
        }
        return next;
    }

    private static String unquoted(String text) {
        boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
        return quoted ? text.substring(1, text.length() - 1) : text;
    }

    private String word() {
        int token = expressions.next;
        if (tokens.kind[token] != NasmScanner.NAME
                || tokens.escaped[token]
                || tokens.text[token].length() > LONGEST_WORD) return "";
        return tokens.text[token].toLowerCase(Locale.ROOT);
    }

    private void statement() {
        int at = tokens.at[0];
        if (tokens.kind[0] == '[') {
            expressions.next = 1;
            String word = word();
            if (!directives.isDirective(word)) {
                expected("a directive");
                return;
            }
            expressions.next++;
            directive(word, at);
            if (tokens.kind[expressions.next] == ']') {
                expressions.next++;
                end();
            } else expected("']'");
            return;
        }
        String word = word();
        if (directives.isDirective(word) && tokens.kind[1] != ':') {
            expressions.next = 1;
            directive(word, at);
            end();
            return;
        }
        int label = -1;
        boolean alone = false;
        if (tokens.kind[0] == NasmScanner.NAME && (tokens.kind[1] == ':' || !isOperation(word))) {
            if (!tokens.escaped[0] && operands.register(word) >= 0) {
                expected("an instruction");
                return;
            }
            boolean colon = tokens.kind[1] == ':';
            expressions.next = colon ? 2 : 1;
            String second = word();
            boolean operation = isOperation(second) || tokens.kind[1] == NasmScanner.BRACES;
            if (!colon && tokens.kind[1] != NasmScanner.END && !operation) {
                unknown(word, at);
                return;
            }
            alone = !colon && tokens.kind[1] == NasmScanner.END;
            label = label(tokens.text[0], at, second.equals("equ"));
        }
        if (alone)
            complain(
                    at,
                    NasmCode.IGNORED,
                    "'" + word + "' is no instruction, so this is a label; labels end with a colon");
        if (tokens.kind[expressions.next] == NasmScanner.END) {
            if (label >= 0) add(new NasmStatement(NasmStatement.LABEL, at), label);
            return;
        }
        operation(label);
    }

    private void directive(String word, int at) {
        directives.read(word, at);
        if (directives.absolute != null) {
            NasmStatement s = new NasmStatement(NasmStatement.ABSOLUTE, at);
            s.expression = directives.absolute;
            statements.add(s);
        }
        if (directives.chosen < 0) return;
        NasmStatement s = new NasmStatement(NasmStatement.SECTION, at);
        s.width = directives.chosen;
        statements.add(s);
    }

    private void end() {
        if (tokens.kind[expressions.next] != NasmScanner.END) expected("the end of the line");
    }

    private void unknown(String word, int at) {
        if (NasmSpellings.isOfOtherModes(word)) {
            complain(at, NasmCode.UNKNOWN_INSTRUCTION, "there is no '" + word + "' in 64-bit mode");
            return;
        }
        String message = diagnostics.isFull()
                ? word
                : DynamicForms.unknown(FormTable.get(), word).getMessage();
        complain(at, NasmCode.UNKNOWN_INSTRUCTION, message);
    }

    private int label(String written, int at, boolean constant) {
        String name = qualified(written);
        NasmSymbols.Entry entry = symbols.entry(symbols.number(name));
        if (entry.definedAt >= 0) {
            complain(
                    at,
                    NasmCode.DUPLICATE,
                    name,
                    "in line " + position(entry.definedAt).line());
        } else if (entry.common) {
            complain(at, NasmCode.DUPLICATE, name, "elsewhere, says common");
        } else {
            // What is said to be external and then defined is global to nasm.
            if (entry.external) symbols.makeGlobal(entry);
            entry.definedAt = at;
            entry.constant = constant;
        }
        if (!constant && !written.startsWith(".")) base = written;
        return entry.definedAt == at ? entry.id : -1;
    }

    private void add(NasmStatement s, int label) {
        s.label = label;
        statements.add(s);
    }

    private static int prefix(String word) {
        return switch (word) {
            case "rep", "repe", "repz", "xrelease" -> 0xF3;
            case "repne", "repnz", "xacquire", "bnd" -> 0xF2;
            case "lock" -> 0xF0;
            case "es" -> 0x26;
            case "cs" -> 0x2E;
            case "ss" -> 0x36;
            case "ds", "notrack" -> 0x3E;
            case "fs" -> 0x64;
            case "gs" -> 0x65;
            case "o16", "o32", "o64", "data16", "rex64", "osp" -> 0x66;
            case "a16", "a32", "a64", "addr32", "asp" -> 0x67;
            case "nobnd" -> 1;
            default -> NasmStatement.rexPrefix(word);
        };
    }

    /** The width at the end of {@code o16}, {@code addr32} and their like; OSP and ASP choose the one that is not usual. */
    private static int width(String word) {
        if (word.equals("osp")) return 16;
        if (word.equals("asp")) return 32;
        return Integer.parseInt(word, word.length() - 2, word.length(), 10);
    }

    private static int dataWidth(String word) {
        return switch (word) {
            case "db", "resb" -> 1;
            case "dw", "resw" -> 2;
            case "dd", "resd" -> 4;
            case "dq", "resq" -> 8;
            case "dt", "rest" -> 10;
            case "do", "ddq", "reso", "resdq" -> 16;
            case "dy", "resy" -> 32;
            case "dz", "resz" -> 64;
            default -> 0;
        };
    }

    private boolean isOperation(String word) {
        return switch (word) {
            case "" -> false;
            case "times", "equ", "align", "alignb", "incbin", "struc", "endstruc", "istruc", "iend", "at" -> true;
            default ->
                dataWidth(word) != 0
                        || prefix(word) != 0
                        || spellings.knows(word)
                        || NasmSpellings.isOfOtherModes(word);
        };
    }

    private void operation(int label) {
        int at = tokens.at[expressions.next];
        NasmExpression times = null;
        String word = word();
        if (word.equals("times")) {
            expressions.next++;
            times = expressions.parse();
            if (times == null) return;
            at = tokens.at[expressions.next];
            word = word();
        }
        NasmStatement s = plain(word, at);
        if (s == null) {
            if (label >= 0) add(new NasmStatement(NasmStatement.LABEL, at), label);
            return;
        }
        if (times != null && (s.kind == NasmStatement.EQU || s.kind == NasmStatement.ALIGN))
            complain(at, NasmCode.BAD_DIRECTIVE, word + " cannot be repeated");
        s.times = times;
        add(s, label);
        end();
        if (s.kind == NasmStatement.EQU && label < 0)
            complain(at, NasmCode.BAD_DIRECTIVE, "equ needs a label in front of it");
    }

    /** What stands behind label and TIMES; {@code null} when it is wrong. */
    private NasmStatement plain(String word, int at) {
        switch (word) {
            case "equ" -> {
                expressions.next++;
                return withExpression(new NasmStatement(NasmStatement.EQU, at));
            }
            case "align", "alignb" -> {
                return alignment(word, at);
            }
            case "incbin" -> {
                return include(at);
            }
            case "struc", "endstruc", "istruc", "iend", "at" -> {
                complain(at, NasmCode.PREPROCESSOR, "'" + word + "'");
                return null;
            }
            default -> {}
        }
        int width = dataWidth(word);
        if (width == 0) return instruction(at);
        expressions.next++;
        if (word.startsWith("res")) {
            NasmStatement s = new NasmStatement(NasmStatement.RESERVE, at);
            s.width = width;
            return withExpression(s);
        }
        NasmStatement s = new NasmStatement(NasmStatement.DATA, at);
        s.width = width;
        if (tokens.kind[expressions.next] == NasmScanner.END) {
            complain(at, NasmCode.IGNORED, "no data follow");
            s.data = List.of();
            return s;
        }
        s.data = data.items(width, 0);
        return s.data == null ? null : s;
    }

    /** {@code incbin "file", skip, length}: a file's bytes as data. */
    private NasmStatement include(int at) {
        int name = ++expressions.next;
        byte[] written = tokens.string[name];
        if (written == null) {
            expected("a file's name in quotes");
            return null;
        }
        expressions.next++;
        long skip = 0;
        long length = Long.MAX_VALUE;
        if (tokens.kind[expressions.next] == ',') {
            expressions.next++;
            boolean skipped = tokens.kind[expressions.next] == ',';
            NasmExpression from = skipped ? null : expressions.parse();
            if (!skipped && from == null) return null;
            if (from != null) skip = assembly.constant(from, "the bytes skipped");
            if (tokens.kind[expressions.next] == ',') {
                expressions.next++;
                NasmExpression most = expressions.parse();
                if (most == null) return null;
                length = assembly.constant(most, "the length");
            }
        }
        String file = new String(written, StandardCharsets.UTF_8);
        byte[] contents;
        try {
            contents = files.read(file);
        } catch (IOException e) {
            complain(tokens.at[name], NasmCode.UNREADABLE, file, e.getMessage());
            return null;
        }
        if (skip < 0 || length < 0) {
            complain(at, NasmCode.BAD_COUNT, "a number of bytes", Long.toString(Math.min(skip, length)));
            return null;
        }
        if (skip > contents.length)
            complain(at, NasmCode.IGNORED, file + " has " + contents.length + " bytes, fewer than are skipped");
        int from = (int) Math.min(skip, contents.length);
        int to = (int) Math.min(contents.length, from + Math.min(length, contents.length));
        NasmStatement s = new NasmStatement(NasmStatement.DATA, at);
        s.width = 1;
        s.data = List.of(new NasmStatement.Datum(Arrays.copyOfRange(contents, from, to), null, null, 1, at));
        return s;
    }

    private NasmStatement withExpression(NasmStatement s) {
        s.expression = expressions.parse();
        return s.expression == null ? null : s;
    }

    private NasmStatement alignment(String word, int at) {
        expressions.next++;
        NasmStatement s = new NasmStatement(NasmStatement.ALIGN, at);
        s.fillsWithNops = word.equals("align");
        s.alignsSection = directives.alignsSections;
        if (withExpression(s) == null) return null;
        if (tokens.kind[expressions.next] == ',') {
            expressions.next++;
            s.filler = plain(word(), tokens.at[expressions.next]);
            if (s.filler == null) return null;
            boolean space = s.filler.kind == NasmStatement.RESERVE && s.filler.width == 1;
            if (!space && s.filler.kind != NasmStatement.DATA && s.filler.kind != NasmStatement.INSTRUCTION) {
                complain(at, NasmCode.BAD_DIRECTIVE, "an alignment is filled with data or an instruction");
                return null;
            }
        }
        return s;
    }

    private NasmStatement instruction(int at) {
        NasmStatement s = new NasmStatement(NasmStatement.INSTRUCTION, at);
        boolean any = false;
        s.boundByDefault = directives.bound;
        while (true) {
            if (tokens.kind[expressions.next] == NasmScanner.BRACES) {
                if (!s.ask(tokens.text[expressions.next])) {
                    expected("an instruction");
                    return null;
                }
                expressions.next++;
                continue;
            }
            String word = word();
            int prefix = prefix(word);
            if (prefix == 0 && word.equals("wait") && tokens.kind[expressions.next + 1] == NasmScanner.NAME)
                prefix = 0x9B;
            if (prefix == 0) break;
            switch (prefix) {
                case 0xF2, 0xF3 -> s.repeat = prefix;
                case 0xF0 -> s.lock = prefix;
                case 0x66 -> s.operandSize = width(word);
                case 0x67 -> s.addressSize = width(word);
                case 0x9B -> s.wait = prefix;
                case 1 -> {}
                default -> {
                    if ((prefix & 0xF0) == 0x40) s.rex |= prefix;
                    else s.segment = prefix;
                }
            }
            if (word.equals("bnd")) s.bound = true;
            if (word.equals("nobnd")) s.boundByDefault = false;
            if (word.equals("a16"))
                complain(tokens.at[expressions.next], NasmCode.BAD_ADDRESS, "64-bit mode has no addresses of 16 bits");
            any = true;
            expressions.next++;
        }
        if (any && tokens.kind[expressions.next] == NasmScanner.END) {
            s.constant = true;
            return s;
        }
        String mnemonic = word();
        if (mnemonic.isEmpty() || !spellings.knows(mnemonic)) {
            if (mnemonic.isEmpty() || operands.register(mnemonic) >= 0) expected("an instruction");
            else unknown(mnemonic, tokens.at[expressions.next]);
            return null;
        }
        expressions.next++;
        s.mnemonic = mnemonic;
        if (NasmSpellings.isSwapped(mnemonic)) {
            s.mnemonic = mnemonic.substring(0, mnemonic.length() - 2);
            s.direction = NasmStatement.SWAPPED;
        }
        // nasm 3 and iced write them behind the name: add{nf} eax, 5.
        while (tokens.kind[expressions.next] == NasmScanner.BRACES && s.ask(tokens.text[expressions.next]))
            expressions.next++;
        if (!operands(s)) return null;
        if (s.displacementSize != 0) sizeDisplacement(s);
        return s;
    }

    /** {@code {disp32}} is for the address, or for the distance of a jump. */
    private static void sizeDisplacement(NasmStatement s) {
        for (NasmOperand o : s.operands) {
            if (o.kind == NasmOperand.MEMORY && o.displacementSize == 0) o.displacementSize = s.displacementSize;
            boolean jump = o.kind == NasmOperand.VALUE && o.distance == 0 && s.mnemonic.startsWith("j");
            if (jump) o.distance = s.displacementSize == 8 ? NasmOperand.SHORT : NasmOperand.NEAR;
        }
    }

    /** {@code loop target, ecx}, to AsmJit {@code loop ecx, target}, says by the counter how wide addresses are, and {@code jecxz ecx, target} nothing. */
    private static void counter(NasmStatement s) {
        int at = s.operands[0].kind == NasmOperand.REGISTER ? 0 : 1;
        NasmOperand counter = s.operands[at];
        if (counter.kind != NasmOperand.REGISTER || counter.registerNumber() != Registers.RCX) return;
        int bits = counter.registerBits();
        if (bits != 32 && bits != 64) return;
        if (s.mnemonic.startsWith("loop")) s.addressSize = bits;
        else if (at != 0 || bits != (s.mnemonic.equals("jecxz") ? 32 : 64)) return;
        s.operands = new NasmOperand[] {s.operands[1 - at]};
    }

    private boolean operands(NasmStatement s) {
        List<NasmOperand> list = new ArrayList<>(4);
        boolean to = word().equals("to");
        if (to) expressions.next++;
        if (tokens.kind[expressions.next] != NasmScanner.END) {
            while (true) {
                NasmOperand o = operands.parse(directives.relative, s.segment, s.mnemonic.startsWith("f"));
                if (o == null) return false;
                if (o.rounding != null) {
                    if (s.rounding != null) {
                        complain(o.at, NasmCode.NO_FORM, s.mnemonic + ": rounding is said twice");
                        return false;
                    }
                    s.rounding = o.rounding;
                }
                if (o.kind != NasmOperand.ROUNDING) list.add(o);
                // No comma stands behind them.
                if (o.defaultFlags && tokens.kind[expressions.next] != ',') continue;
                if (tokens.kind[expressions.next] != ',') break;
                expressions.next++;
            }
        }
        // FADD TO ST1 is FADD ST1, ST0.
        if (to) list.add(NasmSpellings.stack(0, s.at));
        s.operands = list.toArray(new NasmOperand[0]);
        if (list.size() == 2 && (s.mnemonic.startsWith("loop") || s.mnemonic.endsWith("cxz"))) counter(s);
        if (!spellings.resolve(s)) {
            complain(s.at, NasmCode.NO_FORM, NasmStrings.usage(s.mnemonic));
            return false;
        }
        if (s.operands.length > Operands.MAX) {
            complain(s.at, NasmCode.NO_FORM, s.mnemonic + ": an instruction has at most " + Operands.MAX + " operands");
            return false;
        }
        s.constant = true;
        int memories = 0;
        for (NasmOperand o : s.operands) {
            if (o.kind == NasmOperand.MEMORY) memories++;
            s.constant &= o.expression.constant() && (o.index == null || o.index.constant());
        }
        if (memories > 1) {
            complain(s.at, NasmCode.NO_FORM, s.mnemonic + ": an instruction has at most one operand in memory");
            return false;
        }
        // A jump to a number is as far as it is from here.
        s.constant &= !(s.operands.length == 1 && s.operands[0].kind == NasmOperand.VALUE);
        return true;
    }
}
