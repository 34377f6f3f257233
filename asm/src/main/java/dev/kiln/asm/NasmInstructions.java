package dev.kiln.asm;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.asm.internal.Template;

/** Encodes instructions of the text: matching by {@link NasmMatcher}, bytes by {@link CodeBuffer}, and the fields that hold addresses. */
final class NasmInstructions {
    private static final int MOST_FIELDS = 2;

    /** A displacement that has to take 32 bits while its value is put in later. */
    private static final int WIDE = 0x12345678;

    private final FormTable table = FormTable.get();
    private final CodeBuffer scratch = new CodeBuffer();
    private final Operands buffer = new Operands();
    private final NasmMatcher matcher = new NasmMatcher(scratch);
    private final NasmAddress address = new NasmAddress();
    private final NasmValue[] values = new NasmValue[Operands.MAX];
    private final NasmEvaluator evaluator;
    private final NasmScanner.Complaints complaints;

    /** The instruction made last. */
    final byte[] bytes = new byte[64];

    int length;

    /** Its fields whose value is not in the bytes. */
    int fields;

    final int[] fieldAt = new int[MOST_FIELDS];
    final int[] fieldSize = new int[MOST_FIELDS];
    /** Whether the field holds a distance from the instruction's end. */
    final boolean[] fieldRelative = new boolean[MOST_FIELDS];
    /** Whether the field is sign-extended when used. */
    final boolean[] fieldSigned = new boolean[MOST_FIELDS];

    final NasmValue[] fieldValue = {new NasmValue(), new NasmValue()};
    final int[] fieldSource = new int[MOST_FIELDS];

    NasmInstructions(NasmEvaluator evaluator, NasmScanner.Complaints complaints) {
        this.evaluator = evaluator;
        this.complaints = complaints;
        for (int i = 0; i < values.length; i++) values[i] = new NasmValue();
        scratch.takesSameRegisters = true;
    }

    /** Restricts what comes to the features of a target. */
    void restrict(CpuFeatures target) {
        scratch.restrict(target);
    }

    /**
     * Encodes an instruction into {@link #bytes}.
     *
     * @param section the segment of the present section
     * @param here the offset of the instruction in it
     * @return whether it could be done; otherwise it has been said why not, and the length is 0
     */
    boolean encode(NasmStatement s, int section, long here) {
        length = 0;
        fields = 0;
        if (s.mnemonic == null) {
            if (s.operandSize == 16) bytes[length++] = 0x66;
            prefixes(s, s.segment);
            if (s.addressSize == 32) bytes[length++] = 0x67;
            int rex = s.operandSize == 64 ? 0x48 | s.rex : s.rex;
            if (rex != 0) bytes[length++] = (byte) rex;
            return true;
        }
        NasmOperand memory = null;
        for (int i = 0; i < s.operands.length; i++) {
            NasmOperand o = s.operands[i];
            if (o.kind == NasmOperand.REGISTER) continue;
            NasmValue value = values[i].set(evaluator.evaluate(o.expression));
            if (value.bad) return false;
            if (o.kind == NasmOperand.MEMORY) {
                memory = o;
                if (o.index != null) {
                    value.add(evaluator.evaluate(o.index), 1);
                    if (value.bad) return false;
                }
                address.of(o, value, splitsAddress(s.mnemonic));
                if (address.problem != null) return fail(o.at, NasmCode.BAD_ADDRESS, address.problem);
                int said = o.addressSize != 0 ? o.addressSize : s.addressSize;
                if (said != 0 && address.registerBits != 0 && address.registerBits != said)
                    return fail(
                            o.at,
                            NasmCode.BAD_ADDRESS,
                            "registers of " + address.registerBits + " bits are no address of " + said + " bits");
            } else if (value.hasRegister())
                return fail(o.at, NasmCode.BAD_ADDRESS, "registers are added and multiplied only between brackets");
        }
        int form = matcher.find(s, s.operands, values, address, shortReaches(s, section, here));
        if (form == 0 && s.operands.length > 1 && s.operands[0].kind == NasmOperand.REGISTER) form = repeatFirst(s);
        if (form == 0 && s.mnemonic.equals("movsx")) form = extendDouble(s);
        if (form == 0) form = otherWidths(s);
        if (form == 0) return fail(s.at, NasmCode.NO_FORM, mismatch(s));
        if (s.rex != 0 && Template.space(table.template(form)) != 0)
            return fail(s.at, NasmCode.BAD_PREFIX, Forms.describe(form) + " takes no REX prefix");
        if (s.boundByDefault && s.repeat == 0 && isBranch(s.mnemonic)) {
            s.repeat = 0xF2;
            s.bound = true;
        }
        if (matcher.ambiguous) return fail(s.at, NasmCode.SIZE_UNKNOWN, s.mnemonic);
        if (s.lock != 0 && ((table.prefixes(form) & FormTable.LOCK) == 0 || memory == null))
            return fail(s.at, NasmCode.BAD_PREFIX, Forms.describe(form) + " cannot be locked");
        try {
            if (!fill(s, form)) return false;
            scratch.reset();
            scratch.newLabel();
            boolean narrow = isNarrow(s, memory);
            boolean only32 = memory != null && !Prefixes.takesAddress(table.template(form), 64);
            if (only32 && (narrow || address.registerBits == 0)) buffer.address32();
            if (memory != null && narrow && !Prefixes.takesAddress(table.template(form), 32))
                return fail(memory.at, NasmCode.BAD_ADDRESS, Forms.describe(form) + " has an address of 64 bits");
            scratch.emit(form | s.asked | (matcher.exact ? Form.EXACT : 0), buffer);
        } catch (AssemblerException e) {
            return fail(s.at, NasmCode.NO_FORM, e.getMessage());
        }
        if (table.hasDistinctRegisters(form) && !Distinct.holds(form, buffer)) {
            // Only the last pass is heard.
            s.constant = false;
            complaints.complain(s.at, NasmCode.UNDEFINED_INSTRUCTION, Mismatch.write(form, buffer));
        }
        if (s.doubt != null) {
            s.constant = false;
            complaints.complain(s.at, NasmCode.IGNORED, s.doubt);
        }
        if (s.vexLength == 2 && (scratch.buffer[0] & 0xFF) != 0xC5)
            return fail(
                    s.at, NasmCode.BAD_PREFIX, Forms.describe(form) + " does not fit a VEX prefix of two bytes here");
        assemble(s, form, memory);
        return true;
    }

    /**
     * Tries the first operand as the second one too: {@code imul eax, 5} is {@code imul eax, eax, 5}, and so with vector instructions that
     * have a source beside the destination.
     */
    private int repeatFirst(NasmStatement s) {
        int count = s.operands.length;
        if (count == Operands.MAX) return 0;
        NasmOperand[] more = new NasmOperand[count + 1];
        System.arraycopy(s.operands, 0, more, 1, count);
        more[0] = more[1];
        more[1] = more[0].asSource();
        for (int i = count; i > 1; i--) values[i].set(values[i - 1]);
        int form = matcher.find(s, more, values, address, false);
        if (form != 0 && (s.mnemonic.equals("imul") || hasPlainSource(form))) {
            s.operands = more;
            return form;
        }
        for (int i = 1; i < count; i++) values[i].set(values[i + 1]);
        return 0;
    }

    /** Whether a form only writes its first operand, and has a vector register that is nothing else as its second one. */
    private boolean hasPlainSource(int form) {
        OperandKind second = Forms.operandKind(form, 1);
        return Template.space(table.template(form)) != 0
                && second.registerClass() == RegisterClass.VECTOR
                && !second.takesMemory()
                && Forms.access(form, 0) == Forms.WRITE;
    }

    /** Whether BND can stand in front (SDM vol. 1, E.5.3.3). */
    private static boolean isBranch(String mnemonic) {
        return mnemonic.startsWith("j") && !mnemonic.endsWith("cxz")
                || mnemonic.equals("call")
                || mnemonic.equals("ret");
    }

    /** Whether base and index are taken for different things, so that a lone index has to stay one (SDM vol. 2, BNDLDX). */
    private static boolean splitsAddress(String mnemonic) {
        return mnemonic.equals("bndldx") || mnemonic.equals("bndstx") || mnemonic.equals("bndmk");
    }

    /** Tries widths that {@link NasmWidths} knows in place of those said. */
    private int otherWidths(NasmStatement s) {
        NasmOperand[] adapted = NasmWidths.adapt(s);
        if (adapted == null) return 0;
        NasmOperand[] said = s.operands;
        int prefix = NasmWidths.prefix(s, adapted);
        s.operands = adapted;
        int form = matcher.find(s, adapted, values, address, false);
        if (form == 0 && adapted[0].kind == NasmOperand.REGISTER) form = repeatFirst(s);
        if (form == 0) s.operands = said;
        else if (prefix != 0) s.operandSize = prefix;
        return form;
    }

    /** {@code movsx rax, ebx} is called MOVSXD by the manuals. */
    private int extendDouble(NasmStatement s) {
        if (s.operands.length != 2 || s.operands[1].size != 32 && s.operands[1].registerBits() != 32) return 0;
        s.mnemonic = "movsxd";
        int form = matcher.find(s, s.operands, values, address, false);
        if (form == 0) s.mnemonic = "movsx";
        return form;
    }

    private boolean fail(int at, NasmCode code, String text) {
        complaints.complain(at, code, text);
        length = 0;
        fields = 0;
        return false;
    }

    private boolean shortReaches(NasmStatement s, int section, long here) {
        if (s.operands.length != 1 || s.operands[0].kind != NasmOperand.VALUE) return false;
        NasmValue target = values[0];
        if (target.isUnknown()) return true;
        if (target.segment() != section || target.wrt != 0) return false;
        int prefixes = (s.repeat != 0 ? 1 : 0) + (s.lock != 0 ? 1 : 0) + (s.segment != 0 ? 1 : 0);
        if (s.bound && s.mnemonic.equals("jmp")) prefixes = 0;
        prefixes += (s.operandSize == 16 ? 1 : 0) + (s.addressSize == 32 ? 1 : 0) + (s.wait != 0 ? 1 : 0);
        long distance = target.number - (here + prefixes + 2);
        return distance == (byte) distance;
    }

    /** Puts the operands into the buffer. */
    private boolean fill(NasmStatement s, int form) {
        buffer.clear();
        if (s.rounding != null) buffer.rounding(s.rounding);
        for (int i = 0; i < s.operands.length; i++) {
            NasmOperand o = s.operands[i];
            OperandKind kind = Forms.operandKind(form, i);
            buffer.decorations |= o.decorations;
            if (o.broadcast != 0) buffer.broadcast();
            switch (o.kind) {
                case NasmOperand.REGISTER -> buffer.register(o.registerNumber());
                case NasmOperand.MEMORY -> {
                    if (kind.isOffset()) buffer.immediate(plain(address.displacement));
                    else if (isRelative(o)) buffer.memoryAtSymbol("", RelocationKind.PC32, 0);
                    else if (!fillMemory(s, form, o)) return false;
                }
                default -> {
                    if (!kind.isBranch()) buffer.immediate(immediate(kind, values[i]));
                    else if (kind.immediateBits() == 8) buffer.label(0);
                    else buffer.symbol("", RelocationKind.PC32, 0);
                }
            }
        }
        return true;
    }

    private static boolean isKnown(NasmValue value) {
        return value.isNumber() && !value.isUnknown();
    }

    private static long plain(NasmValue value) {
        return isKnown(value) ? value.number : 0;
    }

    private static long immediate(OperandKind kind, NasmValue value) {
        if (kind == OperandKind.ONE) return 1;
        return kind == OperandKind.IMM8S ? (byte) plain(value) : plain(value);
    }

    /** Whether memory is addressed relative to the instruction pointer: only what has an address, and no registers. */
    private boolean isRelative(NasmOperand o) {
        if (address.named) return true;
        return o.relative && address.registerBits == 0 && address.vectorBits == 0 && !address.displacement.isNumber();
    }

    private boolean fillMemory(NasmStatement s, int form, NasmOperand o) {
        NasmValue displacement = address.displacement;
        int value = WIDE;
        if (isKnown(displacement)) {
            long wide = displacement.number;
            boolean narrow = isNarrow(s, o);
            if (wide != (int) wide && !(narrow && wide >>> 32 == 0))
                return fail(
                        o.at,
                        NasmCode.BAD_ADDRESS,
                        "the displacement " + wide + " does not fit 32 bits, sign-extended");
            value = (int) wide;
            int shift = counting(form, o);
            boolean counted = value >> shift << shift == value;
            if (isByteForced(o) && counted && value >> shift != (byte) (value >> shift))
                return fail(o.at, NasmCode.BAD_ADDRESS, "the displacement " + wide + " does not fit 8 bits");
            if (isByteForced(o) && value == 0) value = 1 << shift;
            if (isWideForced(o)) value = WIDE;
        }
        // The encoder makes a lone index the base; here it keeps its place, and its scale is put right afterwards.
        buffer.memory(address.base, address.index, isLoneIndex() ? 2 : address.scale, value);
        return true;
    }

    /** The power of two in which displacements of 8 bits count: with EVEX what is moved, else 1. */
    private int counting(int form, NasmOperand o) {
        long t = table.template(form);
        if (Template.space(t) != 2) return 0;
        return o.broadcast != 0 ? Template.broadcast(t) : Template.scale(t);
    }

    private boolean isLoneIndex() {
        return address.base == Registers.NONE
                && address.scale == 1
                && address.index != Registers.NONE
                && address.vectorBits == 0;
    }

    private boolean isByteForced(NasmOperand o) {
        return o.displacementSize == 8 && address.base >= 0;
    }

    private boolean isWideForced(NasmOperand o) {
        return o.displacementSize == 32 && address.base >= 0;
    }

    /** Whether addresses have 32 bits. */
    private boolean isNarrow(NasmStatement s, NasmOperand memory) {
        if (s.addressSize == 32) return true;
        return memory != null && (address.registerBits == 32 || memory.addressSize == 32);
    }

    /** Puts prefixes in front of what the scratch buffer holds, and notes the fields. */
    private void assemble(NasmStatement s, int form, NasmOperand memory) {
        int segment = memory != null && memory.segment >= 0 ? CodeBuffer.segmentPrefix(memory.segment) : s.segment;
        long t = table.template(form);
        byte[] made = scratch.buffer;
        int from = 0;
        // Prefixes that change sizes stand together, that of operands first.
        boolean word = Template.space(t) == 0 && Template.word(t);
        // PUSH of a number has no operand of 16 bits but its 66.
        boolean said = word || Template.space(t) == 0 && Template.map(t) == 0 && made[0] == 0x66;
        boolean narrow = isNarrow(s, memory);
        if (word && narrow) from = 1;
        if (Template.fwait(t)) bytes[length++] = made[from++];
        if (!(s.bound && isShortJump(t))) prefixes(s, segment);
        if (word && narrow || s.operandSize == 16 && !said) bytes[length++] = 0x66;
        if (narrow && !Template.address(t)) bytes[length++] = 0x67;
        if (narrow && Template.immediate(t) == Template.IMMEDIATE_MO) scratch.position -= 4;
        if (s.vexLength == 3 && (made[0] & 0xFF) == 0xC5) {
            // The same in three bytes: X, B and W are 0, the map is 0F.
            bytes[length++] = (byte) 0xC4;
            bytes[length++] = (byte) (made[1] & 0x80 | 0x61);
            bytes[length++] = (byte) (made[1] & 0x7F);
            from = 2;
        }
        boolean wide = s.operandSize == 64 && !Template.w(t) && !isWide(form, t);
        if (Template.space(t) == 0 && (wide || s.rex != 0 || s.space == 0 && (s.asked & Form.REX2) == 0))
            from = rex(from, (wide ? 0x48 : 0x40) | s.rex);
        int shift = length - from;
        System.arraycopy(made, from, bytes, length, scratch.position - from);
        length += scratch.position - from;

        int trailing = Encoder.immediateSize(t);
        int immediateAt = length - trailing;
        for (int i = 0; i < s.operands.length; i++) {
            NasmOperand o = s.operands[i];
            OperandKind kind = Forms.operandKind(form, i);
            if (o.kind == NasmOperand.MEMORY) {
                memoryField(o, kind, shift, trailing, narrow);
            } else if (o.kind == NasmOperand.VALUE) {
                if (kind.isBranch()) {
                    boolean near = kind.immediateBits() == 32;
                    int at = near ? scratch.relocationAt[0] : scratch.fixupAt[0];
                    field(shift + at, near ? 4 : 1, true, true, values[i], o.at);
                } else {
                    int size = kind.immediateBits() / 8;
                    if (!isKnown(values[i]) && !kind.isFixed())
                        field(immediateAt, size, false, kind.isSignExtended(), values[i], o.at);
                    immediateAt += kind.isFixed() ? 0 : size;
                }
            }
        }
    }

    /** Moves legacy prefixes, which come first, and puts REX behind them; gives what is left of the scratch buffer. */
    private int rex(int from, int rex) {
        int at = from;
        while (isLegacyPrefix(scratch.buffer[at] & 0xFF)) bytes[length++] = scratch.buffer[at++];
        if ((scratch.buffer[at] & 0xF0) == 0x40) rex |= scratch.buffer[at++];
        bytes[length++] = (byte) rex;
        return at;
    }

    private static boolean isLegacyPrefix(int b) {
        return b == 0x66 || b == 0x67 || b == 0xF2 || b == 0xF3;
    }

    private static boolean isShortJump(long t) {
        return Template.immediate(t) == Template.IMMEDIATE_CB && Template.opcode(t) == 0xEB;
    }

    /** Whether a form without REX.W works on 64 bits anyway, as PUSH does. */
    private boolean isWide(int form, long t) {
        if (Template.space(t) != 0) return true;
        for (int i = 0; i < table.operandCount(form); i++) {
            OperandKind kind = Forms.operandKind(form, i);
            if (kind.registerClass() == RegisterClass.GENERAL && kind.registerBits() == 64) return true;
        }
        return false;
    }

    private void memoryField(NasmOperand o, OperandKind kind, int shift, int trailing, boolean narrow) {
        NasmValue displacement = address.displacement;
        if (isLoneIndex()) bytes[length - trailing - 5] &= 0x3F;
        if (kind.isOffset()) {
            int size = narrow ? 4 : 8;
            if (!isKnown(displacement)) field(length - size, size, false, false, displacement, o.at);
        } else if (isRelative(o)) {
            field(shift + scratch.relocationAt[0], 4, true, true, displacement, o.at);
        } else if (!isKnown(displacement) || isWideForced(o)) {
            field(length - trailing - 4, 4, false, true, displacement, o.at);
        } else if (isByteForced(o) && displacement.number == 0) {
            bytes[length - trailing - 1] = 0;
        }
    }

    private void field(int at, int size, boolean relative, boolean signed, NasmValue value, int source) {
        fieldAt[fields] = at;
        fieldSize[fields] = size;
        fieldRelative[fields] = relative;
        fieldSigned[fields] = signed;
        fieldSource[fields] = source;
        fieldValue[fields++].set(value);
    }

    private void prefixes(NasmStatement s, int segment) {
        if (s.wait != 0) bytes[length++] = (byte) 0x9B;
        if (s.repeat != 0) bytes[length++] = (byte) s.repeat;
        if (s.lock != 0) bytes[length++] = (byte) 0xF0;
        if (segment != 0) bytes[length++] = (byte) segment;
    }

    /** What is wrong, in the words of the dynamic door. */
    private String mismatch(NasmStatement s) {
        Object[] given = new Object[s.operands.length + (s.rounding == null ? 0 : 1)];
        if (s.rounding != null) given[s.operands.length] = s.rounding;
        for (int i = 0; i < s.operands.length; i++) {
            NasmOperand o = s.operands[i];
            given[i] = switch (o.kind) {
                case NasmOperand.REGISTER -> register(o);
                case NasmOperand.MEMORY ->
                    isRelative(o) || !address.displacement.isNumber()
                            ? Mem.at(o.size, new Symbol("symbol", RelocationKind.PC32, 0))
                            : memory(o);
                default ->
                    values[i].isNumber()
                            ? new Immediate(values[i].number)
                            : new Symbol("symbol", RelocationKind.ABS64, 0);
            };
            if (given[i] == null) return s.mnemonic + ": no form takes these operands";
        }
        try {
            return DynamicForms.mismatch(s.mnemonic, given).getMessage();
        } catch (AssemblerException e) {
            return e.getMessage();
        }
    }

    private Mem memory(NasmOperand o) {
        int displacement = (int) address.displacement.number;
        Mem memory = address.vectorBits == 0
                ? Mem.of(o.size, address.base, address.index, address.scale, displacement)
                : Mem.ofVector(address.base, address.index, address.vectorBits, 0, address.scale, displacement)
                        .sized(o.size);
        if (o.broadcast != 0)
            memory = o.size == 0 || o.broadcast < 0 ? memory.broadcast() : memory.broadcast(o.broadcast);
        return isMasked(o) ? memory.masked(mask(o)) : memory;
    }

    private static Register register(NasmOperand o) {
        int number = o.registerNumber();
        RegisterClass c = NasmMatcher.classOf(number);
        int n = number - c.first();
        return switch (c) {
            case GENERAL ->
                switch (o.registerBits()) {
                    case 8 -> new Reg8(number);
                    case 16 -> new Reg16(number);
                    case 32 -> new Reg32(number);
                    default -> new Reg64(number);
                };
            case VECTOR -> vector(o, n);
            case MASK -> isMasked(o) ? new Mask(n).masked(mask(o)) : new Mask(n);
            case MMX -> new Mmx(n);
            case X87 -> new X87Register(n);
            case SEGMENT -> new SegmentRegister(n);
            case CONTROL -> new ControlRegister(n);
            case DEBUG -> new DebugRegister(n);
            case TILE -> new Tile(n);
            case BOUND -> new BoundRegister(n);
            case NONE -> null;
        };
    }

    private static Register vector(NasmOperand o, int n) {
        boolean zeroing = (o.decorations & Encoder.ZEROING) != 0;
        switch (o.registerBits()) {
            case 128 -> {
                Xmm xmm = isMasked(o) ? new Xmm(n).masked(mask(o)) : new Xmm(n);
                return zeroing ? xmm.zeroing() : xmm;
            }
            case 256 -> {
                Ymm ymm = isMasked(o) ? new Ymm(n).masked(mask(o)) : new Ymm(n);
                return zeroing ? ymm.zeroing() : ymm;
            }
            default -> {
                Zmm zmm = isMasked(o) ? new Zmm(n).masked(mask(o)) : new Zmm(n);
                return zeroing ? zmm.zeroing() : zmm;
            }
        }
    }

    private static boolean isMasked(NasmOperand o) {
        return (o.decorations & Encoder.MASK) != 0;
    }

    private static Mask mask(NasmOperand o) {
        return new Mask((o.decorations & Encoder.MASK) >> Encoder.MASK_SHIFT);
    }
}
