package dev.kiln.asm;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;

/**
 * Makes recorded code smaller and faster without changing what it does, by replacing single instructions and short sequences. What a
 * rule may change follows from the access and flags columns of the instruction table and from which registers and flags are live.
 *
 * <p>What is preserved: the general, vector and mask registers, the status flags and the memory that the code leaves behind, wherever it is
 * left: at a call, an indirect jump, a return, an instruction of which the table does not tell all, embedded data, or the end of the list. What is
 * assumed:
 * <ul>
 *   <li>code is entered at labels only, and a label stands for its place and not for bytes a distance from it;
 *   <li>memory is written by this code alone while it runs between a store and a load of the same place;
 *   <li>with {@link #withConvention}, callers and callees do not look at each other's status flags.
 * </ul>
 * In a list that holds an address or a jump by its distance in bytes (no label), nothing is changed, since distances would.
 *
 * <p>Immutable; one object serves any number of lists and threads. Cost: a few walks over the list, each linear.
 */
public final class Peephole {
    /** The rules. Names of registers in the examples stand for any general register of the width. */
    public enum Rule {
        /**
         * {@code mov rax, rax} does nothing and goes away. Only at 64 bits: {@code mov eax, eax} clears the upper half (SDM vol. 1,
         * 3.4.1.1).
         */
        MOVE_TO_ITSELF,
        /** After {@code mov rax, rbx}, {@code mov rbx, rax} moves back what is there, and the same move again does nothing. */
        MOVE_BACK,
        /**
         * {@code mov rax, 0} becomes {@code xor eax, eax}, which is shorter and breaks dependencies, when no status flag is live: XOR
         * writes all of them (SDM vol. 2, XOR).
         */
        ZERO_IDIOM,
        /** {@code lea rax, [rbx]} becomes {@code mov rax, rbx}, and {@code lea rax, [rax]} nothing. Neither touches flags. */
        LEA_TO_MOVE,
        /**
         * {@code lea rax, [rax+8]} and {@code lea rax, [rax+rbx]} become additions, which more units execute, when no status flag is live
         * (SDM vol. 2, ADD).
         */
        LEA_TO_ADD,
        /** A jump, conditional or not, to what follows anyway goes away. */
        JUMP_TO_NEXT,
        /** A jump to a jump goes where that leads. */
        JUMP_TO_JUMP,
        /** What follows a jump, a return or UD2 cannot be reached before the next label, and goes away. */
        UNREACHABLE,
        /**
         * {@code cmp rax, 0} becomes {@code test rax, rax}, which is shorter. The flags are the same except AF, which TEST leaves undefined and
         * which must not be live (SDM vol. 2, CMP and TEST).
         */
        COMPARE_WITH_ZERO,
        /**
         * {@code test rax, rax} or {@code cmp rax, 0} goes away when the flags stand already as of {@code rax}: after AND, OR, XOR into it, which
         * like TEST clear CF and OF, unless AF is live; after ADD, ADC, SUB, SBB, INC, DEC, NEG only ZF, SF and PF agree, so no other flag may be
         * live (SDM vol. 1, appendix A).
         */
        TEST_OF_RESULT,
        /** A comparison of registers or numbers whose flags are not read goes away. */
        DEAD_COMPARE,
        /** A load from where a register was stored takes the register, at the same width and with no other store between. */
        STORE_TO_LOAD,
        /** A move, extension or LEA into a register that is not read afterwards goes away. */
        DEAD_MOVE
    }

    /** What happened to a list. */
    public static final class Statistics {
        private final Map<Rule, Integer> counts = new EnumMap<>(Rule.class);
        int rounds;

        Statistics() {}

        void fired(Rule rule) {
            counts.merge(rule, 1, Integer::sum);
        }

        /** How often a rule was applied. */
        public int count(Rule rule) {
            return counts.getOrDefault(rule, 0);
        }

        /** How often rules were applied. */
        public int total() {
            int total = 0;
            for (int count : counts.values()) total += count;
            return total;
        }

        /** How often the list was walked; the last time nothing was found, unless the limit was reached. */
        public int rounds() {
            return rounds;
        }

        @Override
        public String toString() {
            return total() + " changes in " + rounds + " rounds " + counts;
        }
    }

    private static final int MOST_ROUNDS = 16;

    private final EnumSet<Rule> rules;
    private final boolean convention;

    /** All rules, for code of which nothing is known. */
    public Peephole() {
        this(EnumSet.allOf(Rule.class), false);
    }

    private Peephole(EnumSet<Rule> rules, boolean convention) {
        this.rules = rules;
        this.convention = convention;
    }

    /** The same without some rules. */
    public Peephole without(Rule... excluded) {
        EnumSet<Rule> rest = EnumSet.copyOf(rules);
        for (Rule rule : excluded) rest.remove(rule);
        return new Peephole(rest, convention);
    }

    /** The same with these rules only. */
    public Peephole only(Rule... included) {
        EnumSet<Rule> some = EnumSet.noneOf(Rule.class);
        for (Rule rule : included) some.add(rule);
        return new Peephole(some, convention);
    }

    /**
     * The same for code that follows a calling convention: status flags hold nothing at {@code call} and {@code ret}, as System V (AMD64
     * ABI 3.2.1) and Microsoft x64 have it.
     */
    public Peephole withConvention() {
        return new Peephole(rules, true);
    }

    /** Whether a rule is applied. */
    public boolean has(Rule rule) {
        return rules.contains(rule);
    }

    /** Applies the rules to a list until none finds anything more. */
    public Statistics run(CodeList list) {
        Statistics statistics = new Statistics();
        if (dependsOnDistances(list)) return statistics;
        PeepholeRules applied = new PeepholeRules(list, this, convention, statistics);
        int before;
        do {
            before = statistics.total();
            applied.round();
            statistics.rounds++;
        } while (statistics.total() > before && statistics.rounds < MOST_ROUNDS);
        return statistics;
    }

    private static boolean dependsOnDistances(CodeList list) {
        Operands operands = new Operands();
        for (int node = list.first(); node != CodeList.NONE; node = list.next(node)) {
            if (!list.isInstruction(node)) continue;
            list.operands(node, operands);
            for (int i = 0; i < operands.count; i++) {
                if (operands.kinds[i] == Operands.MEMORY
                        && operands.base == Registers.RIP
                        && operands.memoryLabel < 0
                        && operands.symbol == null) return true;
            }
        }
        return false;
    }
}
