package dev.kiln.ir;

/**
 * A symbol defined elsewhere.
 *
 * @param name without {@code @}
 * @param signature the function's shape; {@code null} for data and for symbols of unknown kind
 * @param thread whether it is thread-local data
 * @param textPosition where it stands in the text, as {@link Instruction#textPosition()}
 */
public record Import(String name, Signature signature, boolean thread, int textPosition) {}
