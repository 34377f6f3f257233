package dev.kiln.asm;

import dev.kiln.asm.internal.FormTable;

/** Instructions that are undefined when a register stands in several places: gathers, complex products, tiles (SDM vol. 2 under each name). */
final class Distinct {
    private Distinct() {}

    /** Whether the vector and tile registers of an instruction differ as its form asks. */
    static boolean holds(int form, Operands o) {
        boolean all = (FormTable.get().prefixes(form) & FormTable.DISTINCT) != 0;
        for (int i = 0; i < (all ? o.count : 1); i++)
            for (int j = i + 1; j < o.count; j++) {
                int first = register(o, i);
                if (first != Registers.NONE && first == register(o, j)) return false;
            }
        return true;
    }

    private static int register(Operands o, int i) {
        return switch (o.kinds[i]) {
            case Operands.REGISTER -> o.values[i];
            case Operands.MEMORY -> Registers.isVector(o.index) ? o.index : Registers.NONE;
            default -> Registers.NONE;
        };
    }
}
