package dev.kiln.qbe;

import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import dev.kiln.ir.Module;
import dev.kiln.qbe.internal.ModuleParser;

/**
 * Reads QBE IL and gives the same program as Kiln IR. Takes the language of QBE's {@code doc/il.txt} and what QBE's own parser takes
 * beyond it: programs that assign a temporary twice (SSA is built), {@code dbgfile} and {@code dbgloc}, {@code common} data, quoted
 * names. {@code docs/qbe.md} tells how each construct is mapped.
 */
public final class QbeParser {
    private QbeParser() {}

    /**
     * Reads a file. Never throws for bad input: each malformed line, and each line whose meaning is wrong, adds an error with its
     * position, and reading goes on with the next line.
     *
     * @param source the text
     * @param diagnostics gets all errors ({@code KILN-E20xx}) and warnings ({@code KILN-W20xx}); see {@link QbeCode}
     * @return the module; when {@code diagnostics} got an error, an incomplete one that is of no use
     */
    public static Module parse(SourceText source, Diagnostics diagnostics) {
        return new ModuleParser(source, diagnostics).parse();
    }
}
