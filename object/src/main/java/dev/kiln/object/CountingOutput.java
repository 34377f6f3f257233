package dev.kiln.object;

import java.io.IOException;
import java.io.OutputStream;

/** Counts what is written, so that padding can be computed. */
final class CountingOutput {
    private final OutputStream out;
    private long written;

    CountingOutput(OutputStream out) {
        this.out = out;
    }

    void write(byte[] bytes) throws IOException {
        out.write(bytes);
        written += bytes.length;
    }

    /** Writes zeros up to an offset of the file. */
    void pad(long to) throws IOException {
        write(new byte[Math.toIntExact(to - written)]);
    }
}
