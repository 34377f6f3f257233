package dev.kiln.exec.instructions;

import static dev.kiln.asm.X86.*;

import dev.kiln.asm.Assembler;
import dev.kiln.asm.AssemblerException;
import dev.kiln.asm.CodeBuffer;
import dev.kiln.asm.CpuFeature;
import dev.kiln.asm.CpuFeatures;
import dev.kiln.asm.Form;
import dev.kiln.asm.Label;
import dev.kiln.asm.Mem;
import dev.kiln.asm.Operands;
import dev.kiln.asm.Reg64;
import dev.kiln.asm.Registers;
import dev.kiln.asm.RelocationKind;
import dev.kiln.exec.CallKind;
import dev.kiln.exec.CodeMemory;
import dev.kiln.exec.CodeRange;
import dev.kiln.exec.HostCpu;
import dev.kiln.exec.MappingStrategy;
import dev.kiln.exec.MemoryKind;
import dev.kiln.exec.NativeCalls;
import dev.kiln.exec.PlacedCode;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs single instructions: loads all registers from a block of memory, runs one instruction, stores all registers there. The block lies
 * next to the code, so that it is reached without a register. Instructions are put in one after the other and placed together by
 * {@link #place}.
 *
 * <p>RSP points into the block too, with room below for the frames of signal handlers.
 */
final class Machine implements AutoCloseable {
    private static final int SIGNAL_ROOM = 128 << 10;
    private static final String BLOCK = "block";

    private static final Reg64[] GENERAL = {RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15
    };

    final CpuFeatures features = HostCpu.detect().features();
    private final CodeMemory memory = CodeMemory.create(64L << 20, MappingStrategy.AUTOMATIC);
    private final NativeCalls calls = new NativeCalls(memory);
    private final long block;
    private final MemorySegment view;
    private final Assembler code = new Assembler();
    private final List<Label> entries = new ArrayList<>();
    private final Label enter = code.label("enter");
    private final Label store = code.label("store");
    private PlacedCode placed;
    private MethodHandle run;

    /** Cells behind the state: where to go, the host's RSP, MXCSR and x87 control word. */
    private static final int TARGET = MachineState.SIZE, HOST_STACK = TARGET + 8, HOST_MXCSR = TARGET + 16;

    private static final int HOST_CONTROL = TARGET + 20, BLOCK_SIZE = TARGET + 24;

    Machine() {
        CodeRange range = memory.allocate(SIGNAL_ROOM + BLOCK_SIZE, 64, MemoryKind.DATA);
        view = memory.writable(range).asSlice(SIGNAL_ROOM, MachineState.SIZE);
        memory.publish(range);
        block = range.address() + SIGNAL_ROOM;
        emitEnter();
        emitStore();
    }

    /** The address of a place in the state. */
    long address(int offset) {
        return block + offset;
    }

    private static Mem at(int offset) {
        return ptr(symbol(BLOCK, RelocationKind.PC32).plus(offset));
    }

    private static Mem qwordAt(int offset) {
        return qword(symbol(BLOCK, RelocationKind.PC32).plus(offset));
    }

    private boolean has(CpuFeature feature) {
        return features.contains(feature);
    }

    private void emitEnter() {
        Assembler a = code;
        a.bind(enter);
        for (Reg64 saved : new Reg64[] {RBX, RBP, R12, R13, R14, R15}) a.push(saved);
        a.mov(at(HOST_STACK), RSP);
        a.mov(at(TARGET), RDI);
        a.stmxcsr(at(HOST_MXCSR));
        a.x87().fnstcw(at(HOST_CONTROL));
        a.fxrstor(at(MachineState.FX));
        for (int i = 0; i < vectors(); i++) moveVector(i, true);
        a.ldmxcsr(at(MachineState.MXCSR));
        if (has(CpuFeature.AVX512F)) for (int i = 0; i < 8; i++) moveMask(i, true);
        a.push(qwordAt(MachineState.FLAGS));
        a.popfq();
        for (int i = 0; i < 16; i++) a.mov(GENERAL[i], at(MachineState.GENERAL + 8 * i));
        a.jmp(qwordAt(TARGET));
    }

    private void emitStore() {
        Assembler a = code;
        a.bind(store);
        for (int i = 0; i < 16; i++) a.mov(at(MachineState.GENERAL + 8 * i), GENERAL[i]);
        a.mov(RSP, at(HOST_STACK));
        a.pushfq();
        a.pop(qwordAt(MachineState.FLAGS));
        a.cld();
        for (int i = 0; i < vectors(); i++) moveVector(i, false);
        if (has(CpuFeature.AVX512F)) for (int i = 0; i < 8; i++) moveMask(i, false);
        a.stmxcsr(at(MachineState.MXCSR));
        a.fxsave(at(MachineState.FX));
        if (has(CpuFeature.AVX)) a.avx().vzeroupper();
        a.x87().fninit();
        a.x87().fldcw(at(HOST_CONTROL));
        a.ldmxcsr(at(HOST_MXCSR));
        for (Reg64 saved : new Reg64[] {R15, R14, R13, R12, RBP, RBX}) a.pop(saved);
        a.ret();
    }

    private int vectors() {
        return has(CpuFeature.AVX512F) ? 32 : 16;
    }

    private void moveVector(int i, boolean load) {
        boolean wide = has(CpuFeature.AVX512F);
        boolean half = has(CpuFeature.AVX);
        int form = load
                ? wide ? Form.VMOVDQU64_ZMM_ZMMM512_EVEX : half ? Form.VMOVDQU_YMM_YMMM256 : Form.MOVDQU_XMM_XMMM128
                : wide ? Form.VMOVDQU64_ZMMM512_ZMM_EVEX : half ? Form.VMOVDQU_YMMM256_YMM : Form.MOVDQU_XMMM128_XMM;
        move(form, Registers.xmm(i), MachineState.vector(i), load);
    }

    private void moveMask(int i, boolean load) {
        boolean wide = has(CpuFeature.AVX512BW);
        int form = load ? wide ? Form.KMOVQ_K_KM64 : Form.KMOVW_K_KM16 : wide ? Form.KMOVQ_M64_K : Form.KMOVW_M16_K;
        move(form, Registers.MASK + i, MachineState.MASKS + 8 * i, load);
    }

    private void move(int form, int register, int offset, boolean load) {
        Operands o = new Operands();
        if (load) o.register(register).memoryAtSymbol(BLOCK, RelocationKind.PC32, offset);
        else o.memoryAtSymbol(BLOCK, RelocationKind.PC32, offset).register(register);
        code.emit(form, o);
    }

    /** Puts in an instruction; gives its number. */
    int add(int form, Operands operands) {
        entries.add(code.here());
        code.emit(form, operands);
        code.jmp(store);
        return entries.size() - 1;
    }

    /** Whether an instruction can be encoded. */
    static boolean encodes(int form, Operands operands) {
        try {
            new CodeBuffer().emit(form, operands);
            return true;
        } catch (AssemblerException e) {
            return false;
        }
    }

    /** Gives all instructions their place. */
    void place() {
        placed = memory.place(code.finish(), symbol -> block);
        FunctionDescriptor shape = FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG);
        run = calls.bind(placed.address(enter.id()), shape, CallKind.PLAIN);
    }

    /** Runs an instruction on a state, which becomes the state behind it. */
    void run(int number, MachineState state) {
        MemorySegment.copy(state.bytes, 0, view, ValueLayout.JAVA_BYTE, 0, MachineState.SIZE);
        try {
            run.invokeExact(placed.address(entries.get(number).id()));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        MemorySegment.copy(view, ValueLayout.JAVA_BYTE, 0, state.bytes, 0, MachineState.SIZE);
    }

    @Override
    public void close() {
        memory.close();
    }
}
