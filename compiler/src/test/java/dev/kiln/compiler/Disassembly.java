package dev.kiln.compiler;

import dev.kiln.asm.Code;
import dev.kiln.asm.Decoder;
import dev.kiln.asm.Disassembler;
import java.util.ArrayList;
import java.util.List;

/** Code as lines of text, for tests to compare; addresses count from the code's start. */
public final class Disassembly {
    private Disassembly() {}

    public static List<String> lines(Code code) {
        return lines(code, code.codeEnd());
    }

    /** Only the first {@code end} bytes. */
    public static List<String> lines(Code code, int end) {
        List<String> lines = new ArrayList<>();
        Decoder decoder = new Decoder();
        Disassembler text = new Disassembler();
        for (int at = 0; at < end; at += decoder.length()) {
            if (!decoder.decode(code.bytes(), at, code.size())) {
                throw new AssertionError("no instruction at " + at + " behind " + lines);
            }
            lines.add(text.text(decoder, at));
        }
        return lines;
    }
}
