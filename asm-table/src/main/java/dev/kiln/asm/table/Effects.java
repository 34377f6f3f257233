package dev.kiln.asm.table;

/**
 * What a row says of implicit operands beyond which registers they are, and of conditions, packed in an int:
 *
 * <pre>
 *   bits 0–15   for RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI in this order two bits: how an implicit or fixed operand writes
 *               it; 0 wholly (also at 32 bits, which clears the rest), 1 its low 16 bits, 2 its low 8 bits, 3 bits 8 to 15
 *   bits 16–19  implicit memory read: 0 none, 1 of a width that varies, else the binary logarithm of its bits, less 1
 *   bits 20–23  implicit memory written, likewise
 *   bit 24      implicit memory is written under a condition
 *   bits 25–29  each explicit operand: it is written under a condition
 * </pre>
 */
final class Effects {
    private static final int WHOLE = 0, WORD = 1, BYTE = 2, HIGH_BYTE = 3;

    private int packed;

    /** An operand in angle brackets, without them. */
    void implicit(String name, int access, boolean conditional) {
        String memory = name.startsWith("[") ? "m" : name.matches("m\\d*") ? name : null;
        if (memory != null) {
            int width =
                    memory.equals("m") ? 1 : Integer.numberOfTrailingZeros(Integer.parseInt(memory.substring(1))) - 1;
            if ((access & 1) != 0 && !conditional) packed |= width << 16;
            if ((access & 2) != 0) packed |= width << 20;
            if (conditional) packed |= 1 << 24;
        } else if ((access & 2) != 0) write(name);
    }

    /** Operand {@code i} of the text. */
    void explicit(int i, Row.Explicit operand, boolean conditional) {
        if (conditional) packed |= 1 << 25 + i;
        if (operand.kind().fixedRegister() >= 0 && (operand.access() & 2) != 0)
            write(operand.kind().text());
    }

    private void write(String name) {
        int width = name.equals("ah")
                ? HIGH_BYTE
                : RowParser.REGISTERS.get(0).contains(name)
                        ? BYTE
                        : RowParser.REGISTERS.get(1).contains(name) ? WORD : WHOLE;
        int number = name.equals("ah") ? 0 : number(name);
        if (number >= 0) packed |= width << 2 * number;
    }

    private static int number(String name) {
        for (var registers : RowParser.REGISTERS) if (registers.contains(name)) return registers.indexOf(name);
        return -1;
    }

    int packed() {
        return packed;
    }
}
