package dev.kiln.ir;

/**
 * A section named by the program.
 *
 * @param name as the object format spells it
 * @param flags flags in GNU assembler notation such as {@code "aw"}, or {@code null} for those of the contents
 */
public record Section(String name, String flags) {}
