package dev.kiln.compiler.emit;

import dev.kiln.asm.Form;
import dev.kiln.asm.InstructionSink;
import dev.kiln.asm.Operands;
import dev.kiln.asm.Registers;
import dev.kiln.asm.RelocationKind;
import dev.kiln.compiler.RuntimeSymbols;
import dev.kiln.compiler.Target;
import dev.kiln.compiler.frame.FrameCode;
import dev.kiln.compiler.frame.FrameLayout;
import dev.kiln.compiler.machine.MachineFunction;
import dev.kiln.compiler.machine.Operand;
import dev.kiln.compiler.machine.Pseudo;
import dev.kiln.ir.Locations;
import java.nio.charset.StandardCharsets;

/**
 * Hands an allocated function to a sink: real instructions as they are, pseudo instructions expanded, slots turned into addresses,
 * blocks into labels, jump tables behind the code. A function that is emitted twice gives the same calls in the same order.
 *
 * <p>A trap is a call of {@link RuntimeSymbols#TRAP} with the address of its record in the constant pool; selection puts these at the
 * function's end.
 */
public final class Emitter {
    private final boolean windows;
    private final FrameCode frameCode = new FrameCode();
    private final Operands o = new Operands();

    private MachineFunction f;
    private FrameLayout layout;
    private Locations locations;
    private InstructionSink sink;
    private int[] blockLabels = new int[16];
    private int[] tableLabels = new int[4];

    public Emitter(Target target) {
        windows = target.platform().usesMicrosoftConvention();
    }

    /**
     * Emits a function.
     *
     * @param layout its frame
     * @param locations the table that its positions are indices of
     */
    public void emit(MachineFunction function, FrameLayout layout, Locations locations, InstructionSink sink) {
        f = function;
        this.layout = layout;
        this.locations = locations;
        this.sink = sink;
        makeLabels();
        int position = f.count() > 0 ? f.positionOf(0) : 0;
        if (position != 0) {
            sink.position(position);
        }
        frameCode.prologue(layout, windows, sink);
        boolean comments = sink.wantsComments();
        int note = 0;
        for (int place = 0; place < f.layoutCount(); place++) {
            sink.bind(blockLabels[f.blockAtLayout(place)]);
            int end = f.layoutEnd(place);
            for (int i = f.layoutStart(place); i < end; i++) {
                if (f.positionOf(i) != position) {
                    position = f.positionOf(i);
                    sink.position(position);
                }
                if (comments) {
                    note = comment(note, i);
                }
                if (Pseudo.isPseudo(f.form(i))) {
                    pseudo(i);
                } else if (i + 1 < end || !isJumpTo(i, place + 1)) {
                    operands(f.operandStart(i), f.operandEnd(i));
                    sink.emit(f.form(i), o);
                }
            }
        }
        for (int t = 0; t < f.tableCount(); t++) {
            table(t);
        }
    }

    /** Passes on the last of the notes up to an instruction: those before it told of what left no code. */
    private int comment(int from, int i) {
        int note = from;
        while (note < f.noteCount() && f.noteInstruction(note) <= i) {
            note++;
        }
        if (note > from) {
            sink.comment(f.noteText(note - 1));
        }
        return note;
    }

    private void makeLabels() {
        if (blockLabels.length < f.blockCount()) {
            blockLabels = new int[Math.max(f.blockCount(), blockLabels.length * 2)];
        }
        if (tableLabels.length < f.tableCount()) {
            tableLabels = new int[Math.max(f.tableCount(), tableLabels.length * 2)];
        }
        for (int block = 0; block < f.blockCount(); block++) {
            blockLabels[block] = -1;
        }
        for (int place = 0; place < f.layoutCount(); place++) {
            int block = f.blockAtLayout(place);
            blockLabels[block] = sink.newLabel();
            if (f.blockName(block) != null) {
                sink.nameLabel(blockLabels[block], f.blockName(block));
            }
        }
        for (int t = 0; t < f.tableCount(); t++) {
            tableLabels[t] = sink.newLabel();
        }
    }

    private boolean isJumpTo(int i, int place) {
        return f.form(i) == Form.JMP_REL32
                && place < f.layoutCount()
                && f.operandAt(f.operandStart(i)) == Operand.block(f.blockAtLayout(place));
    }

    private void table(int number) {
        sink.align(4);
        sink.bind(tableLabels[number]);
        for (int block : f.tableBlocks(number)) {
            sink.distance32(labelOf(block), tableLabels[number], 0);
        }
    }

    private int labelOf(int block) {
        int label = blockLabels[block];
        if (label < 0) {
            throw new IllegalStateException("block " + block + " has no place");
        }
        return label;
    }

    // Operands.

    /** Fills the buffer with the operands from one index to before another. */
    private void operands(int from, int to) {
        o.clear();
        for (int k = from; k < to; k++) {
            int operand = f.operandAt(k);
            switch (Operand.tag(operand)) {
                case Operand.REG -> o.register(Operand.payload(operand));
                case Operand.SMALL, Operand.LARGE -> o.immediate(f.literalValue(operand));
                case Operand.BLOCK -> o.label(labelOf(Operand.payload(operand)));
                case Operand.SYMBOL ->
                    o.symbol(f.symbolName(operand), f.symbolRelocation(operand), f.symbolAddend(operand));
                case Operand.TABLE -> {
                    // Where an indirect jump may go; no operand.
                }
                case Operand.MEMORY -> {
                    memory(k);
                    k += Operand.MEMORY_INTS - 1;
                }
                default -> throw new IllegalStateException("operand " + Integer.toHexString(operand) + " is left");
            }
        }
    }

    private void memory(int k) {
        int head = f.operandAt(k);
        int base = f.operandAt(k + 1);
        int index = f.operandAt(k + 2);
        int displacement = f.operandAt(k + 3);
        int indexRegister = Operand.tag(index) == Operand.NONE ? Registers.NONE : register(index);
        switch (Operand.tag(base)) {
            case Operand.NONE -> o.memory(Registers.NONE, indexRegister, Operand.scale(head), displacement);
            case Operand.REG -> o.memory(Operand.payload(base), indexRegister, Operand.scale(head), displacement);
            case Operand.SLOT ->
                o.memory(
                        layout.base(),
                        indexRegister,
                        Operand.scale(head),
                        Math.addExact(layout.place(Operand.payload(base)), displacement));
            case Operand.SYMBOL ->
                o.memoryAtSymbol(f.symbolName(base), f.symbolRelocation(base), f.symbolAddend(base) + displacement);
            case Operand.CONSTANT ->
                o.memoryAtLabel(
                        sink.constant(f.constantSize(base), f.constantLow(base), f.constantHigh(base)), displacement);
            case Operand.TABLE -> o.memoryAtLabel(tableLabels[Operand.payload(base)], displacement);
            default -> throw new IllegalStateException("memory base " + Integer.toHexString(base) + " is left");
        }
        if (indexRegister != Registers.NONE && o.base() == Registers.RIP) {
            throw new IllegalStateException("an address relative to the instruction pointer has an index");
        }
        if (Operand.segment(head) != Registers.NONE) {
            o.segment(Operand.segment(head));
        }
    }

    private int register(int operand) {
        if (!Operand.isReg(operand)) {
            throw new IllegalStateException("operand " + Integer.toHexString(operand) + " is no register");
        }
        return Operand.payload(operand);
    }

    // Pseudo instructions.

    private void pseudo(int i) {
        int from = f.operandStart(i);
        switch (f.form(i)) {
            case Pseudo.ENTRY, Pseudo.DEFINE -> {
                // Only the allocator had to know.
            }
            case Pseudo.COPY -> copy(register(f.operandAt(from)), register(f.operandAt(from + 1)));
            case Pseudo.LOAD_SLOT -> load(register(f.operandAt(from)), Operand.payload(f.operandAt(from + 1)));
            case Pseudo.STORE_SLOT -> store(register(f.operandAt(from)), Operand.payload(f.operandAt(from + 1)));
            case Pseudo.CALL -> call(from);
            case Pseudo.RET -> frameCode.epilogue(layout, windows, sink);
            case Pseudo.TRAP -> trap(Operand.smallValue(f.operandAt(from)), f.positionOf(i));
            case Pseudo.GROW_STACK -> frameCode.grow(register(f.operandAt(from)), sink);
            default -> throw new IllegalStateException("pseudo instruction " + f.form(i));
        }
    }

    private void copy(int to, int from) {
        boolean vector = Registers.isVector(to);
        if (vector != Registers.isVector(from)) {
            throw new IllegalStateException("a copy between a general and a vector register");
        }
        sink.emit(
                vector ? Form.MOVAPS_XMM_XMMM128 : Form.MOV_RM64_R64,
                o.clear().register(to).register(from));
    }

    private void load(int register, int slot) {
        int form = switch (Registers.isVector(register) ? f.slotSize(slot) : 0) {
            case 0 -> Form.MOV_R64_RM64;
            case 4 -> Form.MOVSS_XMM_M32;
            case 8 -> Form.MOVSD_XMM_M64;
            case 16 -> Form.MOVAPS_XMM_XMMM128;
            default -> throw new IllegalStateException("a load of " + f.slotSize(slot) + " bytes");
        };
        sink.emit(form, o.clear().register(register).memory(layout.base(), Registers.NONE, 1, layout.place(slot)));
    }

    private void store(int register, int slot) {
        int form = switch (Registers.isVector(register) ? f.slotSize(slot) : 0) {
            case 0 -> Form.MOV_RM64_R64;
            case 4 -> Form.MOVSS_M32_XMM;
            case 8 -> Form.MOVSD_M64_XMM;
            case 16 -> Form.MOVAPS_XMMM128_XMM;
            default -> throw new IllegalStateException("a store of " + f.slotSize(slot) + " bytes");
        };
        sink.emit(
                form,
                o.clear()
                        .memory(layout.base(), Registers.NONE, 1, layout.place(slot))
                        .register(register));
    }

    private void call(int from) {
        int target = from + 2 + Operand.smallValue(f.operandAt(from));
        int operand = f.operandAt(target);
        boolean memory = Operand.tag(operand) == Operand.MEMORY;
        operands(target, target + (memory ? Operand.MEMORY_INTS : 1));
        sink.emit(Operand.tag(operand) == Operand.SYMBOL ? Form.CALL_REL32 : Form.CALL_RM64, o);
    }

    private void trap(int number, int position) {
        int record = sink.constantBytes(record(f.trapName(number), position));
        int argument = windows ? Registers.RCX : Registers.RDI;
        sink.emit(Form.LEA_R64_M, o.clear().register(argument).memoryAtLabel(record, 0));
        if (windows) {
            // The callee's home area for its register arguments.
            sink.emit(Form.SUB_RM64_IMM8S, o.clear().register(Registers.RSP).immediate(32));
        }
        sink.emit(Form.CALL_REL32, o.clear().symbol(RuntimeSymbols.TRAP, RelocationKind.PLT32, 0));
    }

    private byte[] record(String trap, int position) {
        String place = position > 0 ? locations.get(position).toString() : "";
        return (trap + '\0' + f.name() + '\0' + place + '\0').getBytes(StandardCharsets.UTF_8);
    }
}
