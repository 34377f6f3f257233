package dev.kiln.asm.table;

import java.util.List;

/**
 * One row of the table: an instruction form.
 *
 * @param place file and line, for messages
 * @param template packed as {@link Layout} says
 * @param roles four bits per explicit operand: which field it goes to
 * @param prefixes allowed prefixes, bits in the order of {@link RowParser#PREFIXES}
 * @param effects of implicit operands and conditions, as {@link Effects} packs them
 * @param flagsRead bits of RFLAGS
 * @param order the letters behind the encoding that say which operand goes to which field, empty where the manual's habit holds
 */
record Row(
        String place,
        String mnemonic,
        List<Explicit> operands,
        long template,
        int roles,
        int prefixes,
        long implicitReads,
        long implicitWrites,
        int effects,
        int flagsRead,
        int flagsWritten,
        int flagsUndefined,
        String feature,
        String family,
        String order) {

    /**
     * An operand that the instruction's text names.
     *
     * @param access 1 read, 2 written, 3 both
     * @param decoration EVEX decorations and broadcast, as written
     */
    record Explicit(Kind kind, int access, String decoration) {}

    /** The name of the form's constant. */
    String constant() {
        StringBuilder name = new StringBuilder(mnemonic);
        for (Explicit operand : operands) {
            name.append('_').append(operand.kind().partOfName());
        }
        // Second encodings of an instruction differ from the first by their order alone, or by F2.
        boolean second = Layout.UNPREFERRED.get(template) != 0;
        if (second && !order.isEmpty()) name.append('_').append(order);
        else if (second && operands.isEmpty() && Layout.PREFIX.get(template) == 4) name.append("_f2");
        if (Layout.SPACE.get(template) == 2) name.append("_evex");
        return name.toString().toUpperCase(java.util.Locale.ROOT);
    }

    /** Whether one of {@link RowParser#PREFIXES} stands in the row. */
    boolean hasWord(String word) {
        return (prefixes >> RowParser.PREFIXES.indexOf(word) & 1) != 0;
    }

    /** The form as the manuals write it. */
    String text() {
        StringBuilder text = new StringBuilder(mnemonic);
        for (int i = 0; i < operands.size(); i++)
            text.append(i == 0 ? " " : ", ")
                    .append(operands.get(i).kind().text())
                    .append(operands.get(i).decoration());
        return text.toString();
    }
}
