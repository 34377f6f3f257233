package dev.kiln.asm;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.asm.internal.Template;
import java.util.function.IntFunction;

/** Prints operands for {@link NasmSink}, and knows where nasm's own choice has to be overruled. */
final class NasmOperands {
    private static final int NONE = Registers.NONE;

    private final FormTable table = FormTable.get();
    private final StringBuilder out;
    private final IntFunction<String> labels;

    NasmOperands(StringBuilder out, IntFunction<String> labels) {
        this.out = out;
        this.labels = labels;
    }

    /** Whether nasm can be told to encode the instruction as the table does. */
    static boolean isWritable(FormTable table, int form, Operands o) {
        long t = table.template(form);
        if (Template.unpreferred(t) || (table.prefixes(form) & FormTable.NOT_IN_NASM) != 0) return false;
        if (o.needsApx()) return false;
        // Of FADD ST0, ST0 and its like nasm takes the other encoding.
        if (o.count == 2
                && o.kinds[1] == Operands.REGISTER
                && o.values[1] == Registers.X87
                && Forms.operandKind(form, 0) == OperandKind.ST0) return false;
        // nasm has no syntax for a bare distance from the instruction pointer, and only the operand's registers say how
        // wide its address is.
        for (int i = 0; i < o.count; i++)
            if (o.kinds[i] == Operands.MEMORY && o.base == Registers.RIP && o.memoryLabel < 0 && o.symbol == null)
                return false;
        if (o.addressBits == 32 && !(Registers.isGeneral(o.base) || Registers.isGeneral(o.index))) return false;
        return true;
    }

    /** The mnemonic in nasm's words, whose far branches are JMP and CALL with FAR in front of the operand. */
    static String mnemonic(FormTable table, int form) {
        String mnemonic = table.mnemonic(form);
        return isFarBranch(mnemonic) ? mnemonic.substring(1) : mnemonic;
    }

    static boolean isFarBranch(String mnemonic) {
        return mnemonic.equals("ljmp") || mnemonic.equals("lcall");
    }

    static boolean isFar(OperandKind kind) {
        return kind == OperandKind.M16_16 || kind == OperandKind.M16_32 || kind == OperandKind.M16_64;
    }

    /** What stands in front of a far branch's memory: the width of the offset. */
    static String farWidth(OperandKind kind) {
        return kind == OperandKind.M16_16 ? "far word " : kind == OperandKind.M16_32 ? "far dword " : "far qword ";
    }

    private boolean isBound(int form) {
        for (int i = 0; i < table.operandCount(form); i++)
            if (Forms.operandKind(form, i).registerClass() == RegisterClass.BOUND) return true;
        return false;
    }

    /** Whether a branch form has both short and near encodings. */
    static boolean isJump(long t) {
        int opcode = Template.opcode(t);
        if (Template.immediate(t) == Template.IMMEDIATE_CB)
            return Template.map(t) == 0 && (opcode == 0xEB || opcode >= 0x70 && opcode <= 0x7F);
        return CodeBuffer.isRelaxed(t);
    }

    /** Appends the operands of an instruction, separated by commas; fixed ones too when the caller has left them out. */
    void append(int form, Operands o) {
        int count = table.operandCount(form);
        boolean withoutFixed = o.count != count;
        int j = 0;
        for (int i = 0; i < count; i++) {
            if (i > 0) out.append(", ");
            OperandKind kind = Forms.operandKind(form, i);
            if (kind.isFixed()) {
                out.append(kind.text());
                if (!withoutFixed) j++;
                continue;
            }
            switch (o.kinds[j]) {
                case Operands.REGISTER -> RegisterNames.append(out, o.values[j], kind.registerBits());
                case Operands.MEMORY -> {
                    memory(form, kind, o);
                    if (o.isBroadcast())
                        out.append("{1to")
                                .append(Disassembler.broadcastCount(form, kind))
                                .append('}');
                }
                case Operands.IMMEDIATE -> {
                    if (kind.isOffset()) {
                        offset(o, "0x" + Long.toHexString(o.immediateAt(j)));
                        out.append(']');
                    } else immediate(form, kind, o.immediateAt(j), i);
                }
                case Operands.LABEL -> out.append(labels.apply(o.values[j]));
                default -> symbol(form, kind, o);
            }
            if (o.decorations != 0) {
                if (j == 0) out.append(RegisterNames.decorations(o.decorations));
                if (o.rounding() != null && j == Disassembler.lastRegister(o))
                    out.append(", ").append(o.rounding());
            }
            j++;
        }
    }

    /** Says the encoding where nasm would take another: {@code {evex}} or {@code {vex}}, of what has both. */
    void space(int form) {
        int space = Template.space(table.template(form));
        if (space != 1 && space != 2) return;
        int name = table.mnemonicNumber(form);
        boolean before = true;
        boolean other = false;
        for (int i = 0; i < table.formCount(name); i++) {
            int at = table.formAt(name, i);
            if (at == form) before = false;
            else if (before || space == 2) other |= Template.space(table.template(at)) == 3 - space;
        }
        if (other) out.append(space == 2 ? "{evex} " : "{vex} ");
    }

    /** An address of 64 bits. */
    private void offset(Operands o, String address) {
        out.append("[qword ");
        if (o.segment == NONE) out.append("abs ");
        segment(o);
        out.append(address);
    }

    private void immediate(int form, OperandKind kind, long value, int i) {
        strict(form, kind, value, i);
        number(normalized(kind, value));
    }

    /** Says the immediate's size where nasm would choose another. */
    private void strict(int form, OperandKind kind, long value, int i) {
        String mnemonic = table.mnemonic(form);
        switch (kind) {
            case IMM8S -> out.append("strict byte ");
            case IMM8 -> {
                if (value == 1 && hasSibling(form, OperandKind.ONE)) out.append("strict byte ");
            }
            case IMM16 -> {
                boolean small = (short) value == (byte) value && hasSibling(form, OperandKind.IMM8S);
                if (small || mnemonic.equals("push")) out.append("strict word ");
            }
            case IMM32 -> {
                if ((int) value == (byte) value && hasSibling(form, OperandKind.IMM8S)) out.append("strict dword ");
            }
            case IMM32S -> {
                if (mnemonic.equals("mov") || mnemonic.equals("push")) out.append("strict dword ");
                else if (value == (byte) value && hasSibling(form, OperandKind.IMM8S))
                    // nasm takes the operation's width for the size here, and stores what fits a sign-extended double
                    // word as one.
                    out.append(i == 2 ? "strict dword " : "strict qword ");
            }
            case IMM64 -> out.append("strict qword ");
            default -> {}
        }
    }

    /** Whether the mnemonic has a form with as many operands and a last one of a kind. */
    private boolean hasSibling(int form, OperandKind last) {
        int count = table.operandCount(form);
        int name = table.mnemonicNumber(form);
        for (int i = 0; i < table.formCount(name); i++) {
            int other = table.formAt(name, i);
            if (table.operandCount(other) == count && table.operandKind(other, count - 1) == last.ordinal())
                return true;
        }
        return false;
    }

    /** The value as nasm takes it without a warning: bytes unsigned, wider ones signed. */
    private static long normalized(OperandKind kind, long value) {
        return switch (kind) {
            case IMM8 -> value & 0xFF;
            case IMM16 -> (short) value;
            case IMM32 -> (int) value;
            default -> value;
        };
    }

    private void number(long value) {
        if (value == (int) value) out.append((int) value);
        else out.append("0x").append(Long.toHexString(value));
    }

    /** Appends a number with its sign, unless it is 0. */
    void appendSigned(long value) {
        if (value == 0) return;
        if (value > 0) out.append('+');
        number(value);
    }

    private void symbol(int form, OperandKind kind, Operands o) {
        String name = NasmNames.escape(o.symbol);
        if (kind.isBranch()) {
            if (isJump(table.template(form))) out.append("near ");
            out.append(name);
            appendSigned(o.addend);
            if (o.relocation == RelocationKind.PLT32) out.append(" wrt ..plt");
            return;
        }
        if (kind.isOffset()) {
            offset(o, name);
            appendSigned(o.addend);
            out.append(']');
            return;
        }
        switch (o.relocation) {
            case ABS32, GOT32 -> {
                out.append(kind == OperandKind.IMM32S && !isMoveOrPush(form) ? "strict qword " : "strict dword ")
                        .append(name);
                appendSigned(o.addend);
                if (o.relocation == RelocationKind.GOT32) out.append(" wrt ..got");
            }
            case IMAGEREL32 -> {
                out.append(name);
                appendSigned(o.addend);
                out.append(absoluteRelation(o));
            }
            case ABS64, GOT64, GOTOFF64 -> {
                out.append("strict qword ").append(name);
                appendSigned(o.addend);
                if (o.relocation == RelocationKind.GOT64) out.append(" wrt ..got");
                else if (o.relocation == RelocationKind.GOTOFF64) out.append(" wrt ..gotoff");
            }
            case PC32,
                    PC64,
                    PLT32,
                    GOTPCREL,
                    GOTTPOFF,
                    TPOFF32,
                    TPOFF64,
                    DTPOFF64,
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
                    SIZE64,
                    SECREL32,
                    SECTION16,
                    TLVP,
                    ABS32U,
                    ABS16,
                    ABS8,
                    PC16,
                    PC8 -> throw unwritable(o);
        }
    }

    private boolean isMoveOrPush(int form) {
        String mnemonic = table.mnemonic(form);
        return mnemonic.equals("mov") || mnemonic.equals("push");
    }

    /** What stands behind a symbol that is added to registers. */
    private static String absoluteRelation(Operands o) {
        return switch (o.relocation) {
            case ABS32 -> "";
            case IMAGEREL32 -> " wrt ..imagebase";
            default -> throw unwritable(o);
        };
    }

    private static AssemblerException unwritable(Operands o) {
        return new AssemblerException(
                "nasm text cannot refer to " + o.symbol + " with a relocation of kind " + o.relocation);
    }

    private void memory(int form, OperandKind kind, Operands o) {
        // Vector instructions know the width, and nasm does not take it with all of them. Where 128 and 256 bits differ
        // by
        // the memory's width alone (VCVTPD2DQ), nasm takes 128 for none.
        int least = Template.space(table.template(form)) == 2 ? 128 : 256;
        boolean known = kind.registerClass() == RegisterClass.VECTOR && kind.memoryBits() < least
                || kind.registerClass() == RegisterClass.MMX
                || isBound(form)
                || kind.hasVectorIndex();
        if (isFar(kind)) {
            if (isFarBranch(table.mnemonic(form))) out.append(farWidth(kind));
            known = true;
        }
        switch (known || o.isBroadcast() ? 0 : kind.memoryBits()) {
            case 8 -> out.append("byte ");
            case 16 -> out.append("word ");
            case 32 -> out.append("dword ");
            case 64 -> out.append("qword ");
            case 80 -> out.append("tword ");
            case 128 -> out.append("oword ");
            case 256 -> out.append("yword ");
            case 512 -> out.append("zword ");
            default -> {}
        }
        out.append('[');
        if (o.symbol != null && o.symbolInMemory) {
            symbolInMemory(o, kind, Template.keepIndex(table.template(form)));
        } else if (o.memoryLabel >= 0) {
            out.append("rel ");
            segment(o);
            out.append(labels.apply(o.memoryLabel));
            appendSigned(o.displacement);
        } else address(o, kind, Template.keepIndex(table.template(form)));
        out.append(']');
    }

    private void segment(Operands o) {
        if (o.segment == NONE) return;
        RegisterNames.append(out, o.segment, 16);
        out.append(':');
    }

    private void symbolInMemory(Operands o, OperandKind kind, boolean keepsIndex) {
        if (o.base != Registers.RIP) {
            String relation = absoluteRelation(o);
            address(o, kind, keepsIndex);
            out.append('+').append(NasmNames.escape(o.symbol));
            appendSigned(o.addend);
            out.append(relation);
            return;
        }
        switch (o.relocation) {
            case PC32, PLT32, GOTPCREL, GOTTPOFF, TLVP -> out.append("rel ");
            case ABS32, IMAGEREL32 -> out.append("abs ");
            case ABS64,
                    PC64,
                    TPOFF32,
                    TPOFF64,
                    DTPOFF64,
                    DTPOFF32,
                    TLSGD,
                    TLSLD,
                    GOT32,
                    GOT64,
                    GOTOFF64,
                    GOTPC32,
                    GOTPC64,
                    GOTPCREL64,
                    PLTOFF64,
                    GOTPCRELX,
                    REX_GOTPCRELX,
                    SIZE32,
                    SIZE64,
                    SECREL32,
                    SECTION16,
                    ABS32U,
                    ABS16,
                    ABS8,
                    PC16,
                    PC8 -> throw unwritable(o);
        }
        segment(o);
        out.append(NasmNames.escape(o.symbol));
        appendSigned(o.addend);
        if (o.relocation == RelocationKind.PLT32) out.append(" wrt ..plt");
        else if (o.relocation == RelocationKind.GOTPCREL) out.append(" wrt ..got");
        else if (o.relocation == RelocationKind.GOTTPOFF) out.append(" wrt ..gottpoff");
        else if (o.relocation == RelocationKind.TLVP) out.append(" wrt ..tlvp");
        else if (!o.relocation.isRelative()) out.append(absoluteRelation(o));
    }

    private void address(Operands o, OperandKind kind, boolean keepsIndex) {
        int base = o.base;
        int index = o.index;
        if (base == Registers.RIP) {
            // Only in comments.
            out.append("rip");
            appendSigned(o.displacement);
            return;
        }
        if (base == NONE && index == NONE) {
            out.append("abs ");
            segment(o);
            number(o.displacement);
            return;
        }
        if (base == NONE && o.scale == 1 && Registers.isGeneral(index) && !keepsIndex) {
            base = index;
            index = NONE;
        }
        // Without this nasm makes [rax*2] the shorter [rax+rax], and [rax*1] is [rax].
        if (base == NONE && o.scale <= 2 && Registers.isGeneral(index)) out.append("nosplit ");
        segment(o);
        if (base != NONE) {
            RegisterNames.append(out, base, o.addressBits);
            if (index != NONE) out.append('+');
        }
        if (index != NONE) {
            RegisterNames.append(out, index, kind.hasVectorIndex() ? kind.indexBits() : o.addressBits);
            out.append('*').append(o.scale);
        }
        appendSigned(o.displacement);
    }
}
