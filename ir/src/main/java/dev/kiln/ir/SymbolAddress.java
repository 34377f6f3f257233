package dev.kiln.ir;

/** The address of a function, datum or import plus an offset: {@code @name+8}. For thread-local data, the calling thread's copy. */
public final class SymbolAddress extends Value {
    private final String symbol;
    private final long offset;

    /** The address {@code offset} bytes behind the start of a symbol. */
    public SymbolAddress(String symbol, long offset) {
        super(Type.PTR);
        this.symbol = symbol;
        this.offset = offset;
    }

    /** The symbol's name without {@code @}. */
    public String symbol() {
        return symbol;
    }

    /** Bytes added to the address. */
    public long offset() {
        return offset;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SymbolAddress a && a.offset == offset && a.symbol.equals(symbol);
    }

    @Override
    public int hashCode() {
        return symbol.hashCode() * 31 + Long.hashCode(offset);
    }
}
