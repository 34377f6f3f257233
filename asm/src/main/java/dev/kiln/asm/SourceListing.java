package dev.kiln.asm;

import java.util.BitSet;

/**
 * Machine code as text that {@link NasmParser} and nasm assemble to equivalent instructions: without addresses and bytes, with labels where
 * branches and addresses relative to the instruction pointer lead, and {@code db} for what is no instruction. What lies outside the code
 * is said by its distance from the code's start. Sizes that the text leaves open are the assembler's choice.
 *
 * <pre>
 *         je L_401010
 *         lea rsi, [rel $$-0x20]
 * L_401010:
 *         ret
 * </pre>
 */
public final class SourceListing {
    private final byte[] code;
    private final int from;
    private final int to;
    private final long address;
    private final Disassembler.Labels names;
    private final Decoder decoder = new Decoder();
    private final BitSet starts = new BitSet();
    private final BitSet targets = new BitSet();

    private SourceListing(byte[] code, int from, int to, long address, Disassembler.Labels names) {
        this.code = code;
        this.from = from;
        this.to = to;
        this.address = address;
        this.names = names;
    }

    /**
     * Appends the text of some code.
     *
     * @param from offset of the first byte in {@code code}
     * @param to one more than the offset of the last byte
     * @param address of the first byte
     * @param names gives names to addresses; {@code null} for those without one
     */
    public static void append(
            StringBuilder out, byte[] code, int from, int to, long address, Disassembler.Labels names) {
        SourceListing listing = new SourceListing(code, from, to, address, names);
        listing.findTargets();
        listing.write(out);
    }

    private void findTargets() {
        Disassembler collector = new Disassembler(this::collect);
        StringBuilder ignored = new StringBuilder();
        int at = from;
        while (at < to) {
            starts.set(at - from);
            boolean valid = decoder.decode(code, at, to);
            if (valid) collector.append(ignored, decoder, address + (at - from));
            ignored.setLength(0);
            at += valid ? decoder.length() : 1;
        }
        // What leads into an instruction is said by the instruction's label.
        for (int t = targets.nextSetBit(0); t >= 0; t = targets.nextSetBit(t + 1))
            targets.set(starts.previousSetBit(t));
    }

    private String collect(long target) {
        long offset = target - address;
        if (offset >= 0 && offset < to - from) targets.set((int) offset);
        return null;
    }

    private void write(StringBuilder out) {
        Disassembler disassembler = new Disassembler(this::nameOf);
        int at = from;
        while (at < to) {
            long here = address + (at - from);
            String name = names.nameOf(here);
            if (name != null || targets.get(at - from)) out.append(label(here)).append(":\n");
            out.append("        ");
            boolean valid = decoder.decode(code, at, to);
            if (valid) disassembler.append(out, decoder, here);
            else
                out.append("db 0x").append(Integer.toHexString(code[at] & 0xFF)).append("  ; bad");
            out.append('\n');
            at += valid ? decoder.length() : 1;
        }
    }

    private String nameOf(long target) {
        long offset = target - address;
        if (offset < 0) return "$$-0x" + Long.toHexString(-offset);
        if (offset >= to - from) return "$$+0x" + Long.toHexString(offset);
        int start = starts.previousSetBit((int) offset);
        String label = label(address + start);
        return start == offset ? label : label + "+" + (offset - start);
    }

    private String label(long place) {
        String name = names.nameOf(place);
        return name != null && NasmNames.isPossible(name) ? NasmNames.escape(name) : "L_" + Long.toHexString(place);
    }
}
