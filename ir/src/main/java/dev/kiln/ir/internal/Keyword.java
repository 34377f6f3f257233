package dev.kiln.ir.internal;

import dev.kiln.ir.Op;
import dev.kiln.ir.Type;

/**
 * The words of IR text as numbers of a {@link NameTable}: first the words below, then the types, then the operations. A name may be
 * spelled like a word; only the place decides.
 */
final class Keyword {
    static final int MODULE = 0,
            IMPORT = 1,
            FUNC = 2,
            DATA = 3,
            TYPE = 4,
            SIG = 5,
            EXPORT = 6,
            WEAK = 7,
            COMMON = 8,
            THREAD = 9,
            READONLY = 10,
            SECTION = 11,
            CC = 12,
            FAST = 13,
            NOINLINE = 14,
            COLD = 15,
            RETURNS_TWICE = 16,
            STACKCHECK = 17,
            STRUCT = 18,
            UNION = 19,
            ARRAY = 20,
            OPAQUE = 21,
            PACKED = 22,
            ALIGN = 23,
            SIZE = 24,
            OF = 25,
            ZERO = 26,
            SIGNEXT = 27,
            ZEROEXT = 28,
            SRET = 29,
            ENV = 30,
            PINNED = 31,
            STATE = 32,
            IN = 33,
            TAIL = 34,
            VOLATILE = 35,
            NAN = 36,
            INF = 37,
            NULL = 38,
            LOC = 39;

    private static final String[] WORDS = {
        "module",
        "import",
        "func",
        "data",
        "type",
        "sig",
        "export",
        "weak",
        "common",
        "thread",
        "readonly",
        "section",
        "cc",
        "fast",
        "noinline",
        "cold",
        "returns_twice",
        "stackcheck",
        "struct",
        "union",
        "array",
        "opaque",
        "packed",
        "align",
        "size",
        "of",
        "zero",
        "signext",
        "zeroext",
        "sret",
        "env",
        "pinned",
        "state",
        "in",
        "tail",
        "volatile",
        "nan",
        "inf",
        "null",
        "loc"
    };
    private static final Type[] TYPES = Type.values();

    private final int firstType;
    private final int firstOp;
    private final Op[] ops;

    /** Puts the words into a new table. */
    Keyword(NameTable names) {
        for (String word : WORDS) {
            names.intern(word);
        }
        firstType = names.count();
        for (Type type : TYPES) {
            names.intern(type.text());
        }
        firstOp = names.count();
        Op[] all = Op.values();
        ops = new Op[all.length];
        for (Op op : all) {
            // "trunc" stands twice; the parser tells the two apart by the type. "tail call" is found through "tail".
            if (op != Op.ROUND_TO_ZERO && op != Op.TAIL_CALL) {
                ops[names.intern(op.text()) - firstOp] = op;
            }
        }
    }

    /** The type of that name, or {@code null}. */
    Type type(int name) {
        return name >= firstType && name < firstOp ? TYPES[name - firstType] : null;
    }

    /** The operation of that name, or {@code null}; {@link Op#TRUNC} for both called {@code trunc}. */
    Op op(int name) {
        int index = name - firstOp;
        return index >= 0 && index < ops.length ? ops[index] : null;
    }
}
