package dev.kiln.asm;

/**
 * Takes a function's instructions by form id. There are two sinks: {@link CodeBuffer} makes bytes, {@link NasmSink} prints the same
 * instructions as text. Both take the same calls in the same order, so that the text assembles to the same bytes.
 *
 * <p>Labels are small ints, each bound once. A jump or call to a label is emitted with its near form ({@code jmp rel32},
 * {@code jcc rel32}); the sink chooses the shortest encoding that reaches.
 */
public interface InstructionSink {
    /** Makes a label that is not bound yet. */
    int newLabel();

    /** Gives a label a name for text; has no effect on bytes. */
    void nameLabel(int label, String name);

    /** Binds a label here. */
    void bind(int label);

    /**
     * Emits one instruction.
     *
     * @param form a constant of {@link Form}
     * @param operands its explicit operands; may be reused after the call
     * @throws AssemblerException when the operands do not fit the form
     */
    void emit(int form, Operands operands);

    /** Fills with multi-byte NOPs to a multiple of {@code boundary}, a power of two. */
    void align(int boundary);

    /** Embeds bytes. */
    void bytes(byte[] bytes, int from, int to);

    /** Embeds a 32-bit field: the distance of a label from another, plus an addend; an entry of a jump table. */
    void distance32(int label, int from, int addend);

    /**
     * The label of a constant in this code's pool, which is placed behind the code; equal constants are kept once.
     *
     * @param size 4, 8, 16 or 32 bytes, also the alignment
     * @param low the low 8 bytes, little-endian
     * @param high the next 8 bytes; a 32-byte constant repeats the 16
     */
    int constant(int size, long low, long high);

    /** The label of bytes in the pool (for instance a NUL-terminated string), aligned to 1; equal ones are kept once. */
    int constantBytes(byte[] bytes);

    /** Says which source position the following instructions have; an opaque number kept in {@link Code#positionAt}. */
    void position(int position);

    /** Attaches a comment to the place here; kept only by text. */
    void comment(String text);

    /** Whether {@link #comment} is of use; callers then skip making the text. */
    boolean wantsComments();
}
