package dev.kiln.exec.instructions;

import dev.kiln.asm.Forms;
import dev.kiln.asm.Registers;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;

/**
 * Runs a trial on many states and holds what came out against a model, and against what {@link dev.kiln.asm.InstructionInfo} promises:
 * registers, flags and memory that it does not name as written keep their values, and nothing that it does not name as read has an influence.
 */
final class Checker {
    /** Status and direction flags; the others are the operating system's. */
    private static final int FLAGS =
            Forms.OVERFLOW | Forms.SIGN | Forms.ZERO | Forms.ADJUST | Forms.PARITY | Forms.CARRY | Forms.DIRECTION;

    private final Machine machine;
    private final States states;
    long cases;

    Checker(Machine machine, SplittableRandom random) {
        this.machine = machine;
        states = new States(machine, random);
    }

    /** What is wrong, or null. */
    String check(Trial trial, Model model, int count) {
        for (int i = 0; i < count; i++) {
            MachineState before = states.on(trial);
            MachineState after = before.copy();
            machine.run(trial.number, after);
            cases++;
            String wrong = keeps(trial, before, after);
            Step step = new Step(machine, trial, before);
            if (wrong == null && model != null) {
                model.apply(step);
                wrong = agrees(trial, step, after);
            }
            if (wrong == null) wrong = depends(trial, step, after);
            if (wrong != null) return trial.text() + ": " + wrong + describe(trial, before);
        }
        return null;
    }

    private String describe(Trial trial, MachineState before) {
        StringBuilder text = new StringBuilder(", before: flags ").append(Integer.toHexString(before.flags()));
        for (int i = 0; i < 16; i++)
            if (trial.info.reads(i))
                text.append(", ").append(i).append(' ').append(Long.toHexString(before.general(i)));
        for (int i = 0; i < 32; i++)
            if (trial.info.reads(Registers.xmm(i)))
                text.append(", xmm").append(i).append(' ').append(hex(before.bytes, MachineState.vector(i), 64));
        for (int i = 0; i < 8; i++)
            if (trial.info.reads(Registers.MASK + i))
                text.append(", k").append(i).append(' ').append(Long.toHexString(before.mask(i)));
        for (int i = 0; i < 8; i++)
            if (trial.info.reads(Registers.MMX + i))
                text.append(", mm").append(i).append(' ').append(hex(before.bytes, MachineState.X87 + 16 * i, 8));
        if (trial.memoryAt >= 0)
            text.append(", memory ").append(hex(before.bytes, new Step(machine, trial, before).place(), 64));
        return text.toString();
    }

    private static String hex(byte[] bytes, int at, int size) {
        return HexFormat.of().formatHex(bytes, at, Math.min(at + size, bytes.length));
    }

    // What is not written stays.

    private String keeps(Trial trial, MachineState before, MachineState after) {
        var info = trial.info;
        for (int i = 0; i < 16; i++) {
            int bits = info.writtenBits(i);
            if (bits < 64 && before.general(i) >>> bits != after.general(i) >>> bits)
                return "general register " + i + " is said to be written in " + bits + " bits, but became "
                        + Long.toHexString(after.general(i)) + " from " + Long.toHexString(before.general(i));
        }
        for (int i = 0; i < 32; i++) {
            int from = MachineState.vector(i) + info.writtenBits(Registers.xmm(i)) / 8;
            int to = MachineState.vector(i) + 64;
            if (!Arrays.equals(before.bytes, from, to, after.bytes, from, to))
                return "vector register " + i + " is said to be written in " + info.writtenBits(Registers.xmm(i))
                        + " bits, but became " + hex(after.bytes, MachineState.vector(i), 64);
        }
        for (int i = 0; i < 8; i++)
            if (!info.writes(Registers.MASK + i) && before.mask(i) != after.mask(i))
                return "mask register " + i + " is said to be kept";
        if (!info.writes(Registers.X87))
            for (int i = 0; i < 8; i++) {
                int at = MachineState.X87 + 16 * i;
                if (!info.writes(Registers.MMX + i)
                        && !Arrays.equals(before.bytes, at, at + 8, after.bytes, at, at + 8))
                    return "mm" + i + " is said to be kept";
            }
        int changed = (before.flags() ^ after.flags()) & FLAGS;
        int allowed = info.flagsWritten() | info.flagsUndefined();
        if ((changed & ~allowed) != 0) return "flags " + flags(changed & ~allowed) + " are said to be kept";
        return keepsMemory(trial, before, after);
    }

    private String keepsMemory(Trial trial, MachineState before, MachineState after) {
        var info = trial.info;
        int from = MachineState.MEMORY;
        int to = MachineState.MEMORY;
        if (info.writesMemory()) {
            if (trial.memoryAt < 0 || info.memoryWrittenBytes() < 0 || Special.reachesFurther(trial))
                to = MachineState.SIZE;
            else {
                from = new Step(machine, trial, before).place();
                to = from + info.memoryWrittenBytes();
            }
        } else if (!Arrays.equals(before.bytes, 0, MachineState.STACK_SIZE, after.bytes, 0, MachineState.STACK_SIZE))
            return "the stack is said to be kept";
        if (!Arrays.equals(before.bytes, MachineState.MEMORY, from, after.bytes, MachineState.MEMORY, from)
                || !Arrays.equals(before.bytes, to, MachineState.SIZE, after.bytes, to, MachineState.SIZE))
            return "memory is said to be written only at " + from + " to " + to;
        return null;
    }

    // What the model says is what came out.

    private String agrees(Trial trial, Step step, MachineState after) {
        MachineState expected = step.out;
        for (int i = 0; i < 16; i++)
            if (expected.general(i) != after.general(i) && !undefined(step, i))
                return "general register " + i + " became " + Long.toHexString(after.general(i)) + " instead of "
                        + Long.toHexString(expected.general(i));
        for (int i = 0; i < 32; i++) {
            int at = MachineState.vector(i);
            if (!Arrays.equals(expected.bytes, at, at + 64, after.bytes, at, at + 64))
                return "vector register " + i + " became " + hex(after.bytes, at, 64) + " instead of "
                        + hex(expected.bytes, at, 64);
        }
        for (int i = 0; i < 8; i++)
            if (expected.mask(i) != after.mask(i))
                return "mask register " + i + " became " + Long.toHexString(after.mask(i)) + " instead of "
                        + Long.toHexString(expected.mask(i));
        for (int i = 0; i < 8; i++) {
            int at = MachineState.X87 + 16 * i;
            if (!Arrays.equals(expected.bytes, at, at + 10, after.bytes, at, at + 10))
                return "x87 register " + i + " became " + hex(after.bytes, at, 10) + " instead of "
                        + hex(expected.bytes, at, 10);
        }
        if (!undefinedMemory(step)
                && !Arrays.equals(
                        expected.bytes,
                        MachineState.MEMORY,
                        MachineState.SIZE,
                        after.bytes,
                        MachineState.MEMORY,
                        MachineState.SIZE)) {
            int at = Arrays.mismatch(
                    expected.bytes,
                    MachineState.MEMORY,
                    MachineState.SIZE,
                    after.bytes,
                    MachineState.MEMORY,
                    MachineState.SIZE);
            at += MachineState.MEMORY;
            return "memory at " + at + " became " + hex(after.bytes, at, 16) + " instead of "
                    + hex(expected.bytes, at, 16);
        }
        if (!Arrays.equals(expected.bytes, 0, MachineState.STACK_SIZE, after.bytes, 0, MachineState.STACK_SIZE))
            return "the stack became another than it should";
        int different = (expected.flags() ^ after.flags()) & FLAGS & ~step.undefined;
        if (different != 0) return "flags " + flags(different) + " are wrong: " + Integer.toHexString(after.flags());
        return null;
    }

    private static boolean undefinedMemory(Step step) {
        return step.undefinedResult >= 0 && step.isMemory(step.undefinedResult);
    }

    private static boolean undefined(Step step, int register) {
        return step.undefinedResult >= 0
                && step.isRegister(step.undefinedResult)
                && step.trial.operands.value(step.undefinedResult) == register;
    }

    // What is not read has no influence, except on what the model leaves undefined: there even one processor's runs can
    // differ.

    private String depends(Trial trial, Step step, MachineState after) {
        var info = trial.info;
        MachineState start = states.withOthers(trial, step.in);
        MachineState end = start.copy();
        machine.run(trial.number, end);
        for (int i = 0; i < 16; i++) {
            int bits = info.writtenBits(i);
            if (bits > 0 && Step.truncate(after.general(i) ^ end.general(i), bits) != 0 && !undefined(step, i))
                return "general register " + i + " depends on what is said not to be read";
        }
        for (int i = 0; i < 32; i++) {
            int from = MachineState.vector(i);
            int to = from + info.writtenBits(Registers.xmm(i)) / 8;
            if (!Arrays.equals(after.bytes, from, to, end.bytes, from, to))
                return "vector register " + i + " depends on what is said not to be read";
        }
        for (int i = 0; i < 8; i++)
            if (info.writes(Registers.MASK + i) && after.mask(i) != end.mask(i))
                return "mask register " + i + " depends on what is said not to be read";
        for (int i = 0; i < 8; i++) {
            int at = MachineState.X87 + 16 * i;
            if (info.writes(Registers.MMX + i) && !Arrays.equals(after.bytes, at, at + 8, end.bytes, at, at + 8))
                return "mm" + i + " depends on what is said not to be read";
        }
        int defined = info.flagsWritten() & ~info.flagsUndefined() & ~step.undefined & FLAGS;
        if (((after.flags() ^ end.flags()) & defined) != 0)
            return "flags " + flags((after.flags() ^ end.flags()) & defined) + " depend on what is said not to be read";
        if (trial.memoryAt >= 0
                && info.memoryWrittenBytes() > 0
                && !Special.reachesFurther(trial)
                && !undefinedMemory(step)) {
            int from = step.place();
            int to = from + info.memoryWrittenBytes();
            if (!Arrays.equals(after.bytes, from, to, end.bytes, from, to))
                return "memory depends on what is said not to be read";
        }
        return null;
    }

    private static String flags(int flags) {
        StringBuilder text = new StringBuilder();
        String names = "cpazsdo";
        int[] bits = {Forms.CARRY, Forms.PARITY, Forms.ADJUST, Forms.ZERO, Forms.SIGN, Forms.DIRECTION, Forms.OVERFLOW};
        for (int i = 0; i < bits.length; i++) if ((flags & bits[i]) != 0) text.append(names.charAt(i));
        return text.toString();
    }
}
