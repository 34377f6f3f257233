package dev.kiln.asm;

import dev.kiln.asm.internal.FormTable;
import dev.kiln.asm.internal.Template;
import java.util.Arrays;

/**
 * What is known about instruction forms: operands and their access, registers and flags touched, CPU features. Form numbers are the
 * constants of {@link Form}, without its prefix bits. The table is loaded when first asked.
 */
public final class Forms {
    /** Bits of {@link #access}. */
    public static final int READ = 1, WRITE = 2;

    /** Bits of the flag sets, those of RFLAGS (SDM vol. 1, 3.4.3). */
    public static final int CARRY = 1,
            PARITY = 1 << 2,
            ADJUST = 1 << 4,
            ZERO = 1 << 6,
            SIGN = 1 << 7,
            INTERRUPT = 1 << 9,
            DIRECTION = 1 << 10,
            OVERFLOW = 1 << 11;

    /** Kept apart, so that what does not need an enum array does not make one. */
    private static final class Kinds {
        static final OperandKind[] ALL = OperandKind.values();
    }

    private Forms() {}

    /** One more than the largest form number; the smallest is 1. */
    public static int count() {
        return FormTable.get().limit;
    }

    /** The mnemonic in lower case. */
    public static String mnemonic(int form) {
        return FormTable.get().mnemonic(form);
    }

    /** The number of explicit operands. */
    public static int operandCount(int form) {
        return FormTable.get().operandCount(form);
    }

    /** What operand {@code i} may be. */
    public static OperandKind operandKind(int form, int i) {
        return Kinds.ALL[FormTable.get().operandKind(form, i)];
    }

    /**
     * How an explicit operand of the form is used: {@link #READ}, {@link #WRITE} or both. A conditional write counts as both. The form does
     * not know of a mask: one that merges makes the destination read as well, which {@link InstructionInfo#access} tells of the instruction.
     */
    public static int access(int form, int i) {
        return FormTable.get().access(form, i);
    }

    /**
     * The registers read besides those that operands choose: implicit ones and explicit operands that are fixed, as a set of register
     * numbers 0 to 63 (general and vector registers).
     */
    public static long implicitReads(int form) {
        return FormTable.get().implicitReads(form);
    }

    /** The registers written besides those that operands choose; see {@link #implicitReads}. */
    public static long implicitWrites(int form) {
        return FormTable.get().implicitWrites(form);
    }

    /** The flags it reads, a set of bits. */
    public static int flagsRead(int form) {
        return FormTable.get().flagsRead(form);
    }

    /** The flags written, which may be left alone under a condition; then they count as read too. */
    public static int flagsWritten(int form) {
        return FormTable.get().flagsWritten(form);
    }

    /** The flags that hold anything afterwards. */
    public static int flagsUndefined(int form) {
        return FormTable.get().flagsUndefined(form);
    }

    /** The CPU feature needed; {@code x64} is the base set, several are joined by {@code +}. As a set: {@link CpuFeatures#ofForm}. */
    public static String feature(int form) {
        return FormTable.get().feature(form);
    }

    /**
     * The forms of a mnemonic or alias in order of preference; empty when there is none. Forms that are never chosen when others are to
     * be had (the table calls them {@code unpreferred}) are left out.
     */
    public static int[] find(String mnemonic) {
        FormTable table = FormTable.get();
        int name = table.name(mnemonic);
        if (name < 0) return new int[0];
        int[] forms = new int[table.formCount(name)];
        int count = 0;
        for (int i = 0; i < forms.length; i++) {
            int form = table.formAt(name, i);
            if (!Template.unpreferred(table.template(form))) forms[count++] = form;
        }
        return Arrays.copyOf(forms, count);
    }

    /** A form as the manuals write it: {@code add r/m64, imm8s}. */
    public static String describe(int form) {
        StringBuilder text = new StringBuilder(mnemonic(form));
        for (int i = 0; i < operandCount(form); i++)
            text.append(i == 0 ? " " : ", ").append(operandKind(form, i).text());
        return text.toString();
    }
}
