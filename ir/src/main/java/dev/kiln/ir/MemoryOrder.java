package dev.kiln.ir;

/** The orders of atomic operations, with the meaning they have in C11. */
public enum MemoryOrder {
    /** Atomic, and orders nothing else. */
    RELAXED("relaxed"),
    /** What stands behind it is not seen to happen before it. */
    ACQUIRE("acquire"),
    /** What stands before it is not seen to happen behind it. */
    RELEASE("release"),
    /** Both of {@link #ACQUIRE} and {@link #RELEASE}. */
    ACQ_REL("acq_rel"),
    /** As {@link #ACQ_REL}, and all such operations have one order that all threads see. */
    SEQ_CST("seq_cst");

    private final String text;

    MemoryOrder(String text) {
        this.text = text;
    }

    /** The name in IR text. */
    public String text() {
        return text;
    }
}
