package dev.kiln.jit;

import dev.kiln.base.Diagnostics;
import dev.kiln.base.SourceText;
import dev.kiln.ir.IrParser;
import dev.kiln.ir.Module;

/** Modules from text. */
final class Text {
    private Text() {}

    static Module module(String name, String text) {
        Diagnostics diagnostics = new Diagnostics();
        Module module = IrParser.parse(SourceText.of(name + ".kir", "module \"" + name + "\"\n" + text), diagnostics);
        diagnostics.throwIfErrors();
        return module;
    }

    static Module module(String text) {
        return module("test", text);
    }
}
