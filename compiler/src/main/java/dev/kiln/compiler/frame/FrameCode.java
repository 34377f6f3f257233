package dev.kiln.compiler.frame;

import dev.kiln.asm.Form;
import dev.kiln.asm.InstructionSink;
import dev.kiln.asm.Operands;
import dev.kiln.asm.Registers;
import dev.kiln.compiler.FrameInfo;
import dev.kiln.compiler.machine.Pseudo;

/**
 * Emits the code that makes a frame, removes it, and lowers the stack pointer.
 *
 * <p>The stack ends in a guard page, and large allocations must not jump over it: no two neighbouring touches of the stack are
 * further apart than a page. A call touches what lies below the stack pointer; the prologue leaves at most {@link Pseudo#UNPROBED} bytes
 * untouched, a call's arguments as many again. Windows commits stack pages only so, and in order.
 */
public final class FrameCode {
    /** The distance of touches, the page size of every x86-64 system. */
    static final int PAGE = 4096;

    /** Up to this many pages are touched by straight code. */
    private static final int UNROLLED = 4;

    private final Operands o = new Operands();

    /** Emits the prologue. Changes R11 and the flags, which hold no arguments. */
    public void prologue(FrameLayout layout, boolean windows, InstructionSink sink) {
        FrameInfo info = layout.info();
        sink.emit(Form.PUSH_R64, o.clear().register(Registers.RBP));
        sink.emit(Form.MOV_RM64_R64, o.clear().register(Registers.RBP).register(Registers.RSP));
        for (long left = general(info); left != 0; left &= left - 1) {
            sink.emit(Form.PUSH_R64, o.clear().register(Long.numberOfTrailingZeros(left)));
        }
        lower(info.size() - 8 * layout.pushed(), sink);
        vectors(info, false, sink);
        if (info.aligned()) {
            // Any place in the frame with as much below it as is kept for aligning.
            sink.emit(
                    Form.LEA_R64_M,
                    o.clear()
                            .register(Registers.RBX)
                            .memory(Registers.RSP, Registers.NONE, 1, layout.alignment() - 16));
            sink.emit(Form.AND_RM64_IMM32S, o.clear().register(Registers.RBX).immediate(-layout.alignment()));
        }
    }

    /** Emits the epilogue and the return. */
    public void epilogue(FrameLayout layout, boolean windows, InstructionSink sink) {
        FrameInfo info = layout.info();
        vectors(info, true, sink);
        int pushed = layout.pushed();
        if (pushed == 0 && info.size() > 0 && !windows) {
            sink.emit(Form.LEAVE, o.clear());
        } else {
            // Also after dynamic allocation. Windows knows an epilogue by this form.
            if (info.size() > 8 * pushed) {
                sink.emit(
                        Form.LEA_R64_M,
                        o.clear().register(Registers.RSP).memory(Registers.RBP, Registers.NONE, 1, -8 * pushed));
            }
            for (long left = general(info); left != 0; left &= ~Long.highestOneBit(left)) {
                sink.emit(Form.POP_R64, o.clear().register(63 - Long.numberOfLeadingZeros(left)));
            }
            sink.emit(Form.POP_R64, o.clear().register(Registers.RBP));
        }
        sink.emit(Form.RET, o.clear());
    }

    private static long general(FrameInfo info) {
        return info.savedRegisters() & (1L << Registers.VECTOR) - 1;
    }

    private void vectors(FrameInfo info, boolean load, InstructionSink sink) {
        int place = -info.savedVectors();
        for (long left = info.savedRegisters() >>> Registers.VECTOR; left != 0; left &= left - 1) {
            int register = Registers.xmm(Long.numberOfTrailingZeros(left));
            if (load) {
                sink.emit(
                        Form.MOVAPS_XMM_XMMM128,
                        o.clear().register(register).memory(Registers.RBP, Registers.NONE, 1, place));
            } else {
                sink.emit(
                        Form.MOVAPS_XMMM128_XMM,
                        o.clear()
                                .memory(Registers.RBP, Registers.NONE, 1, place)
                                .register(register));
            }
            place += 16;
        }
    }

    private void lower(int bytes, InstructionSink sink) {
        int pages = bytes / PAGE;
        if (pages <= UNROLLED) {
            for (int n = 0; n < pages; n++) {
                subtract(PAGE, sink);
                touch(sink);
            }
        } else {
            sink.emit(
                    Form.LEA_R64_M,
                    o.clear().register(Registers.R11).memory(Registers.RSP, Registers.NONE, 1, -pages * PAGE));
            int again = sink.newLabel();
            sink.bind(again);
            subtract(PAGE, sink);
            touch(sink);
            sink.emit(Form.CMP_RM64_R64, o.clear().register(Registers.RSP).register(Registers.R11));
            sink.emit(Form.JNE_REL32, o.clear().label(again));
        }
        int rest = bytes % PAGE;
        if (rest > 0) {
            subtract(rest, sink);
            if (rest > Pseudo.UNPROBED) {
                touch(sink);
            }
        }
    }

    /** Emits {@link Pseudo#GROW_STACK}: lowers RSP by a register's value, a multiple of 16; the register is lost. */
    public void grow(int register, InstructionSink sink) {
        int again = sink.newLabel();
        int rest = sink.newLabel();
        sink.bind(again);
        sink.emit(Form.CMP_RM64_IMM32S, o.clear().register(register).immediate(PAGE));
        sink.emit(Form.JB_REL32, o.clear().label(rest));
        subtract(PAGE, sink);
        touch(sink);
        sink.emit(Form.SUB_RM64_IMM32S, o.clear().register(register).immediate(PAGE));
        sink.emit(Form.JMP_REL32, o.clear().label(again));
        sink.bind(rest);
        sink.emit(Form.SUB_RM64_R64, o.clear().register(Registers.RSP).register(register));
        touch(sink);
    }

    private void subtract(int bytes, InstructionSink sink) {
        o.clear().register(Registers.RSP).immediate(bytes);
        sink.emit(bytes <= Byte.MAX_VALUE ? Form.SUB_RM64_IMM8S : Form.SUB_RM64_IMM32S, o);
    }

    /** Reads the word at the stack pointer. */
    private void touch(InstructionSink sink) {
        o.clear().memory(Registers.RSP, Registers.NONE, 1, 0).register(Registers.RSP);
        sink.emit(Form.TEST_RM32_R32, o);
    }
}
