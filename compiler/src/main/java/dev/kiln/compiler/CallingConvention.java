package dev.kiln.compiler;

import dev.kiln.asm.Registers;
import dev.kiln.ir.Signature;
import dev.kiln.ir.abi.PassingRules;

/**
 * Who passes what where at a call: a platform's convention as data. Registers are numbers of {@link Registers}, sets of registers
 * are longs whose bits are these numbers.
 *
 * <p>Sources: System V ABI, AMD64 Architecture Processor Supplement 1.0, chapter 3.2; Microsoft, "x64 calling convention" and
 * "x64 stack usage".
 */
public final class CallingConvention {
    /** Linux and macOS. */
    public static final CallingConvention SYSTEM_V = new CallingConvention(
            "System V AMD64",
            PassingRules.SYSTEM_V,
            new int[] {Registers.RDI, Registers.RSI, Registers.RDX, Registers.RCX, Registers.R8, Registers.R9},
            vectors(PassingRules.SYSTEM_V.vectorRegisters()),
            new int[] {Registers.RAX, Registers.RDX},
            vectors(2),
            set(Registers.RBX, Registers.RBP, Registers.R12, Registers.R13, Registers.R14, Registers.R15),
            128);

    /** Windows. */
    public static final CallingConvention MICROSOFT_X64 = new CallingConvention(
            "Microsoft x64",
            PassingRules.MICROSOFT_X64,
            new int[] {Registers.RCX, Registers.RDX, Registers.R8, Registers.R9},
            vectors(PassingRules.MICROSOFT_X64.vectorRegisters()),
            new int[] {Registers.RAX},
            vectors(1),
            set(
                            Registers.RBX,
                            Registers.RBP,
                            Registers.RDI,
                            Registers.RSI,
                            Registers.R12,
                            Registers.R13,
                            Registers.R14,
                            Registers.R15)
                    | 0x3FFL << Registers.VECTOR + 6,
            0);

    /** All general and the first 16 vector registers but the stack pointer. */
    private static final long ALL = 0xFFFFL & ~(1L << Registers.RSP) | 0xFFFFL << Registers.VECTOR;

    private final String name;
    private final PassingRules rules;
    private final int[] generalArguments;
    private final int[] vectorArguments;
    private final int[] generalResults;
    private final int[] vectorResults;
    private final long calleeSaved;
    private final int redZone;

    private CallingConvention(
            String name,
            PassingRules rules,
            int[] generalArguments,
            int[] vectorArguments,
            int[] generalResults,
            int[] vectorResults,
            long calleeSaved,
            int redZone) {
        this.name = name;
        this.rules = rules;
        this.generalArguments = generalArguments;
        this.vectorArguments = vectorArguments;
        this.generalResults = generalResults;
        this.vectorResults = vectorResults;
        this.calleeSaved = calleeSaved;
        this.redZone = redZone;
    }

    /** The convention that a signature of the IR asks for on a target. */
    public static CallingConvention of(Signature.Convention asked, Target target) {
        return switch (asked) {
            case PLATFORM -> target.platform().usesMicrosoftConvention() ? MICROSOFT_X64 : SYSTEM_V;
            case SYSTEM_V -> SYSTEM_V;
            case MICROSOFT_X64 -> MICROSOFT_X64;
        };
    }

    /** What it is called in messages. */
    public String name() {
        return name;
    }

    /** How arguments and results travel, with registers counted; this class names them. */
    public PassingRules rules() {
        return rules;
    }

    /** How many arguments travel in general registers. */
    public int generalArgumentCount() {
        return generalArguments.length;
    }

    /** The n-th general register for arguments. */
    public int generalArgument(int n) {
        return generalArguments[n];
    }

    /** How many arguments travel in vector registers. */
    public int vectorArgumentCount() {
        return vectorArguments.length;
    }

    /** The n-th vector register for arguments. */
    public int vectorArgument(int n) {
        return vectorArguments[n];
    }

    /** The n-th general register for results; the first also holds the address of a result in memory. */
    public int generalResult(int n) {
        return generalResults[n];
    }

    /** The n-th vector register for results. */
    public int vectorResult(int n) {
        return vectorResults[n];
    }

    /** The registers that a function must leave as it found them, without the stack pointer. */
    public long calleeSaved() {
        return calleeSaved;
    }

    /** The registers that a call may change. */
    public long callerSaved() {
        return ALL & ~calleeSaved;
    }

    /** Bytes below the stack pointer that signal handlers leave alone. */
    public int redZone() {
        return redZone;
    }

    /** What the stack pointer is a multiple of at a call, in bytes. */
    public int stackAlignment() {
        return 16;
    }

    /** Where the number of vector registers used is told to a variadic function (System V); {@link Registers#NONE} if nowhere. */
    public int vectorCountRegister() {
        return rules.isPositional() ? Registers.NONE : Registers.RAX;
    }

    /** The register of an {@code env} parameter: the static chain of GCC and LLVM. */
    public int environmentRegister() {
        return Registers.R10;
    }

    @Override
    public String toString() {
        return name;
    }

    private static int[] vectors(int count) {
        int[] registers = new int[count];
        for (int i = 0; i < count; i++) {
            registers[i] = Registers.xmm(i);
        }
        return registers;
    }

    private static long set(int... registers) {
        long set = 0;
        for (int register : registers) {
            set |= 1L << register;
        }
        return set;
    }
}
