package dev.kiln.asm;

import dev.kiln.asm.internal.ConstantPool;
import dev.kiln.asm.internal.FormTable;
import dev.kiln.asm.internal.Nops;
import dev.kiln.asm.internal.Template;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * The sink that prints NASM text (2.16 and later) which leaves nasm no choice, so that nasm makes the bytes and relocations that {@link CodeBuffer} makes
 * of the same calls: jumps say {@code short} or {@code near}, immediates that could be smaller say {@code strict}, memory names its size,
 * padding stands as bytes. An instruction that nasm cannot be told to encode so is printed as {@code db} with the instruction as a
 * comment.
 *
 * <p>The text is that of one function's body. Before it must stand {@code bits 64}, {@code default rel}, a section whose alignment is at
 * least {@link Code#alignment}, and the function's own label, to which the local labels ({@code .L1}) belong.
 */
public final class NasmSink implements InstructionSink {
    private static final int MNEMONIC_WIDTH = 8, NOP = 0x90;
    private static final int BYTES_PER_LINE = 16;

    /** From how many characters on bytes are printed as a string, and how many stand in one. */
    private static final int SHORTEST_STRING = 4, LONGEST_STRING = 72;

    private final FormTable table = FormTable.get();
    private final Code code;
    private final StringBuilder out;
    private final NasmOperands text;
    private final ConstantPool pool = new ConstantPool();
    private final Set<String> names = new HashSet<>();
    private String[] labels = new String[16];
    private int labelCount;
    private int jumps;
    private int alignments;
    private int patches;

    /**
     * @param code what {@link CodeBuffer#finish} gave for the same calls; jump sizes and padding are taken from it
     * @param out where the text is appended
     */
    public NasmSink(Code code, StringBuilder out) {
        this(code, out, null);
    }

    /**
     * As {@link #NasmSink(Code, StringBuilder)}, with labels whose names are known.
     *
     * @param code {@code null} for what has neither jumps nor alignments nor constants
     * @param names of all labels, as they stand in text; {@code null} to name them here
     */
    NasmSink(Code code, StringBuilder out, String[] names) {
        this.code = code;
        this.out = out;
        if (names != null) labels = Arrays.copyOf(names, Math.max(1, names.length));
        text = new NasmOperands(out, this::labelName);
    }

    @Override
    public int newLabel() {
        if (labelCount == labels.length) labels = Arrays.copyOf(labels, labelCount * 2);
        return labelCount++;
    }

    /** Names a label; of use only before the label is first used or bound. */
    @Override
    public void nameLabel(int label, String name) {
        if (labels[label] != null || name.isEmpty()) return;
        StringBuilder clean = new StringBuilder(".");
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || c == '_' || c == '.' && i > 0);
            clean.append(plain ? c : '_');
        }
        // Numbered labels are called .L1; a name that looks so steps aside.
        if (clean.charAt(1) == 'L' && clean.length() > 2 && Character.isDigit(clean.charAt(2))) clean.append('_');
        String unique = clean.toString();
        for (int i = 2; !names.add(unique); i++) unique = clean + "_" + i;
        labels[label] = unique;
    }

    private String labelName(int label) {
        if (labels[label] == null) labels[label] = ".L" + label;
        return labels[label];
    }

    @Override
    public void bind(int label) {
        out.append(labelName(label)).append(":\n");
    }

    @Override
    public void emit(int form, Operands o) {
        int preferred = CodeBuffer.preferred(table, form & Form.NUMBER, o);
        int number = (form & Form.EXACT) != 0 ? form & Form.NUMBER : preferred;
        long t = table.template(number);
        boolean unusual =
                number != preferred || (form & (Form.NOTRACK | Form.LONG | Form.VEX3 | Form.DISP8)) != 0 && !isJump(t);
        if (unusual || !NasmOperands.isWritable(table, number, o)) {
            bytesOf(form, o);
            return;
        }
        out.append("    ");
        int start = out.length();
        prefixes(out, form, "rep ");
        if ((form & ~Form.NUMBER) != 0) start = out.length();
        text.space(number);
        out.append(NasmOperands.mnemonic(table, number));
        if (o.count > 0) {
            do out.append(' ');
            while (out.length() < start + MNEMONIC_WIDTH);
            if (o.kinds[0] == Operands.LABEL) {
                boolean relaxed = CodeBuffer.isSized(form) && CodeBuffer.isRelaxed(t);
                if (relaxed) out.append(code.isShortJump(jumps++) ? "short " : "near ");
                else if (NasmOperands.isJump(t))
                    out.append(Template.immediate(t) == Template.IMMEDIATE_CB ? "short " : "near ");
                out.append(labelName(o.values[0]));
            } else text.append(number, o);
        }
        out.append('\n');
    }

    private static boolean isJump(long t) {
        return Template.immediate(t) == Template.IMMEDIATE_CD || Template.immediate(t) == Template.IMMEDIATE_CB;
    }

    /**
     * Appends prefixes in nasm's words.
     *
     * @param repeat what F3 in front of a string instruction is called
     */
    static void prefixes(StringBuilder out, int form, String repeat) {
        if ((form & ~Form.NUMBER) == 0) return;
        if ((form & Form.XACQUIRE) != 0) out.append("xacquire ");
        if ((form & Form.XRELEASE) != 0) out.append("xrelease ");
        if ((form & Form.BND) != 0) out.append("bnd ");
        if ((form & Form.NOTRACK) != 0) out.append("notrack ");
        if ((form & Form.LOCK) != 0) out.append("lock ");
        if ((form & Form.REP) != 0) out.append(repeat);
        if ((form & Form.REPNE) != 0) out.append("repne ");
        if ((form & Form.ADDRESS32) != 0) out.append("a32 ");
    }

    /** Prints an instruction as the bytes it has, with fields for what is not known before linking. */
    private void bytesOf(int form, Operands o) {
        CodeBuffer scratch = new CodeBuffer();
        scratch.reserveLabels(labelCount);
        scratch.emit(form, o);
        out.append("    ; ").append(Forms.mnemonic(form & Form.NUMBER)).append(' ');
        text.append(form & Form.NUMBER, o);
        out.append('\n');
        int field = scratch.fixups > 0
                ? scratch.fixupAt[0]
                : scratch.relocations > 0 ? scratch.relocationAt[0] : scratch.position;
        data(scratch.buffer, 0, field);
        if (field == scratch.position) return;
        int size = 4;
        if (scratch.fixups > 0) {
            boolean wide = scratch.fixupFrom[0] != Encoder.FROM_FIELD8;
            size = wide ? 4 : 1;
            out.append(wide ? "    dd      " : "    db      ").append(labelName(scratch.fixupLabel[0]));
            out.append(" - $ - ").append(size - scratch.fixupAddend[0]).append('\n');
        } else {
            RelocationKind kind = scratch.relocationKinds[0];
            size = kind.size();
            symbolField(
                    kind,
                    scratch.relocationSymbols[0],
                    scratch.relocationAddends[0],
                    Forms.describe(form & Form.NUMBER));
        }
        data(scratch.buffer, field + size, scratch.position);
    }

    /** Prints a field that depends on a symbol; {@code what} holds it, for messages. */
    private void symbolField(RelocationKind kind, String symbol, long addend, String what) {
        String relation = switch (kind) {
            // A 32-bit address as data counts as unsigned with nasm.
            case ABS64, ABS32U, ABS16, ABS8 -> "";
            case PC64, PC32, PC16, PC8 -> "";
            case IMAGEREL32 -> " wrt ..imagebase";
            case PLT32 -> " wrt ..plt";
            case GOTPCREL, GOT32, GOT64 -> " wrt ..got";
            case GOTOFF64 -> " wrt ..gotoff";
            case GOTTPOFF -> " wrt ..gottpoff";
            case ABS32,
                    TPOFF64,
                    TPOFF32,
                    DTPOFF64,
                    SECREL32,
                    SECTION16,
                    TLVP,
                    DTPOFF32,
                    TLSGD,
                    TLSLD,
                    GOTPC32,
                    GOTPC64,
                    GOTPCREL64,
                    PLTOFF64,
                    GOTPCRELX,
                    REX_GOTPCRELX,
                    SIZE32,
                    SIZE64 ->
                throw new AssemblerException(
                        "nasm text cannot hold " + what + " with a relocation of kind " + kind + " against " + symbol);
        };
        out.append(directive(kind.size())).append(NasmNames.escape(symbol));
        text.appendSigned(addend);
        if (kind.isRelative()) out.append(" - $");
        out.append(relation).append('\n');
    }

    @Override
    public void align(int boundary) {
        if (boundary > 1) padding(boundary);
    }

    /** Padding that nasm is to make, of a byte. */
    void align(int boundary, int filler) {
        alignments++;
        out.append("    align   ").append(boundary);
        if (filler != NOP) out.append(", db ").append(filler == 0 ? "0" : "0x" + Integer.toHexString(filler));
        out.append('\n');
    }

    private void padding(int boundary) {
        int length = code.padding(alignments++);
        if (length == 0) return;
        out.append("    ; align ").append(boundary).append('\n');
        byte[] padding = new byte[length];
        Nops.fill(padding, 0, length);
        data(padding, 0, length);
    }

    @Override
    public void bytes(byte[] bytes, int from, int to) {
        data(bytes, from, to, 1);
    }

    @Override
    public void data(byte[] bytes, int from, int to, int unit) {
        CodeBuffer.checkUnit(unit, to - from);
        if (unit == 1) {
            text(bytes, from, to);
            return;
        }
        for (int at = from; at < to; at += unit) {
            out.append((at - from) % BYTES_PER_LINE == 0 ? directive(unit) : ", ")
                    .append("0x");
            for (int i = unit - 1; i >= 0; i--) hex(bytes[at + i]);
            if ((at + unit - from) % BYTES_PER_LINE == 0 || at + unit == to) out.append('\n');
        }
    }

    /** Bytes, with runs of printable characters as strings. */
    private void text(byte[] bytes, int from, int to) {
        int plain = from;
        int at = from;
        while (at < to) {
            int end = at;
            while (end < to && end - at < LONGEST_STRING && isPrintable(bytes[end])) end++;
            if (end - at >= SHORTEST_STRING) {
                data(bytes, plain, at);
                out.append("    db      \"");
                for (int i = at; i < end; i++) out.append((char) bytes[i]);
                out.append("\"\n");
                plain = end;
            }
            at = Math.max(end, at + 1);
        }
        data(bytes, plain, to);
    }

    private static boolean isPrintable(byte b) {
        return b >= ' ' && b < 0x7F && b != '"' && b != '\\';
    }

    private static String directive(int size) {
        return switch (size) {
            case 1 -> "    db      ";
            case 2 -> "    dw      ";
            case 4 -> "    dd      ";
            default -> "    dq      ";
        };
    }

    private void hex(byte value) {
        out.append(Character.forDigit(value >> 4 & 15, 16)).append(Character.forDigit(value & 15, 16));
    }

    @Override
    public void reserve(long bytes) {
        CodeBuffer.checkReserved(bytes);
        if (bytes > 0) out.append("    times   ").append(bytes).append(" db 0\n");
    }

    private void data(byte[] bytes, int from, int to) {
        for (int line = from; line < to; line += BYTES_PER_LINE) {
            out.append("    db      ");
            for (int i = line; i < Math.min(line + BYTES_PER_LINE, to); i++) {
                if (i > line) out.append(", ");
                out.append("0x");
                hex(bytes[i]);
            }
            out.append('\n');
        }
    }

    @Override
    public void distance32(int label, int from, int addend) {
        out.append("    dd      ").append(labelName(label)).append(" - ").append(labelName(from));
        if (addend != 0) text.appendSigned(addend);
        out.append('\n');
    }

    @Override
    public int constant(int size, long low, long high) {
        long l = size == 4 ? low & 0xFFFF_FFFFL : low;
        long h = size < 16 ? 0 : high;
        int label = pool.find(size, l, h);
        if (label < 0) {
            label = newLabel();
            pool.add(size, l, h, label);
        }
        return label;
    }

    @Override
    public int constantBytes(byte[] bytes, int boundary) {
        int label = pool.find(bytes, boundary);
        if (label < 0) {
            label = newLabel();
            pool.add(bytes, boundary, label);
        }
        return label;
    }

    @Override
    public int jumpTable(int... targets) {
        int label = newLabel();
        pool.addTable(targets, label, 0);
        return label;
    }

    @Override
    public void address64(int label, long addend) {
        out.append("    dq      ").append(labelName(label));
        text.appendSigned(addend);
        out.append('\n');
    }

    @Override
    public void field(RelocationKind kind, String symbol, long addend) {
        symbolField(kind, symbol, addend, "a field");
    }

    @Override
    public int patchable(PatchKind kind, Operands o) {
        PatchSite site = code.patchSites().get(patches);
        padding(site.fieldSize());
        switch (kind) {
            case JUMP, CALL -> {
                out.append("    db      0x")
                        .append(Integer.toHexString(PatchSite.PREFIX))
                        .append('\n');
                out.append(kind == PatchKind.CALL ? "    call    " : "    jmp     near ");
                if (o.kinds[0] == Operands.LABEL) out.append(labelName(o.values[0]));
                else {
                    out.append(NasmNames.escape(o.symbol));
                    text.appendSigned(o.addend);
                    if (o.relocation == RelocationKind.PLT32) out.append(" wrt ..plt");
                }
                out.append('\n');
            }
            case NOP, IMMEDIATE32, IMMEDIATE64 -> data(code.bytes(), site.offset(), site.offset() + site.length());
        }
        return patches++;
    }

    @Override
    public void position(int position) {}

    @Override
    public void comment(String comment) {
        out.append("    ; ");
        for (int i = 0; i < comment.length(); i++) {
            char c = comment.charAt(i);
            out.append(c < ' ' ? ' ' : c);
        }
        // A backslash at its end would continue the line.
        if (comment.endsWith("\\")) out.append('.');
        out.append('\n');
    }

    @Override
    public void blankLine() {
        out.append('\n');
    }

    @Override
    public boolean wantsComments() {
        return true;
    }

    /** Prints the constant pool; to be called once, at the end. */
    public void finish() {
        int end = code.codeEnd();
        for (int i : pool.order()) {
            int at = code.labelOffset(pool.label(i));
            if (at > end)
                out.append("    times ").append(at - end).append(end == code.codeEnd() ? " db 0xcc\n" : " db 0\n");
            end = at + pool.length(i);
            out.append(labelName(pool.label(i))).append(":\n");
            if (pool.string(i) != null) data(pool.string(i), 0, pool.string(i).length);
            else if (pool.table(i) != null) for (int target : pool.table(i)) distance32(target, pool.label(i), 0);
            else number(i);
        }
    }

    private void number(int i) {
        switch (pool.size(i)) {
            case 4 -> {
                out.append("    dd      0x").append(Integer.toHexString((int) pool.low(i)));
                out.append(" ; ")
                        .append(Float.intBitsToFloat((int) pool.low(i)))
                        .append('\n');
            }
            case 8 -> {
                out.append("    dq      0x").append(Long.toHexString(pool.low(i)));
                out.append(" ; ").append(Double.longBitsToDouble(pool.low(i))).append('\n');
            }
            default -> {
                out.append("    dq      ");
                for (int at = 0; at < pool.size(i); at += 8) {
                    if (at > 0) out.append(", ");
                    out.append("0x").append(Long.toHexString((at & 8) == 0 ? pool.low(i) : pool.high(i)));
                }
                out.append('\n');
            }
        }
    }
}
