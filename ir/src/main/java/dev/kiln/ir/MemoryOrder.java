package dev.kiln.ir;

/** The orders of atomic operations, with the meaning they have in C11. */
public enum MemoryOrder {
    RELAXED("relaxed"),
    ACQUIRE("acquire"),
    RELEASE("release"),
    ACQ_REL("acq_rel"),
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
