package dev.kiln.ir;

/** Who sees a function or datum. */
public enum Linkage {
    /** This module only. */
    LOCAL,
    /** Every module linked with it. */
    EXPORT,
    /** Every module, and another module's definition may replace it. */
    WEAK,
    /** Data only: zero-filled, merged with others of the same name (the tentative definition of C). */
    COMMON
}
