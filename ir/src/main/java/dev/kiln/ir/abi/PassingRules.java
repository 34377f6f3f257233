package dev.kiln.ir.abi;

import dev.kiln.ir.AggregateType;

/**
 * What a calling convention says of arguments and results, with registers counted instead of named.
 *
 * <p>Sources: System V ABI, AMD64 Architecture Processor Supplement 1.0, 3.2.3; Microsoft, "x64 calling convention".
 */
public enum PassingRules {
    /** Linux and macOS: arguments use up general and vector registers separately, aggregates up to 16 bytes among them. */
    SYSTEM_V(6, 8, 0, false),
    /** Windows: argument n uses register n of its class; an aggregate that is no register's size goes by the address of a copy. */
    MICROSOFT_X64(4, 4, 32, true);

    private final int generalRegisters;
    private final int vectorRegisters;
    private final int shadowSpace;
    private final boolean positional;

    PassingRules(int generalRegisters, int vectorRegisters, int shadowSpace, boolean positional) {
        this.generalRegisters = generalRegisters;
        this.vectorRegisters = vectorRegisters;
        this.shadowSpace = shadowSpace;
        this.positional = positional;
    }

    /** How many general registers arguments can use. */
    public int generalRegisters() {
        return generalRegisters;
    }

    /** How many vector registers arguments can use. */
    public int vectorRegisters() {
        return vectorRegisters;
    }

    /** Bytes at the start of the argument area that belong to the callee. */
    public int shadowSpace() {
        return shadowSpace;
    }

    /** Whether argument n uses the n-th register of its class, general and vector counted together. */
    public boolean isPositional() {
        return positional;
    }

    /** How an aggregate travels. */
    public Eightbytes classify(AggregateType type) {
        return positional ? Eightbytes.microsoft(type) : Eightbytes.systemV(type);
    }
}
