package dev.kiln.asm;

import dev.kiln.asm.Peephole.Rule;
import dev.kiln.asm.internal.FormTable;
import dev.kiln.asm.internal.Template;

/**
 * The rules of {@link Peephole}, a method each; {@link Rule} says why they hold. A round computes what is live and walks the list once. Edits
 * within a round keep that valid for the nodes still to come: what they make live is live only between nodes that follow each other without a
 * label, all of which have been passed.
 */
final class PeepholeRules {
    private static final int NONE = CodeList.NONE;

    /** How many nodes a rule looks back or a chain of jumps is followed. */
    private static final int FARTHEST = 16;

    private final FormTable table = FormTable.get();
    private final CodeList list;
    private final Peephole peephole;
    private final Peephole.Statistics statistics;
    private final Liveness live;
    private final Effects effects = new Effects();
    /** The operands of the node looked at, and of another. */
    private final Operands o = new Operands();

    private final Operands other = new Operands();

    private int node;
    private int form;
    private String mnemonic;

    PeepholeRules(CodeList list, Peephole peephole, boolean convention, Peephole.Statistics statistics) {
        this.list = list;
        this.peephole = peephole;
        this.statistics = statistics;
        live = new Liveness(list, convention);
    }

    void round() {
        live.run();
        int next;
        for (node = list.first(); node != NONE; node = next) {
            next = list.next(node);
            if (!list.isInstruction(node)) continue;
            form = list.prefixedForm(node);
            if (form != (form & Form.NUMBER)) continue;
            mnemonic = table.mnemonic(form);
            list.operands(node, o);
            if (o.decorations != 0 || o.addressBits != 64) continue;
            if (apply()) next = list.contains(node) ? list.next(node) : next;
            else if (endsFlow() && removeUnreachable()) next = list.next(node);
        }
    }

    /** Applies the first rule that finds something. */
    private boolean apply() {
        Rule rule = switch (mnemonic) {
            case "mov" -> move();
            case "lea" -> lea();
            case "cmp", "test" -> compare();
            case "movzx", "movsx", "movsxd" -> isDeadMove() ? Rule.DEAD_MOVE : null;
            default -> Liveness.isJump(table.template(form)) ? jump() : null;
        };
        if (rule == null) return false;
        statistics.fired(rule);
        return true;
    }

    private boolean wants(Rule rule) {
        return peephole.has(rule);
    }

    private boolean deadFlags(int flags) {
        return (live.flagsAfter(node) & flags) == 0;
    }

    private boolean isRegister(int i) {
        return o.kinds[i] == Operands.REGISTER;
    }

    /** The width in bits of an operand that is a general register. */
    private int width(int i) {
        return Forms.operandKind(form, i).registerBits();
    }

    private void replace(int newForm) {
        list.replace(node, newForm, o);
    }

    private boolean remove() {
        list.remove(node);
        return true;
    }

    // Moves

    private Rule move() {
        if (o.count != 2) return null;
        if (isRegister(0) && isRegister(1)) {
            if (!isPlain(0) || !isPlain(1)) return null;
            if (wants(Rule.MOVE_TO_ITSELF) && isMoveToItself() && remove()) return Rule.MOVE_TO_ITSELF;
            if (wants(Rule.MOVE_BACK) && isMoveBack() && remove()) return Rule.MOVE_BACK;
            return isDeadMove() ? Rule.DEAD_MOVE : null;
        }
        if (!isRegister(0) || !isPlain(0)) return null;
        if (o.kinds[1] == Operands.MEMORY)
            return wants(Rule.STORE_TO_LOAD) && storeToLoad() ? Rule.STORE_TO_LOAD : null;
        if (isDeadMove()) return Rule.DEAD_MOVE;
        return wants(Rule.ZERO_IDIOM) && zeroIdiom() ? Rule.ZERO_IDIOM : null;
    }

    /** Whether an operand is a general register and no segment, control or debug register. */
    private boolean isPlain(int i) {
        return Forms.operandKind(form, i).registerClass() == RegisterClass.GENERAL;
    }

    private boolean isMoveToItself() {
        return width(0) == 64 && o.values[0] == o.values[1];
    }

    private boolean isMoveBack() {
        int before = previousInstruction(node);
        if (width(0) != 64 || before == NONE || !isMove64(before)) return false;
        boolean back = other.values[0] == o.values[1] && other.values[1] == o.values[0];
        boolean again = other.values[0] == o.values[0] && other.values[1] == o.values[1];
        return back || again;
    }

    /** Whether a node is a move between 64-bit registers, whose operands are then in {@link #other}. */
    private boolean isMove64(int at) {
        int moved = list.prefixedForm(at);
        if (moved != Form.MOV_RM64_R64 && moved != Form.MOV_R64_RM64) return false;
        list.operands(at, other);
        return other.kinds[0] == Operands.REGISTER && other.kinds[1] == Operands.REGISTER;
    }

    private boolean zeroIdiom() {
        boolean address = Forms.operandKind(form, 1).isOffset();
        if (o.kinds[1] != Operands.IMMEDIATE || address || o.immediateAt(1) != 0 || width(0) < 32) return false;
        if (!deadFlags(Effects.STATUS)) return false;
        int register = o.values[0];
        o.clear().register(register).register(register);
        replace(Form.XOR_RM32_R32);
        return true;
    }

    /** Removes an instruction whose only effect is on a register that is not read any more. */
    private boolean isDeadMove() {
        if (!wants(Rule.DEAD_MOVE) || !isRegister(0)) return false;
        effects.of(form, o);
        if (effects.readsMemory || effects.writesMemory || effects.flagsWritten != 0) return false;
        boolean dead = (effects.writes & (live.registersAfter(node) | ~Effects.GENERAL)) == 0;
        return dead && remove();
    }

    private boolean storeToLoad() {
        int width = width(0);
        if (width < 32 || o.base == Registers.RIP && o.memoryLabel < 0 && o.symbol == null) return false;
        long address = Effects.address(o);
        long written = 0;
        int at = node;
        for (int i = 0; i < FARTHEST; i++) {
            at = previousInstruction(at);
            if (at == NONE) return false;
            effects.of(list, at);
            if (!effects.known) return false;
            if (effects.writesMemory) {
                if (!isStoreOfSameSlot(at, width) || (written & address) != 0) return false;
                int register = other.values[1];
                return (written & Effects.bit(register)) == 0 && takeRegister(register, width);
            }
            written |= effects.writes;
        }
        return false;
    }

    private boolean isStoreOfSameSlot(int at, int width) {
        int stored = list.prefixedForm(at);
        if (!list.mnemonic(at).equals("mov")) return false;
        list.operands(at, other);
        return other.count == 2
                && other.kinds[0] == Operands.MEMORY
                && other.kinds[1] == Operands.REGISTER
                && Forms.operandKind(stored, 1).registerClass() == RegisterClass.GENERAL
                && Forms.operandKind(stored, 1).registerBits() == width
                && sameAddress();
    }

    private boolean sameAddress() {
        if (o.base != other.base
                || o.index != other.index
                || o.scale != other.scale
                || o.displacement != other.displacement
                || o.segment != other.segment
                || o.addressBits != other.addressBits) return false;
        if (o.base != Registers.RIP) return true;
        if (o.memoryLabel != other.memoryLabel) return false;
        if (o.symbol == null || other.symbol == null) return o.symbol == other.symbol;
        return o.symbol.equals(other.symbol) && o.relocation == other.relocation && o.addend == other.addend;
    }

    /** Makes a load a move from a register. */
    private boolean takeRegister(int register, int width) {
        int to = o.values[0];
        if (width == 64 && to == register) return remove();
        o.clear().register(to).register(register);
        replace(width == 64 ? Form.MOV_RM64_R64 : Form.MOV_RM32_R32);
        return true;
    }

    // Addresses

    private Rule lea() {
        if (isDeadMove()) return Rule.DEAD_MOVE;
        int width = width(0);
        boolean plain = o.base != Registers.RIP && o.symbol == null && o.base != Registers.NONE;
        if (width < 32 || !plain) return null;
        int to = o.values[0];
        if (o.index == Registers.NONE && o.displacement == 0)
            return wants(Rule.LEA_TO_MOVE) && leaToMove(to, width) ? Rule.LEA_TO_MOVE : null;
        if (!wants(Rule.LEA_TO_ADD) || !deadFlags(Effects.STATUS)) return null;
        return leaToAdd(to, width) ? Rule.LEA_TO_ADD : null;
    }

    private boolean leaToMove(int to, int width) {
        int from = o.base;
        if (width == 64 && from == to) return remove();
        o.clear().register(to).register(from);
        replace(width == 64 ? Form.MOV_RM64_R64 : Form.MOV_RM32_R32);
        return true;
    }

    private boolean leaToAdd(int to, int width) {
        int displacement = o.displacement;
        if (o.index == Registers.NONE) {
            if (o.base != to) return false;
            o.clear().register(to).immediate(displacement);
            boolean small = displacement == (byte) displacement;
            if (width == 64) replace(small ? Form.ADD_RM64_IMM8S : Form.ADD_RM64_IMM32S);
            else replace(small ? Form.ADD_RM32_IMM8S : Form.ADD_RM32_IMM32);
            return true;
        }
        if (displacement != 0 || o.scale != 1 || o.base != to && o.index != to) return false;
        int added = o.base == to ? o.index : o.base;
        o.clear().register(to).register(added);
        replace(width == 64 ? Form.ADD_RM64_R64 : Form.ADD_RM32_R32);
        return true;
    }

    // Comparisons

    private Rule compare() {
        if (o.count != 2 || !isRegister(0) || o.kinds[1] == Operands.MEMORY || o.kinds[1] == Operands.SYMBOL)
            return null;
        if (wants(Rule.DEAD_COMPARE) && deadFlags(Effects.STATUS) && remove()) return Rule.DEAD_COMPARE;
        if (!comparesWithZero()) return null;
        if (wants(Rule.TEST_OF_RESULT) && isTestOfResult() && remove()) return Rule.TEST_OF_RESULT;
        return wants(Rule.COMPARE_WITH_ZERO) && compareWithZero() ? Rule.COMPARE_WITH_ZERO : null;
    }

    /** {@code cmp r, 0} or {@code test r, r}. */
    private boolean comparesWithZero() {
        if (mnemonic.equals("test")) return isRegister(1) && o.values[0] == o.values[1];
        return o.kinds[1] == Operands.IMMEDIATE && o.immediateAt(1) == 0;
    }

    private boolean compareWithZero() {
        if (mnemonic.equals("test") || !deadFlags(Forms.ADJUST)) return false;
        int width = width(0);
        int register = o.values[0];
        o.clear().register(register).register(register);
        replace(
                switch (width) {
                    case 8 -> Form.TEST_RM8_R8;
                    case 16 -> Form.TEST_RM16_R16;
                    case 32 -> Form.TEST_RM32_R32;
                    default -> Form.TEST_RM64_R64;
                });
        return true;
    }

    private boolean isTestOfResult() {
        long register = Effects.bit(o.values[0]);
        int at = node;
        for (int i = 0; i < FARTHEST; i++) {
            at = previousInstruction(at);
            if (at == NONE) return false;
            effects.of(list, at);
            if (!effects.known) return false;
            if (effects.flagsWritten != 0) {
                int result = resultFlags(at);
                return result != 0 && deadFlags(Effects.STATUS & ~result);
            }
            if ((effects.writes & register) != 0) return false;
        }
        return false;
    }

    /** The flags that an instruction sets as a test of the register looked at would, when that register is its result; else 0. */
    private int resultFlags(int at) {
        int writer = list.prefixedForm(at);
        list.operands(at, other);
        boolean same = other.count > 0
                && other.kinds[0] == Operands.REGISTER
                && other.values[0] == o.values[0]
                && Template.space(table.template(writer)) == 0
                && Forms.operandKind(writer, 0).registerBits() == width(0);
        if (!same) return 0;
        return switch (list.mnemonic(at)) {
            case "and", "or", "xor" -> Effects.STATUS & ~Forms.ADJUST;
            case "add", "adc", "sub", "sbb", "inc", "dec", "neg" -> Forms.ZERO | Forms.SIGN | Forms.PARITY;
            default -> 0;
        };
    }

    // Jumps

    private Rule jump() {
        if (o.kinds[0] != Operands.LABEL) return null;
        if (wants(Rule.JUMP_TO_NEXT) && isJumpToNext() && remove()) return Rule.JUMP_TO_NEXT;
        return wants(Rule.JUMP_TO_JUMP) && jumpToJump() ? Rule.JUMP_TO_JUMP : null;
    }

    private boolean isJumpToNext() {
        for (int at = list.next(node); at != NONE; at = list.next(at)) {
            switch (list.kind(at)) {
                case LABEL -> {
                    if (list.label(at) == o.values[0]) return true;
                }
                case COMMENT, BLANK -> {}
                case INSTRUCTION, ALIGN, DATA, DISTANCE, ADDRESS, FIELD, RESERVE, PATCHABLE -> {
                    return false;
                }
            }
        }
        return false;
    }

    private boolean jumpToJump() {
        // A form that is short only might not reach.
        if (Template.immediate(table.template(form)) != Template.IMMEDIATE_CD) return false;
        int first = o.values[0];
        int target = first;
        for (int i = 0; i < FARTHEST; i++) {
            int further = jumpAt(target);
            if (further < 0) break;
            // Jumps in a circle are left as they are.
            if (further == first) return false;
            target = further;
        }
        if (target == first || jumpAt(target) >= 0) return false;
        o.clear().label(target);
        replace(form);
        return true;
    }

    /** Where an unconditional jump goes that is the first thing behind a label; −1 when there is none. */
    private int jumpAt(int label) {
        int at = list.labelNode(label);
        while (at != NONE && !list.isInstruction(at)) {
            switch (list.kind(at)) {
                case LABEL, ALIGN, COMMENT, BLANK -> at = list.next(at);
                case INSTRUCTION, DATA, DISTANCE, ADDRESS, FIELD, RESERVE, PATCHABLE -> {
                    return -1;
                }
            }
        }
        if (at == NONE) return -1;
        int jump = list.prefixedForm(at);
        long t = table.template(jump & Form.NUMBER);
        if (!Liveness.isJump(t) || !Liveness.isUnconditional(t)) return -1;
        list.operands(at, other);
        return other.kinds[0] == Operands.LABEL ? other.values[0] : -1;
    }

    /** Whether nothing goes on behind the instruction. */
    private boolean endsFlow() {
        effects.of(form, o);
        return effects.info().endsFlow();
    }

    private boolean removeUnreachable() {
        if (!wants(Rule.UNREACHABLE)) return false;
        boolean removed = false;
        int next;
        for (int at = list.next(node); at != NONE; at = next) {
            next = list.next(at);
            switch (list.kind(at)) {
                case COMMENT, BLANK, ALIGN -> {}
                case INSTRUCTION -> {
                    list.remove(at);
                    statistics.fired(Rule.UNREACHABLE);
                    removed = true;
                }
                case LABEL, DATA, DISTANCE, ADDRESS, FIELD, RESERVE, PATCHABLE -> {
                    return removed;
                }
            }
        }
        return removed;
    }

    /** The instruction before a node when nothing but comments stands between; else {@link CodeList#NONE}. */
    private int previousInstruction(int from) {
        for (int at = list.previous(from); at != NONE; at = list.previous(at)) {
            switch (list.kind(at)) {
                case INSTRUCTION -> {
                    return at;
                }
                case COMMENT, BLANK, ALIGN -> {}
                case LABEL, DATA, DISTANCE, ADDRESS, FIELD, RESERVE, PATCHABLE -> {
                    return NONE;
                }
            }
        }
        return NONE;
    }
}
