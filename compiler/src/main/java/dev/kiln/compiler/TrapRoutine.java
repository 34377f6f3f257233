package dev.kiln.compiler;

import dev.kiln.asm.Form;
import dev.kiln.asm.InstructionSink;
import dev.kiln.asm.Operands;
import dev.kiln.asm.Registers;
import dev.kiln.asm.RelocationKind;
import java.nio.charset.StandardCharsets;

/**
 * The code of {@link RuntimeSymbols#TRAP} for programs that run by themselves: a message on standard error, then {@code
 * exit(120)}, so that output still buffered is written. It stands on the C library of the target, System V convention.
 */
public final class TrapRoutine {
    /** The exit status of a program that trapped. */
    public static final int EXIT_STATUS = 120;

    private TrapRoutine() {}

    /** Emits it: a function that takes the record's address in RDI and never returns. */
    public static void emit(InstructionSink sink) {
        Operands o = new Operands();
        // The stack is aligned at the call, and the return address on it is of no use.
        sink.emit(Form.SUB_RM64_IMM8S, o.clear().register(Registers.RSP).immediate(8));
        sink.emit(Form.MOV_RM64_R64, o.clear().register(Registers.RDX).register(Registers.RDI));
        sink.emit(Form.MOV_RM64_R64, o.clear().register(Registers.RCX).register(Registers.RDI));
        skipString(sink, o, Registers.RCX);
        sink.emit(Form.MOV_RM64_R64, o.clear().register(Registers.R8).register(Registers.RCX));
        skipString(sink, o, Registers.R8);
        int withPlace = sink.constantBytes(string("kiln: trap %s in @%s at %s\n"));
        int withoutPlace = sink.constantBytes(string("kiln: trap %s in @%s\n"));
        sink.emit(Form.LEA_R64_M, o.clear().register(Registers.RSI).memoryAtLabel(withPlace, 0));
        sink.emit(Form.LEA_R64_M, o.clear().register(Registers.R9).memoryAtLabel(withoutPlace, 0));
        sink.emit(
                Form.CMP_RM8_IMM8,
                o.clear().memory(Registers.R8, Registers.NONE, 1, 0).immediate(0));
        sink.emit(Form.CMOVE_R64_RM64, o.clear().register(Registers.RSI).register(Registers.R9));
        sink.emit(Form.MOV_R32_IMM32, o.clear().register(Registers.RDI).immediate(2));
        sink.emit(Form.XOR_RM32_R32, o.clear().register(Registers.RAX).register(Registers.RAX));
        sink.emit(Form.CALL_REL32, o.clear().symbol("dprintf", RelocationKind.PLT32, 0));
        sink.emit(Form.MOV_R32_IMM32, o.clear().register(Registers.RDI).immediate(EXIT_STATUS));
        sink.emit(Form.CALL_REL32, o.clear().symbol("exit", RelocationKind.PLT32, 0));
        sink.emit(Form.UD2, o.clear());
    }

    /** Moves a register from the start of a string to behind its NUL. */
    private static void skipString(InstructionSink sink, Operands o, int register) {
        int again = sink.newLabel();
        sink.bind(again);
        sink.emit(
                Form.CMP_RM8_IMM8,
                o.clear().memory(register, Registers.NONE, 1, 0).immediate(0));
        // LEA leaves the flags of the comparison alone.
        sink.emit(Form.LEA_R64_M, o.clear().register(register).memory(register, Registers.NONE, 1, 1));
        sink.emit(Form.JNE_REL32, o.clear().label(again));
    }

    private static byte[] string(String text) {
        return (text + "\0").getBytes(StandardCharsets.UTF_8);
    }
}
