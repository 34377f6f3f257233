package dev.kiln.asm;

import static dev.kiln.asm.X86.*;

/**
 * Prints what emitting an instruction costs, in nanoseconds, final bytes with short jumps included: a mix of 17 instructions, 1,000 times in one
 * buffer. Not a test; times are of the machine that it runs on, so it prints the time of a fixed calculation beside them.
 */
public final class EmissionBenchmark {
    private static final int REPETITIONS = 1_000;
    private static final int INSTRUCTIONS = 17 * REPETITIONS;

    private EmissionBenchmark() {}

    public static void main(String[] args) {
        Assembler typed = new Assembler();
        CodeBuffer byForm = new CodeBuffer();
        CodeBuffer emitted = new CodeBuffer();
        CodeList list = new CodeList();
        Operands operands = new Operands();
        double bestTyped = Double.MAX_VALUE;
        double bestByForm = Double.MAX_VALUE;
        double bestRecorded = Double.MAX_VALUE;
        double bestDecoded = Double.MAX_VALUE;
        double bestCalibration = Double.MAX_VALUE;
        long sum = 0;
        for (int round = 0; round < 400; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < 10; i++) sum += typed(typed);
            long middle = System.nanoTime();
            for (int i = 0; i < 10; i++) sum += byForm(byForm, operands);
            long end = System.nanoTime();
            for (int i = 0; i < 10; i++) sum += recorded(list, emitted, operands);
            long recorded = System.nanoTime();
            for (int i = 0; i < 10; i++) sum += recordedFromBytes(typed, emitted);
            long decoded = System.nanoTime();
            sum += calibrate();
            bestCalibration = Math.min(bestCalibration, System.nanoTime() - decoded);
            bestRecorded = Math.min(bestRecorded, (recorded - end) / 10.0);
            bestDecoded = Math.min(bestDecoded, (decoded - recorded) / 10.0);
            bestTyped = Math.min(bestTyped, (middle - start) / 10.0);
            bestByForm = Math.min(bestByForm, (end - middle) / 10.0);
        }
        System.out.printf(
                "typed methods %.1f ns, by form %.1f ns, as nodes by form and emitted %.1f ns, typed methods as nodes and"
                        + " emitted %.1f ns per instruction; calibration %.0f us (%d)%n",
                bestTyped / INSTRUCTIONS,
                bestByForm / INSTRUCTIONS,
                bestRecorded / INSTRUCTIONS,
                bestDecoded / INSTRUCTIONS,
                bestCalibration / 1e3,
                sum);
    }

    private static long calibrate() {
        long x = 1;
        for (int i = 0; i < 100_000; i++) {
            x ^= x << 13;
            x ^= x >>> 7;
            x ^= x << 17;
        }
        return x;
    }

    static int typed(Assembler a) {
        emitTyped(a);
        return a.finish().size();
    }

    private static void emitTyped(Assembler a) {
        a.reset();
        for (int i = 0; i < REPETITIONS; i++) {
            Label back = a.here();
            Label forward = a.label();
            a.mov(RAX, ptr(RDI, RCX, 8, 16));
            a.add(RAX, RBX);
            a.lea(RDX, ptr(RAX, RCX, 4, 32));
            a.cmp(RDX, 1000);
            a.jl(forward);
            a.addsd(XMM0, XMM1);
            a.mulsd(XMM2, ptr(RSI, 8));
            a.mov(ECX, 12345);
            a.add(ECX, EDX);
            a.movaps(XMM3, XMM4);
            a.sub(RCX, 1);
            a.xor(R8D, R8D);
            a.bind(forward);
            a.mov(ptr(RDI, RCX, 8), RAX);
            a.cvtsi2sd(XMM5, RAX);
            a.cmp(RCX, R9);
            a.jne(back);
            a.nop();
        }
    }

    static int byForm(CodeBuffer b, Operands o) {
        b.reset();
        emit(b, o);
        return b.finish().size();
    }

    static int recorded(CodeList list, CodeBuffer b, Operands o) {
        list.clear();
        emit(list, o);
        b.reset();
        list.emitTo(b);
        return b.finish().size();
    }

    static int recordedFromBytes(Assembler a, CodeBuffer b) {
        emitTyped(a);
        b.reset();
        CodeList.of(a).emitTo(b);
        return b.finish().size();
    }

    private static void emit(InstructionSink b, Operands o) {
        int none = Registers.NONE;
        for (int i = 0; i < REPETITIONS; i++) {
            int back = b.newLabel();
            int forward = b.newLabel();
            b.bind(back);
            b.emit(Form.MOV_R64_RM64, o.clear().register(Registers.RAX).memory(Registers.RDI, Registers.RCX, 8, 16));
            b.emit(Form.ADD_RM64_R64, o.clear().register(Registers.RAX).register(Registers.RBX));
            b.emit(Form.LEA_R64_M, o.clear().register(Registers.RDX).memory(Registers.RAX, Registers.RCX, 4, 32));
            b.emit(Form.CMP_RM64_IMM32S, o.clear().register(Registers.RDX).immediate(1000));
            b.emit(Form.JL_REL32, o.clear().label(forward));
            b.emit(Form.ADDSD_XMM_XMMM64, o.clear().register(Registers.xmm(0)).register(Registers.xmm(1)));
            b.emit(Form.MULSD_XMM_XMMM64, o.clear().register(Registers.xmm(2)).memory(Registers.RSI, none, 1, 8));
            b.emit(Form.MOV_R32_IMM32, o.clear().register(Registers.RCX).immediate(12345));
            b.emit(Form.ADD_RM32_R32, o.clear().register(Registers.RCX).register(Registers.RDX));
            b.emit(Form.MOVAPS_XMM_XMMM128, o.clear().register(Registers.xmm(3)).register(Registers.xmm(4)));
            b.emit(Form.SUB_RM64_IMM8S, o.clear().register(Registers.RCX).immediate(1));
            b.emit(Form.XOR_RM32_R32, o.clear().register(Registers.R8).register(Registers.R8));
            b.bind(forward);
            b.emit(
                    Form.MOV_RM64_R64,
                    o.clear().memory(Registers.RDI, Registers.RCX, 8, 0).register(Registers.RAX));
            b.emit(Form.CVTSI2SD_XMM_RM64, o.clear().register(Registers.xmm(5)).register(Registers.RAX));
            b.emit(Form.CMP_RM64_R64, o.clear().register(Registers.RCX).register(Registers.R9));
            b.emit(Form.JNE_REL32, o.clear().label(back));
            b.emit(Form.NOP, o.clear());
        }
    }
}
