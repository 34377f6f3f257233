package dev.kiln.qbe.internal;

import dev.kiln.base.Diagnostic;
import dev.kiln.base.Diagnostics;
import dev.kiln.base.Position;
import dev.kiln.base.SourceText;
import dev.kiln.qbe.QbeCode;
import java.util.Arrays;

/** Turns byte offsets of the source into positions and hands diagnostics on. */
final class Reporter {
    private final SourceText source;
    private final Diagnostics diagnostics;
    /** Where each line starts; made with the first diagnostic. */
    private int[] lineStarts;

    private int lines;

    Reporter(SourceText source, Diagnostics diagnostics) {
        this.source = source;
        this.diagnostics = diagnostics;
    }

    void report(QbeCode code, int offset, String... arguments) {
        diagnostics.add(code, position(offset), arguments);
    }

    void report(QbeCode code, int offset, String suggestion, String[] arguments) {
        diagnostics.add(Diagnostic.of(code, position(offset), arguments).suggest(suggestion));
    }

    /** The place of a byte. */
    Position position(int offset) {
        if (lineStarts == null) {
            findLines();
        }
        int line = Arrays.binarySearch(lineStarts, 0, lines, offset);
        if (line < 0) {
            line = -line - 2;
        }
        return new Position(source.name(), line + 1, offset - lineStarts[line] + 1);
    }

    private void findLines() {
        byte[] bytes = source.bytes();
        lineStarts = new int[256];
        lines = 1;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                if (lines == lineStarts.length) {
                    lineStarts = Arrays.copyOf(lineStarts, lines * 2);
                }
                lineStarts[lines++] = i + 1;
            }
        }
    }
}
