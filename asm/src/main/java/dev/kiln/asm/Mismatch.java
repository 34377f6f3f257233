package dev.kiln.asm;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.asm.internal.Template;
import java.util.Arrays;

/** Says why operands do not fit a form, and which forms of the mnemonic come nearest. Off the fast path. */
final class Mismatch {
    private static final int SHOWN = 3;

    private Mismatch() {}

    /** For operands given by form number. */
    static AssemblerException of(int form, Operands operands) {
        int number = form & Form.NUMBER;
        String mnemonic = Forms.mnemonic(number);
        StringBuilder text = new StringBuilder(write(number, operands));
        text.append(": form '").append(Forms.describe(number)).append("' does not take ");
        int unfit = unfitImmediate(number, operands);
        if (unfit < 0) text.append(kinds(number, operands));
        else
            text.append(operands.immediateAt(unfit))
                    .append(", which does not fit ")
                    .append(KindInfo.range(immediate(Forms.operandKind(number, unfit))));
        nearest(text, mnemonic, operands, number);
        return new AssemblerException(text.toString());
    }

    /** For an instruction by its template: the form's name and what is wrong. */
    static AssemblerException refused(long t, String why) {
        int form = formOf(t);
        return new AssemblerException(form == 0 ? why : Forms.describe(form) + ": " + why);
    }

    /** For a register or decoration, by its code, that a legacy or VEX instruction has no room for. */
    static AssemblerException needsEvex(long t, int code) {
        StringBuilder text = new StringBuilder(
                (code & Encoder.DECORATIONS) != 0
                        ? "write masks, zeroing, broadcast and rounding need an EVEX form and a destination that takes them"
                        : "vector registers 16 to 31 need an EVEX form");
        int form = formOf(t);
        String mnemonic = form == 0 ? "" : Forms.mnemonic(form);
        int said = 0;
        for (int other : Forms.find(mnemonic.startsWith("v") ? mnemonic : "v" + mnemonic)) {
            long u = FormTable.get().template(other);
            if (Template.space(u) != 2 || Template.apx(u)) continue;
            text.append(said++ == 0 ? "; nearest, in the AVX-512 families: " : " · ")
                    .append(Forms.describe(other));
            if (said == SHOWN) break;
        }
        if (said == 0) text.append("; this instruction has none");
        return refused(t, text.toString());
    }

    /** Where a form has its destination: {@link Encoder#LOAD}, {@link Encoder#STORE}, or 0 where it has none there. */
    static int direction(int form) {
        FormTable table = FormTable.get();
        if (table.operandCount(form) == 0) return 0;
        return switch (table.role(form, 0)) {
            case Template.ROLE_REG -> Encoder.LOAD;
            case Template.ROLE_RM -> Encoder.STORE;
            default -> 0;
        };
    }

    static int direction(long t) {
        return direction(formOf(t));
    }

    /** The template of the form that says the same of registers with its destination in the other place. */
    static long otherDirection(long t, int direction) {
        FormTable table = FormTable.get();
        int form = formOf(t);
        int name = table.mnemonicNumber(form);
        for (int i = 0; i < table.formCount(name); i++) {
            int other = table.formAt(name, i);
            if (direction(other) == direction
                    && Template.space(table.template(other)) == Template.space(t)
                    && hasSameRegisters(form, other)) return table.template(other);
        }
        throw refused(
                t,
                "no form of this instruction has its destination in ModRM."
                        + (direction == Encoder.LOAD ? "reg" : "rm"));
    }

    private static boolean hasSameRegisters(int form, int other) {
        if (Forms.operandCount(form) != Forms.operandCount(other)) return false;
        for (int i = 0; i < Forms.operandCount(form); i++) {
            OperandKind one = Forms.operandKind(form, i);
            OperandKind two = Forms.operandKind(other, i);
            if (one.registerClass() != two.registerClass() || one.registerBits() != two.registerBits()) return false;
            if (one.isFixed() != two.isFixed()) return false;
        }
        return true;
    }

    private static int formOf(long t) {
        FormTable table = FormTable.get();
        for (int form = 1; form < table.limit; form++) if (table.template(form) == t) return form;
        return 0;
    }

    /** The immediate that does not fit where nothing else is wrong; else −1. */
    private static int unfitImmediate(int form, Operands operands) {
        if (Forms.operandCount(form) != operands.count) return -1;
        int unfit = -1;
        for (int i = 0; i < operands.count; i++) {
            OperandKind kind = Forms.operandKind(form, i);
            if (fits(kind, operands, i)) continue;
            if (unfit >= 0 || operands.kinds[i] != Operands.IMMEDIATE || !kind.isImmediate()) return -1;
            unfit = i;
        }
        return unfit;
    }

    private static int immediate(OperandKind kind) {
        return KindInfo.immediate(KindInfo.of(kind.ordinal()));
    }

    /** An instruction as text, for messages. */
    static String write(int form, Operands operands) {
        StringBuilder text = new StringBuilder(Forms.mnemonic(form));
        for (int i = 0; i < operands.count; i++) {
            text.append(i == 0 ? " " : ", ").append(describe(form, operands, i));
            if (i == 0) text.append(RegisterNames.decorations(operands.decorations));
        }
        if (operands.rounding() != null) text.append(", ").append(operands.rounding());
        return text.toString();
    }

    /** Appends the forms that fit best, judged operand by operand. */
    private static void nearest(StringBuilder text, String mnemonic, Operands operands, int except) {
        int[] forms = Forms.find(mnemonic);
        int[] scores = new int[forms.length];
        for (int f = 0; f < forms.length; f++)
            scores[f] = forms[f] == except ? -1 : score(forms[f], operands) + sameWidths(forms[f], except);
        // Encodings of the same operands, as by VEX and EVEX, read the same.
        String[] said = new String[SHOWN + 1];
        said[0] = Forms.describe(except);
        for (int shown = 1; shown <= SHOWN; ) {
            int best = -1;
            for (int f = 0; f < forms.length; f++)
                if (scores[f] > 0 && (best < 0 || scores[f] > scores[best])) best = f;
            if (best < 0) return;
            scores[best] = -1;
            String form = Forms.describe(forms[best]);
            if (Arrays.asList(said).contains(form)) continue;
            text.append(shown == 1 ? "; nearest: " : " · ").append(form);
            said[shown++] = form;
        }
    }

    private static int score(int form, Operands operands) {
        int count = Forms.operandCount(form);
        int score = count == operands.count ? 2 : 0;
        for (int i = 0; i < Math.min(count, operands.count); i++) {
            OperandKind kind = Forms.operandKind(form, i);
            if (fits(kind, operands, i)) score += 3;
            else if (sameSort(kind, operands, i)) score += 1;
        }
        return score;
    }

    /** Forms at the widths asked for come first. */
    private static int sameWidths(int form, int asked) {
        int same = 0;
        for (int i = 0; i < Math.min(Forms.operandCount(form), Forms.operandCount(asked)); i++)
            if (Forms.operandKind(form, i).registerBits()
                    == Forms.operandKind(asked, i).registerBits()) same++;
        return same;
    }

    private static boolean fits(OperandKind kind, Operands operands, int i) {
        return switch (operands.kinds[i]) {
            case Operands.REGISTER ->
                kind.fixedRegister() >= 0
                        ? kind.fixedRegister() == operands.values[i]
                        : kind.registerClass().contains(operands.values[i]);
            case Operands.MEMORY -> kind.takesMemory();
            case Operands.IMMEDIATE -> KindInfo.fits(immediate(kind), operands.immediateAt(i));
            case Operands.LABEL -> kind.isBranch();
            default -> kind.isBranch() || kind.isImmediate() && kind.immediateBits() >= 32;
        };
    }

    private static boolean sameSort(OperandKind kind, Operands operands, int i) {
        return switch (operands.kinds[i]) {
            case Operands.REGISTER -> kind.takesRegister();
            case Operands.MEMORY -> kind.takesMemory();
            case Operands.IMMEDIATE -> kind.isImmediate();
            default -> kind.isBranch();
        };
    }

    private static String kinds(int form, Operands operands) {
        StringBuilder text = new StringBuilder("(");
        for (int i = 0; i < operands.count; i++) {
            if (i > 0) text.append(", ");
            switch (operands.kinds[i]) {
                case Operands.REGISTER -> text.append(className(operands.values[i]));
                case Operands.MEMORY -> text.append("memory");
                case Operands.IMMEDIATE -> text.append("immediate ").append(operands.immediateAt(i));
                case Operands.LABEL -> text.append("label");
                default -> text.append("symbol with ").append(operands.relocation);
            }
        }
        return text.append(")").toString();
    }

    private static String className(int register) {
        if (register >= Registers.HIGH_BYTE && register < Registers.RIP) return "high byte register";
        for (RegisterClass c : RegisterClass.values())
            if (c.contains(register)) return c.name().toLowerCase(java.util.Locale.ROOT) + " register";
        return "no register";
    }

    private static String describe(int form, Operands operands, int i) {
        return switch (operands.kinds[i]) {
            case Operands.REGISTER -> {
                OperandKind kind = i < Forms.operandCount(form) ? Forms.operandKind(form, i) : OperandKind.R64;
                int bits = kind.registerBits() == 0 ? 64 : kind.registerBits();
                yield RegisterNames.name(operands.values[i], bits);
            }
            case Operands.MEMORY ->
                address(
                        operands,
                        i < Forms.operandCount(form)
                                ? Forms.operandKind(form, i).indexBits()
                                : 0);
            case Operands.IMMEDIATE -> Long.toString(operands.immediateAt(i));
            case Operands.LABEL -> "label " + operands.values[i];
            default -> operands.symbol;
        };
    }

    /** @param indexBits the width of a vector register that is the index, else 0 */
    static String address(Operands o, int indexBits) {
        StringBuilder text = new StringBuilder("[");
        if (o.symbol != null && o.symbolInMemory) text.append(o.symbol);
        else if (o.memoryLabel >= 0) text.append("label ").append(o.memoryLabel);
        else {
            if (o.base != Registers.NONE) text.append(RegisterNames.name(o.base, o.addressBits));
            if (o.index != Registers.NONE)
                text.append(text.length() > 1 ? "+" : "")
                        .append(RegisterNames.name(o.index, Registers.isVector(o.index) ? indexBits : o.addressBits))
                        .append('*')
                        .append(o.scale);
        }
        if (o.displacement != 0 || text.length() == 1) {
            if (text.length() > 1 && o.displacement >= 0) text.append('+');
            text.append(o.displacement);
        }
        return text.append(']').toString();
    }
}
