package dev.kiln.qbe.internal;

import dev.kiln.ir.Data;
import dev.kiln.ir.Linkage;
import dev.kiln.ir.Module;
import dev.kiln.ir.Section;
import dev.kiln.ir.Type;
import dev.kiln.qbe.QbeCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads data definitions. Neighbouring items of one type become one item of the IR. */
final class DataParser {
    /** What QBE gives data without {@code align}. */
    private static final int DEFAULT_ALIGNMENT = 8;

    private final ModuleParser parser;
    private final Lexer lexer;
    private final Reporter reporter;
    private final Symbols symbols;
    private final Module module;

    private final List<Data.Item> items = new ArrayList<>();
    /** The type of the scalars collected; {@code I8} are in {@link #bytes}. */
    private Type run;

    private long[] scalars = new long[64];
    private int scalarCount;
    private byte[] bytes = new byte[256];
    private int byteCount;
    private long size;

    DataParser(ModuleParser parser, Lexer lexer, Reporter reporter, Symbols symbols, Module module) {
        this.parser = parser;
        this.lexer = lexer;
        this.reporter = reporter;
        this.symbols = symbols;
        this.module = module;
    }

    /** Reads a definition; the current token is the one after the word {@code data}. */
    void parse(Linkage linkage, boolean thread, Section section) {
        lexer.skipNewlines();
        if (lexer.kind != Lexer.GLOBAL) {
            throw parser.expected("the name of the data, such as $x");
        }
        int start = lexer.start;
        int position = lexer.position;
        String name = lexer.name();
        lexer.next();
        parser.take(Lexer.EQUALS, "=");
        long align = parser.alignment(true);
        parser.take(Lexer.OPEN_BRACE, "{");
        items.clear();
        run = null;
        scalarCount = byteCount = 0;
        size = 0;
        boolean zero = true;
        lexer.skipNewlines();
        while (lexer.kind != Lexer.CLOSE_BRACE) {
            zero &= lexer.kind == Lexer.WORD && lexer.word == Words.Z;
            field();
            if (size > Integer.MAX_VALUE) {
                reporter.report(QbeCode.TOO_LARGE, start, "$" + name);
                throw SyntaxError.REPORTED;
            }
            if (lexer.kind != Lexer.COMMA) {
                break;
            }
            lexer.next();
            lexer.skipNewlines();
        }
        parser.take(Lexer.CLOSE_BRACE, ", or }");
        flush();
        if (linkage == Linkage.COMMON && !zero) {
            reporter.report(QbeCode.LINKAGE, start, "common data must be all zero: { z " + size + " }");
            return;
        }
        Data datum = new Data(
                name, linkage, thread, false, section, align == 0 ? DEFAULT_ALIGNMENT : align, items, position);
        if (!module.addData(datum)) {
            parser.duplicate(start, name);
        }
    }

    /** Reads a letter and the items after it. */
    private void field() {
        boolean zero = lexer.kind == Lexer.WORD && lexer.word == Words.Z;
        Type type = zero || lexer.kind != Lexer.WORD ? null : Aggregates.memoryType(lexer.word);
        if (type == null && !zero) {
            throw parser.expected("a type (b, h, w, l, s, d or z)");
        }
        lexer.next();
        lexer.skipNewlines();
        int count = 0;
        for (; ; count++) {
            int kind = lexer.kind;
            if (zero && kind == Lexer.INTEGER) {
                zeros();
            } else if (kind == Lexer.INTEGER || kind == Lexer.SINGLE || kind == Lexer.DOUBLE) {
                if (zero) {
                    throw parser.expected("a number of bytes");
                }
                scalar(type, lexer.bits);
            } else if (kind == Lexer.STRING) {
                if (type != Type.I8) {
                    reporter.report(QbeCode.DATA_ITEM, lexer.start, "a string can only stand after b");
                    throw SyntaxError.REPORTED;
                }
                string(lexer.stringBytes());
            } else if (kind == Lexer.GLOBAL) {
                address(type);
                continue;
            } else {
                break;
            }
            lexer.next();
            lexer.skipNewlines();
        }
        if (count == 0) {
            throw parser.expected(zero ? "a number of bytes" : "a constant, a string or a symbol");
        }
    }

    private void zeros() {
        long count = lexer.bits;
        if (count < 0 || count > Integer.MAX_VALUE) {
            reporter.report(QbeCode.VALUE_RANGE, lexer.start, "the number of bytes", "between 0 and 2147483647");
            throw SyntaxError.REPORTED;
        }
        if (count > 0) {
            flush();
            items.add(new Data.Zero(count));
            size += count;
        }
    }

    private void address(Type type) {
        int start = lexer.start;
        int position = lexer.position;
        int symbol = symbols.intern(lexer);
        if (type == null || type.bytes() != 8) {
            reporter.report(QbeCode.ADDRESS_WIDTH, start, "write l $" + lexer.name(), new String[] {lexer.name()});
            throw SyntaxError.REPORTED;
        }
        lexer.next();
        lexer.skipNewlines();
        long offset = 0;
        if (lexer.kind == Lexer.PLUS) {
            lexer.next();
            if (lexer.kind != Lexer.INTEGER) {
                throw parser.expected("an offset in bytes");
            }
            offset = lexer.bits;
            lexer.next();
            lexer.skipNewlines();
        }
        flush();
        symbols.use(symbol, false, start, position);
        items.add(new Data.Address(symbols.name(symbol), offset));
        size += 8;
    }

    private void scalar(Type type, long bits) {
        size += type.bytes();
        if (type == Type.I8) {
            room(1);
            bytes[byteCount++] = (byte) bits;
            return;
        }
        if (run != type || byteCount > 0) {
            flush();
            run = type;
        }
        if (scalarCount == scalars.length) {
            scalars = Arrays.copyOf(scalars, scalarCount * 2);
        }
        scalars[scalarCount++] = switch (type) {
            case I16 -> (short) bits;
            case I32 -> (int) bits;
            case F32 -> bits & 0xFFFF_FFFFL;
            default -> bits;
        };
    }

    private void string(byte[] text) {
        size += text.length;
        room(text.length);
        System.arraycopy(text, 0, bytes, byteCount, text.length);
        byteCount += text.length;
    }

    /** Makes room for more bytes and ends a run of other scalars. */
    private void room(int more) {
        if (scalarCount > 0) {
            flush();
        }
        if (byteCount + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, byteCount + more));
        }
    }

    private void flush() {
        if (scalarCount > 0) {
            items.add(new Data.Scalars(run, Arrays.copyOf(scalars, scalarCount)));
            scalarCount = 0;
        }
        if (byteCount > 0) {
            items.add(new Data.Bytes(Arrays.copyOf(bytes, byteCount)));
            byteCount = 0;
        }
    }
}
