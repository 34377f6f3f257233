package dev.kiln.asm;

import dev.kiln.asm.internal.FormTable;

/**
 * Holds instructions against the features of a target. The encoder knows an instruction by its template, and asks here before it
 * writes; an assembler for any target has no such object, and loads none of this.
 */
final class TargetCheck {
    final CpuFeatures target;

    /** By the number of an entry of the table's feature column. */
    private final boolean[] lacking;

    TargetCheck(CpuFeatures target) {
        this.target = target;
        lacking = new boolean[FormTable.get().featureCount()];
        for (int i = 0; i < lacking.length; i++) lacking[i] = !target.containsAll(CpuFeatures.ofTable(i));
    }

    boolean allows(int form) {
        return !lacking[FormTable.get().featureNumber(form)];
    }

    /**
     * Refuses what the target lacks.
     *
     * @param t an instruction's template
     */
    void check(long t) {
        int form = Templates.form(t);
        if (!allows(form)) throw refusal(form);
    }

    /** Refuses R16 to R31 where the target lacks them. */
    void checkApx() {
        if (!target.contains(CpuFeature.APX_F))
            throw new AssemblerException("R16 to R31 need " + CpuFeature.APX_F + ", which the target " + target
                    + " lacks; add the feature to the target, or use RAX to R15");
    }

    /** Refuses R16 to R31 among two registers by their codes. */
    void checkRegisters(int one, int other) {
        int vector = Encoder.EXTENDED | Encoder.EXTENDED_VECTOR;
        if ((one & vector) == Encoder.EXTENDED || (other & vector) == Encoder.EXTENDED) checkApx();
    }

    private AssemblerException refusal(int form) {
        return new AssemblerException(Forms.mnemonic(form) + " needs " + target.missing(CpuFeatures.ofForm(form))
                + ", which the target " + target
                + " lacks; name it in the target, or use this only where the processor is known to have it");
    }

    /** From templates to forms: a hash table with open addressing, made when the first target is checked. */
    private static final class Templates {
        private static final int BITS = 14;
        private static final long[] KEYS = new long[1 << BITS];
        private static final char[] FORMS = new char[1 << BITS];

        static {
            FormTable table = FormTable.get();
            for (int form = 1; form < table.limit; form++) {
                int at = find(table.template(form));
                // Forms that share a template share mnemonic and feature.
                if (FORMS[at] != 0) continue;
                KEYS[at] = table.template(form);
                FORMS[at] = (char) form;
            }
        }

        /** Where a template stands, or would. */
        private static int find(long t) {
            int at = (int) (t * 0x9E37_79B9_7F4A_7C15L >>> 64 - BITS);
            while (FORMS[at] != 0 && KEYS[at] != t) at = at + 1 & (1 << BITS) - 1;
            return at;
        }

        static int form(long t) {
            int form = FORMS[find(t)];
            if (form == 0) throw new IllegalStateException("no form has the template 0x" + Long.toHexString(t));
            return form;
        }
    }
}
