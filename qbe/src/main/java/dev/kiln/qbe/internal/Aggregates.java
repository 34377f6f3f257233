package dev.kiln.qbe.internal;

import dev.kiln.ir.AggregateType;
import dev.kiln.ir.MemoryType;
import dev.kiln.ir.Module;
import dev.kiln.ir.Type;
import dev.kiln.qbe.QbeCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The file's aggregate types. A name must be defined before it is used, and may be defined again: later uses mean the later one. */
final class Aggregates {
    /** Types nested deeper than this would let a hostile file overflow the stack of whoever walks them. */
    private static final int MAX_DEPTH = 200;

    private final Lexer lexer;
    private final Reporter reporter;
    private final Module module;
    private final ByteTable names = new ByteTable();
    /** In {@link #current}: the definition has an error that was reported, so that uses need no report of their own. */
    private static final int DAMAGED = -2;

    /** For each name the type it means now; −1 while it is only being defined. */
    private int[] current = new int[16];

    private final List<AggregateType> types = new ArrayList<>();
    private int[] depths = new int[16];
    private int depth;

    Aggregates(Lexer lexer, Reporter reporter, Module module) {
        this.lexer = lexer;
        this.reporter = reporter;
        this.module = module;
    }

    AggregateType get(int index) {
        return types.get(index);
    }

    /** The index of the type that is the lexer's current token. */
    int find() {
        int name = intern();
        if (current[name] == DAMAGED) {
            throw SyntaxError.REPORTED;
        }
        if (current[name] < 0) {
            reporter.report(QbeCode.UNDEFINED_TYPE, lexer.start, lexer.name());
            throw SyntaxError.REPORTED;
        }
        return current[name];
    }

    /** Reads a definition; the current token is the one after the word {@code type}. */
    void parse(ModuleParser parser) {
        lexer.skipNewlines();
        if (lexer.kind != Lexer.TYPE) {
            throw parser.expected("a type's name such as :t");
        }
        int start = lexer.start;
        int name = intern();
        String text = lexer.name();
        lexer.next();
        try {
            definition(parser, start, name, text);
        } catch (SyntaxError e) {
            if (current[name] < 0) {
                current[name] = DAMAGED;
            }
            throw e;
        }
    }

    private void definition(ModuleParser parser, int start, int name, String text) {
        parser.take(Lexer.EQUALS, "=");
        depth = 0;
        long align = parser.alignment(false);
        parser.take(Lexer.OPEN_BRACE, "{");
        lexer.skipNewlines();
        AggregateType type;
        try {
            String unique = uniqueName(text);
            if (lexer.kind == Lexer.INTEGER) {
                type = opaque(parser, unique, start, align);
            } else if (lexer.kind == Lexer.OPEN_BRACE) {
                List<MemoryType> parts = new ArrayList<>();
                while (lexer.kind == Lexer.OPEN_BRACE) {
                    lexer.next();
                    List<MemoryType> fields = fields(parser);
                    parts.add(fields.size() == 1 ? fields.getFirst() : AggregateType.Struct.of(null, fields, false, 0));
                    lexer.skipNewlines();
                }
                parser.take(Lexer.CLOSE_BRACE, "} or another {");
                type = AggregateType.Union.of(unique, parts, align);
            } else {
                type = AggregateType.Struct.of(unique, fields(parser), false, align);
            }
        } catch (ArithmeticException tooLarge) {
            type = null;
        }
        if (type == null || type.size() > Integer.MAX_VALUE) {
            reporter.report(QbeCode.TOO_LARGE, start, "type :" + text);
            throw SyntaxError.REPORTED;
        }
        if (depth > MAX_DEPTH) {
            reporter.report(QbeCode.TOO_DEEP, start, text, Integer.toString(MAX_DEPTH));
            throw SyntaxError.REPORTED;
        }
        if (types.size() == depths.length) {
            depths = Arrays.copyOf(depths, depths.length * 2);
        }
        depths[types.size()] = depth;
        current[name] = types.size();
        types.add(type);
        module.addType(type);
    }

    private AggregateType opaque(ModuleParser parser, String unique, int start, long align) {
        long size = lexer.bits;
        if (size < 0 || size > Integer.MAX_VALUE) {
            reporter.report(QbeCode.VALUE_RANGE, lexer.start, "the size of a type", "between 0 and 2147483647");
            throw SyntaxError.REPORTED;
        }
        if (align == 0) {
            reporter.report(
                    QbeCode.UNEXPECTED,
                    start,
                    "a type of unknown structure needs its alignment: type :t = align 8 { 16 }",
                    new String[] {"an alignment", "none"});
            throw SyntaxError.REPORTED;
        }
        lexer.next();
        parser.take(Lexer.CLOSE_BRACE, "}");
        return new AggregateType.Opaque(unique, size, align);
    }

    /** Reads fields up to and including the closing brace. */
    private List<MemoryType> fields(ModuleParser parser) {
        List<MemoryType> fields = new ArrayList<>();
        lexer.skipNewlines();
        while (lexer.kind != Lexer.CLOSE_BRACE) {
            MemoryType field = field(parser);
            lexer.next();
            lexer.skipNewlines();
            if (lexer.kind == Lexer.INTEGER) {
                if (lexer.bits < 0) {
                    reporter.report(QbeCode.VALUE_RANGE, lexer.start, "the number of elements", "at least 0");
                    throw SyntaxError.REPORTED;
                }
                field = AggregateType.Array.of(null, lexer.bits, field);
                lexer.next();
                lexer.skipNewlines();
            }
            fields.add(field);
            if (lexer.kind != Lexer.COMMA) {
                break;
            }
            lexer.next();
            lexer.skipNewlines();
        }
        parser.take(Lexer.CLOSE_BRACE, ", or }");
        return fields;
    }

    private MemoryType field(ModuleParser parser) {
        if (lexer.kind == Lexer.TYPE) {
            int index = find();
            depth = Math.max(depth, depths[index] + 1);
            return types.get(index);
        }
        Type type = lexer.kind != Lexer.WORD ? null : memoryType(lexer.word);
        if (type == null) {
            throw parser.expected("a field's type (b, h, w, l, s, d or :name)");
        }
        return type;
    }

    /** The type in memory that a letter stands for; {@code null} for other words. */
    static Type memoryType(int word) {
        if (word >= Words.W && word <= Words.D) {
            return Classes.type(word - Words.W);
        }
        return word == Words.B ? Type.I8 : word == Words.H ? Type.I16 : null;
    }

    private int intern() {
        int known = names.count();
        int name = names.intern(lexer.text, lexer.nameStart, lexer.nameEnd, lexer.hash);
        if (name == known) {
            if (name == current.length) {
                current = Arrays.copyOf(current, name * 2);
            }
            current[name] = -1;
        }
        return name;
    }

    private String uniqueName(String text) {
        String unique = text;
        for (int n = 2; module.type(unique) != null; n++) {
            unique = text + "." + n;
        }
        return unique;
    }
}
