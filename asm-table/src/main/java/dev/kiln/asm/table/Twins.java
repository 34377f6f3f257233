package dev.kiln.asm.table;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds forms that encode the same instruction in a preferred way when the operands allow it: {@code add r64, r/m64} between two registers is
 * {@code add r/m64, r64}, and {@code add r/m64, imm32s} on RAX has a form without ModRM. Immediates are the same in both, so that
 * nothing else decides.
 */
final class Twins {
    private final List<Row> rows;
    private final Map<String, List<Integer>> byMnemonic = new HashMap<>();

    Twins(List<Row> rows) {
        this.rows = rows;
        for (int i = 0; i < rows.size(); i++)
            byMnemonic
                    .computeIfAbsent(rows.get(i).mnemonic(), m -> new ArrayList<>())
                    .add(i);
    }

    /** The preferred row for registers only in place of row {@code i}, −1 when that is row {@code i} itself. */
    int forRegisters(int i) {
        Row row = rows.get(i);
        if (row.operands().stream().noneMatch(o -> o.kind().isMemory())) return -1;
        return first(i, -1, false);
    }

    /** The preferred row in place of row {@code i} when an operand is in memory, or −1: {@code movq xmm, r/m64} is {@code movq xmm, xmm/m64}. */
    int forMemory(int i) {
        Row row = rows.get(i);
        if (row.operands().stream().noneMatch(o -> o.kind().isMemory())) return -1;
        return first(i, -1, true);
    }

    /** The preferred row in place of row {@code i} when its operand {@code at} is the accumulator, or −1. */
    int forAccumulator(int i, int at) {
        List<Row.Explicit> operands = rows.get(i).operands();
        if (at >= operands.size() || operands.get(at).kind().isFixed()) return -1;
        return first(i, at, false);
    }

    /** The row of APX in EVEX that says what row {@code i} in another encoding says, with registers 16 to 31 too; or −1. */
    int forExtended(int i) {
        Row row = rows.get(i);
        if (Layout.SPACE.get(row.template()) > 1 || Layout.APX.get(row.template()) != 0) return -1;
        for (int j : byMnemonic.get(row.mnemonic()))
            if (Layout.SPACE.get(rows.get(j).template()) == 2
                    && Layout.APX.get(rows.get(j).template()) != 0
                    && extend(rows.get(j), row)) return j;
        return -1;
    }

    /** Whether one row takes all that another takes, in the same fields. */
    private static boolean extend(Row row, Row other) {
        if (row.roles() != other.roles()
                || row.operands().size() != other.operands().size()) return false;
        for (int i = 0; i < row.operands().size(); i++) {
            Kind kind = row.operands().get(i).kind();
            Kind wanted = other.operands().get(i).kind();
            boolean registers = !wanted.isRegister() || sameRegisters(kind, wanted);
            boolean memory = !wanted.isMemory() || kind.memoryBits() == wanted.memoryBits();
            boolean rest = wanted.isRegister() || wanted.isMemory() || kind.equals(wanted);
            if (!registers || !memory || !rest || kind.isFixed() != wanted.isFixed()) return false;
        }
        return true;
    }

    /**
     * The first row that takes what row {@code i} takes.
     *
     * @param fixedAt where it may take the accumulator only, negative for nowhere
     * @param memory whether what can be memory is memory, else all are registers
     */
    private int first(int i, int fixedAt, boolean memory) {
        for (int j : byMnemonic.get(rows.get(i).mnemonic())) {
            if (j == i) return -1;
            if (Layout.UNPREFERRED.get(rows.get(j).template()) == 0 && takes(rows.get(j), rows.get(i), fixedAt, memory))
                return j;
        }
        return -1;
    }

    private static boolean takes(Row row, Row other, int fixedAt, boolean memory) {
        if (row.operands().size() != other.operands().size()) return false;
        boolean legacy = Layout.SPACE.get(row.template()) == 0 && Layout.SPACE.get(other.template()) == 0;
        if (!legacy && !row.feature().equals(other.feature())) return false;
        for (int i = 0; i < row.operands().size(); i++) {
            Kind kind = row.operands().get(i).kind();
            Kind wanted = other.operands().get(i).kind();
            if (!row.operands()
                    .get(i)
                    .decoration()
                    .equals(other.operands().get(i).decoration())) return false;
            if (memory && wanted.isMemory()) {
                if (kind.memoryBits() != wanted.memoryBits() || !kind.use().equals(wanted.use())) return false;
                // Vectors of indices differ in width only by their name.
                if (kind.use().equals("vector-index") && !kind.equals(wanted)) return false;
            } else if (i == fixedAt) {
                if (kind.fixedRegister() != 0 || !sameRegisters(kind, wanted)) return false;
            } else if (!kind.equals(wanted) && (kind.isFixed() || wanted.isFixed() || !sameRegisters(kind, wanted)))
                return false;
        }
        return true;
    }

    private static boolean sameRegisters(Kind kind, Kind wanted) {
        return kind.isRegister()
                && kind.registerClass().equals(wanted.registerClass())
                && kind.registerBits() == wanted.registerBits();
    }
}
