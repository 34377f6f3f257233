package dev.kiln.asm;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.asm.internal.Template;

/**
 * Chooses the instruction form for operands as they stand in the text. The table's order is nasm's preference; what a form takes is decided
 * here: widths said and implied, values that fit, jumps that reach. A value that no pass has seen yet fits everything.
 */
final class NasmMatcher {
    private final FormTable table = FormTable.get();
    private final CodeBuffer code;

    private int name;
    private String mnemonic;
    private NasmStatement statement;
    private NasmOperand[] operands;
    private NasmValue[] values;
    private NasmAddress address;
    /** The width of memory that an immediate's width implies. */
    private int impliedSize;

    private boolean hasNearBranch;
    private boolean hasWideImmediate;
    /** Whether there are forms with the accumulator and an absolute address. */
    private boolean offsets;
    /** Whether the short form of a jump reaches its target. */
    private boolean shortReaches;

    /** Whether memory without a width has several that fit. */
    boolean ambiguous;

    /** Whether the form found is meant, not the usual one that says the same. */
    boolean exact;

    /** @param code where instructions are encoded, whose target has a say */
    NasmMatcher(CodeBuffer code) {
        this.code = code;
    }

    /** Gives a form, or 0. */
    int find(
            NasmStatement statement,
            NasmOperand[] given,
            NasmValue[] values,
            NasmAddress address,
            boolean shortReaches) {
        String instruction = statement.mnemonic;
        this.statement = statement;
        this.operands = given;
        this.values = values;
        this.address = address;
        this.shortReaches = shortReaches;
        ambiguous = false;
        boolean word = instruction.equals("push")
                && given.length == 1
                && given[0].kind == NasmOperand.VALUE
                && given[0].size == 16
                && !given[0].strict
                && values[0].isNumber()
                && KindInfo.fits(KindInfo.IMM16, values[0].number)
                && (short) values[0].number == (byte) values[0].number;
        // What nasm calls push word 5 is the table's pushw.
        boolean far = given.length == 1 && isFar(given[0]);
        boolean branch = instruction.equals("jmp") || instruction.equals("call");
        mnemonic = word ? "pushw" : far && branch ? "l" + instruction : instruction;
        name = table.name(mnemonic);
        look();
        exact = statement.direction != 0;
        int directed = exact ? directed() : 0;
        if (directed != 0) return directed;
        exact = false;
        int found = 0;
        int beyondTarget = 0;
        for (int i = 0; i < table.formCount(name) && found == 0; i++) {
            int form = table.formAt(name, i);
            if (!word && Template.unpreferred(table.template(form)) || !takes(form)) continue;
            if (code.allows(form)) found = form;
            else if (beyondTarget == 0) beyondTarget = form;
        }
        // Refused by the encoder, which says what the target lacks.
        if (found == 0) found = beyondTarget;
        if (found != 0) {
            checkSize(found);
            return found;
        }
        // What nasm has no words for.
        for (int i = 0; i < table.formCount(name) && found == 0; i++)
            if (takes(table.formAt(name, i))) found = table.formAt(name, i);
        return found;
    }

    /** The form between registers whose fields stand as the statement asks, or 0 when there is no choice. */
    private int directed() {
        int usual = 0;
        for (int i = 0; i < table.formCount(name); i++) {
            int form = table.formAt(name, i);
            int last = lastRegister(form);
            if (last < 0) return 0;
            if (!takes(form) || !code.allows(form)) continue;
            boolean load = table.role(form, last) == Template.ROLE_RM;
            int direction = load ? NasmStatement.LOAD : NasmStatement.STORE;
            if (direction == statement.direction) return form;
            if (statement.direction != NasmStatement.SWAPPED) continue;
            if (usual == 0) usual = direction;
            else if (usual != direction) return form;
        }
        return 0;
    }

    /** Which operand is the last register, −1 when there are fewer than two or something is in memory. */
    private int lastRegister(int form) {
        int last = -1;
        int count = 0;
        for (int i = 0; i < operands.length && i < table.operandCount(form); i++) {
            if (operands[i].kind == NasmOperand.MEMORY) return -1;
            if (operands[i].kind != NasmOperand.REGISTER) continue;
            last = i;
            count++;
        }
        return count < 2 ? -1 : last;
    }

    /** FWORD PTR and TBYTE PTR are far addresses to GNU's tools. */
    private static boolean isFar(NasmOperand operand) {
        return operand.distance == NasmOperand.FAR
                || operand.kind == NasmOperand.MEMORY && (operand.size == 48 || operand.size == 80);
    }

    private void look() {
        hasNearBranch = false;
        hasWideImmediate = false;
        for (int i = 0; i < table.formCount(name); i++) {
            int form = table.formAt(name, i);
            int immediate = Template.immediate(table.template(form));
            if (immediate == Template.IMMEDIATE_CD) hasNearBranch = true;
            if (immediate == Template.IMMEDIATE_IQ) hasWideImmediate = true;
        }
        offsets = mnemonic.equals("mov")
                && operands.length == 2
                && (isAccumulator(operands[0]) || isAccumulator(operands[1]));
        impliedSize = 0;
        if (operands.length != 2 || operands[0].kind != NasmOperand.MEMORY) return;
        if (operands[1].kind == NasmOperand.VALUE) impliedSize = operands[1].size;
    }

    private static boolean isAccumulator(NasmOperand operand) {
        return operand.kind == NasmOperand.REGISTER && operand.registerNumber() == Registers.RAX;
    }

    private void checkSize(int found) {
        for (int at = 0; at < operands.length; at++) {
            NasmOperand operand = operands[at];
            if (operand.kind != NasmOperand.MEMORY) continue;
            if (operand.broadcast < 0) checkCount(found, at);
            if (operand.size != 0 || impliedSize != 0) continue;
            if (operand.distance == NasmOperand.FAR || operand.broadcast != 0) continue;
            // Without a width nasm takes the narrower integer here.
            if (takesNarrower(mnemonic)) continue;
            int bits = Forms.operandKind(found, at).memoryBits();
            // So with a vector narrowed into half a register: VCVTPD2PS XMM0, [RAX] reads 128 bits, but not with EVEX.
            if (bits == 128 && Template.space(table.template(found)) != 2) continue;
            for (int i = 0; i < table.formCount(name); i++) {
                int form = table.formAt(name, i);
                if (!Template.unpreferred(table.template(form))
                        && takes(form)
                        && Forms.operandKind(form, at).memoryBits() != bits) ambiguous = true;
            }
        }
    }

    /** Whether nothing but memory would tell to how many elements one is broadcast. */
    private void checkCount(int found, int at) {
        int bits = Forms.operandKind(found, at).memoryBits();
        for (int i = 0; i < table.formCount(name); i++) {
            int form = table.formAt(name, i);
            if (takes(form) && Forms.operandKind(form, at).memoryBits() != bits) ambiguous = true;
        }
    }

    private static boolean takesNarrower(String mnemonic) {
        return mnemonic.startsWith("cvtsi2s")
                || mnemonic.startsWith("vcvtsi2s")
                || mnemonic.startsWith("vcvtusi2s")
                || mnemonic.equals("ptwrite");
    }

    private boolean takes(int form) {
        int count = table.operandCount(form);
        if (count != operands.length) return false;
        long t = table.template(form);
        if (statement.space >= 0 && statement.space != Template.space(t)) return false;
        if ((statement.asked & Form.NF) != 0 && !Template.noFlags(t)) return false;
        if (statement.rounding != null
                && !(statement.rounding == Rounding.SAE ? Template.sae(t) : Template.rounding(t))) return false;
        for (int i = 0; i < count; i++) {
            OperandKind kind = Forms.operandKind(form, i);
            NasmOperand operand = operands[i];
            if (operand.defaultFlags && kind != OperandKind.DFV) return false;
            if (isExtended(operand) && (statement.space == 1 || !Apx.takesExtended(table, form))) return false;
            if (operand.decorations != 0 && (i > 0 || !takesMask(t, operand))) return false;
            boolean fits = switch (operand.kind) {
                case NasmOperand.REGISTER ->
                    takesRegister(kind, operand) && (Template.space(t) == 2 || !isBeyondVex(operand));
                case NasmOperand.MEMORY -> takesMemory(kind, operand, form);
                default ->
                    kind.isBranch()
                            ? takesTarget(kind, operand)
                            : kind.isImmediate() && takesImmediate(form, kind, operand, values[i]);
            };
            if (!fits) return false;
        }
        return true;
    }

    /** Whether one of R16 to R31 is the operand or in its address. */
    private boolean isExtended(NasmOperand operand) {
        return switch (operand.kind) {
            case NasmOperand.REGISTER -> Operands.isExtended(operand.registerNumber());
            case NasmOperand.MEMORY -> Operands.isExtended(address.base) || Operands.isExtended(address.index);
            default -> false;
        };
    }

    private static boolean takesMask(long t, NasmOperand operand) {
        if ((operand.decorations & Encoder.ZEROING) != 0
                && (!Template.zeroing(t) || operand.kind == NasmOperand.MEMORY)) return false;
        return Template.space(t) == 2 && Template.mask(t);
    }

    /** Whether only EVEX can name a register. */
    private static boolean isBeyondVex(NasmOperand operand) {
        int number = operand.registerNumber();
        return Registers.isVector(number) && number >= Registers.VECTOR + 16;
    }

    static RegisterClass classOf(int register) {
        if (register >= Registers.HIGH_BYTE && register < Registers.RIP) return RegisterClass.GENERAL;
        for (RegisterClass c : CLASSES) if (c.contains(register)) return c;
        return RegisterClass.NONE;
    }

    private static final RegisterClass[] CLASSES = RegisterClass.values();

    private static boolean takesRegister(OperandKind kind, NasmOperand operand) {
        if (!kind.takesRegister() || operand.strict && !kind.isFixed()) return false;
        int number = operand.registerNumber();
        RegisterClass c = kind.registerClass();
        if (kind.fixedRegister() >= 0 ? kind.fixedRegister() != number : classOf(number) != c) return false;
        boolean widths = c == RegisterClass.GENERAL || c == RegisterClass.VECTOR;
        if (widths && operand.registerBits() != kind.registerBits()) return false;
        return kind.use() != OperandKind.Use.NOT_ACCUMULATOR || number != Registers.RAX;
    }

    private boolean takesMemory(OperandKind kind, NasmOperand operand, int form) {
        if (operand.broadcast != 0) return takesBroadcast(kind, operand, form);
        if (statement.rounding != null) return false;
        int size = operand.size != 0 ? operand.size : impliedSize;
        if (kind.isOffset()) {
            return isOffset(operand) && (size == 0 || size == kind.memoryBits());
        }
        boolean registers = address.registerBits != 0 || address.vectorBits != 0;
        if (!kind.takesMemory() || operand.displacementSize == 64 && registers) return false;
        if (offsets && isOffset(operand)) return false;
        if (kind.hasVectorIndex()) {
            // What is said is the width of an element, or to LLVM of all of them.
            int element = Template.w(table.template(form)) ? 64 : 32;
            return address.vectorBits == kind.indexBits() && (size == 0 || size >= element);
        }
        if (address.vectorBits != 0) return false;
        boolean isFar = NasmOperands.isFar(kind);
        if (isFar && NasmOperands.isFarBranch(mnemonic)) {
            return kind
                    == (size == 16
                            ? OperandKind.M16_16
                            : size == 32 || size == 48 ? OperandKind.M16_32 : OperandKind.M16_64);
        }
        if (operand.distance == NasmOperand.FAR) return false;
        return size == 0
                || kind.memoryBits() < 0
                || size == kind.memoryBits()
                || isFar && (size == kind.memoryBits() - 16 || size == 48 && kind == OperandKind.M16_64);
    }

    /** Whether MOV of the accumulator takes an address as large as addresses are. */
    private boolean isOffset(NasmOperand operand) {
        if (address.registerBits != 0 || address.vectorBits != 0) return false;
        boolean narrow = operand.addressSize == 32 || statement.addressSize == 32;
        if (operand.relative && !address.displacement.isNumber()) return false;
        if (operand.displacementSize != 0) return operand.displacementSize == (narrow ? 32 : 64);
        // Else only where no other form reaches, as GNU's assembler has it.
        NasmValue v = address.displacement;
        return narrow || v.isNumber() && !v.isUnknown() && v.number != (int) v.number;
    }

    private boolean takesBroadcast(OperandKind kind, NasmOperand operand, int form) {
        int element = Template.broadcast(table.template(form));
        if (Template.space(table.template(form)) != 2 || element == 0 || !kind.takesMemory()) return false;
        if (operand.size != 0 && operand.size != 8 << element) return false;
        return address.vectorBits == 0
                && (operand.broadcast < 0 || operand.broadcast == Disassembler.broadcastCount(form, kind));
    }

    private boolean takesTarget(OperandKind kind, NasmOperand operand) {
        if (operand.distance == NasmOperand.FAR || operand.size != 0 && operand.size != 64) return false;
        if (kind.immediateBits() == 8 && operand.size == 64) return !hasNearBranch;
        if (kind.immediateBits() == 8)
            return operand.distance == NasmOperand.SHORT
                    || operand.distance == 0 && (!hasNearBranch || shortReaches && !operand.strict);
        return operand.distance != NasmOperand.SHORT;
    }

    /** The width of the operation, for immediates: that of the first operand. */
    private int width(int form) {
        OperandKind first = Forms.operandKind(form, 0);
        if (first == OperandKind.DFV) first = Forms.operandKind(form, 1);
        return first.takesRegister() ? first.registerBits() : first.memoryBits();
    }

    private boolean takesImmediate(int form, OperandKind kind, NasmOperand operand, NasmValue value) {
        int immediate = KindInfo.immediate(KindInfo.of(kind.ordinal()));
        if (immediate == KindInfo.ONE)
            return operand.size == 0 && !operand.strict && value.isNumber() && (value.isUnknown() || value.number == 1);
        int bits = kind.immediateBits();
        int width = mnemonic.equals("pushw") ? 16 : width(form);
        int said = operand.size;
        if (said == 0 && operand.strict && isNarrower(immediate)) return false;
        if (said != 0) {
            if (operand.strict) {
                boolean extended = immediate == KindInfo.IMM32S && said == 64 && !hasWideImmediate;
                if (bits != said && !extended || immediate == KindInfo.IMM32U) return false;
            } else if (immediate == KindInfo.IMM32U && said == 32) {
                // MOV RAX, DWORD 5 is the sign-extended form.
                return false;
            } else if (bits > said || width > 0 && said > width) return false;
            else if (said > 8 && said < width && bits < said) return false;
        }
        if (value.isUnknown()) return true;
        if (!value.isNumber()) return takesAddress(immediate, bits, width, said);
        if (KindInfo.fits(immediate, value.number)) return true;
        // 0xFFFF_FFFF is −1 where the operation is as wide as that.
        return immediate == KindInfo.IMM8S
                && narrowed(value.number, width) == (byte) value.number
                && (width == 32 && KindInfo.fits(KindInfo.IMM32, value.number)
                        || width == 16 && KindInfo.fits(KindInfo.IMM16, value.number));
    }

    /** Whether there is a wider immediate, which STRICT without a width asks for. */
    private boolean isNarrower(int immediate) {
        return immediate == KindInfo.IMM8S
                || hasWideImmediate
                        && operands[0].kind == NasmOperand.REGISTER
                        && (immediate == KindInfo.IMM32U || immediate == KindInfo.IMM32S);
    }

    private static long narrowed(long value, int width) {
        return width == 16 ? (short) value : (int) value;
    }

    /** An address takes the operation's width, as nothing is known of how large it is. */
    private boolean takesAddress(int immediate, int bits, int width, int said) {
        if (immediate == KindInfo.IMM8S || immediate == KindInfo.IMM8U || immediate == KindInfo.IMM32U) return false;
        if (bits == width) return true;
        if (width == 0) return bits == 32 && immediate == KindInfo.IMM32S || bits == said;
        return width == 64 && bits == 32 && (said == 32 || !hasWideImmediate);
    }
}
