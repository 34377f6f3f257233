package dev.kiln.asm;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.asm.internal.Template;
import java.util.Locale;

/**
 * Prints decoded instructions as NASM writes them, {@code mov qword [rax+rcx*8-0x10], 0x5}, or in Intel's syntax. Memory always names its
 * width where it has one; addresses are absolute, computed from the address that the instruction is said to have.
 */
public final class Disassembler {
    /** Names for addresses. */
    @FunctionalInterface
    public interface Labels {
        /** The name of an address, or {@code null}. */
        String nameOf(long address);
    }

    /** How instructions are written. */
    public enum Syntax {
        /** As nasm and {@link NasmParser} read them. */
        NASM,
        /**
         * As Intel's manuals and the Intel mode of GNU's and LLVM's assemblers have them: {@code mov qword ptr fs:[rax], 0x5}, with addresses
         * relative to {@code rip} by their distance or name. {@link NasmParser} reads this too.
         */
        INTEL
    }

    private final Labels labels;
    private final boolean intel;

    /** What to write in place of an immediate or a branch's target, and of a displacement; {@code null} to write what stands there. */
    private String immediateText;

    private String displacementText;

    /** Prints addresses as numbers, in the syntax of NASM. */
    public Disassembler() {
        this(address -> null);
    }

    /** Branch targets and addresses relative to the instruction pointer are printed by name where they have one. */
    public Disassembler(Labels labels) {
        this(labels, Syntax.NASM);
    }

    /** Like {@link #Disassembler(Labels)}, in a syntax. */
    public Disassembler(Labels labels, Syntax syntax) {
        this.labels = labels;
        intel = syntax == Syntax.INTEL;
    }

    /**
     * Appends the text of the instruction that was decoded last.
     *
     * @param decoder with status {@link Decoder.Status#VALID}
     * @param address of the instruction's first byte
     */
    public void append(StringBuilder out, Decoder decoder, long address) {
        instruction(out, decoder, address);
    }

    /**
     * As {@link #append(StringBuilder, Decoder, long)}, with symbols where fields refer to some.
     *
     * @param fields the references of the instruction's fields by their addresses
     * @param source whether the text is to be assembled; then those that nasm's syntax does not have are left as they stand
     */
    void append(StringBuilder out, Decoder decoder, long address, SymbolReference.Fields fields, boolean source) {
        immediateText = null;
        displacementText = null;
        int length = decoder.length();
        int immediates = length - Encoder.immediateSize(FormTable.get().template(decoder.form()));
        for (int i = 0; i < length; i++) {
            SymbolReference reference = fields.at(address + i);
            if (reference == null) continue;
            String text = source ? reference.source(length - i) : reference.operand(length - i, intel);
            if (i >= immediates) immediateText = text;
            else displacementText = text;
        }
        instruction(out, decoder, address);
        immediateText = null;
        displacementText = null;
    }

    private void instruction(StringBuilder out, Decoder decoder, long address) {
        int form = decoder.form();
        implicitAddress(out, decoder);
        int prefixed = decoder.prefixedForm() & ~Form.ADDRESS32;
        NasmSink.prefixes(out, prefixed, comparesStrings(form) ? "repe " : "rep ");
        Operands operands = decoder.operands();
        if (decoder.leavesFlags()) out.append("{nf} ");
        else encoding(out, form, operands);
        out.append(NasmOperands.mnemonic(FormTable.get(), form));
        int last = operands.rounding() == null ? -1 : lastRegister(operands);
        for (int i = 0; i < operands.count(); i++) {
            boolean behindFlags = i == 1 && Forms.operandKind(form, 0) == OperandKind.DFV;
            out.append(i == 0 || behindFlags ? " " : ", ");
            // The only immediate without another operand that would say how wide it is.
            if (form == Form.PUSH_IMM16) out.append("word ");
            OperandKind kind = Forms.operandKind(form, i);
            switch (operands.kind(i)) {
                case Operands.REGISTER -> register(out, operands.value(i), kind.registerBits());
                case Operands.MEMORY -> memory(out, kind, decoder, address);
                default -> immediate(out, kind, decoder, i, address + decoder.length());
            }
            if (i == 0 && operands.decorations != 0) out.append(RegisterNames.decorations(operands.decorations));
            if (i == last) out.append(", ").append(operands.rounding());
        }
    }

    /** Says the encoding where the same operands have another that is preferred, so that the text assembles to this one. */
    private static void encoding(StringBuilder out, int form, Operands operands) {
        FormTable table = FormTable.get();
        int space = Template.space(table.template(form));
        if (space != 1 && space != 2) return;
        if (Apx.isSecondChoice(table, form, operands)) {
            out.append("{evex} ");
            return;
        }
        if (space == 2 && operands.needsEvex()) return;
        int name = table.mnemonicNumber(form);
        for (int i = 0; table.formAt(name, i) != form; i++) {
            int other = table.formAt(name, i);
            long t = table.template(other);
            if (Template.space(t) != 3 - space || Template.unpreferred(t) || !hasSameOperands(table, form, other))
                continue;
            out.append(space == 2 ? "{evex} " : "{vex} ");
            return;
        }
    }

    private static boolean hasSameOperands(FormTable table, int form, int other) {
        int count = table.operandCount(form);
        if (table.operandCount(other) != count) return false;
        for (int i = 0; i < count; i++) if (table.operandKind(form, i) != table.operandKind(other, i)) return false;
        return true;
    }

    /** The text of the instruction that was decoded last. */
    public String text(Decoder decoder, long address) {
        StringBuilder out = new StringBuilder();
        append(out, decoder, address);
        return out.toString();
    }

    /** Behind which operand rounding stands: the last vector register. */
    static int lastRegister(Operands operands) {
        int last = 0;
        for (int i = 0; i < operands.count(); i++)
            if (operands.kind(i) == Operands.REGISTER && Registers.isVector(operands.value(i))) last = i;
        return last;
    }

    /** What prefixes say of an address that is not written: that of string instructions and their like, and the counter of LOOP. */
    private static void implicitAddress(StringBuilder out, Decoder decoder) {
        if (!decoder.has32BitAddress() && decoder.segment() < Registers.FS) return;
        int form = decoder.form();
        FormTable table = FormTable.get();
        boolean memory = (table.effects(form) >> 16 & 0xFF) != 0
                && (table.implicitWrites(form) & 1L << Registers.RSP) == 0
                && !hasMemory(decoder.operands());
        boolean narrow = decoder.has32BitAddress() && memory || (decoder.prefixedForm() & Form.ADDRESS32) != 0;
        if (narrow) out.append("a32 ");
        if (decoder.segment() >= Registers.FS && memory) out.append(decoder.segment() == Registers.FS ? "fs " : "gs ");
    }

    private static boolean hasMemory(Operands operands) {
        for (int i = 0; i < operands.count(); i++) if (operands.kind(i) == Operands.MEMORY) return true;
        return false;
    }

    private void register(StringBuilder out, int register, int bits) {
        if (intel && register >= Registers.X87 && register < Registers.MMX)
            out.append("st(").append(register - Registers.X87).append(')');
        else RegisterNames.append(out, register, bits);
    }

    /** How many elements one is broadcast to. */
    static int broadcastCount(int form, OperandKind kind) {
        return kind.memoryBits() / (8 << Template.broadcast(FormTable.get().template(form)));
    }

    /** CMPS and SCAS stop at a difference, so that their F3 is called REPE. */
    private static boolean comparesStrings(int form) {
        return (Forms.flagsWritten(form) & Forms.ZERO) != 0;
    }

    private void immediate(StringBuilder out, OperandKind kind, Decoder decoder, int i, long end) {
        Operands operands = decoder.operands();
        long value = operands.immediateAt(i);
        boolean symbol = immediateText != null && !kind.isFixed() && kind != OperandKind.DFV;
        if (symbol && !kind.isOffset()) {
            if (kind.isBranch() && kind.immediateBits() == 8) out.append("short ");
            // What would be taken for 64 bits.
            if (kind == OperandKind.IMM32S && i == 1 && operands.count() == 2 && !intel) out.append("dword ");
            out.append(immediateText);
        } else if (kind.isBranch()) {
            target(out, end + value);
        } else if (kind.isOffset()) {
            if (intel) segment(out, operands);
            out.append('[');
            if (!intel) segment(out, operands);
            out.append(decoder.has32BitAddress() ? "a32 " : "qword ");
            if (symbol) out.append(immediateText);
            else hex(out, value);
            out.append(']');
        } else if (kind == OperandKind.DFV) {
            out.append(RegisterNames.defaultFlags((int) value));
        } else if (kind.isFixed()) {
            out.append(value);
        } else if (kind.isSignExtended()) {
            number(out, value);
        } else {
            unsigned(out, value);
        }
    }

    private void target(StringBuilder out, long address) {
        String name = labels.nameOf(address);
        if (name != null) out.append(name);
        else hex(out, address);
    }

    private void memory(StringBuilder out, OperandKind kind, Decoder decoder, long address) {
        Operands m = decoder.operands();
        if (m.isBroadcast()) width(out, kind.memoryBits() / broadcastCount(decoder.form(), kind));
        else if (NasmOperands.isFar(kind)) {
            boolean branch = NasmOperands.isFarBranch(Forms.mnemonic(decoder.form()));
            if (branch) out.append(NasmOperands.farWidth(kind)).append(intel ? "ptr " : "");
        } else if (!kind.hasVectorIndex()) width(out, kind.memoryBits());
        if (intel) segment(out, m);
        out.append('[');
        if (!intel) segment(out, m);
        address(out, m, kind, decoder, address);
        out.append(']');
        if (m.isBroadcast())
            out.append("{1to").append(broadcastCount(decoder.form(), kind)).append('}');
    }

    private void address(StringBuilder out, Operands m, OperandKind kind, Decoder decoder, long address) {
        int width = m.addressBits();
        if (m.base() == Registers.RIP) {
            long target = address + decoder.length() + m.displacement();
            if (!intel) {
                out.append(width == 32 ? "a32 rel " : "rel ");
                if (displacementText != null) out.append(displacementText);
                else target(out, target);
                return;
            }
            RegisterNames.append(out, Registers.RIP, width);
            String name = displacementText != null ? displacementText : labels.nameOf(target);
            if (name != null) {
                out.append('+').append(name);
                return;
            }
        } else if (m.base() == Registers.NONE && m.index() == Registers.NONE) {
            if (width == 32) out.append("a32 ");
            if (!intel) out.append("abs ");
            if (displacementText != null) out.append(displacementText);
            else hex(out, width == 32 ? m.displacement() & 0xFFFF_FFFFL : m.displacement());
            return;
        } else {
            if (m.base() != Registers.NONE) RegisterNames.append(out, m.base(), width);
            if (m.index() != Registers.NONE) {
                if (m.base() != Registers.NONE) out.append('+');
                int bits = Registers.isVector(m.index()) ? kind.indexBits() : width;
                RegisterNames.append(out, m.index(), bits);
                out.append('*').append(m.scale());
            }
        }
        if (displacementText != null) {
            out.append('+').append(displacementText);
            return;
        }
        if (m.displacement() > 0) out.append('+');
        if (m.displacement() != 0) number(out, m.displacement());
    }

    private void width(StringBuilder out, int bits) {
        String word = switch (bits) {
            case 8 -> "byte ";
            case 16 -> "word ";
            case 32 -> "dword ";
            case 64 -> "qword ";
            case 80 -> intel ? "tbyte " : "tword ";
            case 128 -> intel ? "xmmword " : "oword ";
            case 256 -> intel ? "ymmword " : "yword ";
            case 512 -> intel ? "zmmword " : "zword ";
            default -> "";
        };
        out.append(word);
        if (intel && !word.isEmpty()) out.append("ptr ");
    }

    private static void segment(StringBuilder out, Operands operands) {
        if (operands.segment() == Registers.NONE) return;
        RegisterNames.append(out, operands.segment(), 16);
        out.append(':');
    }

    /** Small numbers as they are, others as signed hexadecimal. */
    private static void number(StringBuilder out, long value) {
        if (value < 0) {
            out.append('-');
            // The smallest number is its own negative, and reads right as an unsigned one.
            hex(out, -value);
        } else {
            unsigned(out, value);
        }
    }

    private static void unsigned(StringBuilder out, long value) {
        if (value >= 0 && value < 10) out.append(value);
        else hex(out, value);
    }

    private static void hex(StringBuilder out, long value) {
        out.append("0x").append(Long.toHexString(value).toLowerCase(Locale.ROOT));
    }
}
