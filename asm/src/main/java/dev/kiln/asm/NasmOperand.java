package dev.kiln.asm;

/** An operand as it was written; what it amounts to is computed anew in each pass. */
final class NasmOperand {
    static final int REGISTER = 1, MEMORY = 2, VALUE = 3, ROUNDING = 4;
    static final int SHORT = 1, NEAR = 2, FAR = 3;
    static final int AS_NEEDED = -1;

    int kind;
    int at;
    /** The width said in front of it, in bits; 0 for none. */
    int size;

    boolean strict;
    /** {@link #SHORT}, {@link #NEAR}, {@link #FAR} or 0. */
    int distance;

    /** For registers the number and the width, as in the keys of {@link NasmValue}. */
    int register;

    NasmExpression expression;

    /** The write mask and zeroing behind it, as {@link Encoder} has them. */
    int decorations;

    /** For memory: to how many elements one is broadcast; 0 for none, {@link #AS_NEEDED} where the other operands tell. */
    int broadcast;

    /** Whether it is the set of flags that a conditional comparison leaves when its condition does not hold. */
    boolean defaultFlags;

    /** Said behind this operand or in place of one; else {@code null}. */
    Rounding rounding;

    /** For memory written as {@code [base, index]}: what stands behind the comma; else {@code null}. */
    NasmExpression index;

    /** For memory: the register number of a segment override, or −1. */
    int segment = Registers.NONE;
    /** For memory: whether REL or ABS was said or is the default. */
    boolean relative;

    boolean saidRelative;
    boolean absolute;
    boolean noSplit;
    /** For memory: the width of addresses said between the brackets, in bits; 0 for none. */
    int addressSize;
    /** For memory: the width of the displacement that was said, in bits; 0 for none. */
    int displacementSize;

    int registerNumber() {
        return register & 0xFF;
    }

    int registerBits() {
        return register >> 8;
    }

    /** The same register, or memory, of another width. */
    NasmOperand ofWidth(int bits) {
        NasmOperand other = new NasmOperand();
        other.kind = kind;
        other.at = at;
        other.expression = expression;
        other.decorations = decorations;
        other.rounding = rounding;
        if (kind == REGISTER) {
            other.size = size;
            other.register = registerNumber() | bits << 8;
            return other;
        }
        other.size = bits;
        other.index = index;
        other.segment = segment;
        other.relative = relative;
        other.saidRelative = saidRelative;
        other.absolute = absolute;
        other.noSplit = noSplit;
        other.addressSize = addressSize;
        other.displacementSize = displacementSize;
        return other;
    }

    /** The same register as a source, which has no mask. */
    NasmOperand asSource() {
        if (decorations == 0) return this;
        NasmOperand source = new NasmOperand();
        source.kind = kind;
        source.at = at;
        source.size = size;
        source.register = register;
        source.expression = expression;
        return source;
    }
}
