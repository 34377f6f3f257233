package dev.kiln.compiler.machine;

import dev.kiln.asm.Form;
import dev.kiln.asm.Forms;
import dev.kiln.asm.Registers;

/**
 * What the assembler's table says on how forms use registers, in the shape that allocation reads at every instruction: filled from
 * {@link Forms} when a form first occurs. One per compiling thread.
 */
public final class FormFacts {
    public static final int READ = 1, WRITE = 2;

    /** Set in {@link #facts} once a form was looked up. */
    private static final int KNOWN = 1 << 31;

    private static final int ACCESS_BITS = 2;

    private final int[] facts = new int[Forms.count() + 1];
    private final long[] reads = new long[facts.length];
    private final long[] writes = new long[facts.length];

    /**
     * How an instruction uses its explicit operand number {@code ordinal} (a memory operand counts once): {@link #READ}, {@link
     * #WRITE}, or the sum of both. For memory that says nothing on its address, which is always read.
     */
    public int access(MachineFunction function, int instruction, int ordinal) {
        int form = function.form(instruction);
        if (!Pseudo.isPseudo(form)) {
            return accesses(form) >> ordinal * ACCESS_BITS & 3;
        }
        return pseudoAccess(function, instruction, ordinal);
    }

    private static int pseudoAccess(MachineFunction function, int instruction, int ordinal) {
        return switch (function.form(instruction)) {
            case Pseudo.COPY, Pseudo.LOAD_SLOT -> ordinal == 0 ? WRITE : READ;
            case Pseudo.ENTRY, Pseudo.DEFINE -> WRITE;
            case Pseudo.CALL ->
                ordinal - 2 < Operand.smallValue(function.operandAt(function.operandStart(instruction))) ? WRITE : READ;
            case Pseudo.GROW_STACK -> READ | WRITE;
            default -> READ;
        };
    }

    /** The accesses of a form of the assembler, two bits for each operand, the first lowest. */
    public int accesses(int form) {
        int number = form & Form.NUMBER;
        int known = facts[number];
        return known != 0 ? known : look(number);
    }

    private int look(int number) {
        int known = KNOWN;
        for (int i = Forms.operandCount(number) - 1; i >= 0; i--) {
            known |= Forms.access(number, i) << i * ACCESS_BITS;
        }
        reads[number] = Forms.implicitReads(number);
        writes[number] = Forms.implicitWrites(number);
        return facts[number] = known;
    }

    /** The registers (general and vector) that a form reads besides its operands; what it must be given as an operand counts, too. */
    public long reads(int form) {
        accesses(form);
        return reads[form & Form.NUMBER] | repeated(form);
    }

    /** The registers that a form writes besides its operands. */
    public long writes(int form) {
        accesses(form);
        return writes[form & Form.NUMBER] | repeated(form);
    }

    /** The count register of a string instruction with a repeat prefix. */
    private static long repeated(int form) {
        return (form & (Form.REP | Form.REPNE)) != 0 ? 1L << Registers.RCX : 0;
    }

    /** Whether control never goes on behind an instruction. */
    public static boolean endsFlow(int form) {
        return switch (form) {
            case Form.JMP_REL32, Form.JMP_REL8, Form.JMP_RM64, Form.UD2, Pseudo.RET, Pseudo.TRAP -> true;
            default -> false;
        };
    }
}
