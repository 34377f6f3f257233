package dev.kiln.exec.instructions;

import dev.kiln.asm.Forms;
import dev.kiln.asm.InstructionInfo;
import dev.kiln.asm.Operands;
import dev.kiln.asm.Registers;
import java.util.SplittableRandom;

/** Instructions that need registers of certain values, and those that a test cannot run at all. */
final class Special {
    private Special() {}

    /** Sets what the instruction's implicit addresses, counts and divisions need. */
    static void fit(String mnemonic, Trial trial, MachineState state, Machine machine, SplittableRandom random) {
        switch (mnemonic) {
            case "movsb", "movsw", "movsd", "movsq", "cmpsb", "cmpsw", "cmpsd", "cmpsq" -> {
                if (trial.operands.count() > 0) return;
                strings(state, machine, random);
                // Strings that are alike end later.
                if (random.nextBoolean())
                    System.arraycopy(state.bytes, Trial.MIDDLE - 200, state.bytes, Trial.MIDDLE + 100, 60);
            }
            case "stosb", "stosw", "stosd", "stosq", "lodsb", "lodsw", "lodsd", "lodsq" ->
                strings(state, machine, random);
            case "scasb", "scasw", "scasd", "scasq" -> {
                strings(state, machine, random);
                if (random.nextBoolean())
                    state.general(Registers.RAX, MachineState.get(state.bytes, Trial.MIDDLE + 108, 8));
            }
            case "maskmovq", "maskmovdqu", "vmaskmovdqu" ->
                state.general(Registers.RDI, machine.address(Trial.MIDDLE + random.nextInt(64)));
            case "xlatb" -> state.general(Registers.RBX, machine.address(Trial.MIDDLE - 128));
            case "leave", "leavew" ->
                state.general(Registers.RBP, machine.address(MachineState.STACK + 128 + 8 * random.nextInt(30)));
            case "div", "idiv" -> divide(mnemonic, trial, state, machine, random);
            case "bt", "bts", "btr", "btc" -> {
                int other = trial.operands.count() == 2 && trial.operands.kind(1) == Operands.REGISTER
                        ? trial.operands.value(1)
                        : -1;
                if (other >= 0 && trial.memoryAt == 0) {
                    long offset = random.nextInt(-1500, 1500);
                    int bits = Forms.operandKind(trial.form, 1).registerBits();
                    state.general(
                            other,
                            bits == 64 ? offset : state.general(other) & -1L << bits | offset & (1L << bits) - 1);
                }
            }
            case "cmpxchg", "cmpxchg8b", "cmpxchg16b" -> {
                // Half of them succeed.
                if (random.nextBoolean()) return;
                Step step = new Step(machine, trial, state);
                if (mnemonic.equals("cmpxchg")) state.general(Registers.RAX, step.u(0));
                else {
                    int half = mnemonic.equals("cmpxchg8b") ? 4 : 8;
                    state.general(Registers.RAX, MachineState.get(state.bytes, step.place(), half));
                    state.general(Registers.RDX, MachineState.get(state.bytes, step.place() + half, half));
                }
            }
            case "popfq", "popfw" -> {
                // No single step, no alignment check, no nested task.
                int at = MachineState.STACK + 128;
                state.bytes[at] = (byte) (state.bytes[at] & 0xD5 | 2);
                MachineState.put(state.bytes, at + 1, 7, 2 | random.nextInt() & 0xC);
            }
            case "ldmxcsr", "vldmxcsr" -> {
                int at = new Step(machine, trial, state).place();
                MachineState.put(state.bytes, at, 4, 0x1F80 | random.nextInt(4) << 13);
            }
            case "fldcw" -> MachineState.put(state.bytes, new Step(machine, trial, state).place(), 2, 0x37F);
            default -> {
                if (usesMmx(trial))
                    for (int i = 0; i < 8; i++) {
                        int at = MachineState.X87 + 16 * i;
                        MachineState.put(state.bytes, at + 8, 2, 0xFFFF);
                        System.arraycopy(state.bytes, MachineState.vector(i), state.bytes, at, 8);
                    }
            }
        }
    }

    private static void strings(MachineState state, Machine machine, SplittableRandom random) {
        state.general(Registers.RSI, machine.address(Trial.MIDDLE - 200));
        state.general(Registers.RDI, machine.address(Trial.MIDDLE + 100));
        state.general(Registers.RCX, random.nextInt(12));
        if (random.nextInt(3) == 0) state.flags(state.flags() | Forms.DIRECTION);
    }

    /** Dividends whose quotient fits: a quotient is chosen, and multiplied. */
    private static void divide(
            String mnemonic, Trial trial, MachineState state, Machine machine, SplittableRandom random) {
        Step step = new Step(machine, trial, state);
        int bits = step.bits(0);
        boolean signed = mnemonic.equals("idiv");
        // The divisor must not be the dividend's register, and not 0.
        long divisor = signed ? step.s(0) : step.u(0);
        if (divisor == 0 || signed && divisor == -1) {
            divisor = 7;
            if (step.isMemory(0)) MachineState.put(state.bytes, step.place(), bits / 8, 7);
            else if (trial.operands.value(0) >= Registers.HIGH_BYTE) {
                int whole = trial.operands.value(0) - Registers.HIGH_BYTE;
                state.general(whole, state.general(whole) & ~0xFF00L | 7 << 8);
            } else state.general(trial.operands.value(0), 7);
        }
        var big = java.math.BigInteger.valueOf(divisor);
        if (!signed && divisor < 0) big = big.add(java.math.BigInteger.ONE.shiftLeft(64));
        var quotient = new java.math.BigInteger(bits - 1, new java.util.Random(random.nextLong()));
        var rest = new java.math.BigInteger(80, new java.util.Random(random.nextLong())).mod(big.abs());
        if (signed && random.nextBoolean()) {
            quotient = quotient.negate();
        }
        var dividend = quotient.multiply(big);
        dividend = dividend.signum() < 0 ? dividend.subtract(rest) : dividend.add(rest);
        long low = dividend.longValue();
        if (bits == 8) {
            state.general(Registers.RAX, state.general(Registers.RAX) & ~0xFFFFL | low & 0xFFFF);
            return;
        }
        long high = dividend.shiftRight(bits).longValue();
        long keep = bits == 64 ? 0 : -1L << bits;
        state.general(Registers.RAX, state.general(Registers.RAX) & keep | low & ~keep);
        state.general(Registers.RDX, state.general(Registers.RDX) & keep | high & ~keep);
    }

    /** Whether memory is not only touched where the operand says: a bit string's offset is in a register. */
    static boolean reachesFurther(Trial trial) {
        return switch (trial.info.mnemonic()) {
            case "bts", "btr", "btc" -> trial.operands.kind(1) == Operands.REGISTER;
            default -> false;
        };
    }

    static boolean usesMmx(Trial trial) {
        for (int i = 0; i < 8; i++)
            if (trial.info.reads(Registers.MMX + i) || trial.info.writes(Registers.MMX + i)) return true;
        return false;
    }

    /** Whether the result is the same each time and nothing outside the state is needed. */
    static boolean runs(int form, InstructionInfo info) {
        if (info.isPrivileged() || info.isBranch() || info.isCall() || info.isReturn() || info.isTrap()) return false;
        return switch (info.mnemonic()) {
            case "cpuid", "rdtsc", "rdtscp", "rdpid", "rdpmc", "rdrand", "rdseed", "rdpru", "rdpkru", "wrpkru" -> false;
            case "xgetbv", "xsave", "xsave64", "xsaveopt", "xsaveopt64", "xsavec", "xsavec64", "xrstor", "xrstor64" ->
                false;
            case "fxsave", "fxsave64", "fxrstor", "fxrstor64", "fnsave", "fsave", "frstor", "fnstenv", "fstenv" ->
                false;
            case "fldenv", "fldcw", "fnstcw", "fstcw", "fninit", "finit", "fnclex", "fclex", "fnstsw", "fstsw" -> false;
            case "rdfsbase", "rdgsbase", "wrfsbase", "wrgsbase", "sgdt", "sidt", "sldt", "smsw", "str" -> false;
            case "lar", "lsl", "verr", "verw", "umonitor", "umwait", "tpause", "monitorx", "mwaitx", "clzero" -> false;
            case "xabort", "xend", "xtest", "getsec", "enqcmd", "ptwrite", "senduipi", "stui", "clui", "testui" ->
                false;
            case "rdsspd", "rdsspq", "incsspd", "incsspq", "rstorssp", "saveprevssp", "wrssd", "wrssq" -> false;
            case "movdir64b", "enter", "enterw", "serialize", "llwpcb", "slwpcb", "vmfunc", "mcommit", "lldt" -> false;
            case "pushfw", "popfw", "leavew" -> false;
            default -> !stores(form);
        };
    }

    /** Moves from and to segment and other registers that are not in the state, and absolute addresses. */
    private static boolean stores(int form) {
        for (int i = 0; i < Forms.operandCount(form); i++) {
            var kind = Forms.operandKind(form, i);
            if (kind.isOffset()) return true;
            switch (kind.registerClass()) {
                case SEGMENT, CONTROL, DEBUG, TILE -> {
                    return true;
                }
                default -> {}
            }
            // PUSH and POP of FS and GS, loads of far pointers.
            if (kind.text().contains(":")
                    || kind.text().equals("fs")
                    || kind.text().equals("gs")) return true;
        }
        return false;
    }
}
