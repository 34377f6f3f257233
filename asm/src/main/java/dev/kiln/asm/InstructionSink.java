package dev.kiln.asm;

/**
 * Takes a function's instructions by form id. {@link CodeBuffer} makes bytes, {@link NasmSink} prints the same instructions as text,
 * {@link CodeList} keeps them as nodes to be edited and emitted later. All take the same calls in the same order, so that the text assembles to the same bytes.
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

    /**
     * Embeds bytes that are made of wider units.
     *
     * @param unit the width in bytes that text shows: 1, 2, 4 or 8
     */
    void data(byte[] bytes, int from, int to, int unit);

    /** Embeds a number of zeros; in sections without contents, room. */
    void reserve(long bytes);

    /** Embeds a 32-bit field: the distance of a label from another, plus an addend; an entry of a jump table. */
    void distance32(int label, int from, int addend);

    /** Embeds a 64-bit field: the absolute address of a label, once this code has a place, plus an addend. */
    void address64(int label, long addend);

    /**
     * Embeds a field that depends on a symbol.
     *
     * @param kind how it does, and its width
     * @param addend the addend A of the kind's formula
     */
    void field(RelocationKind kind, String symbol, long addend);

    /**
     * The label of a constant in this code's pool, which is placed behind the code; equal constants are kept once.
     *
     * @param size 4, 8, 16, 32 or 64 bytes, also the alignment
     * @param low the low 8 bytes, little-endian
     * @param high the next 8 bytes; wider constants repeat the 16
     */
    int constant(int size, long low, long high);

    /**
     * The label of bytes in the pool; equal ones are kept once.
     *
     * @param boundary what their address is a multiple of: a power of two up to 64
     */
    int constantBytes(byte[] bytes, int boundary);

    /** {@link #constantBytes(byte[], int)} of bytes that may lie anywhere, for instance a NUL-terminated string. */
    default int constantBytes(byte[] bytes) {
        return constantBytes(bytes, 1);
    }

    /** The label of a table in the pool, aligned to 4: for each target 32 bits, its distance from the table. */
    int jumpTable(int... targets);

    /**
     * Emits an instruction that can be changed while other threads run it, with NOPs in front as its alignment needs.
     *
     * @param kind what can be changed
     * @param operands for jumps and calls a label or symbol, for immediates a general register and the first value, for NOPs nothing
     * @return the instruction's number in {@link Code#patchSites}
     */
    int patchable(PatchKind kind, Operands operands);

    /** Says which source position the following instructions have; an opaque number kept in {@link Code#positionAt}. */
    void position(int position);

    /** Attaches a comment to the place here; kept by text, and by {@link CodeBuffer} when it was asked to {@linkplain CodeBuffer#keepNotes keep notes}. */
    void comment(String text);

    /** A blank line; kept only by text. */
    void blankLine();

    /** Whether {@link #comment} is of use; callers skip making the text otherwise. */
    boolean wantsComments();
}
