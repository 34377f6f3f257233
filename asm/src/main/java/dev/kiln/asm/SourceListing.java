package dev.kiln.asm;

import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.Set;

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
    private final SymbolReference.Fields references;
    private final Decoder decoder = new Decoder();
    private final BitSet starts = new BitSet();
    private final BitSet targets = new BitSet();
    private final Set<String> referred = new LinkedHashSet<>();

    private SourceListing(
            byte[] code, int from, int to, long address, Disassembler.Labels names, SymbolReference.Fields references) {
        this.code = code;
        this.from = from;
        this.to = to;
        this.address = address;
        this.names = names;
        this.references = references;
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
        append(out, code, from, to, address, names, field -> null);
    }

    /**
     * Appends the text of some code, part of whose fields refer to symbols: those are written by name, and the caller declares the names. What nasm's
     * syntax cannot refer to is written as it stands, with a comment.
     *
     * @param references what fields refer to, by their addresses
     * @return the symbols that are written by name
     */
    public static Set<String> append(
            StringBuilder out,
            byte[] code,
            int from,
            int to,
            long address,
            Disassembler.Labels names,
            SymbolReference.Fields references) {
        SourceListing listing = new SourceListing(code, from, to, address, names, references);
        listing.findTargets();
        listing.write(out);
        return listing.referred;
    }

    private void findTargets() {
        Disassembler collector = new Disassembler(this::collect);
        StringBuilder ignored = new StringBuilder();
        int at = from;
        while (at < to) {
            starts.set(at - from);
            boolean valid = decoder.decode(code, at, to);
            if (valid) collector.append(ignored, decoder, address + (at - from), references, true);
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
            if (valid) instruction(out, disassembler, here);
            else
                out.append("db 0x").append(Integer.toHexString(code[at] & 0xFF)).append("  ; bad");
            out.append('\n');
            at += valid ? decoder.length() : 1;
        }
    }

    private void instruction(StringBuilder out, Disassembler disassembler, long here) {
        disassembler.append(out, decoder, here, references, true);
        int length = decoder.length();
        for (int i = 0; i < length; i++) {
            SymbolReference r = references.at(here + i);
            if (r == null) continue;
            if (r.source(length - i) != null) referred.add(r.name(length - i));
            else out.append("  ; ").append(r.kind()).append(' ').append(r.operand(length - i, false));
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
