package dev.kiln.asm;

import java.util.HashMap;
import java.util.Map;

/**
 * A listing of machine code: address, bytes, instruction; labels on lines of their own, notes behind the instruction. What is no
 * instruction is listed byte by byte as {@code db}, so that every byte appears once.
 *
 * <pre>
 * fib:
 *     401000  55                      push rbp
 *     401001  48 89 e5                mov rbp, rsp
 *     401004  74 1a                   je done                         ; nothing left
 * </pre>
 */
public final class Listing {
    /** Bytes per line; longer instructions go on in a second line. */
    private static final int BYTES = 8;

    private static final int NOTE_COLUMN = 70;

    private final Map<Long, String> labels = new HashMap<>();
    private final Map<Long, String> notes = new HashMap<>();
    private final Decoder decoder = new Decoder();
    private final Disassembler disassembler = new Disassembler(labels::get);

    public Listing() {}

    /** Names an address: a line before it, and instead of the number where it is referred to. Of several names the first is kept. */
    public Listing label(long address, String name) {
        labels.putIfAbsent(address, name);
        return this;
    }

    /** Attaches a note to the instruction that holds the byte at an address. */
    public Listing note(long address, String text) {
        notes.merge(address, text, (a, b) -> a + "; " + b);
        return this;
    }

    /**
     * Appends the lines of some code.
     *
     * @param from offset of the first byte in {@code code}
     * @param to one more than the offset of the last byte
     * @param address of the first byte
     */
    public void append(StringBuilder out, byte[] code, int from, int to, long address) {
        int digits = Math.max(4, Long.toHexString(address + (to - from)).length());
        int at = from;
        while (at < to) {
            long here = address + (at - from);
            String label = labels.get(here);
            if (label != null) out.append(label).append(":\n");
            int start = out.length();
            boolean valid = decoder.decode(code, at, to);
            int length = valid ? decoder.length() : 1;
            bytes(out, here, digits, code, at, Math.min(length, BYTES));
            if (valid) {
                disassembler.append(out, decoder, here);
            } else {
                out.append("db 0x");
                hex(out, code[at] & 0xFF, 2);
            }
            if (!notes.isEmpty()) notes(out, start, here, length);
            out.append('\n');
            if (length > BYTES) {
                bytes(out, here + BYTES, digits, code, at + BYTES, length - BYTES);
                trim(out);
                out.append('\n');
            }
            at += length;
        }
    }

    private void notes(StringBuilder out, int start, long address, int length) {
        for (int i = 0; i < length; i++) {
            String note = notes.get(address + i);
            if (note == null) continue;
            while (out.length() - start < NOTE_COLUMN) out.append(' ');
            out.append(" ; ").append(note);
        }
    }

    private static void bytes(StringBuilder out, long address, int digits, byte[] code, int at, int count) {
        out.append("    ");
        hex(out, address, digits);
        out.append("  ");
        for (int i = 0; i < BYTES; i++) {
            if (i < count) {
                hex(out, code[at + i] & 0xFF, 2);
                out.append(' ');
            } else {
                out.append("   ");
            }
        }
        out.append(' ');
    }

    private static void trim(StringBuilder out) {
        while (out.charAt(out.length() - 1) == ' ') out.setLength(out.length() - 1);
    }

    private static void hex(StringBuilder out, long value, int digits) {
        String text = Long.toHexString(value);
        for (int i = text.length(); i < digits; i++) out.append('0');
        out.append(text);
    }
}
