package dev.kiln.qbe.internal;

import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import dev.kiln.ir.Linkage;
import dev.kiln.ir.Module;
import dev.kiln.ir.Section;
import dev.kiln.qbe.QbeCode;
import java.nio.charset.StandardCharsets;

/**
 * Reads a file: its definitions one after the other. After an error outside a function body, reading goes on with the next line that
 * begins a definition.
 */
public final class ModuleParser {
    private final Module module;
    private final Reporter reporter;
    private final Lexer lexer;
    private final Symbols symbols = new Symbols();
    private final Aggregates aggregates;
    private final DataParser data;
    private final FunctionParser functions;
    private final Checker checker;
    private final Lowering lowering;
    private String debugFile;

    // The linkage of the definition being read.
    private boolean export;
    private boolean thread;
    private boolean common;
    private Section section;

    public ModuleParser(SourceText source, Diagnostics diagnostics) {
        this.module = new Module(moduleName(source.name()));
        this.module.setSourceFile(source.name());
        this.reporter = new Reporter(source, diagnostics);
        this.lexer = new Lexer(source, reporter);
        this.aggregates = new Aggregates(lexer, reporter, module);
        this.data = new DataParser(this, lexer, reporter, symbols, module);
        Body body = new Body();
        this.functions = new FunctionParser(this, lexer, reporter, symbols, aggregates, module.locations(), body);
        this.checker = new Checker(body, reporter);
        this.lowering = new Lowering(body, module, symbols, new Shapes(module, aggregates), reporter);
        this.debugFile = source.name();
    }

    /** Reads the whole file. */
    public Module parse() {
        lexer.skipNewlines();
        while (lexer.kind != Lexer.END) {
            try {
                definition();
            } catch (SyntaxError reported) {
                toNextDefinition();
            }
            lexer.skipNewlines();
        }
        symbols.importUndefined(module, reporter);
        return module;
    }

    /** The file that {@code dbgloc} lines speak of. */
    String debugFile() {
        return debugFile;
    }

    /** Reports that something else was expected where the current token stands. */
    SyntaxError expected(String what) {
        if (lexer.kind == Lexer.BAD) {
            return SyntaxError.REPORTED;
        }
        reporter.report(QbeCode.UNEXPECTED, lexer.start, what, lexer.describe());
        return SyntaxError.REPORTED;
    }

    /** Skips line ends and a token of that kind. */
    void take(int kind, String text) {
        lexer.skipNewlines();
        takeHere(kind, text);
    }

    /** Skips a token of that kind. */
    void takeHere(int kind, String text) {
        if (lexer.kind != kind) {
            throw expected(text);
        }
        lexer.next();
    }

    /** Reads {@code align N} if it stands here; 0 when it does not. Powers of two only, or rounded down with a warning. */
    long alignment(boolean strict) {
        lexer.skipNewlines();
        if (lexer.kind != Lexer.WORD || lexer.word != Words.ALIGN) {
            return 0;
        }
        lexer.next();
        lexer.skipNewlines();
        if (lexer.kind != Lexer.INTEGER) {
            throw expected("an alignment in bytes");
        }
        long align = lexer.bits;
        boolean power = align > 0 && Long.bitCount(align) == 1;
        if (align < 0 || align > 1 << 28 || strict && !power) {
            reporter.report(
                    QbeCode.VALUE_RANGE, lexer.start, "an alignment", "a power of two between 1 and " + (1 << 28));
            throw SyntaxError.REPORTED;
        }
        if (!power) {
            long used = Math.max(1, Long.highestOneBit(align));
            reporter.report(QbeCode.ALIGNMENT, lexer.start, Long.toString(align), Long.toString(used));
            align = used;
        }
        lexer.next();
        return align;
    }

    private void definition() {
        int start = lexer.start;
        boolean linked = linkage();
        if (lexer.kind != Lexer.WORD) {
            throw expected(linked ? "data or function" : "a definition (function, data, type or dbgfile)");
        }
        int word = lexer.word;
        if (word == Words.FUNCTION) {
            if (thread) {
                reporter.report(QbeCode.LINKAGE, start, "only data can be thread-local");
            }
            if (common) {
                reporter.report(QbeCode.LINKAGE, start, "only data can be common");
            }
            lexer.next();
            function();
        } else if (word == Words.DATA) {
            lexer.next();
            data.parse(common ? Linkage.COMMON : export ? Linkage.EXPORT : Linkage.LOCAL, thread, section);
        } else if (linked) {
            throw expected("data or function");
        } else if (word == Words.TYPE) {
            lexer.next();
            aggregates.parse(this);
        } else if (word == Words.DBGFILE) {
            lexer.next();
            if (lexer.kind != Lexer.STRING) {
                throw expected("a file name in quotes");
            }
            debugFile = new String(lexer.stringBytes(), StandardCharsets.UTF_8);
            lexer.next();
        } else {
            String wrong = lexer.describe();
            String near = word == Words.UNKNOWN ? Words.nearest(wrong) : null;
            if (near != null) {
                reporter.report(QbeCode.UNKNOWN_WORD, lexer.start, "did you mean " + near + "?", new String[] {wrong});
                throw SyntaxError.REPORTED;
            }
            throw expected("a definition (function, data, type or dbgfile)");
        }
    }

    /** Reads linkage words; false when there is none. */
    private boolean linkage() {
        export = thread = common = false;
        section = null;
        boolean any = false;
        while (lexer.kind == Lexer.WORD) {
            int word = lexer.word;
            if (word == Words.EXPORT) {
                export = true;
                lexer.next();
            } else if (word == Words.THREAD) {
                thread = true;
                lexer.next();
            } else if (word == Words.COMMON) {
                common = true;
                lexer.next();
            } else if (word == Words.SECTION) {
                section();
            } else {
                return any;
            }
            any = true;
            lexer.skipNewlines();
        }
        return any;
    }

    private void section() {
        if (section != null) {
            reporter.report(QbeCode.LINKAGE, lexer.start, "only one section is possible");
            throw SyntaxError.REPORTED;
        }
        lexer.next();
        if (lexer.kind != Lexer.STRING) {
            throw expected("a section name in quotes");
        }
        String name = new String(lexer.stringBytes(), StandardCharsets.UTF_8);
        if (name.isEmpty()) {
            throw expected("a section name that is not empty");
        }
        lexer.next();
        String flags = null;
        if (lexer.kind == Lexer.STRING) {
            flags = new String(lexer.stringBytes(), StandardCharsets.UTF_8);
            lexer.next();
        }
        section = new Section(name, flags);
    }

    private void function() {
        boolean exported = export;
        Section where = section;
        functions.parse();
        boolean fine = checker.check(functions.isDamaged());
        if (fine && !lowering.lower(exported ? Linkage.EXPORT : Linkage.LOCAL, where)) {
            duplicate(functions.nameOffset(), functions.name());
        }
    }

    void duplicate(int offset, String name) {
        reporter.report(QbeCode.DUPLICATE_SYMBOL, offset, name);
    }

    /** Goes to the next line that begins a definition. */
    private void toNextDefinition() {
        do {
            lexer.skipLine();
            lexer.skipNewlines();
        } while (lexer.kind != Lexer.END && !(lexer.kind == Lexer.WORD && Words.startsDefinition(lexer.word)));
    }

    private static String moduleName(String file) {
        int from = Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1;
        int dot = file.lastIndexOf('.');
        return dot > from ? file.substring(from, dot) : file.substring(from);
    }
}
