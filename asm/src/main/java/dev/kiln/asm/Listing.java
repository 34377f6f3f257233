package dev.kiln.asm;

import java.util.HashMap;
import java.util.Map;

/**
 * A listing of machine code: address, bytes, instruction; labels on lines of their own, notes behind the instruction. What is no
 * instruction is listed byte by byte as {@code db} and said to be none, so that every byte appears once.
 *
 * <pre>
 * fib:
 *     401000  55                      push rbp
 *     401001  48 89 e5                mov rbp, rsp
 *     401004  74 1a                   je done                         ; nothing left
 * </pre>
 *
 * <p>Of finished {@link Code}, the labels and notes come with it:
 *
 * <pre>{@code
 * Assembler a = new Assembler();
 * a.keepNotes();
 * a.comment("the smaller one");
 * a.cmovl(RAX, RCX);
 * a.ret();
 * StringBuilder out = new StringBuilder();
 * new Listing().append(out, a.finish(), 0);
 * }</pre>
 */
public final class Listing {
    /** Bytes per line; longer instructions go on in a second line. */
    private static final int BYTES = 8;

    private static final int NOTE_COLUMN = 70;
    private static final String[] DIRECTIVES = {"db ", "dw ", "dd ", "dq "};

    private final Map<Long, String> labels = new HashMap<>();
    private final Map<Long, String> notes = new HashMap<>();
    private final Map<Long, SymbolReference> references = new HashMap<>();
    private final Decoder decoder = new Decoder();
    private final Disassembler disassembler;

    /** An empty listing in the syntax of NASM. */
    public Listing() {
        this(Disassembler.Syntax.NASM);
    }

    /** An empty listing whose instructions will be in a syntax. */
    public Listing(Disassembler.Syntax syntax) {
        disassembler = new Disassembler(labels::get, syntax);
    }

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

    /** Says what the field that begins at an address refers to; it is written in place of what stands there. */
    public Listing reference(long address, SymbolReference reference) {
        references.putIfAbsent(address, reference);
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
        instructions(out, code, from, to, address, digits(address + (to - from)));
    }

    /** How many digits addresses up to {@code end} are written with. */
    private static int digits(long end) {
        return Math.max(4, Long.toHexString(end).length());
    }

    private void instructions(StringBuilder out, byte[] code, int from, int to, long address, int digits) {
        int at = from;
        while (at < to) {
            long here = address + (at - from);
            String label = labels.get(here);
            if (label != null) out.append(label).append(":\n");
            int start = out.length();
            boolean valid = decoder.decode(code, at, to);
            int length = valid ? decoder.length() : 1;
            bytes(out, here, digits, code, at, Math.min(length, BYTES));
            if (valid && references.isEmpty()) disassembler.append(out, decoder, here);
            else if (valid) disassembler.append(out, decoder, here, references::get, false);
            else {
                out.append("db 0x");
                hex(out, code[at] & 0xFF, 2);
                out.append(decoder.status() == Decoder.Status.TRUNCATED ? "  ; bad: cut off" : "  ; bad");
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

    /**
     * Appends the lines of finished code, as it stands before symbols are filled in: its labels (those without a name as {@code .L} and their
     * number), its notes, and behind instructions with a symbol which one that is, behind patch sites their numbers. Embedded data and the constant pool are listed as data.
     *
     * @param address where the first byte is said to be
     */
    public void append(StringBuilder out, Code code, long address) {
        for (int i = 0; i < code.labels.offsets().length; i++) {
            int offset = code.labels.offsets()[i];
            String[] names = code.labels.names();
            String name = names != null && i < names.length ? names[i] : null;
            if (offset >= 0) label(address + offset, name == null ? ".L" + i : name);
        }
        for (int i = 0; i < code.notes.offsets().length; i++)
            note(address + code.notes.offsets()[i], code.notes.texts()[i]);
        for (int i = 0; i < code.relocationCount(); i++) {
            String symbol = code.relocationSymbol(i);
            if (symbol.equals(Code.SELF)) continue;
            long field = address + code.relocationOffset(i);
            reference(field, new SymbolReference(code.relocationKind(i), symbol, code.relocationAddend(i), null));
            note(field, code.relocationKind(i) + " " + symbol);
        }
        for (int i = 0; i < code.patchSites().size(); i++)
            note(address + code.patchSites().get(i).offset(), "patch site " + i);
        int digits = digits(address + code.size());
        int at = 0;
        while (at < code.size()) {
            boolean data = code.isData(at);
            int end = at + 1;
            while (end < code.size() && code.isData(end) == data) end++;
            if (data) data(out, code.bytes(), at, end, address, digits);
            else instructions(out, code.bytes(), at, end, address + at, digits);
            at = end;
        }
    }

    /**
     * Appends the lines of some data, with a new line at each label and each field that refers to a symbol.
     *
     * @param from offset of the first byte in {@code bytes}
     * @param to one more than the offset of the last byte
     * @param address of the first byte
     */
    public void appendData(StringBuilder out, byte[] bytes, int from, int to, long address) {
        data(out, bytes, from, to, address - from, digits(address + (to - from)));
    }

    /** Data whose byte 0 is at {@code address}. */
    private void data(StringBuilder out, byte[] code, int from, int to, long address, int digits) {
        int at = from;
        while (at < to) {
            String label = labels.get(address + at);
            if (label != null) out.append(label).append(":\n");
            SymbolReference reference = references.isEmpty() ? null : references.get(address + at);
            if (reference != null && reference.kind().size() > to - at) reference = null;
            int end = at + (reference == null ? 1 : reference.kind().size());
            while (reference == null && end < to && end < at + BYTES && isPlain(address + end)) end++;
            int start = out.length();
            bytes(out, address + at, digits, code, at, end - at);
            if (reference != null) {
                out.append(DIRECTIVES[Integer.numberOfTrailingZeros(end - at)]).append(reference.operand(0, false));
                if (reference.kind().isRelative()) out.append(" - $");
            } else
                for (int i = at; i < end; i++) {
                    out.append(i == at ? "db 0x" : ", 0x");
                    hex(out, code[i] & 0xFF, 2);
                }
            if (!notes.isEmpty()) notes(out, start, address + at, end - at);
            out.append('\n');
            at = end;
        }
    }

    /** Whether data may go on at an address without a new line. */
    private boolean isPlain(long address) {
        return labels.get(address) == null && (references.isEmpty() || references.get(address) == null);
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
