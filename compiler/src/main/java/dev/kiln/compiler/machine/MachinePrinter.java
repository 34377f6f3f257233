package dev.kiln.compiler.machine;

import dev.kiln.asm.Form;
import dev.kiln.asm.Forms;
import dev.kiln.asm.Registers;

/** Prints machine functions for people: {@code --dump}, test failures. */
public final class MachinePrinter {
    private static final String[] GENERAL = {
        "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"
    };
    private static final String[] PSEUDOS = {
        "COPY", "ENTRY", "CALL", "RET", "DEFINE", "LOAD_SLOT", "STORE_SLOT", "TRAP", "GROW_STACK"
    };

    private final MachineFunction function;
    private final StringBuilder out = new StringBuilder();

    private MachinePrinter(MachineFunction function) {
        this.function = function;
    }

    /** The whole function: a line for each slot, block and instruction. */
    public static String print(MachineFunction function) {
        return new MachinePrinter(function).print();
    }

    private String print() {
        out.append("machine @").append(function.name()).append('\n');
        for (int s = 0; s < function.slotCount(); s++) {
            out.append("  slot")
                    .append(s)
                    .append(": ")
                    .append(function.slotSize(s))
                    .append(" bytes, align ");
            out.append(function.slotAlign(s)).append('\n');
        }
        int note = 0;
        for (int place = 0; place < function.layoutCount(); place++) {
            int block = function.blockAtLayout(place);
            block(block);
            out.append(':');
            if (function.blockName(block) != null) {
                out.append("  ; ").append(function.blockName(block));
            }
            out.append('\n');
            for (int i = function.layoutStart(place); i < function.layoutEnd(place); i++) {
                while (note < function.noteCount() && function.noteInstruction(note) <= i) {
                    out.append("  ; ").append(function.noteText(note++)).append('\n');
                }
                instruction(i);
            }
        }
        return out.toString();
    }

    private void instruction(int i) {
        int form = function.form(i);
        out.append("  ");
        if (Pseudo.isPseudo(form)) {
            out.append(PSEUDOS[form - Pseudo.FIRST]);
        } else {
            if ((form & Form.LOCK) != 0) {
                out.append("lock ");
            }
            if ((form & Form.REP) != 0) {
                out.append("rep ");
            }
            if ((form & Form.REPNE) != 0) {
                out.append("repne ");
            }
            out.append(Forms.mnemonic(form & Form.NUMBER));
        }
        String separator = " ";
        int ordinal = 0;
        for (int k = function.operandStart(i); k < function.operandEnd(i); k++, ordinal++) {
            out.append(separator);
            separator = ", ";
            if (Operand.tag(function.operandAt(k)) == Operand.MEMORY) {
                memory(k);
                k += Operand.MEMORY_INTS - 1;
            } else {
                operand(function.operandAt(k));
            }
        }
        out.append('\n');
    }

    private void memory(int k) {
        int head = function.operandAt(k);
        out.append('[');
        if (Operand.segment(head) != Registers.NONE) {
            register(Operand.segment(head));
            out.append(':');
        }
        operand(function.operandAt(k + 1));
        if (Operand.tag(function.operandAt(k + 2)) != Operand.NONE) {
            out.append(" + ");
            operand(function.operandAt(k + 2));
            out.append('*').append(Operand.scale(head));
        }
        if (function.operandAt(k + 3) != 0) {
            out.append(" + ").append(function.operandAt(k + 3));
        }
        out.append(']');
    }

    private void operand(int operand) {
        int payload = Operand.payload(operand);
        switch (Operand.tag(operand)) {
            case Operand.NONE -> out.append("none");
            case Operand.VREG -> out.append("%").append(payload);
            case Operand.REG -> register(payload);
            case Operand.SLOT -> out.append("slot").append(payload);
            case Operand.SMALL, Operand.LARGE -> out.append(function.literalValue(operand));
            case Operand.BLOCK -> block(payload);
            case Operand.SYMBOL -> {
                out.append('@').append(function.symbolName(operand));
                long addend = function.symbolAddend(operand);
                if (addend != 0) {
                    out.append(addend < 0 ? "" : "+").append(addend);
                }
                out.append(' ').append(function.symbolRelocation(operand));
            }
            case Operand.CONSTANT -> out.append("constant 0x").append(Long.toHexString(function.constantLow(operand)));
            case Operand.TABLE -> out.append("table").append(payload);
            default -> out.append('?').append(operand);
        }
    }

    private void block(int block) {
        out.append("block").append(block);
    }

    private void register(int register) {
        if (Registers.isVector(register)) {
            out.append("xmm").append(register - Registers.VECTOR);
        } else if (register >= 0 && register < GENERAL.length) {
            out.append(GENERAL[register]);
        } else if (register == Registers.FS || register == Registers.GS) {
            out.append(register == Registers.FS ? "fs" : "gs");
        } else {
            out.append("register").append(register);
        }
    }
}
