package dev.kiln.ir.internal;

import dev.kiln.base.Diagnostics;
import dev.kiln.base.Nearest;
import dev.kiln.base.SourceText;
import dev.kiln.ir.Block;
import dev.kiln.ir.Data;
import dev.kiln.ir.Function;
import dev.kiln.ir.Import;
import dev.kiln.ir.IrCode;
import dev.kiln.ir.Linkage;
import dev.kiln.ir.Module;
import dev.kiln.ir.Section;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads a module from text in two walks: first all declarations, stepping over bodies, so that a body may call what stands below it;
 * then the bodies. A malformed line is reported and dropped, nothing else with it. Costs O(bytes).
 */
public final class ModuleParser {
    private final Scanner in;
    private final SourceText text;
    private Module module;
    private TypeParser types;
    private final List<Body> bodies = new ArrayList<>();

    /** A body seen in the first walk and where it starts. */
    private record Body(Function function, boolean damaged, int pos, int line, int lineStart) {}

    private static final int[] DECLARATIONS = {Keyword.IMPORT, Keyword.TYPE, Keyword.SIG, Keyword.DATA, Keyword.FUNC};

    public ModuleParser(SourceText text, Diagnostics out) {
        this.text = text;
        in = new Scanner(text, out);
    }

    /** Reads it all; what was understood when there are errors. */
    public Module parse() {
        start();
        while (in.peekBeyondLines() != Scanner.END) {
            try {
                declaration();
            } catch (SyntaxError e) {
                in.recover();
            }
        }
        BodyParser bodyParser = new BodyParser(in, types, module);
        for (Body body : bodies) {
            in.pos = body.pos;
            in.line = body.line;
            in.lineStart = body.lineStart;
            in.nest = 0;
            bodyParser.parse(body.function, body.damaged);
        }
        return module;
    }

    private void start() {
        String name = "";
        in.peekBeyondLines();
        if (in.acceptWord(Keyword.MODULE)) {
            try {
                name = in.names.text(in.string());
                in.endLine();
            } catch (SyntaxError e) {
                in.recover();
            }
        }
        module = new Module(name);
        module.setSourceFile(text.name());
        types = new TypeParser(in, module);
    }

    private void declaration() {
        long mark = in.mark();
        int position = in.textPosition();
        int word = in.peekWord();
        switch (word) {
            case Keyword.IMPORT -> {
                in.takeWord();
                importDeclaration(position);
            }
            case Keyword.TYPE -> {
                in.takeWord();
                types.declaration();
            }
            case Keyword.SIG -> {
                in.takeWord();
                signature(position);
            }
            case Keyword.DATA -> {
                in.takeWord();
                data(position);
            }
            case Keyword.FUNC -> {
                in.takeWord();
                function(position);
            }
            case Keyword.MODULE -> throw in.fail(IrCode.STRAY_MODULE, mark);
            default -> unknownDeclaration(mark, word);
        }
    }

    /** Reports a word that begins no declaration. The lines between braces that belong to it are not looked at. */
    private void unknownDeclaration(long mark, int word) {
        Nearest nearest = new Nearest(word < 0 ? "" : in.names.text(word));
        for (int keyword : DECLARATIONS) {
            nearest.offer(in.names.text(keyword));
        }
        in.error(IrCode.EXPECTED, mark, nearest.suggestion(""), List.of("import, type, sig, data or func", in.found()));
        boolean opens = word >= 0 && in.lineOpensBrace();
        in.recover();
        while (opens && in.peekBeyondLines() != Scanner.END && !isDeclaration(in.peekWord())) {
            opens = in.peek() != '}';
            in.recover();
        }
    }

    private static boolean isDeclaration(int word) {
        for (int keyword : DECLARATIONS) {
            if (word == keyword) {
                return true;
            }
        }
        return false;
    }

    /** Signatures keep no position, so what is wrong with one by itself is told here. */
    private void signature(int position) {
        in.peek();
        long mark = in.mark();
        String name = in.names.text(in.symbol());
        in.expect('=');
        Signature signature = types.signature();
        in.endLine();
        SignatureVerifier.verify(signature, new Report(module, in.out), position);
        if (!module.addSignature(name, signature)) {
            in.error(IrCode.DUPLICATE_SYMBOL, mark, "signature @" + name);
        }
    }

    private void importDeclaration(int position) {
        if (in.acceptWord(Keyword.FUNC)) {
            Signature.Convention convention =
                    in.acceptWord(Keyword.CC) ? types.convention() : Signature.Convention.PLATFORM;
            in.peek();
            long mark = in.mark();
            String name = in.names.text(in.symbol());
            Signature signature = types.signature(convention, null);
            in.endLine();
            add(new Import(name, signature, false, position), mark);
            return;
        }
        boolean thread = in.acceptWord(Keyword.THREAD);
        in.acceptWord(Keyword.DATA);
        in.peek();
        long mark = in.mark();
        String name = in.names.text(in.symbol());
        in.endLine();
        add(new Import(name, null, thread, position), mark);
    }

    private void add(Import symbol, long mark) {
        if (!module.addImport(symbol)) {
            in.error(IrCode.DUPLICATE_SYMBOL, mark, "@" + symbol.name());
        }
    }

    // Data.

    private void data(int position) {
        Linkage linkage = Linkage.LOCAL;
        boolean thread = false;
        boolean readonly = false;
        Section section = null;
        while (in.peek() != '@') {
            int word = in.peekWord();
            switch (word) {
                case Keyword.EXPORT -> linkage = Linkage.EXPORT;
                case Keyword.WEAK -> linkage = Linkage.WEAK;
                case Keyword.COMMON -> linkage = Linkage.COMMON;
                case Keyword.THREAD -> thread = true;
                case Keyword.READONLY -> readonly = true;
                case Keyword.SECTION -> {
                    in.takeWord();
                    section = types.section();
                    continue;
                }
                default -> throw in.expected("export, weak, common, thread, readonly, section or @name");
            }
            in.takeWord();
        }
        long mark = in.mark();
        String name = in.names.text(in.symbol());
        long align = in.acceptWord(Keyword.ALIGN) ? types.align() : 0;
        in.expect('=');
        List<Data.Item> items = new ArrayList<>();
        if (in.accept('{')) {
            in.nest++;
            if (in.peek() != '}') {
                boolean more = true;
                while (more) {
                    more = item(items, true);
                }
            }
            in.expect('}');
            in.nest--;
        } else {
            item(items, false);
        }
        in.endLine();
        long size = 0;
        for (Data.Item item : items) {
            size += item.size();
            if (size > Limits.SIZE) {
                in.error(IrCode.SIZE_LIMIT, mark, "@" + name, Long.toString(Limits.SIZE));
                return;
            }
        }
        if (!module.addData(new Data(name, linkage, thread, readonly, section, align, items, position))) {
            in.error(IrCode.DUPLICATE_SYMBOL, mark, "@" + name);
        }
    }

    /** Reads an item and, in a list, the comma after it; false when no comma follows. */
    private boolean item(List<Data.Item> items, boolean list) {
        if (in.peek() == '"') {
            items.add(new Data.Bytes(in.bytes()));
            return list && in.accept(',');
        }
        if (in.acceptWord(Keyword.ZERO)) {
            items.add(new Data.Zero(in.count(Limits.SIZE, "a size")));
            return list && in.accept(',');
        }
        if (in.peekWord() < 0) {
            throw in.expected("a string, zero or a type");
        }
        long mark = in.mark();
        Type type = types.valueType();
        if (in.peek() == '@') {
            if (type.bytes() != 8 || !type.isInt() && type != Type.PTR) {
                in.error(IrCode.WRONG_TYPE, in.mark(), "an address", "ptr", type.text());
            }
            String symbol = in.names.text(in.symbol());
            items.add(new Data.Address(symbol, in.offset()));
            return list && in.accept(',');
        }
        if (type.isVector() || type == Type.REF) {
            throw in.fail(IrCode.NO_CONSTANTS, mark, type.text());
        }
        long[] bits = new long[4];
        int count = 0;
        boolean comma = false;
        do {
            if (count == bits.length) {
                bits = Arrays.copyOf(bits, count * 2);
            }
            bits[count++] = in.constant(type).bits();
            comma = list && in.accept(',');
        } while (comma && in.atConstant());
        items.add(new Data.Scalars(type, Arrays.copyOf(bits, count)));
        return comma;
    }

    // Functions.

    private void function(int position) {
        Head head = new Head();
        boolean damaged = false;
        try {
            head.read();
        } catch (SyntaxError e) {
            damaged = true;
            in.nest = 0;
            // With the brace at the end of the line the body still follows; it is read for its own errors.
            if (!bodyFollows()) {
                in.recover();
                return;
            }
        }
        Function function = null;
        if (!damaged) {
            function = module.addFunction(head.name, head.signature);
            if (function == null) {
                in.error(IrCode.DUPLICATE_SYMBOL, head.mark, "@" + head.name);
            }
        }
        if (function == null) {
            String name = head.name == null ? "?" : head.name;
            Signature signature = head.signature == null ? Signature.of(Type.VOID) : head.signature;
            function = new Module("").addFunction(name, signature);
        }
        head.apply(function);
        function.setTextPosition(position);
        bodies.add(new Body(function, damaged, in.pos, in.line, in.lineStart));
        skipBody(function);
    }

    /** Whether the line's last byte before blanks and comments is an opening brace; steps after it then. */
    private boolean bodyFollows() {
        int brace = -1;
        int p = in.pos;
        int c;
        while ((c = in.at(p)) != Scanner.END && c != '\n' && c != ';') {
            if (c == '"') {
                p = in.stringEnd(p);
                continue;
            }
            if (c == '{') {
                brace = p;
            } else if (c != ' ' && c != '\t' && c != '\r') {
                brace = -1;
            }
            p++;
        }
        if (brace < 0) {
            return false;
        }
        in.pos = brace + 1;
        return true;
    }

    /** Steps behind the closing brace, or before a line that must be the next declaration because the brace is missing. */
    private void skipBody(Function function) {
        int c;
        while ((c = in.skipStatement()) != Scanner.END) {
            if (c == '}') {
                in.pos++;
                try {
                    in.endLine();
                } catch (SyntaxError e) {
                    in.recover();
                }
                return;
            }
            in.newline();
            in.peek();
            if (isDeclaration(in)) {
                break;
            }
        }
        in.error(IrCode.MISSING_BRACE, in.mark(), function.name());
    }

    /** Whether a line starts that can only be a declaration. */
    static boolean isDeclaration(Scanner in) {
        int c = in.at(in.pos);
        if (c != 'm' && c != 'i' && c != 't' && c != 's' && c != 'd' && c != 'f') {
            return false;
        }
        int word = in.peekWord();
        return word >= Keyword.MODULE && word <= Keyword.SIG && in.labelEnd() < 0;
    }

    /** The head of a function. */
    private final class Head implements TypeParser.ParameterNames {
        String name;
        long mark;
        Signature signature;
        private Linkage linkage = Linkage.LOCAL;
        private Signature.Convention convention = Signature.Convention.PLATFORM;
        private Section section;
        private int location;
        private boolean fast;
        private boolean noinline;
        private boolean cold;
        private boolean returnsTwice;
        private boolean stackCheck;
        private final List<String> names = new ArrayList<>();
        private final Set<String> seen = new HashSet<>();
        private final List<Type> paramTypes = new ArrayList<>();

        void read() {
            while (in.peek() != '@') {
                int word = in.peekWord();
                switch (word) {
                    case Keyword.EXPORT -> linkage = Linkage.EXPORT;
                    case Keyword.WEAK -> linkage = Linkage.WEAK;
                    case Keyword.FAST -> fast = true;
                    case Keyword.NOINLINE -> noinline = true;
                    case Keyword.COLD -> cold = true;
                    case Keyword.RETURNS_TWICE -> returnsTwice = true;
                    case Keyword.STACKCHECK -> stackCheck = true;
                    case Keyword.CC, Keyword.SECTION -> {
                        in.takeWord();
                        if (word == Keyword.CC) {
                            convention = types.convention();
                        } else {
                            section = types.section();
                        }
                        continue;
                    }
                    default ->
                        throw in.expected("export, weak, cc, section, fast, noinline, cold, returns_twice, stackcheck"
                                + " or @name");
                }
                in.takeWord();
            }
            mark = in.mark();
            name = in.names.text(in.symbol());
            signature = types.signature(convention, this);
            location = BodyParser.location(in, module);
            in.expect('{');
        }

        @Override
        public void add(int parameter, long parameterMark, Type type) {
            String text = in.names.text(parameter);
            if (!seen.add(text)) {
                in.error(IrCode.DUPLICATE_VALUE, parameterMark, text);
            }
            names.add(text);
            paramTypes.add(type);
        }

        void apply(Function function) {
            function.setLinkage(linkage);
            function.setSection(section);
            function.setFast(fast);
            function.setNoinline(noinline);
            function.setCold(cold);
            function.setReturnsTwice(returnsTwice);
            function.setStackCheck(stackCheck);
            function.setLocation(location);
            Block entry = function.addBlock(null);
            for (int i = 0; i < names.size(); i++) {
                entry.addParam(paramTypes.get(i), names.get(i));
            }
        }
    }
}
