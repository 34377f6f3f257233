package dev.kiln.qbe.internal;

import dev.kiln.ir.Type;

/**
 * Numbers for QBE's classes: of temporaries (0–3), and of parameters, arguments and results in the wider sense of its {@code ABITY}
 * (sub-word types, {@code env}, and from {@link #AGGREGATE} on the aggregate types by their index).
 */
final class Classes {
    static final byte W = 0, L = 1, S = 2, D = 3;
    static final byte NONE = -1;
    static final byte INVALID = -2;
    static final int SB = 4, UB = 5, SH = 6, UH = 7;
    static final int ENV = 8;
    static final int AGGREGATE = 16;

    private static final Type[] TYPES = {Type.I32, Type.I64, Type.F32, Type.F64};

    private Classes() {}

    /** The IR type of a temporary's class. */
    static Type type(int cls) {
        return TYPES[cls];
    }

    /** The class that a temporary declared or assigned with {@code kind} has. */
    static byte ofTemporary(int kind) {
        return kind <= D ? (byte) kind : kind <= UH ? W : L;
    }

    static boolean isSubWord(int kind) {
        return kind >= SB && kind <= UH;
    }

    /** The IR type of a sub-word kind. */
    static Type subWord(int kind) {
        return kind <= UB ? Type.I8 : Type.I16;
    }

    static boolean isSigned(int kind) {
        return kind == SB || kind == SH;
    }

    /** How QBE IL writes it; of aggregates only that they are some. */
    static String text(int kind) {
        return switch (kind) {
            case W -> "w";
            case L -> "l";
            case S -> "s";
            case D -> "d";
            case SB -> "sb";
            case UB -> "ub";
            case SH -> "sh";
            case UH -> "uh";
            case ENV -> "env";
            default -> kind >= AGGREGATE ? "aggregate" : "nothing";
        };
    }
}
