package dev.kiln.base;

import java.util.Locale;

/**
 * One kind of diagnostic. Each module lists its own in an enum that implements this interface, one row per kind; the identifiers
 * never change their meaning, so that tests and users can rely on them.
 *
 * <p>Ranges: 00xx base and command line, 01xx–04xx assembler, 05xx execution, 10xx IR text, 11xx IR verifier, 12xx interpreter,
 * 20xx QBE IL, 30xx compiler, 40xx objects and linking, 50xx JIT.
 */
public interface DiagnosticCode {
    /** The row of the table. */
    DiagnosticKind kind();

    /** The enum constant's name. */
    String name();

    /** The stable identifier, such as {@code KILN-E1042} (errors) or {@code KILN-W2001} (warnings). */
    default String id() {
        return kind().id();
    }

    /** How much it matters. */
    default Severity severity() {
        return kind().severity();
    }

    /** The group it belongs to, in words: {@code "syntax"}, {@code "type"}, {@code "name"}, {@code "limit"} … */
    default String type() {
        return kind().type();
    }

    /** The key under which translations of {@link #template} are looked up: the enum constant's name in lower case. */
    default String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The English message; {@code {0}}, {@code {1}} … stand for the arguments. */
    default String template() {
        return kind().template();
    }
}
