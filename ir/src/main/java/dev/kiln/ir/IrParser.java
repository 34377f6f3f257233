package dev.kiln.ir;

import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import dev.kiln.ir.internal.ModuleParser;

/** Reads IR text; its grammar stands in {@code docs/ir.md}. */
public final class IrParser {
    private IrParser() {}

    /**
     * Reads a module. Every error is added to the diagnostics with its position, in text order, and a malformed line hides no other error; the module
     * given back then holds what was understood, and is not fit for the verifier. Costs time in proportion to the text.
     *
     * @throws NullPointerException for a null argument; nothing else is thrown, whatever the text
     */
    public static Module parse(SourceText text, Diagnostics diagnostics) {
        Diagnostics found = new Diagnostics();
        Module module = new ModuleParser(text, found).parse();
        if (!found.list().isEmpty()) {
            diagnostics.addSorted(found);
        }
        return module;
    }
}
