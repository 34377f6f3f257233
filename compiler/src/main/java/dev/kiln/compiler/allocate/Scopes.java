package dev.kiln.compiler.allocate;

import dev.kiln.compiler.machine.FormFacts;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.compiler.machine.Operand;
import dev.kiln.compiler.machine.Pseudo;
import java.util.Arrays;

/**
 * Tells which virtual registers are of interest in more than one block, and where control comes from. One walk over the function.
 */
final class Scopes {
    private static final int GLOBAL = -1;

    private final FormFacts facts;
    private MachineFunction function;

    /** For each virtual register: 1 + the place of its only block, 0 before it is seen, or {@link #GLOBAL}. */
    private int[] homes = new int[64];

    private boolean[] jumpedTo = new boolean[16];
    private boolean[] trapOnly = new boolean[16];
    private boolean[] jumpsOut = new boolean[16];

    /** The virtual registers that the instruction at hand writes without reading, and that were not met in its block. */
    private int[] definitions = new int[8];

    private int definitionCount;

    Scopes(FormFacts facts) {
        this.facts = facts;
    }

    /** Whether a virtual register occurs in several blocks, or is read in its block before it is written there. */
    boolean isGlobal(int vreg) {
        return homes[vreg] == GLOBAL;
    }

    /** Whether some jump goes to a block. */
    boolean isJumpedTo(int block) {
        return jumpedTo[block];
    }

    /** Whether a block is but a trap, where no virtual register is of interest. */
    boolean isTrap(int block) {
        return trapOnly[block];
    }

    /** Whether the block at a place of the layout jumps to another one that is not but a trap. */
    boolean jumpsOut(int place) {
        return jumpsOut[place];
    }

    void find(MachineFunction newFunction) {
        function = newFunction;
        begin();
        int places = function.layoutCount();
        for (int place = 0; place < places; place++) {
            int start = function.layoutStart(place);
            trapOnly[function.blockAtLayout(place)] =
                    function.layoutEnd(place) == start + 1 && function.form(start) == Pseudo.TRAP;
        }
        for (int t = 0; t < function.tableCount(); t++) {
            for (int block : function.tableBlocks(t)) {
                jumpedTo[block] = true;
            }
        }
        for (int place = 0; place < places; place++) {
            int end = function.layoutEnd(place);
            for (int i = function.layoutStart(place); i < end; i++) {
                findIn(i, place);
            }
        }
    }

    private void begin() {
        int vregs = function.vregCount();
        if (homes.length < vregs) {
            homes = new int[Math.max(vregs, homes.length * 2)];
        }
        Arrays.fill(homes, 0, vregs, 0);
        int blocks = function.blockCount();
        if (jumpedTo.length < blocks) {
            int size = Math.max(blocks, jumpedTo.length * 2);
            jumpedTo = new boolean[size];
            trapOnly = new boolean[size];
            jumpsOut = new boolean[size];
        }
        Arrays.fill(jumpedTo, 0, blocks, false);
        Arrays.fill(trapOnly, 0, blocks, false);
        Arrays.fill(jumpsOut, 0, blocks, false);
    }

    private void findIn(int i, int place) {
        int to = function.operandEnd(i);
        int mark = place + 1;
        int ordinal = 0;
        definitionCount = 0;
        for (int k = function.operandStart(i); k < to; k++, ordinal++) {
            int operand = function.operandAt(k);
            switch (Operand.tag(operand)) {
                case Operand.MEMORY -> {
                    read(function.operandAt(k + 1), mark);
                    read(function.operandAt(k + 2), mark);
                    k += Operand.MEMORY_INTS - 1;
                }
                case Operand.VREG -> {
                    if (homes[Operand.payload(operand)] == mark) {
                        continue;
                    }
                    if (facts.access(function, i, ordinal) == FormFacts.WRITE) {
                        define(Operand.payload(operand));
                    } else {
                        read(operand, mark);
                    }
                }
                case Operand.BLOCK -> {
                    jumpedTo[Operand.payload(operand)] = true;
                    jumpsOut[place] |= !trapOnly[Operand.payload(operand)];
                }
                case Operand.TABLE -> jumpsOut[place] = true;
                default -> {}
            }
        }
        // Only now: what the instruction reads, it reads first.
        for (int d = 0; d < definitionCount; d++) {
            int vreg = definitions[d];
            homes[vreg] = homes[vreg] == 0 || homes[vreg] == mark ? mark : GLOBAL;
        }
    }

    private void define(int vreg) {
        if (definitionCount == definitions.length) {
            definitions = Arrays.copyOf(definitions, definitionCount * 2);
        }
        definitions[definitionCount++] = vreg;
    }

    private void read(int operand, int mark) {
        if (Operand.isVreg(operand) && homes[Operand.payload(operand)] != mark) {
            homes[Operand.payload(operand)] = GLOBAL;
        }
    }
}
