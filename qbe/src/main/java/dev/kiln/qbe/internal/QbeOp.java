package dev.kiln.qbe.internal;

import dev.kiln.ir.Op;
import dev.kiln.ir.Type;

/**
 * The instructions of QBE IL, one row each: name, the class each operand must have for each class of result ({@code w l s d} in that
 * order; {@code .} where the result cannot be of that class, {@code -} where there is no such operand), and how the row is lowered.
 * Facts from QBE's {@code doc/il.txt}, section 7, and from what its parser accepts.
 */
enum QbeOp {
    ADD("add", "wlsd", "wlsd", Form.ARITHMETIC, Op.ADD, Op.ADD),
    SUB("sub", "wlsd", "wlsd", Form.ARITHMETIC, Op.SUB, Op.SUB),
    MUL("mul", "wlsd", "wlsd", Form.ARITHMETIC, Op.MUL, Op.MUL),
    DIV("div", "wlsd", "wlsd", Form.ARITHMETIC, Op.DIV_S, Op.DIV),
    REM("rem", "wl..", "wl..", Form.ARITHMETIC, Op.REM_S),
    UDIV("udiv", "wl..", "wl..", Form.ARITHMETIC, Op.DIV_U),
    UREM("urem", "wl..", "wl..", Form.ARITHMETIC, Op.REM_U),
    AND("and", "wl..", "wl..", Form.ARITHMETIC, Op.AND),
    OR("or", "wl..", "wl..", Form.ARITHMETIC, Op.OR),
    XOR("xor", "wl..", "wl..", Form.ARITHMETIC, Op.XOR),
    NEG("neg", "wlsd", "----", Form.NEGATE, Op.NEG, Op.NEG),
    SAR("sar", "wl..", "ww..", Form.SHIFT, Op.SHR_S),
    SHR("shr", "wl..", "ww..", Form.SHIFT, Op.SHR_U),
    SHL("shl", "wl..", "ww..", Form.SHIFT, Op.SHL),

    CEQW("ceqw", "ww..", "ww..", Form.COMPARE, Op.EQ, Type.I32),
    CNEW("cnew", "ww..", "ww..", Form.COMPARE, Op.NE, Type.I32),
    CSGEW("csgew", "ww..", "ww..", Form.COMPARE, Op.GE_S, Type.I32),
    CSGTW("csgtw", "ww..", "ww..", Form.COMPARE, Op.GT_S, Type.I32),
    CSLEW("cslew", "ww..", "ww..", Form.COMPARE, Op.LE_S, Type.I32),
    CSLTW("csltw", "ww..", "ww..", Form.COMPARE, Op.LT_S, Type.I32),
    CUGEW("cugew", "ww..", "ww..", Form.COMPARE, Op.GE_U, Type.I32),
    CUGTW("cugtw", "ww..", "ww..", Form.COMPARE, Op.GT_U, Type.I32),
    CULEW("culew", "ww..", "ww..", Form.COMPARE, Op.LE_U, Type.I32),
    CULTW("cultw", "ww..", "ww..", Form.COMPARE, Op.LT_U, Type.I32),
    CEQL("ceql", "ll..", "ll..", Form.COMPARE, Op.EQ, Type.I64),
    CNEL("cnel", "ll..", "ll..", Form.COMPARE, Op.NE, Type.I64),
    CSGEL("csgel", "ll..", "ll..", Form.COMPARE, Op.GE_S, Type.I64),
    CSGTL("csgtl", "ll..", "ll..", Form.COMPARE, Op.GT_S, Type.I64),
    CSLEL("cslel", "ll..", "ll..", Form.COMPARE, Op.LE_S, Type.I64),
    CSLTL("csltl", "ll..", "ll..", Form.COMPARE, Op.LT_S, Type.I64),
    CUGEL("cugel", "ll..", "ll..", Form.COMPARE, Op.GE_U, Type.I64),
    CUGTL("cugtl", "ll..", "ll..", Form.COMPARE, Op.GT_U, Type.I64),
    CULEL("culel", "ll..", "ll..", Form.COMPARE, Op.LE_U, Type.I64),
    CULTL("cultl", "ll..", "ll..", Form.COMPARE, Op.LT_U, Type.I64),
    CEQS("ceqs", "ss..", "ss..", Form.COMPARE, Op.EQ, Type.F32),
    CNES("cnes", "ss..", "ss..", Form.COMPARE, Op.NE, Type.F32),
    CGES("cges", "ss..", "ss..", Form.COMPARE, Op.GE, Type.F32),
    CGTS("cgts", "ss..", "ss..", Form.COMPARE, Op.GT, Type.F32),
    CLES("cles", "ss..", "ss..", Form.COMPARE, Op.LE, Type.F32),
    CLTS("clts", "ss..", "ss..", Form.COMPARE, Op.LT, Type.F32),
    COS("cos", "ss..", "ss..", Form.COMPARE, Op.ORD, Type.F32),
    CUOS("cuos", "ss..", "ss..", Form.COMPARE, Op.UNO, Type.F32),
    CEQD("ceqd", "dd..", "dd..", Form.COMPARE, Op.EQ, Type.F64),
    CNED("cned", "dd..", "dd..", Form.COMPARE, Op.NE, Type.F64),
    CGED("cged", "dd..", "dd..", Form.COMPARE, Op.GE, Type.F64),
    CGTD("cgtd", "dd..", "dd..", Form.COMPARE, Op.GT, Type.F64),
    CLED("cled", "dd..", "dd..", Form.COMPARE, Op.LE, Type.F64),
    CLTD("cltd", "dd..", "dd..", Form.COMPARE, Op.LT, Type.F64),
    COD("cod", "dd..", "dd..", Form.COMPARE, Op.ORD, Type.F64),
    CUOD("cuod", "dd..", "dd..", Form.COMPARE, Op.UNO, Type.F64),

    STOREB("storeb", "w...", "l...", Form.STORE, null, Type.I8),
    STOREH("storeh", "w...", "l...", Form.STORE, null, Type.I16),
    STOREW("storew", "w...", "l...", Form.STORE, null, Type.I32),
    STOREL("storel", "l...", "l...", Form.STORE, null, Type.I64),
    STORES("stores", "s...", "l...", Form.STORE, null, Type.F32),
    STORED("stored", "d...", "l...", Form.STORE, null, Type.F64),
    LOADSB("loadsb", "ll..", "--..", Form.LOAD, Op.LOAD_S8, Type.I8),
    LOADUB("loadub", "ll..", "--..", Form.LOAD, Op.LOAD_U8, Type.I8),
    LOADSH("loadsh", "ll..", "--..", Form.LOAD, Op.LOAD_S16, Type.I16),
    LOADUH("loaduh", "ll..", "--..", Form.LOAD, Op.LOAD_U16, Type.I16),
    LOADSW("loadsw", "ll..", "--..", Form.LOAD, Op.LOAD_S32, Type.I32),
    LOADUW("loaduw", "ll..", "--..", Form.LOAD, Op.LOAD_U32, Type.I32),
    LOADW("loadw", "ll..", "--..", Form.LOAD, Op.LOAD_S32, Type.I32),
    /** QBE lets the class of the result alone say what these four load. */
    LOAD("load", "llll", "----", Form.LOAD_WHOLE),
    LOADL("loadl", "llll", "----", Form.LOAD_WHOLE),
    LOADS("loads", "llll", "----", Form.LOAD_WHOLE),
    LOADD("loadd", "llll", "----", Form.LOAD_WHOLE),
    BLIT("blit", "l...", "l...", Form.BLIT),
    /** QBE rounds the alignments 1 and 2 up to 4. */
    ALLOC1("alloc1", ".l..", ".-..", Form.ALLOC),
    ALLOC2("alloc2", ".l..", ".-..", Form.ALLOC),
    ALLOC4("alloc4", ".l..", ".-..", Form.ALLOC),
    ALLOC8("alloc8", ".l..", ".-..", Form.ALLOC),
    ALLOC16("alloc16", ".l..", ".-..", Form.ALLOC),

    EXTSB("extsb", "ww..", "--..", Form.EXTEND, Op.SEXT, Type.I8),
    EXTUB("extub", "ww..", "--..", Form.EXTEND, Op.ZEXT, Type.I8),
    EXTSH("extsh", "ww..", "--..", Form.EXTEND, Op.SEXT, Type.I16),
    EXTUH("extuh", "ww..", "--..", Form.EXTEND, Op.ZEXT, Type.I16),
    EXTSW("extsw", ".w..", ".-..", Form.EXTEND, Op.SEXT, Type.I32),
    EXTUW("extuw", ".w..", ".-..", Form.EXTEND, Op.ZEXT, Type.I32),
    EXTS("exts", "...s", "...-", Form.CONVERT, Op.FEXT, Type.F32),
    TRUNCD("truncd", "..d.", "..-.", Form.CONVERT, Op.FTRUNC, Type.F64),
    STOSI("stosi", "ss..", "--..", Form.CONVERT, Op.FTOI_S, Type.F32),
    STOUI("stoui", "ss..", "--..", Form.CONVERT, Op.FTOI_U, Type.F32),
    DTOSI("dtosi", "dd..", "--..", Form.CONVERT, Op.FTOI_S, Type.F64),
    DTOUI("dtoui", "dd..", "--..", Form.CONVERT, Op.FTOI_U, Type.F64),
    SWTOF("swtof", "..ww", "..--", Form.CONVERT, Op.ITOF_S, Type.I32),
    UWTOF("uwtof", "..ww", "..--", Form.CONVERT, Op.ITOF_U, Type.I32),
    SLTOF("sltof", "..ll", "..--", Form.CONVERT, Op.ITOF_S, Type.I64),
    ULTOF("ultof", "..ll", "..--", Form.CONVERT, Op.ITOF_U, Type.I64),
    CAST("cast", "sdwl", "----", Form.CAST),
    COPY("copy", "wlsd", "----", Form.COPY),

    CALL("call", "llll", "----", Form.CALL),
    VASTART("vastart", "l...", "-...", Form.VASTART),
    VAARG("vaarg", "llll", "----", Form.VAARG),
    PHI("phi", "wlsd", "----", Form.PHI);

    /** The ways of lowering. */
    enum Form {
        ARITHMETIC,
        NEGATE,
        SHIFT,
        COMPARE,
        STORE,
        LOAD,
        LOAD_WHOLE,
        BLIT,
        ALLOC,
        EXTEND,
        CONVERT,
        CAST,
        COPY,
        CALL,
        VASTART,
        VAARG,
        PHI
    }

    private static final QbeOp[] ALL = values();

    final String text;
    final Form form;
    /** The IR operation (on integers), {@code null} where the form says it. */
    final Op op;
    /** The IR operation on floats. */
    final Op floatOp;
    /** The IR type of the operand or of the memory accessed, {@code null} where the result says it. */
    final Type type;

    private final byte[] first = new byte[4];
    private final byte[] second = new byte[4];

    QbeOp(String text, String first, String second, Form form, Op op, Op floatOp, Type type) {
        this.text = text;
        this.form = form;
        this.op = op;
        this.floatOp = floatOp;
        this.type = type;
        for (int k = 0; k < 4; k++) {
            this.first[k] = classOf(first.charAt(k));
            this.second[k] = classOf(second.charAt(k));
        }
    }

    QbeOp(String text, String first, String second, Form form) {
        this(text, first, second, form, null, null, null);
    }

    QbeOp(String text, String first, String second, Form form, Op op) {
        this(text, first, second, form, op, null, null);
    }

    QbeOp(String text, String first, String second, Form form, Op op, Op floatOp) {
        this(text, first, second, form, op, floatOp, null);
    }

    QbeOp(String text, String first, String second, Form form, Op op, Type type) {
        this(text, first, second, form, op, null, type);
    }

    /** The row with an ordinal; {@code values()} would copy. */
    static QbeOp of(int ordinal) {
        return ALL[ordinal];
    }

    static int count() {
        return ALL.length;
    }

    /** The class of operand {@code n} for a result of class {@code k}; {@link Classes#NONE} or {@link Classes#INVALID}. */
    int operandClass(int n, int k) {
        return n == 0 ? first[k] : second[k];
    }

    /** Whether a temporary is assigned; {@code call} may have one or not. */
    boolean givesResult() {
        return switch (form) {
            case STORE, BLIT, VASTART -> false;
            case ARITHMETIC,
                    NEGATE,
                    SHIFT,
                    COMPARE,
                    LOAD,
                    LOAD_WHOLE,
                    ALLOC,
                    EXTEND,
                    CONVERT,
                    CAST,
                    COPY,
                    CALL,
                    VAARG,
                    PHI -> true;
        };
    }

    private static byte classOf(char c) {
        return switch (c) {
            case 'w' -> Classes.W;
            case 'l' -> Classes.L;
            case 's' -> Classes.S;
            case 'd' -> Classes.D;
            case '-' -> Classes.NONE;
            default -> Classes.INVALID;
        };
    }
}
