package dev.kiln.qbe.internal;

import dev.kiln.ir.Locations;
import dev.kiln.qbe.QbeCode;

/**
 * Reads a function's text into a {@link Body}, line by line. A malformed line is reported and left out; the function is then
 * {@linkplain #isDamaged damaged}, which silences complaints that would only follow from it.
 */
final class FunctionParser {
    private final Lexer lexer;
    private final Reporter reporter;
    private final ModuleParser parser;
    private final Symbols symbols;
    private final Aggregates aggregates;
    private final Locations locations;
    private final Body body;

    private boolean damaged;
    /** The block being read; −1 before the first. */
    private int block;

    private boolean phisAllowed;
    private int location;

    FunctionParser(
            ModuleParser parser,
            Lexer lexer,
            Reporter reporter,
            Symbols symbols,
            Aggregates aggregates,
            Locations locations,
            Body body) {
        this.parser = parser;
        this.lexer = lexer;
        this.reporter = reporter;
        this.symbols = symbols;
        this.aggregates = aggregates;
        this.locations = locations;
        this.body = body;
    }

    boolean isDamaged() {
        return damaged;
    }

    String name() {
        return body.name;
    }

    int nameOffset() {
        return body.nameOffset;
    }

    /**
     * Reads a function; the current token is the one after the word {@code function}. Throws {@link SyntaxError} when not even a
     * body could be found.
     */
    void parse() {
        body.clear();
        damaged = false;
        block = -1;
        location = 0;
        body.nameOffset = lexer.start;
        try {
            if (lexer.kind != Lexer.GLOBAL) {
                body.result = kind();
            }
            if (lexer.kind != Lexer.GLOBAL) {
                throw parser.expected("the function's name, such as $f");
            }
            body.nameOffset = lexer.start;
            body.namePosition = lexer.position;
            body.name = lexer.name();
            lexer.next();
            params();
        } catch (SyntaxError reported) {
            damaged = true;
            if (!lexer.braceFollows()) {
                throw reported;
            }
            while (lexer.kind != Lexer.OPEN_BRACE && lexer.kind != Lexer.NEWLINE && lexer.kind != Lexer.END) {
                lexer.next();
            }
        }
        parser.take(Lexer.OPEN_BRACE, "{");
        lines();
    }

    private void lines() {
        for (; ; ) {
            lexer.skipNewlines();
            if (lexer.kind == Lexer.CLOSE_BRACE) {
                lexer.next();
                break;
            }
            if (lexer.kind == Lexer.END || lexer.kind == Lexer.WORD && Words.startsDefinition(lexer.word)) {
                reporter.report(QbeCode.UNCLOSED_FUNCTION, lexer.start, body.name);
                damaged = true;
                return;
            }
            try {
                line();
            } catch (SyntaxError reported) {
                damaged = true;
                lexer.skipLine();
            }
        }
        if (block < 0 && !damaged) {
            reporter.report(QbeCode.EMPTY_FUNCTION, body.nameOffset, body.name);
            damaged = true;
        } else if (block >= 0 && body.jump[block] == Body.OPEN) {
            if (!damaged) {
                reporter.report(QbeCode.MISSING_JUMP, body.labelAt[block]);
            }
            damaged = true;
        }
    }

    private void params() {
        parser.take(Lexer.OPEN, "(");
        boolean env = false;
        while (lexer.kind != Lexer.CLOSE) {
            if (body.variadic) {
                reporter.report(QbeCode.PARAMETERS, lexer.start, "nothing may follow the ... in a parameter list");
                throw SyntaxError.REPORTED;
            }
            if (lexer.kind == Lexer.WORD && lexer.word == Words.DOTS) {
                body.variadic = true;
                lexer.next();
            } else {
                int kind;
                if (lexer.kind == Lexer.WORD && lexer.word == Words.ENV) {
                    if (env) {
                        reporter.report(QbeCode.PARAMETERS, lexer.start, "only one env parameter is possible");
                        throw SyntaxError.REPORTED;
                    }
                    env = true;
                    kind = Classes.ENV;
                    lexer.next();
                } else {
                    kind = kind();
                }
                if (lexer.kind != Lexer.TEMPORARY) {
                    throw parser.expected("the parameter's name, such as %x");
                }
                body.addParam(temp(), kind);
                lexer.next();
            }
            if (lexer.kind == Lexer.CLOSE) {
                break;
            }
            parser.takeHere(Lexer.COMMA, ", or )");
        }
        lexer.next();
    }

    private void line() {
        switch (lexer.kind) {
            case Lexer.LABEL -> label();
            case Lexer.TEMPORARY -> {
                startInstruction();
                int to = temp();
                lexer.next();
                parser.takeHere(Lexer.EQUALS, "=");
                int kind = kind();
                if (lexer.kind != Lexer.WORD || lexer.word < 0 || lexer.word >= Words.FIRST) {
                    throw notAnInstruction("an instruction");
                }
                instruction(QbeOp.of(lexer.word), to, kind);
            }
            case Lexer.WORD -> {
                int word = lexer.word;
                startInstruction();
                if (word >= 0 && word < Words.FIRST) {
                    QbeOp op = QbeOp.of(word);
                    if (op.givesResult() && op != QbeOp.CALL) {
                        reporter.report(QbeCode.NEEDS_RESULT, lexer.start, op.text);
                        throw SyntaxError.REPORTED;
                    }
                    instruction(op, Body.NONE, Classes.NONE);
                } else if (word >= Words.JMP && word <= Words.HLT) {
                    jump(word);
                } else if (word == Words.DBGLOC) {
                    debugLocation();
                } else {
                    throw notAnInstruction("a label, an instruction or a jump");
                }
            }
            default -> throw parser.expected("a label, an instruction or a jump");
        }
    }

    /** Instructions must stand in a block that has not ended. */
    private void startInstruction() {
        if (block < 0) {
            throw parser.expected("a label such as @start");
        }
        if (body.jump[block] != Body.OPEN && !damaged) {
            throw parser.expected("a label or }");
        }
    }

    private SyntaxError notAnInstruction(String what) {
        if (lexer.kind == Lexer.WORD && lexer.word == Words.UNKNOWN) {
            String word = lexer.describe();
            String near = Words.nearest(word);
            reporter.report(
                    QbeCode.UNKNOWN_WORD, lexer.start, near == null ? "" : "did you mean " + near + "?", new String[] {
                        word
                    });
            return SyntaxError.REPORTED;
        }
        return parser.expected(what);
    }

    private void label() {
        int id = body.label(lexer);
        if (body.defined[id]) {
            reporter.report(QbeCode.DUPLICATE_BLOCK, lexer.start, lexer.name());
            throw SyntaxError.REPORTED;
        }
        if (block >= 0) {
            if (body.jump[block] == Body.OPEN) {
                endBlock(Body.JMP, lexer.start, lexer.position);
                body.next1[block] = id;
            }
        }
        block = id;
        body.defined[id] = true;
        body.labelAt[id] = lexer.start;
        body.blockPosition[id] = lexer.position;
        body.first[id] = body.last[id] = body.size;
        body.firstPhi[id] = body.lastPhi[id] = body.phis;
        body.order[body.blocks++] = id;
        phisAllowed = body.blocks > 1;
        lexer.next();
        endLine();
    }

    private void endBlock(byte how, int at, int position) {
        body.jump[block] = how;
        body.jumpAt[block] = at;
        body.jumpPosition[block] = position;
        body.jumpLocation[block] = location;
        body.last[block] = body.size;
    }

    private void jump(int word) {
        int at = lexer.start;
        int position = lexer.position;
        int ref = Body.NONE;
        int next1 = Body.NONE;
        int next2 = Body.NONE;
        byte how = Body.HLT;
        lexer.next();
        if (word == Words.RET) {
            how = Body.RET;
            if (lexer.kind != Lexer.NEWLINE && lexer.kind != Lexer.END && (body.result != Classes.NONE || damaged)) {
                at = lexer.start;
                ref = operand("a value to return");
            }
        } else if (word == Words.JMP) {
            how = Body.JMP;
            next1 = jumpLabel();
        } else if (word == Words.JNZ) {
            how = Body.JNZ;
            at = lexer.start;
            ref = operand("a value to test");
            parser.takeHere(Lexer.COMMA, ",");
            next1 = jumpLabel();
            parser.takeHere(Lexer.COMMA, ",");
            next2 = jumpLabel();
        }
        endLine();
        endBlock(how, at, position);
        body.jumpRef[block] = ref;
        body.next1[block] = next1;
        body.next2[block] = next2;
    }

    private int jumpLabel() {
        if (lexer.kind != Lexer.LABEL) {
            throw parser.expected("a label such as @loop");
        }
        int id = body.label(lexer);
        if (id == body.order[0]) {
            reporter.report(
                    QbeCode.JUMP_TO_START, lexer.start, "put an empty block before it", new String[] {lexer.name()});
            throw SyntaxError.REPORTED;
        }
        lexer.next();
        return id;
    }

    private void debugLocation() {
        lexer.next();
        int line = smallNumber("the line");
        int column = 0;
        if (lexer.kind == Lexer.COMMA) {
            lexer.next();
            column = smallNumber("the column");
        }
        endLine();
        location = locations.add(parser.debugFile(), line, column);
    }

    private int smallNumber(String what) {
        if (lexer.kind != Lexer.INTEGER) {
            throw parser.expected(what);
        }
        if (lexer.bits < 0 || lexer.bits > Integer.MAX_VALUE) {
            reporter.report(QbeCode.VALUE_RANGE, lexer.start, what, "between 0 and 2147483647");
            throw SyntaxError.REPORTED;
        }
        int value = (int) lexer.bits;
        lexer.next();
        return value;
    }

    /** The current token is the instruction's name. */
    private void instruction(QbeOp op, int to, int kind) {
        int at = lexer.start;
        int position = lexer.position;
        lexer.next();
        if (op == QbeOp.CALL) {
            call(to, kind, at, position);
            return;
        }
        if (to != Body.NONE && !op.givesResult()) {
            reporter.report(QbeCode.NO_RESULT, at, op.text);
            throw SyntaxError.REPORTED;
        }
        if (kind > Classes.D) {
            reporter.report(QbeCode.RESULT_CLASS, at, "write w, l, s or d", new String[] {op.text, Classes.text(kind)});
            throw SyntaxError.REPORTED;
        }
        if (op == QbeOp.PHI) {
            phi(to, kind, at, position);
            return;
        }
        int cls = kind < 0 ? Classes.W : kind;
        int i = body.addInstruction(op.ordinal(), cls, to, at, position, location);
        try {
            operands(op, i, cls);
        } catch (SyntaxError reported) {
            body.size = i;
            throw reported;
        }
        phisAllowed = false;
    }

    private void operands(QbeOp op, int i, int cls) {
        if (op == QbeOp.VASTART && !body.variadic && !damaged) {
            reporter.report(QbeCode.VASTART, body.at[i]);
            throw SyntaxError.REPORTED;
        }
        int count = 0;
        boolean blit = op == QbeOp.BLIT;
        while (lexer.kind != Lexer.NEWLINE && lexer.kind != Lexer.END) {
            int at = lexer.start;
            int ref = operand("a value");
            if (count == 0) {
                body.a[i] = ref;
                body.aAt[i] = at;
            } else if (count == 1) {
                body.b[i] = ref;
                body.bAt[i] = at;
            } else if (count == 2 && blit) {
                blitSize(i, ref, at);
            }
            count++;
            if (lexer.kind != Lexer.NEWLINE && lexer.kind != Lexer.END) {
                parser.takeHere(Lexer.COMMA, ", or the end of the line");
                if (lexer.kind == Lexer.NEWLINE || lexer.kind == Lexer.END) {
                    throw parser.expected("a value");
                }
            }
        }
        int first = op.operandClass(0, cls);
        if (first == Classes.INVALID) {
            reporter.report(QbeCode.RESULT_CLASS, body.at[i], op.text, Classes.text(cls));
            throw SyntaxError.REPORTED;
        }
        int want = blit ? 3 : op.operandClass(1, cls) == Classes.NONE ? 1 : 2;
        if (count != want) {
            String[] words = {"no operand", "one operand", "two operands", "three operands"};
            reporter.report(QbeCode.OPERAND_COUNT, body.at[i], op.text, words[want], Integer.toString(count));
            throw SyntaxError.REPORTED;
        }
        if (op.form == QbeOp.Form.ALLOC && body.isNumber(body.a[i])) {
            long size = body.number(body.a[i]);
            if (size < 0 || size >= Integer.MAX_VALUE - 15) {
                reporter.report(
                        QbeCode.VALUE_RANGE, body.aAt[i], "the size of a stack slot", "between 0 and 2147483631");
                throw SyntaxError.REPORTED;
            }
        }
    }

    private void blitSize(int i, int ref, int at) {
        if (!body.isNumber(ref) || body.number(ref) < 0 || body.number(ref) > Integer.MAX_VALUE) {
            reporter.report(QbeCode.VALUE_RANGE, at, "the size of a blit", "a number between 0 and 2147483647");
            throw SyntaxError.REPORTED;
        }
        body.extra[i] = (int) body.number(ref);
    }

    private void call(int to, int kind, int at, int position) {
        int calleeAt = lexer.start;
        int callee = operand("the function to call");
        parser.takeHere(Lexer.OPEN, "(");
        int call = body.addCall(to == Body.NONE ? Classes.NONE : kind);
        boolean env = false;
        while (lexer.kind != Lexer.CLOSE) {
            if (lexer.kind == Lexer.WORD && lexer.word == Words.DOTS) {
                if (body.callFixed[call] >= 0) {
                    reporter.report(QbeCode.PARAMETERS, lexer.start, "only one ... is possible");
                    throw SyntaxError.REPORTED;
                }
                body.callFixed[call] = body.args - body.callStart[call];
                lexer.next();
            } else {
                int argKind;
                if (lexer.kind == Lexer.WORD && lexer.word == Words.ENV) {
                    if (env) {
                        reporter.report(QbeCode.PARAMETERS, lexer.start, "only one env argument is possible");
                        throw SyntaxError.REPORTED;
                    }
                    env = true;
                    argKind = Classes.ENV;
                    lexer.next();
                } else {
                    argKind = kind();
                }
                int argAt = lexer.start;
                body.addArg(argKind, operand("an argument"), argAt);
            }
            if (lexer.kind == Lexer.CLOSE) {
                break;
            }
            parser.takeHere(Lexer.COMMA, ", or )");
        }
        lexer.next();
        endLine();
        body.callSize[call] = body.args - body.callStart[call];
        int cls = to == Body.NONE ? Classes.W : Classes.ofTemporary(kind);
        int i = body.addInstruction(QbeOp.CALL.ordinal(), cls, to, at, position, location);
        body.a[i] = callee;
        body.aAt[i] = calleeAt;
        body.extra[i] = call;
        phisAllowed = false;
    }

    private void phi(int to, int cls, int at, int position) {
        if (!phisAllowed) {
            reporter.report(QbeCode.MISPLACED_PHI, at);
            throw SyntaxError.REPORTED;
        }
        int start = body.phiArgs;
        try {
            phiArgs();
        } catch (SyntaxError reported) {
            body.phiArgs = start;
            throw reported;
        }
        body.addPhi(to, cls, start, at, position);
        body.lastPhi[block] = body.phis;
    }

    private void phiArgs() {
        while (lexer.kind != Lexer.NEWLINE && lexer.kind != Lexer.END) {
            if (lexer.kind != Lexer.LABEL) {
                throw parser.expected("a label such as @loop");
            }
            int from = body.label(lexer);
            lexer.next();
            int refAt = lexer.start;
            body.addPhiArg(from, operand("a value"), refAt);
            if (lexer.kind != Lexer.NEWLINE && lexer.kind != Lexer.END) {
                parser.takeHere(Lexer.COMMA, ", or the end of the line");
                if (lexer.kind != Lexer.LABEL) {
                    throw parser.expected("a label such as @loop");
                }
            }
        }
    }

    /** Reads an operand: a temporary or a constant. */
    private int operand(String what) {
        int ref;
        switch (lexer.kind) {
            case Lexer.TEMPORARY -> ref = temp();
            case Lexer.INTEGER, Lexer.SINGLE, Lexer.DOUBLE -> ref = body.constant(lexer.bits, -1, false);
            case Lexer.GLOBAL -> ref = symbol(false);
            case Lexer.WORD -> {
                if (lexer.word != Words.THREAD) {
                    throw parser.expected(what);
                }
                lexer.next();
                if (lexer.kind != Lexer.GLOBAL) {
                    throw parser.expected("a thread-local symbol such as $x");
                }
                ref = symbol(true);
            }
            default -> throw parser.expected(what);
        }
        lexer.next();
        return ref;
    }

    private int symbol(boolean thread) {
        return body.constant(lexer.start, symbols.intern(lexer), thread);
    }

    private int temp() {
        return body.temps.intern(lexer.text, lexer.nameStart, lexer.nameEnd, lexer.hash);
    }

    /** Reads the type of a parameter, an argument or a result. */
    private int kind() {
        int kind;
        if (lexer.kind == Lexer.TYPE) {
            kind = Classes.AGGREGATE + aggregates.find();
        } else {
            kind = lexer.kind == Lexer.WORD ? Words.classOf(lexer.word) : Classes.NONE;
            if (kind == Classes.NONE) {
                throw parser.expected("a type (w, l, s, d, sb, ub, sh, uh or :name)");
            }
        }
        lexer.next();
        return kind;
    }

    private void endLine() {
        if (lexer.kind != Lexer.NEWLINE && lexer.kind != Lexer.END) {
            throw parser.expected("the end of the line");
        }
    }
}
