package dev.kiln.ir.internal;

/** Limits of the IR that have to do with x86-64 and with keeping recursion over types short. */
public final class Limits {
    /** The largest datum, aggregate or stated frame slot in bytes: what RIP-relative addressing reaches. */
    public static final long SIZE = Integer.MAX_VALUE;

    /** The largest alignment in bytes. */
    public static final long ALIGN = 1 << 20;

    /** How deep types may be nested, through names too. */
    public static final int TYPE_DEPTH = 64;

    private Limits() {}
}
