package dev.kiln.ir;

/** What an operand can be. Instructions and block parameters are defined by a function; constants and addresses stand for themselves. */
public abstract sealed class Value permits Constant, SymbolAddress, BlockParam, Instruction {
    final Type type;

    Value(Type type) {
        this.type = type;
    }

    /** The type; {@link Type#VOID} only for instructions without a result. */
    public Type type() {
        return type;
    }

    /**
     * The dense number among all values of the function ({@link Function#valueCount()} bounds it), for side tables; −1 for
     * constants and symbol addresses.
     */
    public int id() {
        return -1;
    }
}
